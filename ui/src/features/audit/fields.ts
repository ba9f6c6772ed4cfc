import { directory } from "../../kit/directory.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { ACCESSES, accessName } from "../account/access";
import { languageName } from "../account/languages";
import { KINDS, kindWords } from "../blocks/words";
import { CLIENT_PAGES, pageName } from "../limited/pages";
import { routeName } from "../profiles/features";
import { fieldName } from "./difference";

// The fields that people know from the forms are called here as they are there.
const FIELDS: Record<string, () => string> = {
  access: m.account_access,
  active_calls_page: m.profiles_active_calls_page,
  call_forward: m.profiles_call_forward,
  calls: m.users_tab_calls,
  call_panel_page: m.profiles_call_panel_page,
  call_recording: m.profiles_call_recording,
  call_waiting: m.own_call_waiting,
  caller_number: m.emergency_caller_number,
  client: m.column_client,
  conference_page_disabled: m.profiles_conference_page_disabled,
  country: m.clients_country,
  created_at_ms: m.blocks_created,
  created_by: m.blocks_created_by,
  default_profile: m.clients_default_profile,
  department: m.users_department,
  departments: m.limited_departments,
  devices: m.users_devices,
  dial_seconds: m.users_dial_seconds,
  dialled: m.emergency_dialled,
  disabled_pages: m.limited_pages,
  do_not_disturb: m.own_do_not_disturb,
  email: m.account_email,
  emergency_caller_number: m.users_emergency_number,
  extension: m.users_extension,
  external_caller_name: m.users_external_name,
  external_caller_number: m.users_external_number,
  features: m.profiles_features,
  first_name: m.account_first_name,
  follow_me: m.own_follow_me,
  forward: m.own_forward,
  hits: m.blocks_hits,
  in_directory: m.users_in_directory,
  internal_caller_name: m.users_internal_name,
  internal_caller_number: m.users_internal_number,
  kind: m.blocks_kind,
  language: m.settings_language,
  last_hit_at_ms: m.blocks_last_hit,
  last_name: m.account_last_name,
  last_test_at_ms: m.emergency_last_test,
  location: m.emergency_location,
  max_international_calls: m.clients_max_international,
  max_outbound_calls: m.clients_max_outbound,
  may_delete_recordings: m.logins_may_delete,
  memo: m.clients_memo,
  name: m.column_name,
  note: m.blocks_note,
  notify_desktop: m.emergency_notify_desktop,
  notify_emails: m.emergency_notify_emails,
  number: m.blocks_number,
  offline_days: m.account_offline_days,
  password: m.account_password,
  production: m.clients_production_label,
  profile: m.users_profile,
  profiles: m.clients_profiles,
  queue_page_disabled: m.profiles_queue_page_disabled,
  realm: m.clients_realm_own,
  reason: m.connect_reason_given,
  recordings_allowed: m.clients_recordings_allowed,
  routes: m.profiles_routes,
  second_factor: m.factor_title,
  sip_secret: m.users_secret,
  support_email: m.account_support_email,
  suspended: m.clients_suspended,
  time_zone: m.clients_time_zone,
  user: m.column_user,
  username: m.limited_username,
  vanity: m.users_vanity,
  voicemail_box_disabled: m.profiles_voicemail_box_disabled,
  voicemail_email: m.users_voicemail_email,
  when_busy: m.users_when_busy,
  when_unavailable: m.users_when_unavailable,
};

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const nameOf = (id: string): string => directory.client(id)?.name ?? directory.user(id)?.name ?? directory.profiles.find((profile) => profile.id === id)?.name ?? id;

// What stands within where calls go, and within how a user is reached.
const PARTS: Record<string, () => string> = {
  closed: m.hours_when_closed,
  destination: m.numbers_routes_to,
  external: m.routing_external,
  holidays: m.hours_holidays,
  hours: m.routing_hours,
  members: m.routing_members,
  open: m.hours_when_open,
  order: m.routing_order,
  ring_group: m.routing_group,
  ring_seconds: m.routing_ring_seconds,
  routing: m.numbers_routes_to,
  user: m.routing_user,
  weekly: m.hours_weekly,
};

/** A field as its form calls it; the parts of a deeper one stand after each other. */
export function fieldWords(field: string): string {
  const known = FIELDS[field] ?? FIELDS[field.replace(/^(?:calls|features)\./, "")];
  if (known) return known();
  const parts = field.replace(/^calls\./, "").split(".");
  return parts.map((part, at) => (at > 0 ? PARTS[part] : (PARTS[part] ?? FIELDS[part]))?.() ?? fieldName(part)).join(": ");
}

const each = (value: string, said: (one: string) => string): string => value.split(", ").map(said).join(", ");

// Words of the wire, by the last part of their field.
const VALUES: Record<string, (value: string) => string> = {
  access: (value) => one(ACCESSES, value, accessName),
  disabled_pages: (value) => each(value, (page) => one(CLIENT_PAGES, page, pageName)),
  kind: (value) => one(KINDS, value, kindWords),
  language: languageName,
  order: (value) => (value === "in_order" ? m.ring_in_order() : value === "all_at_once" ? m.ring_all() : value),
  routes: (value) => each(value, (route) => routeName(route)),
  routing: (value) => (value === "reject" ? m.routing_reject() : value === "unrouted" ? m.routing_unrouted() : value),
};

function one<T extends string>(known: readonly T[], value: string, said: (one: T) => string): string {
  const found = known.find((each) => each === value);
  return found ? said(found) : value;
}

/** What a field held, with names in place of ids. */
export function valueWords(field: string, value: string): string {
  if (value === "true") return m.yes();
  if (value === "false") return m.no();
  const said = VALUES[field.split(".").at(-1) ?? ""]?.(value);
  if (said !== undefined && said !== value) return said;
  if (field.endsWith("_ms") && /^\d+$/.test(value)) return words.instant(Number(value));
  return value.replace(ID, nameOf);
}
