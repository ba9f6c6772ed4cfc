//! Recordings kept on this computer: standing rules, fetched in the background, sealed on disk.

mod files;
mod pass;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use pbx_api::{Code, LegId, Problem, RecordingInfo};
use serde::{Deserialize, Serialize};
use tandem_cache::{Cache, CallFilter, Key};
use tokio::sync::Notify;
use ts_rs::TS;

use crate::clock::local_id;
use crate::events::Tag;
use crate::{Desktop, Nothing};

const RULES: &str = "offline rules";
const RULES_MAX: usize = 20;
const NAME_MAX: usize = 80;
/// Less holds no recording, more no disk.
const LIMIT_MIN_BYTES: u64 = 1 << 20;
const LIMIT_MAX_BYTES: u64 = 1 << 40;
/// After a failure the rules are tried again by themselves.
const AGAIN: Duration = Duration::from_secs(30);

/// "Keep the recordings of this filter": as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    id: String,
    name: String,
    filter: CallFilter,
    limit_bytes: u64,
    paused: bool,
}

/// A rule with how far it is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OfflineRule {
    pub id: String,
    pub name: String,
    pub filter: CallFilter,
    pub limit_bytes: u64,
    pub paused: bool,
    /// Recordings that the filter matches.
    pub matching: u64,
    /// Of those, here.
    pub kept: u64,
    pub kept_bytes: u64,
    /// Within the limit and not here yet.
    pub waiting: u64,
    pub problem: Option<Problem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OfflineState {
    pub rules: Vec<OfflineRule>,
    pub kept: u64,
    pub kept_bytes: u64,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AddRule {
    pub name: String,
    pub filter: CallFilter,
    pub limit_bytes: u64,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PauseRule {
    pub id: String,
    pub paused: bool,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RemoveRule {
    pub id: String,
    pub delete_files: bool,
}

/// What the last pass found of a rule.
#[derive(Debug, Clone, Default)]
struct Progress {
    matching: u64,
    /// With their sizes in bytes.
    wanted: HashMap<LegId, u64>,
    problem: Option<Problem>,
}

/// The kept recordings of one account.
pub struct Offline {
    folder: PathBuf,
    key: Key,
    cache: Arc<Cache>,
    desktop: Weak<Desktop>,
    /// What is here, with its size in bytes.
    kept: Mutex<HashMap<LegId, u64>>,
    progress: Mutex<HashMap<String, Progress>>,
    may_play: AtomicBool,
    /// Rules are read, changed and written by one at a time.
    editing: Mutex<()>,
    wake: Notify,
}

impl std::fmt::Debug for Offline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Offline {{ folder: {:?}, .. }}", self.folder)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Offline {
    /// # Errors
    /// `Disk` when the folder can't be used.
    pub fn open(
        folder: PathBuf,
        key: &[u8; 32],
        cache: Arc<Cache>,
        desktop: &Arc<Desktop>,
        may_play: bool,
    ) -> Result<Arc<Self>, Problem> {
        let kept = files::list(&folder)?;
        let desktop = Arc::downgrade(desktop);
        Ok(Self::with(folder, key, cache, desktop, kept, may_play))
    }

    /// For an account that is acted as: nothing of it is kept.
    pub fn nowhere(key: &[u8; 32], cache: Arc<Cache>, desktop: Weak<Desktop>) -> Arc<Self> {
        Self::with(PathBuf::new(), key, cache, desktop, HashMap::new(), false)
    }

    fn with(
        folder: PathBuf,
        key: &[u8; 32],
        cache: Arc<Cache>,
        desktop: Weak<Desktop>,
        kept: HashMap<LegId, u64>,
        may_play: bool,
    ) -> Arc<Self> {
        Arc::new(Self {
            folder,
            key: Key::new(key),
            cache,
            desktop,
            kept: Mutex::new(kept),
            progress: Mutex::new(HashMap::new()),
            may_play: AtomicBool::new(may_play),
            editing: Mutex::new(()),
            wake: Notify::new(),
        })
    }

    /// Nothing can be kept.
    pub fn is_nowhere(&self) -> bool {
        self.folder.as_os_str().is_empty()
    }

    #[must_use]
    pub fn has(&self, leg: LegId) -> bool {
        lock(&self.kept).contains_key(&leg)
    }

    /// The whole recording when it is here and sound.
    #[must_use]
    pub fn read(&self, leg: LegId, info: &RecordingInfo) -> Option<Vec<u8>> {
        if !self.has(leg) {
            return None;
        }
        let read = files::read(&self.folder, &self.key, leg, info);
        if read.is_none() {
            // Damaged on the disk: it is fetched again.
            self.drop_file(leg);
        }
        read
    }

    pub fn drop_file(&self, leg: LegId) {
        if self.is_nowhere() {
            return;
        }
        files::remove(&self.folder, leg);
        lock(&self.kept).remove(&leg);
        self.changed();
    }

    /// New calls came, or something else that the rules look at.
    pub fn look_again(&self) {
        self.wake.notify_one();
    }

    /// A withdrawn right removes the files.
    pub fn rights(&self, may_play: bool) {
        if self.may_play.swap(may_play, Ordering::Relaxed) != may_play {
            self.look_again();
        }
    }

    /// # Errors
    /// When they can't be read: no rules at all would remove every kept file.
    fn rules(&self) -> Result<Vec<Rule>, Problem> {
        let text = self.cache.value(RULES).map_err(crate::calls::problem)?;
        text.map_or_else(
            || Ok(Vec::new()),
            |text| {
                serde_json::from_slice(&text).map_err(|_| {
                    Problem::new(Code::Cache).because(pbx_api::Rule::KeptByOtherVersion)
                })
            },
        )
    }

    /// Changes the rules, one change after the other.
    fn edit<T>(
        &self,
        change: impl FnOnce(&mut Vec<Rule>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let _editing = lock(&self.editing);
        let mut rules = self.rules()?;
        let done = change(&mut rules)?;
        self.set_rules(&rules)?;
        Ok(done)
    }

    fn set_rules(&self, rules: &[Rule]) -> Result<(), Problem> {
        let text = serde_json::to_vec(rules).expect("rules are plain data");
        self.cache
            .set_value(RULES, &text)
            .map_err(crate::calls::problem)?;
        self.changed();
        self.look_again();
        Ok(())
    }

    fn changed(&self) {
        if let Some(desktop) = self.desktop.upgrade() {
            desktop.events.changed(&[Tag::Offline]);
        }
    }

    #[must_use]
    pub fn state(&self) -> OfflineState {
        let rules = self.rules().unwrap_or_default();
        let (kept, progress) = (lock(&self.kept), lock(&self.progress));
        let rules = rules.into_iter().map(|rule| {
            let progress = progress.get(&rule.id).cloned().unwrap_or_default();
            let here = progress
                .wanted
                .iter()
                .filter(|(leg, _)| kept.contains_key(*leg));
            let (count, bytes) = here.fold((0, 0), |(n, sum), (_, size)| (n + 1, sum + size));
            OfflineRule {
                id: rule.id,
                name: rule.name,
                filter: rule.filter,
                limit_bytes: rule.limit_bytes,
                paused: rule.paused,
                matching: progress.matching,
                kept: count,
                kept_bytes: bytes,
                waiting: progress.wanted.len() as u64 - count,
                problem: progress.problem,
            }
        });
        OfflineState {
            rules: rules.collect(),
            kept: kept.len() as u64,
            kept_bytes: kept.values().sum(),
        }
    }

    /// Keeps the files as the rules say, until dropped.
    pub async fn run(self: Arc<Self>) {
        loop {
            let again = match Arc::clone(&self).pass().await {
                Ok(()) => None,
                Err(problem) => {
                    tracing::info!(code = ?problem.code, "kept recordings are not complete yet");
                    Some(AGAIN)
                }
            };
            self.changed();
            match again {
                Some(again) => {
                    let _ = tokio::time::timeout(again, self.wake.notified()).await;
                }
                None => self.wake.notified().await,
            }
        }
    }

    fn purge(&self) -> Result<(), Problem> {
        let _editing = lock(&self.editing);
        self.set_rules(&[])?;
        let kept: Vec<LegId> = lock(&self.kept).keys().copied().collect();
        kept.into_iter().for_each(|leg| self.drop_file(leg));
        files::remove_parts(&self.folder, &HashSet::new());
        Ok(())
    }
}

pub async fn state(desktop: Arc<Desktop>, _: Nothing) -> Result<OfflineState, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || Ok(active.offline.state())).await
}

pub async fn add(desktop: Arc<Desktop>, input: AddRule) -> Result<OfflineRule, Problem> {
    let active = desktop.active()?;
    if active.offline.is_nowhere() {
        let why = pbx_api::Rule::NothingKeptConnected;
        return Err(Problem::new(Code::Forbidden).because(why));
    }
    let name = input.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        let rule = pbx_api::Rule::Characters { least: 1, most: 80 };
        return Err(Problem::broken("name", rule));
    }
    if !(LIMIT_MIN_BYTES..=LIMIT_MAX_BYTES).contains(&input.limit_bytes) {
        return Err(Problem::broken("limit_bytes", pbx_api::Rule::KeepBetween));
    }
    let rule = Rule {
        id: local_id(),
        name: name.to_owned(),
        filter: input.filter,
        limit_bytes: input.limit_bytes,
        paused: false,
    };
    crate::blocking(move || {
        // The filter must be one that can be answered.
        active
            .cache
            .totals(&rule.filter)
            .map_err(crate::calls::problem)?;
        let id = rule.id.clone();
        active.offline.edit(|rules| {
            if rules.len() >= RULES_MAX {
                let most = pbx_api::Rule::OneTooMany { most: 20 };
                return Err(Problem::broken("name", most));
            }
            rules.push(rule);
            Ok(())
        })?;
        let rules = active.offline.state().rules;
        let added = rules.into_iter().find(|known| known.id == id);
        added.ok_or_else(|| Problem::new(Code::NotFound))
    })
    .await
}

pub async fn pause(desktop: Arc<Desktop>, input: PauseRule) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        active.offline.edit(|rules| {
            let rule = rules.iter_mut().find(|rule| rule.id == input.id);
            rule.ok_or_else(|| Problem::new(Code::NotFound))?.paused = input.paused;
            Ok(Nothing {})
        })
    })
    .await
}

pub async fn remove(desktop: Arc<Desktop>, input: RemoveRule) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        active.offline.edit(|rules| {
            rules.retain(|rule| rule.id != input.id);
            if !input.delete_files {
                active.offline.keep_by_hand(&input.id)?;
            }
            Ok(Nothing {})
        })
    })
    .await
}

/// Removes every rule and every kept file.
pub async fn purge(desktop: Arc<Desktop>, _: Nothing) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        active.offline.purge()?;
        Ok(Nothing {})
    })
    .await
}
