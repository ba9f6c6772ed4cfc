//! Who there is: resellers, clients, users, what they may do and the numbers they have.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CallSettings, ClientId, Destination, ProfileId, ResellerId, UserId};

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
    /// Where its clients' messages go; empty: they are offered none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub support_email: String,
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

pub(crate) fn english() -> String {
    "en".to_owned()
}

pub(crate) const fn yes() -> bool {
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

impl Client {
    /// What its users may know of it: nothing of limits, contacts or profiles.
    #[must_use]
    pub fn for_users(&self) -> Self {
        Self {
            suspended: self.suspended,
            recordings_allowed: self.recordings_allowed,
            language: self.language.clone(),
            ..Self::new(
                self.id,
                &self.name,
                &self.realm,
                &self.time_zone,
                &self.country,
            )
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

pub(crate) const fn usual_dial_seconds() -> u32 {
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
// The desktop has devices of its own: what sound comes out of.
#[ts(rename = "UserDevice")]
pub struct Device {
    /// Twelve hex digits in lower case, without separators.
    pub mac: String,
    pub model: String,
}
