import type { CallSettings, User, UserSettings } from "../../api/bindings";

/** What a form of a user holds: its settings, with those of its calls beside the others. */
export type UserFields = Omit<UserSettings, "calls"> & CallSettings & { client: string };

export const USUAL_CALLS: CallSettings = { forward: null, follow_me: null, call_waiting: true, do_not_disturb: false };

/** The fields of a user that there is, or of a new one. */
export function fieldsOf(user: User | undefined, client: string, language: string): UserFields {
  if (!user) {
    return {
      client, first_name: "", last_name: "", extension: "", profile: null, department: "", email: "", voicemail_email: "", language,
      internal_caller_name: "", internal_caller_number: "", external_caller_name: "", external_caller_number: "", emergency_caller_number: "",
      dial_seconds: 20, when_unavailable: null, when_busy: null, vanity: false, in_directory: true, devices: [], ...USUAL_CALLS,
    };
  }
  const { id: _, calls, ...rest } = user;
  return {
    ...rest, ...calls, profile: rest.profile ?? null, department: rest.department ?? "", email: rest.email ?? "", voicemail_email: rest.voicemail_email ?? "",
    internal_caller_name: rest.internal_caller_name ?? "", internal_caller_number: rest.internal_caller_number ?? "", external_caller_name: rest.external_caller_name ?? "",
    external_caller_number: rest.external_caller_number ?? "", emergency_caller_number: rest.emergency_caller_number ?? "",
  };
}

/** What goes to the server: everything but the client, and the calls' settings under their name. */
export function settingsOf(fields: UserFields): UserSettings {
  const { client: _, forward, follow_me, call_waiting, do_not_disturb, ...rest } = fields;
  return { ...rest, dial_seconds: rest.dial_seconds ?? 0, calls: { forward, follow_me, call_waiting, do_not_disturb } };
}
