//! What the demo keeps between runs: the server's data, the app's own, the password, the port.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tandem_stage::app::write_private;
use tandem_stage::server::{self, Sample, Server};

use crate::counts::Counts;
use crate::steps::Steps;

/// A folder of the demo's own. It is made anew when the sample that is asked for is another.
pub struct DemoFolder {
    path: PathBuf,
    kept: Kept,
    /// What the server is told besides where to listen.
    options: Vec<String>,
    /// The text of its settings file; empty where it needs none.
    settings: String,
}

/// What stands in `demo.json`.
#[derive(Default)]
struct Kept {
    password: String,
    /// Kept, so that the app finds its account again: an account is a server's address and a person.
    port: u16,
    sample: Option<Sample>,
}

impl DemoFolder {
    pub fn open(path: PathBuf, fresh: bool) -> Result<Self> {
        std::fs::create_dir_all(&path)?;
        // An engine is told whole paths.
        let path = path.canonicalize()?;
        let mut folder = Self {
            path,
            kept: Kept::default(),
            options: Vec::new(),
            settings: String::new(),
        };
        if fresh {
            folder.empty()?;
        } else if let Ok(text) = std::fs::read_to_string(folder.state_file()) {
            folder.kept = Kept::from_json(&serde_json::from_str(&text).unwrap_or_default());
        }
        if folder.kept.password.is_empty() {
            folder.kept.password = new_password()?;
        }
        Ok(folder)
    }

    /// What the server gets from now on: options, and the text of its settings file.
    pub fn tell(&mut self, options: Vec<String>, settings: String) {
        self.options = options;
        self.settings = settings;
    }

    /// Makes the sample, unless it is there, and starts the server on it.
    pub fn serve(
        &mut self,
        steps: &mut Steps,
        core: &Path,
        sample: Sample,
        audio: &Path,
    ) -> Result<Server> {
        if self.kept.sample == Some(sample) {
            match self.start(core) {
                Ok(server) => return Ok(server),
                Err(why) => println!(
                    "The data of an earlier demo can't be used, so it is made anew: {why:#}"
                ),
            }
        }
        self.fill(steps, core, sample, audio)?;
        self.start(core)
    }

    fn fill(&mut self, steps: &mut Steps, core: &Path, sample: Sample, audio: &Path) -> Result<()> {
        self.empty()?;
        let name = format!("make a sample of {} calls", sample.calls);
        steps.step(&name, || {
            (
                Counts::default(),
                server::fill(core, &self.server(), sample, audio, &self.kept.password),
            )
        })?;
        self.kept.sample = Some(sample);
        self.keep()
    }

    /// At the address of the last time, or at another one where that is taken.
    fn start(&mut self, core: &Path) -> Result<Server> {
        write_private(&self.server().join(server::CONFIG), &self.settings)?;
        let start = |port| Server::start_with(core, &self.server(), port, &self.options);
        let server = start(self.kept.port).or_else(|_| start(0))?;
        self.kept.port = server.port();
        self.keep()?;
        Ok(server)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn password(&self) -> &str {
        &self.kept.password
    }

    /// The app's own folder.
    pub fn app(&self) -> PathBuf {
        self.path.join("app")
    }

    /// The server's.
    pub fn server(&self) -> PathBuf {
        self.path.join("server")
    }

    fn state_file(&self) -> PathBuf {
        self.path.join("demo.json")
    }

    /// Removes what a demo made here, and nothing else that may lie in a folder that was given.
    fn empty(&mut self) -> Result<()> {
        for part in [self.server(), self.app(), self.path.join("engine")] {
            if part.exists() {
                std::fs::remove_dir_all(&part)
                    .with_context(|| format!("{} can't be removed", part.display()))?;
            }
        }
        self.kept.sample = None;
        Ok(())
    }

    fn keep(&self) -> Result<()> {
        write_private(&self.state_file(), &self.kept.to_json().to_string())
    }
}

impl Kept {
    fn from_json(value: &Value) -> Self {
        let number = |name: &str| {
            value[name]
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
        };
        Self {
            password: value["password"].as_str().unwrap_or_default().to_owned(),
            port: number("port")
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or_default(),
            sample: number("calls")
                .zip(number("recordings"))
                .map(|(calls, recordings)| Sample { calls, recordings }),
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "password": self.password,
            "port": self.port,
            "calls": self.sample.map(|sample| sample.calls),
            "recordings": self.sample.map(|sample| sample.recordings),
        })
    }
}

/// Sixteen letters and figures of the system's randomness, so that no other person of this machine guesses it.
#[expect(
    clippy::disallowed_methods,
    reason = "the demo has nobody who passes randomness in, and its password must differ each time"
)]
pub fn new_password() -> Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(hex::encode(bytes))
}
