//! Users as they are made, changed, brought in by file and set up on a phone.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CallSettings, ClientId, Destination, Device, ProfileId, RowError, User, UserId};

/// Everything of a user that a person sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSettings {
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    /// Two to eight digits.
    pub extension: String,
    /// One that is assigned to the client; none: the client's default.
    #[serde(default)]
    pub profile: Option<ProfileId>,
    #[serde(default)]
    pub department: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub voicemail_email: String,
    #[serde(default = "crate::people::english")]
    pub language: String,
    #[serde(default)]
    pub internal_caller_name: String,
    #[serde(default)]
    pub internal_caller_number: String,
    #[serde(default)]
    pub external_caller_name: String,
    #[serde(default)]
    pub external_caller_number: String,
    #[serde(default)]
    pub emergency_caller_number: String,
    #[serde(default = "crate::people::usual_dial_seconds")]
    pub dial_seconds: u32,
    #[serde(default)]
    pub when_unavailable: Option<Destination>,
    #[serde(default)]
    pub when_busy: Option<Destination>,
    #[serde(default)]
    pub vanity: bool,
    #[serde(default = "crate::people::yes")]
    pub in_directory: bool,
    /// At most ten.
    #[serde(default)]
    pub devices: Vec<Device>,
    #[serde(default)]
    pub calls: CallSettings,
}

impl UserSettings {
    /// The user that has these settings.
    #[must_use]
    pub fn of(self, id: UserId, client: ClientId) -> User {
        User {
            id,
            client,
            first_name: self.first_name,
            last_name: self.last_name,
            extension: self.extension,
            profile: self.profile,
            department: self.department,
            email: self.email,
            voicemail_email: self.voicemail_email,
            language: self.language,
            internal_caller_name: self.internal_caller_name,
            internal_caller_number: self.internal_caller_number,
            external_caller_name: self.external_caller_name,
            external_caller_number: self.external_caller_number,
            emergency_caller_number: self.emergency_caller_number,
            dial_seconds: self.dial_seconds,
            when_unavailable: self.when_unavailable,
            when_busy: self.when_busy,
            vanity: self.vanity,
            in_directory: self.in_directory,
            devices: self.devices,
            calls: self.calls,
        }
    }
}

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub client: ClientId,
    pub user: UserSettings,
}

/// A user that was just made, with the secret of its phones, which nobody can read again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct MadeUser {
    pub user: User,
    pub sip_user: String,
    pub sip_secret: String,
}

/// A new secret for a user's phones; it is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SipSecret {
    pub sip_user: String,
    pub sip_secret: String,
}

/// What became of the code that sets a user's password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct InvitedUser {
    pub email: String,
    /// Not mailed: the operator of the server makes a code and hands it on. Who manages users is
    /// never shown one, or it could act as them.
    pub mailed: bool,
}

impl std::fmt::Debug for MadeUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeUser")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SipSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SipSecret { .. }")
    }
}

/// What is copied into a phone; never the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct PhoneSettings {
    /// Where the phone registers.
    pub server: String,
    /// Full realm: the client's and the reseller's.
    pub realm: String,
    /// Fixed, also when the extension changes.
    pub sip_user: String,
    /// What the phone may show of itself.
    pub display_name: String,
    pub transports: Vec<PhoneTransport>,
    /// The user has a secret; without one no phone registers.
    pub has_secret: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct PhoneTransport {
    /// `udp`, `tcp` or `tls`.
    pub transport: String,
    pub port: u16,
}

/// The extensions of a client that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct FreeExtensions {
    /// The lowest first, at most fifty.
    pub free: Vec<String>,
}

/// A colleague of a user, as its client's directory has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub extension: String,
}

/// The same change of many users, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBulk {
    /// 1 to 10 000.
    pub users: Vec<UserId>,
    pub set: BulkSettings,
}

/// What is set; a field that is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkSettings {
    #[serde(default)]
    pub profile: Option<ProfileId>,
    #[serde(default)]
    pub department: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub external_caller_name: Option<String>,
    #[serde(default)]
    pub external_caller_number: Option<String>,
    #[serde(default)]
    pub emergency_caller_number: Option<String>,
    #[serde(default)]
    pub dial_seconds: Option<u32>,
    #[serde(default)]
    pub vanity: Option<bool>,
    #[serde(default)]
    pub in_directory: Option<bool>,
}

/// How many users a bulk edit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct BulkDone {
    pub changed: u32,
}

/// What an import of users did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct UserImport {
    pub dry_run: bool,
    /// Rows with a user in them.
    pub rows: u32,
    /// The first 500, in the order of the file. With one of them nothing is written.
    pub errors: Vec<RowError>,
    pub errors_total: u32,
    /// The users that were made; none in a dry run.
    pub made: Vec<ImportedUser>,
}

/// A user that an import made, for the list that is saved: the secret is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ImportedUser {
    pub id: UserId,
    pub name: String,
    pub extension: String,
    pub sip_user: String,
    pub sip_secret: String,
}

impl std::fmt::Debug for ImportedUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportedUser")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl User {
    /// What of it a person sets.
    #[must_use]
    pub fn settings(self) -> UserSettings {
        UserSettings {
            first_name: self.first_name,
            last_name: self.last_name,
            extension: self.extension,
            profile: self.profile,
            department: self.department,
            email: self.email,
            voicemail_email: self.voicemail_email,
            language: self.language,
            internal_caller_name: self.internal_caller_name,
            internal_caller_number: self.internal_caller_number,
            external_caller_name: self.external_caller_name,
            external_caller_number: self.external_caller_number,
            emergency_caller_number: self.emergency_caller_number,
            dial_seconds: self.dial_seconds,
            when_unavailable: self.when_unavailable,
            when_busy: self.when_busy,
            vanity: self.vanity,
            in_directory: self.in_directory,
            devices: self.devices,
            calls: self.calls,
        }
    }

    /// First and last name, or the extension of a user without any.
    #[must_use]
    pub fn full_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        match name.trim() {
            "" => self.extension.clone(),
            name => name.to_owned(),
        }
    }
}
