//! Months and clocks of a stretch of time in a zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use pbx_api::{InstantMs, Problem, Rule};

/// Twenty years: more is a clock that is wrong.
const MONTHS_MAX: usize = 240;

pub(super) struct Calendar {
    /// `YYYY-MM`, oldest first.
    pub(super) names: Vec<String>,
    /// Where each month begins, and the end of the last. The first and the last take what lies
    /// beyond: a call that matches by its second leg may have begun before the stretch, and a
    /// clock may be wrong.
    pub(super) months_ms: Vec<InstantMs>,
    /// From each instant on, how many ms the clocks are ahead of UTC.
    pub(super) offsets: Vec<(InstantMs, i64)>,
}

fn instant(ms: InstantMs) -> Result<Timestamp, Problem> {
    Timestamp::from_millisecond(ms).map_err(|_| Problem::broken("filter", Rule::DatesTooFar))
}

impl Calendar {
    /// # Errors
    /// `Invalid` when the instants are no dates.
    pub(super) fn new(
        zone: &TimeZone,
        first_ms: InstantMs,
        last_ms: InstantMs,
    ) -> Result<Self, Problem> {
        let (first, last) = (instant(first_ms)?, instant(last_ms)?);
        let month_of = |at: Timestamp| at.to_zoned(zone.clone()).date().first_of_month();
        let mut months: Vec<Date> = vec![month_of(last)];
        while months[0] > month_of(first) && months.len() < MONTHS_MAX {
            months.insert(0, months[0].saturating_sub(1.month()));
        }
        let mut months_ms = months
            .iter()
            .map(|month| crate::home::start_of(*month, zone))
            .collect::<Result<Vec<_>, _>>()?;
        months_ms[0] = InstantMs::MIN;
        months_ms.push(InstantMs::MAX);
        let ahead_ms = |seconds: i32| i64::from(seconds) * 1000;
        let mut offsets = vec![(InstantMs::MIN, ahead_ms(zone.to_offset(first).seconds()))];
        offsets.extend(
            zone.following(first)
                .take_while(|change| change.timestamp() <= last)
                .map(|change| {
                    let from_ms = change.timestamp().as_millisecond();
                    (from_ms, ahead_ms(change.offset().seconds()))
                }),
        );
        Ok(Self {
            names: months
                .iter()
                .map(|month| month.strftime("%Y-%m").to_string())
                .collect(),
            months_ms,
            offsets,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_when_the_zone_says_and_clocks_change_between() {
        let zone = TimeZone::get("America/Toronto").expect("a zone");
        let ms = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        // Still September in Toronto.
        let calendar = Calendar::new(
            &zone,
            ms("2026-10-01T03:59:59Z"),
            ms("2026-11-24T20:00:00Z"),
        )
        .expect("dates");
        assert_eq!(calendar.names, ["2026-09", "2026-10", "2026-11"]);
        assert_eq!(calendar.months_ms[1], ms("2026-10-01T04:00:00Z"));
        assert_eq!(calendar.months_ms[2], ms("2026-11-01T04:00:00Z"));
        let clocks = [
            (InstantMs::MIN, -4 * 3_600_000),
            (ms("2026-11-01T06:00:00Z"), -5 * 3_600_000),
        ];
        assert_eq!(calendar.offsets, clocks);
    }

    #[test]
    fn a_clock_that_is_wrong_by_ages_makes_no_endless_table() {
        let calendar =
            Calendar::new(&TimeZone::UTC, -9_000_000_000_000, 1_795_000_000_000).expect("dates");
        assert_eq!(calendar.names.len(), MONTHS_MAX);
        assert_eq!(calendar.months_ms.len(), MONTHS_MAX + 1);
    }
}
