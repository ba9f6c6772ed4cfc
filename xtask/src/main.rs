//! `cargo xtask`: everything one does with this repository, on a machine that has only Rust and Node.
#![expect(
    clippy::print_stdout,
    reason = "a command line tool talks to its person on standard output"
)]

mod bench;
mod bindings;
mod counts;
mod demo;
mod icons;
mod packages;
mod setup;
mod steps;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Everything one does with this repository"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing on this machine: system packages, and the UI's npm packages
    Setup {
        /// What it is for; each includes the ones before it
        #[arg(long = "for", value_enum, default_value_t = packages::Purpose::Test)]
        purpose: packages::Purpose,
    },
    /// Build everything, start a server with sample data, and open the app ready to use
    Demo(demo::Options),
    /// Everything that must pass
    Test(test::Options),
    /// Measure sync, export and search in a release build, against SQLite's own tools
    Bench(bench::Options),
    /// Draw all sizes of the icon from icons/tandem.svg
    Icons,
    /// Write the UI's TypeScript types from the Rust ones
    Bindings,
    /// Check the invariants that ARCHITECTURE.md names
    Tidy,
}

fn main() -> ExitCode {
    // One sentence, causes included: a person reads it, and a backtrace of this tool helps nobody.
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    // Ctrl-C, SIGTERM and a closed terminal.
    ctrlc::set_handler(tandem_stage::interrupt::ask).context("signals can't be listened to")?;
    let root = tandem_stage::workspace::root()?;
    match task {
        Task::Setup { purpose } => setup::run(&root, purpose),
        Task::Demo(options) => demo::run(&root, &options),
        Task::Test(options) => test::run(&root, &options),
        Task::Bench(options) => bench::run(&root, &options),
        Task::Icons => icons::run(&root),
        Task::Bindings => bindings::run(&root),
        Task::Tidy => tidy::run(&root),
    }
}
