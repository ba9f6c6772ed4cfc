//! The lists of `data`, parsed once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

pub(crate) static PLAN: LazyLock<Plan> = LazyLock::new(Plan::read);

/// Where a country's list of emergency numbers is not known.
const EMERGENCY_ANYWHERE: [&str; 2] = ["112", "911"];

/// How a country is dialled.
pub(crate) struct Country {
    pub calling_code: &'static str,
    /// Before national numbers, the longest first; empty: none is dialled.
    pub trunk: Vec<&'static str>,
    /// Before a calling code, the longest first.
    pub international: Vec<&'static str>,
    pub lengths: Lengths,
}

/// The lengths that national numbers have: a bit for each.
#[derive(Clone, Copy, Default)]
pub(crate) struct Lengths(u32);

impl Lengths {
    fn read(text: &str) -> Self {
        let bits = text
            .split(' ')
            .filter_map(|length| length.parse::<u32>().ok());
        Self(bits.fold(0, |all, length| all | 1 << length))
    }

    pub fn hold(self, length: usize) -> bool {
        length < 32 && self.0 >> length & 1 == 1
    }
}

/// What follows a calling code.
#[derive(Clone, Copy, Default)]
pub(crate) struct CallingCode {
    pub lengths: Lengths,
    /// People write `+44 (0)20 …`: such a zero is not part of the number.
    pub zero_is_trunk: bool,
}

pub(crate) struct Plan {
    countries: HashMap<&'static str, Country>,
    calling_codes: BTreeMap<&'static str, CallingCode>,
    area_codes: HashMap<&'static str, &'static str>,
    toll_free: HashSet<&'static str>,
    emergency: HashMap<&'static str, Vec<&'static str>>,
}

/// The rows of a list: comments and the head are left out.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.trim_end().split(',').collect())
}

fn longest_first(text: &'static str) -> Vec<&'static str> {
    let mut all: Vec<_> = text.split(' ').filter(|part| !part.is_empty()).collect();
    all.sort_by_key(|part| std::cmp::Reverse(part.len()));
    all
}

impl Plan {
    fn read() -> Self {
        let mut plan = Self {
            countries: HashMap::new(),
            calling_codes: BTreeMap::new(),
            area_codes: HashMap::new(),
            toll_free: HashSet::new(),
            emergency: HashMap::new(),
        };
        for row in rows(include_str!("../data/countries.csv")) {
            let [country, calling_code, trunk, international, lengths] = row[..] else {
                continue;
            };
            let country_is = Country {
                calling_code,
                trunk: longest_first(trunk),
                international: longest_first(international),
                lengths: Lengths::read(lengths),
            };
            let code = plan.calling_codes.entry(calling_code).or_default();
            code.lengths.0 |= country_is.lengths.0;
            code.zero_is_trunk |= trunk == "0";
            plan.countries.insert(country, country_is);
        }
        for row in rows(include_str!("../data/global-codes.csv")) {
            if let [calling_code, lengths] = row[..] {
                let code = plan.calling_codes.entry(calling_code).or_default();
                code.lengths = Lengths::read(lengths);
            }
        }
        for row in rows(include_str!("../data/area-codes.csv")) {
            if let [area_code, country] = row[..] {
                plan.area_codes.insert(area_code, country);
            }
        }
        for row in rows(include_str!("../data/toll-free.csv")) {
            plan.toll_free.extend(row);
        }
        for row in rows(include_str!("../data/emergency.csv")) {
            if let [country, numbers] = row[..] {
                plan.emergency.insert(country, numbers.split(' ').collect());
            }
        }
        plan
    }

    pub fn country(&self, country: &str) -> Option<&Country> {
        self.countries.get(country)
    }

    /// Splits what follows a plus into its calling code and the rest. No code begins another.
    pub fn calling_code<'a>(&self, digits: &'a str) -> Option<(&'a str, &'a str, CallingCode)> {
        (1..=3).find_map(|length| {
            let (code, rest) = digits.split_at_checked(length)?;
            self.calling_codes
                .get(code)
                .map(|known| (code, rest, *known))
        })
    }

    /// Whether some calling code begins so, or begins with this.
    pub fn begins_a_code(&self, digits: &str) -> bool {
        self.calling_code(digits).is_some()
            || self
                .calling_codes
                .keys()
                .any(|code| code.starts_with(digits))
    }

    /// The country of an area code of the NANP.
    pub fn area_code(&self, area_code: &str) -> Option<&'static str> {
        self.area_codes.get(area_code).copied()
    }

    pub fn is_toll_free(&self, area_code: &str) -> bool {
        self.toll_free.contains(area_code)
    }

    pub fn emergency(&self, country: &str) -> &[&'static str] {
        self.emergency
            .get(country)
            .map_or(&EMERGENCY_ANYWHERE, Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_lists_is_taken() {
        let count = |text: &'static str| rows(text).count();
        let plan = Plan::read();
        assert_eq!(
            plan.countries.len(),
            count(include_str!("../data/countries.csv"))
        );
        assert_eq!(
            plan.area_codes.len(),
            count(include_str!("../data/area-codes.csv"))
        );
        assert_eq!(
            plan.emergency.len(),
            count(include_str!("../data/emergency.csv"))
        );
        assert_eq!(plan.toll_free.len(), 7);
        assert!(plan.countries.len() > 200 && plan.area_codes.len() > 400);
        for (country, known) in &plan.countries {
            assert!(
                known.lengths.0 != 0 && !known.international.is_empty(),
                "{country}"
            );
        }
        for (area_code, country) in &plan.area_codes {
            assert_eq!(plan.countries[country].calling_code, "1", "{area_code}");
            assert!(!plan.is_toll_free(area_code), "{area_code}");
        }
    }

    #[test]
    fn no_calling_code_begins_another() {
        let plan = Plan::read();
        for code in plan.calling_codes.keys() {
            let (found, rest, _) = plan.calling_code(code).expect("itself");
            assert_eq!((found, rest), (*code, ""));
        }
    }

    #[test]
    fn a_list_says_where_it_is_from() {
        for text in [
            include_str!("../data/countries.csv"),
            include_str!("../data/global-codes.csv"),
            include_str!("../data/area-codes.csv"),
            include_str!("../data/toll-free.csv"),
            include_str!("../data/emergency.csv"),
        ] {
            assert!(text.contains("# Source: ") && text.contains("taken 20"));
        }
    }
}
