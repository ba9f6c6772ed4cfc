import { m } from "../../paraglide/messages";

const THINGS: Record<string, () => string> = {
  account: m.audit_thing_account,
  block: m.audit_thing_block,
  branding: m.audit_thing_branding,
  call: m.audit_thing_call,
  client: m.audit_thing_client,
  client_memo: m.audit_thing_client_memo,
  custom_link: m.audit_thing_custom_link,
  emergency: m.audit_thing_emergency,
  leg: m.audit_thing_recording,
  limited_client: m.audit_thing_limited_client,
  link_order: m.audit_thing_custom_link,
  login: m.audit_thing_login,
  number: m.audit_thing_number,
  password: m.audit_thing_password,
  profile: m.audit_thing_profile,
  recording: m.audit_thing_recording,
  reseller: m.audit_thing_reseller,
  second_factor: m.audit_thing_second_factor,
  session: m.audit_thing_session,
  support: m.audit_thing_support,
  user: m.audit_thing_user,
};

const VERBS: Record<string, () => string> = {
  calls: m.audit_verb_calls,
  change: m.audit_verb_change,
  claim: m.audit_verb_claim,
  connect: m.audit_verb_connect,
  create: m.audit_verb_create,
  delete: m.audit_verb_remove,
  end: m.audit_verb_end,
  hang_up: m.audit_verb_hang_up,
  import: m.audit_verb_import,
  invite: m.audit_verb_invite,
  order: m.audit_verb_order,
  password: m.audit_verb_password,
  remove: m.audit_verb_remove,
  restore: m.audit_verb_restore,
  routing: m.audit_verb_routing,
  send: m.audit_verb_send,
  sip_secret: m.audit_verb_sip_secret,
  undo: m.audit_verb_undo,
};

/** A name of the wire that has no words of its own yet. */
const plain = (key: string): string => key.replaceAll("_", " ");

export const thingWords = (kind: string): string => THINGS[kind]?.() ?? plain(kind);

/** `client.change` as "Client: changed". */
export function actionWords(action: string): string {
  const [thing = "", verb = ""] = action.split(".");
  return m.audit_action({ thing: thingWords(thing), verb: VERBS[verb]?.() ?? plain(verb) });
}

/** The kinds that the log can be narrowed to. */
export const KINDS = ["client", "profile", "user", "number", "account", "block", "emergency", "branding", "custom_link"];
