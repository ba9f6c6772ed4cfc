//! The second factor: TOTP (RFC 6238) with recovery codes.

pub mod store;

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use pbx_api::{Code, InstantMs, Problem, Rule, SecondFactorNeeded, SecondFactorRequest, SignedIn};
use totp_rs::{Builder, Secret, Totp};

use super::{FIELD_BYTES, hash, token};
use crate::db::Root;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;

/// RFC 4226 asks for 128 bits and recommends these.
pub const SECRET_BYTES: usize = 20;
const RECOVERY_CODES: usize = 10;
/// 80 bits, as sixteen characters.
const RECOVERY_BYTES: usize = 10;
/// How long a sign-in waits for its code.
const TICKET_MS: i64 = 5 * 60 * 1000;
/// Codes that one ticket may try; the account's and the address's limits count across tickets.
const TICKET_TRIES: i64 = 5;
/// What the limits count these tries under, apart from passwords.
pub const LIMITED_AS: &str = "the second factor of";

/// An authenticator with a secret: six digits, 30 seconds, SHA-1 (what all of them do), and a
/// clock that may be one step off.
pub fn authenticator(secret: &[u8], issuer: &str, email: &str) -> Result<Totp> {
    // A colon divides the two in the URL.
    let plain = |text: &str| text.replace(':', " ");
    Ok(Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(email))
        .build()
        .map_err(|fault| anyhow::anyhow!("an authenticator: {fault}"))?)
}

/// The step whose code this is, when it is one of now.
pub fn step_of(secret: &[u8], code: &str, now_ms: InstantMs) -> Result<Option<i64>> {
    let seconds = u64::try_from(now_ms / 1000).unwrap_or_default();
    let step = authenticator(secret, "pbx-core", "account")?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What a recovery code is known by: without hyphens, spaces and case.
pub fn recovery_hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    hash(&plain)
}

/// Fresh recovery codes, such as `ABCD-EFGH-IJKL-MNOP`.
pub fn recovery_codes(app: &App) -> Vec<String> {
    let code = |_| {
        let text = Secret::from(app.world.bytes::<RECOVERY_BYTES>().to_vec()).to_base32();
        let groups: Vec<&str> = [0, 4, 8, 12].map(|at| &text[at..at + 4]).into();
        groups.join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// Whether the code is the account's, and takes it: no code works twice.
pub async fn take(app: &App, root: &mut Root, account: &str, code: &str) -> Result<bool> {
    let code = code.trim();
    let now_ms = app.world.now_ms();
    if code.chars().filter(char::is_ascii_alphanumeric).count() != 6 {
        return store::spend_recovery(root, account, &recovery_hash(code), now_ms).await;
    }
    let Some(sealed) = store::second_factor(root, account).await?.secret else {
        return Ok(false);
    };
    match step_of(&app.vault.open(account, &sealed)?, code, now_ms)? {
        Some(step) => store::spend_step(root, account, step).await,
        None => Ok(false),
    }
}

/// Lets a sign-in whose password was right wait for its code.
pub(super) async fn wait_for_code(
    app: &App,
    root: &mut Root,
    account: &str,
    device: &str,
) -> Result<SecondFactorNeeded> {
    let ticket = token(app);
    let expires_at_ms = app.world.now_ms() + TICKET_MS;
    store::add_ticket(root, &hash(&ticket), account, device, expires_at_ms).await?;
    Ok(SecondFactorNeeded {
        ticket,
        expires_at_ms,
    })
}

/// Finishes a sign-in with a code of the second factor, or with a recovery code.
#[utoipa::path(
    post,
    path = "/v1/auth/second-factor",
    request_body = SecondFactorRequest,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, body = Problem, description = "The ticket is over: sign in again"),
        (status = 422, body = Problem, description = "The code is wrong or was used"),
        (status = 429, body = Problem),
    ),
)]
pub(super) async fn second_factor(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(asked): Input<SecondFactorRequest>,
) -> Result<Json<SignedIn>> {
    if asked.code.len() > FIELD_BYTES {
        return Err(Problem::broken("code", Rule::TooLong).into());
    }
    let now_ms = app.world.now_ms();
    let ticket = hash(&asked.ticket);
    let mut root = app.db.begin_root().await?;
    // Counted and committed before the code is looked at, so that many at once gain nothing.
    let known = store::try_ticket(&mut root, &ticket, TICKET_TRIES, now_ms).await?;
    root.commit().await?;
    let Some((account, device)) = known else {
        return Err(Problem::new(Code::Unauthenticated)
            .because(Rule::TicketOver)
            .into());
    };
    let counted = app
        .sign_in_limits
        .count(now_ms, LIMITED_AS, &account, peer.ip())?;

    let mut root = app.db.begin_root().await?;
    if !take(&app, &mut root, &account, &asked.code).await? {
        return Err(wrong_code());
    }
    store::drop_tickets(&mut root, &account).await?;
    let answer = super::sign_in_to(&app, &mut root, &account, &device, peer.ip()).await?;
    root.commit().await?;
    app.sign_in_limits.forgive(&counted);
    Ok(Json(answer))
}

pub fn wrong_code() -> Error {
    Problem::broken("code", Rule::WrongFactor).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of eight digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let step = step_of(secret, code, seconds * 1000).unwrap();
            assert_eq!(step, Some(seconds / 30), "{code}");
            // One step off either way, and no more.
            assert_eq!(step_of(secret, code, (seconds + 30) * 1000).unwrap(), step);
            assert_eq!(step_of(secret, code, (seconds - 30) * 1000).unwrap(), step);
            assert_eq!(step_of(secret, code, (seconds + 60) * 1000).unwrap(), None);
        }
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        assert_eq!(
            recovery_hash("abcd efgh-IJKL mnop"),
            recovery_hash("ABCD-EFGH-IJKL-MNOP")
        );
    }
}
