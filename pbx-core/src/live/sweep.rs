//! What time does by itself: phones run out, calls that an engine forgot are over, and what is over
//! is forgotten.

use std::collections::BTreeMap;
use std::time::Duration;

use pbx_api::{ClientId, InstantMs, LiveAlert};

use super::{ending, phone, removal, store};
use crate::db::{Tenant, Tx};
use crate::error::Result;
use crate::http::App;

/// How long what is over is kept: an engine may say it again, and a person looks for a phone that
/// dropped.
const KEPT_MS: InstantMs = 24 * 60 * 60 * 1000;
/// How long an engine that is away may take to remove what it was to: a month, in which a client
/// that was archived could come back.
const REMOVED_WITHIN_MS: InstantMs = 30 * 24 * 60 * 60 * 1000;
/// How long a start of an engine may take to say which calls it still has.
const RESUMES_MS: InstantMs = 30_000;
/// Phones of one address that drop within this are the address's trouble, and not theirs.
const TOGETHER_MS: InstantMs = 60_000;
/// How many it takes.
const TOGETHER: u32 = 3;

/// Sweeps until the server stops.
pub async fn run(app: App) {
    let mut tick = tokio::time::interval(Duration::from_millis(app.limits.live_silence_ms.max(1)));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(fault) = sweep(&app).await {
            tracing::error!(%fault, "what is going on could not be swept");
        }
    }
}

/// Once.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_ms = app.world.now_ms();
    let mut root = app.db.look_root().await?;
    let due = phone::store::due(&mut root, now_ms).await?;
    let left_behind = store::left_behind(&mut root, now_ms - RESUMES_MS).await?;
    let old = store::any_before(&mut root, now_ms - KEPT_MS).await?;
    drop(root);
    for reseller in due {
        let mut tx = app.db.begin(Tenant::reseller(reseller)).await?;
        let out = phone::store::run_out(&mut tx, now_ms).await?;
        let alerts = dropped(&mut tx, out, now_ms).await?;
        tx.commit().await?;
        app.live.changed(reseller, alerts);
    }
    for (reseller, call, at_ms) in left_behind {
        let mut tx = app.db.begin(Tenant::reseller(reseller)).await?;
        tx.take_seqs(0).await?;
        let mut kept = store::held(&mut tx, call).await?;
        // Its engine may have said it again meanwhile.
        if kept.ended_at_ms.is_none() {
            let ended = kept.ongoing.given_up(at_ms);
            ending::end(app, &mut tx, &mut kept, &ended, true).await?;
            tx.commit().await?;
            app.live.changed(reseller, []);
        }
    }
    if old {
        let mut root = app.db.begin_root().await?;
        store::forget(&mut root, now_ms - KEPT_MS).await?;
        phone::store::forget(&mut root, now_ms - KEPT_MS).await?;
        removal::store::forget(&mut root, now_ms - REMOVED_WITHIN_MS).await?;
        root.commit().await?;
    }
    Ok(())
}

/// The places whose phones dropped together, each told when the last of them makes it so.
///
/// # Errors
/// When the database fails.
pub async fn dropped(
    tx: &mut Tx,
    now_offline: Vec<(ClientId, String)>,
    now_ms: InstantMs,
) -> Result<Vec<LiveAlert>> {
    let mut places: BTreeMap<(ClientId, String), u32> = BTreeMap::new();
    for place in now_offline {
        *places.entry(place).or_default() += 1;
    }
    let mut alerts = Vec::new();
    for ((client, public_address), new) in places {
        let after_ms = now_ms - TOGETHER_MS;
        let phones = phone::store::dropped(tx, client, &public_address, after_ms).await?;
        if phones >= TOGETHER && phones.saturating_sub(new) < TOGETHER && !public_address.is_empty()
        {
            alerts.push(LiveAlert::PhonesDropped {
                client,
                public_address,
                phones,
            });
        }
    }
    Ok(alerts)
}
