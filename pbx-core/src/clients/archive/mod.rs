//! Clients that go, with everything under them, and come back within thirty days.

pub mod store;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{
    ArchivedClient, Client, ClientContents, ClientDetails, ClientId, InstantMs, Problem,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::details;
use crate::audit;
use crate::auth::{Allowed, EditReseller, ReadReseller};
use crate::clock::World;
use crate::db::{Db, Tenant, Tx};
use crate::error::Result;
use crate::http::App;
use crate::http::extract::Id;
use crate::live::news::News;

/// How long a client can come back.
const KEPT_MS: InstantMs = 30 * 24 * 60 * 60 * 1000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(contents))
        .routes(routes!(list))
        .routes(routes!(restore))
        .routes(routes!(remove))
}

/// What goes with a client that is archived.
#[utoipa::path(
    get,
    path = "/v1/clients/{client}/contents",
    params(("client" = ClientId, Path)),
    security(("token" = [])),
    responses((status = 200, body = ClientContents), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
async fn contents(
    State(app): State<App>,
    by: Allowed<ReadReseller>,
    Id(client): Id<ClientId>,
) -> Result<Json<ClientContents>> {
    let mut tx = app.db.look(by.caller.tenant).await?;
    super::store::show(&mut tx, client).await?;
    Ok(Json(store::contents(&mut tx, client).await?))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct ArchivedClients {
    rows: Vec<ArchivedClient>,
}

/// The clients that can come back, the last one to go first.
#[utoipa::path(
    get,
    path = "/v1/clients/archived",
    security(("token" = [])),
    responses((status = 200, body = ArchivedClients), (status = 401, body = Problem), (status = 403, body = Problem)),
)]
async fn list(State(app): State<App>, by: Allowed<ReadReseller>) -> Result<Json<ArchivedClients>> {
    let mut tx = app.db.look(by.caller.tenant).await?;
    let after_ms = app.world.now_ms() - KEPT_MS;
    let rows = store::list(&mut tx, after_ms, KEPT_MS).await?;
    Ok(Json(ArchivedClients { rows }))
}

/// Archives a client with everything under it. It can come back for thirty days.
#[utoipa::path(
    delete,
    path = "/v1/clients/{client}",
    params(("client" = ClientId, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(client): Id<ClientId>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = super::store::show(&mut tx, client).await?;
    store::archive(&mut tx, client, app.world.now_ms()).await?;
    let entry = audit::Entry {
        action: "client.remove",
        client: Some(client),
        subject: ("client", client.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    tx.commit().await?;
    app.live.tell(News::Gone(by.caller.tenant.reseller));
    Ok(StatusCode::NO_CONTENT)
}

/// Brings an archived client back, with everything under it.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/restore",
    params(("client" = ClientId, Path)),
    security(("token" = [])),
    responses((status = 200, body = ClientDetails), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
async fn restore(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(client): Id<ClientId>,
) -> Result<Json<ClientDetails>> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let after = bring_back(&app.world, &mut tx, client).await?;
    let entry = audit::Entry {
        action: "client.restore",
        client: Some(client),
        subject: ("client", client.0),
        before: None,
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    let details = details(&mut tx, &by.caller, after).await?;
    tx.commit().await?;
    send_legs(&app, by.caller.tenant, client).await?;
    Ok(Json(details))
}

/// Takes a client out of the archive; [`send_legs`] must follow the commit.
///
/// # Errors
/// Not found when its time is over, or it is not there.
pub async fn bring_back(world: &World, tx: &mut Tx, client: ClientId) -> Result<Client> {
    store::unarchive(tx, client, world.now_ms() - KEPT_MS).await?;
    super::store::show(tx, client).await
}

/// Sends the legs of a client that came back, in a task of its own: whoever waits may go away,
/// and what a stopped server leaves is finished by [`finish`] when it starts.
///
/// # Errors
/// When the database fails.
pub async fn send_legs(app: &App, tenant: Tenant, client: ClientId) -> Result<()> {
    let db = app.db.clone();
    tokio::spawn(async move { send_all(&db, tenant, client).await })
        .await
        .map_err(anyhow::Error::new)?
}

async fn send_all(db: &Db, tenant: Tenant, client: ClientId) -> Result<()> {
    loop {
        let mut tx = db.begin(Tenant::reseller(tenant.reseller)).await?;
        let more = store::send_legs_anew(&mut tx, client).await?;
        tx.commit().await?;
        if !more {
            return Ok(());
        }
    }
}

/// Finishes what a stopped server had begun.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: &Db) -> Result<()> {
    let mut root = db.look_root().await?;
    let waiting = store::unfinished(&mut root).await?;
    drop(root);
    for (reseller, client) in waiting {
        send_all(db, Tenant::reseller(reseller), client).await?;
    }
    Ok(())
}
