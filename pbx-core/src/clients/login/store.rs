//! SQL of the login that a client was made with.

use pbx_api::{AccountId, Client, ClientId, Code, InstantMs, Problem, Rule};

use crate::db::{self, OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::run;

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("email", Rule::InUse)
        .into()
}

/// The client's login, where it still has it.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, client: ClientId) -> Result<Option<AccountId>> {
    let reseller = tx.reseller();
    let account: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select a.id from client c join account a on a.id = c.account_id
         where c.id = $1 and c.reseller_id = $2 and a.client_id = $1",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    account.as_deref().map(db::id).transpose()
}

/// # Errors
/// [`Code::Taken`] when another login of the client has the email.
pub async fn add(
    tx: &mut Tx,
    account: AccountId,
    client: &Client,
    password_hash: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into account (id, reseller_id, client_id, role, tenant_id, email, first_name,
            last_name, password_hash, created_at_ms)
         values ($1, $2, $3, 'client', $3, $4, $5, $6, $7, $8)",
    )
    .bind(account.to_string())
    .bind(&reseller)
    .bind(client.id.to_string())
    .bind(&client.email)
    .bind(&client.first_name)
    .bind(&client.last_name)
    .bind(password_hash)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)?;
    run!(tx, c => sqlx::query("update client set account_id = $3 where id = $1 and reseller_id = $2")
        .bind(client.id.to_string())
        .bind(&reseller)
        .bind(account.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Gives the login the client's email and names.
///
/// # Errors
/// [`Code::Taken`] when another login of the client has the email.
pub async fn rename(tx: &mut Tx, account: AccountId, client: &Client) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set email = $3, first_name = $4, last_name = $5
         where id = $1 and reseller_id = $2",
    )
    .bind(account.to_string())
    .bind(&reseller)
    .bind(&client.email)
    .bind(&client.first_name)
    .bind(&client.last_name)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)
}

/// Sets another password, which ends the login's sessions.
///
/// # Errors
/// When the database fails.
pub async fn set_password(
    tx: &mut Tx,
    account: AccountId,
    password_hash: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set password_hash = $3 where id = $1 and reseller_id = $2",
    )
    .bind(account.to_string())
    .bind(&reseller)
    .bind(password_hash)
    .execute(c)
    .await
    .map(|_| ()))?;
    run!(tx, c => sqlx::query(
        "update session set revoked_at_ms = $2 where account_id = $1 and revoked_at_ms is null",
    )
    .bind(account.to_string())
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
