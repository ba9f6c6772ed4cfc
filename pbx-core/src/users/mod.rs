//! Users: the people of a client, each with an extension.

mod bulk;
mod edit;
mod extensions;
pub(crate) mod house;
mod import;
mod invite;
mod logins;
mod own;
mod reach;
pub(crate) mod rules;
mod secret;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use pbx_api::{Problem, User, UserId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Page, Query};

pub use undo::UserUndo;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, edit::create))
        .routes(routes!(show, edit::change, edit::remove))
        .routes(routes!(secret::renew))
        .routes(routes!(secret::phone))
        .routes(routes!(invite::invite))
        .routes(routes!(bulk::change))
        .routes(routes!(extensions::free))
        .routes(routes!(own::change_calls))
        .routes(routes!(own::colleagues))
        .merge(import::routes())
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

/// A user that the caller may see.
#[utoipa::path(
    get,
    path = "/v1/users/{user}",
    params(("user" = UserId, Path)),
    security(("token" = [])),
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
async fn show(State(app): State<App>, caller: Caller, Id(user): Id<UserId>) -> Result<Json<User>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(store::show(&mut tx, user).await?))
}
