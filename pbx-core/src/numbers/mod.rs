//! Phone numbers: the DIDs of clients.

pub mod file;
mod resolve;
mod rules;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use pbx_api::{NumberId, PhoneNumber, Problem, Routing};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditRouting};
use crate::check::Check;
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Input, Page, Query};
use crate::users::house::House;

pub use resolve::resolve;
pub use undo::NumberUndo;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(change_routing))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Numbers {
    numbers: Vec<PhoneNumber>,
}

/// The numbers that the caller may see, by id. A user has none of its own.
#[utoipa::path(
    get,
    path = "/v1/numbers",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = Numbers), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Numbers>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(Numbers {
        numbers: store::list(&mut tx, &page).await?,
    }))
}

/// Says where calls to a number go. For the client's logins; the reseller connects as the client.
#[utoipa::path(
    put,
    path = "/v1/numbers/{number}/routing",
    params(("number" = NumberId, Path)),
    request_body = Routing,
    security(("token" = [])),
    responses((status = 200, body = PhoneNumber), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
async fn change_routing(
    State(app): State<App>,
    by: Allowed<EditRouting>,
    Id(id): Id<NumberId>,
    Input(routing): Input<Routing>,
) -> Result<Json<PhoneNumber>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, id).await?;
    let after = set_routing(&mut tx, &before, routing).await?;
    let entry = Entry {
        action: "number.routing",
        client: Some(after.client),
        subject: ("number", id.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Leads the calls of a number somewhere else, by the rules.
async fn set_routing(
    tx: &mut Tx,
    before: &PhoneNumber,
    mut routing: Routing,
) -> Result<PhoneNumber> {
    let house = House::open(tx, before.client, &[]).await?;
    let mut check = Check::default();
    rules::routing(&mut check, &house, &mut routing);
    check.done()?;
    let after = PhoneNumber {
        routing,
        ..before.clone()
    };
    store::change(tx, &after).await?;
    Ok(after)
}
