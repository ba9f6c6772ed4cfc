//! A display without a screen.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{Running, need, output_of};

/// Starting Xvfb takes a tenth of a second on an idle machine; a loaded one may take much longer.
const START_LIMIT: Duration = Duration::from_secs(30);

/// An X server of our own on a display number that it picked itself.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Running,
}

impl Display {
    /// Starts Xvfb with one screen of `width` x `height` pixels, 24 bits deep.
    pub fn start(width: u32, height: u32) -> Result<Self> {
        need(&["Xvfb"])?;
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-noreset",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Running::start("Xvfb", &mut command)?;
        let number = server
            .lines()?
            .recv_timeout(START_LIMIT)
            .context("Xvfb did not name its display")?;
        Ok(Self {
            name: format!(":{}", number.trim()),
            _server: server,
        })
    }

    /// What DISPLAY is set to for programs on it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts a program onto this display, and off any Wayland one.
    pub fn use_for(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.name)
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XAUTHORITY");
    }

    /// Writes what the screen shows as a PNG: dialogs and notifications too, which a page's own screenshot lacks.
    pub fn screenshot(&self, path: &std::path::Path) -> Result<()> {
        let mut command = Command::new("import");
        command.args(["-window", "root"]).arg(path);
        self.use_for(&mut command);
        output_of("import (imagemagick)", &mut command).map(drop)
    }

    /// Runs xdotool here and gives what it prints, also when it finds nothing (it then fails).
    pub fn xdotool(&self, args: &[&str]) -> Result<String> {
        let mut command = Command::new("xdotool");
        command.args(args).stdin(Stdio::null());
        self.use_for(&mut command);
        let output = command.output().context("xdotool does not start")?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// True when this process has a display to open a window on.
pub fn there_is_one() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
