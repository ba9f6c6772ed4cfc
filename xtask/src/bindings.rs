//! The UI's types, written from the Rust ones.

use std::path::Path;

use anyhow::Result;
use tandem_stage::workspace;

use crate::packages::Purpose;
use crate::setup;
use crate::steps::Steps;

pub fn run(root: &Path) -> Result<()> {
    setup::run(root, Purpose::Build)?;
    let mut steps = Steps::new(root, "bindings")?;
    let mut command = workspace::cargo();
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "tandem-tests",
            "--bin",
            "bindings",
        ])
        .current_dir(root);
    steps.command("write ui/src/api/bindings.ts", &mut command)
}
