//! Recordings: audio of legs, in a folder or in S3.
//!
//! A blob is stored before its leg says `available` and goes after its leg says `deleted`; what a
//! crash leaves between the two is settled by [`sweep`].

mod attach;
mod blobs;
mod range;
pub mod store;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::TryStreamExt as _;
use object_store::{GetOptions, GetRange, ObjectStore as _};
use pbx_api::{Code, Leg, LegId, Problem, RecordingState, Rule};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use attach::{Attached, attach};
pub use blobs::{Copied, Store};

use crate::auth::{Allowed, Caller, DeleteRecordings};
use crate::clock::World;
use crate::db::{Db, Tenant};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Id;
use crate::{audit, cdrs};
use range::Wanted;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(play, remove))
}

/// The audio of a leg, whole or a range of it.
#[utoipa::path(
    get,
    path = "/v1/legs/{leg}/recording",
    params(("leg" = LegId, Path), ("range" = Option<String>, Header, description = "One range of bytes")),
    security(("token" = [])),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Pending, deleted or expired"),
        (status = 416, body = Problem),
    ),
)]
async fn play(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(leg): Id<LegId>,
) -> Result<Response> {
    let mut tx = app.db.look(caller.tenant).await?;
    let state = cdrs::store::show(&mut tx, leg, false).await?.recording;
    match state {
        RecordingState::None => {
            return Err(Problem::new(Code::NotFound)
                .because(Rule::LegNotRecorded)
                .into());
        }
        _ if !caller.may_play() => return Err(Error::code(Code::Forbidden)),
        RecordingState::Available => {}
        RecordingState::Pending => return Err(unavailable(Rule::NotStored)),
        RecordingState::Deleted => return Err(unavailable(Rule::WasDeleted)),
        RecordingState::Expired => return Err(unavailable(Rule::RetentionEnded)),
    }
    let stored = store::show(&mut tx, leg)
        .await?
        .ok_or_else(|| unavailable(Rule::Gone))?;
    drop(tx);

    let tag = format!("\"{}\"", stored.sha256);
    let mut response = Response::default();
    let out = response.headers_mut();
    out.insert(header::ETAG, text(&tag)?);
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(header::CONTENT_TYPE, text(&stored.content_type)?);
    out.insert(
        header::CONTENT_DISPOSITION,
        text(&disposition(&stored.file_name))?,
    );
    if range::is_known(&headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    let size = stored.size_bytes.unsigned_abs();
    let (from, to) = match range::wanted(&headers, size, &tag) {
        Wanted::All => (0, size),
        Wanted::Part(part) => {
            let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, text(&range)?);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            (part.start, part.end)
        }
        Wanted::Nowhere => {
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, text(&format!("bytes */{size}"))?);
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return Ok(response);
        }
    };
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    if to > from {
        let options = GetOptions {
            range: Some(GetRange::Bounded(from..to)),
            ..GetOptions::default()
        };
        let got = match app
            .recordings
            .objects()
            .get_opts(&stored.key(), options)
            .await
        {
            Err(object_store::Error::NotFound { .. }) => {
                tracing::error!(%leg, "a stored recording's blob is missing");
                return Err(unavailable(Rule::AudioMissing));
            }
            other => other?,
        };
        *response.body_mut() = Body::from_stream(got.into_stream().map_err(std::io::Error::other));
    }
    Ok(response)
}

/// Deletes the audio of a leg, and of those legs of its call in reach that have the same. The
/// records stay and say so.
#[utoipa::path(
    delete,
    path = "/v1/legs/{leg}/recording",
    params(("leg" = LegId, Path)),
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
    ),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<DeleteRecordings>,
    Id(leg): Id<LegId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let now_ms = app.world.now_ms();
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = cdrs::store::show(&mut tx, leg, true).await?;
    match before.recording {
        RecordingState::None => {
            return Err(Problem::new(Code::NotFound)
                .because(Rule::LegNotRecorded)
                .into());
        }
        RecordingState::Available => {}
        // With that of another leg of its call, or because the answer to a first try got lost.
        RecordingState::Deleted => return Ok(StatusCode::NO_CONTENT),
        RecordingState::Pending | RecordingState::Expired => {
            return Err(unavailable(Rule::NothingToDelete));
        }
    }
    let mut legs = cdrs::store::of_call(&mut tx, before.call, true).await?;
    legs.retain(|other| {
        other.recording == RecordingState::Available
            && (other.id == leg || other.recording_info == before.recording_info)
    });
    for Leg { id, .. } in &legs {
        store::mark_deleting(&mut tx, *id, now_ms).await?;
        cdrs::store::set_recording(&mut tx, *id, RecordingState::Deleted, None).await?;
        let entry = audit::Entry {
            action: "recording.delete",
            client: Some(before.client),
            subject: ("leg", id.0),
            before: Some(serde_json::to_string(&before.recording_info)?),
            after: None,
        };
        audit::write(&mut tx, &app.world, &caller, entry).await?;
    }
    tx.commit().await?;

    // From here the recording is gone for everybody. If a blob can't go now, the next start's
    // sweep takes it.
    for Leg { id, .. } in legs {
        let gone = finish_deletion(&app.db, &app.recordings, caller.tenant, id, now_ms);
        if let Err(fault) = gone.await {
            tracing::error!(%fault, "a deleted recording's blob is still there");
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn finish_deletion(
    db: &Db,
    recordings: &Store,
    tenant: Tenant,
    leg: LegId,
    now_ms: i64,
) -> Result<()> {
    let mut tx = db.look(tenant).await?;
    let stored = store::show(&mut tx, leg).await?;
    drop(tx);
    if let Some(stored) = stored {
        recordings.delete(&stored.key()).await?;
        let mut tx = db.begin(tenant).await?;
        store::mark_deleted(&mut tx, leg, now_ms).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Gives up a copy that a crash cut, so that the leg's audio can be attached anew. Only for a leg
/// that nobody else attaches to.
///
/// # Errors
/// When the database or the store fails.
pub async fn begin_again(
    db: &Db,
    recordings: &Store,
    world: &World,
    tenant: Tenant,
    leg: LegId,
) -> Result<()> {
    let mut tx = db.look(tenant).await?;
    let begun = store::is_begun(&mut tx, leg).await?;
    drop(tx);
    if begun {
        finish_deletion(db, recordings, tenant, leg, world.now_ms()).await?;
    }
    Ok(())
}

/// How long a recording may be on its way in before it counts as abandoned. Another process may
/// be copying it at this moment.
const ABANDONED_MS: i64 = 60 * 60 * 1000;

/// Settles what a crash left: blobs of deleted recordings go, and so do copies that never ended.
///
/// # Errors
/// When the database or the store fails.
pub async fn sweep(db: &Db, recordings: &Store, world: &World) -> anyhow::Result<()> {
    let now_ms = world.now_ms();
    let mut root = db.look_root().await?;
    let unsettled = store::unsettled(&mut root, now_ms - ABANDONED_MS).await?;
    drop(root);
    for (reseller, leg) in unsettled {
        finish_deletion(db, recordings, Tenant::reseller(reseller), leg, now_ms).await?;
    }
    Ok(())
}

fn unavailable(why: Rule) -> Error {
    Problem::new(Code::RecordingUnavailable).because(why).into()
}

fn text(value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::Internal(anyhow::anyhow!("a stored text is no header value")))
}

/// The name for the save dialog, in both forms of RFC 6266.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c == '"' || c == '\\' || !(' '..='~').contains(&c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
