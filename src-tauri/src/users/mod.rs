//! Users: read from the cache, written to the server, and seen again when the feed brings them.

mod own;

use std::sync::Arc;

use pbx_api::{
    BulkDone, ClientId, FreeExtensions, InvitedUser, MadeUser, NewUser, PhoneSettings, Problem,
    SipSecret, User, UserBulk, UserId, UserImport, UserSettings,
};
use reqwest::Method;
use serde::Deserialize;
use ts_rs::TS;

use crate::events::Tag;
use crate::{Desktop, Nothing};

pub use own::{OwnCalls, change_own, colleagues, own};

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneUser {
    pub id: UserId,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    pub id: UserId,
    pub user: UserSettings,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FreeOf {
    pub client: ClientId,
    /// The lowest that is wanted.
    pub from: Option<u32>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ImportUsers {
    pub client: ClientId,
    /// What the file holds.
    pub text: String,
    pub dry_run: bool,
}

/// Those of what the account sees, by client and extension.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<User>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || Ok(active.cache.directory().1)).await
}

/// What the feed is about to bring is asked for at once.
fn changed(desktop: &Desktop) -> Result<(), Problem> {
    desktop.active()?.sync.now();
    desktop.events.changed(&[Tag::Directory]);
    Ok(())
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn create(desktop: Arc<Desktop>, input: NewUser) -> Result<MadeUser, Problem> {
    let session = desktop.active()?.session.clone();
    let made = session.tell(Method::POST, "/v1/users", &input).await?;
    changed(&desktop)?;
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change(desktop: Arc<Desktop>, input: ChangeUser) -> Result<User, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/users/{}", input.id);
    let user = session.tell(Method::PUT, &path, &input.user).await?;
    changed(&desktop)?;
    Ok(user)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: OneUser) -> Result<Nothing, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/users/{}", input.id);
    session.order(Method::DELETE, &path, &Nothing {}).await?;
    changed(&desktop)?;
    Ok(Nothing {})
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn bulk(desktop: Arc<Desktop>, input: UserBulk) -> Result<BulkDone, Problem> {
    let session = desktop.active()?.session.clone();
    let done = session.tell(Method::POST, "/v1/users/bulk", &input).await?;
    changed(&desktop)?;
    Ok(done)
}

/// A new secret for the user's phones. It is shown and kept nowhere.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn sip_secret(desktop: Arc<Desktop>, input: OneUser) -> Result<SipSecret, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/users/{}/sip-secret", input.id);
    session.tell(Method::POST, &path, &Nothing {}).await
}

/// A code by which the user sets its password. Where it was not mailed it is shown and kept nowhere.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn invite(desktop: Arc<Desktop>, input: OneUser) -> Result<InvitedUser, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!("/v1/users/{}/invitation", input.id);
    session.tell(Method::POST, &path, &Nothing {}).await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn phone(desktop: Arc<Desktop>, input: OneUser) -> Result<PhoneSettings, Problem> {
    let session = desktop.active()?.session.clone();
    session.get(&format!("/v1/users/{}/phone", input.id)).await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn free_extensions(
    desktop: Arc<Desktop>,
    input: FreeOf,
) -> Result<FreeExtensions, Problem> {
    let session = desktop.active()?.session.clone();
    let from = input.from.map(|from| format!("?from={from}"));
    let from = from.unwrap_or_default();
    let path = format!("/v1/clients/{}/extensions{from}", input.client);
    session.get(&path).await
}

/// # Errors
/// What the server says, or `Offline`. A dry run's errors are in its answer.
pub async fn import(desktop: Arc<Desktop>, input: ImportUsers) -> Result<UserImport, Problem> {
    let session = desktop.active()?.session.clone();
    let path = format!(
        "/v1/users/import?client={}&dry_run={}",
        input.client, input.dry_run
    );
    let done = session.tell_file(&path, "text/csv", input.text).await?;
    if !input.dry_run {
        changed(&desktop)?;
    }
    Ok(done)
}
