//! How 1024 legs stand in one row of the file.
//!
//! Three texts a block: *hot*, the columns that are loaded at start; *keys*, the ids, read for
//! rows that are shown and legs that change; *cold*, what only the details of a call show.

use pbx_api::{CallId, InstantMs, Leg, LegId, RecordingFault, RecordingInfo};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::CacheError;
use crate::flags::Flags;
use crate::index::{Index, LegRow};

/// Legs in a block: a page of 100 scattered calls opens at most 100 blocks of ids, about 3 MB.
pub(crate) const BLOCK_LEGS: usize = 1024;
/// Bytes of one leg in the hot text.
const HOT_LEG_BYTES: usize = 4 + 8 + 2 + 4 + 1 + 4 + 4 + 4 + 2 + 4 + 1;

/// The ids of a block's legs, in the order of rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    pub(crate) legs: Vec<LegId>,
    pub(crate) calls: Vec<CallId>,
}

/// What only the details of a leg show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cold {
    pub(crate) answered_at_ms: Option<InstantMs>,
    pub(crate) ended_at_ms: InstantMs,
    pub(crate) end_estimated: bool,
    /// Whole; the column saturates.
    pub(crate) ring_seconds: u32,
    pub(crate) sip_code: Option<u16>,
    pub(crate) source_id: String,
    pub(crate) recording_info: Option<RecordingInfo>,
    pub(crate) recording_fault: Option<RecordingFault>,
}

impl Cold {
    pub(crate) fn of(leg: &Leg) -> Self {
        Self {
            answered_at_ms: leg.answered_at_ms,
            ended_at_ms: leg.ended_at_ms,
            end_estimated: leg.end_estimated,
            ring_seconds: leg.ring_seconds,
            sip_code: leg.sip_code,
            source_id: leg.source_id.clone(),
            recording_info: leg.recording_info.clone(),
            recording_fault: leg.recording_fault,
        }
    }
}

fn damaged(what: &str) -> CacheError {
    CacheError::Damaged(what.to_owned())
}

/// The hot columns of a range of legs, column after column, little-endian.
pub(crate) fn encode_hot(index: &Index, first: usize, count: usize) -> Vec<u8> {
    fn put<const N: usize, T: Copy>(out: &mut Vec<u8>, column: &[T], bytes: impl Fn(T) -> [u8; N]) {
        column
            .iter()
            .for_each(|value| out.extend_from_slice(&bytes(*value)));
    }
    let legs = &index.legs;
    let rows = first..first + count;
    let mut out = Vec::with_capacity(count * HOT_LEG_BYTES);
    put(&mut out, &legs.call[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.started_ms[rows.clone()], i64::to_le_bytes);
    put(&mut out, &legs.client[rows.clone()], u16::to_le_bytes);
    put(&mut out, &legs.user[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.flags[rows.clone()], u8::to_le_bytes);
    put(&mut out, &legs.from[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.to[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.name[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.ring[rows.clone()], u16::to_le_bytes);
    put(&mut out, &legs.talk[rows.clone()], u32::to_le_bytes);
    put(&mut out, &legs.cause[rows], u8::to_le_bytes);
    out
}

/// Appends a stored block's legs to the index. Every number is checked: the file may lie.
pub(crate) fn decode_hot(index: &mut Index, hot: &[u8]) -> Result<(), CacheError> {
    struct Columns<'a>(&'a [u8]);
    impl Columns<'_> {
        fn take<const N: usize, T>(&mut self, count: usize, of: impl Fn([u8; N]) -> T) -> Vec<T> {
            let (column, rest) = self.0.split_at(count * N);
            self.0 = rest;
            column
                .as_chunks::<N>()
                .0
                .iter()
                .map(|bytes| of(*bytes))
                .collect()
        }
    }
    if hot.is_empty() || !hot.len().is_multiple_of(HOT_LEG_BYTES) {
        return Err(damaged("a block has half a leg"));
    }
    let count = hot.len() / HOT_LEG_BYTES;
    let mut columns = Columns(hot);
    let call = columns.take(count, u32::from_le_bytes);
    let started_ms = columns.take(count, i64::from_le_bytes);
    let client = columns.take(count, u16::from_le_bytes);
    let user = columns.take(count, u32::from_le_bytes);
    let flags = columns.take(count, u8::from_le_bytes);
    let from = columns.take(count, u32::from_le_bytes);
    let to = columns.take(count, u32::from_le_bytes);
    let name = columns.take(count, u32::from_le_bytes);
    let ring = columns.take(count, u16::from_le_bytes);
    let talk = columns.take(count, u32::from_le_bytes);
    let cause = columns.take(count, u8::from_le_bytes);
    for at in 0..count {
        let row = LegRow {
            started_ms: started_ms[at],
            client: client[at],
            user: user[at],
            flags: Flags(flags[at]),
            from: from[at],
            to: to[at],
            name: name[at],
            ring: ring[at],
            talk: talk[at],
            cause: cause[at],
        };
        let known = call[at] as usize <= index.call_count()
            && usize::from(row.client) < index.clients.all.len()
            && row.user as usize <= index.users.all.len()
            && (row.from.max(row.to) as usize) < index.numbers.len()
            && (row.name as usize) < index.names.len()
            && row.flags.is_known();
        if !known {
            return Err(damaged("a block names something that is not there"));
        }
        index.push(call[at], &row);
    }
    Ok(())
}

pub(crate) fn encode_keys(keys: &Keys) -> Vec<u8> {
    let ids = keys
        .legs
        .iter()
        .map(|id| id.0)
        .chain(keys.calls.iter().map(|id| id.0));
    ids.flat_map(Uuid::into_bytes).collect()
}

pub(crate) fn decode_keys(text: &[u8]) -> Result<Keys, CacheError> {
    let (ids, rest) = text.as_chunks::<16>();
    if !rest.is_empty() || !ids.len().is_multiple_of(2) {
        return Err(damaged("a block has half an id"));
    }
    let (legs, calls) = ids.split_at(ids.len() / 2);
    Ok(Keys {
        legs: legs.iter().map(|id| LegId(Uuid::from_bytes(*id))).collect(),
        calls: calls
            .iter()
            .map(|id| CallId(Uuid::from_bytes(*id)))
            .collect(),
    })
}

pub(crate) fn encode_cold(cold: &[Cold]) -> Result<Vec<u8>, CacheError> {
    postcard::to_stdvec(cold).map_err(|e| CacheError::Disk(e.to_string()))
}

pub(crate) fn decode_cold(text: &[u8]) -> Result<Vec<Cold>, CacheError> {
    postcard::from_bytes(text).map_err(|e| CacheError::Damaged(e.to_string()))
}
