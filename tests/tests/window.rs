//! The real program in its real window: what a reseller does on the first day, and the day the network goes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pbx_api::{CallResult, Leg, RecordingState};
use tandem_stage::display::Display;
use tandem_stage::driver::Window;
use tandem_stage::server::{self, Sample, Server, SignIn};
use tandem_stage::session::Session;
use tandem_stage::sound::{self, Sound};
use tandem_stage::{app, process, wait, workspace};
use tandem_tests::exported;
use tandem_tests::person::{PATIENCE, Person};
use tandem_tests::truth::Truth;

/// Enough for several pages, and filled in seconds.
const SAMPLE: Sample = Sample {
    calls: 2_000,
    recordings: 40,
};
const PASSWORD: &str = "the password of a test";

#[test]
fn a_day_with_the_network_and_one_without() {
    if let Err(error) = story() {
        panic!("{error:#}");
    }
}

/// What stands around the program.
struct Desk {
    display: Display,
    session: Session,
    sound: Sound,
    folder: tempfile::TempDir,
    tandem: PathBuf,
}

impl Desk {
    fn set_up(root: &Path) -> Result<Self> {
        process::need(&["xdotool", "import"])?;
        let folder = tempfile::tempdir()?;
        let display = Display::start(1440, 900)?;
        Ok(Self {
            session: Session::start(&folder.path().join("session"), &display)?,
            sound: Sound::start(&folder.path().join("sound"))?,
            display,
            tandem: workspace::program(root, "debug", "tandem")?,
            folder,
        })
    }

    fn open(&self) -> Result<Window> {
        let mut prepared = Ok(());
        let window = Window::open(&self.tandem, &[], |command: &mut Command| {
            self.display.use_for(command);
            self.session.use_for(command);
            self.sound.use_for(command);
            prepared = app::keep_in(&self.folder.path().join("app"), command);
        })?;
        prepared?;
        Ok(window)
    }

    /// A picture of the whole screen where something went wrong.
    fn look(&self, outcome: Result<()>) -> Result<()> {
        if outcome.is_err() {
            self.display.screenshot(&pictures()?.join("failed.png"))?;
        }
        outcome
    }

    /// Answers the save dialog as a person at the keyboard would.
    fn save_as(&self, path: &Path, before: &[String]) -> Result<()> {
        let dialog = wait::until("the save dialog", PATIENCE, || {
            Ok(self
                .windows()?
                .into_iter()
                .find(|window| !before.contains(window)))
        })?;
        self.display.xdotool(&["windowfocus", "--sync", &dialog])?;
        self.display
            .xdotool(&["key", "--clearmodifiers", "ctrl+a"])?;
        self.display
            .xdotool(&["type", "--delay", "12", &path.display().to_string()])?;
        self.display
            .screenshot(&pictures()?.join("save-dialog.png"))?;
        self.display.xdotool(&["key", "Return"])?;
        Ok(())
    }

    fn windows(&self) -> Result<Vec<String>> {
        let told = self
            .display
            .xdotool(&["search", "--onlyvisible", "--name", "."])?;
        Ok(told.lines().map(str::to_owned).collect())
    }

    /// Fails unless something is heard while `doing` is done.
    fn hears(&self, name: &str, doing: impl FnOnce() -> Result<()>) -> Result<()> {
        let file = self.folder.path().join(format!("{name}.wav"));
        let capture = self.sound.capture(&file)?;
        doing()?;
        wait::until("a recording is heard", PATIENCE, || {
            // A third of a second that is louder than the hiss of a line.
            let loud = sound::samples(&file)?
                .iter()
                .filter(|sample| sample.unsigned_abs() > 500)
                .count();
            Ok((loud > 16_000).then_some(()))
        })?;
        capture.stop();
        Ok(())
    }
}

fn pictures() -> Result<PathBuf> {
    let folder = workspace::root()?.join("out/window");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn story() -> Result<()> {
    let root = workspace::root()?;
    let core = workspace::program(&root, "debug", "pbx-core")?;
    let desk = Desk::set_up(&root)?;
    let place = desk.folder.path().join("server");
    server::fill(
        &core,
        &place,
        SAMPLE,
        &workspace::sample_audio(&root),
        PASSWORD,
    )?;
    let mut server = Server::start(&core, &place, 0)?;
    let owner = server.owner(PASSWORD);
    let truth = Truth::read(&owner)?;

    let window = desk.open()?;
    let person = Person::at(&window, pictures()?);
    desk.look(sign_in(&person, &owner).and_then(|()| with_the_network(&desk, &person, &truth)))?;
    server.stop();
    desk.look(without_the_network(&desk, &person, &truth))?;

    // Killed and opened again without a server, it is as it was: signed in, with every call.
    window.kill();
    let window = desk.open()?;
    let person = Person::at(&window, pictures()?.join("again"));
    desk.look(after_a_crash(&person, &truth))?;

    // And when the network is back, it says so by itself.
    server.start_again()?;
    desk.look(person.sees("Synced"))?;
    person.picture("online-again")?;
    window.close()
}

fn sign_in(person: &Person<'_>, owner: &SignIn) -> Result<()> {
    person.picture("sign-in")?;
    person.fill("Server address", &owner.server)?;
    person.fill("Reseller realm", &owner.realm)?;
    person.fill("Email", &owner.email)?;
    person.fill("Password", &owner.password)?;
    person.sees("with sample data")?;
    person.press("Sign in")
}

fn with_the_network(desk: &Desk, person: &Person<'_>, truth: &Truth) -> Result<()> {
    person.go_to("Call Details")?;
    app::wait_for_rows(person.window, PATIENCE)?;
    person.sees_totals(truth.calls(|_| true).len(), truth.legs.len())?;
    person.picture("all-calls")?;

    let recorded = truth.calls(is_recorded);
    let legs: Vec<&Leg> = recorded.values().flatten().copied().collect();
    ensure!(!recorded.is_empty(), "the sample has recordings");
    only_recorded(person, truth)?;
    app::wait_for_rows(person.window, PATIENCE)?;
    person.picture("recorded-calls")?;
    desk.hears("online", || {
        person.press("Play")?;
        person.plays_until(1_000)
    })?;
    person.picture("playing")?;

    // Export through the system's own dialog.
    let file = desk.folder.path().join("November, recorded.csv");
    let before = desk.windows()?;
    person.press("Export…")?;
    person.press("Choose file…")?;
    desk.save_as(&file, &before)?;
    wait::until("the exported file", PATIENCE, || {
        Ok(file.exists().then_some(()))
    })?;
    exported::compare(&file, truth, &legs).context("the export")?;
    person.sees("November, recorded.csv")?;
    person.picture("exported")?;

    // What is recorded is kept for the day without a network.
    person.press("Keep the recordings of this filter on this computer…")?;
    person.fill("Name of the rule", "Recorded")?;
    // Meanwhile the person is elsewhere, and is told when it is done.
    desk.display.xdotool(&["windowfocus", "0"])?;
    person.press("Keep them")?;
    kept_files(person, recorded.len())?;
    wait::until("the notification", PATIENCE, || {
        let shown = desk
            .display
            .xdotool(&["search", "--onlyvisible", "--class", "Dunst"])?;
        Ok((!shown.is_empty()).then_some(()))
    })?;
    desk.display
        .screenshot(&pictures()?.join("notification.png"))?;
    person.press("Close player")
}

/// The list, its filters and what was kept stay.
fn without_the_network(desk: &Desk, person: &Person<'_>, truth: &Truth) -> Result<()> {
    person.sees("Offline since")?;
    person.press("Clear all")?;
    person.press("Result")?;
    person.tick("Busy")?;
    person.escape()?;
    let busy = truth.calls(|leg| leg.result == CallResult::Busy);
    person.sees_totals(busy.len(), busy.values().map(Vec::len).sum())?;
    person.picture("offline-busy-calls")?;
    person.press("Clear all")?;
    only_recorded(person, truth)?;
    desk.hears("offline", || {
        person.press("Play")?;
        person.plays_until(1_000)
    })?;
    person.picture("offline-playing")
}

fn after_a_crash(person: &Person<'_>, truth: &Truth) -> Result<()> {
    person.go_to("Call Details")?;
    person.sees_totals(truth.calls(|_| true).len(), truth.legs.len())?;
    person.picture("offline-after-a-crash")
}

fn only_recorded(person: &Person<'_>, truth: &Truth) -> Result<()> {
    person.press("Filter")?;
    person.pick("Recorded only")?;
    let recorded = truth.calls(is_recorded);
    person.sees_totals(recorded.len(), recorded.values().map(Vec::len).sum())
}

fn is_recorded(leg: &Leg) -> bool {
    leg.recording == RecordingState::Available
}

/// Waits until the list marks as many calls as kept as there are, which it shows row by row.
fn kept_files(person: &Person<'_>, calls: usize) -> Result<()> {
    let marks = "return document.querySelectorAll('[role=grid] [aria-label=\"Kept on this computer\"]').length";
    let shown =
        "return document.querySelectorAll('[role=grid] [role=row][aria-busy=false]').length";
    wait::until(
        "every recording in view is kept",
        Duration::from_secs(120),
        || {
            let (marks, shown) = (person.asks(marks)?, person.asks(shown)?);
            Ok((marks == shown
                && shown
                    .as_u64()
                    .is_some_and(|shown| shown > 0 && shown <= calls as u64))
            .then_some(()))
        },
    )
}
