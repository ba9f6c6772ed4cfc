//! Who there is: resellers, clients, users, what they may do and the numbers they have.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ClientId, NumberId, ProfileId, ResellerId, UserId};

/// What a login is, which decides what it may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Reseller,
    Client,
    User,
}

/// How much a login may change of what it sees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everything, other logins too.
    #[default]
    Owner,
    /// Everything but other logins.
    Support,
    /// Nothing.
    ReadOnly,
}

/// The reseller as its own people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Reseller {
    pub id: ResellerId,
    pub name: String,
    /// The realm that sign-in asks for and that client realms end in.
    pub realm: String,
    /// Days a cache may stay open without contact. Default 30.
    pub offline_days: u32,
}

/// A client (a company) under a reseller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    /// The client's own part of the realm; fixed after creation.
    pub realm: String,
    /// IANA name, such as `America/Toronto`.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2, decides how national numbers read.
    pub country: String,
    pub suspended: bool,
    /// May the client's own logins play and download recordings.
    pub recordings_allowed: bool,
    /// Whom to ask at the client.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// What its new logins see: `en`, `fr`, `es` or `de`.
    #[serde(default = "english")]
    pub language: String,
    /// Calls to outside at a time. None: no limit; 0: no such call.
    #[serde(default)]
    pub max_outbound_calls: Option<u32>,
    /// Calls to other countries at a time. None: no limit; 0: no such call.
    #[serde(default)]
    pub max_international_calls: Option<u32>,
    /// In production or not: a label that changes nothing.
    #[serde(default = "yes")]
    pub production: bool,
    /// The profiles that its users may have.
    #[serde(default)]
    pub profiles: Vec<ProfileId>,
    /// One of `profiles`: what a new user gets.
    #[serde(default)]
    pub default_profile: Option<ProfileId>,
}

fn english() -> String {
    "en".to_owned()
}

const fn yes() -> bool {
    true
}

impl Client {
    /// A client with the usual settings.
    #[must_use]
    pub fn new(id: ClientId, name: &str, realm: &str, time_zone: &str, country: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            realm: realm.to_owned(),
            time_zone: time_zone.to_owned(),
            country: country.to_owned(),
            suspended: false,
            recordings_allowed: true,
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            language: english(),
            max_outbound_calls: None,
            max_international_calls: None,
            production: true,
            profiles: Vec::new(),
            default_profile: None,
        }
    }
}

/// A user of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    pub client: ClientId,
    pub first_name: String,
    pub last_name: String,
    pub extension: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Its login; empty: the user has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub voicemail_email: String,
    #[serde(default = "english")]
    pub language: String,
    /// Shown to colleagues; empty: first and last name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_caller_name: String,
    /// Shown to colleagues; empty: the extension.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_caller_number: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_caller_name: String,
    /// A number of the client in E.164; empty: the client's first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_caller_number: String,
    /// A validated number of the client in E.164; empty: the client's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub emergency_caller_number: String,
    /// How long its phones ring, 5 to 300.
    #[serde(default = "usual_dial_seconds")]
    pub dial_seconds: u32,
    #[serde(default)]
    pub when_unavailable: Option<Destination>,
    #[serde(default)]
    pub when_busy: Option<Destination>,
    /// Receives calls and makes none.
    #[serde(default)]
    pub vanity: bool,
    #[serde(default = "yes")]
    pub in_directory: bool,
    #[serde(default)]
    pub devices: Vec<Device>,
    #[serde(default)]
    pub calls: CallSettings,
}

const fn usual_dial_seconds() -> u32 {
    20
}

impl User {
    /// A user with the usual settings.
    #[must_use]
    pub fn new(
        id: UserId,
        client: ClientId,
        first_name: &str,
        last_name: &str,
        extension: &str,
    ) -> Self {
        Self {
            id,
            client,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            extension: extension.to_owned(),
            profile: None,
            department: String::new(),
            email: String::new(),
            voicemail_email: String::new(),
            language: english(),
            internal_caller_name: String::new(),
            internal_caller_number: String::new(),
            external_caller_name: String::new(),
            external_caller_number: String::new(),
            emergency_caller_number: String::new(),
            dial_seconds: usual_dial_seconds(),
            when_unavailable: None,
            when_busy: None,
            vanity: false,
            in_directory: true,
            devices: Vec::new(),
            calls: CallSettings::default(),
        }
    }
}

/// A phone that a user has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Twelve hex digits in lower case, without separators.
    pub mac: String,
    pub model: String,
}

/// What a user set for its own calls. Each works only while its profile allows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallSettings {
    /// Every call goes there at once.
    #[serde(default)]
    pub forward: Option<Destination>,
    #[serde(default)]
    pub follow_me: Option<FollowMe>,
    /// A second call rings while one is going on.
    #[serde(default = "yes")]
    pub call_waiting: bool,
    #[serde(default)]
    pub do_not_disturb: bool,
}

impl Default for CallSettings {
    fn default() -> Self {
        Self {
            forward: None,
            follow_me: None,
            call_waiting: true,
            do_not_disturb: false,
        }
    }
}

/// Where else a call looks for its user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowMe {
    pub order: RingOrder,
    /// 1 to 10.
    pub steps: Vec<FollowMeStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowMeStep {
    pub destination: Destination,
    /// 5 to 120.
    pub ring_seconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RingOrder {
    AllAtOnce,
    InOrder,
}

/// Where a call can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A user of the same client.
    User(UserId),
    /// In E.164. The call is one of the user's own to outside: it counts and must be permitted.
    External(String),
    /// Needs a media server: refused while there is none.
    Voicemail,
}

/// A user profile: what its users may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Profile {
    pub id: ProfileId,
    pub name: String,
    /// The one that every reseller has; it can be changed and not removed.
    pub is_default: bool,
    #[serde(default)]
    pub features: Features,
    /// Keys of the outbound routes that may be dialled, such as `toll_free`.
    #[serde(default = "usual_routes")]
    pub routes: Vec<String>,
}

/// The routes that every platform has, in the order of the screens.
pub const ROUTES: [&str; 4] = ["toll_free", "canada", "us", "international"];

fn usual_routes() -> Vec<String> {
    ["toll_free", "canada", "us"].map(str::to_owned).into()
}

impl Profile {
    /// A profile with the usual settings: everything but calls to other countries and recording.
    #[must_use]
    pub fn new(id: ProfileId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            is_default: false,
            features: Features::default(),
            routes: usual_routes(),
        }
    }
}

/// The switches of a profile.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that a person sees"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Features {
    pub call_forward: bool,
    pub follow_me: bool,
    pub call_waiting: bool,
    pub do_not_disturb: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub voicemail_box_disabled: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub conference_page_disabled: bool,
    /// Every call of its users is recorded.
    pub call_recording: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub queue_page_disabled: bool,
    pub active_calls_page: bool,
    pub call_panel_page: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            call_forward: true,
            follow_me: true,
            call_waiting: true,
            do_not_disturb: true,
            voicemail_box_disabled: false,
            conference_page_disabled: false,
            call_recording: false,
            queue_page_disabled: false,
            active_calls_page: true,
            call_panel_page: true,
        }
    }
}

/// A phone number (DID) of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct PhoneNumber {
    pub id: NumberId,
    pub client: ClientId,
    pub e164: String,
    pub emergency_validated: bool,
    #[serde(default)]
    pub routing: Routing,
}

/// Where calls to a number go.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Routing {
    /// Nobody said yet: the call is refused.
    #[default]
    Unrouted,
    User(UserId),
    RingGroup(RingGroup),
    Hours(OpeningHours),
    /// In E.164; counts and is permitted as a call of the client to outside.
    External(String),
    Reject,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RingGroup {
    pub order: RingOrder,
    /// 1 to 20 users of the client.
    pub members: Vec<UserId>,
    /// Of each member in order, or of all at once; 5 to 300.
    pub ring_seconds: u32,
}

/// Two ways for a call, by the client's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// Times that overlap are one; 1 to 50.
    pub weekly: Vec<OpenTime>,
    /// Whole days that are closed, `YYYY-MM-DD`, at most 200.
    #[serde(default)]
    pub holidays: Vec<String>,
    /// Not hours again.
    #[schema(no_recursion)]
    pub open: Box<Routing>,
    /// Not hours again.
    #[schema(no_recursion)]
    pub closed: Box<Routing>,
}

/// A time of a weekday. The minutes are those of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenTime {
    /// 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// 0 to 1439, inclusive.
    pub from_minute: u16,
    /// 1 to 1440, exclusive, and after `from_minute`.
    pub until_minute: u16,
}

impl PhoneNumber {
    /// A number that leads nowhere yet.
    #[must_use]
    pub fn new(id: NumberId, client: ClientId, e164: &str) -> Self {
        Self {
            id,
            client,
            e164: e164.to_owned(),
            emergency_validated: false,
            routing: Routing::Unrouted,
        }
    }
}
