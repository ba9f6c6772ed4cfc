//! Builds in release and hands over to the measurements, which are a program of the tests crate.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use tandem_stage::workspace;

use crate::packages::Purpose;
use crate::setup;
use crate::steps::Steps;

#[derive(Args)]
pub struct Options {
    /// Also measure at 10 000 000 calls
    #[arg(long)]
    large: bool,
    /// Calls of the ordinary run
    #[arg(long, default_value_t = 1_000_000)]
    calls: usize,
    /// One part alone: `log`, `transfer` or `decisions`
    #[arg(long)]
    only: Option<String>,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    setup::run(root, Purpose::Test)?;
    let mut steps = Steps::new(root, "bench")?;
    let mut build = workspace::cargo();
    build
        .args([
            "build",
            "--release",
            "--locked",
            "--package",
            "pbx-core",
            "--package",
            "tandem-tests",
        ])
        .args(["--bin", "pbx-core", "--bin", "tandem-bench"])
        .current_dir(root);
    steps.command("build in release", &mut build)?;
    let mut bench =
        std::process::Command::new(workspace::program(root, "release", "tandem-bench")?);
    bench
        .arg("--calls")
        .arg(options.calls.to_string())
        .current_dir(root);
    if let Some(part) = &options.only {
        bench.args(["--only", part]);
    }
    if options.large {
        bench.arg("--large");
    }
    // Its figures are the point: they go straight to the person.
    let status = bench.status()?;
    if !status.success() {
        bail!("the measurements did not finish ({status})");
    }
    Ok(())
}
