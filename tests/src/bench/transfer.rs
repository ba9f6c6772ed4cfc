//! What moves between the parts: the first sync and the export, beside `sqlite3` on the same rows.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tandem::{Desktop, commands};
use tandem_stage::server::{self, Sample, Server, SignIn};
use tandem_stage::workspace;

use super::{plain, ratio, timed};
use crate::loopback::NoWindow;

const PASSWORD: &str = "the password of a measurement";
const EXPORTED: u64 = 100_000;
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The columns that our export and the peer's table share, and the indexes that stand for what the
/// cache answers: each column that can be filtered by, with the time behind it.
const TABLE: &str = "create table leg (started text, answered text, ended text, direction text, result text,
 client text, user text, from_number text, from_e164 text, from_name text, to_number text, to_e164 text,
 ring_seconds integer, talk_seconds integer, cause integer, sip_code integer, recording text, call_id text,
 leg_id text, source_id text);
create index leg_started on leg (started);
create index leg_client on leg (client, started);
create index leg_user on leg (user, started);
create index leg_direction on leg (direction, started);
create index leg_result on leg (result, started);
create index leg_from on leg (from_e164, started);
create index leg_to on leg (to_e164, started);
create index leg_name on leg (from_name, started);
create index leg_talk on leg (talk_seconds, started);
create index leg_recording on leg (recording, started);
create index leg_call on leg (call_id);
create unique index leg_id on leg (leg_id);
";

async fn call(desktop: &Arc<Desktop>, name: &str, input: Value) -> Result<Value> {
    let answer = commands::call(Arc::clone(desktop), name, input).await;
    answer.with_context(|| name.to_owned())
}

/// Signs in on an empty folder and waits until everything is here.
async fn first_sync(desktop: &Arc<Desktop>, owner: &SignIn) -> Result<()> {
    let sign_in = json!({ "server": owner.server, "realm": owner.realm, "email": owner.email, "password": owner.password });
    call(desktop, "session.sign_in", sign_in).await?;
    loop {
        let state = call(desktop, "sync.state", json!({})).await?;
        match state["phase"].as_str() {
            Some("synced") => return Ok(()),
            Some("syncing") => tokio::time::sleep(LOOK_EVERY).await,
            _ => bail!("the sync stopped: {state}"),
        }
    }
}

/// Exports and waits for the files.
async fn export(desktop: &Arc<Desktop>, name: &str, all_files: bool) -> Result<Vec<PathBuf>> {
    let chosen = call(desktop, "export.choose_path", json!({ "suggested": name })).await?;
    let start = json!({ "filter": {}, "zone": "UTC", "path": chosen["path"], "manifest": false, "all_files": all_files });
    let id = call(desktop, "export.start", start).await?["id"].clone();
    loop {
        let jobs = call(desktop, "jobs.list", json!({})).await?;
        let job = jobs
            .as_array()
            .and_then(|jobs| jobs.iter().find(|job| job["id"] == id))
            .context("no job")?;
        match job["state"].as_str() {
            Some("done") => {
                let paths = job["paths"].as_array().context("no paths")?;
                return Ok(paths
                    .iter()
                    .filter_map(|path| path.as_str().map(PathBuf::from))
                    .collect());
            }
            Some("running") => tokio::time::sleep(LOOK_EVERY).await,
            _ => bail!("the export failed: {job}"),
        }
    }
}

fn sqlite(database: &Path, script: &str, out: Stdio) -> Result<()> {
    let pragmas = format!("{}\n", plain::PRAGMAS);
    let mut child = Command::new("sqlite3")
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(out)
        .spawn()?;
    let mut input = child.stdin.take().context("no standard input")?;
    std::io::Write::write_all(&mut input, (pragmas + script).as_bytes())?;
    drop(input);
    ensure!(child.wait()?.success(), "sqlite3 failed");
    Ok(())
}

/// # Errors
/// When a part can't be started or the two differ.
pub fn measure(root: &Path, folder: &Path, calls: u64) -> Result<()> {
    let core = workspace::program(root, "release", "pbx-core")?;
    let place = folder.join("server");
    let sample = Sample {
        calls: usize::try_from(calls)?,
        recordings: 0,
    };
    server::fill(
        &core,
        &place,
        sample,
        &workspace::sample_audio(root),
        PASSWORD,
    )?;
    let server = Server::start(&core, &place, 0)?;
    let saved = folder.join("saved");
    std::fs::create_dir_all(&saved)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let desktop = runtime.block_on(Desktop::start(
        folder.join("desktop"),
        Arc::new(NoWindow(saved)),
    ));

    println!("Transfer of {calls} calls from a pbx-core on embedded SQLite");
    let (synced, ours) = timed(|| runtime.block_on(first_sync(&desktop, &server.owner(PASSWORD))));
    synced?;
    let info = runtime.block_on(call(&desktop, "cache.info", json!({})))?;
    println!(
        "first sync: {:.1} s for {} calls, {} legs",
        ours.as_secs_f64(),
        info["calls"],
        info["legs"]
    );

    let files = runtime.block_on(export(&desktop, "all.csv", true))?;
    let database = folder.join("peer.sqlite3");
    let mut script = String::from(TABLE);
    for file in &files {
        writeln!(script, ".import --csv --skip 1 \"{}\" leg", file.display())?;
    }
    let (imported, theirs) = timed(|| sqlite(&database, &script, Stdio::null()));
    imported?;
    println!(
        "peer: sqlite3 .import of the same legs into a table with the same indexes: {:.1} s",
        theirs.as_secs_f64()
    );
    println!(
        "first sync against it: {:.2} (goal 1.0)\n",
        ratio(ours, theirs)
    );

    let (files, ours) = timed(|| runtime.block_on(export(&desktop, "newest.csv", false)));
    let ours_bytes = std::fs::metadata(&files?[0])?.len();
    let out = folder.join("peer.csv");
    let query = format!(
        ".mode csv\n.headers on\nselect * from leg order by started desc limit {EXPORTED};\n"
    );
    let to = Stdio::from(File::create(&out)?);
    let (queried, theirs) = timed(|| sqlite(&database, &query, to));
    queried?;
    let theirs_bytes = std::fs::metadata(&out)?.len();
    println!(
        "export of {EXPORTED} rows: {:.2} s, {ours_bytes} bytes",
        ours.as_secs_f64()
    );
    println!(
        "peer: sqlite3 -csv: {:.2} s, {theirs_bytes} bytes",
        theirs.as_secs_f64()
    );
    println!("export against it: {:.2} (goal 1.0)\n", ratio(ours, theirs));
    Ok(())
}
