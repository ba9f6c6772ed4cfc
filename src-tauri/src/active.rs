//! The account that is open: its session, cache, sync, kept recordings and what is going on now.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use pbx_api::{Code, InstantMs, Me, Problem, Role, Rule};
use tandem_cache::{Cache, CacheError, Key, Opened, private_folder};
use tokio::task::JoinHandle;

use crate::account::{self, Account};
use crate::clock::{local_id, random_key};
use crate::live::Live;
use crate::offline::Offline;
use crate::server::Session;
use crate::sync::{self, Sync};
use crate::{Desktop, notify};

/// Waiting for the last user of a cache that was just closed.
const CLOSING_TRIES: u32 = 40;
const CLOSING_WAIT: Duration = Duration::from_millis(50);
/// The last contact is written down at most this often.
const CONTACT_EVERY_MS: i64 = 60_000;

pub struct Active {
    account: Mutex<Account>,
    pub session: Session,
    pub cache: Arc<Cache>,
    pub sync: Arc<Sync>,
    pub offline: Arc<Offline>,
    pub live: Arc<Live>,
    /// A damaged cache was set aside here.
    set_aside: Mutex<Option<PathBuf>>,
    /// Saved filters are read, changed and written by one at a time.
    pub(crate) saving: Mutex<()>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl std::fmt::Debug for Active {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Active")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// Waits until nothing holds a closed account's cache: a step that is being written, an export that
/// was told to stop.
pub(crate) async fn released(cache: &Weak<Cache>) {
    for _ in 0..CLOSING_TRIES {
        if cache.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(CLOSING_WAIT).await;
    }
}

async fn open_cache(folder: PathBuf, key: Key) -> Result<Opened, Problem> {
    for _ in 0..CLOSING_TRIES {
        let (folder, key) = (folder.clone(), key.clone());
        let opened = crate::blocking(move || {
            Ok(match Cache::open(&folder, &key) {
                // A cache whose key is lost can't be read by anybody: it begins anew.
                Err(CacheError::WrongKey) => std::fs::remove_dir_all(&folder)
                    .map_err(CacheError::from)
                    .and_then(|()| Cache::open(&folder, &key)),
                other => other,
            })
        })
        .await?;
        match opened {
            Err(CacheError::InUse) => tokio::time::sleep(CLOSING_WAIT).await,
            other => return other.map_err(crate::calls::problem),
        }
    }
    Err(Problem::new(Code::Cache).because(Rule::OtherWindow))
}

impl Active {
    /// Opens an account's cache and starts its sync.
    ///
    /// # Errors
    /// `Cache` when the cache can't be opened.
    pub async fn open(
        desktop: &Arc<Desktop>,
        account: Account,
        session: Session,
        cache_key: &str,
    ) -> Result<Arc<Self>, Problem> {
        let folder = desktop.account_folder(&account.key);
        for private in folder.parent().into_iter().chain([folder.as_path()]) {
            private_folder(private).map_err(|e| crate::files::disk_problem(private, &e))?;
        }
        let mut key = [0; 32];
        hex::decode_to_slice(cache_key, &mut key)
            .map_err(|_| Problem::new(Code::Cache).because(Rule::NotAKey))?;
        let opened = open_cache(folder.join("calls"), Key::new(&key)).await?;
        let cache = Arc::new(opened.cache);
        let (events, owner, begins_anew) = (
            desktop.events.clone(),
            Arc::clone(desktop),
            opened.set_aside.is_some(),
        );
        let (known, may_play) = (Arc::clone(&cache), account.may_play_recordings);
        let (sync, offline) = crate::blocking(move || {
            let sync = Arc::new(Sync::new(&known, events, begins_anew)?);
            let recordings = folder.join("recordings");
            Ok((
                sync,
                Offline::open(recordings, &key, known, &owner, may_play)?,
            ))
        })
        .await?;
        let active = Arc::new(Self {
            account: Mutex::new(account),
            session,
            cache,
            sync,
            offline,
            live: Arc::new(Live::new(&desktop.events)),
            set_aside: Mutex::new(opened.set_aside),
            saving: Mutex::new(()),
            tasks: Mutex::new(Vec::new()),
        });
        active.start(desktop);
        Ok(active)
    }

    /// Opens an account that is acted as: in memory, and gone when it is closed.
    ///
    /// # Errors
    /// `Cache` when there is no room for it.
    pub async fn open_in_memory(
        desktop: &Arc<Desktop>,
        account: Account,
        session: Session,
    ) -> Result<Arc<Self>, Problem> {
        let (events, owner) = (desktop.events.clone(), Arc::downgrade(desktop));
        let (cache, sync, offline) = crate::blocking(move || {
            let key = random_key();
            let cache = Cache::in_memory(&local_id(), &Key::new(&key));
            let cache = Arc::new(cache.map_err(crate::calls::problem)?);
            let sync = Arc::new(Sync::new(&cache, events, false)?);
            let offline = Offline::nowhere(&key, Arc::clone(&cache), owner);
            Ok((cache, sync, offline))
        })
        .await?;
        let active = Arc::new(Self {
            account: Mutex::new(account),
            session,
            cache,
            sync,
            offline,
            live: Arc::new(Live::new(&desktop.events)),
            set_aside: Mutex::new(None),
            saving: Mutex::new(()),
            tasks: Mutex::new(Vec::new()),
        });
        active.start(desktop);
        Ok(active)
    }

    fn start(self: &Arc<Self>, desktop: &Arc<Desktop>) {
        let owner = Arc::new(Owner {
            desktop: Arc::downgrade(desktop),
            active: Arc::downgrade(self),
            noted_ms: Mutex::new(0),
        });
        let (sync, session, cache) = (
            Arc::clone(&self.sync),
            self.session.clone(),
            Arc::clone(&self.cache),
        );
        let (weak, ended) = (Arc::downgrade(desktop), Arc::downgrade(self));
        let syncing = tokio::spawn(async move {
            let why = sync.run(session, cache, owner).await;
            if let (Some(desktop), Some(active)) = (weak.upgrade(), ended.upgrade()) {
                // Closing waits for this task, so it happens outside of it.
                tokio::spawn(async move { desktop.expire(&active, &why).await });
            }
        });
        let (live, session) = (Arc::clone(&self.live), self.session.clone());
        let (weak, told) = (Arc::downgrade(desktop), Arc::downgrade(self));
        let heard = move |alert| {
            if let (Some(desktop), Some(active)) = (weak.upgrade(), told.upgrade()) {
                notify::alert(&desktop, &active, alert);
            }
        };
        let watching = tokio::spawn(async move { live.run(session, heard).await });
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.extend([syncing, watching]);
        if !self.offline.is_nowhere() {
            tasks.push(tokio::spawn(Arc::clone(&self.offline).run()));
        }
    }

    /// Ends the tasks and waits until they are gone.
    pub async fn stop(&self) {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }

    #[must_use]
    pub fn account(&self) -> Account {
        self.account
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_account(&self, account: Account) {
        *self.account.lock().unwrap_or_else(PoisonError::into_inner) = account;
    }

    pub(crate) fn set_aside(&self) -> Option<PathBuf> {
        let path = self.set_aside.lock();
        path.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where everything of the account lies.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.cache
            .folder()
            .parent()
            .map(std::path::Path::to_owned)
            .unwrap_or_default()
    }
}

/// Asks the server what the account may, beside everything else. What fails is asked again by the
/// sync.
fn ask_rights(desktop: &Arc<Desktop>, active: &Arc<Active>) {
    let (desktop, active) = (Arc::clone(desktop), Arc::clone(active));
    tokio::spawn(async move {
        if let Ok(me) = active.session.me().await {
            tokio::task::spawn_blocking(move || account::note_rights(&desktop, &active, &me));
        }
    });
}

/// Takes the sync's news to the desktop. Weak, so that nothing outlives a closed account.
struct Owner {
    desktop: Weak<Desktop>,
    active: Weak<Active>,
    noted_ms: Mutex<InstantMs>,
}

impl sync::Owner for Owner {
    fn contact(&self, at_ms: InstantMs) {
        let mut noted = self.noted_ms.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back counts as a change too.
        if (at_ms - *noted).abs() < CONTACT_EVERY_MS {
            return;
        }
        *noted = at_ms;
        if let (Some(desktop), Some(active)) = (self.desktop.upgrade(), self.active.upgrade()) {
            let key = active.account().key;
            tokio::task::spawn_blocking(move || {
                let kept = desktop
                    .accounts
                    .update(&key, |known| known.last_contact_ms = at_ms);
                if let Err(problem) = kept {
                    tracing::warn!(%problem, "the last contact was not kept");
                }
            });
        }
    }

    fn is_silent_too_long(&self) -> bool {
        let (Some(desktop), Some(active)) = (self.desktop.upgrade(), self.active.upgrade()) else {
            return false;
        };
        let known = desktop.accounts.get(&active.account().key);
        known.is_some_and(|known| account::is_silent_too_long(&known))
    }

    fn set_aside(&self, path: PathBuf) {
        if let Some(active) = self.active.upgrade() {
            let known = active.set_aside.lock();
            *known.unwrap_or_else(PoisonError::into_inner) = Some(path);
        }
    }

    fn rights(&self, me: &Me) {
        if let (Some(desktop), Some(active)) = (self.desktop.upgrade(), self.active.upgrade()) {
            active.offline.rights(me.may_play_recordings);
            let me = me.clone();
            tokio::task::spawn_blocking(move || account::note_rights(&desktop, &active, &me));
        }
    }

    fn caught_up(&self, first: bool, changed: u64) {
        if let (Some(desktop), Some(active)) = (self.desktop.upgrade(), self.active.upgrade()) {
            if changed > 0 {
                active.offline.look_again();
                if active.account().role == Role::User {
                    // A profile that changed decides which pages its user has.
                    ask_rights(&desktop, &active);
                }
            }
            if first && !active.offline.is_nowhere() {
                notify::first_sync(&desktop, &active);
            }
        }
    }
}
