//! The end of a call: its record enters the call records as an imported one does, and its slots are
//! free again.

use pbx_api::{CallId, Leg};
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
    let leg = Leg {
        end_estimated: estimated,
        ..kept.ongoing.closed(ended)
    };
    kept.ended_at_ms = Some(leg.ended_at_ms);
    store::write(tx, kept).await?;
    let id = leg.id;
    // Of a call that nobody answered there is nothing to hear but ringing.
    let talked = leg.answered_at_ms.is_some();
    record(tx, leg, false).await?;
    let call = &kept.ongoing.call;
    if app.captures.is_some() && talked && call.recorded && !call.simulated {
        captures::expect(tx, call.id, id, app.world.now_ms()).await?;
    }
    Ok(())
}

/// Writes the record of a call. `hidden`: a reseller's block stopped it.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, leg: Leg, hidden: bool) -> Result<()> {
    let identity = identity(leg.call);
    let new = NewLeg {
        leg,
        fingerprint: import::store::fingerprint(&identity),
        identity: import::store::identity_text(&identity),
        hidden,
    };
    cdrs::store::insert(tx, &[new]).await
}

/// No file of another switch has a record like it: its id is ours.
fn identity(call: CallId) -> Identity {
    Identity {
        fingerprint: *call.0.as_bytes(),
        unique_id: Some(call.to_string()),
        sequence: Some(0),
        ..Identity::default()
    }
}
