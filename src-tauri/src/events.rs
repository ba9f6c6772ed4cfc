//! What the backend tells the UI without being asked.

use pbx_api::LiveAlert;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::jobs::Job;
use crate::player::PlayerState;
use crate::sync::SyncState;

/// What a read shows and a write changes. A `changed` event makes the UI re-read what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    Session,
    Calls,
    Directory,
    Filters,
    Offline,
    Settings,
    Cache,
    /// Clients that can come back.
    Archive,
    Audit,
    Branding,
    Links,
    Blocks,
    Emergency,
    /// The limited clients.
    Limited,
    /// One's own account as the server has it, and the logins.
    Account,
    /// Calls in progress, and whether the line to the server is there.
    Live,
    /// Phones that are registered. Told less often: they come and go by the hundred.
    Phones,
}

impl Tag {
    pub const ALL: &[Self] = &[
        Self::Session,
        Self::Calls,
        Self::Directory,
        Self::Filters,
        Self::Offline,
        Self::Settings,
        Self::Cache,
        Self::Archive,
        Self::Audit,
        Self::Branding,
        Self::Links,
        Self::Blocks,
        Self::Emergency,
        Self::Limited,
        Self::Account,
        Self::Live,
        Self::Phones,
    ];
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Changed(Vec<Tag>),
    Sync(SyncState),
    Player(PlayerState),
    Job(Job),
    /// Something happened that the person wants to hear of at once.
    Alert(LiveAlert),
}

impl Event {
    /// For a listener that was too slow to hear everything: it reads anew what it shows.
    #[must_use]
    pub fn everything_changed() -> Self {
        Self::Changed(Tag::ALL.to_vec())
    }
}

/// Events held for a listener that is slow; it is told when it missed some, and re-reads.
const EVENTS_HELD: usize = 256;

#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(EVENTS_HELD).0)
    }
}

impl Events {
    /// Nobody listening is fine: the UI reads everything when it starts.
    pub fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }

    pub fn changed(&self, tags: &[Tag]) {
        self.send(Event::Changed(tags.to_vec()));
    }

    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
