//! Call records in from files of other systems.

use std::process::ExitCode;

use utoipa_axum::router::OpenApiRouter;

use crate::clock::World;
use crate::config::{Config, Limits};
use crate::http::App;

/// Routes of this feature.
pub fn routes(_: &Limits) -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub async fn run(_: &Config, _: World, _: Arguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not wired yet")
}
