//! Which rows are one call, where the rows do not say it.
//!
//! Inferred, and only for rows without unique or linked id:
//! - rows of one channel name that follow each other without a pause are one call;
//! - without channel names, rows of one caller (number and name) are one call when their starts
//!   are within a tenth of a second or their ends are equal (the phones of a ring group, the
//!   members of a conference, a forked record), or when one starts in the very moment another
//!   ends (the announcement after a busy phone, the target of a transfer).

use std::collections::{HashMap, VecDeque};

/// Microseconds.
#[derive(Debug, Clone, Copy)]
struct Interval {
    start: i64,
    end: i64,
}

#[derive(Debug)]
struct Open {
    key: String,
    intervals: Vec<Interval>,
}

/// Callers whose last calls are remembered.
const CALLERS: usize = 20_000;
/// Calls remembered a caller, and rows a call.
const CALLS_A_CALLER: usize = 8;
const ROWS_A_CALL: usize = 16;
/// Phones of a ring group are dialled within this.
const TOGETHER_US: i64 = 100_000;
/// The next row of a call starts within this after the last one's end.
const GAPLESS_US: i64 = 10_000;

/// Groups rows without ids into calls, in file order and in bounded memory.
#[derive(Debug, Default)]
pub(crate) struct CallGuess {
    open: HashMap<String, VecDeque<Open>>,
    order: VecDeque<String>,
}

/// What a row without ids says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hint<'a> {
    pub caller: &'a str,
    pub caller_id: &'a str,
    pub channel: &'a str,
    pub start_us: i64,
    pub end_us: i64,
    /// The times have fractions.
    pub exact: bool,
}

impl CallGuess {
    /// The key of the call that the row belongs to.
    pub(crate) fn key(&mut self, hint: &Hint<'_>) -> String {
        let owner = match hint.channel {
            "" => format!("{}\u{1}{}", hint.caller, hint.caller_id),
            channel => format!("\u{1}{channel}"),
        };
        let row = Interval {
            start: hint.start_us,
            end: hint.end_us,
        };
        if !self.open.contains_key(&owner) {
            self.order.push_back(owner.clone());
            if self.order.len() > CALLERS
                && let Some(oldest) = self.order.pop_front()
            {
                self.open.remove(&oldest);
            }
        }
        let calls = self.open.entry(owner).or_default();
        let joins = |call: &&mut Open| {
            call.intervals
                .iter()
                .any(|seen| match (hint.channel, hint.exact) {
                    ("", true) => together(*seen, row),
                    // Whole seconds can't tell a gap from none: only what overlaps in both ends.
                    ("", false) => seen.start == row.start,
                    _ => row.start <= seen.end + 2_000_000 && seen.start <= row.end + 2_000_000,
                })
        };
        if let Some(call) = calls.iter_mut().rev().find(joins) {
            if call.intervals.len() < ROWS_A_CALL {
                call.intervals.push(row);
            } else {
                call.intervals[ROWS_A_CALL - 1] = row;
            }
            return call.key.clone();
        }
        let who = if hint.channel.is_empty() {
            hint.caller
        } else {
            hint.channel
        };
        let key = format!("inferred:{}:{who}", hint.start_us);
        let taken = calls.iter().any(|call| call.key == key);
        let key = if taken {
            format!("{key}:{}", hint.end_us)
        } else {
            key
        };
        calls.push_back(Open {
            key: key.clone(),
            intervals: vec![row],
        });
        if calls.len() > CALLS_A_CALLER {
            calls.pop_front();
        }
        key
    }
}

fn together(a: Interval, b: Interval) -> bool {
    let follows =
        |first: Interval, then: Interval| (0..=GAPLESS_US).contains(&(then.start - first.end));
    (a.start - b.start).abs() <= TOGETHER_US || a.end == b.end || follows(a, b) || follows(b, a)
}

/// The keys of the last legs of a file whose rows name the other leg only (`cdr_csv`).
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    keys: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Pairs {
    const LEGS: usize = 65_536;

    /// The call of a leg that was bridged to `peer` (may be empty).
    pub(crate) fn key(&mut self, leg: &str, peer: &str) -> String {
        let known = self.keys.get(leg).or_else(|| self.keys.get(peer)).cloned();
        let key = known.unwrap_or_else(|| leg.to_owned());
        for uuid in [leg, peer] {
            if !uuid.is_empty() && !self.keys.contains_key(uuid) {
                self.keys.insert(uuid.to_owned(), key.clone());
                self.order.push_back(uuid.to_owned());
            }
        }
        while self.order.len() > Self::LEGS {
            if let Some(oldest) = self.order.pop_front() {
                self.keys.remove(&oldest);
            }
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::{CallGuess, Hint, Pairs};

    #[test]
    fn a_ring_group_is_one_call_and_redialling_is_two() {
        let mut guess = CallGuess::default();
        let mut at = |start_us, end_us| {
            guess.key(&Hint {
                caller: "100",
                caller_id: "",
                channel: "",
                start_us,
                end_us,
                exact: true,
            })
        };
        let first = at(1_000_000, 9_000_000);
        assert_eq!(at(1_020_000, 3_000_000), first);
        assert_eq!(at(9_000_400, 12_000_000), first);
        let second = at(12_160_000, 13_000_000);
        assert_ne!(second, first);
    }

    #[test]
    fn both_legs_of_a_bridge_are_one_call_in_any_order() {
        for legs in [
            [("a", "b"), ("b", "")],
            [("b", ""), ("a", "b")],
            [("a", "b"), ("b", "a")],
        ] {
            let mut pairs = Pairs::default();
            let keys = legs.map(|(leg, peer)| pairs.key(leg, peer));
            assert_eq!(keys[0], keys[1]);
        }
    }
}
