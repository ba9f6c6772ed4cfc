//! The call log in memory: one column a field, one row a leg, and the calls that tie legs.
//!
//! Rows are numbered in the order in which they arrived and never move, so that a row's number is
//! its identity until the cache is rebuilt. 10 million legs take about 45 bytes each.

use std::collections::{HashMap, HashSet};

use pbx_api::{CallResult, ClientId, InstantMs, Leg, RecordingState, UserId};

use crate::dict::Dict;
use crate::filter::fold;
use crate::flags::Flags;
use crate::numbers::{number_fold, number_text, printable};

/// No row.
pub(crate) const NIL: u32 = u32::MAX;

/// A column per field; row = leg.
#[derive(Debug, Default)]
pub(crate) struct Legs {
    /// The row of the call.
    pub(crate) call: Vec<u32>,
    /// The next leg of the same call, or `NIL`.
    pub(crate) next: Vec<u32>,
    pub(crate) started_ms: Vec<InstantMs>,
    pub(crate) client: Vec<u16>,
    /// 0: no user.
    pub(crate) user: Vec<u32>,
    pub(crate) flags: Vec<u8>,
    pub(crate) from: Vec<u32>,
    pub(crate) to: Vec<u32>,
    pub(crate) name: Vec<u32>,
    /// Seconds, at most 65 535.
    pub(crate) ring: Vec<u16>,
    /// Seconds.
    pub(crate) talk: Vec<u32>,
    /// Q.850, 0: none.
    pub(crate) cause: Vec<u8>,
}

/// One leg's fields, as they go into the columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LegRow {
    pub(crate) started_ms: InstantMs,
    pub(crate) client: u16,
    pub(crate) user: u32,
    pub(crate) flags: Flags,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) name: u32,
    pub(crate) ring: u16,
    pub(crate) talk: u32,
    pub(crate) cause: u8,
}

/// A column per derived field; row = call.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    pub(crate) first_leg: Vec<u32>,
    /// The leg that stands for the call in the list: the one that started first. `NIL`: none left.
    pub(crate) lead: Vec<u32>,
    pub(crate) legs: Vec<u16>,
    /// Seconds of the longest leg: legs of one call talk at the same time, their sum is no time
    /// that anybody spent.
    pub(crate) talk: Vec<u32>,
    /// Direction of the lead; the best result and the most useful recording of all legs.
    pub(crate) flags: Vec<u8>,
}

/// Ids met so far, numbered in the order in which they came.
#[derive(Debug)]
pub(crate) struct Ids<T> {
    pub(crate) all: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T: Copy + Eq + std::hash::Hash> Ids<T> {
    fn new() -> Self {
        Self {
            all: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    pub(crate) fn number(&self, id: T) -> Option<usize> {
        self.numbers.get(&id).copied()
    }

    pub(crate) fn number_or_add(&mut self, id: T) -> usize {
        *self.numbers.entry(id).or_insert_with(|| {
            self.all.push(id);
            self.all.len() - 1
        })
    }
}

#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) legs: Legs,
    pub(crate) calls: Calls,
    /// Calls by start, oldest first. Holds only calls that have a leg left.
    pub(crate) order: Vec<u32>,
    pub(crate) numbers: Dict,
    pub(crate) names: Dict,
    pub(crate) clients: Ids<ClientId>,
    /// Number n + 1 in the column: 0 there is "no user".
    pub(crate) users: Ids<UserId>,
    /// The rank of each client's and user's name, for sorting; kept by who knows the names.
    pub(crate) client_ranks: Vec<u32>,
    pub(crate) user_ranks: Vec<u32>,
    pub(crate) live_legs: u64,
    /// Grows with each change that a person could see.
    pub(crate) revision: u64,
    /// Grows when rows lose their meaning: the cache was emptied, or read anew from the file.
    pub(crate) epoch: u64,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self {
            legs: Legs::default(),
            calls: Calls::default(),
            order: Vec::new(),
            numbers: Dict::new(number_fold),
            names: Dict::new(fold),
            clients: Ids::new(),
            users: Ids::new(),
            client_ranks: Vec::new(),
            user_ranks: Vec::new(),
            live_legs: 0,
            revision: 0,
            epoch: 0,
        }
    }

    /// An empty index that comes after this one.
    pub(crate) fn emptied(&self) -> Self {
        Self::new().after(self)
    }

    /// Takes the place of another one, whose rows mean nothing any more.
    pub(crate) fn after(self, other: &Self) -> Self {
        Self {
            revision: other.revision + 1,
            epoch: other.epoch + 1,
            ..self
        }
    }

    pub(crate) fn leg_count(&self) -> usize {
        self.legs.call.len()
    }

    pub(crate) fn call_count(&self) -> usize {
        self.calls.lead.len()
    }

    /// Turns a leg into column values, adding new texts and ids to the dictionaries.
    pub(crate) fn row_of(&mut self, leg: &Leg) -> LegRow {
        LegRow {
            started_ms: leg.started_at_ms,
            client: u16::try_from(self.clients.number_or_add(leg.client))
                .expect("a reseller has under 65 536 clients"),
            user: leg.user.map_or(0, |user| {
                u32::try_from(self.users.number_or_add(user) + 1).expect("under 2^32 users")
            }),
            flags: Flags::new(leg.direction, leg.result, leg.recording),
            from: self
                .numbers
                .entry(&number_text(&leg.from_number, leg.from_e164.as_deref())),
            to: self
                .numbers
                .entry(&number_text(&leg.to_number, leg.to_e164.as_deref())),
            name: self.names.entry(&printable(&leg.from_name)),
            ring: u16::try_from(leg.ring_seconds).unwrap_or(u16::MAX),
            talk: leg.talk_seconds,
            cause: leg
                .cause
                .and_then(|cause| u8::try_from(cause).ok())
                .unwrap_or(0),
        }
    }

    pub(crate) fn row(&self, leg: usize) -> LegRow {
        let legs = &self.legs;
        LegRow {
            started_ms: legs.started_ms[leg],
            client: legs.client[leg],
            user: legs.user[leg],
            flags: Flags(legs.flags[leg]),
            from: legs.from[leg],
            to: legs.to[leg],
            name: legs.name[leg],
            ring: legs.ring[leg],
            talk: legs.talk[leg],
            cause: legs.cause[leg],
        }
    }

    /// Adds a row for a leg of a call; a call one past the last is a new one. The caller settles
    /// the call afterwards.
    pub(crate) fn push(&mut self, call: u32, row: &LegRow) -> u32 {
        let leg = u32::try_from(self.leg_count()).expect("under 2^32 legs");
        if call as usize == self.call_count() {
            self.calls.first_leg.push(NIL);
            self.calls.lead.push(NIL);
            self.calls.legs.push(0);
            self.calls.talk.push(0);
            self.calls.flags.push(Flags::DEAD.0);
        }
        let legs = &mut self.legs;
        legs.call.push(call);
        legs.next.push(self.calls.first_leg[call as usize]);
        self.calls.first_leg[call as usize] = leg;
        legs.started_ms.push(row.started_ms);
        legs.client.push(row.client);
        legs.user.push(row.user);
        legs.flags.push(row.flags.0);
        legs.from.push(row.from);
        legs.to.push(row.to);
        legs.name.push(row.name);
        legs.ring.push(row.ring);
        legs.talk.push(row.talk);
        legs.cause.push(row.cause);
        self.live_legs += u64::from(!row.flags.is_dead());
        leg
    }

    /// Writes new values over a leg. The caller settles the call afterwards.
    pub(crate) fn overwrite(&mut self, leg: u32, row: &LegRow) {
        let leg = leg as usize;
        let legs = &mut self.legs;
        self.live_legs -= u64::from(!Flags(legs.flags[leg]).is_dead());
        self.live_legs += u64::from(!row.flags.is_dead());
        legs.started_ms[leg] = row.started_ms;
        legs.client[leg] = row.client;
        legs.user[leg] = row.user;
        legs.flags[leg] = row.flags.0;
        legs.from[leg] = row.from;
        legs.to[leg] = row.to;
        legs.name[leg] = row.name;
        legs.ring[leg] = row.ring;
        legs.talk[leg] = row.talk;
        legs.cause[leg] = row.cause;
    }

    /// The legs of a call that are not removed, in no order.
    pub(crate) fn legs_of(&self, call: u32) -> impl Iterator<Item = u32> {
        let mut at = self.calls.first_leg[call as usize];
        std::iter::from_fn(move || {
            (at != NIL).then(|| {
                let leg = at;
                at = self.legs.next[leg as usize];
                leg
            })
        })
        .filter(|leg| !Flags(self.legs.flags[*leg as usize]).is_dead())
    }

    /// Works out anew what the list shows of a call, from its legs.
    pub(crate) fn settle(&mut self, call: u32) {
        let (mut lead, mut count, mut talk) = (NIL, 0_u16, 0);
        let (mut result, mut recording) = (None, RecordingState::None);
        for leg in self.legs_of(call) {
            let at = leg as usize;
            let flags = Flags(self.legs.flags[at]);
            let starts_first = lead == NIL
                || (self.legs.started_ms[at], leg) < (self.legs.started_ms[lead as usize], lead);
            if starts_first {
                lead = leg;
            }
            count = count.saturating_add(1);
            talk = talk.max(self.legs.talk[at]);
            result = better(result, flags.result(), starts_first);
            recording = more_useful(recording, flags.recording());
        }
        let at = call as usize;
        self.calls.lead[at] = lead;
        self.calls.legs[at] = count;
        self.calls.talk[at] = talk;
        self.calls.flags[at] = match result {
            Some(result) => {
                let direction = Flags(self.legs.flags[lead as usize]).direction();
                Flags::new(direction, result, recording).0
            }
            None => Flags::DEAD.0,
        };
    }

    /// The start of a call that has a leg.
    pub(crate) fn call_started_ms(&self, call: u32) -> InstantMs {
        self.legs.started_ms[self.calls.lead[call as usize] as usize]
    }

    /// Where a call stands in the order of time; nothing when it has no leg.
    pub(crate) fn key_in_order(&self, call: u32) -> Option<(InstantMs, u32)> {
        (self.calls.lead[call as usize] != NIL).then(|| (self.call_started_ms(call), call))
    }

    /// Takes calls out of the order and puts calls where they belong now.
    pub(crate) fn reorder(&mut self, leaving: &HashSet<u32>, mut changed: Vec<u32>) {
        let mut order = std::mem::take(&mut self.order);
        if !leaving.is_empty() {
            order.retain(|call| !leaving.contains(call));
        }
        changed.retain(|call| self.calls.lead[*call as usize] != NIL);
        changed.sort_unstable_by_key(|call| (self.call_started_ms(*call), *call));
        let Some(first) = changed.first().copied() else {
            self.order = order;
            return;
        };
        let key = |call: u32| (self.call_started_ms(call), call);
        let keep = order.partition_point(|call| key(*call) < key(first));
        let tail = order.split_off(keep);
        order.reserve(tail.len() + changed.len());
        let (mut old, mut new) = (
            tail.into_iter().peekable(),
            changed.iter().copied().peekable(),
        );
        loop {
            let next = match (old.peek(), new.peek()) {
                (Some(a), Some(b)) if key(*a) < key(*b) => old.next(),
                (_, Some(_)) => new.next(),
                (_, None) => old.next(),
            };
            match next {
                Some(call) => order.push(call),
                None => break,
            }
        }
        self.order = order;
    }

    /// Works out every call and the whole order, after rows were loaded.
    pub(crate) fn settle_all(&mut self) {
        let calls = u32::try_from(self.call_count()).expect("fewer calls than legs");
        for call in 0..calls {
            self.settle(call);
        }
        let mut order: Vec<u32> = (0..calls)
            .filter(|call| self.calls.lead[*call as usize] != NIL)
            .collect();
        // Calls arrive nearly in order, which a stable sort turns to its advantage.
        order.sort_by_key(|call| (self.call_started_ms(*call), *call));
        self.order = order;
        self.revision += 1;
    }
}

/// The result of a call: answered when one leg was, then voicemail, else what its lead says.
fn better(so_far: Option<CallResult>, leg: CallResult, is_lead: bool) -> Option<CallResult> {
    let rank = |result| match result {
        CallResult::Answered => 2,
        CallResult::Voicemail => 1,
        _ => 0,
    };
    match so_far {
        Some(known) if rank(known) > rank(leg) => Some(known),
        Some(known) if rank(known) == rank(leg) && !is_lead => Some(known),
        _ => Some(leg),
    }
}

/// What the play icon shows: something to hear before something that was there.
fn more_useful(so_far: RecordingState, leg: RecordingState) -> RecordingState {
    let rank = |state| match state {
        RecordingState::Available => 4,
        RecordingState::Pending => 3,
        RecordingState::Deleted => 2,
        RecordingState::Expired => 1,
        RecordingState::None => 0,
    };
    if rank(leg) > rank(so_far) {
        leg
    } else {
        so_far
    }
}
