//! Bringing the change feed into the cache: the loop that keeps it fresh.

mod feed;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pbx_api::{Code, InstantMs, Problem};
use serde::{Deserialize, Serialize};
use tandem_cache::{Cache, CacheError};
use tokio::sync::Notify;
use ts_rs::TS;

use crate::clock::now_ms;
use crate::events::{Event, Events, Tag};
use crate::server::Session;

pub use feed::Outcome;

/// Between two looks for changes while the server answers.
const POLL: Duration = Duration::from_secs(5);
/// The wait after a failure doubles from the first to the second.
const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_LAST: Duration = Duration::from_secs(60);
/// A clock that is off by less is nobody's worry.
const CLOCK_OFF_MS: i64 = 120_000;
/// The rights are asked for again after this many quiet looks (10 minutes).
const LOOKS_PER_ME: u32 = 120;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncPhase {
    SignedOut,
    Syncing,
    Synced,
    Offline,
    /// The session ended: sign in again.
    Expired,
    Failed,
}

/// How fresh the cache is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncState {
    pub phase: SyncPhase,
    /// The first sync of this cache is not complete yet.
    pub first_sync: bool,
    /// Changes brought by the running sync, of `total`.
    pub done: u64,
    pub total: u64,
    /// When the cache last had everything.
    pub synced_at_ms: Option<InstantMs>,
    pub offline_since_ms: Option<InstantMs>,
    /// What failed, and how.
    pub problem: Option<Problem>,
    /// This computer's clock minus the server's, where it is off by minutes.
    pub clock_off_ms: Option<i64>,
}

impl SyncState {
    #[must_use]
    pub fn signed_out() -> Self {
        Self {
            phase: SyncPhase::SignedOut,
            first_sync: false,
            done: 0,
            total: 0,
            synced_at_ms: None,
            offline_since_ms: None,
            problem: None,
            clock_off_ms: None,
        }
    }
}

/// The state of one account's sync, shared with who shows it.
#[derive(Debug)]
pub struct Sync {
    state: Mutex<SyncState>,
    wake: Notify,
    events: Events,
    /// Held while the cache is declared complete or emptied, so that an empty one is never taken
    /// for complete.
    marking: tokio::sync::Mutex<()>,
}

/// Why the loop ended by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The server no longer takes the session.
    Expired,
    /// The server was not reached for longer than the reseller allows.
    Silent,
}

/// What the loop tells its owner.
pub trait Owner: Send + std::marker::Sync {
    /// The server answered: the days without contact begin anew.
    fn contact(&self, at_ms: InstantMs);
    /// The server was not reached for longer than the reseller allows.
    fn is_silent_too_long(&self) -> bool;
    /// A damaged cache was set aside.
    fn set_aside(&self, path: PathBuf);
    /// The rights as the server has them now.
    fn rights(&self, me: &pbx_api::Me);
    /// The cache has everything; `changed` calls came.
    fn caught_up(&self, first: bool, changed: u64);
}

const FIRST_SYNC_DONE: &str = "first sync done";
const SYNCED_AT: &str = "synced at";

impl Sync {
    /// The sync of a cache; `begins_anew` says that what it held was set aside.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn new(cache: &Cache, events: Events, begins_anew: bool) -> Result<Self, Problem> {
        if begins_anew {
            forget_marks(cache)?;
        }
        let done = matches!(cache.value(FIRST_SYNC_DONE), Ok(Some(_)));
        let synced_at_ms = cache
            .value(SYNCED_AT)
            .ok()
            .flatten()
            .and_then(|text| String::from_utf8(text).ok()?.parse().ok());
        let state = SyncState {
            phase: SyncPhase::Syncing,
            first_sync: !done,
            synced_at_ms,
            ..SyncState::signed_out()
        };
        Ok(Self {
            state: Mutex::new(state),
            wake: Notify::new(),
            events,
            marking: tokio::sync::Mutex::new(()),
        })
    }

    #[must_use]
    pub fn state(&self) -> SyncState {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Looks for changes now.
    pub fn now(&self) {
        self.wake.notify_one();
    }

    fn set(&self, change: impl FnOnce(&mut SyncState)) {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = state.clone();
        change(&mut state);
        if *state != before {
            let state = state.clone();
            self.events.send(Event::Sync(state));
        }
    }

    /// Keeps the cache fresh until the session ends. Dropping the future stops it between two
    /// steps; a step that is being written is finished.
    pub async fn run(
        self: Arc<Self>,
        session: Session,
        cache: Arc<Cache>,
        owner: Arc<dyn Owner>,
    ) -> Ended {
        let mut backoff = BACKOFF_FIRST;
        let mut looks = 0;
        loop {
            let wait = match self
                .look(&session, &cache, &*owner, looks % LOOKS_PER_ME == 0)
                .await
            {
                Ok(()) => {
                    backoff = BACKOFF_FIRST;
                    looks += 1;
                    POLL
                }
                Err(problem) if is_signed_out(&problem) => {
                    self.set(|state| state.phase = SyncPhase::Expired);
                    return Ended::Expired;
                }
                Err(_) if owner.is_silent_too_long() => return Ended::Silent,
                Err(problem) => {
                    self.failed(&problem);
                    looks = 0;
                    let wait = backoff;
                    backoff = (backoff * 2).min(BACKOFF_LAST);
                    wait
                }
            };
            let _ = tokio::time::timeout(wait, self.wake.notified()).await;
        }
    }

    fn failed(&self, problem: &Problem) {
        let offline = problem.code == Code::Offline;
        self.set(|state| {
            state.phase = if offline {
                SyncPhase::Offline
            } else {
                SyncPhase::Failed
            };
            state.offline_since_ms = state.offline_since_ms.or_else(|| offline.then(now_ms));
            state.problem = (!offline).then(|| problem.clone());
        });
    }

    /// One look for changes: everything up to now.
    async fn look(
        &self,
        session: &Session,
        cache: &Arc<Cache>,
        owner: &dyn Owner,
        ask_me: bool,
    ) -> Result<(), Problem> {
        let damaged = cache.is_damaged();
        if ask_me || damaged {
            let info = session.server().info().await?;
            let off = now_ms() - info.now_ms;
            self.set(|state| state.clock_off_ms = (off.abs() > CLOCK_OFF_MS).then_some(off));
            owner.rights(&session.me().await?);
        }
        if damaged {
            // Only now that the server answers: what can still be read is better than nothing.
            let file = Arc::clone(cache);
            let aside = self.start_anew(cache, move || file.set_aside()).await?;
            owner.set_aside(aside);
        }
        let mut brought = 0;
        let first = loop {
            let outcome = self.bring(session, cache, brought).await?;
            brought += outcome.applied;
            owner.contact(now_ms());
            if outcome.caught_up
                && let Some(first) = self.mark_complete(cache, outcome.epoch).await?
            {
                break first;
            }
        };
        if brought > 0 {
            self.events
                .changed(&[Tag::Calls, Tag::Directory, Tag::Cache]);
        }
        owner.caught_up(first, brought);
        Ok(())
    }

    /// Notes that the cache has everything, unless it was emptied since. Says whether that was so
    /// for the first time.
    async fn mark_complete(&self, cache: &Arc<Cache>, epoch: u64) -> Result<Option<bool>, Problem> {
        let _marking = self.marking.lock().await;
        if cache.epoch() != epoch {
            return Ok(None);
        }
        let (first, now) = (self.state().first_sync, now_ms());
        let complete = Arc::clone(cache);
        crate::blocking(move || {
            keep(&complete, SYNCED_AT, &now.to_string())?;
            if first {
                keep(&complete, FIRST_SYNC_DONE, "")?;
            }
            Ok(())
        })
        .await?;
        self.set(|state| {
            state.phase = SyncPhase::Synced;
            state.first_sync = false;
            state.synced_at_ms = Some(now);
            state.offline_since_ms = None;
            state.problem = None;
            state.done = 0;
            state.total = 0;
        });
        Ok(Some(first))
    }

    /// Reads one answer of the feed. A cursor of another generation empties the cache first, so
    /// that old and new data are never shown together.
    async fn bring(
        &self,
        session: &Session,
        cache: &Arc<Cache>,
        before: u64,
    ) -> Result<Outcome, Problem> {
        let known = Arc::clone(cache);
        let (mut epoch, cursor) = crate::blocking(move || {
            // In this order: an emptied cache has another epoch before it has no cursor.
            let epoch = known.epoch();
            Ok((epoch, known.cursor().map_err(crate::calls::problem)?))
        })
        .await?;
        let response = match session.changes(cursor.as_deref()).await {
            Err(problem) if problem.code == Code::CursorGone => {
                let emptied = Arc::clone(cache);
                self.start_anew(cache, move || emptied.wipe()).await?;
                epoch = cache.epoch();
                session.changes(None).await?
            }
            other => other?,
        };
        feed::read(response, cache, epoch, |applied, remaining| {
            let done = before + applied;
            self.set(|state| {
                state.done = done;
                state.total = done + remaining;
                // A handful of new calls is no event: the state says "synced" all along.
                if state.first_sync || state.total > 1000 || state.phase != SyncPhase::Synced {
                    state.phase = SyncPhase::Syncing;
                }
            });
            if applied > 0 {
                self.events.changed(&[Tag::Calls, Tag::Directory]);
            }
        })
        .await
    }

    /// Empties the cache. It counts as incomplete before it is empty: what is kept offline is
    /// held against it.
    async fn start_anew<T: Send + 'static>(
        &self,
        cache: &Arc<Cache>,
        empty: impl FnOnce() -> Result<T, CacheError> + Send + 'static,
    ) -> Result<T, Problem> {
        let _marking = self.marking.lock().await;
        self.set(|state| {
            state.first_sync = true;
            state.synced_at_ms = None;
        });
        let emptied = Arc::clone(cache);
        let done = crate::blocking(move || {
            // A damaged file may not take it; the values of a set aside one are forgotten after.
            let before = forget_marks(&emptied);
            let done = empty().map_err(crate::calls::problem)?;
            before.or_else(|_| forget_marks(&emptied))?;
            Ok(done)
        })
        .await?;
        self.events
            .changed(&[Tag::Calls, Tag::Directory, Tag::Cache]);
        Ok(done)
    }

    /// Empties the cache and brings everything anew.
    ///
    /// # Errors
    /// When the file can't be written.
    pub async fn rebuild(&self, cache: &Arc<Cache>) -> Result<(), Problem> {
        let emptied = Arc::clone(cache);
        self.start_anew(cache, move || emptied.wipe()).await?;
        self.now();
        Ok(())
    }
}

/// A cache that is filled anew is not complete, whatever it said before.
fn forget_marks(cache: &Cache) -> Result<(), Problem> {
    [FIRST_SYNC_DONE, SYNCED_AT]
        .iter()
        .try_for_each(|name| cache.drop_value(name))
        .map_err(crate::calls::problem)
}

fn keep(cache: &Cache, name: &str, value: &str) -> Result<(), Problem> {
    cache
        .set_value(name, value.as_bytes())
        .map_err(crate::calls::problem)
}

fn is_signed_out(problem: &Problem) -> bool {
    matches!(problem.code, Code::Unauthenticated | Code::WrongCredentials)
}
