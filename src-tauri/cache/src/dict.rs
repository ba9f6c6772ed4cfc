//! Dictionaries: each distinct text once, found by any part of it.
//!
//! A column holds a text's number instead of the text. All folded texts stand in one buffer, a
//! newline after each, so that a part is found by one pass of a vectorised substring search over
//! the distinct texts instead of over the calls.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};

use memchr::memmem;

/// One kind of distinct text. Entry 0 is always the empty text.
#[derive(Debug)]
pub(crate) struct Dict {
    /// The texts as shown, one after the other.
    shown: String,
    /// End of each entry in `shown`.
    shown_ends: Vec<u32>,
    /// The folded texts, each ended by a newline.
    search: String,
    /// End (past the newline) of each entry in `search`.
    search_ends: Vec<u32>,
    /// Hash of a text to the entries that have it; the texts themselves are not stored twice.
    by_hash: HashMap<u64, Slot>,
    hasher: RandomState,
    fold: fn(&str) -> String,
    /// Worked out when something is sorted by it; gone when a text is added.
    ranks: OnceLock<Arc<Vec<u32>>>,
}

#[derive(Debug)]
enum Slot {
    One(u32),
    Many(Vec<u32>),
}

/// A set of dictionary entries.
pub(crate) struct Entries {
    bits: Vec<u64>,
    pub(crate) count: usize,
}

impl Entries {
    fn none(entries: usize) -> Self {
        Self {
            bits: vec![0; entries.div_ceil(64)],
            count: 0,
        }
    }

    pub(crate) fn of(entries: usize, wanted: impl Iterator<Item = usize>) -> Self {
        let mut set = Self::none(entries);
        wanted
            .filter(|entry| *entry < entries)
            .for_each(|entry| set.insert(entry));
        set
    }

    fn insert(&mut self, entry: usize) {
        let bit = 1 << (entry % 64);
        self.count += usize::from(self.bits[entry / 64] & bit == 0);
        self.bits[entry / 64] |= bit;
    }

    #[inline]
    pub(crate) fn has(&self, entry: u32) -> bool {
        let entry = entry as usize;
        self.bits
            .get(entry / 64)
            .is_some_and(|word| word >> (entry % 64) & 1 == 1)
    }
}

impl Dict {
    pub(crate) fn new(fold: fn(&str) -> String) -> Self {
        let mut dict = Self {
            shown: String::new(),
            shown_ends: Vec::new(),
            search: String::new(),
            search_ends: Vec::new(),
            by_hash: HashMap::new(),
            hasher: RandomState::new(),
            fold,
            ranks: OnceLock::new(),
        };
        dict.push("");
        dict
    }

    pub(crate) fn len(&self) -> usize {
        self.shown_ends.len()
    }

    pub(crate) fn text(&self, entry: u32) -> &str {
        let entry = entry as usize;
        let start = if entry == 0 {
            0
        } else {
            self.shown_ends[entry - 1]
        };
        &self.shown[start as usize..self.shown_ends[entry] as usize]
    }

    /// The folded text, by which entries are sorted.
    pub(crate) fn folded(&self, entry: u32) -> &str {
        let entry = entry as usize;
        let start = if entry == 0 {
            0
        } else {
            self.search_ends[entry - 1]
        };
        &self.search[start as usize..self.search_ends[entry] as usize - 1]
    }

    /// The entry of a text, added when it is new.
    pub(crate) fn entry(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let hash = self.hasher.hash_one(text);
        match self.by_hash.get(&hash) {
            Some(Slot::One(entry)) if self.text(*entry) == text => return *entry,
            Some(Slot::Many(entries)) => {
                if let Some(entry) = entries.iter().find(|entry| self.text(**entry) == text) {
                    return *entry;
                }
            }
            _ => {}
        }
        self.push(text)
    }

    fn push(&mut self, text: &str) -> u32 {
        let entry = u32::try_from(self.shown_ends.len()).expect("under 2^32 distinct texts");
        self.ranks.take();
        let hash = self.hasher.hash_one(text);
        self.shown.push_str(text);
        self.shown_ends
            .push(u32::try_from(self.shown.len()).expect("under 4 GiB of texts"));
        self.search.push_str(&(self.fold)(text));
        self.search.push('\n');
        self.search_ends
            .push(u32::try_from(self.search.len()).expect("under 4 GiB of texts"));
        self.by_hash
            .entry(hash)
            .and_modify(|slot| match slot {
                Slot::One(first) => *slot = Slot::Many(vec![*first, entry]),
                Slot::Many(entries) => entries.push(entry),
            })
            .or_insert(Slot::One(entry));
        entry
    }

    /// All entries that contain the folded part. An empty part is in none.
    pub(crate) fn containing(&self, part: &str) -> Entries {
        let mut found = Entries::none(self.len());
        if part.is_empty() || part.contains('\n') {
            return found;
        }
        let finder = memmem::Finder::new(part);
        let (mut at, mut entry) = (0, 0);
        while let Some(hit) = finder.find(&self.search.as_bytes()[at..]) {
            let hit = at + hit;
            // Hits are mostly far apart, but a common part hits every entry: look nearby first.
            entry = if self
                .search_ends
                .get(entry)
                .is_some_and(|end| *end as usize > hit)
            {
                entry
            } else {
                entry + self.search_ends[entry..].partition_point(|end| *end as usize <= hit)
            };
            found.insert(entry);
            at = self.search_ends[entry] as usize;
        }
        found
    }

    /// The rank of each entry in the order of folded texts, for sorting a column.
    pub(crate) fn ranks(&self) -> Arc<Vec<u32>> {
        Arc::clone(self.ranks.get_or_init(|| Arc::new(self.rank())))
    }

    fn rank(&self) -> Vec<u32> {
        // Most texts differ in their first eight bytes, and those compare as one number.
        let head = |entry: u32| {
            let mut head = [0; 8];
            self.folded(entry)
                .bytes()
                .zip(&mut head)
                .for_each(|(byte, place)| *place = byte);
            u64::from_be_bytes(head)
        };
        let len = u32::try_from(self.len()).expect("checked in push");
        let mut entries: Vec<(u64, u32)> = (0..len).map(|entry| (head(entry), entry)).collect();
        entries.sort_unstable_by(|(head_a, a), (head_b, b)| {
            head_a
                .cmp(head_b)
                .then_with(|| self.folded(*a).cmp(self.folded(*b)))
                .then_with(|| self.text(*a).cmp(self.text(*b)))
        });
        let mut ranks = vec![0; entries.len()];
        for (rank, (_, entry)) in entries.into_iter().enumerate() {
            ranks[entry as usize] = u32::try_from(rank).expect("as many as entries");
        }
        ranks
    }

    /// The texts from `first` on, as they are stored.
    pub(crate) fn texts_from(&self, first: usize) -> impl Iterator<Item = &str> {
        (first..self.len()).map(|entry| self.text(u32::try_from(entry).expect("checked in push")))
    }

    /// Puts back a stored text at the end; the caller keeps the order.
    pub(crate) fn restore(&mut self, text: &str) {
        self.push(text);
    }
}
