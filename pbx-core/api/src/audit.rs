//! The audit log on the wire.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{AccountId, AuditId, ClientId, InstantMs};

/// Who did what, with the names of that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct AuditEntry {
    pub id: AuditId,
    #[ts(type = "number")]
    pub at_ms: InstantMs,
    /// None: the operator, on the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<AccountId>,
    pub account_name: String,
    /// Connected: the client or user as whom the account acted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub acting_as: String,
    /// Where the request came from.
    pub address: String,
    /// Thing and verb, such as `client.change`.
    pub action: String,
    pub subject_kind: String,
    #[schema(value_type = String, format = "uuid")]
    #[ts(as = "String")]
    pub subject: Uuid,
    pub subject_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub client: Option<ClientId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub client_name: String,
    /// The thing before, as JSON; none where there was none.
    #[schema(value_type = Option<Object>)]
    #[ts(type = "unknown")]
    pub before: Option<serde_json::Value>,
    /// The thing after, as JSON; none where there is none any more.
    #[schema(value_type = Option<Object>)]
    #[ts(type = "unknown")]
    pub after: Option<serde_json::Value>,
    /// The entry that this one undid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undoes: Option<AuditId>,
    /// The entry that undid this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undone_by: Option<AuditId>,
    /// The caller may try to undo it.
    pub can_undo: bool,
}

/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct AuditPage {
    pub rows: Vec<AuditEntry>,
    /// There are older ones, after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<AuditId>,
}
