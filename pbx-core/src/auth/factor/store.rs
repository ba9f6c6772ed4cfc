//! The second factor in the database: sealed secrets, spent steps, recovery codes, tickets.

use pbx_api::{AccountId, InstantMs};

use crate::db::Root;
use crate::error::{Error, Result};
use crate::run;

/// An account's second factor.
#[derive(Debug, sqlx::FromRow)]
pub struct Kept {
    /// Sealed; none: it is off.
    pub secret: Option<String>,
    /// Sealed; begun and not confirmed.
    pub pending: Option<String>,
    pub since_ms: Option<InstantMs>,
    pub recovery_codes_left: i64,
}

pub async fn second_factor(root: &mut Root, account: &str) -> Result<Kept> {
    let kept: Option<Kept> = run!(root, c => sqlx::query_as(
        "select totp_secret as secret, totp_pending as pending, totp_since_ms as since_ms,
            (select count(*) from recovery_code r
             where r.account_id = a.id and r.used_at_ms is null) as recovery_codes_left
         from account a where a.id = $1",
    )
    .bind(account)
    .fetch_optional(c)
    .await)?;
    kept.ok_or_else(Error::not_found)
}

/// Keeps a secret that waits to be confirmed.
pub async fn begin(root: &mut Root, account: AccountId, sealed: &str) -> Result<()> {
    run!(root, c => sqlx::query("update account set totp_pending = $2 where id = $1")
        .bind(account.to_string())
        .bind(sealed)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Turns it on with the secret that waited. The step that confirmed it is spent.
pub async fn turn_on(
    root: &mut Root,
    account: AccountId,
    step: i64,
    now_ms: InstantMs,
) -> Result<()> {
    run!(root, c => sqlx::query(
        "update account set totp_secret = totp_pending, totp_pending = null, totp_step = $2,
            totp_since_ms = $3
         where id = $1 and totp_pending is not null",
    )
    .bind(account.to_string())
    .bind(step)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Turns it off and forgets what belonged to it.
pub async fn turn_off(root: &mut Root, account: AccountId) -> Result<()> {
    run!(root, c => sqlx::query(
        "update account set totp_secret = null, totp_pending = null, totp_since_ms = null
         where id = $1",
    )
    .bind(account.to_string())
    .execute(c)
    .await
    .map(|_| ()))?;
    put_recovery(root, account, &[]).await
}

/// Takes a step's code, unless it or a later one was taken before.
pub async fn spend_step(root: &mut Root, account: &str, step: i64) -> Result<bool> {
    let taken = run!(root, c => sqlx::query(
        "update account set totp_step = $2 where id = $1 and totp_step < $2",
    )
    .bind(account)
    .bind(step)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(taken > 0)
}

/// Replaces an account's recovery codes.
pub async fn put_recovery(root: &mut Root, account: AccountId, hashes: &[String]) -> Result<()> {
    run!(root, c => sqlx::query("delete from recovery_code where account_id = $1")
        .bind(account.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    for hash in hashes {
        run!(root, c => sqlx::query("insert into recovery_code (account_id, hash) values ($1, $2)")
            .bind(account.to_string())
            .bind(hash)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Takes a recovery code, unless it was taken before.
pub async fn spend_recovery(
    root: &mut Root,
    account: &str,
    hash: &str,
    now_ms: InstantMs,
) -> Result<bool> {
    let taken = run!(root, c => sqlx::query(
        "update recovery_code set used_at_ms = $3
         where account_id = $1 and hash = $2 and used_at_ms is null",
    )
    .bind(account)
    .bind(hash)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(taken > 0)
}

pub async fn add_ticket(
    root: &mut Root,
    hash: &str,
    account: &str,
    device: &str,
    expires_at_ms: InstantMs,
) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into ticket (hash, account_id, device, expires_at_ms) values ($1, $2, $3, $4)",
    )
    .bind(hash)
    .bind(account)
    .bind(device)
    .bind(expires_at_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Counts a try and gives the ticket's account and device, while it has tries and time left.
pub async fn try_ticket(
    root: &mut Root,
    hash: &str,
    tries: i64,
    now_ms: InstantMs,
) -> Result<Option<(String, String)>> {
    run!(root, c => sqlx::query("delete from ticket where expires_at_ms <= $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(run!(root, c => sqlx::query_as(
        "update ticket set tries = tries + 1 where hash = $1 and tries < $2
         returning account_id, device",
    )
    .bind(hash)
    .bind(tries)
    .fetch_optional(c)
    .await)?)
}

pub async fn drop_tickets(root: &mut Root, account: &str) -> Result<()> {
    run!(root, c => sqlx::query("delete from ticket where account_id = $1")
        .bind(account)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
