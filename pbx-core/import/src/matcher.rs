//! Is a row a record that is already there?

use std::{
    collections::{HashSet, VecDeque},
    hash::Hash,
};

use crate::identity::{Identity, is_certain, same_record};

/// What to do with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<K> {
    /// No known record is this one: add it, then call [`Matcher::added`].
    Add,
    /// It is this record. Where `learned` is set, the row says more than what is known: store it
    /// as the record's identity, or a later file of a third format may not be recognised.
    Same { key: K, learned: Option<Identity> },
}

/// Decides for the rows of one file, in their order. Make a new one for each file.
///
/// Rows of one file that look alike are distinct records (a forked CDR, the phones of a ring
/// group), so each known record is claimed by one row of a file, except where the switch's own id
/// and row number are equal: then a repeated row is the same record. Such look-alike rows have the
/// same start and duration, so a switch writes them within moments of each other; claims are
/// therefore kept for the last [`Self::CLAIMS`] rows only, and memory stays bounded.
#[derive(Debug)]
pub struct Matcher<K> {
    claimed: HashSet<K>,
    order: VecDeque<K>,
}

impl<K: Copy + Eq + Hash> Default for Matcher<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Copy + Eq + Hash> Matcher<K> {
    /// Claims that are remembered.
    pub const CLAIMS: usize = 65_536;

    #[must_use]
    pub fn new() -> Self {
        Self {
            claimed: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// `known` are the stored records whose fingerprint is `new`'s, with the keys that name them.
    pub fn decide(&mut self, new: &Identity, known: &[(K, Identity)]) -> Decision<K> {
        let possible: Vec<&(K, Identity)> = known
            .iter()
            .filter(|(_, identity)| same_record(new, identity))
            .collect();
        if let Some((key, identity)) = possible
            .iter()
            .find(|(_, identity)| is_certain(new, identity))
        {
            self.claim(*key);
            return Decision::Same {
                key: *key,
                learned: learned(identity, new),
            };
        }
        let free = possible
            .iter()
            .filter(|(key, _)| !self.claimed.contains(key));
        // Of several, the one that agrees in most.
        let Some((key, identity)) = free.max_by_key(|(_, identity)| agreements(new, identity))
        else {
            return Decision::Add;
        };
        self.claim(*key);
        // With a choice between records that differ, which one it is stays open: learn nothing.
        let sure = new.unique_id.is_some() && possible.iter().all(|(_, other)| other == identity);
        let learned = if sure { learned(identity, new) } else { None };
        Decision::Same { key: *key, learned }
    }

    /// The row was added as this record.
    pub fn added(&mut self, key: K) {
        self.claim(key);
    }

    fn claim(&mut self, key: K) {
        if self.claimed.insert(key) {
            self.order.push_back(key);
        }
        if self.order.len() > Self::CLAIMS
            && let Some(oldest) = self.order.pop_front()
        {
            self.claimed.remove(&oldest);
        }
    }
}

fn agreements(a: &Identity, b: &Identity) -> usize {
    fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> usize {
        usize::from(a.is_some() && a == b)
    }
    agree(a.unique_id.as_ref(), b.unique_id.as_ref())
        + agree(a.sequence.as_ref(), b.sequence.as_ref())
        + agree(a.channel.as_ref(), b.channel.as_ref())
        + agree(a.dst_channel.as_ref(), b.dst_channel.as_ref())
        + agree(a.started_at_us.as_ref(), b.started_at_us.as_ref())
        + agree(a.duration_us.as_ref(), b.duration_us.as_ref())
}

/// `known` with what only `new` carries, where that is more.
fn learned(known: &Identity, new: &Identity) -> Option<Identity> {
    let both = Identity {
        fingerprint: known.fingerprint,
        unique_id: known.unique_id.clone().or_else(|| new.unique_id.clone()),
        sequence: known.sequence.or(new.sequence),
        channel: known.channel.clone().or_else(|| new.channel.clone()),
        dst_channel: known
            .dst_channel
            .clone()
            .or_else(|| new.dst_channel.clone()),
        started_at_us: known.started_at_us.or(new.started_at_us),
        duration_us: known.duration_us.or(new.duration_us),
    };
    (both != *known).then_some(both)
}

#[cfg(test)]
#[path = "matcher_tests.rs"]
mod tests;
