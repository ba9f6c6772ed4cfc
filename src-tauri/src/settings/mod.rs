//! What a person set on this computer, and what its local copy takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pbx_api::{InstantMs, Problem, Rule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::events::Tag;
use crate::{Desktop, Nothing, files};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    En,
    Fr,
    Es,
    De,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// In whose zone times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    Viewer,
    Client,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub language: Language,
    pub theme: Theme,
    pub zone: Zone,
    pub notify_export: bool,
    pub notify_sync: bool,
    pub notify_download: bool,
    /// Phones of one place dropped together.
    pub notify_phones_dropped: bool,
    /// Somebody dialled for help.
    pub notify_emergency: bool,
    /// A client has as many calls at once as it may.
    pub notify_limit: bool,
    /// Columns of Call Details in their order; empty: the usual ones.
    pub columns: Vec<String>,
    /// Columns of the other lists in their order, by the list's name; none: the usual ones.
    #[serde(default)]
    pub list_columns: BTreeMap<String, Vec<String>>,
    /// Where recordings sound; none: the system's choice.
    pub output_device: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: language_of_system(&|name| std::env::var(name).ok()),
            theme: Theme::System,
            zone: Zone::Viewer,
            notify_export: true,
            notify_sync: true,
            notify_download: true,
            notify_phones_dropped: true,
            notify_emergency: true,
            notify_limit: true,
            columns: Vec::new(),
            list_columns: BTreeMap::new(),
            output_device: None,
        }
    }
}

/// The language of the system where it is one of ours, else English.
fn language_of_system(variable: &impl Fn(&str) -> Option<String>) -> Language {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|v| !v.is_empty());
    match wanted.as_deref().and_then(|locale| locale.get(..2)) {
        Some("fr") => Language::Fr,
        Some("es") => Language::Es,
        Some("de") => Language::De,
        _ => Language::En,
    }
}

/// Names of columns and devices are short.
const NAME_MAX: usize = 200;
const COLUMNS_MAX: usize = 50;
const LISTS_MAX: usize = 100;

/// Takes what this version knows of what another one wrote, so that an update resets nothing.
fn of_any_version(written: serde_json::Map<String, serde_json::Value>) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in written {
        let Ok(serde_json::Value::Object(mut known)) = serde_json::to_value(&settings) else {
            continue;
        };
        known.insert(name, value);
        if let Ok(changed) = serde_json::from_value(known.into()) {
            settings = changed;
        }
    }
    settings
}

#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    settings: Mutex<Settings>,
}

impl SettingsFile {
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let path = folder.join("settings.json");
        let settings = files::read_json(&path).map_or_else(Settings::default, of_any_version);
        Self {
            path,
            settings: Mutex::new(settings),
        }
    }

    #[must_use]
    pub fn get(&self) -> Settings {
        self.settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, settings: &Settings) -> Result<(), Problem> {
        let mut current = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        files::write_json(&self.path, settings)?;
        current.clone_from(settings);
        Ok(())
    }
}

pub async fn show(desktop: Arc<Desktop>, _: Nothing) -> Result<Settings, Problem> {
    Ok(desktop.settings.get())
}

/// A file of settings is read at every start.
fn is_too_much(settings: &Settings) -> bool {
    let mut lists = settings.list_columns.values().chain([&settings.columns]);
    let columns = settings.list_columns.values().flatten();
    let names = settings.list_columns.keys();
    let mut texts = columns
        .chain(names)
        .chain(&settings.columns)
        .chain(&settings.output_device);
    settings.list_columns.len() > LISTS_MAX
        || lists.any(|columns| columns.len() > COLUMNS_MAX)
        || texts.any(|text| text.len() > NAME_MAX)
}

pub async fn change(desktop: Arc<Desktop>, input: Settings) -> Result<Settings, Problem> {
    if is_too_much(&input) {
        return Err(Problem::broken("columns", Rule::TooLong));
    }
    let before = desktop.settings.get();
    let (owner, written) = (Arc::clone(&desktop), input.clone());
    crate::blocking(move || owner.settings.set(&written)).await?;
    if before.output_device != input.output_device {
        desktop.player.choose_device(input.output_device.clone());
    }
    desktop.events.changed(&[Tag::Settings]);
    Ok(input)
}

/// What the open account takes on this computer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CacheInfo {
    pub calls: u64,
    pub legs: u64,
    pub database_bytes: u64,
    pub recordings: u64,
    pub recordings_bytes: u64,
    pub folder: String,
    pub oldest_ms: Option<InstantMs>,
    /// A damaged local copy was set aside here and is being rebuilt.
    pub set_aside: Option<String>,
}

pub async fn cache_info(desktop: Arc<Desktop>, _: Nothing) -> Result<CacheInfo, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let (calls, legs) = active.cache.size();
        let kept = active.offline.state();
        Ok(CacheInfo {
            calls,
            legs,
            database_bytes: active.cache.file_bytes(),
            recordings: kept.kept,
            recordings_bytes: kept.kept_bytes,
            folder: active.folder().display().to_string(),
            oldest_ms: active.cache.oldest_ms(),
            set_aside: active
                .set_aside()
                .as_ref()
                .map(|path| path.display().to_string()),
        })
    })
    .await
}

pub async fn rebuild_cache(desktop: Arc<Desktop>, _: Nothing) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    active.sync.rebuild(&active.cache).await?;
    Ok(Nothing {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_another_version_are_taken_as_far_as_they_are_known() {
        let written = serde_json::json!({
            "theme": "dark", "notify_sync": false, "language": "eo", "font": "large",
        });
        let serde_json::Value::Object(written) = written else {
            panic!("an object");
        };
        let settings = of_any_version(written);
        let expected = Settings {
            theme: Theme::Dark,
            notify_sync: false,
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn the_first_start_speaks_the_systems_language() {
        let german = |name: &str| (name == "LANG").then(|| "de_AT.UTF-8".to_owned());
        assert_eq!(language_of_system(&german), Language::De);
        assert_eq!(language_of_system(&|_| None), Language::En);
        assert_eq!(language_of_system(&|_| Some("C".to_owned())), Language::En);
    }
}
