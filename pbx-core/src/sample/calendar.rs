//! When the sample's calls begin: business hours in each client's own zone, more on some days.

use anyhow::Context as _;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use pbx_api::InstantMs;

use super::dice::{Dice, sums};
use super::people::Cast;

const DAYS: usize = 120;

/// Calls of an hour in parts of the busiest, local time.
const HOURS: [f64; 24] = [
    0.01, 0.005, 0.005, 0.005, 0.01, 0.02, 0.06, 0.22, 0.62, 0.94, 1.0, 0.97, 0.7, 0.82, 0.96,
    0.92, 0.78, 0.48, 0.22, 0.13, 0.09, 0.06, 0.03, 0.02,
];
/// From Monday to Sunday.
const WEEKDAYS: [f64; 7] = [1.15, 1.0, 0.98, 1.0, 0.9, 0.2, 0.08];

/// A call's client and first moment.
pub struct Start {
    pub company: usize,
    pub at_ms: InstantMs,
}

/// The beginnings of `count` calls up to now, in order.
pub fn starts(
    cast: &Cast,
    count: usize,
    now_ms: InstantMs,
    dice: &mut Dice,
) -> anyhow::Result<Vec<Start>> {
    let now = Timestamp::from_millisecond(now_ms).context("the clock")?;
    let shares = sums(cast.companies.iter().map(|company| company.share));
    let mut calendars = Vec::new();
    for company in &cast.companies {
        let zone =
            TimeZone::get(&company.known.client.time_zone).context("a sample client's zone")?;
        calendars.push(Calendar::new(now, zone, dice)?);
    }
    let mut starts = Vec::with_capacity(count);
    while starts.len() < count {
        let company = dice.weighted(&shares);
        let at_ms = calendars[company].moment(dice);
        // The last days reach beyond now.
        if at_ms < now_ms - 60_000 {
            starts.push(Start { company, at_ms });
        }
    }
    starts.sort_by_key(|start| start.at_ms);
    Ok(starts)
}

/// The days of one client, each hour with its instant: what the clocks did is in it.
struct Calendar {
    hours: Vec<InstantMs>,
    sums: Vec<f64>,
}

impl Calendar {
    fn new(now: Timestamp, zone: TimeZone, dice: &mut Dice) -> anyhow::Result<Self> {
        let today = now.to_zoned(zone.clone()).date();
        let mut hours = Vec::with_capacity(DAYS * 24);
        let mut weights = Vec::with_capacity(DAYS * 24);
        for back in (0..DAYS).rev() {
            let date = today.checked_sub(i32::try_from(back)?.days())?;
            let weekday = usize::try_from(date.weekday().to_monday_zero_offset())?;
            // No two days are alike, and a few are quiet.
            let luck = if dice.chance(0.03) {
                0.15
            } else {
                (0.14 * dice.normal()).exp()
            };
            for (hour, busy) in (0_i8..).zip(HOURS) {
                let instant = date.at(hour, 0, 0, 0).to_zoned(zone.clone())?.timestamp();
                hours.push(instant.as_millisecond());
                weights.push(busy * WEEKDAYS[weekday] * luck);
            }
        }
        Ok(Self {
            hours,
            sums: sums(weights),
        })
    }

    fn moment(&self, dice: &mut Dice) -> InstantMs {
        let hour = self.hours[dice.weighted(&self.sums)];
        hour + i64::try_from(dice.below(3_600_000)).unwrap_or_default()
    }
}
