//! How a number as given reads in E.164, per the country of the client.
//!
//! Only what is a public number for sure becomes one; extensions, labels and what is unclear stay
//! as they were given.

use crate::plan::{Country, PLAN};

/// Shortest and longest number with its country code (E.164, section 6.2; the shortest in use
/// have seven digits).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Fewer digits without a plus are an extension or a service, whatever the country's numbers are.
const LEAST_DIALLED: usize = 7;
/// A number that carries its country's own code without a plus has at least so many digits;
/// shorter ones could be national numbers that begin alike.
const LEAST_WITH_OWN_CODE: usize = 11;

/// A text's digits.
pub(crate) struct Given {
    /// A plus stood before them.
    pub plus: bool,
    pub digits: String,
}

/// The number in E.164, or nothing when the text is no public number.
#[must_use]
pub fn normalise(text: &str, country: &str) -> Option<String> {
    let given = digits(text)?;
    if given.plus {
        return international(&given.digits);
    }
    let country = PLAN.country(country)?;
    let digits = given.digits.as_str();
    let mut prefixes = country.international.iter();
    match prefixes.find_map(|prefix| digits.strip_prefix(prefix)) {
        // Never a national number as well: the trunk prefix may be the beginning of this one.
        Some(rest) => international(rest),
        None => national(digits, country),
    }
}

fn national(digits: &str, country: &Country) -> Option<String> {
    if country.calling_code == "1" {
        let ten = digits
            .strip_prefix('1')
            .filter(|rest| rest.len() == 10)
            .unwrap_or(digits);
        return is_nanp(ten).then(|| format!("+1{ten}"));
    }
    if digits.len() < LEAST_DIALLED {
        return None;
    }
    let zero_is_trunk = country.trunk.contains(&"0");
    let own_code = digits
        .strip_prefix(country.calling_code)
        .is_some_and(|rest| {
            country.lengths.hold(rest.len()) && !(zero_is_trunk && rest.starts_with('0'))
        });
    if own_code && digits.len() >= LEAST_WITH_OWN_CODE {
        return international(digits);
    }
    let whole = |national: &str| {
        let known = country.lengths.hold(national.len());
        known.then(|| international(&format!("{}{national}", country.calling_code)))?
    };
    if country.trunk.is_empty() {
        // With the code it would be one number, without it another.
        if own_code { None } else { whole(digits) }
    } else {
        let after_trunk = |trunk: &&str| whole(digits.strip_prefix(trunk)?);
        country.trunk.iter().find_map(after_trunk)
    }
}

/// What follows a plus, with a known calling code and a length that its numbers have.
fn international(digits: &str) -> Option<String> {
    let (code, rest, known) = PLAN.calling_code(digits)?;
    let rest = match rest.strip_prefix('0') {
        Some(without) if known.zero_is_trunk => without,
        _ => rest,
    };
    let sane = match code {
        "1" => is_nanp(rest),
        // A second zero after a trunk's is no number, and reading again would change it.
        _ => known.lengths.hold(rest.len()) && !(known.zero_is_trunk && rest.starts_with('0')),
    };
    (sane && DIGITS.contains(&(code.len() + rest.len()))).then(|| format!("+{code}{rest}"))
}

/// The beginning of numbers, as `+` and digits: `+1900`, `00449…`, or `900` where a country of the
/// NANP is meant. Nothing when no number can begin so.
#[must_use]
pub fn normalise_prefix(text: &str, country: &str) -> Option<String> {
    let given = digits(text.trim().trim_end_matches('*'))?;
    let mut digits = given.digits.as_str();
    let with_code;
    if !given.plus {
        let country = PLAN.country(country)?;
        let prefix = country.international.iter();
        if let Some(rest) = prefix
            .filter_map(|prefix| digits.strip_prefix(prefix))
            .next()
        {
            digits = rest;
        } else if country.calling_code == "1" {
            with_code = format!("1{}", digits.strip_prefix('1').unwrap_or(digits));
            digits = &with_code;
        } else {
            let trunk = country.trunk.iter();
            let national = trunk.filter_map(|trunk| digits.strip_prefix(trunk)).next();
            with_code = format!("{}{}", country.calling_code, national?);
            digits = &with_code;
        }
    }
    let sane = (1..*DIGITS.end()).contains(&digits.len()) && PLAN.begins_a_code(digits);
    sane.then(|| format!("+{digits}"))
}

/// Ten digits: area code and exchange start with 2 to 9, and the area code is not a service code
/// (N11).
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
pub(crate) fn digits(text: &str) -> Option<Given> {
    let text = text.trim();
    let (plus, rest) = text
        .strip_prefix('+')
        .map_or((false, text), |rest| (true, rest));
    let mut digits = String::with_capacity(rest.len().min(24));
    for c in rest.chars() {
        match c {
            '0'..='9' if digits.len() < 24 => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
            _ => return None,
        }
    }
    let sane = !digits.is_empty() && digits.len() <= 20;
    sane.then_some(Given { plus, digits })
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
        for country in ["CA", "US"] {
            for text in ["011442079460018", "+442079460018", "+44 (0)20 7946 0018"] {
                let read = normalise(text, country);
                assert_eq!(read.as_deref(), Some("+442079460018"), "{text}");
            }
        }
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
            "+2101234567",
            "1234567890123456",
            "+1202555012",
            "555-01xx",
        ] {
            assert_eq!(normalise(text, "US"), None, "{text}");
        }
    }

    #[test]
    fn elsewhere_the_trunk_prefix_tells() {
        for (text, country, e164) in [
            ("020 7946 0018", "GB", "+442079460018"),
            ("00442079460018", "DE", "+442079460018"),
            ("442079460018", "GB", "+442079460018"),
            // Italy has no trunk prefix: the zero is dialled from abroad as well.
            ("06 1234 5678", "IT", "+390612345678"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            ("06 1 234 5678", "HU", "+3612345678"),
            ("912 345 678", "ES", "+34912345678"),
            ("0011 1 202 555 0123", "AU", "+12025550123"),
        ] {
            assert_eq!(normalise(text, country).as_deref(), Some(e164), "{text}");
        }
        assert_eq!(normalise("1001", "GB"), None);
        assert_eq!(normalise("020 7946 0018", "XX"), None);
    }

    #[test]
    fn a_prefix_is_the_beginning_of_numbers() {
        for (text, country, prefix) in [
            ("+1900", "US", Some("+1900")),
            ("900", "US", Some("+1900")),
            ("1900*", "CA", Some("+1900")),
            ("011 882", "US", Some("+882")),
            ("+4", "US", Some("+4")),
            ("+44 70*", "US", Some("+4470")),
            ("0900", "DE", Some("+49900")),
            ("900", "DE", None),
            ("900", "", None),
            ("+0", "US", None),
            ("+", "US", None),
            ("abc", "US", None),
            ("+123456789012345", "US", None),
        ] {
            assert_eq!(normalise_prefix(text, country).as_deref(), prefix, "{text}");
        }
    }
}
