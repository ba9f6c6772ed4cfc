//! Home: what is going on, worked out from the cache.

mod help;
mod now;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use pbx_api::{CallResult, ClientId, InstantMs, Problem, Rule};
use serde::{Deserialize, Serialize};
use tandem_cache::{Cache, CallFilter, ResultCounts};
use ts_rs::TS;

use crate::Desktop;
use crate::clock::now_ms;

pub use now::{HomeNow, HomeProblem, NowFigures, now};

const DAYS_MAX: u32 = 366;
const BUSIEST: usize = 8;
/// Weeks whose same day is "usual".
const USUAL_WEEKS: i64 = 4;
const HOUR_MS: i64 = 60 * 60 * 1000;

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HomeOf {
    /// IANA name of the zone in which days begin.
    pub zone: String,
    pub days: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DayCount {
    /// `YYYY-MM-DD` in the zone that was asked.
    pub day: String,
    pub answered: u32,
    pub no_answer: u32,
    pub busy: u32,
    pub failed: u32,
    pub cancelled: u32,
    pub voicemail: u32,
    pub blocked: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClientCount {
    pub client: ClientId,
    pub name: String,
    pub calls: u64,
    pub talk_seconds: u64,
    pub answered_calls: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Home {
    pub days: Vec<DayCount>,
    /// Of the same days.
    pub busiest: Vec<ClientCount>,
    pub calls_today: u32,
    /// The same weekday by this time of day, the mean of four weeks.
    pub usual_today: u32,
    pub answered_share_7d: Option<f64>,
    /// Calls of the last seven days by hour of the day, 24 numbers.
    pub hours: Vec<u32>,
    pub calls: u64,
    pub recordings: u64,
    pub oldest_ms: Option<InstantMs>,
    pub revision: u64,
}

/// A zone by its IANA name.
///
/// # Errors
/// `Invalid` on `zone`.
pub fn zone(name: &str) -> Result<TimeZone, Problem> {
    TimeZone::get(name).map_err(|_| Problem::broken("zone", Rule::NotATimeZone))
}

pub async fn show(desktop: Arc<Desktop>, input: HomeOf) -> Result<Home, Problem> {
    let active = desktop.active()?;
    let zone = zone(&input.zone)?;
    let days = i64::from(input.days.clamp(1, DAYS_MAX));
    crate::blocking(move || {
        let now = Timestamp::from_millisecond(now_ms())
            .map_err(|_| Problem::broken("zone", Rule::ClockUnset))?
            .to_zoned(zone);
        home(&active.cache, &now, days)
    })
    .await
}

fn sum(counts: &ResultCounts) -> u32 {
    counts.0.iter().sum()
}

fn of(counts: &ResultCounts, result: CallResult) -> u32 {
    let order = [
        CallResult::Answered,
        CallResult::NoAnswer,
        CallResult::Busy,
        CallResult::Failed,
        CallResult::Cancelled,
        CallResult::Voicemail,
        CallResult::Blocked,
    ];
    order
        .iter()
        .zip(counts.0)
        .find(|(known, _)| **known == result)
        .map_or(0, |(_, count)| count)
}

fn ms(at: &Zoned) -> InstantMs {
    at.timestamp().as_millisecond()
}

/// When a day begins, which is not always midnight where clocks change then.
pub(crate) fn start_of(date: Date, zone: &TimeZone) -> Result<InstantMs, Problem> {
    let start = date
        .to_zoned(zone.clone())
        .and_then(|day| day.start_of_day());
    start
        .map(|start| ms(&start))
        .map_err(|_| Problem::broken("days", Rule::DatesTooFar))
}

fn home(cache: &Cache, now: &Zoned, days: i64) -> Result<Home, Problem> {
    let zone = now.time_zone();
    let today = now.date();
    let dates: Vec<Date> = (0..days)
        .rev()
        .map(|back| today.saturating_sub(back.days()))
        .collect();
    let mut bounds: Vec<InstantMs> = dates
        .iter()
        .map(|day| start_of(*day, zone))
        .collect::<Result<_, _>>()?;
    bounds.push(start_of(today.saturating_add(1.days()), zone)?);
    let counts = cache.histogram(&bounds);
    let day_counts = dates.iter().zip(&counts).map(|(day, counts)| DayCount {
        day: day.to_string(),
        answered: of(counts, CallResult::Answered),
        no_answer: of(counts, CallResult::NoAnswer),
        busy: of(counts, CallResult::Busy),
        failed: of(counts, CallResult::Failed),
        cancelled: of(counts, CallResult::Cancelled),
        voicemail: of(counts, CallResult::Voicemail),
        blocked: of(counts, CallResult::Blocked),
    });
    let mut busiest: Vec<ClientCount> = cache
        .by_client(bounds[0], bounds[bounds.len() - 1])
        .into_iter()
        .map(
            |(client, name, [calls, answered_calls, talk_seconds])| ClientCount {
                client,
                name,
                calls,
                talk_seconds,
                answered_calls,
            },
        )
        .collect();
    busiest.sort_by_key(|client| std::cmp::Reverse(client.calls));
    busiest.truncate(BUSIEST);
    let week: Vec<InstantMs> = (0..=7 * 24)
        .map(|hour| ms(now) - (7 * 24 - hour) * HOUR_MS)
        .collect();
    let by_hour = cache.histogram(&week);
    let answered: u32 = by_hour
        .iter()
        .map(|counts| of(counts, CallResult::Answered))
        .sum();
    let all: u32 = by_hour.iter().map(sum).sum();
    let recorded = CallFilter {
        recorded: true,
        ..CallFilter::default()
    };
    Ok(Home {
        days: day_counts.collect(),
        busiest,
        calls_today: counts.last().map_or(0, sum),
        usual_today: usual(cache, now)?,
        answered_share_7d: (all > 0).then(|| f64::from(answered) / f64::from(all)),
        hours: hours(cache, now)?,
        calls: cache.size().0,
        recordings: cache
            .totals(&recorded)
            .map_err(crate::calls::problem)?
            .calls,
        oldest_ms: cache.oldest_ms(),
        revision: cache.revision(),
    })
}

/// What this weekday usually has by this time of the day.
fn usual(cache: &Cache, now: &Zoned) -> Result<u32, Problem> {
    let since = ms(now) - start_of(now.date(), now.time_zone())?;
    let mut calls = 0;
    for week in 1..=USUAL_WEEKS {
        let start = start_of(
            now.date().saturating_sub((week * 7).days()),
            now.time_zone(),
        )?;
        calls += cache
            .histogram(&[start, start + since])
            .first()
            .map_or(0, sum);
    }
    Ok(calls / u32::try_from(USUAL_WEEKS).unwrap_or(1))
}

/// The last seven days by hour of the wall clock.
fn hours(cache: &Cache, now: &Zoned) -> Result<Vec<u32>, Problem> {
    let zone = now.time_zone();
    let first = start_of(now.date().saturating_sub(6.days()), zone)?;
    let last = start_of(now.date().saturating_add(1.days()), zone)?;
    let bounds: Vec<InstantMs> = (0..)
        .map(|hour| first + hour * HOUR_MS)
        .take_while(|at| *at <= last)
        .collect();
    let mut hours = vec![0; 24];
    for (start, counts) in bounds.iter().zip(cache.histogram(&bounds)) {
        let hour =
            Timestamp::from_millisecond(*start).map_or(0, |at| at.to_zoned(zone.clone()).hour());
        hours[usize::try_from(hour).unwrap_or(0)] += sum(&counts);
    }
    Ok(hours)
}
