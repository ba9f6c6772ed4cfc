//! One's own account, and the logins of a reseller and of a client.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::auth::unseen;
use crate::people::english;
use crate::{Access, AccountId, ClientId, InstantMs, SessionId};

/// What a person changes of its own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    pub first_name: String,
    pub last_name: String,
    /// Also the login.
    pub email: String,
    pub language: String,
    /// Asked for where the email changes: forgotten passwords go there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub password: String,
}

/// What a reseller's owner changes of the reseller itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeReseller {
    pub name: String,
    /// Empty: its clients are offered no support.
    pub support_email: String,
    /// Days that a desktop's cache may stay open without contact: 1 to 365.
    pub offline_days: u32,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub old_password: String,
    /// 10 characters at least, and not the email.
    pub new_password: String,
}

/// A place where an account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct OpenSession {
    pub id: SessionId,
    /// What signed in, such as `Tandem 0.1 on linux`.
    pub device: String,
    pub address: String,
    #[ts(type = "number")]
    pub since_ms: InstantMs,
    /// To a quarter of an hour.
    #[ts(type = "number")]
    pub last_seen_at_ms: InstantMs,
    /// The one that asks.
    pub current: bool,
    /// As whom it acts; empty: as itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub connected_as: String,
}

/// The second factor as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SecondFactor {
    pub on: bool,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub since_ms: Option<InstantMs>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: u32,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSecondFactor {
    pub password: String,
}

/// What an authenticator has to be given. Never told again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SecondFactorSecret {
    /// Base32, to be typed in.
    pub secret: String,
    /// `otpauth://`, to be drawn as a QR code.
    pub url: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// Six digits of the authenticator that was just given the secret.
    pub code: String,
}

/// Each stands in for the authenticator once. Shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// What it takes to turn the second factor off, or to make other recovery codes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveSecondFactor {
    pub password: String,
    /// Six digits of the authenticator, or a recovery code.
    pub code: String,
}

unseen!(
    ChangeMe,
    ChangePassword,
    BeginSecondFactor,
    SecondFactorSecret,
    ConfirmSecondFactor,
    RecoveryCodes,
    ProveSecondFactor,
);

/// A person's login to a reseller or to a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Login {
    pub id: AccountId,
    /// None: the reseller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientId>,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub access: Access,
    pub may_delete_recordings: bool,
    pub second_factor: bool,
    /// None: it never signed in.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub last_seen_at_ms: Option<InstantMs>,
}

/// A login to be made. Its person sets the first password by a one-time code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLogin {
    /// A reseller's owner: for which client. None: for the caller's own reseller or client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientId>,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    #[serde(default = "english")]
    pub language: String,
    pub access: Access,
    #[serde(default)]
    pub may_delete_recordings: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeLogin {
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub access: Access,
    pub may_delete_recordings: bool,
}

/// A login that was made or invited again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct InvitedLogin {
    pub login: Login,
    /// The code is on its way by mail. False: this server sends none, and its operator makes the
    /// code with `pbx-core admin account link`.
    pub mailed: bool,
}

/// A client's message to its reseller's support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportMessage {
    pub subject: String,
    pub text: String,
}
