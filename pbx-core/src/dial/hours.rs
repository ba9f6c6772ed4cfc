//! What a number leads to at an instant, by the clock on the client's wall.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pbx_api::{InstantMs, Routing};

/// The side of opening hours that holds now; any other routing is what it is.
#[must_use]
pub fn resolve<'a>(routing: &'a Routing, at_ms: InstantMs, zone: &TimeZone) -> &'a Routing {
    let Routing::Hours(hours) = routing else {
        return routing;
    };
    let Ok(at) = Timestamp::from_millisecond(at_ms) else {
        return &hours.closed;
    };
    let wall = at.to_zoned(zone.clone()).datetime();
    let minute =
        u16::from(wall.hour().unsigned_abs()) * 60 + u16::from(wall.minute().unsigned_abs());
    let weekday = wall.date().weekday().to_monday_one_offset().unsigned_abs();
    let open = !hours.holidays.contains(&wall.date().to_string())
        && hours.weekly.iter().any(|time| {
            time.weekday == weekday && (time.from_minute..time.until_minute).contains(&minute)
        });
    if open { &hours.open } else { &hours.closed }
}
