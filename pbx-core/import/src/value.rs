//! Times, durations and ids as they stand in a cell.

use crate::text::shown;

/// What a cell says about a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Empty, zero, or the epoch itself: it never happened.
    Never,
    /// A wall clock of a zone that the cell does not name: seconds as if it were UTC, and the
    /// microseconds where the cell has a fraction.
    Wall { seconds: i64, micros: Option<u32> },
    /// An instant: microseconds since the epoch; `exact` where the cell has a fraction.
    Instant { micros: i64, exact: bool },
}

/// Times before this (1980) are what a switch writes for "never".
const NEVER_BEFORE: i64 = 315_532_800;
/// Nothing that a switch writes is later (year 2200).
const LATEST: i64 = 7_258_118_400;

/// Reads `2026-11-22 23:40:39[.ffffff][Z|±hh:mm]`, or an epoch such as `1795408839.230409`.
pub(crate) fn when(cell: &str, column: &str) -> Result<When, String> {
    let cell = cell.trim();
    if cell.is_empty() || cell.starts_with("0000-00-00") || cell.eq_ignore_ascii_case("null") {
        return Ok(When::Never);
    }
    let read = if cell.as_bytes().get(4) == Some(&b'-') {
        wall(cell)
    } else {
        epoch(cell)
    };
    let seconds = match read {
        Some(When::Wall { seconds, .. }) => seconds,
        Some(When::Instant { micros, .. }) => micros / 1_000_000,
        _ => return Err(format!("{column} {} is not a time", shown(cell))),
    };
    match seconds {
        ..NEVER_BEFORE if seconds >= -86_400 => Ok(When::Never),
        NEVER_BEFORE..LATEST => Ok(read.unwrap_or(When::Never)),
        _ => Err(format!(
            "{column} {} is not a time that a call can have",
            shown(cell)
        )),
    }
}

fn wall(cell: &str) -> Option<When> {
    let b = cell.as_bytes();
    let number = |range: std::ops::Range<usize>| {
        b.get(range)?.iter().try_fold(0_i64, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let separated = b[7] == b'-' && matches!(b[10], b' ' | b'T') && b[13] == b':' && b[16] == b':';
    let in_range = hour < 24 && minute < 60 && second <= 60;
    let days = [
        31,
        28 + i64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let month_days = *usize::try_from(month - 1)
        .ok()
        .and_then(|month| days.get(month))?;
    if !separated || !in_range || !(1..=month_days).contains(&day) {
        return None;
    }
    let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let mut rest = &cell[19..];
    let mut micros = None;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        micros = Some(fraction_micros(&fraction[..digits])?);
        rest = &fraction[digits..];
    }
    if rest.is_empty() {
        return Some(When::Wall { seconds, micros });
    }
    let instant = seconds - offset_seconds(rest)?;
    let exact = micros.is_some();
    Some(When::Instant {
        micros: instant * 1_000_000 + i64::from(micros.unwrap_or(0)),
        exact,
    })
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of the proleptic Gregorian calendar, counted in 400-year eras that start in March.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn fraction_micros(digits: &str) -> Option<u32> {
    let six: String = digits.chars().chain("000000".chars()).take(6).collect();
    if digits.is_empty() {
        None
    } else {
        six.parse().ok()
    }
}

/// `Z`, `+01:00`, `-0500`.
fn offset_seconds(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number: i64 = digits.parse().ok()?;
    let minutes = match digits.len() {
        2 => number * 60,
        4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    Some(sign * minutes * 60)
}

fn epoch(cell: &str) -> Option<When> {
    let (whole, fraction) = match cell.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (cell, None),
    };
    if whole.is_empty() || whole.len() > 16 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    // FreeSWITCH's *_uepoch are microseconds; nothing else has 15 digits or more.
    if whole.len() >= 15 {
        return Some(When::Instant {
            micros: number,
            exact: true,
        });
    }
    let micros = match fraction {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => fraction_micros(digits)?,
        Some(_) => return None,
        None => 0,
    };
    let micros = number
        .checked_mul(1_000_000)?
        .checked_add(i64::from(micros))?;
    Some(When::Instant {
        micros,
        exact: fraction.is_some(),
    })
}

/// A duration: whole seconds, and microseconds where the cell has a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub seconds: u32,
    pub micros: Option<i64>,
}

/// Reads `12`, `12.005997`; empty is none. Ten years are the most.
pub(crate) fn span(cell: &str, column: &str) -> Result<Option<Span>, String> {
    const MOST: u32 = 315_360_000;
    let cell = cell.trim();
    if cell.is_empty() || cell.eq_ignore_ascii_case("null") {
        return Ok(None);
    }
    let refuse = |why: &str| Err(format!("{column} {} {why}", shown(cell)));
    let (whole, fraction) = match cell.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (cell, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(positive) = cell.strip_prefix('-') {
        let nothing = positive.bytes().all(|b| matches!(b, b'0' | b'.'));
        let number = positive.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        return match (nothing, number) {
            (true, _) => Ok(Some(Span {
                seconds: 0,
                micros: fraction.map(|_| 0),
            })),
            (_, true) => refuse("is negative"),
            _ => refuse("is not a number of seconds"),
        };
    }
    if !digits(whole) || fraction.is_some_and(|text| !digits(text)) {
        return refuse("is not a number of seconds");
    }
    match whole.parse::<u32>() {
        Ok(seconds) if seconds <= MOST => {
            let micros = fraction.and_then(fraction_micros);
            let micros = micros.map(|micros| i64::from(seconds) * 1_000_000 + i64::from(micros));
            Ok(Some(Span { seconds, micros }))
        }
        _ => refuse("is longer than ten years"),
    }
}

/// The epoch in an Asterisk unique id, `[system-]1795408839.230`.
pub(crate) fn unique_id_epoch(id: &str) -> Option<i64> {
    let (head, serial) = id.trim().rsplit_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let epoch = head.rsplit_once('-').map_or(head, |(_, epoch)| epoch);
    if !digits(serial) || !digits(epoch) || !(9..=10).contains(&epoch.len()) {
        return None;
    }
    epoch.parse().ok()
}

/// The moment in a version 1 uuid; other versions are random.
pub(crate) fn uuid_epoch(uuid: &str) -> Option<i64> {
    if !is_uuid(uuid) || uuid.as_bytes()[14] != b'1' {
        return None;
    }
    let part = |range: std::ops::Range<usize>| u64::from_str_radix(&uuid[range], 16).ok();
    let ticks = (part(15..18)? << 48) | (part(9..13)? << 32) | part(0..8)?;
    // 100 ns since 1582-10-15.
    i64::try_from(ticks / 10_000_000)
        .ok()
        .map(|seconds| seconds - 12_219_292_800)
}

/// `8-4-4-4-12` hex digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Does it name an audio file?
pub(crate) fn is_audio_file(text: &str) -> bool {
    const ENDINGS: [&str; 17] = [
        "wav", "wav49", "gsm", "mp3", "ogg", "opus", "oga", "flac", "ulaw", "alaw", "g722", "sln",
        "sln16", "ul", "al", "m4a", "webm",
    ];
    let ending = text
        .trim()
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending);
    ENDINGS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall_seconds(text: &str) -> i64 {
        match when(text, "start") {
            Ok(When::Wall { seconds, .. }) => seconds,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn wall_clocks() {
        assert_eq!(wall_seconds("2026-11-23 04:40:39"), 1_795_408_839);
        assert_eq!(wall_seconds("2000-02-29 00:00:00"), 951_782_400);
        assert!(when("2026-02-29 00:00:00", "start").is_err());
        assert!(when("2026-13-01 00:00:00", "start").is_err());
        assert!(when("2026-11-23 24:40:39", "start").is_err());
        assert!(
            when("yesterday", "start")
                .unwrap_err()
                .contains("start \"yesterday\"")
        );
        assert_eq!(when("", "start"), Ok(When::Never));
        assert_eq!(when("1969-12-31 19:00:00", "answer"), Ok(When::Never));
        assert_eq!(when("0.000000", "answer"), Ok(When::Never));
    }

    #[test]
    fn instants() {
        let exact = When::Instant {
            micros: 1_795_408_839_230_409,
            exact: true,
        };
        assert_eq!(when("1795408839.230409", "start"), Ok(exact));
        assert_eq!(when("1795408839230409", "start"), Ok(exact));
        assert_eq!(when("2026-11-22T23:40:39.230409-0500", "start"), Ok(exact));
    }

    #[test]
    fn durations() {
        assert_eq!(
            span("12", "duration"),
            Ok(Some(Span {
                seconds: 12,
                micros: None
            }))
        );
        let exact = Span {
            seconds: 12,
            micros: Some(12_005_997),
        };
        assert_eq!(span("12.005997", "duration"), Ok(Some(exact)));
        assert!(span("-3", "duration").unwrap_err().contains("negative"));
        assert!(span("1\0", "duration").is_err());
        assert!(span("4294967296", "duration").is_err());
        assert_eq!(
            span("-0.000000", "d").map(|s| s.map(|s| s.seconds)),
            Ok(Some(0))
        );
    }

    #[test]
    fn ids() {
        assert_eq!(unique_id_epoch("pbx7-1762062635.18"), Some(1_762_062_635));
        assert_eq!(unique_id_epoch("my-pbx-1762062635.18"), Some(1_762_062_635));
        assert_eq!(unique_id_epoch("1231977075.0"), Some(1_231_977_075));
        assert_eq!(unique_id_epoch("did=15550100"), None);
        assert_eq!(unique_id_epoch("4.311583"), None);
        assert_eq!(
            uuid_epoch("96aa82fe-7bd1-11e5-a230-5c514f6a0f72"),
            Some(1_445_857_581)
        );
        assert_eq!(uuid_epoch("3da8bf84-c133-4959-9e24-e72875cb33a1"), None);
        assert!(is_audio_file("/var/spool/in-1006.WAV") && !is_audio_file("did=15550100"));
    }
}
