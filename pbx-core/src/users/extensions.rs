//! Which extensions a client has left.

use axum::Json;
use axum::extract::State;
use pbx_api::{ClientId, FreeExtensions, Problem};
use pbx_numbers::is_emergency;

use super::house::House;
use super::rules::EXTENSION_DIGITS;
use crate::auth::{Allowed, EditClient};
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Id, Query};

const SHOWN: usize = 50;
/// Where a client without users begins.
const FIRST: u32 = 1001;

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The lowest that is wanted. Left out: behind the client's first users.
    #[serde(default)]
    from: Option<u32>,
}

/// Extensions of a client that nobody has, the lowest first.
#[utoipa::path(
    get,
    path = "/v1/clients/{client}/extensions",
    params(("client" = ClientId, Path), Asked),
    security(("token" = [])),
    responses((status = 200, body = FreeExtensions), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
pub(super) async fn free(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(client): Id<ClientId>,
    Query(asked): Query<Asked>,
) -> Result<Json<FreeExtensions>> {
    let mut tx = app.db.look(by.caller.tenant).await?;
    let house = House::open(&mut tx, client, &[]).await?;
    let lowest = house
        .extensions
        .keys()
        .filter_map(|text| text.parse().ok())
        .min();
    let from = asked.from.or(lowest).unwrap_or(FIRST);
    let free = (from..=99_999_999)
        .map(|number| number.to_string())
        .filter(|text| EXTENSION_DIGITS.contains(&text.len()))
        .filter(|text| !house.extensions.contains_key(text))
        .filter(|text| !is_emergency(text, &house.client.country))
        .take(SHOWN)
        .collect();
    Ok(Json(FreeExtensions { free }))
}
