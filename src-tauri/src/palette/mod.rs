//! What was last reached through the command palette, kept sealed with the account's cache.

use std::sync::{Arc, PoisonError};

use pbx_api::{Problem, Rule};
use serde::Deserialize;
use ts_rs::TS;

use crate::active::Active;
use crate::calls::problem;
use crate::{Desktop, Nothing};

const KEPT: usize = 20;
const ID_MAX: usize = 100;
const NAME: &str = "palette";

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// What the palette calls the entry, such as `client:` and its id.
    pub id: String,
}

fn kept(active: &Active) -> Result<Vec<String>, Problem> {
    let text = active.cache.value(NAME).map_err(problem)?;
    Ok(text
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default())
}

/// The ids of what was used last, the last first.
///
/// # Errors
/// `Cache` when the cache can't be read.
pub async fn recent(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<String>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || kept(&active)).await
}

/// Remembers that an entry was used.
///
/// # Errors
/// `Invalid` when it is no id; `Disk` when it can't be kept.
pub async fn used(desktop: Arc<Desktop>, input: Used) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    if input.id.is_empty() || input.id.len() > ID_MAX {
        return Err(Problem::broken("id", Rule::Unknown));
    }
    crate::blocking(move || {
        let _saving = active.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let mut recent = kept(&active)?;
        recent.retain(|known| *known != input.id);
        recent.insert(0, input.id);
        recent.truncate(KEPT);
        let text = serde_json::to_vec(&recent).expect("ids are plain data");
        active.cache.set_value(NAME, &text).map_err(problem)?;
        Ok(Nothing {})
    })
    .await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::tests::stage::Stage;

    async fn recent(stage: &Stage) -> Value {
        stage
            .call("palette.recent", json!({}))
            .await
            .expect("lists")
    }

    #[tokio::test]
    async fn what_was_used_last_comes_first_and_once() {
        let stage = Stage::with(Vec::new()).await;
        assert_eq!(recent(&stage).await, json!([]));
        for id in ["client:1", "page:/calls", "client:1"] {
            stage
                .call("palette.used", json!({ "id": id }))
                .await
                .expect("kept");
        }
        assert_eq!(recent(&stage).await, json!(["client:1", "page:/calls"]));
        for n in 0..30 {
            let id = format!("user:{n}");
            stage
                .call("palette.used", json!({ "id": id }))
                .await
                .expect("kept");
        }
        let kept = recent(&stage).await;
        assert_eq!(kept.as_array().map(Vec::len), Some(super::KEPT));
        assert_eq!(kept[0], "user:29");
    }
}
