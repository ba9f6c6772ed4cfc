//! The sums of an import over one or more files.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, Hash, RandomState},
};

use pbx_api::ImportSummary;

/// Adds up an import. Calls and legs are remembered as 64-bit hashes: some 20 bytes a leg.
#[derive(Debug, Default)]
pub struct Summary {
    sums: ImportSummary,
    hasher: RandomState,
    /// Was one of the call's rows answered?
    calls: HashMap<u64, bool>,
    legs: HashSet<u64>,
}

impl Summary {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A row that was taken. `leg` and `call` name the stored leg and the call that it is stored
    /// under, so that a record that came in two files counts its seconds and its call once;
    /// `added` is false where the leg was already there.
    pub fn taken(
        &mut self,
        leg: impl Hash,
        call: impl Hash,
        added: bool,
        answered: bool,
        billable_seconds: u32,
    ) {
        self.sums.read += 1;
        if added {
            self.sums.added += 1;
        } else {
            self.sums.already_there += 1;
        }
        *self.calls.entry(self.hasher.hash_one(call)).or_default() |= answered;
        if self.legs.insert(self.hasher.hash_one(leg)) {
            self.sums.billable_seconds += u64::from(billable_seconds);
        }
    }

    /// A row that was rejected.
    pub fn rejected(&mut self) {
        self.sums.read += 1;
        self.sums.rejected += 1;
    }

    /// The sums so far.
    #[must_use]
    pub fn sums(&self) -> ImportSummary {
        ImportSummary {
            calls: self.calls.len() as u64,
            answered_calls: self.calls.values().filter(|answered| **answered).count() as u64,
            ..self.sums
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_leg_in_two_files_counts_once() {
        let mut summary = Summary::new();
        summary.taken(1, "a", true, false, 3);
        summary.taken(2, "a", true, true, 4);
        summary.taken(2, "a", false, true, 4);
        summary.rejected();
        let sums = summary.sums();
        assert_eq!(
            (sums.read, sums.added, sums.already_there, sums.rejected),
            (4, 2, 1, 1)
        );
        assert_eq!(
            (sums.calls, sums.answered_calls, sums.billable_seconds),
            (1, 1, 7)
        );
    }
}
