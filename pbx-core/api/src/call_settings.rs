//! What a user set for its own calls, and where calls can be sent.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::UserId;

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
    #[serde(default = "crate::people::yes")]
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
