//! Which legs meet a filter: every condition is one pass over one column, tile by tile.

use std::ops::Range;
use std::thread;

use pbx_api::Rule;

use crate::CacheError;
use crate::dict::Entries;
use crate::filter::{CallFilter, NUMBER_PART_MIN, fold, number_search_text};
use crate::flags::{DIRECTIONS, Flags, RECORDINGS, RESULTS};
use crate::index::Index;

/// Rows looked at together: their mask stays in registers and the first-level cache.
pub(crate) const TILE: usize = 1024;
const WORDS: usize = TILE / 64;
/// Below this many rows a second thread costs more than it saves.
const ROWS_PER_THREAD: usize = 500_000;
const THREADS_MAX: usize = 8;

type Mask = [u64; WORDS];

/// A condition, made ready for the columns.
enum Condition {
    Started {
        from_ms: i64,
        until_ms: i64,
    },
    Flags(Box<[bool; 256]>),
    Client(Entries),
    User(Entries),
    Talk {
        min: u32,
        max: u32,
    },
    Number(Entries),
    Name(Entries),
    Text {
        numbers: Entries,
        names: Entries,
        clients: Entries,
        users: Entries,
    },
}

/// A filter made ready: the cheap conditions first.
pub(crate) struct Conditions {
    all: Vec<Condition>,
    /// A condition that nothing can meet was found while the filter was read.
    none: bool,
}

/// What the directory calls clients and users, for free text.
pub(crate) trait Names {
    fn clients_containing(&self, folded: &str, index: &Index) -> Entries;
    fn users_containing(&self, folded: &str, index: &Index) -> Entries;
}

impl Conditions {
    pub(crate) fn new(
        filter: &CallFilter,
        index: &Index,
        names: &impl Names,
    ) -> Result<Self, CacheError> {
        let mut made = Self {
            all: Vec::new(),
            none: false,
        };
        if filter.from_ms.is_some() || filter.until_ms.is_some() {
            made.all.push(Condition::Started {
                from_ms: filter.from_ms.unwrap_or(i64::MIN),
                until_ms: filter.until_ms.unwrap_or(i64::MAX),
            });
        }
        made.flags(filter);
        if !filter.clients.is_empty() {
            let wanted = filter
                .clients
                .iter()
                .filter_map(|id| index.clients.number(*id));
            made.entries(
                Entries::of(index.clients.all.len(), wanted),
                Condition::Client,
            );
        }
        if !filter.users.is_empty() {
            let wanted = filter
                .users
                .iter()
                .filter_map(|id| index.users.number(*id))
                .map(|n| n + 1);
            made.entries(
                Entries::of(index.users.all.len() + 1, wanted),
                Condition::User,
            );
        }
        if filter.talk_min_seconds.is_some() || filter.talk_max_seconds.is_some() {
            made.all.push(Condition::Talk {
                min: filter.talk_min_seconds.unwrap_or(0),
                max: filter.talk_max_seconds.unwrap_or(u32::MAX),
            });
        }
        let number = number_search_text(filter.number.trim());
        if !filter.number.trim().is_empty() {
            if number.chars().count() < NUMBER_PART_MIN {
                return Err(CacheError::Filter {
                    field: "number",
                    rule: Rule::DigitsAtLeast {
                        least: u32::try_from(NUMBER_PART_MIN).unwrap_or(u32::MAX),
                    },
                });
            }
            made.entries(index.numbers.containing(&number), Condition::Number);
        }
        let name = fold(filter.name.trim());
        if !name.is_empty() {
            made.entries(index.names.containing(&name), Condition::Name);
        }
        let text = fold(filter.text.trim());
        if !text.is_empty() {
            made.text(&text, filter.text.trim(), index, names);
        }
        Ok(made)
    }

    fn flags(&mut self, filter: &CallFilter) {
        if filter.directions.is_empty() && filter.results.is_empty() && !filter.recorded {
            return;
        }
        let mut wanted = Box::new([false; 256]);
        let any = |empty: bool, has: bool| empty || has;
        for direction in DIRECTIONS {
            for result in RESULTS {
                for recording in RECORDINGS {
                    let flags = Flags::new(direction, result, recording);
                    wanted[usize::from(flags.0)] =
                        any(
                            filter.directions.is_empty(),
                            filter.directions.contains(&direction),
                        ) && any(filter.results.is_empty(), filter.results.contains(&result))
                            && (!filter.recorded
                                || recording == pbx_api::RecordingState::Available);
                }
            }
        }
        self.all.push(Condition::Flags(wanted));
    }

    fn entries(&mut self, entries: Entries, condition: impl Fn(Entries) -> Condition) {
        self.none |= entries.count == 0;
        self.all.push(condition(entries));
    }

    fn text(&mut self, folded: &str, given: &str, index: &Index, names: &impl Names) {
        let number = number_search_text(given);
        let numbers = if number.chars().count() >= NUMBER_PART_MIN {
            index.numbers.containing(&number)
        } else {
            Entries::of(0, std::iter::empty())
        };
        let (names_hit, clients, users) = (
            index.names.containing(folded),
            names.clients_containing(folded, index),
            names.users_containing(folded, index),
        );
        self.none |= numbers.count + names_hit.count + clients.count + users.count == 0;
        self.all.push(Condition::Text {
            numbers,
            names: names_hit,
            clients,
            users,
        });
    }

    /// Calls `hit` for each matching leg of a range, in order.
    fn scan(&self, index: &Index, rows: Range<usize>, mut hit: impl FnMut(usize)) {
        let all_live = index.live_legs == index.leg_count() as u64;
        let mut start = rows.start;
        while start < rows.end {
            let tile = start..(start + TILE).min(rows.end);
            let mut mask = [0; WORDS];
            if all_live {
                fill(&mut mask, tile.len());
            } else {
                let flags = &index.legs.flags[tile.clone()];
                find(&mut mask, flags, |flags| !Flags(flags).is_dead());
            }
            for condition in &self.all {
                condition.apply(index, tile.clone(), &mut mask);
                if mask.iter().all(|word| *word == 0) {
                    break;
                }
            }
            for (at, mut word) in mask.into_iter().enumerate() {
                while word != 0 {
                    hit(start + at * 64 + word.trailing_zeros() as usize);
                    word &= word - 1;
                }
            }
            start = tile.end;
        }
    }
}

/// Sets the first `rows` bits.
fn fill(mask: &mut Mask, rows: usize) {
    for (at, word) in mask.iter_mut().enumerate() {
        *word = match rows.saturating_sub(at * 64) {
            0 => 0,
            left @ 1..64 => (1 << left) - 1,
            _ => u64::MAX,
        };
    }
}

/// One bit a value. Comparing into bytes first is a loop that the compiler turns into vector
/// instructions; each eight bytes of 0 or 1 then become eight bits by one multiplication.
#[inline]
fn bits<T: Copy>(values: &[T], is: &impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0_u8; 64];
    for (byte, value) in bytes.iter_mut().zip(values) {
        *byte = u8::from(is(*value));
    }
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |word, (at, eight)| {
        let packed = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word | packed << (at * 8)
    })
}

/// Adds the rows whose value is wanted.
#[inline]
fn find<T: Copy>(mask: &mut Mask, column: &[T], is: impl Fn(T) -> bool) {
    for (word, values) in mask.iter_mut().zip(column.chunks(64)) {
        *word |= bits(values, &is);
    }
}

/// Leaves only the rows whose value is wanted.
#[inline]
fn narrow<T: Copy>(mask: &mut Mask, column: &[T], is: impl Fn(T) -> bool) {
    for (word, values) in mask.iter_mut().zip(column.chunks(64)) {
        if *word != 0 {
            *word &= bits(values, &is);
        }
    }
}

impl Condition {
    fn apply(&self, index: &Index, tile: Range<usize>, mask: &mut Mask) {
        let legs = &index.legs;
        match self {
            Self::Started { from_ms, until_ms } => {
                narrow(mask, &legs.started_ms[tile], |ms| {
                    (ms >= *from_ms) & (ms < *until_ms)
                });
            }
            Self::Flags(wanted) => narrow(mask, &legs.flags[tile], |f| wanted[usize::from(f)]),
            Self::Client(set) => narrow(mask, &legs.client[tile], |c| set.has(u32::from(c))),
            Self::User(set) => narrow(mask, &legs.user[tile], |user| set.has(user)),
            Self::Talk { min, max } => {
                narrow(mask, &legs.talk[tile], |talk| {
                    (talk >= *min) & (talk <= *max)
                });
            }
            Self::Name(set) => narrow(mask, &legs.name[tile], |name| set.has(name)),
            Self::Number(set) => {
                let mut hits = [0; WORDS];
                find(&mut hits, &legs.from[tile.clone()], |number| {
                    set.has(number)
                });
                find(&mut hits, &legs.to[tile], |number| set.has(number));
                and(mask, &hits);
            }
            Self::Text {
                numbers,
                names,
                clients,
                users,
            } => {
                let mut hits = [0; WORDS];
                if names.count > 0 {
                    find(&mut hits, &legs.name[tile.clone()], |name| names.has(name));
                }
                if numbers.count > 0 {
                    find(&mut hits, &legs.from[tile.clone()], |number| {
                        numbers.has(number)
                    });
                    find(&mut hits, &legs.to[tile.clone()], |number| {
                        numbers.has(number)
                    });
                }
                if clients.count > 0 {
                    find(&mut hits, &legs.client[tile.clone()], |c| {
                        clients.has(u32::from(c))
                    });
                }
                if users.count > 0 {
                    find(&mut hits, &legs.user[tile], |user| users.has(user));
                }
                and(mask, &hits);
            }
        }
    }
}

fn and(mask: &mut Mask, hits: &Mask) {
    mask.iter_mut()
        .zip(hits)
        .for_each(|(word, hits)| *word &= hits);
}

/// The calls of which one leg matches, a bit a call. Looks at every leg, on as many threads as help.
pub(crate) fn matching_calls(index: &Index, conditions: &Conditions) -> Vec<u64> {
    let words = index.call_count().div_ceil(64);
    let rows = index.leg_count();
    if conditions.none {
        return vec![0; words];
    }
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(rows / ROWS_PER_THREAD + 1)
        .min(THREADS_MAX);
    let share = rows.div_ceil(threads).next_multiple_of(TILE);
    let part = |at: usize| {
        let mut calls = vec![0_u64; words];
        let range = (at * share).min(rows)..((at + 1) * share).min(rows);
        conditions.scan(index, range, |leg| {
            let call = index.legs.call[leg] as usize;
            calls[call / 64] |= 1 << (call % 64);
        });
        calls
    };
    if threads == 1 {
        return part(0);
    }
    thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = (0..threads)
            .map(|at| scope.spawn(move || part(at)))
            .collect();
        parts.into_iter().fold(vec![0; words], |mut all, handle| {
            let calls = handle.join().expect("a scan only reads, it can't panic");
            all.iter_mut()
                .zip(calls)
                .for_each(|(all, bits)| *all |= bits);
            all
        })
    })
}

/// Visits the calls whose bit is set.
pub(crate) fn each_call(calls: &[u64], mut visit: impl FnMut(u32)) {
    for (at, word) in calls.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            let call = at * 64 + left.trailing_zeros() as usize;
            visit(u32::try_from(call).expect("calls are numbered in 32 bits"));
            left &= left - 1;
        }
    }
}
