//! Power cuts while everything is on its way: afterwards nothing is missing and nothing is there twice.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tandem_stage::display::Display;
use tandem_stage::process::Running;
use tandem_stage::server::{self, Sample, Server};
use tandem_stage::session::Session;
use tandem_stage::{app, wait, workspace};
use tandem_tests::exported;
use tandem_tests::truth::Truth;

/// Several of the desktop's steps, so that a cut falls between them and into them.
const SAMPLE: Sample = Sample {
    calls: 40_000,
    recordings: 0,
};
const PASSWORD: &str = "the password of a test";
const PATIENCE: Duration = Duration::from_secs(120);
/// Of the whole, where the power goes: each share is reached by another process.
const DESKTOP_CUTS: [f64; 3] = [0.02, 0.3, 0.7];
const SERVER_CUT: f64 = 0.5;

#[test]
fn a_first_sync_that_is_killed_again_and_again_ends_whole() {
    if let Err(error) = story() {
        panic!("{error:#}");
    }
}

/// The desktop's backend in a process that can be killed, with a keychain that outlives it.
struct Backend {
    running: Running,
    url: String,
    agent: ureq::Agent,
}

impl Backend {
    fn start(root: &Path, folder: &Path, session: &Session) -> Result<Self> {
        let mut command = Command::new(workspace::program(root, "debug", "tandem-loopback")?);
        command
            .arg(folder.join("desktop"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        app::keep_in(&folder.join("app"), &mut command)?;
        session.use_for(&mut command);
        let mut running = Running::start("tandem-loopback", &mut command)?;
        let line = running.lines()?.recv_timeout(PATIENCE)?;
        let url = line
            .strip_prefix("listening on ")
            .context("no address")?
            .to_owned();
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false);
        Ok(Self {
            running,
            url,
            agent: config.build().into(),
        })
    }

    fn call(&self, name: &str, input: &Value) -> Result<Value> {
        let mut answer = self
            .agent
            .post(format!("{}/rpc/{name}", self.url))
            .send_json(input)?;
        let value: Value = answer.body_mut().read_json()?;
        ensure!(answer.status().is_success(), "{name}: {value}");
        Ok(value)
    }

    /// Waits until a share of everything is here, or all of it.
    fn wait_for(&self, share: f64) -> Result<Value> {
        wait::until("the sync", PATIENCE, || {
            let state = self.call("sync.state", &json!({}))?;
            let number = |name: &str| state[name].as_f64().unwrap_or_default();
            match state["phase"].as_str() {
                Some("synced") => Ok(Some(state)),
                Some("syncing" | "offline") => {
                    let reached =
                        number("total") > 0.0 && number("done") >= share * number("total");
                    Ok((share < 1.0 && reached).then_some(state))
                }
                _ => bail!("the sync stopped: {state}"),
            }
        })
    }

    fn export(&self) -> Result<Vec<PathBuf>> {
        let chosen = self.call("export.choose_path", &json!({ "suggested": "all.csv" }))?;
        let start = json!({ "filter": {}, "zone": "UTC", "path": chosen["path"], "manifest": false, "all_files": true });
        let id = self.call("export.start", &start)?["id"].clone();
        wait::until("the export", PATIENCE, || {
            let jobs = self.call("jobs.list", &json!({}))?;
            let job = jobs
                .as_array()
                .and_then(|jobs| jobs.iter().find(|job| job["id"] == id));
            let job = job.context("no job")?;
            match job["state"].as_str() {
                Some("done") => {
                    let paths = job["paths"].as_array().context("no paths")?;
                    Ok(Some(
                        paths
                            .iter()
                            .filter_map(|path| path.as_str().map(PathBuf::from))
                            .collect(),
                    ))
                }
                Some("running") => Ok(None),
                _ => bail!("the export failed: {job}"),
            }
        })
    }
}

fn story() -> Result<()> {
    let root = workspace::root()?;
    let core = workspace::program(&root, "debug", "pbx-core")?;
    let folder = tempfile::tempdir()?;
    let place = folder.path().join("server");
    server::fill(
        &core,
        &place,
        SAMPLE,
        &workspace::sample_audio(&root),
        PASSWORD,
    )?;
    let mut server = Server::start(&core, &place, 0)?;
    let owner = server.owner(PASSWORD);
    let display = Display::start(800, 600)?;
    let session = Session::start(&folder.path().join("session"), &display)?;

    let mut backend = Backend::start(&root, folder.path(), &session)?;
    backend.call("session.sign_in", &owner.json())?;
    let mut cut_short = 0;
    for share in DESKTOP_CUTS {
        let state = backend.wait_for(share)?;
        cut_short += usize::from(state["phase"] != "synced");
        backend.running.kill();
        backend = Backend::start(&root, folder.path(), &session)?;
        if share < SERVER_CUT {
            server.kill();
            server.start_again()?;
        }
    }
    ensure!(
        cut_short > 0,
        "every cut came after the end: the story shows nothing"
    );
    backend.wait_for(1.0)?;

    let truth = Truth::read(&owner)?;
    let files = backend.export()?;
    ensure!(files.len() == 1, "one file holds this many legs");
    let legs: Vec<_> = truth.legs.iter().collect();
    exported::compare(&files[0], &truth, &legs)
}
