//! What is sent with emergency calls.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ClientId, EmergencyId, InstantMs, UserId};

/// The caller ID and the location of emergency calls. That of the user counts before the client's,
/// and the client's before the reseller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct EmergencyCallerId {
    pub id: EmergencyId,
    /// None: the reseller's fallback for every client.
    #[serde(default)]
    pub client: Option<ClientId>,
    /// None: every user of the client.
    #[serde(default)]
    pub user: Option<UserId>,
    /// Such as 911, or 933 for a test.
    pub dialled: String,
    /// In E.164.
    pub caller_number: String,
    /// Whether `caller_number` is a validated number of the client now.
    pub valid: bool,
    /// Where help is to come.
    pub location: String,
    pub notify_emails: Vec<String>,
    /// Those who are signed in on a desktop are told at once.
    pub notify_desktop: bool,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub last_test_at_ms: Option<InstantMs>,
}

/// What a person sets of an emergency caller ID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmergencyCallerId {
    /// It can't be changed afterwards. A client's login may leave it out.
    #[serde(default)]
    pub client: Option<ClientId>,
    /// It can't be changed afterwards.
    #[serde(default)]
    pub user: Option<UserId>,
    pub dialled: String,
    pub caller_number: String,
    pub location: String,
    #[serde(default)]
    pub notify_emails: Vec<String>,
    #[serde(default)]
    pub notify_desktop: bool,
}

/// A user whose emergency calls would go out without a validated caller ID of its own or its
/// client's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Unprotected {
    pub client: ClientId,
    pub user: UserId,
    /// Such as 911.
    pub dialled: String,
    /// The reseller's fallback would be sent.
    pub fallback: bool,
}
