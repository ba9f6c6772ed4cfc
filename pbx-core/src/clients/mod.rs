//! Clients: the companies under a reseller.

pub mod archive;
mod login;
mod rules;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{Client, ClientDetails, ClientId, ClientInput, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit;
use crate::auth::{Allowed, Caller, EditReseller};
use crate::clock::World;
use crate::db::{Db, Scope, Tenant, Tx};
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Input, Page, Query};
use crate::profiles;

pub use undo::{ClientUndo, MemoUndo};

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .merge(archive::routes())
        .routes(routes!(show, change))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Clients {
    clients: Vec<Client>,
}

/// The clients that the caller may see, by id.
#[utoipa::path(
    get,
    path = "/v1/clients",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = Clients), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Clients>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(Clients {
        clients: store::list(&mut tx, &page).await?,
    }))
}

/// What the caller may see of a client.
async fn details(tx: &mut Tx, by: &Caller, client: Client) -> Result<ClientDetails> {
    let memo = match by.tenant.scope {
        Scope::Reseller => Some(store::memo(tx, client.id).await?),
        Scope::Client(_) | Scope::User(..) => None,
    };
    Ok(ClientDetails {
        full_realm: rules::full_realm(by, &client),
        memo,
        client,
    })
}

/// A client. The memo is for the reseller's people; users see neither contacts nor limits.
#[utoipa::path(
    get,
    path = "/v1/clients/{client}",
    params(("client" = ClientId, Path)),
    security(("token" = [])),
    responses((status = 200, body = ClientDetails), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(client): Id<ClientId>,
) -> Result<Json<ClientDetails>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let client = store::show(&mut tx, client).await?;
    Ok(Json(details(&mut tx, &caller, client).await?))
}

/// Adds a client. With an email it has a login; without a password its person asks for a link.
#[utoipa::path(
    post,
    path = "/v1/clients",
    request_body = ClientInput,
    security(("token" = [])),
    responses((status = 201, body = ClientDetails), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Input(input): Input<ClientInput>,
) -> Result<(StatusCode, Json<ClientDetails>)> {
    let caller = by.caller;
    let mut tx = app.db.look(caller.tenant).await?;
    let id = ClientId(app.world.id());
    // Once before the hash, which takes a while, and once for all in the transaction that writes.
    rules::check(&mut tx, &caller, id, &input, None).await?;
    drop(tx);
    let hash = login::hash(&app, input.password.as_deref()).await?;
    let mut tx = app.db.begin(caller.tenant).await?;
    let client = rules::check(&mut tx, &caller, id, &input, None).await?;
    store::add(&mut tx, &client, app.world.now_ms()).await?;
    let known = input.password.is_some();
    login::follow(&app, &mut tx, &caller, &client, Some(&hash), known).await?;
    let entry = audit::Entry {
        action: "client.create",
        client: Some(client.id),
        subject: ("client", client.id.0),
        before: None,
        after: Some(serde_json::to_string(&client)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    rules::note_memo(&app, &mut tx, &caller, &client, &input.memo).await?;
    let details = details(&mut tx, &caller, client).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(details)))
}

/// Changes a client. A suspended one stays with all it has, and none of its people gets in.
#[utoipa::path(
    put,
    path = "/v1/clients/{client}",
    params(("client" = ClientId, Path)),
    request_body = ClientInput,
    security(("token" = [])),
    responses((status = 200, body = ClientDetails), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem, description = "Users have a profile that is taken away, or the email is in use"), (status = 422, body = Problem)),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(client): Id<ClientId>,
    Input(input): Input<ClientInput>,
) -> Result<Json<ClientDetails>> {
    let caller = by.caller;
    let mut tx = app.db.look(caller.tenant).await?;
    let before = store::show(&mut tx, client).await?;
    rules::check(&mut tx, &caller, client, &input, Some(&before)).await?;
    drop(tx);
    let hash = if input.password.is_some() || before.email.is_empty() {
        Some(login::hash(&app, input.password.as_deref()).await?)
    } else {
        None
    };
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, client).await?;
    let after = rules::check(&mut tx, &caller, client, &input, Some(&before)).await?;
    rules::apply(&app, &mut tx, &caller, &after, &input, hash.as_deref()).await?;
    if after != before {
        let entry = audit::Entry {
            action: "client.change",
            client: Some(client),
            subject: ("client", client.0),
            before: Some(serde_json::to_string(&before)?),
            after: Some(serde_json::to_string(&after)?),
        };
        audit::write(&mut tx, &app.world, &caller, entry).await?;
    }
    let details = details(&mut tx, &caller, after).await?;
    tx.commit().await?;
    app.live.changed(caller.tenant.reseller, []);
    Ok(Json(details))
}

/// What a start of the server finishes: rows of an earlier version get what this one sends, and
/// clients that came back their legs.
///
/// # Errors
/// When the database fails.
pub async fn settle(db: &Db, world: &World) -> Result<()> {
    let mut root = db.look_root().await?;
    let resellers = crate::resellers::store::all_ids(&mut root).await?;
    drop(root);
    for reseller in resellers {
        let mut tx = db.begin(Tenant::reseller(reseller)).await?;
        for mut client in store::of_earlier_versions(&mut tx).await? {
            let assigned = profiles::assigned::store::of_client(&mut tx, client.id).await?;
            client.profiles = assigned.iter().map(|(profile, _)| *profile).collect();
            client.default_profile = assigned
                .iter()
                .find(|(_, is_default)| *is_default)
                .or(assigned.first())
                .map(|(profile, _)| *profile);
            store::change(&mut tx, &client, world.now_ms()).await?;
        }
        tx.commit().await?;
    }
    archive::finish(db).await
}
