//! Makes, changes and removes a user.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{MadeUser, NewUser, Problem, Rule, User, UserId, UserSettings};

use super::house::House;
use super::{logins, rules, secret, store};
use crate::audit::{self, Entry};
use crate::auth::{Allowed, EditClient};
use crate::check::Check;
use crate::clock::World;
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Input};
use crate::live::news::News;

/// Makes a user. Its phones' secret is in this answer and nowhere else afterwards.
#[utoipa::path(
    post,
    path = "/v1/users",
    request_body = NewUser,
    security(("token" = [])),
    responses((status = 201, body = MadeUser), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(super) async fn create(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Input(new): Input<NewUser>,
) -> Result<(StatusCode, Json<MadeUser>)> {
    let caller = by.caller;
    let nobodys = logins::nobodys_password(&app).await?;
    let mut tx = app.db.begin(caller.tenant).await?;
    let house = House::open(&mut tx, new.client, &rules::macs(&new.user.devices)).await?;
    let mut check = Check::default();
    let id = UserId(app.world.id());
    let user = rules::user(&mut check, &house, id, new.user, None);
    check.done()?;
    let sip_user = house.free_sip_user(&user.extension);
    let sip_secret = secret::make(&app.world);
    let row = store::New {
        user: &user,
        ha1: secret::ha1(&sip_user, &house.full_realm, &sip_secret),
        sip_user: sip_user.clone(),
    };
    let now_ms = app.world.now_ms();
    store::add_all(&mut tx, &[row], now_ms).await?;
    logins::store::add_all(&mut tx, &app.world, &[&user], &nobodys).await?;
    let entry = Entry {
        action: "user.create",
        client: Some(user.client),
        subject: ("user", user.id.0),
        before: None,
        after: Some(serde_json::to_string(&user)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    let made = MadeUser {
        user,
        sip_user,
        sip_secret,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Changes a user. Its client and the name that its phones sign in with stay.
#[utoipa::path(
    put,
    path = "/v1/users/{user}",
    params(("user" = UserId, Path)),
    request_body = UserSettings,
    security(("token" = [])),
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(super) async fn change(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<UserId>,
    Input(settings): Input<UserSettings>,
) -> Result<Json<User>> {
    let caller = by.caller;
    let nobodys = logins::nobodys_password(&app).await?;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    let after = put(&mut tx, &app.world, &before, settings, &nobodys).await?;
    let entry = Entry {
        action: "user.change",
        client: Some(after.client),
        subject: ("user", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Removes a user with its login and its phones. Its call records stay with the client. Refused
/// while calls are led to it, so that none is lost.
#[utoipa::path(
    delete,
    path = "/v1/users/{user}",
    params(("user" = UserId, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(super) async fn remove(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<UserId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    take_away(&mut tx, &app.world, &before).await?;
    let entry = Entry {
        action: "user.remove",
        client: Some(before.client),
        subject: ("user", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    app.live.tell(News::Gone(caller.tenant.reseller));
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a user to its settings, with its login. `nobodys` is the password hash of a login that
/// its email makes.
///
/// # Errors
/// What the rules say beside the fields.
pub(super) async fn put(
    tx: &mut Tx,
    world: &World,
    before: &User,
    settings: UserSettings,
    nobodys: &str,
) -> Result<User> {
    let house = House::open(tx, before.client, &rules::macs(&settings.devices)).await?;
    let mut check = Check::default();
    let after = rules::user(&mut check, &house, before.id, settings, Some(before));
    check.done()?;
    store::change_all(tx, &[(before, &after)], world.now_ms()).await?;
    logins::store::change(tx, world, before, &after, nobodys).await?;
    Ok(after)
}

/// Removes a user to whom no calls are led.
///
/// # Errors
/// `Invalid` that names what still leads calls to it.
pub(super) async fn take_away(tx: &mut Tx, world: &World, user: &User) -> Result<()> {
    let leading = store::leading_to(tx, user).await?;
    if !leading.is_empty() {
        let from = leading.join(", ");
        return Err(Problem::broken("user", Rule::StillGetsCalls { from }).into());
    }
    store::remove(tx, user.id, world.now_ms()).await
}
