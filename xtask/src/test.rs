//! `cargo xtask test`: everything that must pass, cheapest first.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use clap::Args;
use tandem_stage::process::on_path;
use tandem_stage::workspace;

use crate::counts::Counts;
use crate::packages::Purpose;
use crate::steps::Steps;
use crate::{setup, tidy, web};

#[derive(Args)]
pub struct Options {
    /// Don't look for missing system packages
    #[arg(long)]
    no_setup: bool,
    /// Go on after a step that failed
    #[arg(long)]
    keep_going: bool,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let mut steps = Steps::new(root, "test")?;
    steps.keep_going = options.keep_going;
    let outcome = all(root, options, &mut steps);
    steps.summary();
    for error in steps.failures.iter().chain(outcome.as_ref().err()) {
        println!("\n{error:#}");
    }
    println!(
        "\n{} passed, {} failed",
        steps.counts.passed, steps.counts.failed
    );
    if outcome.is_err() || !steps.failures.is_empty() {
        std::process::exit(1);
    }
    Ok(())
}

fn all(root: &Path, options: &Options, steps: &mut Steps) -> Result<()> {
    if !options.no_setup {
        steps.step("setup", || {
            (Counts::default(), setup::run(root, Purpose::Test))
        })?;
    }
    steps.step("tidy", || (Counts::default(), tidy::run(root)))?;
    steps.command("rustfmt", &mut cargo(root, &["fmt", "--all", "--check"]))?;

    // The UI first: the desktop's build takes in what it makes.
    web::install(root, steps)?;
    for (name, script) in [
        ("ui: types", "check"),
        ("ui: unit tests", "test"),
        ("ui: build", "build"),
        ("ui: build for the browser", "build:loopback"),
    ] {
        steps.command(name, &mut web::script(root, script))?;
    }

    let lints = [
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    steps.command("clippy", &mut cargo(root, &lints))?;
    // The tests start the real programs, which are not theirs to build.
    steps.command(
        "build",
        &mut cargo(root, &["build", "--locked", "--workspace", "--bins"]),
    )?;
    steps.command("rust tests", &mut rust_tests(root))?;
    let browser = workspace::program(root, "debug", "browser-tests")?;
    steps.command(
        "the UI in Chromium",
        Command::new(browser).current_dir(root),
    )
}

/// With nextest where it is: it runs the tests of all crates side by side. Without, cargo's own runner does.
fn rust_tests(root: &Path) -> Command {
    if on_path("cargo-nextest") {
        cargo(
            root,
            &[
                "nextest",
                "run",
                "--locked",
                "--workspace",
                "--no-fail-fast",
                "--status-level=fail",
                "--final-status-level=slow",
            ],
        )
    } else {
        cargo(root, &["test", "--locked", "--workspace", "--no-fail-fast"])
    }
}

fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = workspace::cargo();
    command.args(arguments).current_dir(root);
    command
}
