//! The desktop without its window: everything that Tandem does on this computer.
//!
//! Nothing outside `shell` knows of tauri. The window, and the browser in the tests, reach the
//! [`Desktop`] through the one table in [`commands`] and hear of changes through [`events`].

pub mod account;
mod active;
pub mod audit;
pub mod blocks;
pub mod branding;
pub mod calls;
pub mod clients;
mod clock;
pub mod commands;
pub mod connect;
pub mod dial;
pub mod emergency;
pub mod events;
pub mod export;
mod files;
pub mod home;
pub mod jobs;
pub mod limited;
pub mod links;
pub mod lists;
pub mod live;
pub mod logins;
mod notify;
pub mod numbers;
pub mod offline;
pub mod own;
pub mod palette;
pub mod player;
pub mod profiles;
pub mod recordings;
pub mod reports;
pub mod server;
pub mod settings;
pub mod shell;
pub mod support;
pub mod sync;
pub mod users;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use pbx_api::{Code, Problem, Rule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use account::{KnownAccounts, Secrets, SignIn};
use active::Active;
use events::{Event, Events, Tag};
use jobs::Jobs;
use player::Player;
use settings::SettingsFile;
use sync::{Ended, SyncPhase, SyncState};

pub use notify::Notification;

#[cfg(test)]
mod tests;

/// A command that takes or gives nothing.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What only a window can do.
pub trait Shell: Send + Sync {
    /// The native save dialog. Nothing: the person cancelled.
    fn save_dialog(
        &self,
        suggested: String,
    ) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;
    fn notify(&self, notification: Notification);
    /// Opens an address in the browser of this computer.
    ///
    /// # Errors
    /// When there is none.
    fn open_link(&self, address: &str) -> Result<(), Problem>;
    /// The person is looking at the window.
    fn is_in_front(&self) -> bool;
}

/// Everything that the program has.
pub struct Desktop {
    folder: PathBuf,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) events: Events,
    pub(crate) settings: SettingsFile,
    pub(crate) accounts: KnownAccounts,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) jobs: Jobs,
    pub(crate) player: Player,
    active: RwLock<Option<Arc<Active>>>,
    /// The accounts that the open one was connected from, the person's own first. Each stays open.
    behind: Mutex<Vec<Arc<Active>>>,
    /// Signing in, out and switching happen one at a time: two accounts that open at once would
    /// leave one of them running unseen.
    pub(crate) switching: tokio::sync::Mutex<()>,
    /// Why nothing is open, for the sign-in page.
    closed: Mutex<SyncState>,
    /// Paths that the person chose in a dialog and that were not used yet.
    chosen: Mutex<HashSet<PathBuf>>,
}

impl std::fmt::Debug for Desktop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desktop")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Runs what reads a disk or computes for long where it does not hold up others.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a command broke off");
            Err(Problem::new(Code::Internal).because(Rule::BrokeOff))
        })
}

impl Desktop {
    /// Reads what is on this computer under `folder`, and opens the account that was open last.
    pub async fn start(folder: PathBuf, shell: Arc<dyn Shell>) -> Arc<Self> {
        let secrets = tokio::task::spawn_blocking(Secrets::probe).await;
        let secrets = secrets.expect("a probe does not panic");
        Self::start_with(folder, shell, Arc::new(secrets)).await
    }

    async fn start_with(
        folder: PathBuf,
        shell: Arc<dyn Shell>,
        secrets: Arc<Secrets>,
    ) -> Arc<Self> {
        let events = Events::default();
        let settings = SettingsFile::open(&folder);
        let device = settings.get().output_device;
        let desktop = Arc::new(Self {
            shell,
            accounts: KnownAccounts::open(&folder),
            secrets,
            jobs: Jobs::new(events.clone()),
            player: Player::new(events.clone(), device),
            active: RwLock::new(None),
            behind: Mutex::new(Vec::new()),
            switching: tokio::sync::Mutex::new(()),
            closed: Mutex::new(SyncState::signed_out()),
            chosen: Mutex::new(HashSet::new()),
            folder,
            events,
            settings,
        });
        if let Some(known) = desktop.accounts.current()
            && let Err(problem) = account::open_known(&desktop, known).await
        {
            tracing::info!(%problem, "the last account was not opened");
            desktop.note_closed(&problem);
        }
        desktop
    }

    /// Signs in as the demo says, when it does: a file that is read once and removed.
    ///
    /// # Errors
    /// What signing in says.
    pub async fn sign_in_from(self: &Arc<Self>, file: &Path) -> Result<(), Problem> {
        let text = std::fs::read(file).map_err(|e| files::disk_problem(file, &e))?;
        std::fs::remove_file(file).map_err(|e| files::disk_problem(file, &e))?;
        let sign_in: SignIn = serde_json::from_slice(&text)
            .map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))?;
        account::sign_in(Arc::clone(self), sign_in).await.map(drop)
    }

    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    pub(crate) fn account_folder(&self, key: &str) -> PathBuf {
        self.folder.join("accounts").join(key)
    }

    pub(crate) fn active_or_none(&self) -> Option<Arc<Active>> {
        self.active
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn active(&self) -> Result<Arc<Active>, Problem> {
        self.active_or_none()
            .ok_or_else(|| Problem::new(Code::Unauthenticated))
    }

    pub(crate) fn set_active(&self, active: Option<Arc<Active>>) {
        let state = active
            .as_ref()
            .map_or_else(SyncState::signed_out, |active| active.sync.state());
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = active;
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = SyncState::signed_out();
        self.events.send(Event::Sync(state));
    }

    pub(crate) fn behind(&self) -> MutexGuard<'_, Vec<Arc<Active>>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes what is open, and what it was connected from.
    pub(crate) async fn close_active(&self) {
        connect::back_to_own(self);
        let active = self
            .active
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(active) = active {
            self.player.close();
            // An export would go on reading a cache that its person just closed.
            self.jobs.cancel_all();
            active.stop().await;
            self.events.send(Event::Sync(SyncState::signed_out()));
        }
    }

    /// A session ended by itself: what is here stays closed until one signs in again. Nothing
    /// happens when another account was opened meanwhile.
    pub(crate) async fn expire(&self, ended: &Arc<Active>, why: &Ended) {
        let _turn = self.switching.lock().await;
        // Whoever was connected from it ended with it.
        while self.behind().iter().any(|open| Arc::ptr_eq(open, ended)) {
            connect::step_back(self);
        }
        if !self
            .active_or_none()
            .is_some_and(|open| Arc::ptr_eq(&open, ended))
        {
            return;
        }
        if ended.account().connected.is_some() {
            connect::step_back(self);
            return;
        }
        self.close_active().await;
        let problem = match why {
            Ended::Expired => {
                let (secrets, key) = (Arc::clone(&self.secrets), ended.account().key);
                let forgotten = blocking(move || {
                    account::end_session(&secrets, &key);
                    Ok(())
                });
                if let Err(problem) = forgotten.await {
                    tracing::warn!(%problem, "the ended session was not forgotten");
                }
                Problem::new(Code::Unauthenticated)
            }
            Ended::Silent => account::silent_too_long(),
        };
        self.stays_closed(&problem);
    }

    /// Nothing is open now, and why.
    pub(crate) fn stays_closed(&self, problem: &Problem) {
        self.note_closed(problem);
        self.events.changed(&[Tag::Session]);
    }

    fn note_closed(&self, problem: &Problem) {
        let expired = problem.code == Code::Unauthenticated;
        let state = SyncState {
            phase: if expired {
                SyncPhase::Expired
            } else {
                SyncPhase::Failed
            },
            // A session that ended is a phase of its own; it may have more to say.
            problem: (!expired || !problem.errors.is_empty()).then(|| problem.clone()),
            ..SyncState::signed_out()
        };
        self.closed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&state);
        self.events.send(Event::Sync(state));
    }

    pub(crate) fn sync_state(&self) -> SyncState {
        self.active_or_none().map_or_else(
            || {
                self.closed
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone()
            },
            |active| active.sync.state(),
        )
    }

    /// Notes a path that came from the dialog: only such a path can be written.
    pub(crate) fn allow_path(&self, path: PathBuf) -> String {
        let text = path.display().to_string();
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path);
        text
    }

    pub(crate) fn take_path(&self, text: &str) -> Result<PathBuf, Problem> {
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        let path = chosen
            .iter()
            .find(|path| path.display().to_string() == text)
            .cloned();
        let path = path.ok_or_else(|| Problem::broken("path", Rule::Needed))?;
        chosen.remove(&path);
        Ok(path)
    }
}
