//! `cargo xtask demo`: the whole program with sample data, ready to use.

mod calls;
mod folder;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use tandem_stage::display::{self, Display};
use tandem_stage::driver::Window;
use tandem_stage::process::Running;
use tandem_stage::server::{Sample, Server};
use tandem_stage::session::Session;
use tandem_stage::{app, interrupt, workspace};

use crate::packages::Purpose;
use crate::steps::Steps;
use crate::{setup, web};
use calls::{Calls, Traffic};
use folder::DemoFolder;

/// From the start of the program to rows on the screen: sign-in, the first sync, a web view on a machine without a GPU.
const ROWS_LIMIT: Duration = Duration::from_secs(180);
/// The window of the picture, in pixels.
const SCREEN: (u32, u32) = (1440, 900);

#[derive(Args)]
pub struct Options {
    /// Calls in the sample
    #[arg(long, default_value_t = 100_000)]
    calls: usize,
    /// How many of them can be played
    #[arg(long, default_value_t = 300)]
    recordings: usize,
    /// Without phones and calls in progress
    #[arg(long)]
    no_calls: bool,
    /// Where the demo keeps its server's data and the app's own [default: target/demo]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Throw away what an earlier demo left and begin anew
    #[arg(long)]
    fresh: bool,
    /// Don't open the app: only the server runs, until Ctrl-C
    #[arg(long)]
    server_only: bool,
    /// Where the picture goes when there is no display
    #[arg(long, default_value = "out/call-details.png")]
    picture: PathBuf,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    setup::run(root, Purpose::Demo)?;
    let mut steps = Steps::new(root, "demo")?;
    web::install(root, &mut steps)?;
    let place = options
        .folder
        .clone()
        .unwrap_or_else(|| workspace::target(root).join("demo"));
    let mut folder = DemoFolder::open(place, options.fresh)?;
    let calls = Calls::choose(root, folder.path(), !options.no_calls)?;

    steps.command("build the UI", &mut web::script(root, "build"))?;
    steps.command("build the programs", &mut build(root, &calls))?;
    let core = workspace::program(root, "debug", "pbx-core")?;
    let tandem = workspace::program(root, "debug", "tandem")?;
    folder.tell(calls.options(), calls.server_settings());
    let sample = Sample {
        calls: options.calls,
        recordings: options.recordings,
    };
    let mut server = folder.serve(&mut steps, &core, sample, &workspace::sample_audio(root))?;
    let sign_in = server.owner(folder.password());

    println!(
        "\nA sample reseller, North Voice: {} calls, {} recordings",
        options.calls, options.recordings
    );
    let mut traffic = calls.begin(root, &core, &folder.server(), &server, &sign_in);
    println!(
        "  server    {}\n  realm     {}\n  email     {}\n  password  {}\n",
        sign_in.server, sign_in.realm, sign_in.email, sign_in.password
    );

    let prepare = |command: &mut Command| -> Result<()> {
        app::keep_in(&folder.app(), command)?;
        app::sign_in_by_file(&folder.app(), &sign_in, command)
    };
    if options.server_only {
        println!("The server runs until Ctrl-C.");
        return attend(&mut server, traffic.as_mut(), None);
    }
    if !display::there_is_one() {
        println!(
            "There is no display here: the app runs on a virtual one, to have its picture taken."
        );
        let bus = Session::bus_only(&folder.app())?;
        return take_picture(&tandem, &bus, prepare, &root.join(&options.picture));
    }
    let mut command = Command::new(tandem);
    prepare(&mut command)?;
    let mut window = Running::start("tandem", &mut command)?;
    println!("The app is open. The server ends when its window is closed.");
    attend(&mut server, traffic.as_mut(), Some(&mut window))
}

/// The programs of the demo: with a simulator only where it is needed, so that otherwise they are those of the tests.
fn build(root: &Path, calls: &Calls) -> Command {
    let mut build = workspace::cargo();
    build.args(["build", "--locked", "--bins"]);
    for package in ["pbx-core", "tandem", "tandem-engine-tests"] {
        build.args(["--package", package]);
    }
    if matches!(calls, Calls::Simulated) {
        build.args(["--features", "pbx-core/simulator"]);
    }
    build.current_dir(root);
    build
}

/// Waits until the window is closed, or somebody asks us to end. Whoever calls drops the rest.
fn attend(
    server: &mut Server,
    mut traffic: Option<&mut Traffic>,
    mut window: Option<&mut Running>,
) -> Result<()> {
    while !interrupt::asked() {
        server.still_runs()?;
        if let Some(traffic) = traffic.as_mut() {
            traffic.still_runs()?;
        }
        if let Some(window) = window.as_mut()
            && let Some(status) = window.ended()?
        {
            anyhow::ensure!(status.success(), "the app ended with {status}");
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn take_picture(
    tandem: &Path,
    bus: &Session,
    prepare: impl Fn(&mut Command) -> Result<()>,
    picture: &Path,
) -> Result<()> {
    let display = Display::start(SCREEN.0, SCREEN.1)?;
    let mut prepared = Ok(());
    let window = Window::open(tandem, &[], |command| {
        display.use_for(command);
        // A bus of our own: without one, GTK starts one that nobody ends.
        bus.use_for(command);
        prepared = prepare(command);
    })?;
    prepared?;
    app::show_calls(&window, ROWS_LIMIT)?;
    // The first sync goes on behind the rows; its end makes the better picture.
    app::wait_for_text(&window, "Synced", ROWS_LIMIT)?;
    window.screenshot(picture)?;
    println!("Call Details: {}", picture.display());
    window.close()
}
