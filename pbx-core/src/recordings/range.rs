//! HTTP ranges (RFC 9110, section 14): one range of bytes, or everything.

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, header};

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    All,
    Part(Range<u64>),
    /// A range that starts after the end: 416.
    Nowhere,
}

fn value(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
}

/// Whether the caller has this very file (`If-None-Match`).
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    value(headers, header::IF_NONE_MATCH).is_some_and(|tags| {
        tags == "*"
            || tags
                .split(',')
                .any(|known| known.trim().trim_start_matches("W/") == tag)
    })
}

/// Reads `Range`. What is not understood, and several ranges at once, get the whole file, as the
/// RFC allows; so does a range of another version of the file (`If-Range`).
pub fn wanted(headers: &HeaderMap, size: u64, tag: &str) -> Wanted {
    let Some(range) = value(headers, header::RANGE) else {
        return Wanted::All;
    };
    if value(headers, header::IF_RANGE).is_some_and(|wanted| wanted != tag) {
        return Wanted::All;
    }
    parse(range, size).unwrap_or(Wanted::All)
}

fn parse(range: &str, size: u64) -> Option<Wanted> {
    let (unit, range) = range.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // A number too long for 64 bits is past every end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let part = if first.is_empty() {
        let count = number(last)?;
        if count == 0 {
            return Some(Wanted::Nowhere);
        }
        size.saturating_sub(count)..size
    } else {
        let first = number(first)?;
        let end = if last.is_empty() {
            size
        } else {
            number(last)?.saturating_add(1).min(size)
        };
        if !last.is_empty() && number(last)? < first {
            return None;
        }
        first..end
    };
    Some(if part.start >= size {
        Wanted::Nowhere
    } else {
        Wanted::Part(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_as_the_rfc_says() {
        let cases = [
            ("bytes=0-0", Some(Wanted::Part(0..1))),
            ("bytes=0-", Some(Wanted::Part(0..100))),
            ("bytes=10-19", Some(Wanted::Part(10..20))),
            ("Bytes = 90-500", Some(Wanted::Part(90..100))),
            ("bytes=-5", Some(Wanted::Part(95..100))),
            ("bytes=-500", Some(Wanted::Part(0..100))),
            ("bytes=100-", Some(Wanted::Nowhere)),
            ("bytes=99999999999999999999999-", Some(Wanted::Nowhere)),
            ("bytes=-0", Some(Wanted::Nowhere)),
            ("bytes=5-2", None),
            ("bytes=0-1,5-6", None),
            ("bytes=a-b", None),
            ("items=0-1", None),
            ("bytes", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, 100), expected, "{text}");
        }
        assert_eq!(parse("bytes=0-", 0), Some(Wanted::Nowhere));
    }

    #[test]
    fn a_range_of_another_version_gets_the_whole_file() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=5-".parse().unwrap());
        headers.insert(header::IF_RANGE, "\"old\"".parse().unwrap());
        assert_eq!(wanted(&headers, 10, "\"new\""), Wanted::All);
        assert_eq!(wanted(&headers, 10, "\"old\""), Wanted::Part(5..10));
    }
}
