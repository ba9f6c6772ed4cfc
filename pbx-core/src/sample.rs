//! Sample data, marked as such.

use std::path::PathBuf;

use crate::http::App;

pub const REALM: &str = "northvoice.example";
pub const OWNER: &str = "owner@northvoice.example";

pub struct Wanted {
    pub calls: usize,
    pub recordings: usize,
    pub audio: Option<PathBuf>,
    pub password: String,
}

pub struct Made {
    pub calls: usize,
    pub legs: usize,
    pub recordings: usize,
}

pub async fn fill(_: &App, _: &Wanted) -> anyhow::Result<Made> {
    anyhow::bail!("not wired yet")
}
