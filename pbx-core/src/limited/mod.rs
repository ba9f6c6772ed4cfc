//! Limited clients: further logins of a client, without some pages and restricted to departments.

mod gate;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{
    AccountId, ClientPage, LimitedClient, LimitedClientSettings, NewLimitedClient, Problem, Rule,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use gate::Limits;
pub use undo::LimitedUndo;

use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditLogins};
use crate::check::{Check, NAME_CHARS};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input, Page, Query};

const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 12..=256;
const DEPARTMENTS: usize = 50;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, remove))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct LimitedClients {
    rows: Vec<LimitedClient>,
    /// What `after` is for the next page; none: this was the last.
    next: Option<AccountId>,
}

/// The limited clients in reach, by id. A user has none.
#[utoipa::path(
    get,
    path = "/v1/limited-clients",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = LimitedClients), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<LimitedClients>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let rows = store::list(&mut tx, &page).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count == page.limit());
    let next = rows.last().filter(|_| full).map(|login| login.id);
    Ok(Json(LimitedClients { rows, next }))
}

/// Makes a limited client. Without a password it can't sign in until it is given one.
#[utoipa::path(
    post,
    path = "/v1/limited-clients",
    request_body = NewLimitedClient,
    security(("token" = [])),
    responses((status = 201, body = LimitedClient), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Input(mut new): Input<NewLimitedClient>,
) -> Result<(StatusCode, Json<LimitedClient>)> {
    let caller = by.caller;
    checked(&mut new.login)?;
    let given = new.login.password.take();
    let known = given.is_some();
    // Nobody's: the login waits for a password.
    let password = given.unwrap_or_else(|| hex::encode(app.world.bytes::<32>()));
    let hash = app.passwords.hash(&password).await?;
    let mut tx = app.db.begin(caller.tenant).await?;
    if caller.tenant.client().is_some_and(|own| own != new.client) {
        return Err(Error::not_found());
    }
    crate::users::store::owned(&mut tx, new.client).await?;
    let login = login(AccountId(app.world.id()), new.client, new.login);
    store::add(&mut tx, &login, &hash, app.world.now_ms()).await?;
    let entry = Entry {
        action: "limited_client.create",
        client: Some(login.client),
        subject: ("limited_client", login.id.0),
        before: None,
        after: Some(told(&login, known)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(login)))
}

/// Changes a limited client. A new password ends its sessions.
#[utoipa::path(
    put,
    path = "/v1/limited-clients/{login}",
    params(("login" = AccountId, Path)),
    request_body = LimitedClientSettings,
    security(("token" = [])),
    responses((status = 200, body = LimitedClient), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Id(id): Id<AccountId>,
    Input(mut settings): Input<LimitedClientSettings>,
) -> Result<Json<LimitedClient>> {
    let caller = by.caller;
    checked(&mut settings)?;
    // Hashed before the transaction, which would hold up every other writer meanwhile.
    let hash = match settings.password.take() {
        Some(password) => Some(app.passwords.hash(&password).await?),
        None => None,
    };
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    let after = login(id, before.client, settings);
    store::change(&mut tx, &after).await?;
    if let Some(hash) = &hash {
        store::set_password(&mut tx, id, hash, app.world.now_ms()).await?;
    }
    let entry = Entry {
        action: "limited_client.change",
        client: Some(after.client),
        subject: ("limited_client", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(told(&after, hash.is_some())?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Removes a limited client; its sessions end at once.
#[utoipa::path(
    delete,
    path = "/v1/limited-clients/{login}",
    params(("login" = AccountId, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 404, body = Problem)),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditLogins>,
    Id(id): Id<AccountId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    store::remove(&mut tx, id).await?;
    let entry = Entry {
        action: "limited_client.remove",
        client: Some(before.client),
        subject: ("limited_client", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the audit log keeps of a login: of its password only that there is another.
fn told(login: &LimitedClient, password: bool) -> Result<String> {
    let mut told = serde_json::to_value(login)?;
    if password {
        told["password"] = "changed".into();
    }
    Ok(told.to_string())
}

fn login(
    id: AccountId,
    client: pbx_api::ClientId,
    settings: LimitedClientSettings,
) -> LimitedClient {
    LimitedClient {
        id,
        client,
        username: settings.username,
        first_name: settings.first_name,
        last_name: settings.last_name,
        language: settings.language,
        read_only: settings.read_only,
        disabled_pages: settings.disabled_pages,
        departments: settings.departments,
    }
}

fn checked(settings: &mut LimitedClientSettings) -> Result<()> {
    let mut check = Check::default();
    settings.username = settings.username.to_lowercase();
    check.text("username", &mut settings.username, 1, NAME_CHARS);
    let spaced = settings.username.contains(char::is_whitespace);
    check.rule("username", !spaced, Rule::Space);
    check.text("first_name", &mut settings.first_name, 0, NAME_CHARS);
    check.text("last_name", &mut settings.last_name, 0, NAME_CHARS);
    check.language("language", &settings.language);
    if let Some(password) = &settings.password {
        let fits = PASSWORD_CHARS.contains(&password.chars().count());
        check.rule(
            "password",
            fits,
            Rule::Characters {
                least: 12,
                most: 256,
            },
        );
        let whole = !password.contains('\0');
        check.rule("password", whole, Rule::NulCharacter);
    }
    settings.disabled_pages.sort_unstable();
    settings.disabled_pages.dedup();
    for department in &mut settings.departments {
        check.text("departments", department, 1, NAME_CHARS);
    }
    settings.departments.sort_unstable();
    settings.departments.dedup();
    let few = settings.departments.len() <= DEPARTMENTS;
    check.rule("departments", few, Rule::EntriesAtMost { most: 50 });
    let some_left = ClientPage::ALL
        .iter()
        .any(|page| !settings.disabled_pages.contains(page));
    check.rule("disabled_pages", some_left, Rule::NoPageLeft);
    check.done()
}
