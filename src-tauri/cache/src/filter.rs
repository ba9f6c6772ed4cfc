//! What a person can ask of the call log.

use pbx_api::{CallResult, ClientId, Direction, InstantMs, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Fewer digits than this hit too much to mean anything.
pub(crate) const NUMBER_PART_MIN: usize = 3;

/// Any combination of conditions. A call matches when one of its legs meets all of them; an empty
/// list or text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct CallFilter {
    /// Start of the leg, inclusive.
    #[ts(type = "number | null")]
    pub from_ms: Option<InstantMs>,
    /// Start of the leg, exclusive.
    #[ts(type = "number | null")]
    pub until_ms: Option<InstantMs>,
    pub clients: Vec<ClientId>,
    pub users: Vec<UserId>,
    pub directions: Vec<Direction>,
    pub results: Vec<CallResult>,
    /// A part of either number, at least three digits; separators are ignored.
    pub number: String,
    /// A part of the caller's name, without regard to case.
    pub name: String,
    pub talk_min_seconds: Option<u32>,
    /// Inclusive.
    pub talk_max_seconds: Option<u32>,
    /// Only legs whose recording is available.
    pub recorded: bool,
    /// A part of a name, number, client or user.
    pub text: String,
}

impl CallFilter {
    /// No condition at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    #[default]
    StartedAt,
    Direction,
    Client,
    User,
    From,
    To,
    Name,
    Ring,
    Talk,
    Result,
    Cause,
    Recording,
    Legs,
}

/// Order of the list; equal values stand newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: SortBy::StartedAt,
            descending: true,
        }
    }
}

/// What is compared when a person searches for a number: digits where the text is a number, else
/// the text in lower case (`sales.dept`, `anonymous`).
pub(crate) fn number_search_text(raw: &str) -> String {
    let is_number = raw.chars().any(|c| c.is_ascii_digit())
        && raw
            .chars()
            .all(|c| c.is_ascii_digit() || "+-(). /*#".contains(c));
    if is_number {
        raw.chars()
            .filter(|c| c.is_ascii_digit() || *c == '*' || *c == '#')
            .collect()
    } else {
        fold(raw)
    }
}

/// Lower case, so that a search ignores case. Control characters end an entry in the dictionary
/// and can't be part of a text.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .flat_map(char::to_lowercase)
        .collect()
}
