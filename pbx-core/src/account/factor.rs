//! Turning the second factor on and off.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use pbx_api::{
    BeginSecondFactor, Code, ConfirmSecondFactor, Problem, ProveSecondFactor, RecoveryCodes, Rule,
    SecondFactor, SecondFactorSecret,
};
use totp_rs::Secret;

use super::prove_password;
use crate::audit::{self, Entry};
use crate::auth::factor::{self, store};
use crate::auth::{Allowed, Caller, OwnLogin};
use crate::db::Root;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;

/// What the audit log says of it: that it changed, and nothing that opens anything.
async fn write(
    app: &App,
    root: Root,
    caller: &Caller,
    action: &'static str,
    [before, after]: [&str; 2],
) -> Result<()> {
    let mut tx = root.of(caller.tenant);
    let json = |text: &str| Some(format!(r#"{{"second_factor":"{text}"}}"#));
    let entry = Entry {
        action,
        client: caller.me.client,
        subject: ("account", caller.me.account.0),
        before: json(before),
        after: json(after),
    };
    audit::write(&mut tx, &app.world, caller, entry).await?;
    tx.commit().await
}

/// Whether this login has a second factor.
#[utoipa::path(
    get,
    path = "/v1/me/second-factor",
    security(("token" = [])),
    responses((status = 200, body = SecondFactor), (status = 401, body = Problem)),
)]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<SecondFactor>> {
    let mut root = app.db.look_root().await?;
    let kept = store::second_factor(&mut root, &caller.me.account.to_string()).await?;
    Ok(Json(SecondFactor {
        on: kept.secret.is_some(),
        since_ms: kept.since_ms,
        recovery_codes_left: u32::try_from(kept.recovery_codes_left).unwrap_or(0),
    }))
}

/// Makes a secret for an authenticator. It counts once a code of it confirmed it.
#[utoipa::path(
    post,
    path = "/v1/me/second-factor",
    request_body = BeginSecondFactor,
    security(("token" = [])),
    responses(
        (status = 200, body = SecondFactorSecret),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 409, body = Problem, description = "It is on already"),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
pub(super) async fn begin(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<BeginSecondFactor>,
) -> Result<Json<SecondFactorSecret>> {
    let me = &by.caller.me;
    prove_password(&app, &by.caller, peer, "password", &asked.password).await?;
    let account = me.account.to_string();
    let secret = app.world.bytes::<{ factor::SECRET_BYTES }>();
    let mut root = app.db.begin_root().await?;
    if store::second_factor(&mut root, &account)
        .await?
        .secret
        .is_some()
    {
        return Err(Problem::new(Code::Taken).because(Rule::FactorOn).into());
    }
    store::begin(&mut root, me.account, &app.vault.seal(&account, &secret)?).await?;
    root.commit().await?;
    let url = factor::authenticator(&secret, &me.reseller.name, &me.email)?
        .to_url()
        .map_err(|fault| anyhow::anyhow!("an authenticator's URL: {fault}"))?;
    Ok(Json(SecondFactorSecret {
        secret: Secret::from(secret.to_vec()).to_base32(),
        url,
    }))
}

/// Turns the second factor on with a first code, and gives the recovery codes, once.
#[utoipa::path(
    post,
    path = "/v1/me/second-factor/confirm",
    request_body = ConfirmSecondFactor,
    security(("token" = [])),
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "None was begun"),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
pub(super) async fn confirm(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ConfirmSecondFactor>,
) -> Result<Json<RecoveryCodes>> {
    let (caller, now_ms) = (by.caller, app.world.now_ms());
    let account = caller.me.account.to_string();
    let counted = app
        .sign_in_limits
        .count(now_ms, factor::LIMITED_AS, &account, peer.ip())?;
    let mut root = app.db.begin_root().await?;
    let sealed = store::second_factor(&mut root, &account).await?.pending;
    let sealed = sealed.ok_or_else(|| Error::code(Code::NotFound))?;
    let secret = app.vault.open(&account, &sealed)?;
    let step = factor::step_of(&secret, asked.code.trim(), now_ms)?;
    let step = step.ok_or_else(factor::wrong_code)?;
    store::turn_on(&mut root, caller.me.account, step, now_ms).await?;
    let codes = fresh_codes(&app, &mut root, &caller).await?;
    write(&app, root, &caller, "second_factor.create", ["off", "on"]).await?;
    app.sign_in_limits.forgive(&counted);
    Ok(Json(codes))
}

async fn fresh_codes(app: &App, root: &mut Root, caller: &Caller) -> Result<RecoveryCodes> {
    let codes = factor::recovery_codes(app);
    let hashes: Vec<String> = codes
        .iter()
        .map(|code| factor::recovery_hash(code))
        .collect();
    store::put_recovery(root, caller.me.account, &hashes).await?;
    Ok(RecoveryCodes { codes })
}

/// The password and a code, both counted. The code is spent in the transaction that is given back.
async fn proven(
    app: &App,
    caller: &Caller,
    peer: SocketAddr,
    asked: &ProveSecondFactor,
) -> Result<Root> {
    prove_password(app, caller, peer, "password", &asked.password).await?;
    let account = caller.me.account.to_string();
    let counted =
        app.sign_in_limits
            .count(app.world.now_ms(), factor::LIMITED_AS, &account, peer.ip())?;
    let mut root = app.db.begin_root().await?;
    if !factor::take(app, &mut root, &account, &asked.code).await? {
        return Err(factor::wrong_code());
    }
    app.sign_in_limits.forgive(&counted);
    Ok(root)
}

/// Turns the second factor off. Its recovery codes are gone.
#[utoipa::path(
    post,
    path = "/v1/me/second-factor/off",
    request_body = ProveSecondFactor,
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
pub(super) async fn turn_off(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ProveSecondFactor>,
) -> Result<StatusCode> {
    let mut root = proven(&app, &by.caller, peer, &asked).await?;
    store::turn_off(&mut root, by.caller.me.account).await?;
    write(
        &app,
        root,
        &by.caller,
        "second_factor.remove",
        ["on", "off"],
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes other recovery codes; the ones before work no longer.
#[utoipa::path(
    post,
    path = "/v1/me/second-factor/recovery-codes",
    request_body = ProveSecondFactor,
    security(("token" = [])),
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
pub(super) async fn renew_codes(
    State(app): State<App>,
    by: Allowed<OwnLogin>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<ProveSecondFactor>,
) -> Result<Json<RecoveryCodes>> {
    let mut root = proven(&app, &by.caller, peer, &asked).await?;
    let codes = fresh_codes(&app, &mut root, &by.caller).await?;
    let words = ["on", "recovery codes changed"];
    write(&app, root, &by.caller, "second_factor.change", words).await?;
    Ok(Json(codes))
}
