//! One's own account: details, password, sessions, second factor.

mod factor;
pub mod store;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use pbx_api::{
    ChangeMe, ChangePassword, ChangeReseller, Code, Me, OpenSession, Problem, Reseller, Role, Rule,
    SessionId,
};
use std::net::SocketAddr;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::{self, Allowed, Caller, OwnLogin, RunReseller};
use crate::check::{Check, NAME_CHARS};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input};

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me, change_me))
        .routes(routes!(change_reseller))
        .routes(routes!(change_password))
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
        .routes(routes!(factor::show, factor::begin))
        .routes(routes!(factor::confirm))
        .routes(routes!(factor::turn_off))
        .routes(routes!(factor::renew_codes))
}

/// Who is signed in, and as whom.
#[utoipa::path(
    get,
    path = "/v1/me",
    security(("token" = [])),
    responses((status = 200, body = Me), (status = 401, body = Problem)),
)]
async fn me(caller: Caller) -> Json<Me> {
    Json(caller.me)
}

/// What the audit log keeps of a login.
fn details(me: &Me) -> String {
    serde_json::json!({
        "first_name": me.first_name,
        "last_name": me.last_name,
        "email": me.email,
        "language": me.language,
    })
    .to_string()
}

/// Changes one's own name, email and language. The email is also the login, so another one asks
/// for the password.
#[utoipa::path(
    put,
    path = "/v1/me",
    request_body = ChangeMe,
    security(("token" = [])),
    responses(
        (status = 200, body = Me),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
)]
async fn change_me(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(mut asked): Input<ChangeMe>,
) -> Result<Json<Me>> {
    let caller = by.caller;
    let mut check = Check::default();
    check.text("first_name", &mut asked.first_name, 0, NAME_CHARS);
    check.text("last_name", &mut asked.last_name, 0, NAME_CHARS);
    check.rule("email", !asked.email.trim().is_empty(), Rule::Needed);
    check.email("email", &mut asked.email);
    check.language("language", &asked.language);
    // A user's email is its user's, which who manages the users changes.
    let stays = caller.me.role != Role::User || asked.email == caller.me.email;
    check.rule("email", stays, Rule::ChangedByOthers);
    check.done()?;
    if asked.email != caller.me.email {
        prove_password(&app, &caller, peer, "password", &asked.password).await?;
    }
    let changed = Me {
        first_name: asked.first_name,
        last_name: asked.last_name,
        email: asked.email,
        language: asked.language,
        ..caller.me.clone()
    };
    let mut tx = app.db.begin(caller.tenant).await?;
    store::change(&mut tx, &changed).await?;
    let entry = Entry {
        action: "account.change",
        client: changed.client,
        subject: ("account", changed.account.0),
        before: Some(details(&caller.me)),
        after: Some(details(&changed)),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    // A code that was mailed to the old address sets no password any more.
    let mut root = tx.into_root();
    auth::codes::drop_all(&mut root, changed.account).await?;
    root.commit().await?;
    Ok(Json(changed))
}

/// The person at the screen is the one whose login it is. Counted like a sign-in.
async fn prove_password(
    app: &App,
    caller: &Caller,
    peer: SocketAddr,
    field: &str,
    password: &str,
) -> Result<()> {
    let me = &caller.me;
    let counted =
        app.sign_in_limits
            .count(app.world.now_ms(), &me.reseller.realm, &me.email, peer.ip())?;
    let stored = {
        let mut root = app.db.look_root().await?;
        auth::store::password_hash(&mut root, me.account).await?
    };
    if password.is_empty() {
        return Err(Problem::broken(field, Rule::Needed).into());
    }
    if password.len() > auth::FIELD_BYTES || !app.passwords.check(password, &stored).await? {
        return Err(Problem::broken(field, Rule::WrongPassword).into());
    }
    app.sign_in_limits.forgive(&counted);
    Ok(())
}

/// Changes what the reseller is called, where its clients' messages go, and how long a desktop
/// may go without contact. Its owner alone.
#[utoipa::path(
    put,
    path = "/v1/reseller",
    request_body = ChangeReseller,
    security(("token" = [])),
    responses(
        (status = 200, body = Reseller),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, body = Problem),
    ),
)]
async fn change_reseller(
    State(app): State<App>,
    by: Allowed<RunReseller>,
    Input(mut asked): Input<ChangeReseller>,
) -> Result<Json<Reseller>> {
    let mut check = Check::default();
    check.text("name", &mut asked.name, 1, NAME_CHARS);
    check.email("support_email", &mut asked.support_email);
    let days = (1..=365).contains(&asked.offline_days);
    check.rule(
        "offline_days",
        days,
        Rule::Between {
            least: 1,
            most: 365,
        },
    );
    check.done()?;
    let before = by.caller.me.reseller.clone();
    let after = Reseller {
        name: asked.name,
        support_email: asked.support_email,
        offline_days: asked.offline_days,
        ..before.clone()
    };
    let mut tx = app.db.begin(by.caller.tenant).await?;
    crate::resellers::store::change(&mut tx, &after).await?;
    let entry = Entry {
        action: "reseller.change",
        client: None,
        subject: ("reseller", after.id.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Sets another password and ends every other session of this login.
#[utoipa::path(
    post,
    path = "/v1/me/password",
    request_body = ChangePassword,
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
async fn change_password(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ChangePassword>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut check = Check::default();
    check.password("new_password", &asked.new_password, &caller.me.email);
    let differs = asked.new_password != asked.old_password;
    check.rule("new_password", differs, Rule::SamePassword);
    check.done()?;
    prove_password(&app, &caller, peer, "old_password", &asked.old_password).await?;
    let hash = app.passwords.hash(&asked.new_password).await?;
    let mut root = app.db.begin_root().await?;
    let me = &caller.me;
    auth::store::set_password(&mut root, me.account, &hash).await?;
    auth::codes::drop_all(&mut root, me.account).await?;
    auth::store::revoke_others(&mut root, me.account, me.session, app.world.now_ms()).await?;
    let mut tx = root.of(caller.tenant);
    auth::write_password(&mut tx, &app, &caller, "password.change").await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Sessions {
    sessions: Vec<OpenSession>,
}

/// Where this login is signed in, the latest first; also as whom it acts.
#[utoipa::path(
    get,
    path = "/v1/me/sessions",
    security(("token" = [])),
    responses((status = 200, body = Sessions), (status = 401, body = Problem)),
)]
async fn list_sessions(State(app): State<App>, caller: Caller) -> Result<Json<Sessions>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let me = &caller.me;
    let sessions = store::sessions(&mut tx, me.account, me.session, app.world.now_ms()).await?;
    Ok(Json(Sessions { sessions }))
}

/// Ends a session of this login, with those that act as somebody else through it.
#[utoipa::path(
    delete,
    path = "/v1/me/sessions/{session}",
    params(("session" = SessionId, Path)),
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
)]
async fn end_session(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    Id(session): Id<SessionId>,
) -> Result<StatusCode> {
    let (caller, now_ms) = (by.caller, app.world.now_ms());
    let mut tx = app.db.look(caller.tenant).await?;
    let open = store::sessions(&mut tx, caller.me.account, session, now_ms).await?;
    drop(tx);
    if !open.iter().any(|open| open.id == session) {
        return Err(Error::code(Code::NotFound));
    }
    let mut root = app.db.begin_root().await?;
    auth::store::revoke(&mut root, session, now_ms).await?;
    let mut tx = root.of(caller.tenant);
    let entry = Entry {
        action: "session.end",
        client: caller.me.client,
        subject: ("session", session.0),
        before: None,
        after: None,
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
