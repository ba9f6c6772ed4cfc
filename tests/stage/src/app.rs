//! The desktop program with folders of its own, so that neither a test nor the demo touches a person's data.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::driver::Window;
use crate::server::SignIn;
use crate::wait;

/// The rows of the list of calls, whatever else the page shows.
const ROWS: &str = "//*[@role='grid']//*[@role='row'][@aria-busy='false'][.//*[@role='gridcell']]";

/// Keeps everything that the program and its web view write under `folder`.
pub fn keep_in(folder: &Path, command: &mut Command) -> Result<()> {
    for (name, part) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
    ] {
        let path = folder.join(part);
        std::fs::create_dir_all(&path)?;
        command.env(name, path);
    }
    Ok(())
}

/// Lets the program sign in by itself: it reads the file that this writes, deletes it, and goes on signed in.
pub fn sign_in_by_file(folder: &Path, sign_in: &SignIn, command: &mut Command) -> Result<()> {
    let path = folder.join("sign-in-once.json");
    write_private(&path, &sign_in.json().to_string())?;
    command.env("TANDEM_DEMO_SIGN_IN", path);
    Ok(())
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &PathBuf, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("{} can't be written", path.display()))?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Goes to Call Details by the navigation, and waits until it shows calls.
pub fn show_calls(window: &Window, limit: Duration) -> Result<()> {
    let entry = "//nav//*[self::a or self::button][normalize-space()='Call Details']";
    let entry = window.wait_for(entry, limit)?;
    window.click(&entry)?;
    wait_for_rows(window, limit)
}

/// Waits until the list shows at least one call with something in it.
pub fn wait_for_rows(window: &Window, limit: Duration) -> Result<()> {
    wait::until("rows in Call Details", limit, || {
        let Some(row) = window.find(ROWS)? else {
            return Ok(None);
        };
        // A row of placeholders has no text.
        Ok(window
            .text(&row)
            .is_ok_and(|text| !text.trim().is_empty())
            .then_some(()))
    })
}

/// Waits until the page shows a text, wherever it is.
pub fn wait_for_text(window: &Window, text: &str, limit: Duration) -> Result<()> {
    wait::until(text, limit, || {
        let shown = window.run("return document.body.innerText", json!([]))?;
        Ok(shown
            .as_str()
            .is_some_and(|shown| shown.contains(text))
            .then_some(()))
    })
}
