import { directory } from "../../kit/directory.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { ACCESSES, accessName } from "../account/access";
import { languageName } from "../account/languages";
import { fieldName } from "./difference";

// The fields that people know from the forms are called here as they are there.
const FIELDS: Record<string, () => string> = {
  access: m.account_access,
  call_waiting: m.own_call_waiting,
  client: m.column_client,
  country: m.clients_country,
  default_profile: m.clients_default_profile,
  department: m.users_department,
  departments: m.limited_departments,
  devices: m.users_devices,
  dial_seconds: m.users_dial_seconds,
  do_not_disturb: m.own_do_not_disturb,
  email: m.account_email,
  emergency_caller_number: m.users_emergency_number,
  extension: m.users_extension,
  external_caller_name: m.users_external_name,
  external_caller_number: m.users_external_number,
  first_name: m.account_first_name,
  follow_me: m.own_follow_me,
  forward: m.own_forward,
  in_directory: m.users_in_directory,
  internal_caller_name: m.users_internal_name,
  internal_caller_number: m.users_internal_number,
  language: m.settings_language,
  last_name: m.account_last_name,
  location: m.emergency_location,
  max_international_calls: m.clients_max_international,
  max_outbound_calls: m.clients_max_outbound,
  may_delete_recordings: m.logins_may_delete,
  memo: m.clients_memo,
  name: m.column_name,
  note: m.blocks_note,
  number: m.blocks_number,
  offline_days: m.account_offline_days,
  production: m.clients_production_label,
  profile: m.users_profile,
  profiles: m.clients_profiles,
  realm: m.clients_realm_own,
  recordings_allowed: m.clients_recordings_allowed,
  second_factor: m.factor_title,
  support_email: m.account_support_email,
  suspended: m.clients_suspended,
  time_zone: m.clients_time_zone,
  username: m.limited_username,
  vanity: m.users_vanity,
  voicemail_email: m.users_voicemail_email,
  when_busy: m.users_when_busy,
  when_unavailable: m.users_when_unavailable,
};

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const nameOf = (id: string): string => directory.client(id)?.name ?? directory.user(id)?.name ?? directory.profileName(id);

/** A field as its form calls it; the parts of a deeper one stand after each other. */
export const fieldWords = (field: string): string => FIELDS[field]?.() ?? FIELDS[field.replace(/^calls\./, "")]?.() ?? fieldName(field);

/** What a field held, with names in place of ids. */
export function valueWords(field: string, value: string): string {
  if (value === "true") return m.yes();
  if (value === "false") return m.no();
  if (field === "language") return languageName(value);
  const access = ACCESSES.find((one) => field === "access" && one === value);
  if (access) return accessName(access);
  if (field.endsWith("_ms") && /^\d+$/.test(value)) return words.instant(Number(value));
  return value.replace(ID, nameOf);
}
