//! The only place that asks the system for the time, random bytes and new ids.

use std::time::{SystemTime, UNIX_EPOCH};

use pbx_api::InstantMs;

/// This computer's clock.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
pub fn now_ms() -> InstantMs {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    InstantMs::try_from(since.as_millis()).unwrap_or(InstantMs::MAX)
}

/// A fresh 256-bit key.
///
/// # Panics
/// When the system has no randomness, without which nothing here is safe.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes keys"
)]
pub fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    getrandom::fill(&mut key).expect("the system gives random bytes");
    key
}

/// A number from 0 to 1, for what many do at different times.
#[must_use]
pub fn random_share() -> f64 {
    let [a, b, c, d, ..] = random_key();
    f64::from(u32::from_le_bytes([a, b, c, d])) / f64::from(u32::MAX)
}

/// A short id for something that lives only on this computer.
#[must_use]
pub fn local_id() -> String {
    hex::encode(&random_key()[..8])
}
