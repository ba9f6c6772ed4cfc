//! Sign-in, sessions and who is calling.

mod caller;
pub mod codes;
pub mod factor;
mod limits;
mod password;
pub mod store;
mod vault;

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pbx_api::{
    AccountChoice, Code, Problem, RefreshRequest, Rule, SessionId, SignInAnswer, SignInRequest,
    SignedIn,
};
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use caller::store::{caller_of_access, caller_of_session};
pub use caller::{
    Allowed, Caller, DeleteRecordings, EditClient, EditLogins, EditOwn, EditReseller, EditRouting,
    ImportCdrs, OwnLogin, ReadReseller, Right, RunReseller, SeeClient,
};
pub use limits::SignInLimits;
pub use password::Passwords;
pub use vault::Vault;

use crate::audit;
use crate::clock::World;
use crate::db::{Root, Tx};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;

const ACCESS_MS: i64 = 15 * 60 * 1000;
const REFRESH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Longer input is no password or name of ours; hashing it would be somebody else's lever.
pub(crate) const FIELD_BYTES: usize = 1024;
/// One email with more accounts than this has to be told apart by the operator.
pub(crate) const CHOICES: usize = 8;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(refresh))
        .routes(routes!(sign_out))
        .routes(routes!(factor::second_factor))
        .routes(routes!(codes::forgot))
        .routes(routes!(codes::claim))
}

/// What the tables know a token by.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A text of 256 bits that opens something.
fn token_of(world: &World) -> String {
    URL_SAFE_NO_PAD.encode(world.bytes::<32>())
}

pub(crate) fn token(app: &App) -> String {
    token_of(&app.world)
}

/// Exchanges an email and a password for tokens.
///
/// A wrong realm, an unknown email and a wrong password are one answer, after the same work.
#[utoipa::path(
    post,
    path = "/v1/auth/sign-in",
    request_body = SignInRequest,
    responses((status = 200, body = SignInAnswer), (status = 401, body = Problem), (status = 429, body = Problem)),
)]
async fn sign_in(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<SignInRequest>,
) -> Result<Json<SignInAnswer>> {
    for (field, text) in [
        ("realm", &asked.realm),
        ("email", &asked.email),
        ("password", &asked.password),
        ("device", &asked.device),
    ] {
        if text.len() > FIELD_BYTES {
            return Err(Problem::broken(field, Rule::TooLong).into());
        }
        if text.contains('\0') {
            return Err(Problem::broken(field, Rule::NulCharacter).into());
        }
    }
    let realm = asked.realm.trim().to_lowercase();
    let email = asked.email.trim().to_lowercase();
    let now_ms = app.world.now_ms();
    // The try is counted before the password is looked at, so that many at once gain nothing.
    let counted = app
        .sign_in_limits
        .count(now_ms, &realm, &email, peer.ip())?;

    let candidates = {
        let mut root = app.db.look_root().await?;
        store::accounts(&mut root, &realm, &email).await?
    };
    let mut fitting = Vec::new();
    if candidates.is_empty() {
        app.passwords.check_nothing(&asked.password).await?;
    }
    for account in candidates.into_iter().take(CHOICES) {
        if app
            .passwords
            .check(&asked.password, &account.password_hash)
            .await?
        {
            fitting.push(account);
        }
    }
    if fitting.is_empty() {
        return Err(Error::code(Code::WrongCredentials));
    }
    app.sign_in_limits.forgive(&counted);

    let chosen = match asked.account {
        Some(id) => fitting
            .into_iter()
            .find(|account| account.id == id.to_string()),
        None if fitting.len() == 1 => fitting.pop(),
        None => {
            let choices = fitting
                .into_iter()
                .map(|account| {
                    Ok(AccountChoice {
                        account: crate::db::id(&account.id)?,
                        role: account.role()?,
                        label: account.label.clone(),
                    })
                })
                .collect::<Result<_>>()?;
            return Ok(Json(SignInAnswer::Choose(choices)));
        }
    };
    let account = chosen.ok_or_else(|| Error::code(Code::WrongCredentials))?;

    let mut root = app.db.begin_root().await?;
    store::forget_expired(&mut root, now_ms).await?;
    let answer = if account.second_factor {
        let wait = factor::wait_for_code(&app, &mut root, &account.id, &asked.device).await?;
        SignInAnswer::SecondFactorNeeded(wait)
    } else {
        let signed_in = sign_in_to(&app, &mut root, &account.id, &asked.device, peer.ip()).await?;
        SignInAnswer::SignedIn(signed_in)
    };
    root.commit().await?;
    Ok(Json(answer))
}

/// Opens a session of an account that proved whose it is.
async fn sign_in_to(
    app: &App,
    root: &mut Root,
    account: &str,
    device: &str,
    peer: IpAddr,
) -> Result<SignedIn> {
    let (session, now_ms) = (SessionId(app.world.id()), app.world.now_ms());
    store::open_session(root, session, account, device, &address(peer), now_ms).await?;
    issue(app, root, session).await
}

/// Writes down that an account has another password, and nothing of the password.
pub(crate) async fn write_password(
    tx: &mut Tx,
    app: &App,
    caller: &Caller,
    action: &'static str,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        client: caller.me.client,
        subject: ("account", caller.me.account.0),
        before: None,
        after: Some(r#"{"password":"changed"}"#.to_owned()),
    };
    audit::write(tx, &app.world, caller, entry).await
}

/// Makes a pair of tokens for an open session.
async fn issue(app: &App, root: &mut Root, session: SessionId) -> Result<SignedIn> {
    let now_ms = app.world.now_ms();
    let mut made = [String::new(), String::new()];
    for (token, (kind, lasts_ms)) in made
        .iter_mut()
        .zip([(store::ACCESS, ACCESS_MS), (store::REFRESH, REFRESH_MS)])
    {
        *token = token_of(&app.world);
        store::add_token(root, &hash(token), session, kind, now_ms + lasts_ms).await?;
    }
    let caller = caller::store::caller_of_session(root, session, now_ms)
        .await?
        .ok_or_else(|| Error::code(Code::Unauthenticated))?;
    let [access_token, refresh_token] = made;
    Ok(SignedIn {
        access_token,
        access_expires_at_ms: now_ms + ACCESS_MS,
        refresh_token,
        me: caller.me,
    })
}

/// Exchanges a refresh token for a new pair. Each works for one exchange; one that comes back more
/// than a minute after it was stolen, by this caller or from it, and ends the session.
#[utoipa::path(
    post,
    path = "/v1/auth/refresh",
    request_body = RefreshRequest,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem)),
)]
async fn refresh(
    State(app): State<App>,
    Input(asked): Input<RefreshRequest>,
) -> Result<Json<SignedIn>> {
    let now_ms = app.world.now_ms();
    let mut root = app.db.begin_root().await?;
    match store::spend_refresh(&mut root, &hash(&asked.refresh_token), now_ms).await? {
        store::Refresh::Fresh(session) => {
            let answer = issue(&app, &mut root, session).await?;
            store::seen(&mut root, session, now_ms).await?;
            root.commit().await?;
            Ok(Json(answer))
        }
        store::Refresh::Reused(session) => {
            store::revoke(&mut root, session, now_ms).await?;
            root.commit().await?;
            tracing::warn!(%session, "a spent refresh token came back; the session was ended");
            Err(Error::code(Code::Unauthenticated))
        }
        store::Refresh::Unknown => Err(Error::code(Code::Unauthenticated)),
    }
}

/// Ends the session; its tokens work no longer.
#[utoipa::path(
    post,
    path = "/v1/auth/sign-out",
    security(("token" = [])),
    responses((status = 204), (status = 401, body = Problem)),
)]
async fn sign_out(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    let mut root = app.db.begin_root().await?;
    store::revoke(&mut root, caller.me.session, app.world.now_ms()).await?;
    root.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The address a request came from, as the audit log writes it.
#[must_use]
pub fn address(peer: IpAddr) -> String {
    peer.to_canonical().to_string()
}
