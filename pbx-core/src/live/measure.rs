//! How long the way to a phone and back takes, as its engine measured it. Pure.

use pbx_api::InstantMs;
use serde::{Deserialize, Serialize};

use super::phone::{Order, Stay};

/// The word of a measure that counts: the latest, whatever overtook what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measured(Option<Word>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Word {
    order: Order,
    at_ms: InstantMs,
    /// None: the phone did not answer.
    round_trip_ms: Option<u32>,
}

impl Measured {
    /// Hears a measure. False: it was known, or a later one is.
    pub fn hear(&mut self, order: Order, at_ms: InstantMs, round_trip_ms: Option<u32>) -> bool {
        let is_news = self.0.is_none_or(|known| known.order < order);
        if is_news {
            self.0 = Some(Word {
                order,
                at_ms,
                round_trip_ms,
            });
        }
        is_news
    }

    /// Milliseconds. None: nobody knows, it does not answer, or the measure is of an earlier stay.
    #[must_use]
    pub fn during(&self, stay: Stay) -> Option<u32> {
        let of_stay = self.0.filter(|word| word.at_ms >= stay.since_ms)?;
        of_stay.round_trip_ms
    }

    /// Whether nothing was measured so far.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_measure_of_the_stay_counts() {
        let stay = |since_ms| Stay {
            since_ms,
            until_ms: 1_000,
            is_over: false,
        };
        let mut measured = Measured::default();
        assert_eq!(measured.during(stay(0)), None);
        assert!(measured.hear((1, 5), 50, Some(12)));
        assert!(!measured.hear((1, 5), 50, Some(12)), "a repeat");
        assert!(!measured.hear((1, 4), 40, Some(90)), "it was overtaken");
        assert_eq!(measured.during(stay(50)), Some(12));
        assert_eq!(measured.during(stay(51)), None, "of the stay before");
        assert!(measured.hear((2, 1), 60, None), "another start");
        assert_eq!(measured.during(stay(0)), None);
    }
}
