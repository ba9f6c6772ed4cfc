//! Where things lie in the checkout, found at run time: nothing of the machine is compiled in.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folder with the workspace's Cargo.toml: the working directory or a folder above it.
/// `cargo run` and `cargo test` both start a program inside the workspace.
pub fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("the working directory is gone")?;
    for folder in here.ancestors() {
        if folder.join("xtask/Cargo.toml").is_file() {
            return Ok(folder.to_owned());
        }
    }
    bail!("{} is not inside the checkout", here.display())
}

/// The cargo that runs us, or the one on the PATH.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where cargo puts what it builds.
pub fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// A program of this workspace that was built before, in the debug or release profile.
pub fn program(root: &Path, profile: &str, name: &str) -> Result<PathBuf> {
    let path = target(root)
        .join(profile)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        bail!("{} is not built: cargo build --bin {name}", path.display());
    }
    Ok(path)
}

/// The recordings that the repository carries and that make a good sample: conversations, as a switch wrote them.
pub fn sample_audio(root: &Path) -> PathBuf {
    root.join("tests/data/audio/asterisk22")
}
