//! Sums of the calls that a filter matches, by month, client and user, for reports.

use std::collections::HashMap;
use std::ops::AddAssign;

use pbx_api::{CallResult, ClientId, Direction, InstantMs, UserId};

use super::{Cache, read};
use crate::CacheError;
use crate::filter::{CallFilter, Sort};
use crate::flags::Flags;
use crate::index::{Index, NIL};
use crate::numbers::{number_forms, number_shown};

/// Classes of dialled numbers that are told apart.
pub const REPORT_CLASSES: usize = 7;
pub const HOURS: usize = 24;
pub const WEEKDAYS: usize = 7;
const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_DAYS: i64 = 7;
/// 1 January 1970 was a Thursday, the fourth day of a week that begins with Monday.
const FIRST_WEEKDAY: i64 = 3;
/// A number whose class was not asked yet.
const UNASKED: u8 = u8::MAX;

/// What goes into a row of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportBy {
    pub month: bool,
    pub client: bool,
    pub user: bool,
}

/// A report as it is asked for.
pub struct ReportOf<'a> {
    pub filter: &'a CallFilter,
    pub by: ReportBy,
    /// Starts of the months, rising, and the end of the last one. Calls outside are left out.
    pub months_ms: &'a [InstantMs],
    /// From each instant on, how many ms the clocks are ahead of UTC; rising.
    pub offsets: &'a [(InstantMs, i64)],
    /// The class of a number that a client's user dialled, below [`REPORT_CLASSES`]. In E.164 it
    /// is asked once a number.
    pub class_of: &'a dyn Fn(&str, ClientId) -> u8,
}

/// Sums of some calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportSums {
    pub calls: u64,
    pub answered_calls: u64,
    pub talk_seconds: u64,
    pub inbound_seconds: u64,
    pub internal_seconds: u64,
    /// Of calls that went out, by the class of the number dialled: outbound ones, and what an inbound or
    /// internal call was led to outside. The same second may be inbound there and outbound here.
    pub class_seconds: [u64; REPORT_CLASSES],
    /// Calls by the hour of the day in which they began.
    pub hours: [u32; HOURS],
}

impl AddAssign<&Self> for ReportSums {
    fn add_assign(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered_calls += other.answered_calls;
        self.talk_seconds += other.talk_seconds;
        self.inbound_seconds += other.inbound_seconds;
        self.internal_seconds += other.internal_seconds;
        let seconds = self.class_seconds.iter_mut();
        seconds
            .zip(other.class_seconds)
            .for_each(|(all, more)| *all += more);
        let hours = self.hours.iter_mut();
        hours.zip(other.hours).for_each(|(all, more)| *all += more);
    }
}

/// One row of a report. What it is not told by is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Which of the months.
    pub month: Option<usize>,
    pub client: Option<ClientId>,
    pub client_name: String,
    /// None also for calls without a user.
    pub user: Option<UserId>,
    pub user_name: String,
    pub sums: ReportSums,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In no order.
    pub rows: Vec<ReportRow>,
    /// Calls by weekday, Monday first, and hour.
    pub week: [[u32; HOURS]; WEEKDAYS],
    pub revision: u64,
}

/// What tells rows apart: month, client and user as numbers of the index.
type Key = (u16, u16, u32);

impl Cache {
    /// Sums up every call that matches, in one pass over the columns. A call is that of the client
    /// and user of its first leg, and begins when that leg began.
    ///
    /// # Errors
    /// `Filter` when the filter can't be answered.
    pub fn report(&self, of: &ReportOf) -> Result<Report, CacheError> {
        let index = read(&self.index);
        let found = self.found(&index, of.filter, Sort::default())?;
        let mut sums: Vec<(Key, ReportSums)> = Vec::new();
        let mut places: HashMap<Key, usize> = HashMap::new();
        let mut week = [[0; HOURS]; WEEKDAYS];
        let mut classes = vec![UNASKED; index.numbers.len()];
        // Neighbours in time are often of the same row.
        let mut last: Option<(Key, usize)> = None;
        found.each(&index, |call| {
            let at = call as usize;
            let lead = index.calls.lead[at];
            if lead == NIL {
                return;
            }
            let lead = lead as usize;
            let started_ms = index.legs.started_ms[lead];
            let month = of.months_ms.partition_point(|start| *start <= started_ms);
            if month == 0 || month >= of.months_ms.len() {
                return;
            }
            let key = (
                if of.by.month { small(month - 1) } else { 0 },
                if of.by.client {
                    index.legs.client[lead]
                } else {
                    0
                },
                if of.by.user { index.legs.user[lead] } else { 0 },
            );
            let place = match last {
                Some((known, place)) if known == key => place,
                _ => *places.entry(key).or_insert_with(|| {
                    sums.push((key, ReportSums::default()));
                    sums.len() - 1
                }),
            };
            last = Some((key, place));
            let (weekday, hour) = wall(started_ms, of.offsets);
            week[weekday][hour] += 1;
            let sums = &mut sums[place].1;
            sums.hours[hour] += 1;
            count(&index, call, lead, sums, |number, client| {
                let known = &mut classes[number as usize];
                if *known == UNASKED {
                    let text = number_shown(index.numbers.text(number));
                    let class = (of.class_of)(text, client);
                    // What is no public number means another thing at another client.
                    if !text.starts_with('+') {
                        return class;
                    }
                    *known = class;
                }
                *known
            });
        });
        let directory = read(&self.directory);
        let row = |((month, client, user), sums): (Key, ReportSums)| {
            let client = of.by.client.then(|| index.clients.all[usize::from(client)]);
            let user = (user > 0).then(|| index.users.all[user as usize - 1]);
            ReportRow {
                month: of.by.month.then_some(usize::from(month)),
                client,
                client_name: client
                    .map(|id| directory.client_name(id))
                    .unwrap_or_default(),
                user,
                user_name: user.map(|id| directory.user_name(id)).unwrap_or_default(),
                sums,
            }
        };
        Ok(Report {
            rows: sums.into_iter().map(row).collect(),
            week,
            revision: index.revision,
        })
    }
}

/// A report has fewer months than that.
fn small(month: usize) -> u16 {
    u16::try_from(month).unwrap_or(u16::MAX)
}

fn count(
    index: &Index,
    call: u32,
    lead: usize,
    sums: &mut ReportSums,
    mut class_of: impl FnMut(u32, ClientId) -> u8,
) {
    let (legs, flags) = (&index.legs, Flags(index.calls.flags[call as usize]));
    let talk = u64::from(index.calls.talk[call as usize]);
    let mut goes_out = |sums: &mut ReportSums, leg: usize, talk: u64| {
        if talk > 0 {
            let client = index.clients.all[usize::from(legs.client[leg])];
            let class = usize::from(class_of(legs.to[leg], client));
            sums.class_seconds[class.min(REPORT_CLASSES - 1)] += talk;
        }
    };
    sums.calls += 1;
    sums.answered_calls += u64::from(flags.result() == CallResult::Answered);
    sums.talk_seconds += talk;
    match flags.direction() {
        Direction::Inbound => sums.inbound_seconds += talk,
        Direction::Internal => sums.internal_seconds += talk,
        // Further legs of a call that goes out are the same call, seen from the other side.
        Direction::Outbound => return goes_out(sums, lead, talk),
    }
    if index.calls.legs[call as usize] > 1 {
        for leg in index.legs_of(call) {
            let leg = leg as usize;
            let is_outbound = Flags(legs.flags[leg]).direction() == Direction::Outbound;
            // Some switches call the leg to a phone of theirs outbound.
            let is_public = || number_forms(index.numbers.text(legs.to[leg])).1.is_some();
            if is_outbound && is_public() {
                goes_out(sums, leg, u64::from(legs.talk[leg]));
            }
        }
    }
}

/// Weekday (Monday is 0) and hour of the clock on the wall.
fn wall(at_ms: InstantMs, offsets: &[(InstantMs, i64)]) -> (usize, usize) {
    let past = offsets.partition_point(|(from_ms, _)| *from_ms <= at_ms);
    let offset_ms = offsets.get(past.saturating_sub(1)).map_or(0, |(_, ms)| *ms);
    let local = at_ms + offset_ms;
    let weekday = (local.div_euclid(DAY_MS) + FIRST_WEEKDAY).rem_euclid(WEEK_DAYS);
    let hour = local.rem_euclid(DAY_MS) / HOUR_MS;
    (
        weekday.try_into().unwrap_or(0),
        hour.try_into().unwrap_or(0),
    )
}
