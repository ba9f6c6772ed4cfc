//! Typed ids, from one list, so that a client's id can't be passed for a user's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// Declares a UUID newtype for each name.
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[derive(utoipa::ToSchema)]
        #[serde(transparent)]
        #[ts(as = "String")]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

typed_ids! {
    /// A reseller: the tenant that everything else hangs under.
    ResellerId,
    /// A client (a company) of a reseller.
    ClientId,
    /// A user (a person with an extension) of a client.
    UserId,
    /// A user profile of a reseller.
    ProfileId,
    /// A phone number (DID) of a client.
    NumberId,
    /// A block of callers.
    BlockId,
    /// What is sent with emergency calls.
    EmergencyId,
    /// A login of a person. Not a tenant: a tenant may have several.
    AccountId,
    /// An entry of the audit log.
    AuditId,
    /// A link that a reseller's clients see.
    LinkId,
    /// A signed-in session.
    SessionId,
    /// A phone at an address: what it registered.
    RegistrationId,
    /// One leg of a call: one CDR.
    LegId,
    /// A call: what ties its legs together.
    CallId,
}
