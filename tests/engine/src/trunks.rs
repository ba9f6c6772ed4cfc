//! The trunks that the engine of a laboratory knows.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tandem_stage::wait;

use crate::PATIENCE;
use crate::lab::{Lab, SECRET, http};

impl Lab {
    /// Waits until the engine has the trunks that the server has.
    pub(crate) fn knows_trunks(&self) -> Result<()> {
        let url = format!("{}/engine/v1/trunks", self.core.url());
        wait::until("the engine knows the trunks", PATIENCE, || {
            let request = http()
                .post(&url)
                .header("authorization", format!("Bearer {SECRET}"));
            let answer = request.send_json(json!({ "engine": "laboratory" }))?;
            let told: Value = answer.into_body().read_json()?;
            let version = told["version"].as_str().context("a version")?;
            Ok((self.trunks_version()? == version).then_some(()))
        })
    }

    fn trunks_version(&self) -> Result<String> {
        let answer = self.rpc(Some(SECRET), "pv.shvGet", &["trunks"])?;
        let known: Value = answer.into_body().read_json()?;
        let value = &known["result"]["value"];
        Ok(value.as_str().unwrap_or_default().to_owned())
    }
}
