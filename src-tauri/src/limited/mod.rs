//! Limited clients: further logins of a client, with less in sight.

use std::sync::Arc;

use pbx_api::{AccountId, LimitedClient, LimitedClientSettings, NewLimitedClient, Problem};
use reqwest::Method;
use serde::Deserialize;
use ts_rs::TS;

use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeLimited {
    pub id: AccountId,
    pub login: LimitedClientSettings,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneLimited {
    pub id: AccountId,
}

/// # Errors
/// What the server says; `Offline` when nothing was kept.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<LimitedClient>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "limited clients", "/v1/limited-clients").await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn create(
    desktop: Arc<Desktop>,
    input: NewLimitedClient,
) -> Result<LimitedClient, Problem> {
    let session = desktop.active()?.session.clone();
    let path = "/v1/limited-clients";
    let made = session.tell(Method::POST, path, &input).await?;
    desktop.events.changed(&[Tag::Limited]);
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change(desktop: Arc<Desktop>, input: ChangeLimited) -> Result<LimitedClient, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/limited-clients/{}", input.id);
    let changed = session.tell(Method::PUT, &path, &input.login).await?;
    desktop.events.changed(&[Tag::Limited]);
    Ok(changed)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: OneLimited) -> Result<Nothing, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/limited-clients/{}", input.id);
    session.order(Method::DELETE, &path, &Nothing {}).await?;
    desktop.events.changed(&[Tag::Limited]);
    Ok(Nothing {})
}
