//! Signing in and out, and the accounts on this computer.

mod claim;
mod known;
mod secrets;
mod wrapped;

use std::sync::Arc;

use pbx_api::{
    AccountChoice, AccountId, Code, Me, Problem, Rule, SecondFactorNeeded, SignInAnswer,
    SignInRequest, SignedIn,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::active::Active;
use crate::clock::{now_ms, random_key};
use crate::events::Tag;
use crate::server::{OnRenewed, Server, Session};
use crate::{Desktop, Nothing};

pub use claim::{ClaimCode, Forgot, SecondStep, claim, forgot, second_step};
pub use known::{Account, KnownAccount, KnownAccounts, account_key};
pub use secrets::{Secret, Secrets, TokenStore};
pub use wrapped::WrappedKey;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SessionState {
    pub accounts: Vec<Account>,
    pub current: Option<Account>,
    pub token_store: TokenStore,
    pub last_server: String,
    pub last_realm: String,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckServer {
    pub server: String,
}

#[derive(Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub server: String,
    pub realm: String,
    pub email: String,
    pub password: String,
    /// Where one email has several accounts: the chosen one.
    #[serde(default)]
    #[ts(optional)]
    pub account: Option<AccountId>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn { .. }")
    }
}

#[expect(
    clippy::large_enum_variant,
    reason = "one is made a sign-in, and mostly the large one"
)]
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignInOutcome {
    SignedIn(Account),
    Choose(Vec<AccountChoice>),
    /// A code of the second factor is asked for next.
    SecondFactorNeeded(SecondFactorNeeded),
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    pub key: String,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    /// Also remove what this computer keeps of the account.
    pub wipe: bool,
}

pub async fn state(desktop: Arc<Desktop>, _: Nothing) -> Result<SessionState, Problem> {
    let (last_server, last_realm) = desktop.accounts.last_typed();
    Ok(SessionState {
        accounts: desktop.accounts.all(),
        current: desktop.active_or_none().map(|active| active.account()),
        token_store: desktop.secrets.store(),
        last_server,
        last_realm,
    })
}

pub async fn check_server(
    _: Arc<Desktop>,
    input: CheckServer,
) -> Result<pbx_api::ServerInfo, Problem> {
    Server::new(&input.server)?.info().await
}

pub async fn sign_in(desktop: Arc<Desktop>, input: SignIn) -> Result<SignInOutcome, Problem> {
    let mut missing = Problem::new(Code::Invalid);
    for (field, value) in [
        ("realm", &input.realm),
        ("email", &input.email),
        ("password", &input.password),
    ] {
        if value.trim().is_empty() {
            missing = missing.breaks(field, Rule::NeededToSignIn);
        }
    }
    if !missing.errors.is_empty() {
        return Err(missing);
    }
    let server = Server::new(&input.server)?;
    let info = server.info().await?;
    let request = SignInRequest {
        realm: input.realm.trim().to_owned(),
        email: input.email.trim().to_owned(),
        password: input.password.clone(),
        account: input.account,
        device: format!(
            "Tandem {} on {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS
        ),
    };
    match server.sign_in(&request).await? {
        SignInAnswer::Choose(choices) => Ok(SignInOutcome::Choose(choices)),
        SignInAnswer::SecondFactorNeeded(needed) => Ok(SignInOutcome::SecondFactorNeeded(needed)),
        SignInAnswer::SignedIn(signed_in) => {
            let account = let_in(&desktop, server, info.sample, signed_in, input.password).await?;
            Ok(SignInOutcome::SignedIn(account))
        }
    }
}

/// Takes the place of what is open with the account that the server just let in.
async fn let_in(
    desktop: &Arc<Desktop>,
    server: Server,
    sample: bool,
    signed_in: SignedIn,
    password: String,
) -> Result<Account, Problem> {
    let account = Account::new(&server.address(), sample, &signed_in.me);
    let _turn = desktop.switching.lock().await;
    desktop.close_active().await;
    open_signed_in(desktop, server, &account, signed_in, password)
        .await
        .inspect_err(|problem| desktop.stays_closed(problem))?;
    Ok(account)
}

/// Opens the account that the server just let in.
async fn open_signed_in(
    desktop: &Arc<Desktop>,
    server: Server,
    account: &Account,
    signed_in: SignedIn,
    password: String,
) -> Result<(), Problem> {
    let key = account.key.clone();
    let secrets = Arc::clone(&desktop.secrets);
    let refresh_token = signed_in.refresh_token.clone();
    let (owner, account_now) = (Arc::clone(desktop), account.clone());
    let offline_days = signed_in.me.reseller.offline_days;
    let cache_key = crate::blocking(move || {
        let wrapped = owner.accounts.get(&key).and_then(|known| known.wrapped_key);
        let unwrapped = || wrapped.as_ref()?.unwrap_with(&password);
        let kept = secrets.of(&key)?.map(|secret| secret.cache_key);
        let cache_key = kept
            .or_else(unwrapped)
            .unwrap_or_else(|| hex::encode(random_key()));
        let secret = Secret {
            refresh_token,
            cache_key: cache_key.clone(),
        };
        secrets.keep(&key, &secret);
        // Where there is a keychain the key stands nowhere else.
        let wrapped_key = match secrets.store() {
            TokenStore::Keychain => None,
            TokenStore::Memory => WrappedKey::wrap(&cache_key, &password),
        };
        owner.accounts.put(KnownAccount {
            account: account_now,
            last_contact_ms: now_ms(),
            offline_days,
            wrapped_key,
        })?;
        Ok(cache_key)
    })
    .await?;
    let on_renewed = renewing(desktop, &account.key);
    let session = server.session(signed_in.access_token, signed_in.refresh_token, on_renewed);
    open(desktop, account.clone(), session, &cache_key).await
}

/// Keeps renewed tokens where the old ones were.
fn renewing(desktop: &Arc<Desktop>, key: &str) -> OnRenewed {
    let (secrets, key) = (Arc::clone(&desktop.secrets), key.to_owned());
    Arc::new(move |renewed| {
        // A session that was ended here meanwhile stays ended.
        if let Ok(Some(secret)) = secrets.of(&key)
            && !secret.refresh_token.is_empty()
        {
            secrets.keep(
                &key,
                &Secret {
                    refresh_token: renewed.refresh_token.clone(),
                    ..secret
                },
            );
        }
    })
}

/// Lets a new password open what is here, where there is no keychain.
pub(crate) fn wrap_anew(desktop: &Desktop, key: &str, password: &str) -> Result<(), Problem> {
    let Some(secret) = desktop.secrets.of(key)? else {
        return Ok(());
    };
    if desktop.secrets.store() == TokenStore::Memory {
        let wrapped_key = WrappedKey::wrap(&secret.cache_key, password);
        desktop
            .accounts
            .update(key, |known| known.wrapped_key = wrapped_key)?;
    }
    Ok(())
}

/// Ends a session here: what is kept stays sealed until its person signs in again.
pub(crate) fn end_session(secrets: &Secrets, key: &str) {
    if let Ok(Some(secret)) = secrets.of(key) {
        secrets.keep(
            key,
            &Secret {
                refresh_token: String::new(),
                ..secret
            },
        );
    }
}

/// The server was silent for longer than the reseller lets a local copy be open.
pub(crate) fn is_silent_too_long(known: &KnownAccount) -> bool {
    now_ms() - known.last_contact_ms > i64::from(known.offline_days) * DAY_MS
}

/// What is said then.
pub(crate) fn silent_too_long() -> Problem {
    Problem::new(Code::Unauthenticated).because(Rule::SilentTooLong)
}

async fn open(
    desktop: &Arc<Desktop>,
    account: Account,
    session: Session,
    cache_key: &str,
) -> Result<(), Problem> {
    let key = account.key.clone();
    let active = Active::open(desktop, account, session, cache_key).await?;
    desktop.set_active(Some(active));
    let owner = Arc::clone(desktop);
    let noted = crate::blocking(move || owner.accounts.set_current(Some(&key))).await;
    if let Err(problem) = noted {
        // The account is open all the same; the next start asks whom to open.
        tracing::warn!(%problem, "the open account was not noted");
    }
    desktop.events.changed(&[
        Tag::Session,
        Tag::Calls,
        Tag::Directory,
        Tag::Filters,
        Tag::Offline,
        Tag::Cache,
    ]);
    Ok(())
}

/// Opens an account that signed in before, online or not.
///
/// # Errors
/// `Unauthenticated` when one has to sign in again; `Cache` when the cache can't be opened.
pub async fn open_known(desktop: &Arc<Desktop>, known: KnownAccount) -> Result<(), Problem> {
    let again = |why: Rule| Problem::new(Code::Unauthenticated).because(why);
    let secrets = Arc::clone(&desktop.secrets);
    let key = known.account.key.clone();
    let secret = crate::blocking(move || secrets.of(&key)).await?;
    let secret = secret.ok_or_else(|| again(Rule::NothingKept))?;
    if secret.refresh_token.is_empty() {
        return Err(again(Rule::SessionOver));
    }
    if is_silent_too_long(&known) {
        return Err(silent_too_long());
    }
    let server = Server::new(&known.account.server)?;
    let on_renewed = renewing(desktop, &known.account.key);
    let session = server.session(String::new(), secret.refresh_token, on_renewed);
    open(desktop, known.account, session, &secret.cache_key).await
}

pub async fn switch(desktop: Arc<Desktop>, input: Switch) -> Result<Account, Problem> {
    let _turn = desktop.switching.lock().await;
    let known = desktop
        .accounts
        .get(&input.key)
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    // Acting as somebody else, one is still there behind it.
    if let Some(own) = crate::connect::back_to_own(&desktop)
        && own.account().key == input.key
    {
        return Ok(own.account());
    }
    let account = known.account.clone();
    desktop.close_active().await;
    open_known(&desktop, known)
        .await
        .inspect_err(|problem| desktop.stays_closed(problem))?;
    Ok(account)
}

pub async fn sign_out(desktop: Arc<Desktop>, input: SignOut) -> Result<Nothing, Problem> {
    let _turn = desktop.switching.lock().await;
    let active =
        crate::connect::back_to_own(&desktop).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let account = active.account();
    // Without the server the token can't be revoked; it is forgotten here all the same.
    if let Err(problem) = active.session.sign_out().await {
        tracing::warn!(code = ?problem.code, "the server was not told of the sign-out");
    }
    let folder = active.folder();
    let cache = Arc::downgrade(&active.cache);
    drop(active);
    desktop.close_active().await;
    crate::active::released(&cache).await;
    let (owner, key) = (Arc::clone(&desktop), account.key.clone());
    crate::blocking(move || {
        // Without its key the cache can't be opened again, so it goes only when the person says so.
        if input.wipe {
            owner.secrets.forget(&key);
            std::fs::remove_dir_all(&folder)
                .or_else(|e| {
                    if e.kind() == std::io::ErrorKind::NotFound {
                        Ok(())
                    } else {
                        Err(e)
                    }
                })
                .map_err(|e| crate::files::disk_problem(&folder, &e))?;
            owner.accounts.remove(&key)
        } else {
            end_session(&owner.secrets, &key);
            owner.accounts.set_current(None)
        }
    })
    .await?;
    desktop.events.changed(&[Tag::Session]);
    Ok(Nothing {})
}

/// What the sync tells about the account, on its way to the file.
pub(crate) fn note_rights(desktop: &Desktop, active: &Active, me: &Me) {
    let before = active.account();
    let account = Account::new(&before.server, before.sample, me);
    if account.key != before.key {
        return;
    }
    let days = me.reseller.offline_days;
    let days_changed = desktop
        .accounts
        .get(&account.key)
        .is_some_and(|known| known.offline_days != days);
    if account != before || days_changed {
        active.set_account(account.clone());
        let kept = desktop.accounts.update(&account.key, |known| {
            known.account = account.clone();
            known.offline_days = days;
        });
        if let Err(problem) = kept {
            tracing::warn!(%problem, "the account's rights were not kept");
        }
        desktop
            .events
            .changed(&[Tag::Session, Tag::Calls, Tag::Offline]);
    }
}
