//! Emergency caller IDs: kept by the server, seen last where it can't be reached.

use std::sync::Arc;

use pbx_api::{EmergencyCallerId, EmergencyId, NewEmergencyCallerId, Problem, Unprotected};
use reqwest::Method;
use serde::Deserialize;
use ts_rs::TS;

use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmergency {
    pub id: EmergencyId,
    pub caller_id: NewEmergencyCallerId,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneEmergency {
    pub id: EmergencyId,
}

pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<EmergencyCallerId>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "emergency", "/v1/emergency").await
}

/// Users without a validated caller ID of their own or of their client.
pub async fn missing(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<Unprotected>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "emergency missing", "/v1/emergency/missing").await
}

pub async fn create(
    desktop: Arc<Desktop>,
    input: NewEmergencyCallerId,
) -> Result<EmergencyCallerId, Problem> {
    let active = desktop.active()?;
    let made = active.session.tell(Method::POST, "/v1/emergency", &input);
    let made = made.await?;
    desktop.events.changed(&[Tag::Emergency]);
    Ok(made)
}

pub async fn change(
    desktop: Arc<Desktop>,
    input: ChangeEmergency,
) -> Result<EmergencyCallerId, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/emergency/{}", input.id);
    let changed = active.session.tell(Method::PUT, &path, &input.caller_id);
    let changed = changed.await?;
    desktop.events.changed(&[Tag::Emergency]);
    Ok(changed)
}

pub async fn remove(desktop: Arc<Desktop>, input: OneEmergency) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/emergency/{}", input.id);
    active
        .session
        .order(Method::DELETE, &path, &Nothing {})
        .await?;
    desktop.events.changed(&[Tag::Emergency]);
    Ok(Nothing {})
}
