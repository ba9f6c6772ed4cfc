//! The change feed: what changed since a cursor, in order, complete, resumable at any cursor line.
//!
//! Every row that exists carries the number of its last change, what is gone leaves a tombstone,
//! and the feed merges them by number. Numbers are taken under the reseller's row lock
//! ([`crate::db::Tx::take_seqs`]), so none becomes visible after a higher one. The feed reads
//! batches in short transactions; a row that changes meanwhile simply comes again, later.

mod seal;
pub mod store;
mod stream;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use pbx_api::{Code, FeedLine, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use seal::{Cursor, Seal, begin_generation};

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Query;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(changes))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// A cursor of an earlier answer. Left out: from the start.
    #[serde(default)]
    after: Option<String>,
    /// How many changes at most; the answer may end up to a batch below it. Left out: all.
    #[serde(default)]
    limit: Option<u64>,
}

/// What changed since a cursor, as lines of JSON.
#[utoipa::path(
    get,
    path = "/v1/changes",
    params(Asked),
    security(("token" = [])),
    responses(
        (status = 200, body = FeedLine, content_type = "application/x-ndjson"),
        (status = 401, body = Problem),
        (status = 410, body = Problem, description = "The cursor is of another generation: sync anew"),
        (status = 422, body = Problem, description = "Not a cursor of this caller"),
    ),
)]
async fn changes(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let generation = app.seal.generation(&app.db).await?;
    let mut tx = app.db.look(caller.tenant).await?;
    let state = store::state(&mut tx).await?;
    let limits = match &caller.limits {
        Some(limits) => limits.print(&mut tx).await?,
        None => 0,
    };
    let cursor = match asked.after.as_deref() {
        None => Cursor {
            generation,
            tenant: caller.tenant,
            may_play: caller.may_play(),
            seq: 0,
            // What is gone already was never sent to somebody who starts now.
            tombstones_after: state.change_seq,
            limits,
        },
        Some(text) => {
            let cursor = app
                .seal
                .open(text)
                .filter(|cursor| cursor.tenant.reseller == caller.tenant.reseller)
                .filter(|cursor| cursor.tenant.scope == caller.tenant.scope)
                .ok_or_else(|| Problem::invalid("after", "is not a cursor of this account"))?;
            let purged = cursor.seq.max(cursor.tombstones_after) < state.purged_seq;
            // A right that was given or taken changes what every recorded leg looks like to this
            // caller; a new sync is the honest way to say so.
            // So do a limited login's pages and departments, and who is in these.
            let right_changed = cursor.may_play != caller.may_play() || cursor.limits != limits;
            if cursor.generation != generation
                || purged
                || right_changed
                || cursor.seq > state.change_seq
            {
                return Err(Error::code(Code::CursorGone));
            }
            cursor
        }
    };
    let remaining = store::count(&mut tx, caller.limits.as_ref(), &cursor).await?;
    drop(tx);

    let zstd = accepts_zstd(&headers);
    let body = stream::start(
        app,
        cursor,
        caller.limits,
        remaining,
        asked.limit.unwrap_or(u64::MAX).max(1),
        zstd,
    )?;
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if zstd {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    Ok(response)
}

/// The feed compresses by itself with zstd, flushed at every batch, so that what arrived before a
/// cut can be read; the general layer does gzip for those who have no zstd.
fn accepts_zstd(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                let named = parts
                    .next()
                    .is_some_and(|name| name.eq_ignore_ascii_case("zstd"));
                named
                    && !parts.any(|part| {
                        part.strip_prefix("q=")
                            .is_some_and(|q| q.parse::<f32>() == Ok(0.0))
                    })
            })
        })
}
