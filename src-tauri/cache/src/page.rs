//! What the list shows.

use pbx_api::{CallId, CallResult, ClientId, Direction, InstantMs, LegId, RecordingState, UserId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One call as a line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallRow {
    pub call: CallId,
    pub legs: u16,
    #[ts(type = "number")]
    pub started_at_ms: InstantMs,
    pub direction: Direction,
    pub client: ClientId,
    pub client_name: String,
    pub user: Option<UserId>,
    pub user_name: String,
    /// E.164 where it is a public number, else as the switch wrote it.
    pub from_number: String,
    pub from_name: String,
    pub to_number: String,
    pub ring_seconds: u16,
    /// The longest leg's.
    pub talk_seconds: u32,
    /// Answered when one leg was.
    pub result: CallResult,
    pub cause: Option<u8>,
    pub recording: RecordingState,
    /// The leg whose recording the play icon plays.
    pub recording_leg: Option<LegId>,
    /// Its recording is on this computer.
    pub kept_offline: bool,
}

/// A stretch of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallPage {
    #[ts(type = "number")]
    pub offset: u64,
    pub rows: Vec<CallRow>,
    /// The state of the cache that the page was read from.
    #[ts(type = "number")]
    pub revision: u64,
    /// Calls that match, on all pages.
    #[ts(type = "number")]
    pub matching: u64,
}

/// What a filter matches, altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct CallTotals {
    #[ts(type = "number")]
    pub calls: u64,
    /// Legs of those calls.
    #[ts(type = "number")]
    pub legs: u64,
    #[ts(type = "number")]
    pub answered_calls: u64,
    #[ts(type = "number")]
    pub talk_seconds: u64,
    /// Calls in the cache, matching or not.
    #[ts(type = "number")]
    pub of_calls: u64,
    /// Changes that the first sync has still to bring; none once it is complete.
    #[ts(type = "number | null")]
    pub still_to_sync: Option<u64>,
    #[ts(type = "number")]
    pub revision: u64,
}

/// Calls of one stretch of time by result, in the order of [`pbx_api::CallResult`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResultCounts(pub [u32; 7]);
