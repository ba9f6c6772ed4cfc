//! One-time codes in the database, known by their hash.

use pbx_api::{AccountId, InstantMs};

use crate::db::{self, Root};
use crate::error::Result;
use crate::run;

/// Keeps a code in place of the account's older ones.
pub async fn put_code(
    root: &mut Root,
    hash: &str,
    account: AccountId,
    expires_at_ms: InstantMs,
) -> Result<()> {
    drop_codes(root, account).await?;
    run!(root, c => sqlx::query(
        "insert into account_code (hash, account_id, expires_at_ms) values ($1, $2, $3)",
    )
    .bind(hash)
    .bind(account.to_string())
    .bind(expires_at_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The email of the account whose code it is.
pub async fn email_of_code(
    root: &mut Root,
    hash: &str,
    now_ms: InstantMs,
) -> Result<Option<String>> {
    Ok(run!(root, c => sqlx::query_scalar(
        "select a.email from account_code o join account a on a.id = o.account_id
         where o.hash = $1 and o.expires_at_ms > $2 and not a.disabled",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?)
}

/// Takes a code: it works for one caller alone.
pub async fn take_code(
    root: &mut Root,
    hash: &str,
    now_ms: InstantMs,
) -> Result<Option<AccountId>> {
    let account: Option<String> = run!(root, c => sqlx::query_scalar(
        "delete from account_code where hash = $1 and expires_at_ms > $2 returning account_id",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    account.map(|id| db::id(&id)).transpose()
}

pub async fn drop_codes(root: &mut Root, account: AccountId) -> Result<()> {
    run!(root, c => sqlx::query("delete from account_code where account_id = $1")
        .bind(account.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
