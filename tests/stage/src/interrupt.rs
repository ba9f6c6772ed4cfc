//! Somebody asked us to end: remembered, so that waits are left and every guard ends what it started.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

static ASKED: AtomicBool = AtomicBool::new(false);

/// For a signal handler: from now on every wait ends at once.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
}

/// True once somebody asked us to end.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Fails once somebody asked us to end.
pub fn check() -> Result<()> {
    if asked() {
        bail!("interrupted");
    }
    Ok(())
}
