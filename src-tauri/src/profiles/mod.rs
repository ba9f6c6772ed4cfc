//! User profiles: read from the cache, written by the server.

use std::collections::HashMap;
use std::sync::Arc;

use pbx_api::{OutboundRoute, Problem, Profile, ProfileDetails, ProfileId, ProfileInput};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::active::Active;
use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

/// A profile and how many users have it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProfileRow {
    pub profile: Profile,
    #[ts(type = "number")]
    pub users: u64,
    /// Clients whose users may have it.
    #[ts(type = "number")]
    pub clients: u64,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneProfile {
    pub profile: ProfileId,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeProfile {
    pub profile: ProfileId,
    pub input: ProfileInput,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RemoveProfile {
    pub profile: ProfileId,
    /// What its users get, and the clients whose default it is.
    #[serde(default)]
    pub move_users_to: Option<ProfileId>,
}

fn path(profile: ProfileId) -> String {
    format!("/v1/profiles/{profile}")
}

/// What a write changes: the feed brings it, and the log has it.
fn changed(desktop: &Desktop, active: &Active) {
    active.sync.now();
    desktop.events.changed(&[Tag::Directory, Tag::Audit]);
}

/// The profiles of the cache, the default one first.
///
/// # Errors
/// When nobody is signed in.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<ProfileRow>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let (clients, users) = active.cache.directory();
        let mut having: HashMap<ProfileId, u64> = HashMap::new();
        for profile in users.into_iter().filter_map(|user| user.profile) {
            *having.entry(profile).or_default() += 1;
        }
        let mut assigned: HashMap<ProfileId, u64> = HashMap::new();
        for profile in clients.into_iter().flat_map(|client| client.profiles) {
            *assigned.entry(profile).or_default() += 1;
        }
        let rows = active
            .cache
            .profiles()
            .into_iter()
            .map(|profile| ProfileRow {
                users: having.get(&profile.id).copied().unwrap_or_default(),
                clients: assigned.get(&profile.id).copied().unwrap_or_default(),
                profile,
            });
        Ok(rows.collect())
    })
    .await
}

/// A profile with what hangs on it now.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn show(desktop: Arc<Desktop>, input: OneProfile) -> Result<ProfileDetails, Problem> {
    desktop.active()?.session.get(&path(input.profile)).await
}

/// The ways out that a profile can permit.
///
/// # Errors
/// What the server says; `Offline` where nothing was seen before.
pub async fn routes(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<OutboundRoute>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "outbound routes", "/v1/routes").await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn create(desktop: Arc<Desktop>, input: ProfileInput) -> Result<ProfileDetails, Problem> {
    let active = desktop.active()?;
    let made = active
        .session
        .tell(Method::POST, "/v1/profiles", &input)
        .await?;
    changed(&desktop, &active);
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change(
    desktop: Arc<Desktop>,
    input: ChangeProfile,
) -> Result<ProfileDetails, Problem> {
    let active = desktop.active()?;
    let made = active
        .session
        .tell(Method::PUT, &path(input.profile), &input.input)
        .await?;
    changed(&desktop, &active);
    Ok(made)
}

/// Removes a profile; its users move to another.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: RemoveProfile) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let mut path = path(input.profile);
    if let Some(to) = input.move_users_to {
        path += &format!("?move_users_to={to}");
    }
    active.session.order(Method::DELETE, &path, &()).await?;
    changed(&desktop, &active);
    Ok(Nothing {})
}
