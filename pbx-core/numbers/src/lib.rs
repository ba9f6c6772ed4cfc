//! Telephone numbers: how one that somebody wrote reads in E.164, of which class one that somebody
//! dials is, and whether a block stops a caller.
//!
//! One reading for blocks, call records, search and routing, per country. No I/O: the facts lie in
//! `data`, dated and with their source, and are part of the program.

mod block;
mod class;
mod given;
mod plan;

pub use block::{Pattern, is_anonymous};
pub use class::{Dialled, class_of, classify};
pub use given::{normalise, normalise_prefix};

use plan::PLAN;

/// The numbers that call for help in a country; 112 and 911 where none is known.
#[must_use]
pub fn emergency_numbers(country: &str) -> &'static [&'static str] {
    PLAN.emergency(country)
}

/// Whether a text is a number that calls for help in a country.
#[must_use]
pub fn is_emergency(text: &str, country: &str) -> bool {
    given::digits(text).is_some_and(|given| {
        !given.plus && emergency_numbers(country).contains(&given.digits.as_str())
    })
}

/// Whether numbers of the country can be read: it is in the list.
#[must_use]
pub fn knows(country: &str) -> bool {
    PLAN.country(country).is_some()
}
