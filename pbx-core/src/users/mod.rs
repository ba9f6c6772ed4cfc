//! Users: the people of a client, each with an extension.

pub mod store;

use axum::Json;
use axum::extract::State;
use pbx_api::{Problem, User};
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
struct Users {
    users: Vec<User>,
}

/// The users that the caller may see, by id.
#[utoipa::path(
    get,
    path = "/v1/users",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = Users), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Users>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(Users {
        users: store::list(&mut tx, &page).await?,
    }))
}
