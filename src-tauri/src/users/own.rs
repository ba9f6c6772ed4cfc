//! What a user who is signed in sets for its own calls.

use std::sync::Arc;

use pbx_api::{CallSettings, Code, Colleague, Features, Problem, User};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

/// The user's own settings, and what its profile lets it set.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OwnCalls {
    pub user: User,
    pub features: Features,
}

/// # Errors
/// `NotFound` while the user's own entry has not arrived.
pub async fn own(desktop: Arc<Desktop>, _: Nothing) -> Result<OwnCalls, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        // A user's cache holds one user: itself.
        let (_, users) = active.cache.directory();
        let user = users.into_iter().next();
        let user = user.ok_or_else(|| Problem::new(Code::NotFound))?;
        let profiles = active.cache.profiles();
        let profile = profiles.iter().find(|one| Some(one.id) == user.profile);
        let features = profile.map_or_else(Features::default, |profile| profile.features);
        Ok(OwnCalls { user, features })
    })
    .await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change_own(desktop: Arc<Desktop>, input: CallSettings) -> Result<User, Problem> {
    let session = desktop.active()?.session.clone();
    let user = session.tell(Method::PUT, "/v1/me/calls", &input).await?;
    super::changed(&desktop)?;
    Ok(user)
}

/// To whom one can send calls on.
///
/// # Errors
/// What the server says; `Offline` when nothing was kept.
pub async fn colleagues(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<Colleague>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "colleagues", "/v1/me/colleagues").await
}
