//! What one row of a call record file says, in the same words whatever wrote it.

use pbx_api::{CallResult, Direction, InstantMs};

use crate::Identity;

/// The switch that wrote the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    Asterisk,
    FreeSwitch,
}

/// One leg of a call. Texts are empty where the row says nothing; none holds a NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 1-based line where the row starts; the row's number where the format has no lines.
    pub line: u64,
    pub source: Source,
    /// Asterisk unique id or FreeSWITCH uuid of the leg.
    pub unique_id: String,
    /// What ties the legs of a call: equal keys, one call. Asterisk: linked id, else unique id.
    /// FreeSWITCH: the uuid of the leg that started the call.
    pub call_key: String,
    /// The row carries no id at all: `call_key` was inferred from caller, channel and times.
    pub call_key_inferred: bool,
    /// Asterisk's per-run CDR number: tells rows of one channel apart.
    pub sequence: Option<i64>,
    /// Account code of the leg's own channel.
    pub account: String,
    /// Account code of the channel it was bridged to.
    pub peer_account: String,
    /// SIP domain (FreeSWITCH); empty for Asterisk.
    pub domain: String,
    /// Dialplan context.
    pub context: String,
    pub channel: String,
    pub dst_channel: String,
    pub last_app: String,
    pub started_at_ms: InstantMs,
    /// Only for a leg that was really answered.
    pub answered_at_ms: Option<InstantMs>,
    /// Start plus duration: durations are trusted over wall clocks.
    pub ended_at_ms: InstantMs,
    pub ring_seconds: u32,
    pub duration_seconds: u32,
    /// As the switch wrote it, even where it is more than the duration.
    pub billable_seconds: u32,
    pub from_number: String,
    pub from_name: String,
    /// Where the call went; a transfer rewrites it.
    pub to_number: String,
    /// The number really dialled, where the row says it and it is not `to_number`.
    pub dialled_number: String,
    pub result: CallResult,
    /// The switch's own word that the leg was answered (voicemail answers too). Count answered
    /// calls by this, not by `result`.
    pub answered: bool,
    /// Q.850 cause, 1 to 127.
    pub cause: Option<u16>,
    /// Final SIP status, 100 to 699.
    pub sip_code: Option<u16>,
    /// Only where the row says so plainly.
    pub direction: Option<Direction>,
    /// Path or name of the recording as the switch wrote it.
    pub recording_file: Option<String>,
    /// The row as it stood, at most [`crate::RAW_LIMIT_BYTES`] of it.
    pub raw: String,
    /// What the row is recognised by when it comes again, also in another format.
    pub identity: Identity,
}
