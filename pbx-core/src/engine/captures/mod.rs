//! What the engine recorded becomes the recordings of calls.
//!
//! The end of a recorded call notes that its capture is awaited, in the transaction that writes its
//! record, which says `pending`. What then happens depends on the folder and that note alone, so a
//! start of the server forgets nothing: a capture of an awaited call is made a recording, attached
//! and removed; one that nobody asked for is removed; and what never comes is given up.

mod folder;
mod store;

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context as _;
use pbx_api::{CallId, InstantMs, Leg, LegId, RecordingFault, RecordingState};
use pbx_capture::{Fault, Metadata};

pub use folder::Folder;

use crate::cdrs;
use crate::db::{Tenant, Tx};
use crate::error::{Error, Result};
use crate::http::App;
use crate::{live, recordings};
use folder::Capture;
use store::Awaited;

/// How long after the end of its call a capture may come. The engine writes it at once where the
/// call ended by a BYE, and within a minute where its sound just stopped.
const PATIENCE_MS: InstantMs = 10 * 60 * 1000;
/// How long what nobody knows is kept: the engine hears an hour of silence before it ends a call.
const UNKNOWN_MS: InstantMs = 24 * 60 * 60 * 1000;
/// When the disk, the store or the database failed, nothing is gained by trying at once.
const PAUSE: Duration = Duration::from_secs(60);

/// Notes that legs of a call have a recording which is still to come. None of them: nothing to note.
///
/// # Errors
/// When the database fails.
pub async fn expect(tx: &mut Tx, call: CallId, legs: &[LegId], now_ms: InstantMs) -> Result<()> {
    if !legs.is_empty() {
        store::insert(tx, call, now_ms).await?;
    }
    for leg in legs {
        cdrs::store::set_recording(tx, *leg, RecordingState::Pending, None).await?;
    }
    Ok(())
}

/// Fetches captures until the server stops.
pub async fn run(app: App) {
    let often = Duration::from_millis(app.limits.live_silence_ms.max(1));
    let mut pause = often;
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = match fetch(&app).await {
            Ok(()) => often,
            Err(fault) => {
                tracing::error!(%fault, "recordings of calls could not be fetched");
                PAUSE
            }
        };
    }
}

/// Once.
///
/// # Errors
/// When the disk, the store or the database failed: what could not be done is done the next time.
pub async fn fetch(app: &App) -> Result<()> {
    let Some(folder) = &app.captures else {
        // Calls may have ended while there was a folder.
        return give_up_overdue(app, &HashSet::new()).await;
    };
    let _turn = folder.turn.lock().await;
    let mut here = HashSet::new();
    let mut failed = Ok(());
    for capture in on_disk(folder, Folder::finished).await? {
        if app.stopping.is_cancelled() {
            return failed;
        }
        here.extend(call_of(&capture));
        // One that fails keeps no other from its recording.
        if let Err(fault) = settle(app, folder, capture).await {
            failed = Err(fault);
        }
    }
    let before_ms = app.world.now_ms() - UNKNOWN_MS;
    for capture in on_disk(folder, move |folder| folder.remove_left(before_ms)).await? {
        let capture = capture.display();
        tracing::warn!(%capture, "a capture that its engine never finished was removed");
    }
    give_up_overdue(app, &here).await?;
    failed
}

/// Gives up what did not come in time and is not here, whatever keeps it from being stored.
async fn give_up_overdue(app: &App, here: &HashSet<CallId>) -> Result<()> {
    let now_ms = app.world.now_ms();
    let mut root = app.db.look_root().await?;
    let overdue = store::overdue(&mut root, now_ms - PATIENCE_MS).await?;
    let old = store::any_before(&mut root, now_ms - UNKNOWN_MS).await?;
    drop(root);
    for awaited in overdue {
        if !here.contains(&awaited.call) {
            give_up(
                app,
                awaited,
                RecordingFault::NeverCame,
                "the engine wrote no capture",
            )
            .await?;
        }
    }
    if old {
        let mut root = app.db.begin_root().await?;
        store::forget_before(&mut root, now_ms - UNKNOWN_MS).await?;
        root.commit().await?;
    }
    Ok(())
}

/// The call that a capture is of, as far as the text beside it is one of ours.
fn call_of(capture: &Capture) -> Option<CallId> {
    let metadata = capture.metadata.as_ref().ok()?;
    metadata.call.parse().ok()
}

/// Does with a capture what is to be done with it.
async fn settle(app: &App, folder: &Folder, capture: Capture) -> Result<()> {
    let Some(call) = call_of(&capture) else {
        return set_aside(folder, capture, "it names no call of this server").await;
    };
    let mut root = app.db.look_root().await?;
    // In this order: a call that is over has said whether its capture is awaited.
    let lasts = live::store::lasts(&mut root, call).await?;
    let awaited = store::of_call(&mut root, call).await?;
    drop(root);
    match (awaited, lasts) {
        (Some(awaited), _) => take(app, folder, capture, awaited).await,
        (None, Some(true)) => Ok(()),
        (None, Some(false)) => {
            tracing::debug!(%call, "a capture that nobody asked for was removed");
            on_disk(folder, move |folder| folder.remove(&capture, None)).await
        }
        (None, None) if capture.written_ms < app.world.now_ms() - UNKNOWN_MS => {
            tracing::warn!(%call, "a capture of a call that is not known was removed");
            on_disk(folder, move |folder| folder.remove(&capture, None)).await
        }
        (None, None) => Ok(()),
    }
}

/// Makes the recording of an awaited capture and attaches it.
async fn take(app: &App, folder: &Folder, capture: Capture, awaited: Awaited) -> Result<()> {
    let call = awaited.call;
    let tenant = Tenant::reseller(awaited.reseller);
    let legs = legs(app, tenant, call).await?;
    let (Some(first), Ok(metadata)) = (legs.first(), &capture.metadata) else {
        give_up(
            app,
            awaited,
            RecordingFault::Unreadable,
            "its record is gone",
        )
        .await?;
        forget(app, tenant, call).await?;
        return on_disk(folder, move |folder| folder.remove(&capture, None)).await;
    };
    let name = name(first)?;
    let made = {
        let (metadata, name): (Metadata, String) = (metadata.clone(), format!("{call}.wav"));
        in_background(folder, move |folder| folder.convert(&metadata, &name)).await?
    };
    let (file, made) = match made {
        Ok(made) => made,
        Err(fault) if fault.is_passing() => {
            return Err(Error::Internal(anyhow::Error::new(fault)));
        }
        Err(fault) => {
            give_up(app, awaited, said_as(&fault), &fault.to_string()).await?;
            forget(app, tenant, call).await?;
            return match fault {
                // As of a call whose phones never sent anything.
                Fault::NoSound => {
                    on_disk(folder, move |folder| folder.remove(&capture, None)).await
                }
                _ => set_aside(folder, capture, &fault.to_string()).await,
            };
        }
    };
    if made.cut {
        tracing::warn!(%call, samples = made.samples, "a recording was cut at the longest length");
    }
    let (db, world) = (&app.db, &app.world);
    for Leg { id, .. } in legs {
        recordings::begin_again(db, &app.recordings, world, tenant, id).await?;
        recordings::attach(db, &app.recordings, world, tenant, id, &file, &name).await?;
    }
    forget(app, tenant, call).await?;
    on_disk(folder, move |folder| folder.remove(&capture, Some(&file))).await
}

/// The legs of a call whose recording is to come, or was given up; none where its client or they
/// themselves are gone.
async fn legs(app: &App, tenant: Tenant, call: CallId) -> Result<Vec<Leg>> {
    let mut tx = app.db.look(tenant).await?;
    let mut legs = cdrs::store::of_call(&mut tx, call, false).await?;
    legs.retain(|leg| leg.recording == RecordingState::Pending || leg.recording_fault.is_some());
    Ok(legs)
}

/// What a person finds in the folder of downloads: when, who, whom.
fn name(leg: &Leg) -> Result<String> {
    let at = jiff::Timestamp::from_millisecond(leg.started_at_ms).context("the start of a call")?;
    let at = at.strftime("%Y-%m-%dT%H%M%SZ");
    let plain = |number: &str| -> String {
        let kept = |c: &char| c.is_ascii_alphanumeric() || *c == '+';
        number.chars().filter(kept).take(32).collect()
    };
    let (from, to) = (plain(&leg.from_number), plain(&leg.to_number));
    Ok(format!("{at}_{from}_{to}.wav"))
}

/// What of a capture's fault is said in the record of its call.
const fn said_as(fault: &Fault) -> RecordingFault {
    match fault {
        Fault::NoSound => RecordingFault::NoSound,
        Fault::Formats(_) => RecordingFault::Format,
        Fault::Read(_)
        | Fault::Write(_)
        | Fault::NoCapture(_)
        | Fault::LinkType(_)
        | Fault::Metadata(_) => RecordingFault::Unreadable,
    }
}

/// The legs say that there is no recording and of which kind the reason is; the log says it in full.
async fn give_up(app: &App, awaited: Awaited, fault: RecordingFault, why: &str) -> Result<()> {
    let call = awaited.call;
    let tenant = Tenant::reseller(awaited.reseller);
    tracing::warn!(%call, why, "a call that was to be recorded has no recording");
    let legs = legs(app, tenant, call).await?;
    let mut tx = app.db.begin(tenant).await?;
    for Leg { id, .. } in legs {
        match cdrs::store::fail_recording(&mut tx, id, fault).await {
            // One that was removed meanwhile says nothing.
            Ok(()) | Err(Error::Problem(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    store::give_up(&mut tx, call).await?;
    tx.commit().await
}

async fn forget(app: &App, tenant: Tenant, call: CallId) -> Result<()> {
    let mut tx = app.db.begin(tenant).await?;
    store::forget(&mut tx, call).await?;
    tx.commit().await
}

async fn set_aside(folder: &Folder, capture: Capture, why: &str) -> Result<()> {
    let place = on_disk(folder, move |folder| folder.set_aside(&capture)).await?;
    let place = place.display();
    tracing::error!(%place, why, "a capture was set aside");
    Ok(())
}

/// What the disk does takes its time, and a conversion takes the processor's.
async fn in_background<T: Send + 'static>(
    folder: &Folder,
    work: impl FnOnce(&Folder) -> T + Send + 'static,
) -> Result<T> {
    let folder = folder.clone();
    let done = tokio::task::spawn_blocking(move || work(&folder)).await;
    Ok(done.context("fetching a capture")?)
}

async fn on_disk<T: Send + 'static>(
    folder: &Folder,
    work: impl FnOnce(&Folder) -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = in_background(folder, work).await?;
    Ok(done.context("the folder of captures")?)
}
