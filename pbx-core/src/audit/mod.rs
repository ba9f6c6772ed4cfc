//! The audit log: who did what, when, from where, before and after. Written in the transaction of
//! the change itself, so that there is none without the other.

mod names;
mod store;
pub mod undo;

use axum::Json;
use axum::extract::State;
use pbx_api::{AccountId, AuditId, AuditPage, ClientId, InstantMs, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub use store::{write, write_all};

use crate::auth::Caller;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::Query;

/// What was done.
pub struct Entry {
    /// Thing and verb, such as `recording.delete`; the verbs are create, change, remove and what
    /// else the feature does.
    pub action: &'static str,
    /// The client whose thing it was. Its people read the entry; those without one are the
    /// reseller's alone.
    pub client: Option<ClientId>,
    /// Kind and id of what was changed.
    pub subject: (&'static str, Uuid),
    /// JSON of the wire type; secrets are left out of it.
    pub before: Option<String>,
    /// JSON of the wire type; secrets are left out of it.
    pub after: Option<String>,
}

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .merge(undo::routes())
}

/// Which entries are asked for.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Inclusive.
    #[serde(default)]
    pub from_ms: Option<InstantMs>,
    /// Exclusive.
    #[serde(default)]
    pub until_ms: Option<InstantMs>,
    /// Thing and verb, such as `client.change`, or the thing alone.
    #[serde(default)]
    pub action: Option<String>,
    #[serde(default)]
    pub subject_kind: Option<String>,
    #[serde(default)]
    pub subject: Option<Uuid>,
    #[serde(default)]
    pub account: Option<AccountId>,
    #[serde(default)]
    pub client: Option<ClientId>,
    /// The last entry of the page before.
    #[serde(default)]
    pub after: Option<AuditId>,
    /// How many at most; 100 when left out, 1000 at most.
    #[serde(default = "page_entries")]
    pub limit: u16,
}

const fn page_entries() -> u16 {
    100
}

/// The entries in reach, newest first: a reseller's people read of everything under it, a client's
/// people of what is the client's, and a user reads none. A limited login reads nothing about things
/// of a page that it goes without.
#[utoipa::path(
    get,
    path = "/v1/audit",
    params(Asked),
    security(("token" = [])),
    responses((status = 200, body = AuditPage), (status = 401, body = Problem), (status = 422, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<AuditPage>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let mut page = store::list(&mut tx, &caller, &asked).await?;
    for entry in &mut page.rows {
        entry.can_undo = undo::may(&caller, entry);
    }
    Ok(Json(page))
}
