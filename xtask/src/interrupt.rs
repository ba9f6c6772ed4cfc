//! Ctrl-C and a polite kill: remembered, so that every guard gets its turn to end what it started.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, SIGTERM and a closed terminal are remembered. A second one ends the program at once.
pub fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })
    .context("signals can't be listened to")
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
