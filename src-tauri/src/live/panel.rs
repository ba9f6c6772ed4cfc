//! The call panel of a user: its own calls, and what its colleagues are doing.

use std::sync::Arc;

use pbx_api::{Code, ColleagueState, LiveCall, Problem};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{LiveStatus, Picture};
use crate::{Desktop, Nothing};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Panel {
    pub status: LiveStatus,
    /// The user's own, the oldest first.
    pub calls: Vec<LiveCall>,
    /// Phones of the user that calls reach.
    pub phones_online: u32,
    pub colleagues: Vec<ColleagueState>,
}

/// # Errors
/// `Forbidden` for whoever is no user, or has no such page; `Offline` while nothing is known.
pub async fn panel(desktop: Arc<Desktop>, _: Nothing) -> Result<Panel, Problem> {
    let active = desktop.active()?;
    let features = active.account().features;
    if !features.is_some_and(|features| features.call_panel_page) {
        return Err(Problem::new(Code::Forbidden));
    }
    let (mut calls, online, colleagues) = active.live.known(seen).await?;
    calls.sort_unstable_by_key(|call| (call.started_at_ms, call.id.0));
    Ok(Panel {
        status: active.live.status(),
        calls,
        phones_online: u32::try_from(online).unwrap_or(u32::MAX),
        colleagues,
    })
}

/// A user is sent its own calls and phones and nobody else's.
fn seen(now: &Picture) -> (Vec<LiveCall>, usize, Vec<ColleagueState>) {
    let phones = now.registrations.values();
    let online = phones.filter(|phone| phone.offline_since_ms.is_none());
    let colleagues = now.colleagues.iter();
    let colleagues = colleagues.map(|(user, state)| ColleagueState {
        user: *user,
        state: *state,
    });
    (
        now.calls.values().cloned().collect(),
        online.count(),
        colleagues.collect(),
    )
}
