//! Call detail records. One record is one leg; a call is the legs that share its id.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CallId, ClientId, InstantMs, LegId, UserId};

/// Which way a leg goes, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From outside to one of the client's users.
    Inbound,
    /// From one of the client's users to outside.
    Outbound,
    /// Between two of the client's users or services.
    Internal,
}

/// How a leg ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    Answered,
    NoAnswer,
    Busy,
    Failed,
    Cancelled,
    Voicemail,
    Blocked,
}

/// Where a leg's recording is in its life.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// The leg was not recorded.
    #[default]
    None,
    /// Recorded, not stored yet.
    Pending,
    Available,
    /// Deleted by a person.
    Deleted,
    /// Removed when its retention ended.
    Expired,
}

/// What is known of stored audio, so that a download can be resumed and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct RecordingInfo {
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// SHA-256 of the whole file, lower-case hex.
    pub sha256: String,
    /// The name it was stored under, for the save dialog; never a path.
    pub file_name: String,
}

/// Why a call that was to be recorded has no recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingFault {
    /// The engine wrote nothing of it in the time that it has for that.
    NeverCame,
    /// Nobody is heard in what the engine wrote.
    NoSound,
    /// The sound is in a format that is not read.
    Format,
    /// What the engine wrote can't be read. Also what a newer server calls otherwise.
    #[serde(other)]
    Unreadable,
}

/// One leg of a call: one CDR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Leg {
    pub id: LegId,
    pub call: CallId,
    pub client: ClientId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    pub direction: Direction,
    pub result: CallResult,
    #[ts(type = "number")]
    pub started_at_ms: InstantMs,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub answered_at_ms: Option<InstantMs>,
    /// Start plus duration: durations are trusted over a switch's wall clock.
    #[ts(type = "number")]
    pub ended_at_ms: InstantMs,
    /// Nobody told when it ended: the end is when it was known to be over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub end_estimated: bool,
    pub ring_seconds: u32,
    /// Billable seconds.
    pub talk_seconds: u32,
    /// The caller as the switch wrote it.
    #[serde(default)]
    pub from_number: String,
    /// The caller in E.164, where it is a public number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_e164: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from_name: String,
    /// The callee as the switch wrote it.
    #[serde(default)]
    pub to_number: String,
    /// The callee in E.164, where it is a public number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_e164: Option<String>,
    /// Q.850 cause, 1 to 127.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u16>,
    /// Final SIP status, 100 to 699.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sip_code: Option<u16>,
    #[serde(default)]
    pub recording: RecordingState,
    /// Present exactly while `recording` is `available` and the caller may play it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_info: Option<RecordingInfo>,
    /// Present where `recording` is `none` although the call was to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_fault: Option<RecordingFault>,
    /// The id that the switch gave the leg (Asterisk unique id, FreeSWITCH uuid, SIP Call-ID).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_id: String,
}
