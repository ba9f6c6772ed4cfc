//! What the SIP engine asks and tells: the digest of a phone, the decision on a call, what became of
//! it, and who carries it. Behind a secret of its own, which no login has.

mod alerts;
mod all;
mod answer;
pub mod captures;
pub mod config;
mod events;
mod help;
mod invite;
mod opening;
mod secret;
pub mod store;
mod timing;
mod trunks;
mod words;

use axum::Json;
use axum::extract::State;
use pbx_api::{
    Code, EngineAccepted, EngineAuth, EngineDecision, EngineEvents, EngineInvite, EngineKey,
    EngineTrunks, EngineTrunksAsked, Problem,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use all::Contacts;
pub use events::take;
pub use invite::decide;
pub use secret::Secret;

use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;
use secret::Engine;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(auth))
        .routes(routes!(invite))
        .routes(routes!(event))
        .routes(routes!(trunks_known))
        .layer(axum::middleware::from_fn(timing::say))
}

/// What the digest of a phone is checked with.
#[utoipa::path(
    post,
    path = "/engine/v1/auth",
    request_body = EngineAuth,
    security(("engine" = [])),
    responses(
        (status = 200, body = EngineKey),
        (status = 401, body = Problem, description = "Not the engine's secret"),
        (status = 403, body = Problem, description = "The client is suspended, or the user has no secret"),
        (status = 404, body = Problem, description = "No such user, or this server has no engine"),
    ),
)]
async fn auth(
    State(app): State<App>,
    _engine: Engine,
    Input(asked): Input<EngineAuth>,
) -> Result<Json<EngineKey>> {
    words::check(&[("realm", &asked.realm), ("user", &asked.user)])?;
    let mut root = app.db.look_root().await?;
    let line = store::line(&mut root, &asked.realm, &asked.user)
        .await?
        .ok_or_else(Error::not_found)?;
    drop(root);
    // Whoever is suspended can still call for help, and the decision on the call lets nothing else out.
    let may_not = line.suspended && asked.method == "REGISTER";
    if may_not || line.ha1.is_empty() {
        return Err(Error::code(Code::Forbidden));
    }
    Ok(Json(EngineKey {
        emergency: help::of(&app, &line).await?,
        mark: line.mark(),
        ha1: line.ha1,
    }))
}

/// What is to be done with a call. Its record is open when the answer comes; the same invite gets
/// the same answer.
#[utoipa::path(
    post,
    path = "/engine/v1/invite",
    request_body = EngineInvite,
    security(("engine" = [])),
    responses(
        (status = 200, body = EngineDecision),
        (status = 401, body = Problem, description = "Not the engine's secret"),
        (status = 404, body = Problem, description = "This server has no engine"),
        (status = 422, body = Problem),
    ),
)]
async fn invite(
    State(app): State<App>,
    _engine: Engine,
    Input(asked): Input<EngineInvite>,
) -> Result<Json<EngineDecision>> {
    Ok(Json(decide(&app, &asked).await?))
}

/// Takes what an engine tells. What is answered is on the disk; what is not is to be said again.
#[utoipa::path(
    post,
    path = "/engine/v1/event",
    request_body = EngineEvents,
    security(("engine" = [])),
    responses(
        (status = 200, body = EngineAccepted),
        (status = 401, body = Problem, description = "Not the engine's secret"),
        (status = 404, body = Problem, description = "This server has no engine"),
        (status = 422, body = Problem),
    ),
)]
async fn event(
    State(app): State<App>,
    _engine: Engine,
    Input(said): Input<EngineEvents>,
) -> Result<Json<EngineAccepted>> {
    Ok(Json(take(&app, &said).await?))
}

/// The trunks, for an engine that knows another version of them. It keeps them over restarts.
#[utoipa::path(
    post,
    path = "/engine/v1/trunks",
    request_body = EngineTrunksAsked,
    security(("engine" = [])),
    responses(
        (status = 200, body = EngineTrunks),
        (status = 401, body = Problem, description = "Not the engine's secret"),
        (status = 404, body = Problem, description = "This server has no engine"),
        (status = 422, body = Problem),
    ),
)]
async fn trunks_known(
    State(app): State<App>,
    _engine: Engine,
    Input(asked): Input<EngineTrunksAsked>,
) -> Result<Json<EngineTrunks>> {
    words::check(&[("engine", &asked.engine)])?;
    Ok(Json(trunks::told(&app).await?))
}
