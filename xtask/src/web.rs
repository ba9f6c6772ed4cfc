//! The UI's npm packages and scripts.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::steps::Steps;

/// A command of npm in the UI's folder.
fn npm(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root.join("ui"));
    command
}

/// One of the scripts of ui/package.json.
pub fn script(root: &Path, name: &str) -> Command {
    npm(root, &["run", "--silent", name])
}

/// Installs exactly what the lock file says, unless that was done already.
pub fn install(root: &Path, steps: &mut Steps) -> Result<()> {
    let lock = std::fs::read(root.join("ui/package-lock.json")).context("ui/package-lock.json")?;
    let wanted = hex::encode(Sha256::digest(lock));
    // Inside the folder it speaks of, so that it is gone when that is.
    let stamp = root.join("ui/node_modules/.installed-from");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    steps.command("npm ci", &mut npm(root, &["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(&stamp, wanted).context("ui/node_modules")
}
