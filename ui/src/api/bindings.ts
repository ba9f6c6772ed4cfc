// Made from the Rust types by `cargo xtask bindings`. Changes here are lost.

export type Access = "owner" | "support" | "read_only";

export type Account = { 
/**
 * Names the account on this computer.
 */
key: string, server: string, realm: string, email: string, name: string, reseller: string, role: Role, sample: boolean, may_play_recordings: boolean, may_delete_recordings: boolean, 
/**
 * Pages that a limited client's login goes without.
 */
disabled_pages: Array<ClientPage>, 
/**
 * Is a limited client's login, with whatever pages.
 */
limited: boolean, access: Access, client: ClientId | null, user: UserId | null, 
/**
 * Where a client's messages go; empty: nowhere.
 */
support_email: string, 
/**
 * What its profile lets a user do, and which pages it has; none for the others.
 */
features: Features | null, 
/**
 * As whom it acts. Such an account is never written down.
 */
connected: Connected | null, };

export type AccountChoice = { account: AccountId, role: Role, 
/**
 * What the account belongs to: the reseller's, client's or user's name.
 */
label: string, };

export type AccountId = string;

export type AddRule = { name: string, filter: CallFilter, limit_bytes: number, };

export type ArchivedClient = { id: ClientId, name: string, realm: string, archived_at_ms: number, 
/**
 * Until when it can come back.
 */
until_ms: number, };

export type AuditEntry = { id: AuditId, at_ms: number, 
/**
 * None: the operator, on the server.
 */
account?: AccountId, account_name: string, 
/**
 * Connected: the client or user as whom the account acted.
 */
acting_as?: string, 
/**
 * Where the request came from.
 */
address: string, 
/**
 * Thing and verb, such as `client.change`.
 */
action: string, subject_kind: string, subject: string, subject_name: string, client?: ClientId, client_name?: string, 
/**
 * The thing before, as JSON; none where there was none.
 */
before: unknown, 
/**
 * The thing after, as JSON; none where there is none any more.
 */
after: unknown, 
/**
 * The entry that this one undid.
 */
undoes?: AuditId, 
/**
 * The entry that undid this one.
 */
undone_by?: AuditId, 
/**
 * The caller may try to undo it.
 */
can_undo: boolean, };

export type AuditId = string;

export type AuditOf = { from_ms: number | null, until_ms: number | null, 
/**
 * A kind of thing, such as `client`.
 */
subject_kind: string | null, subject: string | null, account: AccountId | null, client: ClientId | null, 
/**
 * How many of the newest; whoever looks further back asks for more.
 */
most: number, };

export type Because = "dialled" | "number" | { "forward": UserId } | { "follow_me": UserId } | { "unavailable": UserId } | { "busy": UserId };

export type BeginSecondFactor = { password: string, };

export type Block = { id: BlockId, 
/**
 * Whose calls it stops. None: those of all clients, and none of them learns of it.
 */
client: ClientId | null, kind: BlockKind, 
/**
 * In E.164, or the beginning of it; empty for hidden numbers.
 */
number: string, note: string, 
/**
 * Who made it: the name of the login then.
 */
created_by: string, created_at_ms: number, 
/**
 * Calls that it stopped.
 */
hits: number, last_hit_at_ms: number | null, };

export type BlockFile = { 
/**
 * Whose blocks they become; as in [`NewBlock`].
 */
client: ClientId | null, text: string, 
/**
 * Only looks; writes nothing.
 */
dry_run: boolean, };

export type BlockId = string;

export type BlockImport = { 
/**
 * Rows without the head.
 */
rows: number, 
/**
 * Written: all rows, or none.
 */
added: number, 
/**
 * The first hundred. With one of them nothing is written.
 */
errors: Array<RowError>, error_count: number, };

export type BlockKind = "number" | "prefix" | "anonymous";

export type Brand = { name: string, 
/**
 * A `data:` address.
 */
logo: string | null, 
/**
 * A `data:` address.
 */
favicon: string | null, };

export type BrandKind = "logo" | "favicon";

export type BrandOf = { server: string | null, realm: string | null, };

export type BulkDone = { changed: number, };

export type BulkSettings = { profile: ProfileId | null, department: string | null, language: string | null, external_caller_name: string | null, external_caller_number: string | null, emergency_caller_number: string | null, dial_seconds: number | null, vanity: boolean | null, in_directory: boolean | null, };

export type CacheInfo = { calls: number, legs: number, database_bytes: number, recordings: number, recordings_bytes: number, folder: string, oldest_ms: number | null, 
/**
 * A damaged local copy was set aside here and is being rebuilt.
 */
set_aside: string | null, };

export type CallDecision = { 
/**
 * What was dialled: in E.164 where it is a public number, else its digits.
 */
number: string, 
/**
 * None: it is no number, or the call comes from outside.
 */
class: NumberClass | null, 
/**
 * Why nothing rings. None: `first` rings.
 */
refusal: Refusal | null, caller_number: string, caller_name: string, 
/**
 * The block that stopped it.
 */
block: BlockId | null, 
/**
 * Of an emergency call: whether the caller ID is a validated number.
 */
emergency_valid: boolean | null, recorded: boolean, first: CallStage | null, 
/**
 * Settings that would have sent the call elsewhere and could not.
 */
skipped: Array<SkippedSetting>, };

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

export type CallFrom = { "user": UserId } | { "outside": string };

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

export type CallSettings = { 
/**
 * Every call goes there at once.
 */
forward: Destination | null, follow_me: FollowMe | null, 
/**
 * A second call rings while one is going on.
 */
call_waiting: boolean, do_not_disturb: boolean, };

export type CallStage = { because: Because, targets: Array<CallTarget>, ring_seconds: number, 
/**
 * None: the call ends unanswered.
 */
if_unanswered: CallStage | null, 
/**
 * None: as when it is unanswered.
 */
if_busy: CallStage | null, };

export type CallTarget = { "user": UserId } | { "outside": OutsideCall };

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

export type ChainLink = { role: Role, client?: ClientId, user?: UserId, 
/**
 * The reseller's, client's or user's name.
 */
name: string, };

export type ChangeBlock = { id: BlockId, block: NewBlock, };

export type ChangeClient = { client: ClientId, input: ClientInput, };

export type ChangeEmergency = { id: EmergencyId, caller_id: NewEmergencyCallerId, };

export type ChangeLimited = { id: AccountId, login: LimitedClientSettings, };

export type ChangeLink = { link: LinkId, input: LinkInput, };

export type ChangeMe = { first_name: string, last_name: string, 
/**
 * Also the login.
 */
email: string, language: string, 
/**
 * Asked for where the email changes: forgotten passwords go there.
 */
password?: string, };

export type ChangePassword = { old_password: string, 
/**
 * 10 characters at least, and not the email.
 */
new_password: string, };

export type ChangeProfile = { profile: ProfileId, input: ProfileInput, };

export type ChangeReseller = { name: string, 
/**
 * Empty: its clients are offered no support.
 */
support_email: string, 
/**
 * Days that a desktop's cache may stay open without contact: 1 to 365.
 */
offline_days: number, };

export type ChangeUser = { id: UserId, user: UserSettings, };

export type CheckServer = { server: string, };

export type ChoosePath = { suggested: string, };

export type ChosenPath = { 
/**
 * None: the person cancelled.
 */
path: string | null, };

export type ClaimCode = { server: string, 
/**
 * Or a link that ends in it.
 */
code: string, password: string, };

export type Claimed = { realm: string, email: string, };

export type ClassSeconds = { emergency: number, toll_free: number, canada: number, us: number, other_nanp: number, international: number, 
/**
 * Of no class: a feature code, or something that is no number.
 */
other: number, };

export type Client = { id: ClientId, name: string, 
/**
 * The client's own part of the realm; fixed after creation.
 */
realm: string, 
/**
 * IANA name, such as `America/Toronto`.
 */
time_zone: string, 
/**
 * ISO 3166-1 alpha-2, decides how national numbers read.
 */
country: string, suspended: boolean, 
/**
 * May the client's own logins play and download recordings.
 */
recordings_allowed: boolean, 
/**
 * Whom to ask at the client.
 */
first_name?: string, last_name?: string, email?: string, 
/**
 * What its new logins see: `en`, `fr`, `es` or `de`.
 */
language: string, 
/**
 * Calls to outside at a time. None: no limit; 0: no such call.
 */
max_outbound_calls: number | null, 
/**
 * Calls to other countries at a time. None: no limit; 0: no such call.
 */
max_international_calls: number | null, 
/**
 * In production or not: a label that changes nothing.
 */
production: boolean, 
/**
 * The profiles that its users may have.
 */
profiles: Array<ProfileId>, 
/**
 * One of `profiles`: what a new user gets.
 */
default_profile: ProfileId | null, };

export type ClientContents = { users: number, numbers: number, 
/**
 * Its own and its users'.
 */
logins: number, calls: number, };

export type ClientCount = { client: ClientId, name: string, calls: number, talk_seconds: number, answered_calls: number, };

export type ClientDetails = { client: Client, 
/**
 * Client realm and reseller realm: where its phones register.
 */
full_realm: string, 
/**
 * For the reseller's people only.
 */
memo?: string, };

export type ClientForm = { id: ClientId, full_realm: string, input: ClientInput, };

export type ClientId = string;

export type ClientInput = { name: string, 
/**
 * The client's own part of the realm. Fixed after creation: another one is refused.
 */
realm: string, first_name: string, last_name: string, 
/**
 * Of the person to ask, and of the client's first login.
 */
email: string, 
/**
 * `en`, `fr`, `es` or `de`.
 */
language: string, 
/**
 * IANA name, such as `America/Toronto`.
 */
time_zone: string, 
/**
 * ISO 3166-1 alpha-2.
 */
country: string, 
/**
 * None: no limit; 0: no such call.
 */
max_outbound_calls: number | null, 
/**
 * None: no limit; 0: no such call.
 */
max_international_calls: number | null, 
/**
 * The reseller's notes; the client never sees them.
 */
memo: string, production: boolean, suspended: boolean, recordings_allowed: boolean, 
/**
 * The profiles that its users may have, at least one.
 */
profiles: Array<ProfileId>, 
/**
 * One of `profiles`.
 */
default_profile: ProfileId, 
/**
 * Of the client's first login; left out, it stays as it is.
 */
password?: string, 
/**
 * One of `profiles`, for the users whose profile is no longer among them.
 */
move_users_to?: ProfileId, };

export type ClientPage = "users" | "numbers" | "calls" | "active_calls" | "phones" | "blocks" | "emergency" | "audit";

export type ClientRow = { id: ClientId, name: string, realm: string, 
/**
 * Client realm and reseller realm: where its phones register.
 */
full_realm: string, 
/**
 * Whom to ask there.
 */
contact: string, email: string, time_zone: string, country: string, language: string, suspended: boolean, production: boolean, recordings_allowed: boolean, max_outbound_calls: number | null, max_international_calls: number | null, profiles: Array<ProfileId>, users: number, };

export type Code = "invalid" | "not_found" | "taken" | "in_use" | "changed" | "unauthenticated" | "wrong_credentials" | "forbidden" | "too_many_requests" | "too_large" | "cursor_gone" | "unknown_format" | "recording_unavailable" | "offline" | "cache" | "audio" | "disk" | "internal";

export type Colleague = { id: UserId, name: string, extension: string, };

export type ColleagueState = { user: UserId, state: Presence, };

export type ConfirmSecondFactor = { 
/**
 * Six digits of the authenticator that was just given the secret.
 */
code: string, };

export type ConnectRequest = { client?: ClientId, user?: UserId, 
/**
 * Why; the audit log shows it.
 */
reason: string, };

export type Connected = { 
/**
 * From the person's own account down to the one that it acts as: two or three.
 */
chain: Array<ChainLink>, ends_at_ms: number, };

export type CustomLink = { id: LinkId, title: string, 
/**
 * Always `https`.
 */
url: string, 
/**
 * One of [`LINK_ICONS`].
 */
icon: string, };

export type DayCount = { 
/**
 * `YYYY-MM-DD` in the zone that was asked.
 */
day: string, answered: number, no_answer: number, busy: number, failed: number, cancelled: number, voicemail: number, blocked: number, };

export type Destination = { "user": UserId } | { "external": string } | "voicemail";

export type Device = { id: string, name: string, };

export type Direction = "inbound" | "outbound" | "internal";

export type Directory = { clients: Array<DirectoryClient>, users: Array<DirectoryUser>, profiles: Array<DirectoryProfile>, numbers: Array<DirectoryNumber>, };

export type DirectoryClient = { id: ClientId, name: string, realm: string, time_zone: string, country: string, suspended: boolean, production: boolean, 
/**
 * The profiles that its users may have.
 */
profiles: Array<ProfileId>, };

export type DirectoryNumber = { id: NumberId, client: ClientId, e164: string, emergency_validated: boolean, };

export type DirectoryProfile = { id: ProfileId, name: string, is_default: boolean, };

export type DirectoryUser = { id: UserId, client: ClientId, name: string, extension: string, };

export type DuplicatedNat = { public_address: string, public_port: number, transport: SipTransport, 
/**
 * One a device at least, of what the caller may see.
 */
registrations: Array<Registration>, };

export type EditLogin = { id: AccountId, first_name: string, last_name: string, language: string, access: Access, may_delete_recordings: boolean, };

export type EmergencyCallerId = { id: EmergencyId, 
/**
 * None: the reseller's fallback for every client.
 */
client: ClientId | null, 
/**
 * None: every user of the client.
 */
user: UserId | null, 
/**
 * Such as 911, or 933 for a test.
 */
dialled: string, 
/**
 * In E.164.
 */
caller_number: string, 
/**
 * Whether `caller_number` is a validated number of the client now.
 */
valid: boolean, 
/**
 * Where help is to come.
 */
location: string, notify_emails: Array<string>, 
/**
 * Those who are signed in on a desktop are told at once.
 */
notify_desktop: boolean, last_test_at_ms: number | null, };

export type EmergencyId = string;

export type Event = { "changed": Array<Tag> } | { "sync": SyncState } | { "player": PlayerState } | { "job": Job } | { "alert": LiveAlert };

export type ExportList = { 
/**
 * What the list is called; the dialog suggests it as the file's name.
 */
name: string, 
/**
 * The columns as they are shown, in their order.
 */
header: Array<string>, 
/**
 * At most 100 000, as they are shown, in their order.
 */
rows: Array<Array<string>>, };

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

export type ExportedList = { path: string, rows: number, };

export type Features = { call_forward: boolean, follow_me: boolean, call_waiting: boolean, do_not_disturb: boolean, 
/**
 * Needs a media server: saved, and changes nothing until there is one.
 */
voicemail_box_disabled: boolean, 
/**
 * Needs a media server: saved, and changes nothing until there is one.
 */
conference_page_disabled: boolean, 
/**
 * Every call of its users is recorded.
 */
call_recording: boolean, 
/**
 * Needs a media server: saved, and changes nothing until there is one.
 */
queue_page_disabled: boolean, active_calls_page: boolean, call_panel_page: boolean, };

export type FieldError = { 
/**
 * The field's name as on the wire; empty: it is about all of the input, or about none of it.
 */
field: string, 
/**
 * In English; it continues the field's name, or is a sentence of its own.
 */
message: string, 
/**
 * The rule that was broken, for who says it in another language. None where only a program
 * can break it, and from an older server.
 */
rule?: Rule, };

export type Filtered = { filter: CallFilter, };

export type FollowMe = { order: RingOrder, 
/**
 * 1 to 10.
 */
steps: Array<FollowMeStep>, };

export type FollowMeStep = { destination: Destination, 
/**
 * 5 to 120.
 */
ring_seconds: number, };

export type Forgot = { server: string, realm: string, email: string, };

export type FreeExtensions = { 
/**
 * The lowest first, at most fifty.
 */
free: Array<string>, };

export type FreeOf = { client: ClientId, 
/**
 * The lowest that is wanted.
 */
from: number | null, };

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

export type HomeNow = { status: LiveStatus, 
/**
 * None until the server said what is going on.
 */
figures: NowFigures | null, 
/**
 * What is most urgent first.
 */
problems: Array<HomeProblem>, };

export type HomeOf = { 
/**
 * IANA name of the zone in which days begin.
 */
zone: string, days: number, };

export type HomeProblem = { "emergency_call": { call: CallId, client: ClientId, user: UserId | null, dialled: string, 
/**
 * Empty where it is not known.
 */
location: string, at_ms: number, } } | { "near_limit": { client: ClientId, international: boolean, calls: number, limit: number, } } | { "phones_dropped": { client: ClientId, phones: number, 
/**
 * When the last of them dropped.
 */
last_ms: number, } };

export type ImportUsers = { client: ClientId, 
/**
 * What the file holds.
 */
text: string, dry_run: boolean, };

export type ImportedUser = { id: UserId, name: string, extension: string, sip_user: string, sip_secret: string, };

export type InvitedLogin = { login: Login, 
/**
 * The code is on its way by mail. False: this server sends none, and its operator makes the
 * code with `pbx-core admin account link`.
 */
mailed: boolean, };

export type InvitedUser = { email: string, 
/**
 * Not mailed: the operator of the server makes a code and hands it on. Who manages users is
 * never shown one, or it could act as them.
 */
mailed: boolean, };

export type Job = { id: number, kind: JobKind, state: JobState, title: string, done: number, total: number, unit: Unit, paths: Array<string>, problem: Problem | null, };

export type JobKind = "export" | "download" | "offline";

export type JobState = "running" | "paused" | "done" | "cancelled" | "failed";

export type Language = "en" | "fr" | "es" | "de";

export type LegDetail = { id: LegId, started_at_ms: number, answered_at_ms: number | null, ended_at_ms: number, 
/**
 * Nobody told when it ended: the end is when it was known to be over.
 */
end_estimated: boolean, direction: Direction, result: CallResult, client_name: string, user_name: string, from_number: string, from_e164: string | null, from_name: string, to_number: string, to_e164: string | null, ring_seconds: number, talk_seconds: number, cause: number | null, sip_code: number | null, recording: RecordingState, recording_bytes: number | null, recording_fault: RecordingFault | null, kept_offline: boolean, source_id: string, };

export type LegId = string;

export type LimitedClient = { id: AccountId, client: ClientId, 
/**
 * What it signs in with: an email address or a name.
 */
username: string, first_name: string, last_name: string, language: string, read_only: boolean, disabled_pages: Array<ClientPage>, 
/**
 * Sees the users of these departments and their calls, and nothing of the whole client.
 * Empty: not restricted.
 */
departments: Array<string>, };

export type LimitedClientSettings = { username: string, first_name: string, last_name: string, language: string, 
/**
 * A new password; none: stays as it is. A new login without one can't sign in yet.
 */
password: string | null, read_only: boolean, disabled_pages: Array<ClientPage>, departments: Array<string>, };

export type LinkId = string;

export type LinkInput = { title: string, url: string, icon: string, };

export type LinkOrder = { links: Array<LinkId>, };

export type Listed<T> = { rows: Array<T>, 
/**
 * When the server said so.
 */
as_of_ms: number, 
/**
 * The server can't be reached: this is what it said last.
 */
offline: boolean, };

export type LiveAlert = { "phones_dropped": { client: ClientId, public_address: string, phones: number, } } | { "emergency_call": { call: CallId, client: ClientId, user: UserId | null, dialled: string, location: string, } } | { "limit_reached": { client: ClientId, international: boolean, limit: number, } };

export type LiveCall = { id: CallId, client: ClientId, 
/**
 * The user who calls, or is called; none where a call rings nobody in particular.
 */
user: UserId | null, direction: Direction, state: LiveState, 
/**
 * As it is shown: E.164, an extension, or what the caller sent; empty for a hidden number.
 */
from_number: string, from_name: string, to_number: string, started_at_ms: number, answered_at_ms: number | null, 
/**
 * As SDP names it; empty until both sides agreed.
 */
codec: string, recorded: boolean, 
/**
 * It comes from a simulator and nobody talks.
 */
simulated: boolean, };

export type LivePhase = "connecting" | "live" | "lost" | "refused";

export type LiveRows<T> = { rows: Array<T>, status: LiveStatus, };

export type LiveState = "ringing" | "answered";

export type LiveStatus = { phase: LivePhase, 
/**
 * When the server last said something, by this computer's clock. None: nothing is known.
 */
as_of_ms: number | null, 
/**
 * The server's clock minus this computer's: the server's instants are counted by it.
 */
clock_ahead_ms: number, };

export type Load = { leg: LegId, title: string, play: boolean, };

export type Login = { id: AccountId, 
/**
 * None: the reseller's own.
 */
client?: ClientId, email: string, first_name: string, last_name: string, language: string, access: Access, may_delete_recordings: boolean, second_factor: boolean, 
/**
 * None: it never signed in.
 */
last_seen_at_ms: number | null, };

export type LoginsOf = { 
/**
 * A reseller: of this client. None: of one's own reseller or client.
 */
client?: ClientId, };

export type MadeUser = { user: User, sip_user: string, sip_secret: string, };

export type Me = { account: AccountId, session: SessionId, role: Role, access: Access, email: string, first_name: string, last_name: string, reseller: Reseller, client?: ClientId | null, user?: UserId | null, 
/**
 * May delete recordings.
 */
may_delete_recordings: boolean, 
/**
 * May play and download recordings.
 */
may_play_recordings: boolean, 
/**
 * Is a limited client's login.
 */
limited: boolean, 
/**
 * Pages that a limited client's login goes without; the server refuses what they stand for.
 */
disabled_pages?: Array<ClientPage>, 
/**
 * The departments that the login is restricted to; empty: not restricted.
 */
departments?: Array<string>, 
/**
 * What its mails are written in: `en`, `fr`, `es` or `de`.
 */
language: string, 
/**
 * Of a user: what its profile lets it do, and which pages it has.
 */
features?: Features, 
/**
 * Signed in as somebody else: as whom, and until when. Names and email above stay the
 * person's own; role, client, user and rights are the connected ones.
 */
connected?: Connected, };

export type MonthFigures = { 
/**
 * `YYYY-MM`.
 */
month: string, figures: ReportFigures, };

export type Named = { id: string, };

export type NewBlock = { 
/**
 * None: a client's login blocks for its client, a reseller's for all of them. It can't be
 * changed afterwards.
 */
client: ClientId | null, kind: BlockKind, 
/**
 * As people write it; national form where the client's country is known.
 */
number: string, note: string, };

export type NewEmergencyCallerId = { 
/**
 * It can't be changed afterwards. A client's login may leave it out.
 */
client: ClientId | null, 
/**
 * It can't be changed afterwards.
 */
user: UserId | null, dialled: string, caller_number: string, location: string, notify_emails: Array<string>, notify_desktop: boolean, };

export type NewFactor = { secret: string, url: string, qr: Qr, };

export type NewLimitedClient = { client: ClientId, login: LimitedClientSettings, };

export type NewLogin = { 
/**
 * A reseller's owner: for which client. None: for the caller's own reseller or client.
 */
client?: ClientId, email: string, first_name: string, last_name: string, language: string, access: Access, may_delete_recordings: boolean, };

export type NewUser = { client: ClientId, user: UserSettings, };

export type Nothing = Record<symbol, never>;

export type NowFigures = { calls: number, 
/**
 * Those of `calls` that nobody answered yet.
 */
ringing: number, phones_online: number, phones_offline: number, };

export type NumberClass = "emergency" | "extension" | "toll_free" | "canada" | "us" | "other_nanp" | "international";

export type NumberId = string;

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

export type OneBlock = { id: BlockId, };

export type OneCall = { call: CallId, };

export type OneClient = { client: ClientId, };

export type OneEmergency = { id: EmergencyId, };

export type OneEntry = { entry: AuditId, };

export type OneImage = { kind: BrandKind, };

export type OneJob = { id: number, };

export type OneLeg = { leg: LegId, };

export type OneLimited = { id: AccountId, };

export type OneLink = { link: LinkId, };

export type OneLogin = { id: AccountId, };

export type OneProfile = { profile: ProfileId, };

export type OneSession = { id: SessionId, };

export type OneUser = { id: UserId, };

export type OpenSession = { id: SessionId, 
/**
 * What signed in, such as `Tandem 0.1 on linux`.
 */
device: string, address: string, since_ms: number, 
/**
 * To a quarter of an hour.
 */
last_seen_at_ms: number, 
/**
 * The one that asks.
 */
current: boolean, 
/**
 * As whom it acts; empty: as itself.
 */
connected_as?: string, };

export type OpenTime = { 
/**
 * 1 is Monday, 7 Sunday.
 */
weekday: number, 
/**
 * 0 to 1439, inclusive.
 */
from_minute: number, 
/**
 * 1 to 1440, exclusive, and after `from_minute`.
 */
until_minute: number, };

export type OpeningHours = { 
/**
 * Times that overlap are one; 1 to 50.
 */
weekly: Array<OpenTime>, 
/**
 * Whole days that are closed, `YYYY-MM-DD`, at most 200.
 */
holidays: Array<string>, 
/**
 * Not hours again.
 */
open: Routing, 
/**
 * Not hours again.
 */
closed: Routing, };

export type OutboundRoute = { key: string, 
/**
 * As the operator named it; empty for those that every platform has.
 */
name: string, };

export type OutsideCall = { 
/**
 * In E.164, or an emergency number.
 */
number: string, class: NumberClass, 
/**
 * What the callee sees.
 */
caller_number: string, };

export type OwnCalls = { user: User, features: Features, };

export type PageOf = { filter: CallFilter, sort: Sort, offset: number, 
/**
 * At most 500.
 */
limit: number, };

export type Panel = { status: LiveStatus, 
/**
 * The user's own, the oldest first.
 */
calls: Array<LiveCall>, 
/**
 * Phones of the user that calls reach.
 */
phones_online: number, colleagues: Array<ColleagueState>, };

export type PauseRule = { id: string, paused: boolean, };

export type PhoneNumber = { id: NumberId, client: ClientId, e164: string, emergency_validated: boolean, routing: Routing, };

export type PhoneSettings = { 
/**
 * Where the phone registers.
 */
server: string, 
/**
 * Full realm: the client's and the reseller's.
 */
realm: string, 
/**
 * Fixed, also when the extension changes.
 */
sip_user: string, 
/**
 * What the phone may show of itself.
 */
display_name: string, transports: Array<PhoneTransport>, 
/**
 * The user has a secret; without one no phone registers.
 */
has_secret: boolean, };

export type PhoneTransport = { 
/**
 * `udp`, `tcp` or `tls`.
 */
transport: string, port: number, };

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

export type Presence = "free" | "ringing" | "busy" | "offline";

export type Problem = { type: string, title: string, status: number, code: Code, detail?: string, errors?: Array<FieldError>, request_id?: string, };

export type Profile = { id: ProfileId, name: string, 
/**
 * The one that every reseller has; it can be changed and not removed.
 */
is_default: boolean, features: Features, 
/**
 * Keys of the outbound routes that may be dialled, such as `toll_free`.
 */
routes: Array<string>, };

export type ProfileDetails = { profile: Profile, 
/**
 * Users that have it.
 */
users: number, 
/**
 * Clients whose new users get it.
 */
default_of: number, };

export type ProfileId = string;

export type ProfileInput = { name: string, features: Features, 
/**
 * Keys of the outbound routes that may be dialled.
 */
routes: Array<string>, };

export type ProfileRow = { profile: Profile, users: number, 
/**
 * Clients whose users may have it.
 */
clients: number, };

export type ProveSecondFactor = { password: string, 
/**
 * Six digits of the authenticator, or a recovery code.
 */
code: string, };

export type Qr = { size: number, path: string, };

export type RecordingFault = "never_came" | "no_sound" | "format" | "unreadable";

export type RecordingState = "none" | "pending" | "available" | "deleted" | "expired";

export type RecoveryCodes = { codes: Array<string>, };

export type Refusal = "not_a_number" | "unknown_number" | "unknown_user" | "vanity" | "route" | "outbound_limit" | "international_limit" | "suspended" | "blocked" | "unrouted" | "rejected" | "do_not_disturb" | "busy" | "unavailable" | "loop" | "needs_media_server";

export type Registration = { id: RegistrationId, client: ClientId, user: UserId, 
/**
 * The address of record: SIP user name and full realm.
 */
aor: string, 
/**
 * The contact as the phone gave it.
 */
contact: string, user_agent: string, 
/**
 * `+sip.instance` (RFC 5626), which all lines of a phone share; empty where it sent none.
 */
instance: string, 
/**
 * Host and port as the phone knows itself; empty where unknown.
 */
lan_address: string, 
/**
 * Where its packets come from.
 */
public_address: string, public_port: number, transport: SipTransport, since_ms: number, expires_at_ms: number, 
/**
 * How long the phone takes to answer an OPTIONS request.
 */
round_trip_ms: number | null, 
/**
 * When it dropped. None: it is online. What dropped stays for a day.
 */
offline_since_ms: number | null, 
/**
 * It comes from a simulator.
 */
simulated: boolean, };

export type RegistrationId = string;

export type RemoveProfile = { profile: ProfileId, 
/**
 * What its users get, and the clients whose default it is.
 */
move_users_to: ProfileId | null, };

export type RemoveRule = { id: string, delete_files: boolean, };

export type Report = { rows: Array<ReportLine>, 
/**
 * Every month of the stretch, oldest first, whatever the rows are by.
 */
months: Array<MonthFigures>, total: ReportFigures, 
/**
 * Calls by weekday, Monday first, and hour: seven times 24.
 */
week: Array<Array<number>>, 
/**
 * Rows beyond what a table holds: the oldest months, and of a month those with fewest calls.
 */
left_out: number, revision: number, };

export type ReportFigures = { calls: number, answered_calls: number, talk_seconds: number, inbound_seconds: number, internal_seconds: number, outbound: ClassSeconds, 
/**
 * The hour of the day in which most calls began, 0 to 23.
 */
busiest_hour: number | null, };

export type ReportInput = { filter: CallFilter, 
/**
 * IANA name of the zone in which months and hours begin.
 */
zone: string, by_month: boolean, by_client: boolean, by_user: boolean, };

export type ReportLine = { 
/**
 * `YYYY-MM`.
 */
month: string | null, client: ClientId | null, client_name: string, user: UserId | null, user_name: string, figures: ReportFigures, };

export type Reseller = { id: ResellerId, name: string, 
/**
 * The realm that sign-in asks for and that client realms end in.
 */
realm: string, 
/**
 * Days a cache may stay open without contact. Default 30.
 */
offline_days: number, 
/**
 * Where its clients' messages go; empty: they are offered none.
 */
support_email?: string, };

export type ResellerId = string;

export type RingGroup = { order: RingOrder, 
/**
 * 1 to 20 users of the client.
 */
members: Array<UserId>, 
/**
 * Of each member in order, or of all at once; 5 to 300.
 */
ring_seconds: number, };

export type RingOrder = "all_at_once" | "in_order";

export type Role = "reseller" | "client" | "user";

export type RouteNumber = { id: NumberId, routing: Routing, };

export type Routing = "unrouted" | { "user": UserId } | { "ring_group": RingGroup } | { "hours": OpeningHours } | { "external": string } | "reject";

export type RowError = { 
/**
 * Line of the file where the row begins; 1 is the header.
 */
line: number, 
/**
 * The header's name as the file has it; empty: the whole row.
 */
column: string, 
/**
 * In English; it continues the column's name.
 */
message: string, 
/**
 * The rule that was broken. None from an older server.
 */
rule?: Rule, };

export type Rule = { "code": "needed" } | { "code": "needed_to_sign_in" } | { "code": "needed_without_default" } | { "code": "nothing_to_set" } | { "code": "fixed" } | { "code": "changed_by_others" } | { "code": "not_in_your_profile" } | { "code": "not_found" } | { "code": "characters_at_most", most: number, } | { "code": "characters", least: number, most: number, } | { "code": "characters_at_least", least: number, } | { "code": "digits", least: number, most: number, } | { "code": "digits_at_least", least: number, } | { "code": "digits_at_most", most: number, } | { "code": "bytes_at_most", most: number, } | { "code": "too_long" } | { "code": "too_long_with_realm" } | { "code": "control_character" } | { "code": "nul_character" } | { "code": "space" } | { "code": "between", least: number, most: number, } | { "code": "at_most", most: number, } | { "code": "entries", least: number, most: number, } | { "code": "entries_at_most", most: number, } | { "code": "one_too_many", most: number, } | { "code": "too_many_blocks", most: number, } | { "code": "not_a_number" } | { "code": "not_yes_or_no" } | { "code": "not_an_email" } | { "code": "not_a_language" } | { "code": "not_a_time_zone" } | { "code": "not_a_country" } | { "code": "empty_address" } | { "code": "not_a_realm" } | { "code": "not_https" } | { "code": "not_an_icon" } | { "code": "not_a_date", example: string, } | { "code": "not_a_mac", mac: string, } | { "code": "in_use" } | { "code": "mac_in_use", mac: string, } | { "code": "blocked_already" } | { "code": "blocked_or_twice" } | { "code": "has_caller_id" } | { "code": "still_gets_calls", from: string, } | { "code": "same_as_email" } | { "code": "same_password" } | { "code": "wrong_password" } | { "code": "wrong_factor" } | { "code": "wrong_code" } | { "code": "last_owner" } | { "code": "star_code" } | { "code": "emergency_number" } | { "code": "not_an_emergency_number" } | { "code": "not_a_phone_number" } | { "code": "not_a_public_number" } | { "code": "unreadable_number", example: string, } | { "code": "not_a_prefix", example: string, } | { "code": "not_the_clients_number" } | { "code": "not_validated" } | { "code": "not_validated_here" } | { "code": "not_validated_anywhere" } | { "code": "needs_media_server" } | { "code": "itself" } | { "code": "not_the_clients_user" } | { "code": "others_user" } | { "code": "user_twice" } | { "code": "seconds_a_step", least: number, most: number, } | { "code": "hours_within_hours" } | { "code": "not_a_time" } | { "code": "not_your_department" } | { "code": "not_assigned" } | { "code": "not_among_profiles" } | { "code": "not_another_profile" } | { "code": "not_a_profile_name" } | { "code": "unknown" } | { "code": "taken_from_users", users: number, } | { "code": "no_page_left" } | { "code": "client_or_user" } | { "code": "each_once" } | { "code": "empty" } | { "code": "larger_than", most_kb: number, } | { "code": "no_size" } | { "code": "pixels_at_most", most: number, } | { "code": "damaged", format: string, } | { "code": "not_an_image" } | { "code": "too_intricate" } | { "code": "doctype" } | { "code": "unknown_entity" } | { "code": "draws_nothing" } | { "code": "in_line_already", line: number, } | { "code": "not_utf8" } | { "code": "not_csv" } | { "code": "unreadable" } | { "code": "cells_at_most", most: number, } | { "code": "more_cells_than_header" } | { "code": "cell_too_long" } | { "code": "open_quote" } | { "code": "rows_at_most", most: number, } | { "code": "no_header" } | { "code": "unknown_column" } | { "code": "column_twice" } | { "code": "column_missing" } | { "code": "no_rows" } | { "code": "not_a_clients_realm" } | { "code": "wait_seconds", seconds: number, } | { "code": "too_busy" } | { "code": "ticket_over" } | { "code": "factor_on" } | { "code": "client_suspended" } | { "code": "default_stays" } | { "code": "profile_used", users: number, clients: number, } | { "code": "import_megabytes_at_most", most: number, } | { "code": "kind_stays" } | { "code": "not_taken_back" } | { "code": "undone_already" } | { "code": "gone" } | { "code": "there_again" } | { "code": "different_since", fields: Array<string>, } | { "code": "not_an_address" } | { "code": "unsafe_http" } | { "code": "address_has_more" } | { "code": "not_a_server" } | { "code": "newer_server", version: string, } | { "code": "no_connection" } | { "code": "connection_cut" } | { "code": "no_answer_in_time" } | { "code": "answer_status", status: number, } | { "code": "answer_too_large" } | { "code": "unknown_answer" } | { "code": "line_lost" } | { "code": "broke_off" } | { "code": "cancelled" } | { "code": "call_gone" } | { "code": "may_not_play" } | { "code": "may_not_play_this" } | { "code": "may_not_delete" } | { "code": "not_stored" } | { "code": "was_deleted" } | { "code": "retention_ended" } | { "code": "not_recorded" } | { "code": "leg_not_recorded" } | { "code": "nothing_to_delete" } | { "code": "audio_missing" } | { "code": "arrived_short" } | { "code": "arrived_damaged" } | { "code": "recording_megabytes_at_most", most: number, } | { "code": "sound_megabytes_at_most", most: number, } | { "code": "no_bytes" } | { "code": "no_samples" } | { "code": "not_sound" } | { "code": "sound_not_played" } | { "code": "sound_damaged" } | { "code": "sound_unread", why: string, } | { "code": "no_output" } | { "code": "output_not_there" } | { "code": "output_gone" } | { "code": "output_silent" } | { "code": "output_failed", why: string, } | { "code": "other_window" } | { "code": "copy_unwritten", why: string, } | { "code": "copy_key" } | { "code": "copy_damaged", why: string, } | { "code": "copy_unread", why: string, } | { "code": "copy_rebuilt" } | { "code": "keychain_unread", why: string, } | { "code": "keychain_silent" } | { "code": "not_a_key" } | { "code": "silent_too_long" } | { "code": "nothing_kept" } | { "code": "session_over" } | { "code": "nothing_kept_connected" } | { "code": "kept_by_other_version" } | { "code": "keep_between" } | { "code": "disk_full", name: string, } | { "code": "not_allowed_there", name: string, } | { "code": "folder_gone", name: string, } | { "code": "file_there", name: string, } | { "code": "read_only_disk", name: string, } | { "code": "not_written", name: string, why: string, } | { "code": "table_rows_at_most", most: number, } | { "code": "no_browser", why: string, } | { "code": "no_data_folder", why: string, } | { "code": "no_support" } | { "code": "clock_unset" } | { "code": "dates_too_far" };

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

export type SecondFactor = { on: boolean, since_ms: number | null, 
/**
 * Recovery codes that were not used yet.
 */
recovery_codes_left: number, };

export type SecondFactorNeeded = { 
/**
 * Opaque, good for one sign-in of one account.
 */
ticket: string, expires_at_ms: number, };

export type SecondStep = { server: string, ticket: string, code: string, 
/**
 * Of the first step: without a keychain it opens what is on this computer.
 */
password: string, };

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
sample: boolean, 
/**
 * The server sends mail: forgotten passwords, invitations, messages to support.
 */
sends_mail: boolean, };

export type SessionId = string;

export type SessionState = { accounts: Array<Account>, current: Account | null, token_store: TokenStore, last_server: string, last_realm: string, };

export type Set = { speed?: number, volume?: number, 
/**
 * Left out: unchanged. `null`: the system's choice.
 */
device?: string, };

export type SetImage = { kind: BrandKind, 
/**
 * The file's bytes in Base64.
 */
content: string, };

export type Settings = { language: Language, theme: Theme, zone: Zone, notify_export: boolean, notify_sync: boolean, notify_download: boolean, 
/**
 * Phones of one place dropped together.
 */
notify_phones_dropped: boolean, 
/**
 * Somebody dialled for help.
 */
notify_emergency: boolean, 
/**
 * A client has as many calls at once as it may.
 */
notify_limit: boolean, 
/**
 * Columns of Call Details in their order; empty: the usual ones.
 */
columns: Array<string>, 
/**
 * Columns of the other lists in their order, by the list's name; none: the usual ones.
 */
list_columns: { [key in string]: Array<string> }, 
/**
 * Where recordings sound; none: the system's choice.
 */
output_device: string | null, };

export type SignIn = { server: string, realm: string, email: string, password: string, 
/**
 * Where one email has several accounts: the chosen one.
 */
account?: AccountId, };

export type SignInOutcome = { "signed_in": Account } | { "choose": Array<AccountChoice> } | { "second_factor_needed": SecondFactorNeeded };

export type SignOut = { 
/**
 * Also remove what this computer keeps of the account.
 */
wipe: boolean, };

export type Simulation = { from: CallFrom, 
/**
 * What is dialled, as a person dials it.
 */
number: string, 
/**
 * When; left out: now.
 */
at_ms: number | null, };

export type SipSecret = { sip_user: string, sip_secret: string, };

export type SipTransport = "udp" | "tcp" | "tls" | "ws";

export type SkippedSetting = { 
/**
 * What would have led there.
 */
because: Because, why: Refusal, };

export type Sort = { by: SortBy, descending: boolean, };

export type SortBy = "started_at" | "direction" | "client" | "user" | "from" | "to" | "name" | "ring" | "talk" | "result" | "cause" | "recording" | "legs";

export type SupportMessage = { subject: string, text: string, };

export type SupportSent = { 
/**
 * By the server. False: it waits in the person's mail program.
 */
by_server: boolean, };

export type SuspendClient = { client: ClientId, suspended: boolean, };

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
 * What failed, and how.
 */
problem: Problem | null, 
/**
 * This computer's clock minus the server's, where it is off by minutes.
 */
clock_off_ms: number | null, };

export type Tag = "session" | "calls" | "directory" | "filters" | "offline" | "settings" | "cache" | "archive" | "audit" | "branding" | "links" | "blocks" | "emergency" | "limited" | "account" | "live" | "phones";

export type Theme = "system" | "light" | "dark";

export type TokenStore = "keychain" | "memory";

export type TriedBlock = { 
/**
 * The number as it would be kept; none: it is no number yet.
 */
number: string | null, days: number, calls: number, clients: number, };

export type Unit = "rows" | "bytes";

export type Unprotected = { client: ClientId, user: UserId, 
/**
 * Such as 911.
 */
dialled: string, 
/**
 * The reseller's fallback would be sent.
 */
fallback: boolean, };

export type Used = { 
/**
 * What the palette calls the entry, such as `client:` and its id.
 */
id: string, };

export type User = { id: UserId, client: ClientId, first_name: string, last_name: string, extension: string, profile?: ProfileId | null, department?: string, 
/**
 * Its login; empty: the user has none.
 */
email?: string, voicemail_email?: string, language: string, 
/**
 * Shown to colleagues; empty: first and last name.
 */
internal_caller_name?: string, 
/**
 * Shown to colleagues; empty: the extension.
 */
internal_caller_number?: string, external_caller_name?: string, 
/**
 * A number of the client in E.164; empty: the client's first.
 */
external_caller_number?: string, 
/**
 * A validated number of the client in E.164; empty: the client's.
 */
emergency_caller_number?: string, 
/**
 * How long its phones ring, 5 to 300.
 */
dial_seconds: number, when_unavailable: Destination | null, when_busy: Destination | null, 
/**
 * Receives calls and makes none.
 */
vanity: boolean, in_directory: boolean, devices: Array<UserDevice>, calls: CallSettings, };

export type UserBulk = { 
/**
 * 1 to 10 000.
 */
users: Array<UserId>, set: BulkSettings, };

export type UserDevice = { 
/**
 * Twelve hex digits in lower case, without separators.
 */
mac: string, model: string, };

export type UserId = string;

export type UserImport = { dry_run: boolean, 
/**
 * Rows with a user in them.
 */
rows: number, 
/**
 * The first 500, in the order of the file. With one of them nothing is written.
 */
errors: Array<RowError>, errors_total: number, 
/**
 * The users that were made; none in a dry run.
 */
made: Array<ImportedUser>, };

export type UserSettings = { first_name: string, last_name: string, 
/**
 * Two to eight digits.
 */
extension: string, 
/**
 * One that is assigned to the client; none: the client's default.
 */
profile: ProfileId | null, department: string, email: string, voicemail_email: string, language: string, internal_caller_name: string, internal_caller_number: string, external_caller_name: string, external_caller_number: string, emergency_caller_number: string, dial_seconds: number, when_unavailable: Destination | null, when_busy: Destination | null, vanity: boolean, in_directory: boolean, 
/**
 * At most ten.
 */
devices: Array<UserDevice>, calls: CallSettings, };

export type Waveform = { leg: LegId, duration_ms: number, 
/**
 * Peaks from 0 to 255. Two sides: the caller, the callee.
 */
sides: Array<Array<number>>, };

export type WaveformOf = { leg: LegId, buckets: number, };

export type Zone = "viewer" | "client";

export interface Commands {
  "session.state": { in: Nothing; out: SessionState };
  "session.check_server": { in: CheckServer; out: ServerInfo };
  "session.sign_in": { in: SignIn; out: SignInOutcome };
  "session.second_step": { in: SecondStep; out: Account };
  "session.forgot": { in: Forgot; out: Nothing };
  "session.claim": { in: ClaimCode; out: Claimed };
  "session.switch": { in: Switch; out: Account };
  "session.sign_out": { in: SignOut; out: Nothing };
  "connect.start": { in: ConnectRequest; out: Account };
  "connect.back": { in: Nothing; out: Account };
  "own.show": { in: Nothing; out: Me };
  "own.change": { in: ChangeMe; out: Me };
  "own.change_reseller": { in: ChangeReseller; out: Reseller };
  "own.change_password": { in: ChangePassword; out: Nothing };
  "own.sessions": { in: Nothing; out: Array<OpenSession> };
  "own.end_session": { in: OneSession; out: Nothing };
  "factor.show": { in: Nothing; out: SecondFactor };
  "factor.begin": { in: BeginSecondFactor; out: NewFactor };
  "factor.confirm": { in: ConfirmSecondFactor; out: RecoveryCodes };
  "factor.drop": { in: ProveSecondFactor; out: Nothing };
  "factor.renew_codes": { in: ProveSecondFactor; out: RecoveryCodes };
  "logins.list": { in: LoginsOf; out: Array<Login> };
  "logins.create": { in: NewLogin; out: InvitedLogin };
  "logins.change": { in: EditLogin; out: Login };
  "logins.remove": { in: OneLogin; out: Nothing };
  "logins.invite": { in: OneLogin; out: InvitedLogin };
  "support.send": { in: SupportMessage; out: SupportSent };
  "sync.state": { in: Nothing; out: SyncState };
  "sync.now": { in: Nothing; out: Nothing };
  "directory.show": { in: Nothing; out: Directory };
  "calls.page": { in: PageOf; out: CallPage };
  "calls.totals": { in: Filtered; out: CallTotals };
  "calls.legs": { in: OneCall; out: Array<LegDetail> };
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
  "filters.list": { in: Nothing; out: Array<SavedFilter> };
  "filters.save": { in: SaveFilter; out: SavedFilter };
  "filters.remove": { in: Named; out: Nothing };
  "home.show": { in: HomeOf; out: Home };
  "home.now": { in: Nothing; out: HomeNow };
  "export.plan": { in: Filtered; out: ExportPlan };
  "export.choose_path": { in: ChoosePath; out: ChosenPath };
  "export.start": { in: ExportStart; out: Job };
  "jobs.list": { in: Nothing; out: Array<Job> };
  "jobs.cancel": { in: OneJob; out: Nothing };
  "lists.export": { in: ExportList; out: ExportedList | null };
  "recording.save_as": { in: OneLeg; out: Job | null };
  "recording.remove": { in: OneLeg; out: Nothing };
  "palette.recent": { in: Nothing; out: Array<string> };
  "palette.used": { in: Used; out: Nothing };
  "player.load": { in: Load; out: PlayerState };
  "player.play": { in: Nothing; out: PlayerState };
  "player.pause": { in: Nothing; out: PlayerState };
  "player.seek": { in: Seek; out: PlayerState };
  "player.set": { in: Set; out: PlayerState };
  "player.close": { in: Nothing; out: PlayerState };
  "player.state": { in: Nothing; out: PlayerState };
  "player.devices": { in: Nothing; out: Array<Device> };
  "player.waveform": { in: WaveformOf; out: Waveform };
  "reports.show": { in: ReportInput; out: Report };
  "offline.state": { in: Nothing; out: OfflineState };
  "offline.add": { in: AddRule; out: OfflineRule };
  "offline.pause": { in: PauseRule; out: Nothing };
  "offline.remove": { in: RemoveRule; out: Nothing };
  "offline.purge": { in: Nothing; out: Nothing };
  "blocks.list": { in: Nothing; out: Listed<Block> };
  "blocks.create": { in: NewBlock; out: Block };
  "blocks.change": { in: ChangeBlock; out: Block };
  "blocks.remove": { in: OneBlock; out: Nothing };
  "blocks.try": { in: NewBlock; out: TriedBlock };
  "blocks.import": { in: BlockFile; out: BlockImport };
  "emergency.list": { in: Nothing; out: Listed<EmergencyCallerId> };
  "emergency.missing": { in: Nothing; out: Listed<Unprotected> };
  "emergency.create": { in: NewEmergencyCallerId; out: EmergencyCallerId };
  "emergency.change": { in: ChangeEmergency; out: EmergencyCallerId };
  "emergency.remove": { in: OneEmergency; out: Nothing };
  "dial.simulate": { in: Simulation; out: CallDecision };
  "users.list": { in: Nothing; out: Array<User> };
  "users.create": { in: NewUser; out: MadeUser };
  "users.change": { in: ChangeUser; out: User };
  "users.remove": { in: OneUser; out: Nothing };
  "users.bulk": { in: UserBulk; out: BulkDone };
  "users.sip_secret": { in: OneUser; out: SipSecret };
  "users.invite": { in: OneUser; out: InvitedUser };
  "users.phone": { in: OneUser; out: PhoneSettings };
  "users.free_extensions": { in: FreeOf; out: FreeExtensions };
  "users.import": { in: ImportUsers; out: UserImport };
  "own.calls": { in: Nothing; out: OwnCalls };
  "own.change_calls": { in: CallSettings; out: User };
  "own.colleagues": { in: Nothing; out: Listed<Colleague> };
  "limited.list": { in: Nothing; out: Listed<LimitedClient> };
  "limited.create": { in: NewLimitedClient; out: LimitedClient };
  "limited.change": { in: ChangeLimited; out: LimitedClient };
  "limited.remove": { in: OneLimited; out: Nothing };
  "numbers.list": { in: Nothing; out: Array<PhoneNumber> };
  "numbers.route": { in: RouteNumber; out: PhoneNumber };
  "live.state": { in: Nothing; out: LiveStatus };
  "live.calls": { in: Nothing; out: LiveRows<LiveCall> };
  "live.registrations": { in: Nothing; out: LiveRows<Registration> };
  "live.duplicated_nat": { in: Nothing; out: Listed<DuplicatedNat> };
  "live.hang_up": { in: OneCall; out: Nothing };
  "live.panel": { in: Nothing; out: Panel };
  "settings.show": { in: Nothing; out: Settings };
  "settings.change": { in: Settings; out: Settings };
  "cache.info": { in: Nothing; out: CacheInfo };
  "cache.rebuild": { in: Nothing; out: Nothing };
}
