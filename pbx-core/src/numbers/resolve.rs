//! Where a call to a number goes at an instant: a pure function of the routing and the clock.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use pbx_api::{InstantMs, OpeningHours, Routing};

/// What a routing means at an instant in the client's time zone. Never hours: they are decided
/// here, by what a clock on the client's wall shows.
#[must_use]
pub fn resolve<'a>(routing: &'a Routing, at_ms: InstantMs, zone: &TimeZone) -> &'a Routing {
    let mut routing = routing;
    // Hours stand in no hours; whatever the table holds, this ends.
    for _ in 0..2 {
        let Routing::Hours(hours) = routing else {
            return routing;
        };
        routing = if is_open(hours, at_ms, zone) {
            &hours.open
        } else {
            &hours.closed
        };
    }
    if let Routing::Hours(_) = routing {
        &Routing::Unrouted
    } else {
        routing
    }
}

/// Whether the client is open. Midnight at a day's end is the next day's 0:00, which no time of
/// the day before holds.
#[must_use]
pub fn is_open(hours: &OpeningHours, at_ms: InstantMs, zone: &TimeZone) -> bool {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else {
        return false;
    };
    let wall = at.to_zoned(zone.clone()).datetime();
    if hours.holidays.contains(&wall.date().to_string()) {
        return false;
    }
    let weekday = wall.weekday().to_monday_one_offset();
    let minute = minute_of_day(wall.time());
    hours.weekly.iter().any(|time| {
        i16::from(time.weekday) == i16::from(weekday)
            && (time.from_minute..time.until_minute).contains(&minute)
    })
}

fn minute_of_day(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use pbx_api::OpenTime;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str) -> InstantMs {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn hours(weekly: &[(u8, u16, u16)], holidays: &[&str]) -> Routing {
        Routing::Hours(OpeningHours {
            weekly: weekly
                .iter()
                .map(|&(weekday, from_minute, until_minute)| OpenTime {
                    weekday,
                    from_minute,
                    until_minute,
                })
                .collect(),
            holidays: holidays.iter().map(|&day| day.to_owned()).collect(),
            open: Box::new(Routing::External("+12025550123".into())),
            closed: Box::new(Routing::Reject),
        })
    }

    fn open(routing: &Routing, instant: &str, name: &str) -> bool {
        *resolve(routing, at(instant), &zone(name)) != Routing::Reject
    }

    #[test]
    fn the_wall_clock_decides_on_both_sides_of_a_change_of_clocks() {
        // Sundays from 9 to 17 in New York, where clocks went back on 1 November 2026 and forward
        // on 14 March 2027.
        let routing = hours(&[(7, 540, 1020)], &[]);
        let new_york = "America/New_York";
        assert!(!open(&routing, "2026-10-25T12:59:59Z", new_york));
        assert!(open(&routing, "2026-10-25T13:00:00Z", new_york), "UTC-4");
        assert!(
            !open(&routing, "2026-11-01T13:59:59Z", new_york),
            "8:59 in winter time"
        );
        assert!(open(&routing, "2026-11-01T14:00:00Z", new_york), "UTC-5");
        assert!(
            open(&routing, "2027-03-14T13:00:00Z", new_york),
            "summer time again"
        );
        assert!(
            !open(&routing, "2027-03-14T21:00:00Z", new_york),
            "17:00 is closed"
        );
    }

    #[test]
    fn an_hour_that_comes_twice_is_open_twice_and_one_that_is_left_out_never() {
        let new_york = "America/New_York";
        // 1:00 to 2:00 on the Sunday when it comes twice.
        let twice = hours(&[(7, 60, 120)], &[]);
        for instant in ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"] {
            assert!(open(&twice, instant, new_york), "{instant}");
        }
        assert!(!open(&twice, "2026-11-01T07:00:00Z", new_york));
        // 2:00 to 3:00 on the Sunday that has no such hour.
        let never = hours(&[(7, 120, 180)], &[]);
        for minute in 0..180 {
            let instant = at("2027-03-14T05:30:00Z") + minute * 60_000;
            assert_eq!(*resolve(&never, instant, &zone(new_york)), Routing::Reject);
        }
    }

    #[test]
    fn a_holiday_is_closed_from_midnight_to_midnight_of_the_client() {
        let all_week: Vec<_> = (1..=7).map(|day| (day, 0, 1440)).collect();
        let routing = hours(&all_week, &["2026-12-25"]);
        let sydney = "Australia/Sydney";
        assert!(open(&routing, "2026-12-24T12:59:59Z", sydney));
        assert!(
            !open(&routing, "2026-12-24T13:00:00Z", sydney),
            "midnight at UTC+11"
        );
        assert!(!open(&routing, "2026-12-25T12:59:59Z", sydney));
        assert!(open(&routing, "2026-12-25T13:00:00Z", sydney));
        // A day that an island left out of its calendar, 30 December 2011.
        let apia = hours(&all_week, &["2011-12-30"]);
        assert!(
            open(&apia, "2011-12-30T09:59:59Z", "Pacific/Apia"),
            "the 29th"
        );
        assert!(
            open(&apia, "2011-12-30T10:00:00Z", "Pacific/Apia"),
            "the 31st"
        );
    }

    #[test]
    fn what_is_no_hours_is_what_it_is() {
        let utc = TimeZone::UTC;
        assert_eq!(*resolve(&Routing::Reject, 0, &utc), Routing::Reject);
        assert_eq!(
            *resolve(&Routing::Unrouted, i64::MAX, &utc),
            Routing::Unrouted
        );
    }

    proptest! {
        /// However times overlap and in whatever order they stand, a minute is open exactly when
        /// one of them holds it; and never is the answer hours.
        #[test]
        fn a_minute_is_open_when_a_time_holds_it(
            weekly in prop::collection::vec((1_u8..=7, 0_u16..1440, 1_u16..=1440), 1..12),
            day in 0_i64..20_000,
            minute in 0_u16..1440,
        ) {
            let weekly: Vec<_> = weekly
                .into_iter()
                .map(|(day, one, other)| (day, one.min(other - 1), other.max(one + 1)))
                .collect();
            let routing = hours(&weekly, &[]);
            let at_ms = (day * 1440 + i64::from(minute)) * 60_000;
            // 1 January 1970 was a Thursday, the fourth day.
            let weekday = u8::try_from((day + 3) % 7 + 1).unwrap();
            let held = weekly
                .iter()
                .any(|(day, from, until)| *day == weekday && (*from..*until).contains(&minute));
            let found = resolve(&routing, at_ms, &TimeZone::UTC);
            prop_assert_eq!(*found != Routing::Reject, held);
            prop_assert!(!matches!(found, Routing::Hours(_)));
        }

        #[test]
        fn any_instant_has_an_answer(at_ms in any::<i64>()) {
            let routing = hours(&[(1, 0, 1440)], &["2026-01-01"]);
            let found = resolve(&routing, at_ms, &zone("Europe/Berlin"));
            prop_assert!(!matches!(found, Routing::Hours(_)));
        }
    }
}
