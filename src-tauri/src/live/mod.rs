//! What is going on now: one stream from the server for each open account, kept in memory.
//!
//! A line that is lost makes nothing up: what was known stays as it was, with its time, until the
//! server has said everything anew.

mod commands;
mod line;
mod panel;
mod picture;
mod stream;
mod teller;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pbx_api::{InstantMs, LiveAlert};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};
use ts_rs::TS;

use crate::clock::now_ms;
use crate::events::{Events, Tag};
use picture::{Applied, Watched};
use teller::Teller;

pub use commands::{LiveRows, calls, duplicated_nat, hang_up, registrations, state};
pub use panel::{Panel, panel};
pub use picture::Picture;

/// Five times a second is as often as a person reads, and a page reads every call each time.
const TELL_CALLS: Duration = Duration::from_millis(200);
/// Phones come and go by the hundred when a switch starts, and nobody waits for one.
const TELL_PHONES: Duration = Duration::from_secs(1);
/// Alerts are kept this long, and at most so many.
pub(crate) const ALERT_MS: i64 = 24 * 60 * 60 * 1000;
pub(crate) const ALERTS_MAX: usize = 50;
/// A clock that moved by less is the line's own delay.
const CLOCK_STEP_MS: i64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LivePhase {
    /// Nothing is known yet.
    Connecting,
    Live,
    /// The line is lost: what is shown was so at its time.
    Lost,
    /// The server lets this account see none of it.
    Refused,
}

/// How far what is shown can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LiveStatus {
    pub phase: LivePhase,
    /// When the server last said something, by this computer's clock. None: nothing is known.
    #[ts(type = "number | null")]
    pub as_of_ms: Option<InstantMs>,
    /// The server's clock minus this computer's: the server's instants are counted by it.
    #[ts(type = "number")]
    pub clock_ahead_ms: i64,
}

/// An alert and when it was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub at_ms: InstantMs,
    pub alert: LiveAlert,
}

#[derive(Debug, Default)]
struct Held {
    watched: Watched,
    as_of_ms: Option<InstantMs>,
    clock_ahead_ms: i64,
    alerts: VecDeque<Heard>,
}

/// What is going on now, for one account.
#[derive(Debug)]
pub struct Live {
    held: Mutex<Held>,
    phase: watch::Sender<LivePhase>,
    wake: Notify,
    calls: Teller,
    phones: Teller,
}

impl Live {
    #[must_use]
    pub fn new(events: &Events) -> Self {
        Self {
            held: Mutex::default(),
            phase: watch::Sender::new(LivePhase::Connecting),
            wake: Notify::new(),
            calls: Teller::new(events.clone(), Tag::Live, TELL_CALLS),
            phones: Teller::new(events.clone(), Tag::Phones, TELL_PHONES),
        }
    }

    /// Connects now, without the rest of the wait.
    pub fn now(&self) {
        self.wake.notify_one();
    }

    #[must_use]
    pub fn status(&self) -> LiveStatus {
        let held = self.held();
        LiveStatus {
            phase: *self.phase.borrow(),
            as_of_ms: held.as_of_ms,
            clock_ahead_ms: held.clock_ahead_ms,
        }
    }

    /// Reads what is known; nothing until the server said everything for the first time.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Picture) -> T) -> Option<T> {
        self.held().watched.shown().map(read)
    }

    /// What the server told of in the last day, the newest first.
    pub(crate) fn alerts(&self) -> Vec<Heard> {
        let since = now_ms() - ALERT_MS;
        let held = self.held();
        let recent = held.alerts.iter().filter(|heard| heard.at_ms >= since);
        recent.cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what the server said, and gives the alerts among it.
    fn take(&self, lines: Vec<pbx_api::LiveLine>) -> Vec<LiveAlert> {
        let now = now_ms();
        let (mut told, mut alerts) = ((false, false), Vec::new());
        let mut held = self.held();
        for line in lines {
            match held.watched.apply(line) {
                Applied::Nothing => {}
                Applied::Calls => told.0 = true,
                Applied::Registrations => told.1 = true,
                Applied::All => told = (true, true),
                Applied::Alert(alert) => {
                    told.0 = true;
                    held.alerts.push_front(Heard {
                        at_ms: now,
                        alert: alert.clone(),
                    });
                    held.alerts.truncate(ALERTS_MAX);
                    alerts.push(alert);
                }
                Applied::Alive { now_ms } => {
                    let ahead = now_ms - now;
                    if (ahead - held.clock_ahead_ms).abs() >= CLOCK_STEP_MS {
                        held.clock_ahead_ms = ahead;
                        told.0 = true;
                    }
                }
            }
        }
        let live = held.watched.is_live();
        if live {
            held.as_of_ms = Some(now);
        }
        drop(held);
        if live {
            self.enter(LivePhase::Live);
        }
        if told.0 {
            self.calls.tell();
        }
        if told.1 {
            self.phones.tell();
        }
        alerts
    }

    /// The line is lost, or was never let in.
    fn lose(&self, phase: LivePhase) {
        self.held().watched.lose();
        self.enter(phase);
    }

    fn enter(&self, phase: LivePhase) {
        let changed = self.phase.send_if_modified(|now| {
            let changed = *now != phase;
            *now = phase;
            changed
        });
        if changed {
            self.calls.tell();
            self.phones.tell();
        }
    }
}
