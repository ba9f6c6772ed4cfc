//! The logins of a reseller or a client. Not in the feed: asked for when they are looked at.

use std::sync::Arc;

use pbx_api::{Access, AccountId, ChangeLogin, ClientId, InvitedLogin, Login, NewLogin, Problem};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use ts_rs::TS;

use crate::events::Tag;
use crate::{Desktop, Nothing};

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LoginsOf {
    /// A reseller: of this client. None: of one's own reseller or client.
    #[serde(default)]
    #[ts(optional)]
    pub client: Option<ClientId>,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneLogin {
    pub id: AccountId,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EditLogin {
    pub id: AccountId,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    pub access: Access,
    pub may_delete_recordings: bool,
}

#[derive(Deserialize)]
struct Logins {
    logins: Vec<Login>,
}

pub async fn list(desktop: Arc<Desktop>, input: LoginsOf) -> Result<Vec<Login>, Problem> {
    let of = input.client.map(|id| format!("?client={id}"));
    let path = format!("/v1/logins{}", of.unwrap_or_default());
    let answer: Logins = desktop.active()?.session.get(&path).await?;
    Ok(answer.logins)
}

pub async fn create(desktop: Arc<Desktop>, input: NewLogin) -> Result<InvitedLogin, Problem> {
    let session = &desktop.active()?.session;
    let made = session.tell(Method::POST, "/v1/logins", &input).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(made)
}

pub async fn change(desktop: Arc<Desktop>, input: EditLogin) -> Result<Login, Problem> {
    let path = format!("/v1/logins/{}", input.id);
    let changed = ChangeLogin {
        first_name: input.first_name,
        last_name: input.last_name,
        language: input.language,
        access: input.access,
        may_delete_recordings: input.may_delete_recordings,
    };
    let session = &desktop.active()?.session;
    let login = session.tell(Method::PUT, &path, &changed).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(login)
}

pub async fn remove(desktop: Arc<Desktop>, input: OneLogin) -> Result<Nothing, Problem> {
    let path = format!("/v1/logins/{}", input.id);
    let session = &desktop.active()?.session;
    session.order(Method::DELETE, &path, &json!({})).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(Nothing {})
}

pub async fn invite(desktop: Arc<Desktop>, input: OneLogin) -> Result<InvitedLogin, Problem> {
    let path = format!("/v1/logins/{}/invitation", input.id);
    let session = &desktop.active()?.session;
    session.tell(Method::POST, &path, &json!({})).await
}
