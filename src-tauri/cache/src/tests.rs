//! Every answer equals what a plain look at every leg gives; nothing is lost by closing.

use std::collections::{BTreeMap, HashMap};

use pbx_api::{
    CallId, CallResult, Change, ClientId, Leg, LegId, RecordingState, Removed, RemovedKind,
};
use proptest::prelude::*;

use crate::{Cache, CacheError, CallFilter, Sort, SortBy};

mod dialled;
mod file;
mod made;
mod report;
mod stopped;
mod together;

use made::{DIRECTIONS, any_filter, any_leg, client_name, directory, id, leg, open, user_name};

const KEY: [u8; 32] = [7; 32];

/// The plain answer: does this leg meet the filter, worked out from the wire type alone.
fn meets(leg: &Leg, filter: &CallFilter) -> bool {
    let digits = |text: &str| -> String {
        if text.chars().any(|c| c.is_ascii_digit()) {
            text.chars()
                .filter(|c| c.is_ascii_digit() || "*#".contains(*c))
                .collect()
        } else {
            text.to_lowercase()
        }
    };
    let number_has = |part: &str| {
        [
            Some(&leg.from_number),
            leg.from_e164.as_ref(),
            Some(&leg.to_number),
            leg.to_e164.as_ref(),
        ]
        .into_iter()
        .flatten()
        .any(|number| digits(number).contains(&digits(part)))
    };
    let name: String = leg.from_name.chars().filter(|c| !c.is_control()).collect();
    let name = name.to_lowercase();
    let text = filter.text.to_lowercase();
    filter.from_ms.is_none_or(|ms| leg.started_at_ms >= ms)
        && filter.until_ms.is_none_or(|ms| leg.started_at_ms < ms)
        && (filter.clients.is_empty() || filter.clients.contains(&leg.client))
        && (filter.users.is_empty() || leg.user.is_some_and(|user| filter.users.contains(&user)))
        && (filter.directions.is_empty() || filter.directions.contains(&leg.direction))
        && (filter.results.is_empty() || filter.results.contains(&leg.result))
        && filter
            .talk_min_seconds
            .is_none_or(|s| leg.talk_seconds >= s)
        && filter
            .talk_max_seconds
            .is_none_or(|s| leg.talk_seconds <= s)
        && (!filter.recorded || leg.recording == RecordingState::Available)
        && (filter.number.is_empty() || number_has(&filter.number))
        && (filter.name.is_empty() || name.contains(&filter.name.to_lowercase()))
        && (text.is_empty()
            || name.contains(&text)
            || digits(&text).len() >= 3 && number_has(&text)
            || client_name(leg.client).to_lowercase().contains(&text)
            || leg
                .user
                .is_some_and(|user| user_name(user).to_lowercase().contains(&text)))
}

/// The plain list: calls with a leg that meets the filter, newest first.
fn plain(legs: &BTreeMap<LegId, Leg>, filter: &CallFilter) -> Vec<(i64, CallId, usize)> {
    let mut calls: HashMap<CallId, (i64, usize, bool)> = HashMap::new();
    for leg in legs.values() {
        let call = calls.entry(leg.call).or_insert((i64::MAX, 0, false));
        call.0 = call.0.min(leg.started_at_ms);
        call.1 += 1;
        call.2 |= meets(leg, filter);
    }
    let mut found: Vec<_> = calls
        .into_iter()
        .filter(|(_, (_, _, met))| *met)
        .map(|(call, (start, legs, _))| (start, call, legs))
        .collect();
    found.sort();
    found.reverse();
    found
}

fn list(cache: &Cache, filter: &CallFilter, sort: Sort) -> Vec<crate::CallRow> {
    let mut rows = Vec::new();
    loop {
        let page = cache
            .page(filter, sort, rows.len() as u64, 7)
            .expect("page");
        if page.rows.is_empty() {
            assert_eq!(page.matching, rows.len() as u64);
            return rows;
        }
        rows.extend(page.rows);
    }
}

fn sorted(mut found: Vec<(i64, CallId, usize)>) -> Vec<(i64, CallId, usize)> {
    found.sort();
    found
}

#[derive(Debug, Clone)]
enum Step {
    Put(Box<Leg>),
    Remove(u32),
    DropClient(u32),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any_leg().prop_map(|leg| Step::Put(Box::new(leg))),
        2 => (0..60_u32).prop_map(Step::Remove),
        1 => (0..4_u32).prop_map(Step::DropClient),
    ]
}

fn change(step: &Step) -> Change {
    match step {
        Step::Put(leg) => Change::Leg((**leg).clone()),
        Step::Remove(n) => Change::Removed(Removed {
            kind: RemovedKind::Leg,
            id: id(1, *n),
        }),
        Step::DropClient(n) => Change::ScopeRemoved(ClientId(id(3, *n))),
    }
}

fn model(model: &mut BTreeMap<LegId, Leg>, step: &Step) {
    match step {
        Step::Put(leg) => {
            // A leg keeps its call for life.
            let call = model.get(&leg.id).map_or(leg.call, |known| known.call);
            model.insert(
                leg.id,
                Leg {
                    call,
                    ..(**leg).clone()
                },
            );
        }
        Step::Remove(n) => drop(model.remove(&LegId(id(1, *n)))),
        Step::DropClient(n) => model.retain(|_, leg| leg.client != ClientId(id(3, *n))),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_filter_answers_like_a_plain_scan(
        steps in proptest::collection::vec(proptest::collection::vec(any_step(), 0..40), 1..5),
        filters in proptest::collection::vec(any_filter(), 1..6),
        reopen in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("temp dir");
        let mut cache = open(folder.path());
        let mut legs = BTreeMap::new();
        // A leg's call is fixed when it is first seen, also if it is removed and comes back.
        let mut first_call: HashMap<LegId, CallId> = HashMap::new();
        for (at, batch) in steps.iter().enumerate() {
            let mut changes: Vec<Change> = Vec::new();
            for step in batch {
                let mut step = step.clone();
                if let Step::Put(leg) = &mut step {
                    leg.call = *first_call.entry(leg.id).or_insert(leg.call);
                }
                model(&mut legs, &step);
                changes.push(change(&step));
            }
            changes.extend(directory());
            cache.apply(&changes, &format!("c{at}")).expect("apply");
            if reopen {
                drop(cache);
                cache = open(folder.path());
            }
        }
        prop_assert!(crate::cache::read(&cache.index).is_sound());
        prop_assert_eq!(cache.cursor().expect("cursor"), Some(format!("c{}", steps.len() - 1)));
        for filter in filters.iter().chain([&CallFilter::default()]) {
            let expected = plain(&legs, filter);
            let rows = list(&cache, filter, Sort::default());
            let got: Vec<_> = rows.iter().map(|r| (r.started_at_ms, r.call, usize::from(r.legs))).collect();
            prop_assert!(got.is_sorted_by(|a, b| a.0 >= b.0), "newest first");
            prop_assert_eq!(sorted(got), sorted(expected.clone()));
            let totals = cache.totals(filter).expect("totals");
            prop_assert_eq!(totals.calls, expected.len() as u64);
            prop_assert_eq!(totals.legs, expected.iter().map(|(_, _, legs)| *legs as u64).sum::<u64>());
            let mut exported = 0;
            cache.each_leg(filter, |_| { exported += 1; true }).expect("export");
            prop_assert_eq!(exported, totals.legs);
        }
        for leg in legs.values() {
            let stored = cache.leg(leg.id).expect("leg").expect("there");
            let printable = |text: &str| text.replace('\n', "\u{fffd}");
            prop_assert_eq!(&stored.leg, &Leg { from_name: printable(&leg.from_name), ..leg.clone() });
            prop_assert_eq!(stored.client_name.as_str(), client_name(leg.client));
        }
    }

    #[test]
    fn every_sort_is_the_filter_in_that_order(
        batch in proptest::collection::vec(any_leg(), 1..80),
        filter in any_filter(),
        descending in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("temp dir");
        let cache = open(folder.path());
        let changes: Vec<Change> = batch.into_iter().map(Change::Leg).chain(directory()).collect();
        cache.apply(&changes, "c").expect("apply");
        let newest = list(&cache, &filter, Sort::default());
        for by in [
            SortBy::StartedAt, SortBy::Direction, SortBy::Client, SortBy::User, SortBy::From, SortBy::To,
            SortBy::Name, SortBy::Ring, SortBy::Talk, SortBy::Result, SortBy::Cause, SortBy::Recording, SortBy::Legs,
        ] {
            let rows = list(&cache, &filter, Sort { by, descending });
            let mut expected = newest.clone();
            // A stable sort keeps the newest first among equals.
            expected.sort_by(|a, b| {
                let order = compare(by, a, b);
                if descending { order.reverse() } else { order }
            });
            let keys = |rows: &[crate::CallRow]| rows.iter().map(|row| sort_text(by, row)).collect::<Vec<_>>();
            prop_assert_eq!(keys(&rows), keys(&expected), "{:?}", by);
        }
    }
}

fn sort_text(by: SortBy, row: &crate::CallRow) -> String {
    match by {
        SortBy::StartedAt => format!("{:020}", row.started_at_ms),
        SortBy::Direction => DIRECTIONS
            .iter()
            .position(|d| *d == row.direction)
            .map(|at| at.to_string())
            .unwrap_or_default(),
        SortBy::Client => row.client_name.to_lowercase(),
        SortBy::User => row.user_name.to_lowercase(),
        // Numbers that are shown alike may differ as given, so only their digits are compared.
        SortBy::From => row
            .from_number
            .to_lowercase()
            .replace(['+', '(', ')', ' ', '-'], ""),
        SortBy::To => row
            .to_number
            .to_lowercase()
            .replace(['+', '(', ')', ' ', '-'], ""),
        SortBy::Name => row.from_name.to_lowercase(),
        SortBy::Ring => format!("{:010}", row.ring_seconds),
        SortBy::Talk => format!("{:010}", row.talk_seconds),
        SortBy::Result => [
            CallResult::Answered,
            CallResult::NoAnswer,
            CallResult::Busy,
            CallResult::Failed,
            CallResult::Cancelled,
            CallResult::Voicemail,
            CallResult::Blocked,
        ]
        .iter()
        .position(|r| *r == row.result)
        .map(|at| at.to_string())
        .unwrap_or_default(),
        SortBy::Cause => format!("{:03}", row.cause.unwrap_or(0)),
        SortBy::Recording => [
            RecordingState::None,
            RecordingState::Pending,
            RecordingState::Available,
        ]
        .iter()
        .position(|r| *r == row.recording)
        .map(|at| at.to_string())
        .unwrap_or_default(),
        SortBy::Legs => format!("{:05}", row.legs),
    }
}

fn compare(by: SortBy, a: &crate::CallRow, b: &crate::CallRow) -> std::cmp::Ordering {
    sort_text(by, a).cmp(&sort_text(by, b))
}

#[test]
fn a_part_of_a_number_needs_three_digits() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    let filter = CallFilter {
        number: "+1 2".to_owned(),
        ..CallFilter::default()
    };
    let refused = cache.page(&filter, Sort::default(), 0, 10);
    assert!(matches!(
        refused,
        Err(CacheError::Filter {
            field: "number",
            ..
        })
    ));
}
