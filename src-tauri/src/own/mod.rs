//! My Account: one's own details, password, sessions and second factor, as the server has them.

mod qr;

use std::sync::Arc;

use pbx_api::{
    BeginSecondFactor, ChangeMe, ChangePassword, ChangeReseller, ConfirmSecondFactor, Me,
    OpenSession, Problem, ProveSecondFactor, RecoveryCodes, Reseller, SecondFactor,
    SecondFactorSecret, SessionId,
};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::TS;

use crate::events::Tag;
use crate::{Desktop, Nothing, account};

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneSession {
    pub id: SessionId,
}

#[derive(Deserialize)]
struct Sessions {
    sessions: Vec<OpenSession>,
}

/// What an authenticator is given: to be typed in, or to be looked at with a camera.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct NewFactor {
    pub secret: String,
    pub url: String,
    pub qr: qr::Qr,
}

impl std::fmt::Debug for NewFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewFactor { .. }")
    }
}

pub async fn show(desktop: Arc<Desktop>, _: Nothing) -> Result<Me, Problem> {
    desktop.active()?.session.me().await
}

pub async fn change(desktop: Arc<Desktop>, input: ChangeMe) -> Result<Me, Problem> {
    let active = desktop.active()?;
    let me: Me = active.session.tell(Method::PUT, "/v1/me", &input).await?;
    note(desktop, active, me.clone()).await?;
    Ok(me)
}

/// What the server just said of the account, on its way to the file and to the pages.
async fn note(
    desktop: Arc<Desktop>,
    active: Arc<crate::active::Active>,
    me: Me,
) -> Result<(), Problem> {
    crate::blocking(move || {
        account::note_rights(&desktop, &active, &me);
        desktop.events.changed(&[Tag::Account]);
        Ok(())
    })
    .await
}

pub async fn change_reseller(
    desktop: Arc<Desktop>,
    input: ChangeReseller,
) -> Result<Reseller, Problem> {
    let active = desktop.active()?;
    let changed = active
        .session
        .tell(Method::PUT, "/v1/reseller", &input)
        .await?;
    let me = active.session.me().await?;
    note(desktop, active, me).await?;
    Ok(changed)
}

pub async fn change_password(
    desktop: Arc<Desktop>,
    input: ChangePassword,
) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    active
        .session
        .order(Method::POST, "/v1/me/password", &input)
        .await?;
    // Without a keychain the new one opens what is here from now on.
    let (owner, key) = (Arc::clone(&desktop), active.account().key);
    crate::blocking(move || account::wrap_anew(&owner, &key, &input.new_password)).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(Nothing {})
}

pub async fn sessions(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<OpenSession>, Problem> {
    let answer: Sessions = desktop.active()?.session.get("/v1/me/sessions").await?;
    Ok(answer.sessions)
}

pub async fn end_session(desktop: Arc<Desktop>, input: OneSession) -> Result<Nothing, Problem> {
    let path = format!("/v1/me/sessions/{}", input.id);
    let session = &desktop.active()?.session;
    session.order(Method::DELETE, &path, &json!({})).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(Nothing {})
}

pub async fn second_factor(desktop: Arc<Desktop>, _: Nothing) -> Result<SecondFactor, Problem> {
    desktop.active()?.session.get("/v1/me/second-factor").await
}

pub async fn begin_factor(
    desktop: Arc<Desktop>,
    input: BeginSecondFactor,
) -> Result<NewFactor, Problem> {
    let session = &desktop.active()?.session;
    let made: SecondFactorSecret = session
        .tell(Method::POST, "/v1/me/second-factor", &input)
        .await?;
    Ok(NewFactor {
        qr: qr::draw(&made.url)?,
        secret: made.secret,
        url: made.url,
    })
}

pub async fn confirm_factor(
    desktop: Arc<Desktop>,
    input: ConfirmSecondFactor,
) -> Result<RecoveryCodes, Problem> {
    let session = &desktop.active()?.session;
    let path = "/v1/me/second-factor/confirm";
    let codes = session.tell(Method::POST, path, &input).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(codes)
}

pub async fn drop_factor(
    desktop: Arc<Desktop>,
    input: ProveSecondFactor,
) -> Result<Nothing, Problem> {
    let session = &desktop.active()?.session;
    let path = "/v1/me/second-factor/off";
    session.order(Method::POST, path, &input).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(Nothing {})
}

pub async fn renew_codes(
    desktop: Arc<Desktop>,
    input: ProveSecondFactor,
) -> Result<RecoveryCodes, Problem> {
    let session = &desktop.active()?.session;
    let path = "/v1/me/second-factor/recovery-codes";
    let codes = session.tell(Method::POST, path, &input).await?;
    desktop.events.changed(&[Tag::Account]);
    Ok(codes)
}
