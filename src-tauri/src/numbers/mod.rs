//! Phone numbers: read from the cache; where calls to one go is told to the server.

use std::sync::Arc;

use pbx_api::{NumberId, PhoneNumber, Problem, Routing};
use reqwest::Method;
use serde::Deserialize;
use ts_rs::TS;

use crate::events::Tag;
use crate::{Desktop, Nothing};

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RouteNumber {
    pub id: NumberId,
    pub routing: Routing,
}

/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<PhoneNumber>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || Ok(active.cache.numbers())).await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn route(desktop: Arc<Desktop>, input: RouteNumber) -> Result<PhoneNumber, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/numbers/{}/routing", input.id);
    let told = active.session.tell(Method::PUT, &path, &input.routing);
    let number = told.await?;
    active.sync.now();
    desktop.events.changed(&[Tag::Directory]);
    Ok(number)
}
