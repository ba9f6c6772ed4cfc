//! The calls that a filter matched, in the order that a person asked for.

use std::sync::{Arc, OnceLock};

use crate::filter::{Sort, SortBy};
use crate::index::{Index, NIL};
use crate::scan::each_call;

/// Above this the table of counts would be larger than what is sorted.
const COUNTED_KEYS_MAX: usize = 1 << 24;
/// Fewer matches than one call in this many are sorted; more are picked out of the whole order.
const SORT_BELOW_SHARE: usize = 64;

/// One answered filter. Rows keep their numbers, so it can be read while calls are added.
pub(crate) struct Found {
    /// A bit a call; `None`: all calls in the order.
    calls: Option<Vec<u64>>,
    pub(crate) count: usize,
    pub(crate) revision: u64,
    /// Made when something asks for more than the newest page.
    ordered: OnceLock<Vec<u32>>,
}

impl Found {
    pub(crate) fn all(index: &Index) -> Self {
        Self {
            calls: None,
            count: index.order.len(),
            revision: index.revision,
            ordered: OnceLock::new(),
        }
    }

    pub(crate) fn some(index: &Index, calls: Vec<u64>) -> Self {
        let count = calls.iter().map(|word| word.count_ones() as usize).sum();
        Self {
            calls: Some(calls),
            count,
            revision: index.revision,
            ordered: OnceLock::new(),
        }
    }

    fn has(&self, call: u32) -> bool {
        let call = call as usize;
        self.calls
            .as_ref()
            .is_none_or(|calls| calls[call / 64] >> (call % 64) & 1 == 1)
    }

    /// Visits every matching call, in no order.
    pub(crate) fn each(&self, index: &Index, mut visit: impl FnMut(u32)) {
        match &self.calls {
            None => index.order.iter().for_each(|call| visit(*call)),
            Some(calls) => each_call(calls, visit),
        }
    }

    /// The calls of a stretch of the list.
    pub(crate) fn slice(&self, index: &Index, sort: Sort, offset: usize, limit: usize) -> Vec<u32> {
        let limit = limit.min(self.count.saturating_sub(offset));
        let by_time = sort.by == SortBy::StartedAt;
        if by_time && self.calls.is_none() {
            let from = |at: usize| {
                if sort.descending {
                    index.order.len() - 1 - at
                } else {
                    at
                }
            };
            return (offset..offset + limit)
                .map(|at| index.order[from(at)])
                .collect();
        }
        if by_time
            && offset == 0
            && self.ordered.get().is_none()
            && self.count >= index.order.len() / SORT_BELOW_SHARE
        {
            // The newest page of a common filter: it is complete long before the order is through.
            let calls = index.order.iter().copied().filter(|call| self.has(*call));
            return if sort.descending {
                calls.rev().take(limit).collect()
            } else {
                calls.take(limit).collect()
            };
        }
        let ordered = self.ordered.get_or_init(|| self.order(index, sort));
        ordered[offset.min(ordered.len())..][..limit.min(ordered.len().saturating_sub(offset))]
            .to_vec()
    }

    /// Every matching call in order.
    fn order(&self, index: &Index, sort: Sort) -> Vec<u32> {
        let newest_first = self.newest_first(index);
        if sort.by == SortBy::StartedAt {
            let mut calls = newest_first;
            if !sort.descending {
                calls.reverse();
            }
            return calls;
        }
        let key_of = SortKey::new(index, sort.by);
        let mut keys: Vec<u32> = newest_first
            .iter()
            .map(|call| key_of.of(index, *call))
            .collect();
        if sort.descending {
            let last = keys.iter().copied().max().unwrap_or(0);
            keys.iter_mut().for_each(|key| *key = last - *key);
        }
        sorted_by_key(newest_first, &keys)
    }

    fn newest_first(&self, index: &Index) -> Vec<u32> {
        if self.count < index.order.len() / SORT_BELOW_SHARE {
            let mut calls = Vec::with_capacity(self.count);
            // A call that lost its last leg since has no place any more.
            self.each(index, |call| {
                if index.calls.lead[call as usize] != NIL {
                    calls.push(call);
                }
            });
            calls.sort_unstable_by_key(|call| {
                std::cmp::Reverse((index.call_started_ms(*call), *call))
            });
            return calls;
        }
        index
            .order
            .iter()
            .rev()
            .copied()
            .filter(|call| self.has(*call))
            .collect()
    }
}

/// A stable sort. Keys are ranks or small numbers, so counting them beats comparing: a tenth of a
/// second for ten million.
fn sorted_by_key(calls: Vec<u32>, keys: &[u32]) -> Vec<u32> {
    let last = keys.iter().copied().max().unwrap_or(0) as usize;
    if last > COUNTED_KEYS_MAX {
        let mut places: Vec<u32> = (0..u32::try_from(calls.len()).unwrap_or(u32::MAX)).collect();
        places.sort_by_key(|place| keys[*place as usize]);
        return places
            .into_iter()
            .map(|place| calls[place as usize])
            .collect();
    }
    let mut next = vec![0_u32; last + 2];
    for key in keys {
        next[*key as usize + 1] += 1;
    }
    for key in 1..next.len() {
        next[key] += next[key - 1];
    }
    let mut sorted = vec![0; calls.len()];
    for (call, key) in calls.iter().zip(keys) {
        let place = &mut next[*key as usize];
        sorted[*place as usize] = *call;
        *place += 1;
    }
    sorted
}

/// How a column sorts: by its own number, or by the rank of the text that the number stands for.
struct SortKey {
    by: SortBy,
    ranks: Arc<Vec<u32>>,
}

impl SortKey {
    fn new(index: &Index, by: SortBy) -> Self {
        let ranks = match by {
            SortBy::From | SortBy::To => index.numbers.ranks(),
            SortBy::Name => index.names.ranks(),
            SortBy::Client => Arc::new(index.client_ranks.clone()),
            SortBy::User => Arc::new(index.user_ranks.clone()),
            _ => Arc::default(),
        };
        Self { by, ranks }
    }

    fn of(&self, index: &Index, call: u32) -> u32 {
        let at = call as usize;
        let lead = index.calls.lead[at];
        if lead == NIL {
            return 0;
        }
        let (legs, calls, lead) = (&index.legs, &index.calls, lead as usize);
        let rank = |entry: u32| self.ranks.get(entry as usize).copied().unwrap_or(0);
        match self.by {
            SortBy::StartedAt => 0,
            SortBy::Direction => u32::from(calls.flags[at] & 0b11),
            SortBy::Result => u32::from(calls.flags[at] >> 2 & 0b111),
            SortBy::Recording => u32::from(calls.flags[at] >> 5),
            SortBy::Client => rank(u32::from(legs.client[lead])),
            SortBy::User => rank(legs.user[lead]),
            SortBy::From => rank(legs.from[lead]),
            SortBy::To => rank(legs.to[lead]),
            SortBy::Name => rank(legs.name[lead]),
            SortBy::Ring => u32::from(legs.ring[lead]),
            SortBy::Talk => calls.talk[at],
            SortBy::Cause => u32::from(legs.cause[lead]),
            SortBy::Legs => u32::from(calls.legs[at]),
        }
    }
}
