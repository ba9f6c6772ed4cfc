//! Logins: the people who may sign in to a reseller or to a client. Changed by owners alone.

pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{
    Access, AccountId, ChangeLogin, ClientId, Code, InstantMs, InvitedLogin, Login, NewLogin,
    Problem, Role, Rule,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::codes::{self, Purpose};
use crate::auth::store::{NewAccount, add_account};
use crate::auth::{self, Allowed, Caller, EditLogins};
use crate::check::{Check, NAME_CHARS};
use crate::db::{Scope, Tenant, Tx};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input, Query};
use crate::mail;

pub use undo::LoginUndo;

/// Logins of one reseller or client at most.
const MOST: u32 = 200;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, remove))
        .routes(routes!(invite))
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Of {
    /// A reseller's people: the logins of this client. Left out: one's own reseller or client.
    #[serde(default)]
    client: Option<ClientId>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Logins {
    logins: Vec<Login>,
}

/// The tenant whose logins are meant: the caller's own, or a client of the calling reseller.
async fn tenant_of(tx: &mut Tx, caller: &Caller, client: Option<ClientId>) -> Result<Tenant> {
    match (caller.tenant.scope, client) {
        (Scope::User(..), _) => Err(Error::code(Code::Forbidden)),
        (_, None) => Ok(caller.tenant),
        (Scope::Client(own), Some(asked)) if own == asked => Ok(caller.tenant),
        (Scope::Client(_), Some(_)) => Err(Error::not_found()),
        (Scope::Reseller, Some(asked)) => {
            crate::users::store::owned(tx, asked).await?;
            Ok(Tenant {
                scope: Scope::Client(asked),
                ..caller.tenant
            })
        }
    }
}

/// The logins of the caller's reseller or client, by email.
#[utoipa::path(
    get,
    path = "/v1/logins",
    params(Of),
    security(("token" = [])),
    responses(
        (status = 200, body = Logins),
        (status = 401, body = Problem),
        (status = 404, body = Problem, description = "No such client"),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(of): Query<Of>,
) -> Result<Json<Logins>> {
    if caller.tenant.user().is_some() {
        // A user has one login, and it is under My Account.
        return Ok(Json(Logins { logins: Vec::new() }));
    }
    let mut tx = app.db.look(caller.tenant).await?;
    let tenant = tenant_of(&mut tx, &caller, of.client).await?;
    Ok(Json(Logins {
        logins: store::list(&mut tx, tenant.client(), MOST.into()).await?,
    }))
}

/// Makes a login and invites its person: a one-time code by mail sets the first password.
#[utoipa::path(
    post,
    path = "/v1/logins",
    request_body = NewLogin,
    security(("token" = [])),
    responses(
        (status = 201, body = InvitedLogin),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such client"),
        (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Input(mut new): Input<NewLogin>,
) -> Result<(StatusCode, Json<InvitedLogin>)> {
    let caller = by.caller;
    let mut check = Check::default();
    check.text("first_name", &mut new.first_name, 0, NAME_CHARS);
    check.text("last_name", &mut new.last_name, 0, NAME_CHARS);
    check.rule("email", !new.email.trim().is_empty(), Rule::Needed);
    check.email("email", &mut new.email);
    check.language("language", &new.language);
    check.done()?;
    // Nobody's password: the invitation sets the first one.
    let password_hash = app.passwords.hash(&auth::token(&app)).await?;

    let id = AccountId(app.world.id());
    let mut tx = app.db.begin(caller.tenant).await?;
    let tenant = tenant_of(&mut tx, &caller, new.client).await?;
    tx.take_seqs(0).await?;
    if store::list(&mut tx, tenant.client(), MOST.into())
        .await?
        .len()
        >= MOST as usize
    {
        return Err(Problem::broken("email", Rule::OneTooMany { most: MOST }).into());
    }
    let mut root = tx.into_root();
    let account = NewAccount {
        id,
        tenant,
        role: tenant.client().map_or(Role::Reseller, |_| Role::Client),
        email: &new.email,
        first_name: &new.first_name,
        last_name: &new.last_name,
        password_hash: &password_hash,
        may_delete_recordings: new.may_delete_recordings,
    };
    add_account(&mut root, account, app.world.now_ms()).await?;
    let (code, _) = codes::make(&app.world, &mut root, id, Purpose::Invitation).await?;
    let mut tx = root.of(caller.tenant);
    store::set_access(&mut tx, id, new.access, &new.language).await?;
    let login = store::show(&mut tx, id).await?;
    write(&mut tx, &app, &caller, "login.create", [None, Some(&login)]).await?;
    let place = store::place(&mut tx, tenant.client()).await?;
    tx.commit().await?;
    let mailed = send(&app, &caller, &login, &place, &code).await;
    Ok((StatusCode::CREATED, Json(InvitedLogin { login, mailed })))
}

/// Invites a login's person again: another code, and the one before works no longer.
#[utoipa::path(
    post,
    path = "/v1/logins/{login}/invitation",
    params(("login" = AccountId, Path)),
    security(("token" = [])),
    responses(
        (status = 200, body = InvitedLogin),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
)]
async fn invite(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Id(id): Id<AccountId>,
) -> Result<Json<InvitedLogin>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let login = store::show(&mut tx, id).await?;
    let place = store::place(&mut tx, login.client).await?;
    let mut root = tx.into_root();
    let (code, _) = codes::make(&app.world, &mut root, id, Purpose::Invitation).await?;
    let mut tx = root.of(caller.tenant);
    write(&mut tx, &app, &caller, "login.invite", [None, Some(&login)]).await?;
    tx.commit().await?;
    let mailed = send(&app, &caller, &login, &place, &code).await;
    Ok(Json(InvitedLogin { login, mailed }))
}

/// Mails a code.
async fn send(app: &App, caller: &Caller, login: &Login, place: &str, code: &str) -> bool {
    let realm = &caller.me.reseller.realm;
    let (subject, text) = mail::words::invitation(&login.language, realm, place, code);
    mail::deliver(app.mailer.as_ref(), &login.email, subject, text).await
}

/// Changes a login. Its email and password are its person's own to change.
#[utoipa::path(
    put,
    path = "/v1/logins/{login}",
    params(("login" = AccountId, Path)),
    request_body = ChangeLogin,
    security(("token" = [])),
    responses(
        (status = 200, body = Login),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
    ),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Id(id): Id<AccountId>,
    Input(asked): Input<ChangeLogin>,
) -> Result<Json<Login>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = locked(&mut tx, id).await?;
    let after = put(&mut tx, &before, asked).await?;
    write(
        &mut tx,
        &app,
        &caller,
        "login.change",
        [Some(&before), Some(&after)],
    )
    .await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Removes a login and ends its sessions. The last owner stays.
#[utoipa::path(
    delete,
    path = "/v1/logins/{login}",
    params(("login" = AccountId, Path)),
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 422, body = Problem, description = "The last owner"),
    ),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Id(id): Id<AccountId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = locked(&mut tx, id).await?;
    take_away(&mut tx, &before, app.world.now_ms()).await?;
    write(
        &mut tx,
        &app,
        &caller,
        "login.remove",
        [Some(&before), None],
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A login that nobody else changes meanwhile. The reseller's row is the lock: two owners who
/// demote each other meet here.
async fn locked(tx: &mut Tx, id: AccountId) -> Result<Login> {
    tx.take_seqs(0).await?;
    store::show(tx, id).await
}

/// Makes a locked login what is asked for, by the rules.
async fn put(tx: &mut Tx, before: &Login, mut asked: ChangeLogin) -> Result<Login> {
    let mut check = Check::default();
    check.text("first_name", &mut asked.first_name, 0, NAME_CHARS);
    check.text("last_name", &mut asked.last_name, 0, NAME_CHARS);
    check.language("language", &asked.language);
    let stays = asked.access == Access::Owner || !is_last_owner(tx, before).await?;
    check.rule("access", stays, Rule::LastOwner);
    check.done()?;
    let after = Login {
        first_name: asked.first_name,
        last_name: asked.last_name,
        language: asked.language,
        access: asked.access,
        may_delete_recordings: asked.may_delete_recordings,
        ..before.clone()
    };
    store::change(tx, &after).await?;
    Ok(after)
}

/// Removes a locked login with its sessions and codes, by the rules.
async fn take_away(tx: &mut Tx, login: &Login, now_ms: InstantMs) -> Result<()> {
    if is_last_owner(tx, login).await? {
        return Err(Problem::broken("login", Rule::LastOwner).into());
    }
    store::remove(tx, login.id, now_ms).await
}

async fn is_last_owner(tx: &mut Tx, login: &Login) -> Result<bool> {
    Ok(login.access == Access::Owner && store::owners(tx, login.client).await? <= 1)
}

async fn write(
    tx: &mut Tx,
    app: &App,
    caller: &Caller,
    action: &'static str,
    [before, after]: [Option<&Login>; 2],
) -> Result<()> {
    let known = before.or(after);
    let json = |login: Option<&Login>| login.map(serde_json::to_string).transpose();
    let entry = Entry {
        action,
        client: known.and_then(|login| login.client),
        subject: ("login", known.map(|login| login.id.0).unwrap_or_default()),
        before: json(before)?,
        after: json(after)?,
    };
    audit::write(tx, &app.world, caller, entry).await
}
