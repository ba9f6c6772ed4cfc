//! The change feed: what changed since a cursor, in order, complete, resumable at any cursor line.
//!
//! `GET /v1/changes?after=<cursor>` answers newline-delimited JSON, one [`FeedLine`] a line. A
//! client applies the changes before a `cursor` line together with that cursor, in one
//! transaction; what comes after the last cursor line of a cut answer is thrown away and asked
//! for again.

use serde::{Deserialize, Serialize};

use crate::{Client, ClientId, Leg, PhoneNumber, Profile, User};

/// One thing that changed. Things that exist are sent whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Client(Client),
    User(User),
    Profile(Profile),
    Number(PhoneNumber),
    Leg(Leg),
    /// The thing is gone, or this caller may not see it any more.
    Removed(Removed),
    /// A client with everything under it is gone for this caller.
    ScopeRemoved(ClientId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Removed {
    pub kind: RemovedKind,
    #[schema(value_type = String, format = "uuid")]
    pub id: uuid::Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovedKind {
    Client,
    User,
    Profile,
    Number,
    Leg,
}

/// One line of the feed.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every line is the largest variant, a leg"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedLine {
    /// First line: how many changes lie between the given cursor and now.
    Begin {
        remaining: u64,
    },
    Change(Change),
    /// Everything before this line is one consistent step; resume here.
    /// Opaque, sealed by the server: it tells nothing about anybody else's volume.
    Cursor {
        cursor: String,
        remaining: u64,
    },
    /// Last line of a complete answer. Without it the answer was cut.
    /// `caught_up` is false where the answer's limit was reached first: ask again at once.
    End {
        caught_up: bool,
    },
}
