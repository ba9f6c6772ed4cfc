//! What a client's users are doing at this moment: for the decision on a call, and for the call
//! panel.

use std::collections::{HashMap, HashSet};

use pbx_api::{ClientId, ColleagueState, InstantMs, Presence, UserId};

use super::call::Ongoing;
use super::{phone, store};
use crate::db::Tx;
use crate::dial::snapshot::Present;
use crate::error::Result;

/// Adds a client's calls in progress, and the places that they hold.
///
/// # Errors
/// When the database fails.
pub async fn add_calls(tx: &mut Tx, client: ClientId, present: &mut Present) -> Result<()> {
    for (ongoing, slots) in store::of_client(tx, client).await? {
        present.outbound_calls += slots.outbound;
        present.international_calls += slots.international;
        present.busy.extend(ongoing.busy());
    }
    Ok(())
}

/// What each of a user's colleagues is doing.
///
/// # Errors
/// When the database fails.
pub async fn of_colleagues(
    tx: &mut Tx,
    colleagues: &HashSet<UserId>,
    now_ms: InstantMs,
) -> Result<Vec<ColleagueState>> {
    let Some(client) = tx.tenant().client().filter(|_| !colleagues.is_empty()) else {
        return Ok(Vec::new());
    };
    let calls = store::of_client(tx, client).await?;
    let calls: Vec<Ongoing> = calls.into_iter().map(|(ongoing, _)| ongoing).collect();
    let online = phone::store::online(tx, client, now_ms).await?;
    Ok(states(colleagues, &calls, &online))
}

fn states(
    colleagues: &HashSet<UserId>,
    calls: &[Ongoing],
    online: &[UserId],
) -> Vec<ColleagueState> {
    let mut states: HashMap<UserId, Presence> =
        online.iter().map(|user| (*user, Presence::Free)).collect();
    let ringing = calls.iter().flat_map(Ongoing::callees);
    states.extend(ringing.map(|user| (user, Presence::Ringing)));
    let busy = calls.iter().flat_map(Ongoing::busy);
    states.extend(busy.map(|user| (user, Presence::Busy)));
    colleagues
        .iter()
        .map(|user| ColleagueState {
            user: *user,
            state: states.get(user).copied().unwrap_or(Presence::Offline),
        })
        .collect()
}
