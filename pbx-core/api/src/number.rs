//! Phone numbers and where their calls go.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ClientId, NumberId, RingOrder, UserId};

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
