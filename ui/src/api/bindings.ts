// The contract between the local backend and the UI. The Rust side generates exactly these types
// into ui/src/api/bindings.ts (one file). Transport: call(name, input) -> Promise<output>, rejects with Problem.
// Conventions: names snake_case, *_ms = ms since epoch (UTC), *_seconds, *_bytes.

export type Code = "invalid"|"not_found"|"taken"|"unauthenticated"|"wrong_credentials"|"forbidden"|"too_many_requests"|"too_large"|"cursor_gone"|"unknown_format"|"recording_unavailable"|"offline"|"cache"|"audio"|"disk"|"internal";
export type FieldError = { field: string; message: string };
export type Problem = { type: string; title: string; status: number; code: Code; detail?: string; errors?: FieldError[]; request_id?: string };

export type Role = "reseller" | "client" | "user";
export type Direction = "inbound" | "outbound" | "internal";
export type CallResult = "answered"|"no_answer"|"busy"|"failed"|"cancelled"|"voicemail"|"blocked";
export type RecordingState = "none"|"pending"|"available"|"deleted"|"expired";

// ---- session
export type ServerInfo = { product: string; version: string; api_major: number; now_ms: number; sample: boolean };
export type AccountChoice = { account: string; role: Role; label: string };
export type Account = { key: string; server: string; realm: string; email: string; name: string; reseller: string; role: Role; sample: boolean; may_play_recordings: boolean; may_delete_recordings: boolean };
export type SessionState = { accounts: Account[]; current: Account | null; token_store: "keychain" | "memory"; /* memory: no keychain here, one signs in again at each start; say so */ last_server: string; last_realm: string };
export type SignIn = { server: string; realm: string; email: string; password: string; account?: string };
export type SignInOutcome = { signed_in: Account } | { choose: AccountChoice[] };
// ---- sync
export type SyncPhase = "signed_out" | "syncing" | "synced" | "offline" | "expired" /* must sign in again */ | "failed";
export type SyncState = { phase: SyncPhase; first_sync: boolean; done: number; total: number; synced_at_ms: number | null; offline_since_ms: number | null; message: string | null; clock_off_ms: number | null };
// ---- calls
export type CallFilter = { from_ms: number | null; until_ms: number | null /* exclusive */; clients: string[]; users: string[]; directions: Direction[]; results: CallResult[]; number: string /* part, at least 3 digits */; name: string; talk_min_seconds: number | null; talk_max_seconds: number | null; recorded: boolean; text: string };
export type SortBy = "started_at"|"direction"|"client"|"user"|"from"|"to"|"name"|"ring"|"talk"|"result"|"cause"|"recording"|"legs";
export type Sort = { by: SortBy; descending: boolean };
export type CallRow = { call: string; legs: number; started_at_ms: number; direction: Direction; client: string; client_name: string; user: string | null; user_name: string; from_number: string; from_name: string; to_number: string; ring_seconds: number; talk_seconds: number; result: CallResult; cause: number | null; recording: RecordingState; recording_leg: string | null; kept_offline: boolean };
export type CallPage = { offset: number; rows: CallRow[]; revision: number; matching: number };
export type CallTotals = { calls: number; legs: number; answered_calls: number; talk_seconds: number; of_calls: number; still_to_sync: number | null; revision: number };
export type LegDetail = { id: string; started_at_ms: number; answered_at_ms: number | null; ended_at_ms: number; direction: Direction; result: CallResult; client_name: string; user_name: string; from_number: string; from_e164: string | null; from_name: string; to_number: string; to_e164: string | null; ring_seconds: number; talk_seconds: number; cause: number | null; sip_code: number | null; recording: RecordingState; recording_bytes: number | null; kept_offline: boolean; source_id: string };
export type SavedFilter = { id: string; name: string; filter: CallFilter };
export type DirectoryClient = { id: string; name: string; realm: string; time_zone: string; country: string };
export type DirectoryUser = { id: string; client: string; name: string; extension: string };
export type Directory = { clients: DirectoryClient[]; users: DirectoryUser[] };
// ---- home
export type DayCount = { day: string /* YYYY-MM-DD in the zone asked */; answered: number; no_answer: number; busy: number; failed: number; cancelled: number; voicemail: number; blocked: number };
export type ClientCount = { client: string; name: string; calls: number; talk_seconds: number; answered_calls: number };
export type Home = { days: DayCount[]; busiest: ClientCount[]; calls_today: number; usual_today: number /* same weekday, by this hour, mean of 4 weeks */; answered_share_7d: number | null; hours: number[] /* 24: calls by hour, last 7 days */; calls: number; recordings: number; oldest_ms: number | null; revision: number };
// ---- export
export type ExportPlan = { legs: number; files: number; limit: number /* 100000 */ };
export type ExportStart = { filter: CallFilter; zone: string; path: string /* first file as chosen; further ones are numbered */; manifest: boolean; all_files: boolean };
export type JobKind = "export" | "download" | "offline";
export type JobState = "running" | "paused" | "done" | "cancelled" | "failed";
export type Job = { id: number; kind: JobKind; state: JobState; title: string; done: number; total: number; unit: "rows" | "bytes"; paths: string[]; problem: Problem | null };
// ---- player
export type Device = { id: string; name: string };
export type PlayerState = { leg: string | null; title: string; loading: boolean; playing: boolean; position_ms: number; duration_ms: number; speed: number; volume: number; device: string | null; truncated: boolean; problem: Problem | null };
export type Waveform = { leg: string; duration_ms: number; sides: number[][] /* 1 or 2 arrays of peaks 0..255; two: left caller, right callee */ };
// ---- offline recordings
export type OfflineRule = { id: string; name: string; filter: CallFilter; limit_bytes: number; paused: boolean; matching: number; kept: number; kept_bytes: number; waiting: number; problem: Problem | null };
export type OfflineState = { rules: OfflineRule[]; kept: number; kept_bytes: number };
// ---- settings
export type Language = "en" | "fr" | "es" | "de";
export type Theme = "system" | "light" | "dark";
export type Zone = "viewer" | "client";
export type Settings = { language: Language; theme: Theme; zone: Zone; notify_export: boolean; notify_sync: boolean; notify_download: boolean; columns: string[]; output_device: string | null };
export type CacheInfo = { calls: number; legs: number; database_bytes: number; recordings: number; recordings_bytes: number; folder: string; oldest_ms: number | null; set_aside: string | null /* a corrupt cache was set aside here and is being rebuilt */ };

export interface Commands {
  "session.state": { in: {}; out: SessionState };
  "session.check_server": { in: { server: string }; out: ServerInfo };
  "session.sign_in": { in: SignIn; out: SignInOutcome };
  "session.switch": { in: { key: string }; out: Account };
  "session.sign_out": { in: { wipe: boolean }; out: {} };
  "sync.state": { in: {}; out: SyncState };
  "sync.now": { in: {}; out: {} };
  "directory.show": { in: {}; out: Directory };
  "calls.page": { in: { filter: CallFilter; sort: Sort; offset: number; limit: number /* <= 500 */ }; out: CallPage };
  "calls.totals": { in: { filter: CallFilter }; out: CallTotals };
  "calls.legs": { in: { call: string }; out: LegDetail[] };
  "filters.list": { in: {}; out: SavedFilter[] };
  "filters.save": { in: { id: string | null; name: string; filter: CallFilter }; out: SavedFilter };
  "filters.remove": { in: { id: string }; out: {} };
  "home.show": { in: { zone: string; days: number }; out: Home };
  "export.plan": { in: { filter: CallFilter }; out: ExportPlan };
  "export.choose_path": { in: { suggested: string }; out: { path: string | null } };  // native save dialog; null: cancelled
  "export.start": { in: ExportStart; out: Job };
  "jobs.list": { in: {}; out: Job[] };
  "jobs.cancel": { in: { id: number }; out: {} };
  "recording.save_as": { in: { leg: string }; out: Job | null };  // native save dialog, then a download job; null: cancelled
  "recording.remove": { in: { leg: string }; out: {} };
  "player.load": { in: { leg: string; title: string; play: boolean }; out: PlayerState };
  "player.play": { in: {}; out: PlayerState };
  "player.pause": { in: {}; out: PlayerState };
  "player.seek": { in: { position_ms: number }; out: PlayerState };
  "player.set": { in: { speed?: number; volume?: number; device?: string | null }; out: PlayerState };
  "player.close": { in: {}; out: PlayerState };
  "player.state": { in: {}; out: PlayerState };
  "player.devices": { in: {}; out: Device[] };
  "player.waveform": { in: { leg: string; buckets: number }; out: Waveform };
  "offline.state": { in: {}; out: OfflineState };
  "offline.add": { in: { name: string; filter: CallFilter; limit_bytes: number }; out: OfflineRule };
  "offline.pause": { in: { id: string; paused: boolean }; out: {} };
  "offline.remove": { in: { id: string; delete_files: boolean }; out: {} };
  "offline.purge": { in: {}; out: {} };   // removes every kept file
  "settings.show": { in: {}; out: Settings };
  "settings.change": { in: Settings; out: Settings };
  "cache.info": { in: {}; out: CacheInfo };
  "cache.rebuild": { in: {}; out: {} };   // wipes the local copy and syncs anew
}
// Pushed from the backend, one event stream:
export type Event =
  | { changed: Tag[] }            // re-read what you show of these
  | { sync: SyncState }
  | { player: PlayerState }
  | { job: Job };
export type Tag = "session" | "calls" | "directory" | "filters" | "offline" | "settings" | "cache";
