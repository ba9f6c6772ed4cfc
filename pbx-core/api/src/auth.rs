//! Sign-in and sessions.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Access, AccountId, ClientId, ClientPage, Features, InstantMs, Reseller, Role, SessionId, UserId,
};

/// What a server says of itself before anybody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ServerInfo {
    /// Always `pbx-core`: how a client knows that it talks to the right kind of server.
    pub product: String,
    pub version: String,
    /// Wire version; a client refuses a higher major than its own with words.
    pub api_major: u32,
    /// The server's clock, so that a client whose clock is wrong can say so.
    #[ts(type = "number")]
    pub now_ms: InstantMs,
    /// The server holds sample data.
    pub sample: bool,
    /// The server sends mail: forgotten passwords, invitations, messages to support.
    #[serde(default)]
    pub sends_mail: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The reseller's realm.
    pub realm: String,
    pub email: String,
    pub password: String,
    /// Where one email has several accounts: the chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<AccountId>,
    /// Shown in the list of sessions, such as `Tandem 0.1 on Linux`.
    #[serde(default)]
    pub device: String,
}

/// One of several accounts that an email and password fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct AccountChoice {
    pub account: AccountId,
    pub role: Role,
    /// What the account belongs to: the reseller's, client's or user's name.
    pub label: String,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one is made a sign-in, and mostly the large one"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInAnswer {
    SignedIn(SignedIn),
    /// The password fits several accounts: send the request again with one of them.
    Choose(Vec<AccountChoice>),
    /// The password was right; a code of the second factor is needed as well.
    SecondFactorNeeded(SecondFactorNeeded),
}

/// What a sign-in waits for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SecondFactorNeeded {
    /// Opaque, good for one sign-in of one account.
    pub ticket: String,
    #[ts(type = "number")]
    pub expires_at_ms: InstantMs,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRequest {
    pub ticket: String,
    /// Six digits of the authenticator, or a recovery code.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotRequest {
    /// The reseller's realm.
    pub realm: String,
    pub email: String,
}

/// A one-time code and the password that it is to set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimRequest {
    /// From a mail or from the operator.
    pub code: String,
    /// 10 characters at least, and not the email.
    pub password: String,
}

/// Whose password was set, ready to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Claimed {
    pub realm: String,
    pub email: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Me {
    pub account: AccountId,
    pub session: SessionId,
    pub role: Role,
    #[serde(default)]
    pub access: Access,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub reseller: Reseller,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// May delete recordings.
    pub may_delete_recordings: bool,
    /// May play and download recordings.
    pub may_play_recordings: bool,
    /// Is a limited client's login.
    #[serde(default)]
    pub limited: bool,
    /// Pages that a limited client's login goes without; the server refuses what they stand for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_pages: Vec<ClientPage>,
    /// The departments that the login is restricted to; empty: not restricted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<String>,
    /// What its mails are written in: `en`, `fr`, `es` or `de`.
    #[serde(default = "crate::people::english")]
    pub language: String,
    /// Of a user: what its profile lets it do, and which pages it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub features: Option<Features>,
    /// Signed in as somebody else: as whom, and until when. Names and email above stay the
    /// person's own; role, client, user and rights are the connected ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub connected: Option<Connected>,
}

impl Me {
    /// Whether it acts as somebody else.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.connected.is_some()
    }
}

/// The chain of a session that acts as somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Connected {
    /// From the person's own account down to the one that it acts as: two or three.
    pub chain: Vec<ChainLink>,
    #[ts(type = "number")]
    pub ends_at_ms: InstantMs,
}

/// One account of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ChainLink {
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub user: Option<UserId>,
    /// The reseller's, client's or user's name.
    pub name: String,
}

/// Asks to act as a client or as a user: one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub user: Option<UserId>,
    /// Why; the audit log shows it.
    #[serde(default)]
    pub reason: String,
}

/// A session as somebody else. There is no refresh token: it ends, and one connects again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Connection {
    pub access_token: String,
    #[ts(type = "number")]
    pub access_expires_at_ms: InstantMs,
    pub me: Me,
}

/// Tokens are opaque, and the server stores only their hashes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SignedIn {
    pub access_token: String,
    #[ts(type = "number")]
    pub access_expires_at_ms: InstantMs,
    pub refresh_token: String,
    pub me: Me,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    pub refresh_token: String,
}

/// Secrets are never shown by a debug print.
macro_rules! unseen {
    ($($name:ident),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )+};
}
pub(crate) use unseen;

unseen!(
    SignInRequest,
    RefreshRequest,
    SecondFactorNeeded,
    SecondFactorRequest,
    ClaimRequest,
);

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}
