//! How a number as given reads in E.164, per the country of the client.
//!
//! Only what is a public number for sure becomes one; extensions, labels and what is unclear stay
//! as they were given.

/// Countries of the North American Numbering Plan, which dial ten digits, 1 + 10 and 011.
const NANP: [&str; 25] = [
    "US", "CA", "AG", "AI", "AS", "BB", "BM", "BS", "DM", "DO", "GD", "GU", "JM", "KN", "KY", "LC",
    "MP", "MS", "PR", "SX", "TC", "TT", "VC", "VG", "VI",
];

/// Shortest and longest number with its country code (E.164, section 6.2; the shortest in use
/// have seven digits).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The number in E.164, or nothing when the text is no public number.
#[must_use]
pub fn normalise(text: &str, country: &str) -> Option<String> {
    let (plus, digits) = digits(text)?;
    let international = |digits: &str| {
        let sane = DIGITS.contains(&digits.len()) && !digits.starts_with('0');
        let nanp = !digits.starts_with('1') || is_nanp(&digits[1..]);
        (sane && nanp).then(|| format!("+{digits}"))
    };
    if plus {
        return international(&digits);
    }
    if NANP.contains(&country) {
        if let Some(rest) = digits.strip_prefix("011") {
            return international(rest);
        }
        let national = digits
            .strip_prefix('1')
            .filter(|rest| rest.len() == 10)
            .unwrap_or(&digits);
        return is_nanp(national).then(|| format!("+1{national}"));
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return international(rest);
    }
    let (code, trunk) = dialling(country)?;
    // A number that carries the country's own code and is as long as such numbers are.
    if let Some(rest) = digits.strip_prefix(code)
        && digits.len() >= 11
        && !rest.starts_with('0')
    {
        return international(&digits);
    }
    let national = match trunk {
        Some(trunk) => digits.strip_prefix(trunk)?,
        None => &digits,
    };
    if national.len() < 7 {
        None
    } else {
        international(&format!("{code}{national}"))
    }
}

/// Ten digits: area code and exchange start with 2 to 9, and neither is a service code (N11).
fn is_nanp(national: &str) -> bool {
    let bytes = national.as_bytes();
    bytes.len() == 10
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes[0] >= b'2'
        && bytes[3] >= b'2'
        && &bytes[1..3] != b"11"
}

/// The digits of a number, and whether a plus stood before them. What people put between digits
/// is taken out; anything else means that the text is no number.
fn digits(text: &str) -> Option<(bool, String)> {
    let text = text.trim();
    let (plus, rest) = text
        .strip_prefix('+')
        .map_or((false, text), |rest| (true, rest));
    let mut digits = String::with_capacity(rest.len());
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
            _ => return None,
        }
    }
    (!digits.is_empty() && digits.len() <= 20).then_some((plus, digits))
}

/// Country code and trunk prefix (ITU-T E.164 list and national plans, as of 2026).
fn dialling(country: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match country {
        "GB" => ("44", Some("0")),
        "DE" => ("49", Some("0")),
        "FR" => ("33", Some("0")),
        "NL" => ("31", Some("0")),
        "BE" => ("32", Some("0")),
        "CH" => ("41", Some("0")),
        "AT" => ("43", Some("0")),
        "IE" => ("353", Some("0")),
        "SE" => ("46", Some("0")),
        "FI" => ("358", Some("0")),
        "AU" => ("61", Some("0")),
        "NZ" => ("64", Some("0")),
        "ZA" => ("27", Some("0")),
        "IN" => ("91", Some("0")),
        "BR" => ("55", Some("0")),
        "IL" => ("972", Some("0")),
        "TR" => ("90", Some("0")),
        "JP" => ("81", Some("0")),
        "IT" => ("39", None),
        "ES" => ("34", None),
        "PT" => ("351", None),
        "DK" => ("45", None),
        "NO" => ("47", None),
        "PL" => ("48", None),
        "CZ" => ("420", None),
        "GR" => ("30", None),
        "LU" => ("352", None),
        "MX" => ("52", None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_and_one_plus_ten_are_the_same_number() {
        for text in [
            "2025550123",
            "12025550123",
            "+12025550123",
            "+1 (202) 555-0123",
            "202.555.0123",
        ] {
            assert_eq!(
                normalise(text, "US").as_deref(),
                Some("+12025550123"),
                "{text}"
            );
        }
        assert_eq!(
            normalise("011442079460018", "CA").as_deref(),
            Some("+442079460018")
        );
        assert_eq!(
            normalise("+442079460018", "US").as_deref(),
            Some("+442079460018")
        );
    }

    #[test]
    fn what_is_no_public_number_stays_as_it_is() {
        for text in [
            "1001",
            "s",
            "CHANUNAVAIL",
            "anonymous",
            "sales.dept",
            "",
            "911",
            "*97",
            "0000000000",
            "1115550123",
            "2115550123",
            "2021550123",
            "+0123456789",
            "1234567890123456",
            "+1202555012",
            "555-01xx",
        ] {
            assert_eq!(normalise(text, "US"), None, "{text}");
        }
    }

    #[test]
    fn elsewhere_the_trunk_prefix_tells() {
        assert_eq!(
            normalise("020 7946 0018", "GB").as_deref(),
            Some("+442079460018")
        );
        assert_eq!(
            normalise("00442079460018", "DE").as_deref(),
            Some("+442079460018")
        );
        assert_eq!(
            normalise("442079460018", "GB").as_deref(),
            Some("+442079460018")
        );
        // Italy has no trunk prefix: the zero is dialled from abroad as well.
        assert_eq!(
            normalise("06 1234 5678", "IT").as_deref(),
            Some("+390612345678")
        );
        assert_eq!(normalise("1001", "GB"), None);
    }
}
