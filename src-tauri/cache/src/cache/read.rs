//! Reading: pages, totals, legs and sums, from the columns in memory and the blocks in the file.

use std::collections::HashMap;
use std::sync::Arc;

use pbx_api::{CallId, CallResult, Leg, LegId, UserId};
use rusqlite::Connection;

use super::{Answered, Cache, lock, read};
use crate::block::{BLOCK_LEGS, Cold, Keys};
use crate::filter::{CallFilter, Sort};
use crate::flags::Flags;
use crate::index::{Index, NIL};
use crate::numbers::{number_forms, number_shown};
use crate::order::Found;
use crate::page::{CallPage, CallRow, CallTotals};
use crate::scan::{self, Conditions};
use crate::{CacheError, store};

/// Rows that one page may hold.
const PAGE_MAX: usize = 500;
/// Answered filters kept for the next page; each holds at most 5 bytes a matching call.
const FOUND_KEPT: usize = 8;
/// Opened blocks kept: 256 blocks of ids are 8 MB.
const BLOCKS_KEPT: usize = 256;

/// A leg with everything that is known of it, and what the directory calls its client and user.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLeg {
    pub leg: Leg,
    pub client_name: String,
    pub user_name: String,
}

/// A second connection, so that a page is read while a sync writes.
pub(super) struct Reader {
    pub(super) db: Connection,
    keys: Recent<Keys>,
    cold: Recent<Vec<Cold>>,
    /// Blocks of the step that is being written: in the columns already, not yet in the file.
    fresh: HashMap<usize, FreshBlock>,
}

/// A block that is in memory alone.
pub(crate) type FreshBlock = (Arc<Keys>, Arc<Vec<Cold>>);

impl Reader {
    pub(super) fn new(db: Connection) -> Self {
        Self {
            db,
            keys: Recent(Vec::new()),
            cold: Recent(Vec::new()),
            fresh: HashMap::new(),
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.keys.0.clear();
        self.cold.0.clear();
        self.fresh.clear();
    }
}

/// The blocks used last.
struct Recent<T>(Vec<(usize, Arc<T>)>);

impl<T> Recent<T> {
    fn get(
        &mut self,
        no: usize,
        read: impl FnOnce() -> Result<T, CacheError>,
    ) -> Result<Arc<T>, CacheError> {
        if let Some(at) = self.0.iter().position(|(known, _)| *known == no) {
            let entry = self.0.remove(at);
            self.0.push(entry);
        } else {
            let entry = (no, Arc::new(read()?));
            if self.0.len() >= BLOCKS_KEPT {
                self.0.remove(0);
            }
            self.0.push(entry);
        }
        Ok(Arc::clone(&self.0[self.0.len() - 1].1))
    }
}

impl Cache {
    pub(super) fn found(
        &self,
        index: &Index,
        filter: &CallFilter,
        sort: Sort,
    ) -> Result<Arc<Found>, CacheError> {
        let wanted = (filter.clone(), sort);
        let known = |kept: &[Answered]| {
            kept.iter()
                .find(|(asked, found)| *asked == wanted && found.revision == index.revision)
                .map(|(_, found)| Arc::clone(found))
        };
        if let Some(found) = known(&lock(&self.found)) {
            return Ok(found);
        }
        let found = Arc::new(if filter.is_empty() {
            Found::all(index)
        } else {
            let conditions = Conditions::new(filter, index, &*read(&self.directory))?;
            Found::some(index, scan::matching_calls(index, &conditions))
        });
        let mut kept = lock(&self.found);
        kept.retain(|(asked, found)| found.revision == index.revision && *asked != wanted);
        if kept.len() >= FOUND_KEPT {
            kept.remove(0);
        }
        kept.push((wanted, Arc::clone(&found)));
        Ok(found)
    }

    /// Forgets answered filters, so that the next question is answered from the columns.
    pub fn forget_answers(&self) {
        lock(&self.found).clear();
    }

    /// A stretch of the list. The newest page of any filter is bounded: one pass over the columns.
    ///
    /// # Errors
    /// `Filter` when the filter can't be answered; others when the file can't be read.
    pub fn page(
        &self,
        filter: &CallFilter,
        sort: Sort,
        offset: u64,
        limit: usize,
    ) -> Result<CallPage, CacheError> {
        let index = read(&self.index);
        let found = self.found(&index, filter, sort)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let calls = found.slice(&index, sort, from, limit.min(PAGE_MAX));
        let rows = calls
            .into_iter()
            .filter(|call| index.calls.lead[*call as usize] != NIL)
            .map(|call| self.row(&index, call))
            .collect::<Result<_, _>>()?;
        Ok(CallPage {
            offset,
            rows,
            revision: index.revision,
            matching: found.count as u64,
        })
    }

    fn row(&self, index: &Index, call: u32) -> Result<CallRow, CacheError> {
        let lead = index.calls.lead[call as usize] as usize;
        let (legs, flags) = (&index.legs, Flags(index.calls.flags[call as usize]));
        let client = index.clients.all[usize::from(legs.client[lead])];
        let user = index.user_of(lead);
        let recording_leg = index
            .legs_of(call)
            .filter(|leg| Flags(legs.flags[*leg as usize]).recording() == flags.recording())
            .min()
            .filter(|_| flags.recording() == pbx_api::RecordingState::Available)
            .map(|leg| self.leg_ids(leg).map(|(leg, _)| leg))
            .transpose()?;
        let (_, id) = self.leg_ids(index.calls.lead[call as usize])?;
        // Behind every look into the file: a step holds a copy in memory and then takes the directory.
        let directory = read(&self.directory);
        Ok(CallRow {
            call: id,
            legs: index.calls.legs[call as usize],
            started_at_ms: legs.started_ms[lead],
            direction: flags.direction(),
            client,
            client_name: directory.client_name(client),
            user,
            user_name: user
                .map(|user| directory.user_name(user))
                .unwrap_or_default(),
            from_number: number_shown(index.numbers.text(legs.from[lead])).to_owned(),
            from_name: index.names.text(legs.name[lead]).to_owned(),
            to_number: number_shown(index.numbers.text(legs.to[lead])).to_owned(),
            ring_seconds: legs.ring[lead],
            talk_seconds: index.calls.talk[call as usize],
            result: flags.result(),
            cause: (legs.cause[lead] != 0).then_some(legs.cause[lead]),
            recording: flags.recording(),
            recording_leg,
            kept_offline: false,
        })
    }

    pub(super) fn leg_ids(&self, leg: u32) -> Result<(LegId, CallId), CacheError> {
        let (no, at) = (leg as usize / BLOCK_LEGS, leg as usize % BLOCK_LEGS);
        let keys = self.keys(no)?;
        match (keys.legs.get(at), keys.calls.get(at)) {
            (Some(leg), Some(call)) => Ok((*leg, *call)),
            _ => self.noted(Err(CacheError::Damaged(format!("block {no} is too short")))),
        }
    }

    pub(crate) fn keys(&self, no: usize) -> Result<Arc<Keys>, CacheError> {
        let reader = &mut *lock(&self.reader);
        if let Some((keys, _)) = reader.fresh.get(&no) {
            return Ok(Arc::clone(keys));
        }
        let read = || store::keys(&reader.db, &self.key, no);
        self.noted(reader.keys.get(no, read))
    }

    pub(crate) fn cold(&self, no: usize) -> Result<Arc<Vec<Cold>>, CacheError> {
        let reader = &mut *lock(&self.reader);
        if let Some((_, cold)) = reader.fresh.get(&no) {
            return Ok(Arc::clone(cold));
        }
        let read = || store::cold(&reader.db, &self.key, no);
        self.noted(reader.cold.get(no, read))
    }

    /// Shows blocks that are not in the file yet, before anybody sees their rows.
    pub(crate) fn show_fresh(&self, blocks: HashMap<usize, FreshBlock>) {
        lock(&self.reader).fresh = blocks;
    }

    /// Forgets every opened block.
    pub(crate) fn forget_all_blocks(&self) {
        lock(&self.reader).forget_all();
    }

    /// Forgets opened blocks that were written anew.
    pub(crate) fn forget_blocks(&self, written: &[usize]) {
        let mut reader = lock(&self.reader);
        reader.fresh.clear();
        reader.keys.0.retain(|(no, _)| !written.contains(no));
        reader.cold.0.retain(|(no, _)| !written.contains(no));
    }

    /// What a filter matches, altogether.
    ///
    /// # Errors
    /// `Filter` when the filter can't be answered.
    pub fn totals(&self, filter: &CallFilter) -> Result<CallTotals, CacheError> {
        let index = read(&self.index);
        let found = self.found(&index, filter, Sort::default())?;
        let mut totals = CallTotals {
            of_calls: index.order.len() as u64,
            revision: index.revision,
            ..CallTotals::default()
        };
        found.each(&index, |call| {
            let at = call as usize;
            let answered = Flags(index.calls.flags[at]).result() == CallResult::Answered;
            totals.calls += 1;
            totals.legs += u64::from(index.calls.legs[at]);
            totals.answered_calls += u64::from(answered);
            totals.talk_seconds += u64::from(index.calls.talk[at]);
        });
        Ok(totals)
    }

    /// The legs of a call, in the order in which they started. Empty when there is no such call.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn legs(&self, call: CallId) -> Result<Vec<StoredLeg>, CacheError> {
        loop {
            let epoch = self.epoch();
            let row = self.call_row(call)?;
            let index = read(&self.index);
            // A row means something only in the filling that it was found in.
            if index.epoch == epoch {
                return row.map_or_else(|| Ok(Vec::new()), |row| self.stored_legs(&index, row));
            }
        }
    }

    /// One leg by its id.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn leg(&self, id: LegId) -> Result<Option<StoredLeg>, CacheError> {
        loop {
            let epoch = self.epoch();
            let row = self.leg_row(id)?;
            let index = read(&self.index);
            if index.epoch == epoch {
                let alive = row.filter(|leg| !Flags(index.legs.flags[*leg as usize]).is_dead());
                return alive.map(|leg| self.stored_leg(&index, leg)).transpose();
            }
        }
    }

    fn stored_legs(&self, index: &Index, call: u32) -> Result<Vec<StoredLeg>, CacheError> {
        let mut legs: Vec<u32> = index.legs_of(call).collect();
        legs.sort_unstable_by_key(|leg| (index.legs.started_ms[*leg as usize], *leg));
        legs.into_iter()
            .map(|leg| self.stored_leg(index, leg))
            .collect()
    }

    fn stored_leg(&self, index: &Index, row: u32) -> Result<StoredLeg, CacheError> {
        let at = row as usize;
        let (id, call) = self.leg_ids(row)?;
        let no = at / BLOCK_LEGS;
        let cold = self.cold(no)?;
        let Some(cold) = cold.get(at % BLOCK_LEGS) else {
            return self.noted(Err(CacheError::Damaged(format!("block {no} is too short"))));
        };
        let (legs, flags) = (&index.legs, Flags(index.legs.flags[at]));
        let (from_number, from_e164) = number_forms(index.numbers.text(legs.from[at]));
        let (to_number, to_e164) = number_forms(index.numbers.text(legs.to[at]));
        let (client, user) = (
            index.clients.all[usize::from(legs.client[at])],
            index.user_of(at),
        );
        let directory = read(&self.directory);
        Ok(StoredLeg {
            client_name: directory.client_name(client),
            user_name: user
                .map(|user| directory.user_name(user))
                .unwrap_or_default(),
            leg: Leg {
                id,
                call,
                client,
                user,
                direction: flags.direction(),
                result: flags.result(),
                started_at_ms: legs.started_ms[at],
                answered_at_ms: cold.answered_at_ms,
                ended_at_ms: cold.ended_at_ms,
                end_estimated: cold.end_estimated,
                ring_seconds: cold.ring_seconds,
                talk_seconds: legs.talk[at],
                from_number: from_number.to_owned(),
                from_e164: from_e164.map(str::to_owned),
                from_name: index.names.text(legs.name[at]).to_owned(),
                to_number: to_number.to_owned(),
                to_e164: to_e164.map(str::to_owned),
                cause: (legs.cause[at] != 0).then_some(u16::from(legs.cause[at])),
                sip_code: cold.sip_code,
                recording: flags.recording(),
                recording_info: cold.recording_info.clone(),
                recording_fault: cold.recording_fault,
                source_id: cold.source_id.clone(),
            },
        })
    }

    /// Visits the legs of every call that matches, newest call first, until `visit` says false.
    /// The log is locked a batch of calls at a time, so a long export doesn't hold up a sync; calls
    /// that arrive meanwhile are not in it.
    ///
    /// # Errors
    /// `Filter`; `Rebuilt` when the cache was emptied meanwhile; or when the file can't be read.
    pub fn each_leg(
        &self,
        filter: &CallFilter,
        mut visit: impl FnMut(StoredLeg) -> bool,
    ) -> Result<(), CacheError> {
        const CALLS_AT_ONCE: usize = 1000;
        let (found, epoch) = {
            let index = read(&self.index);
            let found = self.found(&index, filter, Sort::default())?;
            let calls = found.slice(&index, Sort::default(), 0, usize::MAX);
            (calls, index.epoch)
        };
        for calls in found.chunks(CALLS_AT_ONCE) {
            let index = read(&self.index);
            if index.epoch != epoch {
                return Err(CacheError::Rebuilt);
            }
            for call in calls {
                for leg in self.stored_legs(&index, *call)? {
                    if !visit(leg) {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}

impl Index {
    pub(super) fn user_of(&self, leg: usize) -> Option<UserId> {
        let number = self.legs.user[leg] as usize;
        (number > 0).then(|| self.users.all[number - 1])
    }
}
