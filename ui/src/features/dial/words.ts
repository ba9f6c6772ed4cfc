import type { Because, CallTarget, NumberClass, Refusal } from "../../api/bindings";
import { directory } from "../../kit/directory.svelte";
import { phone } from "../../kit/format";
import { m } from "../../paraglide/messages";

const CLASSES: Record<NumberClass, () => string> = {
  emergency: m.dial_class_emergency,
  extension: m.dial_class_extension,
  toll_free: m.dial_class_toll_free,
  canada: m.dial_class_canada,
  us: m.dial_class_us,
  other_nanp: m.dial_class_other_nanp,
  international: m.dial_class_international,
};

const REFUSALS: Record<Refusal, () => string> = {
  not_a_number: m.dial_not_a_number,
  unknown_number: m.dial_unknown_number,
  unknown_user: m.dial_unknown_user,
  vanity: m.dial_vanity,
  route: m.dial_route,
  outbound_limit: m.dial_outbound_limit,
  international_limit: m.dial_international_limit,
  suspended: m.dial_suspended,
  blocked: m.dial_blocked,
  unrouted: m.dial_unrouted,
  rejected: m.dial_rejected,
  do_not_disturb: m.dial_do_not_disturb,
  busy: m.dial_busy,
  unavailable: m.dial_unavailable,
  loop: m.dial_loop,
  needs_media_server: m.dial_needs_media_server,
};

export const classWords = (of: NumberClass): string => CLASSES[of]();

export const refusalWords = (why: Refusal): string => REFUSALS[why]();

/** Why a call comes to a stage. */
export function becauseWords(because: Because): string {
  if (because === "dialled") return m.dial_because_dialled();
  if (because === "number") return m.dial_because_number();
  if ("forward" in because) return m.dial_because_forward({ name: directory.userName(because.forward) });
  if ("follow_me" in because) return m.dial_because_follow_me({ name: directory.userName(because.follow_me) });
  if ("unavailable" in because) return m.dial_because_unavailable({ name: directory.userName(because.unavailable) });
  return m.dial_because_busy({ name: directory.userName(because.busy) });
}

/** What rings. */
export function targetWords(target: CallTarget): string {
  if ("user" in target) return m.dial_phones_of({ name: directory.userName(target.user), extension: directory.user(target.user)?.extension ?? "" });
  return phone(target.outside.number, "");
}
