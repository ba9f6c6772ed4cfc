//! Phone numbers: the DIDs of clients.

pub mod store;

use axum::Json;
use axum::extract::State;
use pbx_api::{PhoneNumber, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Page, Query};

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
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
