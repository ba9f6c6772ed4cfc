//! A real `pbx-core` in a folder of its own, on a port of 127.0.0.1, with the sample reseller in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::process::{Running, need, output_of};

/// Opening the database and making its tables, on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// Settings in the server's folder, which it gets where there are any.
pub const CONFIG: &str = "pbx-core.toml";
/// What the server says once it can be reached, before its address.
const LISTENS: &str = "listening on ";

/// How much the sample holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub calls: usize,
    pub recordings: usize,
}

/// What a person types to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub server: String,
    pub realm: String,
    pub email: String,
    pub password: String,
}

/// A server that ends with this value.
#[derive(Debug)]
pub struct Server {
    url: String,
    program: PathBuf,
    folder: PathBuf,
    /// What `serve` is told besides where to listen.
    options: Vec<String>,
    /// Where its clock began, if it is not the true one.
    clock: Option<String>,
    running: Running,
}

/// Puts the sample reseller into the server's folder, which nothing else uses meanwhile. The owner gets `password`.
pub fn fill(
    program: &Path,
    folder: &Path,
    sample: Sample,
    audio: &Path,
    password: &str,
) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut command = self::command(program, folder);
    command
        .args([
            "admin",
            "sample",
            "--calls",
            &sample.calls.to_string(),
            "--recordings",
            &sample.recordings.to_string(),
        ])
        .arg("--audio")
        .arg(audio)
        // By the environment: an argument would stand in the list of processes.
        .env("PBX_CORE_SAMPLE_PASSWORD", password);
    output_of("pbx-core admin sample", &mut command).map(drop)
}

impl Server {
    /// Starts it. `port` 0 lets it pick one.
    pub fn start(program: &Path, folder: &Path, port: u16) -> Result<Self> {
        Self::start_with(program, folder, port, &[])
    }

    /// Starts it with further options of `serve`.
    pub fn start_with(
        program: &Path,
        folder: &Path,
        port: u16,
        options: &[String],
    ) -> Result<Self> {
        Self::start_at(program, folder, port, options, None)
    }

    fn start_at(
        program: &Path,
        folder: &Path,
        port: u16,
        options: &[String],
        clock: Option<&str>,
    ) -> Result<Self> {
        let mut command = self::command(program, folder);
        if let Some(utc) = clock {
            set_clock(&mut command, utc)?;
        }
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("server.log"))?);
        let mut running = Running::start("pbx-core", &mut command)?;
        let lines = running.lines()?;
        let begun = Instant::now();
        let url = loop {
            let left = START_LIMIT.saturating_sub(begun.elapsed());
            let line = lines.recv_timeout(left).with_context(|| {
                let said = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
                format!(
                    "pbx-core did not say where it listens; it said: {}",
                    said.trim()
                )
            })?;
            if let Some(at) = line.find(LISTENS) {
                break line[at + LISTENS.len()..].trim().to_owned();
            }
        };
        Ok(Self {
            url,
            program: program.to_owned(),
            folder: folder.to_owned(),
            options: options.to_owned(),
            clock: clock.map(str::to_owned),
            running,
        })
    }

    /// Where it is reached, such as `http://127.0.0.1:43211`.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn port(&self) -> u16 {
        self.url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .unwrap_or_default()
    }

    /// How the owner of the sample reseller signs in, given the password it was filled with.
    pub fn owner(&self, password: &str) -> SignIn {
        SignIn {
            server: self.url.clone(),
            realm: "northvoice.example".into(),
            email: "owner@northvoice.example".into(),
            password: password.into(),
        }
    }

    /// Ends it politely.
    pub fn stop(&mut self) {
        self.running.stop();
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Starts it anew at the same address.
    pub fn start_again(&mut self) -> Result<()> {
        self.running.stop();
        let clock = self.clock.as_deref();
        *self = Self::start_at(
            &self.program,
            &self.folder,
            self.port(),
            &self.options,
            clock,
        )?;
        Ok(())
    }

    /// The same, with a clock that begins at an instant of UTC: `YYYY-MM-DD hh:mm:ss`.
    pub fn start_again_at(&mut self, utc: &str) -> Result<()> {
        self.clock = Some(utc.to_owned());
        self.start_again()
    }

    /// Fails if it has ended, which nobody asked it to.
    pub fn still_runs(&mut self) -> Result<()> {
        self.running.still_runs()
    }
}

/// Gives a program a clock of its own. Durations stay true.
fn set_clock(command: &mut Command, utc: &str) -> Result<()> {
    need(&["faketime"])?;
    command
        // The program `faketime` sets the same, and stands between us and the process that it starts. The
        // loader knows the folder of this machine's libraries.
        .env("LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1")
        .env("FAKETIME", format!("@{utc}"))
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("NO_FAKE_STAT", "1")
        .env("TZ", "UTC");
    Ok(())
}

impl SignIn {
    pub fn json(&self) -> Value {
        json!({ "server": self.server, "realm": self.realm, "email": self.email, "password": self.password })
    }
}

/// The program on a folder, with its settings and nobody else's; what it is to do is the caller's.
pub fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--data-dir").arg(folder);
    let config = folder.join(CONFIG);
    if config.is_file() {
        command.arg("--config").arg(config);
    }
    // A person's own settings are not the test's.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PBX_CORE_") {
            command.env_remove(name);
        }
    }
    command
}
