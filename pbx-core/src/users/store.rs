//! Users in the database.

use pbx_api::{ClientId, Code, InstantMs, Problem, RemovedKind, User, UserId};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

/// # Errors
/// [`Code::Taken`] when the client has a user of that extension; [`Error::not_found`] when the
/// client is not the reseller's.
pub async fn add(tx: &mut Tx, new: &User, now_ms: InstantMs) -> Result<()> {
    owned(tx, new.client).await?;
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(new)?,
    );
    run!(tx, c => sqlx::query(
        "insert into client_user (id, reseller_id, client_id, profile_id, first_name, last_name,
            department, extension, created_at_ms, seq, wire)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(new.client.to_string())
    .bind(new.profile.map(|id| id.to_string()))
    .bind(&new.first_name)
    .bind(&new.last_name)
    .bind(&new.department)
    .bind(&new.extension)
    .bind(now_ms)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| {
        Problem::new(Code::Taken)
            .field("extension", "is in use")
            .into()
    })
}

/// A thing may only hang under a client of the same reseller.
///
/// # Errors
/// [`Error::not_found`] for another's client.
pub async fn owned(tx: &mut Tx, client: ClientId) -> Result<()> {
    let reseller = tx.reseller();
    let one: Option<i64> = run!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from client
         where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    one.map(|_| ()).ok_or_else(Error::not_found)
}

/// Removes a user with its logins. Its call records stay with the client, as nobody's.
///
/// # Errors
/// [`Error::not_found`] when there is no such user.
pub async fn remove(tx: &mut Tx, user: UserId, now_ms: InstantMs) -> Result<()> {
    let (reseller, id) = (tx.reseller(), user.to_string());
    for text in [
        "update session set revoked_at_ms = created_at_ms where revoked_at_ms is null
            and account_id in (select id from account where user_id = $1 and reseller_id = $2)",
        "delete from token where session_id in (select s.id from session s
            join account a on a.id = s.account_id where a.user_id = $1 and a.reseller_id = $2)",
        "delete from session where account_id in
            (select id from account where user_id = $1 and reseller_id = $2)",
        "delete from account where user_id = $1 and reseller_id = $2",
    ] {
        run!(tx, c => sqlx::query(text).bind(&id).bind(&reseller).execute(c).await.map(|_| ()))?;
    }
    let client: Option<String> = run!(tx, c => sqlx::query_scalar(
        "delete from client_user where id = $1 and reseller_id = $2 returning client_id",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let client = crate::db::id(&client.ok_or_else(Error::not_found)?)?;
    crate::cdrs::store::forget_user(tx, user).await?;
    crate::emergency::store::forget_user(tx, user).await?;
    let audience = Audience {
        reseller: true,
        client: Some(client),
        user: None,
    };
    bury(tx, Gone::One(RemovedKind::User, user.0), audience, now_ms).await
}

/// The users in reach: the reseller's, the client's, or the caller alone.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<User>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user
         where reseller_id = $1 and id > $2 and (cast($3 as text) is null or client_id = $3)
           and (cast($4 as text) is null or id = $4)
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)
         order by id limit $5",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&client)
    .bind(&user)
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// Every extension of a client and whose it is.
///
/// # Errors
/// When the database fails.
pub async fn extensions(tx: &mut Tx, client: ClientId) -> Result<Vec<(String, UserId)>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select extension, id from client_user where client_id = $1 and reseller_id = $2",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(extension, id)| Ok((extension, crate::db::id(&id)?)))
        .collect()
}
