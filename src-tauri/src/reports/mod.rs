//! Reports: calls, minutes, answered share and busy hours by month, client and user, from the
//! cache.

mod calendar;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use pbx_api::{ClientId, InstantMs, NumberClass, Problem, UserId};
use serde::{Deserialize, Serialize};
use tandem_cache::{Cache, CallFilter, ReportBy, ReportOf, ReportRow, ReportSums};
use ts_rs::TS;

use crate::Desktop;
use crate::clock::now_ms;
use calendar::Calendar;

/// What a table shows and a file holds.
const ROWS_MAX: usize = 100_000;

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReportInput {
    pub filter: CallFilter,
    /// IANA name of the zone in which months and hours begin.
    pub zone: String,
    pub by_month: bool,
    pub by_client: bool,
    pub by_user: bool,
}

/// Seconds that outbound calls talked, by the class of the number that was dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassSeconds {
    pub emergency: u64,
    pub toll_free: u64,
    pub canada: u64,
    pub us: u64,
    pub other_nanp: u64,
    pub international: u64,
    /// Of no class: a feature code, or something that is no number.
    pub other: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ReportFigures {
    pub calls: u64,
    pub answered_calls: u64,
    pub talk_seconds: u64,
    pub inbound_seconds: u64,
    pub internal_seconds: u64,
    pub outbound: ClassSeconds,
    /// The hour of the day in which most calls began, 0 to 23.
    pub busiest_hour: Option<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReportLine {
    /// `YYYY-MM`.
    pub month: Option<String>,
    pub client: Option<ClientId>,
    pub client_name: String,
    pub user: Option<UserId>,
    pub user_name: String,
    pub figures: ReportFigures,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MonthFigures {
    /// `YYYY-MM`.
    pub month: String,
    pub figures: ReportFigures,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Report {
    pub rows: Vec<ReportLine>,
    /// Every month of the stretch, oldest first, whatever the rows are by.
    pub months: Vec<MonthFigures>,
    pub total: ReportFigures,
    /// Calls by weekday, Monday first, and hour: seven times 24.
    pub week: Vec<Vec<u32>>,
    /// Rows beyond what a table holds: the oldest months, and of a month those with fewest calls.
    pub left_out: u64,
    pub revision: u64,
}

pub async fn show(desktop: Arc<Desktop>, input: ReportInput) -> Result<Report, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || report(&active.cache, &input, now_ms())).await
}

/// The report of what a cache holds at an instant.
///
/// # Errors
/// `Invalid` where the zone or the filter is none.
pub fn report(cache: &Cache, input: &ReportInput, now_ms: InstantMs) -> Result<Report, Problem> {
    let filter = &input.filter;
    let first_ms = filter.from_ms.max(cache.oldest_ms()).unwrap_or(now_ms);
    let last_ms = filter
        .until_ms
        .map_or(now_ms, |until| now_ms.min(until.saturating_sub(1)));
    let calendar = Calendar::new(
        &crate::home::zone(&input.zone)?,
        first_ms,
        last_ms.max(first_ms),
    )?;
    let countries: HashMap<ClientId, String> = cache
        .directory()
        .0
        .into_iter()
        .map(|client| (client.id, client.country))
        .collect();
    let class_of = |number: &str, client: ClientId| {
        place(number, countries.get(&client).map_or("", String::as_str))
    };
    let ask = |by| {
        let of = ReportOf {
            filter,
            by,
            months_ms: &calendar.months_ms,
            offsets: &calendar.offsets,
            class_of: &class_of,
        };
        cache.report(&of).map_err(crate::calls::problem)
    };
    let report = ask(ReportBy {
        month: input.by_month,
        client: input.by_client,
        user: input.by_user,
    })?;
    // Another pass over every call only where the rows don't tell the months.
    let by_month = (!input.by_month)
        .then(|| {
            ask(ReportBy {
                month: true,
                ..ReportBy::default()
            })
        })
        .transpose()?;
    let mut months = vec![ReportSums::default(); calendar.names.len()];
    for row in &by_month.as_ref().unwrap_or(&report).rows {
        if let Some(month) = row.month {
            months[month] += &row.sums;
        }
    }
    let mut total = ReportSums::default();
    months.iter().for_each(|month| total += month);
    let (rows, left_out) = held(report.rows, ROWS_MAX);
    let rows = rows.into_iter().map(|row| ReportLine {
        month: row.month.map(|month| calendar.names[month].clone()),
        client: row.client,
        client_name: row.client_name,
        user: row.user,
        user_name: row.user_name,
        figures: figures(&row.sums),
    });
    Ok(Report {
        rows: rows.collect(),
        months: calendar
            .names
            .iter()
            .zip(&months)
            .map(|(name, sums)| MonthFigures {
                month: name.clone(),
                figures: figures(sums),
            })
            .collect(),
        total: figures(&total),
        week: report.week.iter().map(|hours| hours.to_vec()).collect(),
        left_out,
        revision: report.revision,
    })
}

/// What a table holds of the rows, in no order, and how many it does not: the newest months come
/// first, and of a month who has most calls.
fn held(mut rows: Vec<ReportRow>, most: usize) -> (Vec<ReportRow>, u64) {
    let left_out = rows.len().saturating_sub(most);
    if left_out > 0 {
        // The ids make it the same each time where figures don't tell two rows apart.
        rows.select_nth_unstable_by_key(most, |row| {
            let figures = Reverse((row.month, row.sums.calls, row.sums.talk_seconds));
            (figures, row.client, row.user)
        });
        rows.truncate(most);
    }
    (rows, left_out as u64)
}

/// Where the seconds of a number's class stand in the sums.
fn place(number: &str, country: &str) -> u8 {
    // Who has which extension does not matter here: calls inside are told by their direction.
    match pbx_numbers::classify(number, country, |_| false).map(|dialled| dialled.class) {
        Some(NumberClass::Emergency) => 0,
        Some(NumberClass::TollFree) => 1,
        Some(NumberClass::Canada) => 2,
        Some(NumberClass::Us) => 3,
        Some(NumberClass::OtherNanp) => 4,
        Some(NumberClass::International) => 5,
        Some(NumberClass::Extension) | None => 6,
    }
}

fn figures(sums: &ReportSums) -> ReportFigures {
    let [
        emergency,
        toll_free,
        canada,
        us,
        other_nanp,
        international,
        other,
    ] = sums.class_seconds;
    let most = sums.hours.iter().copied().max().unwrap_or(0);
    let hour = sums
        .hours
        .iter()
        .position(|calls| *calls == most && most > 0);
    ReportFigures {
        calls: sums.calls,
        answered_calls: sums.answered_calls,
        talk_seconds: sums.talk_seconds,
        inbound_seconds: sums.inbound_seconds,
        internal_seconds: sums.internal_seconds,
        outbound: ClassSeconds {
            emergency,
            toll_free,
            canada,
            us,
            other_nanp,
            international,
            other,
        },
        busiest_hour: hour.and_then(|hour| u8::try_from(hour).ok()),
    }
}
