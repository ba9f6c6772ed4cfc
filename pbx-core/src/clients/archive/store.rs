//! SQL of clients that go and come back.

use pbx_api::{ArchivedClient, ClientContents, ClientId, InstantMs, ResellerId};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{self, Root, Tx};
use crate::error::{Error, Result};
use crate::live::removal::{self, Whose};
use crate::run;

/// Legs that are sent anew in one transaction: the writer is free again after a moment.
const LEGS_AT_ONCE: i64 = 1000;

/// Archives a client: its logins end at once, and the feed says once that all of it is gone. Its
/// rows stay, for the time in which it can come back and for the retention of its records.
///
/// # Errors
/// [`Error::not_found`] when there is no such client.
pub async fn archive(tx: &mut Tx, client: ClientId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let changed = run!(tx, c => sqlx::query(
        "update client set archived_at_ms = $3
         where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Err(Error::not_found());
    }
    removal::send_off(tx, Whose::Client(client), now_ms).await?;
    let audience = Audience {
        reseller: true,
        client: None,
        user: None,
    };
    bury(tx, Gone::Scope(client), audience, now_ms).await
}

/// The clients that were archived after an instant, the last one first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut Tx,
    after_ms: InstantMs,
    kept_ms: InstantMs,
) -> Result<Vec<ArchivedClient>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, String, String, i64)> = run!(tx, c => sqlx::query_as(
        "select id, name, realm, archived_at_ms from client
         where reseller_id = $1 and archived_at_ms > $2 order by archived_at_ms desc, id",
    )
    .bind(&reseller)
    .bind(after_ms)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(id, name, realm, archived_at_ms)| {
            Ok(ArchivedClient {
                id: db::id(&id)?,
                name,
                realm,
                archived_at_ms,
                until_ms: archived_at_ms + kept_ms,
            })
        })
        .collect()
}

/// Takes a client out of the archive. Whoever reads the reseller's feed was told that all of it is
/// gone, so client, users and numbers become changes here and the legs in [`send_legs_anew`].
///
/// # Errors
/// [`Error::not_found`] when no client with that id was archived after the instant.
pub async fn unarchive(tx: &mut Tx, client: ClientId, after_ms: InstantMs) -> Result<()> {
    let (reseller, id) = (tx.reseller(), client.to_string());
    let seq = tx.take_seqs(1).await?;
    let changed = run!(tx, c => sqlx::query(
        "update client set archived_at_ms = null, seq = $3, restored_seq = $3
         where id = $1 and reseller_id = $2 and archived_at_ms > $4",
    )
    .bind(&id)
    .bind(&reseller)
    .bind(seq)
    .bind(after_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Err(Error::not_found());
    }
    for (count, update) in [
        (
            "select count(*) from client_user where client_id = $1 and reseller_id = $2",
            "update client_user set seq = $3 + moved.place
             from (select id, row_number() over (order by seq) - 1 as place
                   from client_user where client_id = $1 and reseller_id = $2) as moved
             where moved.id = client_user.id",
        ),
        (
            "select count(*) from phone_number where client_id = $1 and reseller_id = $2",
            "update phone_number set seq = $3 + moved.place
             from (select id, row_number() over (order by seq) - 1 as place
                   from phone_number where client_id = $1 and reseller_id = $2) as moved
             where moved.id = phone_number.id",
        ),
    ] {
        let count: i64 = run!(tx, c => sqlx::query_scalar(count)
            .bind(&id)
            .bind(&reseller)
            .fetch_one(c)
            .await)?;
        if count == 0 {
            continue;
        }
        let first = tx
            .take_seqs(usize::try_from(count).unwrap_or_default())
            .await?;
        run!(tx, c => sqlx::query(update)
            .bind(&id)
            .bind(&reseller)
            .bind(first)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Makes the next legs of a client that came back changes of the feed. False once all of them are.
///
/// # Errors
/// When the database fails.
pub async fn send_legs_anew(tx: &mut Tx, client: ClientId) -> Result<bool> {
    let (reseller, id) = (tx.reseller(), client.to_string());
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from (select id from leg where client_id = $1
            and seq < (select restored_seq from client where id = $1 and reseller_id = $2)
            limit $3) as waiting",
    )
    .bind(&id)
    .bind(&reseller)
    .bind(LEGS_AT_ONCE)
    .fetch_one(c)
    .await)?;
    if count == 0 {
        run!(tx, c => sqlx::query(
            "update client set restored_seq = null where id = $1 and reseller_id = $2",
        )
        .bind(&id)
        .bind(&reseller)
        .execute(c)
        .await
        .map(|_| ()))?;
        return Ok(false);
    }
    let first = tx
        .take_seqs(usize::try_from(count).unwrap_or_default())
        .await?;
    run!(tx, c => sqlx::query(
        "update leg set seq = $3 + moved.place
         from (select id, row_number() over (order by seq) - 1 as place from leg
               where client_id = $1
                 and seq < (select restored_seq from client where id = $1 and reseller_id = $2)
               order by seq limit $4) as moved
         where moved.id = leg.id",
    )
    .bind(&id)
    .bind(&reseller)
    .bind(first)
    .bind(LEGS_AT_ONCE)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(true)
}

/// Clients whose legs a stopped server had still to send anew.
///
/// # Errors
/// When the database fails.
pub async fn unfinished(root: &mut Root) -> Result<Vec<(ResellerId, ClientId)>> {
    let rows: Vec<(String, String)> = run!(root, c => sqlx::query_as(
        "select reseller_id, id from client where restored_seq is not null",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(reseller, client)| Ok((db::id(&reseller)?, db::id(&client)?)))
        .collect()
}

/// What hangs on a client.
///
/// # Errors
/// When the database fails.
pub async fn contents(tx: &mut Tx, client: ClientId) -> Result<ClientContents> {
    let reseller = tx.reseller();
    let (users, numbers, logins, calls): (i64, i64, i64, i64) = run!(tx, c => sqlx::query_as(
        "select (select count(*) from client_user where client_id = $1 and reseller_id = $2),
            (select count(*) from phone_number where client_id = $1 and reseller_id = $2),
            (select count(*) from account where client_id = $1 and reseller_id = $2),
            (select count(distinct call_id) from leg where client_id = $1 and reseller_id || '' = $2)",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_one(c)
    .await)?;
    Ok(ClientContents {
        users: users.unsigned_abs(),
        numbers: numbers.unsigned_abs(),
        logins: logins.unsigned_abs(),
        calls: calls.unsigned_abs(),
    })
}
