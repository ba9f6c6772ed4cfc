//! User profiles: what a reseller's users may do.

pub mod assigned;
mod rules;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{OutboundRoute, Problem, Profile, ProfileDetails, ProfileId, ProfileInput};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit;
use crate::auth::{Allowed, Caller, EditReseller};
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Input, Page, Query};

pub use undo::ProfileUndo;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, remove))
        .routes(routes!(outbound_routes))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Profiles {
    profiles: Vec<Profile>,
}

/// The profiles that the caller may see, by id.
#[utoipa::path(
    get,
    path = "/v1/profiles",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = Profiles), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Profiles>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(Profiles {
        profiles: store::list(&mut tx, &page).await?,
    }))
}

async fn details(tx: &mut Tx, profile: Profile) -> Result<ProfileDetails> {
    Ok(ProfileDetails {
        users: assigned::store::users(tx, profile.id, None).await?,
        default_of: assigned::store::default_of(tx, profile.id).await?,
        profile,
    })
}

/// A profile, with how many users have it of those that the caller may see.
#[utoipa::path(
    get,
    path = "/v1/profiles/{profile}",
    params(("profile" = ProfileId, Path)),
    security(("token" = [])),
    responses((status = 200, body = ProfileDetails), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(profile): Id<ProfileId>,
) -> Result<Json<ProfileDetails>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let profile = store::show(&mut tx, profile).await?;
    Ok(Json(details(&mut tx, profile).await?))
}

/// Adds a profile. Clients get it when it is assigned to them.
#[utoipa::path(
    post,
    path = "/v1/profiles",
    request_body = ProfileInput,
    security(("token" = [])),
    responses((status = 201, body = ProfileDetails), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Input(input): Input<ProfileInput>,
) -> Result<(StatusCode, Json<ProfileDetails>)> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let id = ProfileId(app.world.id());
    let profile = rules::check(&mut tx, id, false, &input).await?;
    store::add(&mut tx, &profile, app.world.now_ms()).await?;
    let entry = audit::Entry {
        action: "profile.create",
        client: None,
        subject: ("profile", id.0),
        before: None,
        after: Some(serde_json::to_string(&profile)?),
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    let details = details(&mut tx, profile).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(details)))
}

/// Changes a profile, for all who have it at once.
#[utoipa::path(
    put,
    path = "/v1/profiles/{profile}",
    params(("profile" = ProfileId, Path)),
    request_body = ProfileInput,
    security(("token" = [])),
    responses((status = 200, body = ProfileDetails), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(profile): Id<ProfileId>,
    Input(input): Input<ProfileInput>,
) -> Result<Json<ProfileDetails>> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::show(&mut tx, profile).await?;
    let after = rules::check(&mut tx, profile, before.is_default, &input).await?;
    if after != before {
        store::change(&mut tx, &after).await?;
        let entry = audit::Entry {
            action: "profile.change",
            client: None,
            subject: ("profile", profile.0),
            before: Some(serde_json::to_string(&before)?),
            after: Some(serde_json::to_string(&after)?),
        };
        audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    }
    let details = details(&mut tx, after).await?;
    tx.commit().await?;
    Ok(Json(details))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Instead {
    /// The profile that its users get, and the clients whose default it was.
    #[serde(default)]
    move_users_to: Option<ProfileId>,
}

/// Removes a profile. The default one stays; one in use needs another for its users.
#[utoipa::path(
    delete,
    path = "/v1/profiles/{profile}",
    params(("profile" = ProfileId, Path), Instead),
    security(("token" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem, description = "Users have it"), (status = 422, body = Problem)),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(profile): Id<ProfileId>,
    Query(instead): Query<Instead>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::show(&mut tx, profile).await?;
    rules::remove(&app, &mut tx, &by.caller, &before, instead.move_users_to).await?;
    let entry = audit::Entry {
        action: "profile.remove",
        client: None,
        subject: ("profile", profile.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct OutboundRoutes {
    rows: Vec<OutboundRoute>,
}

/// The ways out that profiles can permit: those of every platform, and what the operator added.
#[utoipa::path(
    get,
    path = "/v1/routes",
    security(("token" = [])),
    responses((status = 200, body = OutboundRoutes), (status = 401, body = Problem)),
)]
async fn outbound_routes(State(app): State<App>, caller: Caller) -> Result<Json<OutboundRoutes>> {
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(OutboundRoutes {
        rows: rules::routes(&mut tx).await?,
    }))
}
