//! Whether a block stops a caller.

use crate::{normalise, normalise_prefix};

/// What stands in a call for a caller that hides its number.
const HIDDEN: [&str; 8] = [
    "anonymous",
    "restricted",
    "private",
    "withheld",
    "unavailable",
    "unknown",
    "blocked",
    "id withheld",
];

/// Which callers a block stops.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// One number, in E.164.
    Number(String),
    /// Every number that begins so: `+` and digits.
    Prefix(String),
    /// Callers that hide their number.
    Anonymous,
}

impl Pattern {
    /// A number as somebody wrote it.
    #[must_use]
    pub fn number(text: &str, country: &str) -> Option<Self> {
        normalise(text, country).map(Self::Number)
    }

    #[must_use]
    pub fn prefix(text: &str, country: &str) -> Option<Self> {
        normalise_prefix(text, country).map(Self::Prefix)
    }

    /// Whether it stops a caller: `given` as the call had it, `e164` where that is a public number.
    #[must_use]
    pub fn stops(&self, given: &str, e164: Option<&str>) -> bool {
        match self {
            Self::Number(number) => e164 == Some(number),
            Self::Prefix(prefix) => e164.is_some_and(|e164| e164.starts_with(prefix.as_str())),
            Self::Anonymous => e164.is_none() && is_anonymous(given),
        }
    }
}

/// Whether a caller hid its number.
#[must_use]
pub fn is_anonymous(given: &str) -> bool {
    let given = given.trim();
    given.is_empty() || HIDDEN.iter().any(|word| given.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stops_its_callers() {
        let one = Pattern::number("202-555-0123", "US").expect("a number");
        let all = Pattern::prefix("+1202", "US").expect("a prefix");
        let callers = [
            ("2025550123", Some("+12025550123"), [true, true, false]),
            ("12025550199", Some("+12025550199"), [false, true, false]),
            (
                "+442079460018",
                Some("+442079460018"),
                [false, false, false],
            ),
            ("Anonymous", None, [false, false, true]),
            ("", None, [false, false, true]),
            ("1001", None, [false, false, false]),
        ];
        for (given, e164, stopped) in callers {
            let patterns = [&one, &all, &Pattern::Anonymous];
            assert_eq!(patterns.map(|it| it.stops(given, e164)), stopped, "{given}");
        }
    }
}
