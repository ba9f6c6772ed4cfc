//! From bytes of unknown origin to text that a person can read and a database can hold.

use std::borrow::Cow;

/// UTF-8 where it is, else Windows-1252 (a superset of Latin-1's printable characters), so that
/// no byte is lost. NULs become U+FFFD: PostgreSQL can't hold them.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    };
    clean(text)
}

/// Replaces NULs.
pub(crate) fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        text
    }
}

/// At most `limit` bytes of a row, cut at a character.
pub(crate) fn bounded(bytes: &[u8], limit: usize) -> String {
    let mut cut = bytes.len().min(limit);
    // Not inside a UTF-8 character, or the whole would no longer read as UTF-8.
    while cut < bytes.len() && cut + 3 > limit && bytes[cut] & 0xc0 == 0x80 {
        cut -= 1;
    }
    let text = decode(&bytes[..cut]);
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// A value for a message: short, on one line, in quotes.
pub(crate) fn shown(value: &str) -> String {
    let short: String = value.chars().take(40).collect();
    let dots = if short.len() < value.len() { "…" } else { "" };
    format!("\"{}{dots}\"", short.escape_debug())
}

/// Undoes percent encoding; a `%` that starts no code stays.
pub(crate) fn percent_decode(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(hex);
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    Cow::Owned(decode(&out).into_owned())
}

/// Two hex digits as a byte.
pub(crate) fn hex(pair: &[u8]) -> Option<u8> {
    let digit = |b: u8| (b as char).to_digit(16);
    match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{bounded, decode, percent_decode, shown};

    #[test]
    fn bytes_that_are_not_utf8_stay_readable() {
        assert_eq!(decode(b"M\xfcller Stra\xdfe"), "Müller Straße");
        assert_eq!(decode("日本".as_bytes()), "日本");
        assert_eq!(decode(b"a\0b"), "a\u{fffd}b");
        assert_eq!(bounded("aé日".as_bytes(), 2), "a");
        assert_eq!(bounded("aé日".as_bytes(), 5), "aé");
    }

    #[test]
    fn percent_codes_are_undone_once() {
        assert_eq!(percent_decode("2018-01-11%2011%3A25"), "2018-01-11 11:25");
        assert_eq!(percent_decode("100% %zz %2"), "100% %zz %2");
        assert_eq!(percent_decode("Jos%C3%A9"), "José");
        assert_eq!(shown(&"x".repeat(99)).len(), 45);
    }
}
