//! What is said to the server about clients, and what only some may read of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Client, ClientId, InstantMs, ProfileId};

/// A client as it is to be: the whole of it, for a new one and for a changed one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientInput {
    pub name: String,
    /// The client's own part of the realm. Fixed after creation: another one is refused.
    pub realm: String,
    pub first_name: String,
    pub last_name: String,
    /// Of the person to ask, and of the client's first login.
    pub email: String,
    /// `en`, `fr`, `es` or `de`.
    pub language: String,
    /// IANA name, such as `America/Toronto`.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// None: no limit; 0: no such call.
    pub max_outbound_calls: Option<u32>,
    /// None: no limit; 0: no such call.
    pub max_international_calls: Option<u32>,
    /// The reseller's notes; the client never sees them.
    pub memo: String,
    pub production: bool,
    pub suspended: bool,
    pub recordings_allowed: bool,
    /// The profiles that its users may have, at least one.
    pub profiles: Vec<ProfileId>,
    /// One of `profiles`.
    pub default_profile: ProfileId,
    /// Of the client's first login; left out, it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub password: Option<String>,
    /// One of `profiles`, for the users whose profile is no longer among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub move_users_to: Option<ProfileId>,
}

/// A password stands in it.
impl std::fmt::Debug for ClientInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientInput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A client with what the feed does not send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ClientDetails {
    pub client: Client,
    /// Client realm and reseller realm: where its phones register.
    pub full_realm: String,
    /// For the reseller's people only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub memo: Option<String>,
}

/// What hangs on a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ClientContents {
    #[ts(type = "number")]
    pub users: u64,
    #[ts(type = "number")]
    pub numbers: u64,
    /// Its own and its users'.
    #[ts(type = "number")]
    pub logins: u64,
    #[ts(type = "number")]
    pub calls: u64,
}

/// A client that is gone for everybody, and can come back for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ArchivedClient {
    pub id: ClientId,
    pub name: String,
    pub realm: String,
    #[ts(type = "number")]
    pub archived_at_ms: InstantMs,
    /// Until when it can come back.
    #[ts(type = "number")]
    pub until_ms: InstantMs,
}
