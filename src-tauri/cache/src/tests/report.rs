//! A report says what counting call by call says.

use std::collections::BTreeMap;

use pbx_api::{CallResult, Change, ClientId, Direction, UserId};
use proptest::prelude::*;

use super::list;
use super::made::{any_filter, any_leg, directory, open};
use crate::{CallFilter, REPORT_CLASSES, ReportBy, ReportOf, ReportSums, Sort, StoredLeg};

const BEGAN_MS: i64 = 1_700_000_000_000;
const HOUR_MS: i64 = 3_600_000;
/// Newfoundland in winter: half an hour counts too.
const ST_JOHNS_MS: i64 = -12_600_000;

type Key = (Option<usize>, Option<ClientId>, Option<UserId>);

/// Any rule will do, as long as it looks at both.
fn class_of(number: &str, client: ClientId) -> u8 {
    let client = if number.starts_with('+') {
        0
    } else {
        client.0.as_bytes()[3]
    };
    u8::try_from((number.len() + usize::from(client)) % REPORT_CLASSES).expect("few")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_report_is_the_sum_of_its_calls(
        batch in proptest::collection::vec(any_leg(), 1..80),
        filter in any_filter(),
        (month, client, user) in any::<(bool, bool, bool)>(),
        (first, second, end) in (-10..40_i64, 1..50_i64, 1..60_i64),
    ) {
        let folder = tempfile::tempdir().expect("temp dir");
        let cache = open(folder.path());
        let changes: Vec<Change> = batch.into_iter().map(Change::Leg).chain(directory()).collect();
        cache.apply(&changes, "c").expect("apply");
        let first = BEGAN_MS + first * 1000;
        let months = [first, first + second * 1000, first + (second + end) * 1000];
        // The clocks change in the middle of what is counted.
        let change = BEGAN_MS + 20_000;
        let offsets = [(i64::MIN, ST_JOHNS_MS), (change, -9_000_000)];
        let by = ReportBy { month, client, user };
        let report = cache
            .report(&ReportOf { filter: &filter, by, months_ms: &months, offsets: &offsets, class_of: &class_of })
            .expect("reports");

        let mut expected: BTreeMap<Key, ReportSums> = BTreeMap::new();
        let mut calls = 0;
        for row in list(&cache, &filter, Sort::default()) {
            let Some(at) = (0..2).find(|at| (months[*at]..months[at + 1]).contains(&row.started_at_ms)) else { continue };
            let key = (month.then_some(at), client.then_some(row.client), row.user.filter(|_| user));
            let sums = expected.entry(key).or_default();
            let talk = u64::from(row.talk_seconds);
            calls += 1;
            sums.calls += 1;
            sums.answered_calls += u64::from(row.result == CallResult::Answered);
            sums.talk_seconds += talk;
            match row.direction {
                Direction::Inbound => sums.inbound_seconds += talk,
                Direction::Internal => sums.internal_seconds += talk,
                Direction::Outbound => sums.class_seconds[usize::from(class_of(&row.to_number, row.client))] += talk,
            }
            // Where it was led to outside it went out as well.
            let went_out = |stored: &&StoredLeg| stored.leg.direction == Direction::Outbound && stored.leg.to_e164.is_some();
            let legs = if row.direction == Direction::Outbound { Vec::new() } else { cache.legs(row.call).expect("legs") };
            for StoredLeg { leg, .. } in legs.iter().filter(went_out) {
                let number = leg.to_e164.as_deref().unwrap_or_default();
                sums.class_seconds[usize::from(class_of(number, leg.client))] += u64::from(leg.talk_seconds);
            }
            let offset = if row.started_at_ms < change { ST_JOHNS_MS } else { -9_000_000 };
            let hour = ((row.started_at_ms + offset) / HOUR_MS) % 24;
            sums.hours[usize::try_from(hour).expect("an hour")] += 1;
        }
        let got: BTreeMap<Key, ReportSums> = report.rows.iter().map(|row| ((row.month, row.client, row.user), row.sums)).collect();
        prop_assert_eq!(got.len(), report.rows.len(), "a row for each");
        prop_assert_eq!(got, expected);
        prop_assert_eq!(report.week.iter().flatten().sum::<u32>(), calls);
    }
}

#[test]
fn a_week_begins_on_monday_by_the_clock_on_the_wall() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    // Tuesday 14 November 2023, 22:13 in UTC.
    let mut leg = super::made::leg(0, 0);
    leg.started_at_ms = BEGAN_MS;
    cache.apply(&[Change::Leg(leg)], "c").expect("apply");
    for (offset_ms, weekday, hour) in [(0, 1, 22), (ST_JOHNS_MS, 1, 18), (7_200_000, 2, 0)] {
        let of = ReportOf {
            filter: &CallFilter::default(),
            by: ReportBy::default(),
            months_ms: &[0, i64::MAX],
            offsets: &[(i64::MIN, offset_ms)],
            class_of: &class_of,
        };
        let report = cache.report(&of).expect("reports");
        assert_eq!(report.week[weekday][hour], 1, "{offset_ms}");
    }
}
