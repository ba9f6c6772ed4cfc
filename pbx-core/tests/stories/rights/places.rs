//! Paths, and what stands in them for an id.

use uuid::Uuid;

/// What stands in a path for an id.
pub const PLACES: [&str; 13] = [
    "{call}",
    "{leg}",
    "{client}",
    "{user}",
    "{number}",
    "{profile}",
    "{entry}",
    "{link}",
    "{image}",
    "{block}",
    "{emergency}",
    "{login}",
    "{session}",
];

/// The path with ids in it.
pub fn filled(path: &str, id: impl Fn(&str) -> Uuid) -> String {
    let filled = PLACES.into_iter().fold(path.to_owned(), |path, place| {
        path.replace(place, &id(place).to_string())
    });
    assert!(
        !filled.contains('{'),
        "{path} has a place that PLACES lacks"
    );
    filled
}
