//! Which row a call has: an open hash table of 32-bit rows, 12 to 20 bytes a call.

use pbx_api::CallId;

const EMPTY: u32 = u32::MAX;

/// Call ids to rows. An id is kept as 64 bits: two of ten million ids share them with a
/// probability of about 1 in 400 000.
pub(crate) struct KnownCalls {
    /// Row to the short id.
    ids: Vec<u64>,
    /// A power of two, at most three quarters full.
    slots: Vec<u32>,
}

fn short(id: CallId) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    // The last 62 bits of every kind of UUID in use are random, the first are sometimes a time.
    low ^ high.rotate_left(32)
}

impl KnownCalls {
    pub(crate) fn with_capacity(calls: usize) -> Self {
        let slots = (calls * 2).next_power_of_two().max(1024);
        Self {
            ids: Vec::with_capacity(calls),
            slots: vec![EMPTY; slots],
        }
    }

    /// The slot that has the id, or the empty one where it belongs.
    fn slot(&self, short: u64) -> usize {
        let mask = self.slots.len() - 1;
        // Multiplying spreads ids that were made to collide in their low bits.
        let spread = short.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut at = usize::try_from(spread >> 32).unwrap_or(0) & mask;
        while self.slots[at] != EMPTY && self.ids[self.slots[at] as usize] != short {
            at = (at + 1) & mask;
        }
        at
    }

    pub(crate) fn get(&self, id: CallId) -> Option<u32> {
        Some(self.slots[self.slot(short(id))]).filter(|row| *row != EMPTY)
    }

    /// The row of a call; a new call gets `next`, which must be the number of calls so far.
    pub(crate) fn get_or_put(&mut self, id: CallId, next: u32) -> u32 {
        let short = short(id);
        let slot = self.slot(short);
        if self.slots[slot] != EMPTY {
            return self.slots[slot];
        }
        debug_assert_eq!(self.ids.len(), next as usize, "rows are given without gaps");
        self.slots[slot] = next;
        self.ids.push(short);
        if self.ids.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        next
    }

    /// While a file is read: takes the call when it is the next new one.
    pub(crate) fn put_if_next(&mut self, id: CallId, row: u32) {
        if row as usize == self.ids.len() {
            self.get_or_put(id, row);
        }
    }

    fn grow(&mut self) {
        self.slots = vec![EMPTY; self.slots.len() * 2];
        for row in 0..self.ids.len() {
            let slot = self.slot(self.ids[row]);
            self.slots[slot] = u32::try_from(row).expect("rows are 32 bits");
        }
    }
}
