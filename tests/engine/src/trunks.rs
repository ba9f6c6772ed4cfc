//! The trunks that the engine of a laboratory knows.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tandem_stage::engine::Site;
use tandem_stage::wait;

use crate::PATIENCE;
use crate::lab::{Lab, SECRET, http, rpc};

impl Lab {
    /// Waits until the engine has the trunks that the server has.
    pub(crate) fn knows_trunks(&self) -> Result<()> {
        are_known(self.core.url(), &self.site, SECRET)
    }
}

/// Waits until an engine has the trunks that its server has: before that, nothing leaves by them.
pub fn are_known(server: &str, site: &Site, secret: &str) -> Result<()> {
    let url = format!("{server}/engine/v1/trunks");
    wait::until("the engine knows the trunks", PATIENCE, || {
        let request = http()
            .post(&url)
            .header("authorization", format!("Bearer {secret}"));
        let answer = request.send_json(json!({ "engine": "laboratory" }))?;
        let told: Value = answer.into_body().read_json()?;
        let version = told["version"].as_str().context("a version")?;
        let known: Value = rpc(site, Some(secret), "pv.shvGet", &["trunks"])?
            .into_body()
            .read_json()?;
        Ok((known["result"]["value"] == version).then_some(()))
    })
}
