//! Limited clients: further logins of a client that see less of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, ClientId};

/// A page of a client that a login can go without. The list is closed.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TS,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClientPage {
    Users,
    Numbers,
    Calls,
    ActiveCalls,
    Phones,
    Blocks,
    Emergency,
    Audit,
}

impl ClientPage {
    pub const ALL: [Self; 8] = [
        Self::Users,
        Self::Numbers,
        Self::Calls,
        Self::ActiveCalls,
        Self::Phones,
        Self::Blocks,
        Self::Emergency,
        Self::Audit,
    ];
    /// What a login that is restricted to departments can still have: these can be told apart by
    /// department, the others are the whole client's.
    pub const BY_DEPARTMENT: [Self; 4] =
        [Self::Users, Self::Calls, Self::ActiveCalls, Self::Phones];
}

/// A further login of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct LimitedClient {
    pub id: AccountId,
    pub client: ClientId,
    /// What it signs in with: an email address or a name.
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub read_only: bool,
    pub disabled_pages: Vec<ClientPage>,
    /// Sees the users of these departments and their calls, and nothing of the whole client.
    /// Empty: not restricted.
    pub departments: Vec<String>,
}

/// What a person sets of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitedClientSettings {
    pub username: String,
    #[serde(default)]
    pub first_name: String,
    #[serde(default)]
    pub last_name: String,
    #[serde(default = "crate::people::english")]
    pub language: String,
    /// A new password; none: stays as it is. A new login without one can't sign in yet.
    #[serde(default)]
    pub password: Option<String>,
    #[serde(default)]
    pub read_only: bool,
    #[serde(default)]
    pub disabled_pages: Vec<ClientPage>,
    #[serde(default)]
    pub departments: Vec<String>,
}

/// A limited client to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLimitedClient {
    pub client: ClientId,
    pub login: LimitedClientSettings,
}

impl std::fmt::Debug for LimitedClientSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LimitedClientSettings")
            .field("disabled_pages", &self.disabled_pages)
            .finish_non_exhaustive()
    }
}
