//! What an import of call records says at its end.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::rule::{self, Rule};

/// `read = added + already_there + rejected`, always.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, utoipa::ToSchema,
)]
pub struct ImportSummary {
    /// Rows seen. A row is a leg.
    #[ts(type = "number")]
    pub read: u64,
    #[ts(type = "number")]
    pub added: u64,
    /// Rows that an earlier import, or another file of this one, had already brought.
    #[ts(type = "number")]
    pub already_there: u64,
    #[ts(type = "number")]
    pub rejected: u64,
    /// Distinct calls among the rows that were not rejected.
    #[ts(type = "number")]
    pub calls: u64,
    /// Of those calls, the ones with an answered row.
    #[ts(type = "number")]
    pub answered_calls: u64,
    /// Sum over the rows that were not rejected, each row once.
    #[ts(type = "number")]
    pub billable_seconds: u64,
}

/// A row that could not be taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct RejectedRow {
    pub file: String,
    /// 1-based line where the row starts (0 where the format has no lines).
    #[ts(type = "number")]
    pub line: u64,
    pub reason: String,
    /// The row as it stood, so that nothing is lost; at most 64 KiB of it.
    pub row: String,
}

/// A cell that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct RowError {
    /// Line of the file where the row begins; 1 is the header.
    pub line: u32,
    /// The header's name as the file has it; empty: the whole row.
    pub column: String,
    /// In English; it continues the column's name.
    pub message: String,
    /// The rule that was broken. None from an older server.
    #[serde(
        default,
        deserialize_with = "rule::known",
        skip_serializing_if = "Option::is_none"
    )]
    #[ts(optional)]
    pub rule: Option<Rule>,
}

impl RowError {
    #[must_use]
    pub fn broken(line: u32, column: impl Into<String>, rule: Rule) -> Self {
        Self {
            line,
            column: column.into(),
            message: rule.to_string(),
            rule: Some(rule),
        }
    }
}
