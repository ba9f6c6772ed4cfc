//! Waiting for something to become true, never for time to pass.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::interrupt;

/// How often a condition is looked at. Short against anything a person or a test would notice.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// Looks again and again until `look` gives a value, and fails after `limit` saying what was waited for.
/// An error of `look` itself ends the wait at once.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        interrupt::check()?;
        if begun.elapsed() > limit {
            bail!("{what}: not within {} s", limit.as_secs());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}
