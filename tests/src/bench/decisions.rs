//! How long the server takes to decide a call, and how many calls a second the engine carries with it, beside
//! the same programs without it.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::fmt::{self, Display, Formatter};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pbx_api::{EngineDecision, PhoneSettings, User};
use serde::Deserialize;
use serde_json::{Value, json};
use tandem_engine_tests::api::Api;
use tandem_engine_tests::office::{NORTH, Office};
use tandem_engine_tests::phone::Line;
use tandem_engine_tests::trunks;
use tandem_stage::engine::{self, Site};
use tandem_stage::place::Place;
use tandem_stage::process::{Running, need, output_of};
use tandem_stage::server::{self, Sample, Server};
use tandem_stage::{wait, workspace};

use super::timed;

const PASSWORD: &str = "the password of a measurement";
const SECRET: &str = "the-engine-of-a-measurement";
const CALLS_A_SECOND: u32 = 100;
const SECONDS: u32 = 20;
/// Who asks side by side, as the engine's processes do.
const ASKING: u32 = 8;
const LIMIT: Duration = Duration::from_millis(5);
/// What a decision writes into SQLite's log: nine or ten pages.
const WRITTEN: usize = 40 * 1024;
const DISK_SECONDS: u32 = 4;
/// Users of the sample who call.
const CALLERS: usize = 100;
/// Calls of a run through the engine, and how many of them at a time.
const CARRIED: u32 = 3000;
const AT_ONCE: u32 = 40;
/// A run that takes longer has stopped.
const RUN_LIMIT: Duration = Duration::from_secs(600);
const SIP_PORT: u16 = 5060;

/// # Errors
/// When a part can't be started, or a call is not carried.
pub fn measure(root: &Path, folder: &Path, calls: usize) -> Result<()> {
    need(&engine::PROGRAMS)?;
    need(&["sipp"])?;
    let core = workspace::program(root, "release", "pbx-core")?;
    decisions(root, &core, &folder.join("decisions"), calls)?;
    carried(root, &core, &folder.join("carried"))
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

/// Somebody who calls, and whom.
struct Pair {
    user: String,
    realm: String,
    dials: String,
}

fn decisions(root: &Path, core: &Path, data: &Path, calls: usize) -> Result<()> {
    let sample = Sample {
        calls,
        recordings: 0,
    };
    server::fill(core, data, sample, &workspace::sample_audio(root), PASSWORD)?;
    std::fs::write(
        data.join(server::CONFIG),
        format!("[engine]\nsecret = '{SECRET}'\n"),
    )?;
    let server = Server::start(core, data, 0)?;
    let owner = server.owner(PASSWORD);
    let api = Api::sign_in(&owner.server, &owner.realm, &owner.email, &owner.password)?;
    let pairs = pairs(&api)?;
    // What was just written is on its way to the disk, and no part of what is measured.
    output_of("sync", &mut Command::new("sync"))?;
    let mut of_disk = disk(data)?;

    let sequence = AtomicU64::new(0);
    let begun = Instant::now();
    let times: Result<Vec<Vec<Duration>>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..ASKING)
            .map(|number| {
                let (pairs, sequence, url) = (&pairs, &sequence, server.url());
                scope.spawn(move || ask(url, pairs, number, begun, sequence))
            })
            .collect();
        asking
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .map_err(|_| anyhow::anyhow!("a thread failed"))?
            })
            .collect()
    });
    of_disk.extend(disk(data)?);
    let (times, of_disk) = (Times::of(times?.concat()), Times::of(of_disk));
    println!(
        "Decisions on {} calls, {CALLS_A_SECOND} a second, on a server with {calls} call records, by its own clock:",
        times.0.len()
    );
    println!(
        "{times}; p99 is {:.2} of the limit of {} ms",
        times.part(99).as_secs_f64() / LIMIT.as_secs_f64(),
        LIMIT.as_millis()
    );
    println!(
        "the disk alone, before and after, for one write of {} KiB that each decision waits for: {of_disk}\n",
        WRITTEN / 1024
    );
    Ok(())
}

/// What the disk by itself takes for as much as a decision writes, in its rhythm.
fn disk(folder: &Path) -> Result<Vec<Duration>> {
    let mut file = tempfile::tempfile_in(folder)?;
    let begun = Instant::now();
    (0..CALLS_A_SECOND * DISK_SECONDS)
        .map(|turn| {
            let due = Duration::from_secs(1) * turn / CALLS_A_SECOND;
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
            let (written, took) = timed(|| {
                file.write_all(&[0; WRITTEN])?;
                file.sync_data()
            });
            written?;
            Ok(took)
        })
        .collect()
}

/// From the shortest to the longest.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    fn part(&self, hundredths: usize) -> Duration {
        self.0[(self.0.len() - 1) * hundredths / 100]
    }
}

impl Display for Times {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ms = |hundredths| self.part(hundredths).as_secs_f64() * 1000.0;
        let (half, most, longest) = (ms(50), ms(99), ms(100));
        write!(
            f,
            "p50 {half:.2} ms, p99 {most:.2} ms, longest {longest:.2} ms"
        )
    }
}

fn pairs(api: &Api) -> Result<Vec<Pair>> {
    let Users { users } = api.get("/v1/users")?;
    let callers = users.iter().take(CALLERS).enumerate();
    callers
        .map(|(place, user)| {
            let settings: PhoneSettings = api.get(&format!("/v1/users/{}/phone", user.id))?;
            let colleague = users
                .iter()
                .find(|other| other.client == user.client && other.id != user.id);
            // Every third one calls a colleague, the others somebody outside.
            let dials = match colleague {
                Some(other) if place % 3 == 0 => other.extension.clone(),
                _ => format!("1212555{:04}", 100 + place % 100),
            };
            Ok(Pair {
                user: settings.sip_user,
                realm: settings.realm,
                dials,
            })
        })
        .collect()
}

/// Asks at its instants, whatever the answers take, and ends each call a moment later.
fn ask(
    url: &str,
    pairs: &[Pair],
    number: u32,
    begun: Instant,
    sequence: &AtomicU64,
) -> Result<Vec<Duration>> {
    let http = ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent();
    let send = |path: &str, body: Value| {
        http.post(format!("{url}{path}"))
            .header("authorization", format!("Bearer {SECRET}"))
            .send_json(body)
            .with_context(|| path.to_owned())
    };
    let mut times = Vec::new();
    for turn in (number..CALLS_A_SECOND * SECONDS).step_by(ASKING as usize) {
        let due = Duration::from_secs(1) * turn / CALLS_A_SECOND;
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        let pair = &pairs[turn as usize % pairs.len()];
        let asked = json!({
            "engine": "bench", "boot": "1", "sip_call_id": format!("call-{turn}"), "from_tag": "1",
            "caller": { "phone": { "user": pair.user, "realm": pair.realm } },
            "from_user": pair.user, "to": pair.dials, "source_address": "192.0.2.1", "source_port": 5060,
        });
        let answer = send("/engine/v1/invite", asked)?;
        let said = answer.headers().get("server-timing");
        let said = said.and_then(|said| said.to_str().ok()?.split_once("dur="));
        let took: f64 = said.context("the server says what it took")?.1.parse()?;
        times.push(Duration::from_secs_f64(took / 1000.0));
        let decision: EngineDecision = answer.into_body().read_json()?;
        if let EngineDecision::Ring { call, .. } = decision {
            let sequence = sequence.fetch_add(1, Ordering::Relaxed) + 1;
            let end = json!({ "end": { "call": call, "sip_code": 487 } });
            let event = json!({ "sequence": sequence, "at_ms": 0, "event": end });
            send(
                "/engine/v1/event",
                json!({ "engine": "bench", "boot": "1", "events": [event] }),
            )?;
        }
    }
    Ok(times)
}

/// Calls of a phone to a trunk, each ended as soon as it is answered.
fn carried(root: &Path, core: &Path, folder: &Path) -> Result<()> {
    let (data, place) = (folder.join("data"), Place::take()?);
    std::fs::create_dir_all(&data)?;
    let site = Site::new(folder.join("engine"), place.engine);
    Office::found(core, &data, NORTH)?;
    engine::add_carrier(core, &data, "carrier", place.trunk)?;
    std::fs::write(data.join(server::CONFIG), site.server_settings(SECRET))?;
    let server = Server::start(core, &data, 0)?;
    let line = Office::open(server.url(), NORTH)?.line("1001")?;
    let trunk = SocketAddr::from((place.trunk, SIP_PORT));
    let options = [
        "--requests-per-second=100000",
        "--keepalive-seconds=0",
        "--round-trip-seconds=0",
    ];
    let options = options.map(str::to_owned);
    site.write_config(core, &data, server.url(), SECRET, &options)?;
    let _media = site.start_rtpengine()?;
    let mut callee = Command::new("sipp");
    callee
        .arg("-sf")
        .arg(root.join("tests/bench/callee.xml"))
        .arg("-nostdin")
        .args(at(trunk));
    let _callee = Running::start("sipp", quiet(&mut callee))?;

    let engine = site.start_kamailio()?;
    trunks::are_known(server.url(), &site, SECRET)?;
    let ours = run(root, folder, &line, site.sip())?;
    drop(engine);
    let alone = without_brain(root, folder, &site, &line, trunk)?;
    let theirs = run(root, folder, &line, site.sip())?;
    drop(alone);
    println!(
        "Calls carried, {CARRIED} with {AT_ONCE} at a time, digest and sound's ports included:\n\
         with pbx-core {ours:.0} a second, Kamailio without a brain {theirs:.0}, ratio {:.2}\n",
        ours / theirs
    );
    Ok(())
}

/// Calls a second.
fn run(root: &Path, folder: &Path, line: &Line, engine: SocketAddr) -> Result<f64> {
    let values = folder.join("callers.csv");
    let Line {
        user,
        realm,
        secret,
    } = line;
    let credentials = format!("[authentication username={user} password={secret}]");
    std::fs::write(
        &values,
        format!("SEQUENTIAL\n{user};{realm};{credentials}\n"),
    )?;
    let here = SocketAddr::new(engine.ip(), 6060);
    let mut caller = Command::new("sipp");
    caller
        .arg("-sf")
        .arg(root.join("tests/bench/caller.xml"))
        .arg("-inf")
        .arg(&values)
        .args(["-s", "12125550123", "-nostdin"])
        .args(["-m", &CARRIED.to_string(), "-l", &AT_ONCE.to_string()])
        .args(["-r", "5000"])
        .args(at(here))
        .arg(engine.to_string());
    let (ended, took) = timed(|| {
        let mut running = Running::start("sipp", quiet(&mut caller))?;
        wait::until("all calls are carried", RUN_LIMIT, || running.ended())
    });
    let status = ended?;
    ensure!(
        status.success(),
        "calls were not carried: sipp ended with {status}"
    );
    Ok(f64::from(CARRIED) / took.as_secs_f64())
}

fn without_brain(
    root: &Path,
    folder: &Path,
    site: &Site,
    line: &Line,
    trunk: SocketAddr,
) -> Result<Running> {
    let mut config = std::fs::read_to_string(root.join("tests/bench/no-brain.cfg"))?;
    for (name, value) in [
        ("@LISTEN@", site.sip().to_string()),
        ("@TARGET@", format!("sip:{trunk}")),
        ("@HA1@", line.ha1()),
        ("@MEDIA@", format!("udp:{}", site.media_control())),
    ] {
        config = config.replace(name, &value);
    }
    let path = folder.join("no-brain.cfg");
    std::fs::write(&path, config)?;
    let mut kamailio = Command::new("kamailio");
    kamailio
        .args(["-DD", "-E"])
        .args(engine::MEMORY)
        .arg("-Y")
        .arg(folder)
        .arg("-f")
        .arg(&path);
    let mut running = Running::start("kamailio", quiet(&mut kamailio))?;
    site.wait_for_kamailio(&mut running)?;
    Ok(running)
}

fn at(address: SocketAddr) -> [String; 4] {
    [
        "-i".into(),
        address.ip().to_string(),
        "-p".into(),
        address.port().to_string(),
    ]
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}
