//! Connect As: acting as a client or a user without its password.
//!
//! A connected session belongs to the person who connects, is an hour long at most, can't be
//! renewed and ends with the session it came from. What it may is narrowed at every request by
//! each account of its chain, in `auth::caller::store`.

mod store;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{Code, ConnectRequest, Connection, Problem, Rule, SessionId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::{self, Caller};
use crate::check::Check;
use crate::db::Scope;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;

const LASTS_MS: i64 = 60 * 60 * 1000;
const REASON_CHARS: u32 = 200;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(connect))
}

/// Opens a session as one of the caller's clients or users.
///
/// A reseller's login connects as a client or a user, a client's login as one of its users, and a
/// connected session further down: reseller, client, user. The session lasts an hour, or as long
/// as the one it comes from has left; it has no refresh token, and `POST /v1/auth/sign-out` ends
/// it before. It may never more than every account of its chain: it plays no recording through a
/// client without that right, changes nothing through a read-only login, acts as nobody of a
/// suspended client, and never changes a login, password, second factor or support email. What it changes is in the
/// audit log under both names.
#[utoipa::path(
    post,
    path = "/v1/connect",
    request_body = ConnectRequest,
    security(("token" = [])),
    responses(
        (status = 201, body = Connection),
        (status = 401, body = Problem),
        (status = 403, body = Problem, description = "A user connects as nobody, and nobody as one of a suspended client"),
        (status = 404, body = Problem, description = "No such client or user"),
        (status = 422, body = Problem),
    ),
)]
async fn connect(
    State(app): State<App>,
    caller: Caller,
    Input(mut asked): Input<ConnectRequest>,
) -> Result<(StatusCode, Json<Connection>)> {
    if caller.tenant.user().is_some() {
        return Err(Error::code(Code::Forbidden));
    }
    let mut check = Check::default();
    check.text("reason", &mut asked.reason, 0, REASON_CHARS);
    let one = asked.client.is_some() != asked.user.is_some();
    check.rule("client", one, Rule::ClientOrUser);
    check.done()?;

    let now_ms = app.world.now_ms();
    let mut tx = app.db.begin(caller.tenant).await?;
    let target = match (asked.client, asked.user) {
        (Some(client), _) if caller.tenant.scope == Scope::Reseller => {
            crate::users::store::owned(&mut tx, client).await?;
            (client, None)
        }
        (_, Some(user)) => (store::client_of(&mut tx, user).await?, Some(user)),
        _ => return Err(Error::not_found()),
    };
    let parent_ends = caller.me.connected.as_ref().map(|chain| chain.ends_at_ms);
    let ends_at_ms = parent_ends.unwrap_or(i64::MAX).min(now_ms + LASTS_MS);
    let session = SessionId(app.world.id());
    store::open(&mut tx, &caller, session, target, ends_at_ms, now_ms).await?;
    let (client, user) = target;
    let entry = Entry {
        action: "session.connect",
        client: Some(client),
        subject: user.map_or(("client", client.0), |user| ("user", user.0)),
        before: None,
        after: Some(serde_json::json!({ "reason": asked.reason }).to_string()),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    let mut root = tx.into_root();
    let access_token = auth::token(&app);
    let hash = auth::hash(&access_token);
    auth::store::add_token(&mut root, &hash, session, auth::store::ACCESS, ends_at_ms).await?;
    // It is there, so what keeps it from being acted as is that it is suspended.
    let connected = auth::caller_of_session(&mut root, session, now_ms)
        .await?
        .ok_or_else(|| Problem::new(Code::Forbidden).because(Rule::ClientSuspended))?;
    root.commit().await?;
    let connection = Connection {
        access_token,
        access_expires_at_ms: ends_at_ms,
        me: connected.me,
    };
    Ok((StatusCode::CREATED, Json(connection)))
}
