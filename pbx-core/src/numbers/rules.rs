//! What a number's routing must keep.

use std::collections::HashSet;

use jiff::civil::Date;
use pbx_api::{OpeningHours, RingGroup, Routing, Rule};

use crate::check::Check;
use crate::users::house::House;
use crate::users::rules::external;

const MEMBERS: std::ops::RangeInclusive<usize> = 1..=20;
const RING_SECONDS: std::ops::RangeInclusive<u32> = 5..=300;
const TIMES: std::ops::RangeInclusive<usize> = 1..=50;
const HOLIDAYS: usize = 200;
const DAY_MINUTES: u16 = 1440;

/// Checks a routing against its client and brings it into its stored form.
pub fn routing(check: &mut Check, house: &House, routing: &mut Routing) {
    match routing {
        Routing::Hours(hours) => opening_hours(check, house, hours),
        other => place(check, "", house, other),
    }
}

/// What is no hours. `under` is what the fields' names begin with.
fn place(check: &mut Check, under: &str, house: &House, routing: &mut Routing) {
    match routing {
        Routing::Unrouted | Routing::Reject => {}
        Routing::User(user) => {
            let known = house.reach.contains(user);
            check.rule(&format!("{under}user"), known, Rule::NotTheClientsUser);
        }
        Routing::RingGroup(group) => ring_group(check, under, house, group),
        Routing::External(text) => {
            if let Some(number) = external(check, &format!("{under}external"), house, text) {
                *text = number;
            }
        }
        Routing::Hours(_) => check.wrong(under.trim_end_matches('.'), Rule::HoursWithinHours),
    }
}

fn ring_group(check: &mut Check, under: &str, house: &House, group: &RingGroup) {
    let field = format!("{under}members");
    let fits = MEMBERS.contains(&group.members.len());
    check.rule(&field, fits, Rule::Entries { least: 1, most: 20 });
    let known = group.members.iter().all(|user| house.reach.contains(user));
    check.rule(&field, known, Rule::OthersUser);
    let once: HashSet<_> = group.members.iter().collect();
    let once = once.len() == group.members.len();
    check.rule(&field, once, Rule::UserTwice);
    let fits = RING_SECONDS.contains(&group.ring_seconds);
    check.rule(
        &format!("{under}ring_seconds"),
        fits,
        Rule::Between {
            least: 5,
            most: 300,
        },
    );
}

fn opening_hours(check: &mut Check, house: &House, hours: &mut OpeningHours) {
    let fits = TIMES.contains(&hours.weekly.len());
    check.rule("weekly", fits, Rule::Entries { least: 1, most: 50 });
    let sane = hours.weekly.iter().all(|time| {
        (1..=7).contains(&time.weekday)
            && time.from_minute < time.until_minute
            && time.until_minute <= DAY_MINUTES
    });
    check.rule("weekly", sane, Rule::NotATime);
    let few = hours.holidays.len() <= HOLIDAYS;
    check.rule("holidays", few, Rule::EntriesAtMost { most: 200 });
    for day in hours.holidays.iter_mut().take(HOLIDAYS) {
        // Written as it is compared.
        match day.trim().parse::<Date>() {
            Ok(date) if day.trim().len() == "2026-01-01".len() => *day = date.to_string(),
            _ => {
                check.wrong(
                    "holidays",
                    Rule::NotADate {
                        example: "2026-12-25".into(),
                    },
                );
                break;
            }
        }
    }
    hours.holidays.sort_unstable();
    hours.holidays.dedup();
    place(check, "open.", house, &mut hours.open);
    place(check, "closed.", house, &mut hours.closed);
}
