//! The end of a call: its records enter the call records as imported ones do, and its slots are free
//! again.

use pbx_api::{CallId, Leg, LegId};
use pbx_import::Identity;

use super::call::Ended;
use super::store::{self, Kept};
use crate::cdrs;
use crate::cdrs::store::NewLeg;
use crate::db::Tx;
use crate::engine::captures;
use crate::error::Result;
use crate::http::App;
use crate::import;

/// Ends a call that is open. `estimated`: nobody told when it ended. What was recorded of it is
/// pending from here on.
///
/// # Errors
/// When the database fails.
pub async fn end(
    app: &App,
    tx: &mut Tx,
    kept: &mut Kept,
    ended: &Ended,
    estimated: bool,
) -> Result<()> {
    let lead = Leg {
        end_estimated: estimated,
        ..kept.ongoing.closed(ended)
    };
    kept.ended_at_ms = Some(lead.ended_at_ms);
    store::write(tx, kept).await?;
    let legs = kept.ongoing.beside(lead, || LegId(app.world.id()));
    let heard_by = heard_by(&legs);
    record(tx, legs, false).await?;
    let call = &kept.ongoing.call;
    if app.captures.is_some() && call.recorded && !call.simulated {
        captures::expect(tx, call.id, &heard_by, app.world.now_ms()).await?;
    }
    Ok(())
}

/// The legs that get what was recorded: the call's own, and those of other users who talked. Of a call
/// that nobody answered there is nothing to hear but ringing.
fn heard_by(legs: &[Leg]) -> Vec<LegId> {
    let Some(lead) = legs.first() else {
        return Vec::new();
    };
    let of_another = |leg: &Leg| leg.user.is_some() && leg.user != lead.user;
    let talked = legs.iter().filter(|leg| leg.answered_at_ms.is_some());
    talked
        .filter(|leg| leg.id == lead.id || of_another(leg))
        .map(|leg| leg.id)
        .collect()
}

/// Writes the records of a call. `hidden`: a reseller's block stopped it.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, legs: Vec<Leg>, hidden: bool) -> Result<()> {
    let new = |(place, leg): (u32, Leg)| {
        let identity = identity(leg.call, place);
        NewLeg {
            leg,
            fingerprint: import::store::fingerprint(&identity),
            identity: import::store::identity_text(&identity),
            hidden,
        }
    };
    let legs: Vec<NewLeg> = (0..).zip(legs).map(new).collect();
    cdrs::store::insert(tx, &legs).await
}

/// No file of another switch has a record like it: its id is ours.
fn identity(call: CallId, place: u32) -> Identity {
    Identity {
        fingerprint: *call.0.as_bytes(),
        unique_id: Some(call.to_string()),
        sequence: Some(i64::from(place)),
        ..Identity::default()
    }
}
