//! Who there is: resellers, clients, users, what they may do and the numbers they have.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ClientId, NumberId, ProfileId, ResellerId, UserId};

/// What a login is, which decides what it may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Reseller,
    Client,
    User,
}

/// The reseller as its own people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Reseller {
    pub id: ResellerId,
    pub name: String,
    /// The realm that sign-in asks for and that client realms end in.
    pub realm: String,
    /// Days a cache may stay open without contact. Default 30.
    pub offline_days: u32,
}

/// A client (a company) under a reseller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    /// The client's own part of the realm; fixed after creation.
    pub realm: String,
    /// IANA name, such as `America/Toronto`.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2, decides how national numbers read.
    pub country: String,
    pub suspended: bool,
    /// May the client's own logins play and download recordings.
    pub recordings_allowed: bool,
}

/// A user of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    pub client: ClientId,
    pub first_name: String,
    pub last_name: String,
    pub extension: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
}

/// A user profile: what its users may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Profile {
    pub id: ProfileId,
    pub name: String,
    pub is_default: bool,
}

/// A phone number (DID) of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct PhoneNumber {
    pub id: NumberId,
    pub client: ClientId,
    pub e164: String,
    pub emergency_validated: bool,
}
