//! One-time codes that set a password: an invitation, and for who forgot it.

mod store;

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use pbx_api::{AccountId, ClaimRequest, Claimed, Code, ForgotRequest, InstantMs, Problem, Rule};

use super::store as accounts;
use super::{CHOICES, FIELD_BYTES, caller, factor, hash};
use crate::check::Check;
use crate::db::Root;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;
use crate::mail::{self, Mail};

const HOUR_MS: i64 = 60 * 60 * 1000;
/// What the limits count these under, apart from passwords.
const FORGOT: &str = "a forgotten password of";
const CLAIM: &str = "one-time codes from";

/// What a code is for, which decides how long it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first password: 7 days.
    Invitation,
    /// Another password: 24 hours.
    Forgotten,
}

impl Purpose {
    const fn lasts_ms(self) -> i64 {
        match self {
            Self::Invitation => 7 * 24 * HOUR_MS,
            Self::Forgotten => 24 * HOUR_MS,
        }
    }
}

/// Makes a code for an account and drops its older ones. Gives it with its end; the table knows
/// its hash alone.
///
/// # Errors
/// When the database fails.
pub async fn make(
    world: &crate::clock::World,
    root: &mut Root,
    account: AccountId,
    purpose: Purpose,
) -> Result<(String, InstantMs)> {
    let code = super::token_of(world);
    let expires_at_ms = world.now_ms() + purpose.lasts_ms();
    store::put_code(root, &hash(&code), account, expires_at_ms).await?;
    Ok((code, expires_at_ms))
}

/// Drops an account's codes: what they were for is over.
///
/// # Errors
/// When the database fails.
pub async fn drop_all(root: &mut Root, account: AccountId) -> Result<()> {
    store::drop_codes(root, account).await
}

/// Sends a one-time code to who forgot the password, where the realm has that email.
///
/// The answer is the same whether it has or not, and comes before anybody looked.
#[utoipa::path(
    post,
    path = "/v1/auth/forgot",
    request_body = ForgotRequest,
    responses((status = 202), (status = 422, body = Problem), (status = 429, body = Problem)),
)]
pub(super) async fn forgot(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ForgotRequest>,
) -> Result<StatusCode> {
    let mut check = Check::default();
    for (field, text) in [("realm", &asked.realm), ("email", &asked.email)] {
        check.rule(field, !text.trim().is_empty(), Rule::Needed);
        check.rule(field, text.len() <= FIELD_BYTES, Rule::TooLong);
        check.rule(field, !text.contains('\0'), Rule::NulCharacter);
    }
    check.done()?;
    let (realm, email) = (
        asked.realm.trim().to_lowercase(),
        asked.email.trim().to_lowercase(),
    );
    app.sign_in_limits.count(
        app.world.now_ms(),
        &format!("{FORGOT} {realm}"),
        &email,
        peer.ip(),
    )?;
    // After the answer, so that its time tells nothing.
    tokio::spawn(async move {
        if let Err(fault) = send_codes(&app, &realm, &email).await {
            tracing::error!(%fault, "a code for a forgotten password was not sent");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

/// One mail with a code for each account of the email.
async fn send_codes(app: &App, realm: &str, email: &str) -> Result<()> {
    let Some(mailer) = &app.mailer else {
        tracing::info!("a password was forgotten, and this server sends no mail");
        return Ok(());
    };
    let mut root = app.db.begin_root().await?;
    let known = accounts::accounts(&mut root, realm, email).await?;
    let Some(first) = known.first() else {
        return Ok(());
    };
    let language = first.language.clone();
    let mut codes = Vec::new();
    for account in known.iter().take(CHOICES) {
        let id = crate::db::id(&account.id)?;
        let (code, _) = make(&app.world, &mut root, id, Purpose::Forgotten).await?;
        codes.push((account.label.clone(), code));
    }
    root.commit().await?;
    let (subject, text) = mail::words::forgotten(&language, realm, &codes);
    mailer
        .send(Mail {
            to: email.to_owned(),
            reply_to: None,
            subject,
            text,
        })
        .await
}

/// Sets a password by a one-time code, and ends every session of its account. A second factor
/// stays on.
#[utoipa::path(
    post,
    path = "/v1/auth/claim",
    request_body = ClaimRequest,
    responses((status = 200, body = Claimed), (status = 422, body = Problem), (status = 429, body = Problem)),
)]
pub(super) async fn claim(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ClaimRequest>,
) -> Result<Json<Claimed>> {
    let refused = || Problem::broken("code", Rule::WrongCode);
    let counted =
        app.sign_in_limits
            .count(app.world.now_ms(), CLAIM, &peer.ip().to_string(), peer.ip())?;
    // Also out of a link, behind its `#`.
    let code = asked.code.rsplit('#').next().unwrap_or_default().trim();
    let email = {
        let mut root = app.db.look_root().await?;
        store::email_of_code(&mut root, &hash(code), app.world.now_ms()).await?
    };
    let Some(email) = email else {
        return Err(refused().into());
    };
    let mut check = Check::default();
    check.password("password", &asked.password, &email);
    check.done()?;
    let password_hash = app.passwords.hash(&asked.password).await?;

    let now_ms = app.world.now_ms();
    let mut root = app.db.begin_root().await?;
    // The removal decides who used it, not the look before.
    let Some(account) = store::take_code(&mut root, &hash(code), now_ms).await? else {
        return Err(refused().into());
    };
    accounts::set_password(&mut root, account, &password_hash).await?;
    accounts::revoke_all(&mut root, account, now_ms).await?;
    store::drop_codes(&mut root, account).await?;
    factor::store::drop_tickets(&mut root, &account.to_string()).await?;
    let me = caller::store::caller_of_account(&mut root, account)
        .await?
        .ok_or_else(|| Error::code(Code::Unauthenticated))?;
    let (realm, email) = (me.me.reseller.realm.clone(), me.me.email.clone());
    let mut tx = root.of(me.tenant);
    let caller = super::Caller {
        address: super::address(peer.ip()),
        ..me
    };
    super::write_password(&mut tx, &app, &caller, "password.claim").await?;
    tx.commit().await?;
    app.sign_in_limits.forgive(&counted);
    Ok(Json(Claimed { realm, email }))
}
