//! Clients: read from the cache, written by the server, and what hangs on one that goes.

use std::collections::HashMap;
use std::sync::Arc;

use pbx_api::{
    ArchivedClient, Client, ClientContents, ClientDetails, ClientId, ClientInput, Code, Problem,
    ProfileId,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::active::Active;
use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

/// A client as its list shows it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClientRow {
    pub id: ClientId,
    pub name: String,
    pub realm: String,
    /// Client realm and reseller realm: where its phones register.
    pub full_realm: String,
    /// Whom to ask there.
    pub contact: String,
    pub email: String,
    pub time_zone: String,
    pub country: String,
    pub language: String,
    pub suspended: bool,
    pub production: bool,
    pub recordings_allowed: bool,
    pub max_outbound_calls: Option<u32>,
    pub max_international_calls: Option<u32>,
    pub profiles: Vec<ProfileId>,
    #[ts(type = "number")]
    pub users: u64,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneClient {
    pub client: ClientId,
}

#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeClient {
    pub client: ClientId,
    pub input: ClientInput,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SuspendClient {
    pub client: ClientId,
    pub suspended: bool,
}

/// A client as its form takes it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClientForm {
    pub id: ClientId,
    pub full_realm: String,
    pub input: ClientInput,
}

fn path(client: ClientId) -> String {
    format!("/v1/clients/{client}")
}

/// What a write changes: the feed brings it, and the log has it.
fn changed(desktop: &Desktop, active: &Active) {
    active.sync.now();
    desktop
        .events
        .changed(&[Tag::Directory, Tag::Archive, Tag::Audit]);
}

/// The clients of the cache, by name.
///
/// # Errors
/// When nobody is signed in.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<ClientRow>, Problem> {
    let active = desktop.active()?;
    let realm = active.account().realm;
    let (clients, users) = crate::blocking(move || Ok(active.cache.directory())).await?;
    let mut counts: HashMap<ClientId, u64> = HashMap::new();
    for user in users {
        *counts.entry(user.client).or_default() += 1;
    }
    let rows = clients.into_iter().map(|client| ClientRow {
        users: counts.get(&client.id).copied().unwrap_or_default(),
        full_realm: format!("{}.{realm}", client.realm),
        contact: format!("{} {}", client.first_name, client.last_name)
            .trim()
            .to_owned(),
        id: client.id,
        name: client.name,
        realm: client.realm,
        email: client.email,
        time_zone: client.time_zone,
        country: client.country,
        language: client.language,
        suspended: client.suspended,
        production: client.production,
        recordings_allowed: client.recordings_allowed,
        max_outbound_calls: client.max_outbound_calls,
        max_international_calls: client.max_international_calls,
        profiles: client.profiles,
    });
    Ok(rows.collect())
}

/// A client for its form. The memo is on the server alone, so this needs it.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn show(desktop: Arc<Desktop>, input: OneClient) -> Result<ClientForm, Problem> {
    let active = desktop.active()?;
    let details: ClientDetails = active.session.get(&path(input.client)).await?;
    let full_realm = details.full_realm.clone();
    let memo = details.memo.unwrap_or_default();
    Ok(ClientForm {
        id: input.client,
        full_realm,
        input: form(details.client, memo)?,
    })
}

/// The client as the server takes it back.
fn form(client: Client, memo: String) -> Result<ClientInput, Problem> {
    let default_profile = client
        .default_profile
        .or(client.profiles.first().copied())
        .ok_or_else(|| Problem::new(Code::Internal).detail("the client has no profile"))?;
    Ok(ClientInput {
        name: client.name,
        realm: client.realm,
        first_name: client.first_name,
        last_name: client.last_name,
        email: client.email,
        language: client.language,
        time_zone: client.time_zone,
        country: client.country,
        max_outbound_calls: client.max_outbound_calls,
        max_international_calls: client.max_international_calls,
        memo,
        production: client.production,
        suspended: client.suspended,
        recordings_allowed: client.recordings_allowed,
        profiles: client.profiles,
        default_profile,
        password: None,
        move_users_to: None,
    })
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn create(desktop: Arc<Desktop>, input: ClientInput) -> Result<ClientDetails, Problem> {
    let active = desktop.active()?;
    let made = active
        .session
        .tell(Method::POST, "/v1/clients", &input)
        .await?;
    changed(&desktop, &active);
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change(desktop: Arc<Desktop>, input: ChangeClient) -> Result<ClientDetails, Problem> {
    let active = desktop.active()?;
    let made = active
        .session
        .tell(Method::PUT, &path(input.client), &input.input)
        .await?;
    changed(&desktop, &active);
    Ok(made)
}

/// Suspends a client, or lets it go on. Everything else of it stays as the server has it.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn suspend(desktop: Arc<Desktop>, input: SuspendClient) -> Result<Nothing, Problem> {
    let one = OneClient {
        client: input.client,
    };
    let mut form = show(Arc::clone(&desktop), one).await?.input;
    form.suspended = input.suspended;
    let input = ChangeClient {
        client: input.client,
        input: form,
    };
    change(desktop, input).await?;
    Ok(Nothing {})
}

/// What goes with a client.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn contents(desktop: Arc<Desktop>, input: OneClient) -> Result<ClientContents, Problem> {
    let path = format!("{}/contents", path(input.client));
    desktop.active()?.session.get(&path).await
}

/// Archives a client with everything under it.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: OneClient) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    active
        .session
        .order(Method::DELETE, &path(input.client), &())
        .await?;
    changed(&desktop, &active);
    Ok(Nothing {})
}

/// The clients that can come back.
///
/// # Errors
/// What the server says; `Offline` where nothing was seen before.
pub async fn archived(
    desktop: Arc<Desktop>,
    _: Nothing,
) -> Result<Listed<ArchivedClient>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "archived clients", "/v1/clients/archived").await
}

/// Brings an archived client back.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn restore(desktop: Arc<Desktop>, input: OneClient) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let path = format!("{}/restore", path(input.client));
    active.session.order(Method::POST, &path, &()).await?;
    changed(&desktop, &active);
    Ok(Nothing {})
}
