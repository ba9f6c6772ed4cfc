//! From a switch's wall clock to UTC, also in the hours when clocks change.
//!
//! A unique id carries the moment when its channel was made, so it tells which of two possible
//! instants a wall time means, whether the log was written in UTC (`usegmtime`), and whether the
//! caller named the wrong zone. It is never taken as the start itself: a later row of the same
//! channel starts later.

use jiff::{Timestamp, civil, tz::AmbiguousOffset, tz::TimeZone};

/// How the log's wall clock relates to UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The caller's zone.
    Zone,
    Utc,
    /// Neither: the ids show another offset, in seconds, which each row's own id corrects.
    Shifted(i64),
}

/// Reads wall times of one file.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    zone: TimeZone,
    mode: Mode,
}

/// A row's wall times (seconds as if UTC) and what else helps to place them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Walls {
    pub start: i64,
    pub end: Option<i64>,
    pub duration_seconds: Option<u32>,
    /// When the channel was made, from its id.
    pub epoch: Option<i64>,
}

/// A channel's first row starts at most this long after the channel.
const FRESH_SECONDS: i64 = 120;
/// Clock jitter between an id and a start.
const JITTER_SECONDS: i64 = 5;
/// Zones differ by multiples of this.
const QUARTER: i64 = 900;

impl Clock {
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            mode: Mode::Zone,
        }
    }

    /// Decides from the first rows' (wall start, id epoch) what the wall clock is.
    pub(crate) fn learn(&mut self, rows: impl IntoIterator<Item = (i64, i64)>) {
        let fresh = |instant: i64, epoch: i64| {
            (-JITTER_SECONDS..=FRESH_SECONDS).contains(&(instant - epoch))
        };
        let (mut all, mut zone, mut utc, mut shifted, mut shift) = (0, 0, 0, 0, 0);
        for (wall, epoch) in rows {
            all += 1;
            zone += u32::from(self.in_zone(wall).any(|instant| fresh(instant, epoch)));
            utc += u32::from(fresh(wall, epoch));
            if let Some(offset) = offset_of(wall, epoch) {
                shifted += 1;
                shift = offset;
            }
        }
        self.mode = if utc > zone {
            Mode::Utc
        } else if zone == 0 && shifted > 0 && shifted * 2 > all {
            Mode::Shifted(shift)
        } else {
            Mode::Zone
        };
    }

    /// The instants that a wall time can mean in the zone: one, or two where clocks change.
    fn in_zone(&self, wall: i64) -> impl Iterator<Item = i64> + use<> {
        let offsets = Timestamp::from_second(wall).ok().map(|instant| {
            let wall = TimeZone::UTC.to_datetime(instant);
            self.offsets(wall)
        });
        let (first, second) = offsets.unwrap_or((0, 0));
        let second = (second != first).then(|| wall - second);
        std::iter::once(wall - first).chain(second)
    }

    fn offsets(&self, wall: civil::DateTime) -> (i64, i64) {
        let seconds = |offset: jiff::tz::Offset| i64::from(offset.seconds());
        match self.zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => (seconds(offset), seconds(offset)),
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (seconds(before), seconds(after))
            }
        }
    }

    /// Every instant that a wall time can mean in this file.
    fn candidates(&self, wall: i64, epoch: Option<i64>) -> ([i64; 2], usize) {
        match self.mode {
            Mode::Utc => ([wall; 2], 1),
            Mode::Shifted(shift) => {
                let offset = epoch
                    .and_then(|epoch| offset_of(wall, epoch))
                    .unwrap_or(shift);
                ([wall - offset; 2], 1)
            }
            Mode::Zone => {
                let mut both = self.in_zone(wall);
                let first = both.next().unwrap_or(wall);
                both.next()
                    .map_or(([first; 2], 1), |second| ([first, second], 2))
            }
        }
    }

    /// UTC seconds of the start.
    pub(crate) fn start(&self, walls: &Walls) -> i64 {
        let (both, count) = self.candidates(walls.start, walls.epoch);
        if count == 1 {
            return both[0];
        }
        // Not before the channel was made.
        let possible = |instant: i64| {
            walls
                .epoch
                .is_none_or(|epoch| instant >= epoch - JITTER_SECONDS)
        };
        match (possible(both[0]), possible(both[1])) {
            (true, false) => return both[0],
            (false, true) => return both[1],
            _ => {}
        }
        let fits = |instant: i64| match (walls.end, walls.duration_seconds) {
            (Some(end), Some(duration)) => {
                let (ends, count) = self.candidates(end, None);
                let want = instant + i64::from(duration);
                ends[..count].iter().any(|end| (end - want).abs() <= 2)
            }
            _ => true,
        };
        match (fits(both[0]), fits(both[1])) {
            (true, false) => both[0],
            (false, true) => both[1],
            _ => {
                // Nearest to the channel's making; else the first of two equal hours, and in
                // the hour that never was the clock that was not set yet.
                let second_is_nearer = walls
                    .epoch
                    .is_some_and(|epoch| (both[1] - epoch).abs() < (both[0] - epoch).abs());
                if second_is_nearer { both[1] } else { both[0] }
            }
        }
    }

    /// Of what `wall` can mean, the instant nearest to `near`.
    pub(crate) fn nearest(&self, wall: i64, near: i64, epoch: Option<i64>) -> i64 {
        let (both, count) = self.candidates(wall, epoch);
        let nearest = both[..count]
            .iter()
            .min_by_key(|instant| (*instant - near).abs());
        nearest.copied().unwrap_or(near)
    }

    /// Can `end` be after `start`? Clocks that were set back make an honest end look early.
    pub(crate) fn can_end(&self, end: i64, start: i64, start_wall: i64) -> bool {
        if end >= start_wall {
            return true;
        }
        if let Mode::Shifted(_) = self.mode {
            return start_wall - end <= 3600;
        }
        let (both, count) = self.candidates(end, None);
        both[..count].iter().any(|end| *end >= start)
    }
}

/// The offset that makes a wall time fit a fresh channel's id, where one does.
fn offset_of(wall: i64, epoch: i64) -> Option<i64> {
    const FURTHEST: i64 = 26 * 3600;
    let difference = wall - epoch;
    let offset = (difference + JITTER_SECONDS).div_euclid(QUARTER) * QUARTER;
    let rest = difference - offset;
    (difference.abs() <= FURTHEST && rest <= FRESH_SECONDS).then_some(offset)
}

#[cfg(test)]
mod tests {
    use super::{Clock, Walls};
    use crate::value::{When, when};
    use jiff::tz::TimeZone;

    fn wall(text: &str) -> i64 {
        match when(text, "t") {
            Ok(When::Wall { seconds, .. }) => seconds,
            other => panic!("{other:?}"),
        }
    }

    fn new_york() -> Clock {
        Clock::new(TimeZone::get("America/New_York").unwrap())
    }

    #[test]
    fn the_id_decides_in_the_hour_that_comes_twice() {
        let clock = new_york();
        let start = |epoch| {
            clock.start(&Walls {
                start: wall("2025-11-02 01:05:36"),
                epoch: Some(epoch),
                ..Walls::default()
            })
        };
        assert_eq!(start(1_762_059_936), 1_762_059_936);
        assert_eq!(start(1_762_063_536), 1_762_063_536);
        // A later row of a channel made ten minutes before the clocks went back.
        assert_eq!(start(1_762_062_600), 1_762_063_536);
    }

    #[test]
    fn without_an_id_the_duration_decides() {
        let clock = new_york();
        let walls = Walls {
            start: wall("2025-11-02 01:00:32"),
            end: Some(wall("2025-11-02 02:00:40")),
            duration_seconds: Some(7208),
            epoch: None,
        };
        assert_eq!(clock.start(&walls), 1_762_059_632);
        assert_eq!(
            clock.start(&Walls {
                duration_seconds: Some(3608),
                ..walls
            }),
            1_762_063_232
        );
    }

    #[test]
    fn utc_logs_and_wrong_zones_show() {
        let mut clock = new_york();
        let (start, epoch) = (wall("2009-01-14 23:51:15"), 1_231_977_075);
        clock.learn([(start, epoch)]);
        let at = |clock: &Clock, start| {
            clock.start(&Walls {
                start,
                ..Walls::default()
            })
        };
        assert_eq!(at(&clock, start), epoch);

        let mut clock = Clock::new(TimeZone::get("Europe/Berlin").unwrap());
        let (start, epoch) = (wall("2026-11-22 23:40:39"), 1_795_408_839);
        clock.learn([(start, epoch), (start + 60, epoch + 60)]);
        assert_eq!(at(&clock, start + 600), epoch + 600);
    }

    #[test]
    fn the_hour_that_never_was_has_a_start_all_the_same() {
        let clock = new_york();
        let start = wall("2025-03-09 02:30:00");
        let instant = clock.start(&Walls {
            start,
            ..Walls::default()
        });
        assert!((instant - start - 5 * 3600).abs() <= 3600);
        assert!(!clock.can_end(start - 10, instant, start));
    }

    #[test]
    fn an_end_before_the_start_needs_a_clock_that_was_set_back() {
        let clock = new_york();
        let start = wall("2025-11-02 01:59:00");
        assert!(clock.can_end(wall("2025-11-02 01:05:00"), 1_762_063_140, start));
        assert!(!clock.can_end(wall("2025-11-03 01:05:00"), 1_762_153_140, start + 90_000));
    }
}
