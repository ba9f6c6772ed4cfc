//! Call records: one leg a row, a call is the legs that share its id.

pub mod store;

use axum::Json;
use axum::extract::State;
use pbx_api::{CallId, Leg, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Id;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(legs_of_call))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Legs {
    legs: Vec<Leg>,
}

/// The legs of a call that the caller may see, in the order in which they began.
#[utoipa::path(
    get,
    path = "/v1/calls/{call}/legs",
    params(("call" = CallId, Path)),
    security(("token" = [])),
    responses((status = 200, body = Legs), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
async fn legs_of_call(
    State(app): State<App>,
    caller: Caller,
    Id(call): Id<CallId>,
) -> Result<Json<Legs>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let legs = store::of_call(&mut tx, call, caller.may_play()).await?;
    if legs.is_empty() {
        Err(Error::not_found())
    } else {
        Ok(Json(Legs { legs }))
    }
}
