//! Clients in the database.

use pbx_api::{Client, ClientId, Code, InstantMs, Problem};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

/// # Errors
/// [`Code::Taken`] when the reseller has a client of that realm.
pub async fn add(tx: &mut Tx, new: &Client, now_ms: InstantMs) -> Result<()> {
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(new)?,
    );
    run!(tx, c => sqlx::query(
        "insert into client (id, reseller_id, name, realm, time_zone, country, suspended,
            recordings_allowed, created_at_ms, seq, wire)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(&new.name)
    .bind(&new.realm)
    .bind(&new.time_zone)
    .bind(&new.country)
    .bind(new.suspended)
    .bind(new.recordings_allowed)
    .bind(now_ms)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| Problem::new(Code::Taken).field("realm", "is in use").into())
}

/// Writes what a client may change of itself; the realm is fixed.
///
/// # Errors
/// [`Error::not_found`] when there is no such client.
pub async fn change(tx: &mut Tx, client: &Client) -> Result<()> {
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(client)?,
    );
    let changed = run!(tx, c => sqlx::query(
        "update client set name = $3, time_zone = $4, country = $5, suspended = $6,
            recordings_allowed = $7, seq = $8, wire = $9
         where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.id.to_string())
    .bind(&reseller)
    .bind(&client.name)
    .bind(&client.time_zone)
    .bind(&client.country)
    .bind(client.suspended)
    .bind(client.recordings_allowed)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

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
    let audience = Audience {
        reseller: true,
        client: None,
        user: None,
    };
    bury(tx, Gone::Scope(client), audience, now_ms).await
}

/// The clients in reach: all of a reseller's, or the caller's own.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<Client>> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client
         where reseller_id = $1 and id > $2 and (cast($3 as text) is null or id = $3)
           and archived_at_ms is null
         order by id limit $4",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&only)
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// The client of a realm under the reseller.
///
/// # Errors
/// When the database fails.
pub async fn by_realm(tx: &mut Tx, realm: &str) -> Result<Option<Client>> {
    let reseller = tx.reseller();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client
         where reseller_id = $1 and realm = $2 and archived_at_ms is null",
    )
    .bind(&reseller)
    .bind(realm)
    .fetch_optional(c)
    .await)?;
    wire.map(|wire| Ok(serde_json::from_str(&wire)?))
        .transpose()
}
