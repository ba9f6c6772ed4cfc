//! Emergency caller IDs: what is sent with a call for help, and who would send nothing good.

pub mod store;
mod undo;

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{
    ClientId, EmergencyCallerId, EmergencyId, NewEmergencyCallerId, Problem, Rule, Unprotected,
    UserId,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditClient};
use crate::check::Check;
use crate::clients;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input};

const LOCATION_CHARS: u32 = 300;
const EMAILS_MAX: usize = 10;

pub use undo::EmergencyUndo;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, remove))
        .routes(routes!(missing))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct CallerIds {
    rows: Vec<EmergencyCallerId>,
}

/// The emergency caller IDs that the caller may see; a user sees its own.
#[utoipa::path(
    get,
    path = "/v1/emergency",
    security(("token" = [])),
    responses((status = 200, body = CallerIds), (status = 401, body = Problem)),
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<CallerIds>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(CallerIds {
        rows: store::list(&mut tx).await?,
    }))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Missing {
    rows: Vec<Unprotected>,
}

/// Users without a validated emergency caller ID of their own or of their client.
#[utoipa::path(
    get,
    path = "/v1/emergency/missing",
    security(("token" = [])),
    responses((status = 200, body = Missing), (status = 401, body = Problem)),
)]
async fn missing(State(app): State<App>, caller: Caller) -> Result<Json<Missing>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let client = caller.tenant.client();
    let validated: HashSet<_> = store::validated(&mut tx, client)
        .await?
        .into_iter()
        .collect();
    let mut clients: HashSet<ClientId> = HashSet::new();
    let mut users: HashSet<UserId> = HashSet::new();
    for row in of_the_client(&mut tx)
        .await?
        .into_iter()
        .filter(|row| row.valid)
    {
        match (row.user, row.client) {
            (Some(user), _) => drop(users.insert(user)),
            (None, Some(client)) => drop(clients.insert(client)),
            (None, None) => {}
        }
    }
    let fallback = store::has_fallback(&mut tx).await?;
    let rows = store::users(&mut tx)
        .await?
        .into_iter()
        .filter(|(user, _)| {
            let own = (user.client, user.emergency_caller_number.clone());
            !clients.contains(&user.client)
                && !users.contains(&user.id)
                && !validated.contains(&own)
        })
        .map(|(user, country)| Unprotected {
            client: user.client,
            user: user.id,
            dialled: usual_number(&country).to_owned(),
            fallback,
        })
        .collect();
    Ok(Json(Missing { rows }))
}

/// The rows of the caller's client, also for a user, to whom its client's apply.
async fn of_the_client(tx: &mut Tx) -> Result<Vec<EmergencyCallerId>> {
    match (tx.tenant().client(), tx.tenant().user()) {
        (Some(client), Some(user)) => store::of_user(tx, client, user).await,
        _ => store::list(tx).await,
    }
}

/// The number that people of a country think of first.
#[must_use]
pub fn usual_number(country: &str) -> &'static str {
    let all = pbx_numbers::emergency_numbers(country);
    let first = ["911", "112"].into_iter().find(|usual| all.contains(usual));
    first.or_else(|| all.first().copied()).unwrap_or("112")
}

/// Adds an emergency caller ID.
#[utoipa::path(
    post,
    path = "/v1/emergency",
    request_body = NewEmergencyCallerId,
    security(("token" = [])),
    responses(
        (status = 201, body = EmergencyCallerId),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such client or user"),
        (status = 409, body = Problem, description = "The number that is dialled has one there"),
        (status = 422, body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Input(new): Input<NewEmergencyCallerId>,
) -> Result<(StatusCode, Json<EmergencyCallerId>)> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let client = owner(&mut tx, new.client, new.user).await?;
    let id = EmergencyId(app.world.id());
    let user = new.user;
    let row = EmergencyCallerId {
        client,
        user,
        ..read(&mut tx, id, client, new).await?
    };
    store::add(&mut tx, &row, app.world.now_ms()).await?;
    let entry = Entry {
        action: "emergency.create",
        client,
        subject: ("emergency", id.0),
        before: None,
        after: Some(serde_json::to_string(&row)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(row)))
}

/// Changes an emergency caller ID; whose it is stays.
#[utoipa::path(
    put,
    path = "/v1/emergency/{emergency}",
    params(("emergency" = EmergencyId, Path)),
    request_body = NewEmergencyCallerId,
    security(("token" = [])),
    responses(
        (status = 200, body = EmergencyCallerId),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The number that is dialled has one there"),
        (status = 422, body = Problem),
    ),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<EmergencyId>,
    Input(new): Input<NewEmergencyCallerId>,
) -> Result<Json<EmergencyCallerId>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    let mut check = Check::default();
    let same = |named: bool, same: bool| !named || same;
    let client = same(new.client.is_some(), new.client == before.client);
    check.rule("client", client, Rule::Fixed);
    let user = same(new.user.is_some(), new.user == before.user);
    check.rule("user", user, Rule::Fixed);
    check.done()?;
    let after = EmergencyCallerId {
        client: before.client,
        user: before.user,
        last_test_at_ms: before.last_test_at_ms,
        ..read(&mut tx, id, before.client, new).await?
    };
    store::change(&mut tx, &after).await?;
    let entry = Entry {
        action: "emergency.change",
        client: after.client,
        subject: ("emergency", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Removes an emergency caller ID: calls for help go out with the next that applies.
#[utoipa::path(
    delete,
    path = "/v1/emergency/{emergency}",
    params(("emergency" = EmergencyId, Path)),
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<EmergencyId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    store::remove(&mut tx, id).await?;
    let entry = Entry {
        action: "emergency.remove",
        client: before.client,
        subject: ("emergency", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The client that a row hangs under: the caller's own, the one named, or that of the user named.
///
/// # Errors
/// [`Error::not_found`] when either is out of reach, or the user is not the client's.
async fn owner(
    tx: &mut Tx,
    client: Option<ClientId>,
    user: Option<UserId>,
) -> Result<Option<ClientId>> {
    let own = tx.tenant().client();
    if own.is_some() && client.is_some() && client != own {
        return Err(Error::not_found());
    }
    let client = client.or(own);
    match user {
        None => Ok(client),
        Some(user) => {
            let (_, of_user) = crate::dial::store::user(tx, user).await?;
            if client.is_some_and(|client| client != of_user.id) {
                Err(Error::not_found())
            } else {
                Ok(Some(of_user.id))
            }
        }
    }
}

/// Checks what a person set, and brings it into the form in which it is stored.
async fn read(
    tx: &mut Tx,
    id: EmergencyId,
    client: Option<ClientId>,
    mut new: NewEmergencyCallerId,
) -> Result<EmergencyCallerId> {
    let countries = match client {
        Some(client) => vec![clients::store::country(tx, client).await?],
        None => clients::store::countries(tx).await?,
    };
    let validated = store::validated(tx, client).await?;
    let mut check = Check::default();
    let dialled: String = new.dialled.chars().filter(|c| !c.is_whitespace()).collect();
    let known = countries
        .iter()
        .any(|country| pbx_numbers::is_emergency(&dialled, country));
    check.rule("dialled", known, Rule::NotAnEmergencyNumber);
    let caller_number = countries
        .iter()
        .find_map(|country| pbx_numbers::normalise(&new.caller_number, country))
        .unwrap_or_default();
    let valid = validated.iter().any(|(_, e164)| *e164 == caller_number);
    let message = match client {
        Some(_) => Rule::NotValidatedHere,
        None => Rule::NotValidatedAnywhere,
    };
    check.rule("caller_number", valid, message);
    check.text("location", &mut new.location, 1, LOCATION_CHARS);
    let few = new.notify_emails.len() <= EMAILS_MAX;
    check.rule("notify_emails", few, Rule::EntriesAtMost { most: 10 });
    for email in &mut new.notify_emails {
        check.email("notify_emails", email);
    }
    let filled = new.notify_emails.iter().all(|email| !email.is_empty());
    check.rule("notify_emails", filled, Rule::EmptyAddress);
    check.done()?;
    Ok(EmergencyCallerId {
        id,
        client: None,
        user: None,
        dialled,
        caller_number,
        valid: true,
        location: new.location,
        notify_emails: new.notify_emails,
        notify_desktop: new.notify_desktop,
        last_test_at_ms: None,
    })
}
