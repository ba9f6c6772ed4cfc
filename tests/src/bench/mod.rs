//! Measurements: each figure beside that of a peer or a limit in the same run.

pub mod corpus;
pub mod decisions;
pub mod filters;
pub mod plain;
pub mod report;
pub mod transfer;

use std::time::{Duration, Instant};

/// How long some work took, with what it gave.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let given = work();
    (given, start.elapsed())
}

/// The middle of some measurements.
#[must_use]
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// `ours` and `theirs` as a ratio: above 1, ours is quicker.
#[must_use]
pub fn ratio(ours: Duration, theirs: Duration) -> f64 {
    theirs.as_secs_f64() / ours.as_secs_f64().max(1e-9)
}
