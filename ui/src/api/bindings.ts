// Made from the Rust types by `cargo xtask bindings`. Changes here are lost.

export type Account = { 
/**
 * Names the account on this computer.
 */
key: string, server: string, realm: string, email: string, name: string, reseller: string, role: Role, sample: boolean, may_play_recordings: boolean, may_delete_recordings: boolean, };

export type AccountChoice = { account: AccountId, role: Role, 
/**
 * What the account belongs to: the reseller's, client's or user's name.
 */
label: string, };

export type AccountId = string;

export type AddRule = { name: string, filter: CallFilter, limit_bytes: number, };

export type CacheInfo = { calls: number, legs: number, database_bytes: number, recordings: number, recordings_bytes: number, folder: string, oldest_ms: number | null, 
/**
 * A damaged local copy was set aside here and is being rebuilt.
 */
set_aside: string | null, };

export type CallFilter = { 
/**
 * Start of the leg, inclusive.
 */
from_ms: number | null, 
/**
 * Start of the leg, exclusive.
 */
until_ms: number | null, clients: Array<ClientId>, users: Array<UserId>, directions: Array<Direction>, results: Array<CallResult>, 
/**
 * A part of either number, at least three digits; separators are ignored.
 */
number: string, 
/**
 * A part of the caller's name, without regard to case.
 */
name: string, talk_min_seconds: number | null, 
/**
 * Inclusive.
 */
talk_max_seconds: number | null, 
/**
 * Only legs whose recording is available.
 */
recorded: boolean, 
/**
 * A part of a name, number, client or user.
 */
text: string, };

export type CallId = string;

export type CallPage = { offset: number, rows: Array<CallRow>, 
/**
 * The state of the cache that the page was read from.
 */
revision: number, 
/**
 * Calls that match, on all pages.
 */
matching: number, };

export type CallResult = "answered" | "no_answer" | "busy" | "failed" | "cancelled" | "voicemail" | "blocked";

export type CallRow = { call: CallId, legs: number, started_at_ms: number, direction: Direction, client: ClientId, client_name: string, user: UserId | null, user_name: string, 
/**
 * E.164 where it is a public number, else as the switch wrote it.
 */
from_number: string, from_name: string, to_number: string, ring_seconds: number, 
/**
 * The longest leg's.
 */
talk_seconds: number, 
/**
 * Answered when one leg was.
 */
result: CallResult, cause: number | null, recording: RecordingState, 
/**
 * The leg whose recording the play icon plays.
 */
recording_leg: LegId | null, 
/**
 * Its recording is on this computer.
 */
kept_offline: boolean, };

export type CallTotals = { calls: number, 
/**
 * Legs of those calls.
 */
legs: number, answered_calls: number, talk_seconds: number, 
/**
 * Calls in the cache, matching or not.
 */
of_calls: number, 
/**
 * Changes that the first sync has still to bring; none once it is complete.
 */
still_to_sync: number | null, revision: number, };

export type CheckServer = { server: string, };

export type ChoosePath = { suggested: string, };

export type ChosenPath = { 
/**
 * None: the person cancelled.
 */
path: string | null, };

export type ClientCount = { client: ClientId, name: string, calls: number, talk_seconds: number, answered_calls: number, };

export type ClientId = string;

export type Code = "invalid" | "not_found" | "taken" | "in_use" | "changed" | "unauthenticated" | "wrong_credentials" | "forbidden" | "too_many_requests" | "too_large" | "cursor_gone" | "unknown_format" | "recording_unavailable" | "offline" | "cache" | "audio" | "disk" | "internal";

export type DayCount = { 
/**
 * `YYYY-MM-DD` in the zone that was asked.
 */
day: string, answered: number, no_answer: number, busy: number, failed: number, cancelled: number, voicemail: number, blocked: number, };

export type Device = { id: string, name: string, };

export type Direction = "inbound" | "outbound" | "internal";

export type Directory = { clients: Array<DirectoryClient>, users: Array<DirectoryUser>, profiles: Array<DirectoryProfile>, numbers: Array<DirectoryNumber>, };

export type DirectoryClient = { id: ClientId, name: string, realm: string, time_zone: string, country: string, suspended: boolean, production: boolean, profiles: Array<string>, };

export type DirectoryProfile = { id: string, name: string, is_default: boolean, };

export type DirectoryNumber = { id: string, client: ClientId, e164: string, emergency_validated: boolean, };

export type ExportList = { name: string, header: Array<string>, rows: Array<Array<string>>, };

export type ExportedList = { path: string, rows: number, };

export type DirectoryUser = { id: UserId, client: ClientId, name: string, extension: string, };

export type Event = { "changed": Array<Tag> } | { "sync": SyncState } | { "player": PlayerState } | { "job": Job };

export type ExportPlan = { 
/**
 * Rows that would be written: one a leg.
 */
legs: number, files: number, limit: number, };

export type ExportStart = { filter: CallFilter, 
/**
 * IANA name, or `client` for each client's own zone.
 */
zone: string, 
/**
 * As the dialog gave it. Several files are numbered.
 */
path: string, 
/**
 * Also write what was exported, with the hash of each file.
 */
manifest: boolean, 
/**
 * False: only the newest 100 000 rows.
 */
all_files: boolean, };

export type FieldError = { 
/**
 * The field's name as on the wire.
 */
field: string, message: string, };

export type Filtered = { filter: CallFilter, };

export type Home = { days: Array<DayCount>, 
/**
 * Of the same days.
 */
busiest: Array<ClientCount>, calls_today: number, 
/**
 * The same weekday by this time of day, the mean of four weeks.
 */
usual_today: number, answered_share_7d: number | null, 
/**
 * Calls of the last seven days by hour of the day, 24 numbers.
 */
hours: Array<number>, calls: number, recordings: number, oldest_ms: number | null, revision: number, };

export type HomeOf = { 
/**
 * IANA name of the zone in which days begin.
 */
zone: string, days: number, };

export type Job = { id: number, kind: JobKind, state: JobState, title: string, done: number, total: number, unit: Unit, paths: Array<string>, problem: Problem | null, };

export type JobKind = "export" | "download" | "offline";

export type JobState = "running" | "paused" | "done" | "cancelled" | "failed";

export type Language = "en" | "fr" | "es" | "de";

export type LegDetail = { id: LegId, started_at_ms: number, answered_at_ms: number | null, ended_at_ms: number, direction: Direction, result: CallResult, client_name: string, user_name: string, from_number: string, from_e164: string | null, from_name: string, to_number: string, to_e164: string | null, ring_seconds: number, talk_seconds: number, cause: number | null, sip_code: number | null, recording: RecordingState, recording_bytes: number | null, kept_offline: boolean, source_id: string, };

export type LegId = string;

export type Load = { leg: LegId, title: string, play: boolean, };

export type Named = { id: string, };

export type Nothing = Record<symbol, never>;

export type OfflineRule = { id: string, name: string, filter: CallFilter, limit_bytes: number, paused: boolean, 
/**
 * Recordings that the filter matches.
 */
matching: number, 
/**
 * Of those, here.
 */
kept: number, kept_bytes: number, 
/**
 * Within the limit and not here yet.
 */
waiting: number, problem: Problem | null, };

export type OfflineState = { rules: Array<OfflineRule>, kept: number, kept_bytes: number, };

export type OneCall = { call: CallId, };

export type OneJob = { id: number, };

export type OneLeg = { leg: LegId, };

export type PageOf = { filter: CallFilter, sort: Sort, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type PauseRule = { id: string, paused: boolean, };

export type PlayerState = { leg: LegId | null, title: string, 
/**
 * It is being fetched and decoded.
 */
loading: boolean, playing: boolean, 
/**
 * In the recording's own time.
 */
position_ms: number, duration_ms: number, speed: number, volume: number, device: string | null, 
/**
 * The file ends before its header says.
 */
truncated: boolean, problem: Problem | null, };

export type Problem = { type: string, title: string, status: number, code: Code, detail?: string, errors?: Array<FieldError>, request_id?: string, };

export type RecordingState = "none" | "pending" | "available" | "deleted" | "expired";

export type RemoveRule = { id: string, delete_files: boolean, };

export type Role = "reseller" | "client" | "user";

export type SaveFilter = { 
/**
 * A new one gets an id.
 */
id: string | null, name: string, filter: CallFilter, period?: string | null, };

export type SavedFilter = { id: string, name: string, filter: CallFilter, 
/**
 * The named period that the dates came from, such as the last seven days: whoever shows the
 * filter works the dates out anew.
 */
period: string | null, };

export type Seek = { position_ms: number, };

export type ServerInfo = { 
/**
 * Always `pbx-core`: how a client knows that it talks to the right kind of server.
 */
product: string, version: string, 
/**
 * Wire version; a client refuses a higher major than its own with words.
 */
api_major: number, 
/**
 * The server's clock, so that a client whose clock is wrong can say so.
 */
now_ms: number, 
/**
 * The server holds sample data.
 */
sample: boolean, };

export type SessionState = { accounts: Array<Account>, current: Account | null, token_store: TokenStore, last_server: string, last_realm: string, };

export type Set = { speed?: number, volume?: number, 
/**
 * Left out: unchanged. `null`: the system's choice.
 */
device?: string, };

export type Settings = { language: Language, theme: Theme, zone: Zone, notify_export: boolean, notify_sync: boolean, notify_download: boolean, 
/**
 * Columns of Call Details in their order; empty: the usual ones.
 */
columns: Array<string>, list_columns: { [key in string]: Array<string> },
/**
 * Where recordings sound; none: the system's choice.
 */
output_device: string | null, };

export type SignIn = { server: string, realm: string, email: string, password: string, 
/**
 * Where one email has several accounts: the chosen one.
 */
account?: AccountId, };

export type SignInOutcome = { "signed_in": Account } | { "choose": Array<AccountChoice> };

export type SignOut = { 
/**
 * Also remove what this computer keeps of the account.
 */
wipe: boolean, };

export type Sort = { by: SortBy, descending: boolean, };

export type SortBy = "started_at" | "direction" | "client" | "user" | "from" | "to" | "name" | "ring" | "talk" | "result" | "cause" | "recording" | "legs";

export type Switch = { key: string, };

export type SyncPhase = "signed_out" | "syncing" | "synced" | "offline" | "expired" | "failed";

export type SyncState = { phase: SyncPhase, 
/**
 * The first sync of this cache is not complete yet.
 */
first_sync: boolean, 
/**
 * Changes brought by the running sync, of `total`.
 */
done: number, total: number, 
/**
 * When the cache last had everything.
 */
synced_at_ms: number | null, offline_since_ms: number | null, 
/**
 * What failed, in words.
 */
message: string | null, 
/**
 * This computer's clock minus the server's, where it is off by minutes.
 */
clock_off_ms: number | null, };

export type Tag = "archive" | "audit" | "branding" | "links" | "session" | "calls" | "directory" | "filters" | "offline" | "settings" | "cache";

export type Theme = "system" | "light" | "dark";

export type TokenStore = "keychain" | "memory";

export type Unit = "rows" | "bytes";

export type UserId = string;

export type Waveform = { leg: LegId, duration_ms: number, 
/**
 * Peaks from 0 to 255. Two sides: the caller, the callee.
 */
sides: Array<Array<number>>, };

export type WaveformOf = { leg: LegId, buckets: number, };

export type Zone = "viewer" | "client";


export type ArchivedClient = { id: ClientId, name: string, realm: string, archived_at_ms: number, until_ms: number, };
export type AuditEntry = { id: AuditId, at_ms: number, account?: AccountId, account_name: string, acting_as?: string, address: string, action: string, subject_kind: string, subject: string, subject_name: string, client?: ClientId, client_name?: string, before: unknown, after: unknown, undoes?: AuditId, undone_by?: AuditId, can_undo: boolean, };
export type AuditId = string;
export type AuditOf = { from_ms: number | null, until_ms: number | null, subject_kind: string | null, subject: string | null, account: AccountId | null, client: ClientId | null, };
export type Brand = { name: string, logo: string | null, favicon: string | null, };
export type BrandKind = "logo" | "favicon";
export type BrandOf = { server: string | null, realm: string | null, };
export type ChangeClient = { client: ClientId, input: ClientInput, };
export type ChangeLink = { link: LinkId, input: LinkInput, };
export type ChangeProfile = { profile: ProfileId, input: ProfileInput, };
export type Client = { id: ClientId, name: string, realm: string, };
export type ClientContents = { users: number, numbers: number, logins: number, calls: number, };
export type ClientDetails = { client: Client, full_realm: string, memo?: string, };
export type ClientForm = { id: ClientId, full_realm: string, input: ClientInput, };
export type ClientInput = { name: string, realm: string, first_name: string, last_name: string, email: string, language: string, time_zone: string, country: string, max_outbound_calls: number | null, max_international_calls: number | null, memo: string, production: boolean, suspended: boolean, recordings_allowed: boolean, profiles: Array<ProfileId>, default_profile: ProfileId, password?: string, move_users_to?: ProfileId, };
export type ClientRow = { id: ClientId, name: string, realm: string, full_realm: string, contact: string, email: string, time_zone: string, country: string, language: string, suspended: boolean, production: boolean, recordings_allowed: boolean, max_outbound_calls: number | null, max_international_calls: number | null, profiles: Array<ProfileId>, users: number, };
export type CustomLink = { id: LinkId, title: string, url: string, icon: string, };
export type Features = { call_forward: boolean, follow_me: boolean, call_waiting: boolean, do_not_disturb: boolean, voicemail_box_disabled: boolean, conference_page_disabled: boolean, call_recording: boolean, queue_page_disabled: boolean, active_calls_page: boolean, call_panel_page: boolean, };
export type LinkId = string;
export type LinkInput = { title: string, url: string, icon: string, };
export type LinkOrder = { links: Array<LinkId>, };
export type Listed<T> = { rows: Array<T>, as_of_ms: number, offline: boolean, };
export type OneClient = { client: ClientId, };
export type OneEntry = { entry: AuditId, };
export type OneImage = { kind: BrandKind, };
export type OneLink = { link: LinkId, };
export type OneProfile = { profile: ProfileId, };
export type OutboundRoute = { key: string, name: string, };
export type Profile = { id: ProfileId, name: string, is_default: boolean, features: Features, routes: Array<string>, };
export type ProfileDetails = { profile: Profile, users: number, default_of: number, };
export type ProfileId = string;
export type ProfileInput = { name: string, features: Features, routes: Array<string>, };
export type ProfileRow = { profile: Profile, users: number, clients: number, };
export type RemoveProfile = { profile: ProfileId, move_users_to: ProfileId | null, };
export type SetImage = { kind: BrandKind, content: string, };
export type SuspendClient = { client: ClientId, suspended: boolean, };

export interface Commands {
  "clients.list": { in: Nothing; out: Array<ClientRow> };
  "clients.show": { in: OneClient; out: ClientForm };
  "clients.create": { in: ClientInput; out: ClientDetails };
  "clients.change": { in: ChangeClient; out: ClientDetails };
  "clients.suspend": { in: SuspendClient; out: Nothing };
  "clients.contents": { in: OneClient; out: ClientContents };
  "clients.remove": { in: OneClient; out: Nothing };
  "clients.archived": { in: Nothing; out: Listed<ArchivedClient> };
  "clients.restore": { in: OneClient; out: Nothing };
  "profiles.list": { in: Nothing; out: Array<ProfileRow> };
  "profiles.show": { in: OneProfile; out: ProfileDetails };
  "profiles.routes": { in: Nothing; out: Listed<OutboundRoute> };
  "profiles.create": { in: ProfileInput; out: ProfileDetails };
  "profiles.change": { in: ChangeProfile; out: ProfileDetails };
  "profiles.remove": { in: RemoveProfile; out: Nothing };
  "audit.list": { in: AuditOf; out: Listed<AuditEntry> };
  "audit.undo": { in: OneEntry; out: AuditEntry };
  "branding.show": { in: BrandOf; out: Brand };
  "branding.change": { in: SetImage; out: Nothing };
  "branding.remove": { in: OneImage; out: Nothing };
  "links.list": { in: Nothing; out: Listed<CustomLink> };
  "links.create": { in: LinkInput; out: CustomLink };
  "links.change": { in: ChangeLink; out: CustomLink };
  "links.remove": { in: OneLink; out: Nothing };
  "links.order": { in: LinkOrder; out: Nothing };
  "links.open": { in: OneLink; out: Nothing };
  "session.state": { in: Nothing; out: SessionState };
  "session.check_server": { in: CheckServer; out: ServerInfo };
  "session.sign_in": { in: SignIn; out: SignInOutcome };
  "session.switch": { in: Switch; out: Account };
  "session.sign_out": { in: SignOut; out: Nothing };
  "sync.state": { in: Nothing; out: SyncState };
  "sync.now": { in: Nothing; out: Nothing };
  "directory.show": { in: Nothing; out: Directory };
  "calls.page": { in: PageOf; out: CallPage };
  "calls.totals": { in: Filtered; out: CallTotals };
  "calls.legs": { in: OneCall; out: Array<LegDetail> };
  "filters.list": { in: Nothing; out: Array<SavedFilter> };
  "filters.save": { in: SaveFilter; out: SavedFilter };
  "filters.remove": { in: Named; out: Nothing };
  "home.show": { in: HomeOf; out: Home };
  "export.plan": { in: Filtered; out: ExportPlan };
  "export.choose_path": { in: ChoosePath; out: ChosenPath };
  "export.start": { in: ExportStart; out: Job };
  "jobs.list": { in: Nothing; out: Array<Job> };
  "jobs.cancel": { in: OneJob; out: Nothing };
  "lists.export": { in: ExportList; out: ExportedList | null };
  "recording.save_as": { in: OneLeg; out: Job | null };
  "recording.remove": { in: OneLeg; out: Nothing };
  "player.load": { in: Load; out: PlayerState };
  "player.play": { in: Nothing; out: PlayerState };
  "player.pause": { in: Nothing; out: PlayerState };
  "player.seek": { in: Seek; out: PlayerState };
  "player.set": { in: Set; out: PlayerState };
  "player.close": { in: Nothing; out: PlayerState };
  "player.state": { in: Nothing; out: PlayerState };
  "player.devices": { in: Nothing; out: Array<Device> };
  "player.waveform": { in: WaveformOf; out: Waveform };
  "offline.state": { in: Nothing; out: OfflineState };
  "offline.add": { in: AddRule; out: OfflineRule };
  "offline.pause": { in: PauseRule; out: Nothing };
  "offline.remove": { in: RemoveRule; out: Nothing };
  "offline.purge": { in: Nothing; out: Nothing };
  "settings.show": { in: Nothing; out: Settings };
  "settings.change": { in: Settings; out: Settings };
  "cache.info": { in: Nothing; out: CacheInfo };
  "cache.rebuild": { in: Nothing; out: Nothing };
}
