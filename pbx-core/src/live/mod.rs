//! What is going on now: calls in progress and phones, as engines tell it.
//!
//! The state is in the database, so that a start of the server forgets nothing. Every change of it
//! takes a change number of its reseller, as the change feed's do, and a stream asks for what is
//! above the number it knows.

pub mod call;
pub mod ending;
pub mod legs;
pub mod measure;
mod nat;
pub mod news;
pub mod phone;
pub mod presence;
pub mod removal;
pub mod store;
mod stream;
pub mod sweep;
mod told;
mod viewer;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use pbx_api::{CallId, Code, DuplicatedNat, LiveCall, LiveLine, Problem, Registration};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use nat::duplicated;
pub use news::Teller;
use viewer::Viewer;

use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditOwn};
use crate::error::{Error, Result};
use crate::http::extract::Id;
use crate::http::{App, NotPacked};

/// Lines between the database and a slow socket.
const IN_FLIGHT: usize = 4;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(calls))
        .routes(routes!(registrations))
        .routes(routes!(duplicated_nat))
        .routes(routes!(hang_up))
}

/// What is going on, as lines of JSON: everything, `ready`, then what changes, and a sign of life
/// at the latest every five seconds. It ends with the session.
#[utoipa::path(
    get,
    path = "/v1/live",
    security(("token" = [])),
    responses(
        (status = 200, body = LiveLine, content_type = "application/x-ndjson"),
        (status = 401, body = Problem),
    ),
)]
async fn live(State(app): State<App>, caller: Caller) -> Response {
    let (to_socket, body) = mpsc::channel(IN_FLIGHT);
    tokio::spawn(stream::run(app, caller, to_socket));
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(body)));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-ndjson"),
    );
    // A compressor would keep a line until there are more.
    response.extensions_mut().insert(NotPacked);
    response
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct LiveCalls {
    rows: Vec<LiveCall>,
}

/// The calls in progress that the caller may see, the oldest first.
#[utoipa::path(
    get,
    path = "/v1/live/calls",
    security(("token" = [])),
    responses(
        (status = 200, body = LiveCalls),
        (status = 401, body = Problem),
        (status = 403, body = Problem, description = "The user's profile has no page for it"),
    ),
)]
async fn calls(State(app): State<App>, caller: Caller) -> Result<Json<LiveCalls>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let viewer = Viewer::of(&mut tx, &caller).await?;
    if !viewer.calls {
        return Err(Error::code(Code::Forbidden));
    }
    let ongoing = store::ongoing(&mut tx).await?;
    let rows = ongoing
        .iter()
        .filter_map(|call| viewer.call(call))
        .collect();
    Ok(Json(LiveCalls { rows }))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Registrations {
    rows: Vec<Registration>,
}

/// The phones that the caller may see: those that are online, and those that dropped within a day.
#[utoipa::path(
    get,
    path = "/v1/live/registrations",
    security(("token" = [])),
    responses((status = 200, body = Registrations), (status = 401, body = Problem)),
)]
async fn registrations(State(app): State<App>, caller: Caller) -> Result<Json<Registrations>> {
    let rows = phones(&app, &caller).await?;
    Ok(Json(Registrations { rows }))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct DuplicatedNats {
    rows: Vec<DuplicatedNat>,
}

/// Devices behind one public address, port and transport, of the phones that the caller may see.
#[utoipa::path(
    get,
    path = "/v1/live/duplicated-nat",
    security(("token" = [])),
    responses((status = 200, body = DuplicatedNats), (status = 401, body = Problem)),
)]
async fn duplicated_nat(State(app): State<App>, caller: Caller) -> Result<Json<DuplicatedNats>> {
    let rows = duplicated(phones(&app, &caller).await?);
    Ok(Json(DuplicatedNats { rows }))
}

async fn phones(app: &App, caller: &Caller) -> Result<Vec<Registration>> {
    let now_ms = app.world.now_ms();
    let mut tx = app.db.look(caller.tenant).await?;
    let viewer = Viewer::of(&mut tx, caller).await?;
    let all = phone::store::since(&mut tx, 0).await?;
    let shown = all.iter().filter_map(|phone| phone.shown(now_ms));
    Ok(shown.filter(|phone| viewer.phone(phone)).collect())
}

/// Asks the engine to end a call. It is over when the engine says so.
#[utoipa::path(
    post,
    path = "/v1/live/calls/{call}/hang-up",
    params(("call" = CallId, Path)),
    security(("token" = [])),
    responses(
        (status = 202, description = "The engine is asked"),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such call, or it is over"),
    ),
)]
async fn hang_up(
    State(app): State<App>,
    by: Allowed<EditOwn>,
    Id(call): Id<CallId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let viewer = Viewer::of(&mut tx, &caller).await?;
    // Takes the reseller's row: an engine's word about the call waits here, and finds the wish.
    tx.take_seqs(0).await?;
    let mut kept = store::show(&mut tx, call).await?;
    if kept.ended_at_ms.is_some() || viewer.call(&kept.ongoing).is_none() {
        return Err(Error::not_found());
    }
    if kept.hang_up_at_ms.is_none() {
        kept.hang_up_at_ms = Some(app.world.now_ms());
        store::write(&mut tx, &kept).await?;
        let entry = Entry {
            action: "call.hang_up",
            client: Some(kept.ongoing.call.client),
            subject: ("call", call.0),
            before: Some(serde_json::to_string(&kept.ongoing.call)?),
            after: None,
        };
        audit::write(&mut tx, &app.world, &caller, entry).await?;
        tx.commit().await?;
    }
    Ok(StatusCode::ACCEPTED)
}
