//! Compared with what a known library answers, and with any text at all.

use std::collections::BTreeMap;

use pbx_api::NumberClass;
use pbx_numbers::{class_of, classify, normalise, normalise_prefix};
use proptest::prelude::*;

const LENGTHS_ALONE: &str = "no pattern of digits is compared, only lengths";

/// Where the answers differ, and why that is right here. A difference that is not explained fails.
fn explained(row: &csv::StringRecord, ours: Option<&str>) -> Option<&'static str> {
    let (text, country, e164, kind) = (&row[0], &row[1], &row[2], &row[4]);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if e164.is_empty() {
        return (kind == "POSSIBLE").then_some(LENGTHS_ALONE);
    }
    if e164.len() < 8 || (e164.starts_with("+1") && e164.len() == 8 + 1) {
        return Some("fewer digits than a public number has: reached within its country alone");
    }
    if ours.is_some_and(|ours| ours[1..] == digits) {
        return Some("a country's own code without a plus counts from eleven digits on");
    }
    if text.starts_with('+') || ours.is_some() {
        return None;
    }
    if digits.len() < 7 {
        Some("fewer than seven digits without a plus may be an extension or a service")
    } else if e164[1..] == digits {
        Some("a country's own code without a plus counts from eleven digits on")
    } else if !e164.ends_with(&digits) {
        Some("writings of one country: mobile markers and carrier codes within the number")
    } else if country.len() == 2 {
        Some("where a trunk prefix is dialled, a number without it stays as given")
    } else {
        None
    }
}

#[test]
fn a_known_librarys_answers() {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(&include_bytes!("answers.csv")[..]);
    let (mut same, mut apart, mut wrong) = (0, BTreeMap::<&str, u32>::new(), Vec::new());
    for row in reader.records() {
        let row = row.expect("a row");
        let ours = normalise(&row[0], &row[1]);
        if ours.as_deref().unwrap_or_default() == &row[2] {
            same += 1;
        } else if let Some(why) = explained(&row, ours.as_deref()) {
            *apart.entry(why).or_default() += 1;
        } else {
            wrong.push(format!("{row:?} is {ours:?} here"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {same}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // Of numbers that exist few may differ.
    apart.remove(LENGTHS_ALONE);
    let explained: u32 = apart.values().sum();
    assert!(
        same > 7500 && explained < 400,
        "{same} are the same, {apart:#?}"
    );
}

/// The class of every number of the NANP that the library finds valid.
#[test]
fn a_known_librarys_countries() {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(&include_bytes!("answers.csv")[..]);
    let mut compared = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        if row[2].is_empty() {
            continue;
        }
        let geographic = ["FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE"].contains(&&row[4]);
        let expected = match (&row[3], row[2].starts_with("+1"), &row[4]) {
            (_, true, "TOLL_FREE") => NumberClass::TollFree,
            ("CA", ..) if geographic => NumberClass::Canada,
            ("US", ..) if geographic => NumberClass::Us,
            (_, true, _) if geographic => NumberClass::OtherNanp,
            (_, false, _) => NumberClass::International,
            // 500, 600, 700 and 900 belong to no place.
            _ => continue,
        };
        assert_eq!(class_of(&row[2]), Some(expected), "{row:?}");
        compared += 1;
    }
    assert!(compared > 5000, "{compared}");
}

fn country() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("US"),
        Just("CA"),
        Just("GB"),
        Just("DE"),
        Just("RU"),
        Just("IT"),
        Just("JP"),
        Just("SG"),
        Just("BY"),
        Just("HU"),
        Just("CV"),
        Just("XX"),
        Just(""),
    ]
}

/// Texts that are numbers, or nearly.
fn nearly() -> impl Strategy<Value = String> {
    prop_oneof![
        r"\+?[0-9 ().-]{0,24}",
        r"(\+|00|011|0|1)?[0-9]{3,18}",
        r"\+(1|44|49|39|7)0{0,3}[0-9]{4,13}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn reading_again_changes_nothing(text in nearly(), country in country(), other in country()) {
        if let Some(e164) = normalise(&text, country) {
            prop_assert!(e164.starts_with('+') && (8..=16).contains(&e164.len()), "{e164}");
            prop_assert!(e164[1..].bytes().all(|b| b.is_ascii_digit()));
            // In every country: what has a plus is the same everywhere.
            prop_assert_eq!(normalise(&e164, other), Some(e164.clone()));
            prop_assert!(class_of(&e164).is_some());
        }
    }

    #[test]
    fn any_text_has_an_answer(text in any::<String>(), country in any::<String>()) {
        let _number = normalise(&text, &country);
        let _prefix = normalise_prefix(&text, &country);
        let _class = classify(&text, &country, |_| false);
        let _other = class_of(&text);
        let _hidden = pbx_numbers::is_anonymous(&text);
    }

    #[test]
    fn ten_digits_are_one_and_ten(area in 200u32..1000, rest in 0u32..10_000_000) {
        let ten = format!("{area}{rest:07}");
        prop_assert_eq!(normalise(&ten, "US"), normalise(&format!("1{ten}"), "CA"));
        prop_assert_eq!(normalise(&ten, "US"), normalise(&format!("+1{ten}"), "GB"));
    }

    #[test]
    fn a_prefix_begins_its_numbers(text in r"(\+|011)?[1-9][0-9]{0,9}") {
        if let Some(prefix) = normalise_prefix(&text, "US") {
            prop_assert_eq!(normalise_prefix(&prefix, "GB"), Some(prefix.clone()));
        }
    }
}
