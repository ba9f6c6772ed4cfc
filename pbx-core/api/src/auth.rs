//! Sign-in and sessions.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Access, AccountId, ClientId, ClientPage, InstantMs, Reseller, Role, SessionId, UserId,
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

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInRequest { .. }")
    }
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("me", &self.me)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RefreshRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshRequest { .. }")
    }
}
