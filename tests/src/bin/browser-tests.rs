//! Runs the UI's stories in Chromium against the real backend and a real server with sample data.
//! What stands behind the program's name goes to the runner, such as the name of one story.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tandem_stage::mail::Mails;
use tandem_stage::process::{Running, need};
use tandem_stage::server::{self, Sample, Server};
use tandem_stage::sound::Sound;
use tandem_stage::{app, engine, wait, workspace};

const SAMPLE: Sample = Sample {
    calls: 100_000,
    recordings: 300,
};
/// What the server that sends mail has: its stories are about people.
const FEW: Sample = Sample {
    calls: 10,
    recordings: 0,
};
const PASSWORD: &str = "the password of a test";
/// What the stories prove themselves with where they speak as the SIP engine.
const ENGINE_SECRET: &str = "the secret of a test's engine";
const START_LIMIT: Duration = Duration::from_secs(60);
/// All stories together, on a machine of two cores that does nothing else.
const STORIES_LIMIT: Duration = Duration::from_secs(20 * 60);

fn main() -> Result<ExitCode> {
    need(&["chromium", "npm"])?;
    let root = workspace::root()?;
    let core = workspace::program(&root, "debug", "pbx-core")?;
    let folder = tempfile::tempdir()?;
    let sound = Sound::start(&folder.path().join("sound"))?;
    let place = folder.path().join("server");
    server::fill(
        &core,
        &place,
        SAMPLE,
        &workspace::sample_audio(&root),
        PASSWORD,
    )?;
    // Nobody is there: the stories say themselves what becomes of a call.
    engine::add_carrier(&core, &place, "carrier", Ipv4Addr::LOCALHOST.into())?;
    let config = folder.path().join("server.toml");
    std::fs::write(&config, format!("[engine]\nsecret = \"{ENGINE_SECRET}\"\n"))?;
    let options = ["--config".to_owned(), config.display().to_string()];
    let server = Server::start_with(&core, &place, 0, &options)?;
    let owner = server.owner(PASSWORD);
    let post = Post::start(&core, &folder.path().join("post"), &root)?;

    let mut command = Command::new(workspace::program(&root, "debug", "tandem-loopback")?);
    command
        .arg(folder.path().join("desktop"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    app::keep_in(&folder.path().join("app"), &mut command)?;
    sound.use_for(&mut command);
    // No keychain: the stories sign in each time, and a person's own is left alone.
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let mut backend = Running::start("tandem-loopback", &mut command)?;
    let line = backend
        .lines()?
        .recv_timeout(START_LIMIT)
        .context("the backend did not say where it listens")?;
    let url = line
        .strip_prefix("listening on ")
        .context("the backend says something else")?;

    let mut stories = Command::new("npm");
    stories
        .args(["run", "--silent", "e2e", "--"])
        .args(std::env::args().skip(1))
        .current_dir(root.join("ui"))
        .env("TANDEM_UI_URL", url)
        .env("TANDEM_SERVER", &owner.server)
        .env("TANDEM_REALM", &owner.realm)
        .env("TANDEM_EMAIL", &owner.email)
        .env("TANDEM_PASSWORD", &owner.password)
        .env("TANDEM_ENGINE_SECRET", ENGINE_SECRET)
        // What an operator does at the server's own command line.
        .env("TANDEM_CORE", &core)
        .env("TANDEM_CORE_DATA", &place)
        .env("TANDEM_MAIL_SERVER", post.server.url())
        .env("TANDEM_MAILS", &post.mails)
        .stdin(Stdio::null());
    let mut stories = Running::start("the stories", &mut stories)?;
    let status = wait::until("the stories", STORIES_LIMIT, || {
        backend.still_runs()?;
        stories.ended()
    })?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A server that sends mail, and the folder in which its mails are found. The other one sends none:
/// it is the one that tells people so.
struct Post {
    server: Server,
    mails: PathBuf,
}

impl Post {
    fn start(core: &Path, place: &Path, root: &Path) -> Result<Self> {
        let kept = Mails::start()?;
        server::fill(core, place, FEW, &workspace::sample_audio(root), PASSWORD)?;
        let config = format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nencryption = \"none\"\nfrom = \"Tandem <no-reply@example.com>\"\n",
            kept.port()
        );
        std::fs::write(place.join(server::CONFIG), config)?;
        let mails = place.join("mails");
        std::fs::create_dir(&mails)?;
        let folder = mails.clone();
        thread::spawn(move || {
            for number in 1.. {
                // A story looks for whole mails: one gets its name when it is written.
                let (part, whole) = (folder.join("part"), folder.join(format!("{number:04}.eml")));
                let written = kept
                    .next()
                    .and_then(|mail| Ok(std::fs::write(&part, mail)?))
                    .and_then(|()| Ok(std::fs::rename(&part, &whole)?));
                if written.is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            server: Server::start(core, place, 0)?,
            mails,
        })
    }
}
