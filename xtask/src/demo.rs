use anyhow::Result;
use clap::Args;
use std::path::Path;
#[derive(Args)]
pub struct Options {}
pub fn run(_root: &Path, _options: &Options) -> Result<()> {
    Ok(())
}
