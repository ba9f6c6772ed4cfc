//! Clients in the database.

use pbx_api::{Client, ClientId, Code, InstantMs, Problem, ProfileId, Rule};

use crate::db::{OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::live::removal::{self, Whose};
use crate::profiles;
use crate::run;

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("realm", Rule::InUse)
        .into()
}

/// Adds a client, with the profiles that its users may have.
///
/// # Errors
/// [`Code::Taken`] when the reseller has a client of that realm, an archived one too.
pub async fn add(tx: &mut Tx, new: &Client, now_ms: InstantMs) -> Result<()> {
    let seq = tx.take_seqs(1).await?;
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into client (id, reseller_id, realm, created_at_ms, seq, name, time_zone, country, wire)
         values ($1, $2, $3, $4, $5, '', '', '', '')",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(&new.realm)
    .bind(now_ms)
    .bind(seq)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)?;
    fill(tx, new, seq).await?;
    profiles::assigned::store::write(tx, new, now_ms).await
}

/// Writes everything of a client but its realm, which is fixed, and its memo.
///
/// # Errors
/// [`Error::not_found`] when there is no such client.
pub async fn change(tx: &mut Tx, client: &Client, now_ms: InstantMs) -> Result<()> {
    let seq = tx.take_seqs(1).await?;
    if client.suspended && note_suspension(tx, client.id).await? {
        removal::turn_away(tx, Whose::Client(client.id), now_ms).await?;
    }
    fill(tx, client, seq).await?;
    profiles::assigned::store::write(tx, client, now_ms).await
}

/// Counts a suspension; false where the client is suspended already.
async fn note_suspension(tx: &mut Tx, client: ClientId) -> Result<bool> {
    let reseller = tx.reseller();
    let changed = run!(tx, c => sqlx::query(
        "update client set suspensions = suspensions + 1
         where id = $1 and reseller_id = $2 and not suspended",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed > 0)
}

async fn fill(tx: &mut Tx, client: &Client, seq: i64) -> Result<()> {
    let reseller = tx.reseller();
    let wire = serde_json::to_string(client)?;
    let wire_for_users = serde_json::to_string(&client.for_users())?;
    let changed = run!(tx, c => sqlx::query(
        "update client set name = $3, first_name = $4, last_name = $5, email = $6, language = $7,
            time_zone = $8, country = $9, max_outbound_calls = $10, max_international_calls = $11,
            production = $12, suspended = $13, recordings_allowed = $14, seq = $15, wire = $16,
            wire_for_users = $17
         where id = $1 and reseller_id = $2",
    )
    .bind(client.id.to_string())
    .bind(&reseller)
    .bind(&client.name)
    .bind(&client.first_name)
    .bind(&client.last_name)
    .bind(&client.email)
    .bind(&client.language)
    .bind(&client.time_zone)
    .bind(&client.country)
    .bind(client.max_outbound_calls.map(i64::from))
    .bind(client.max_international_calls.map(i64::from))
    .bind(client.production)
    .bind(client.suspended)
    .bind(client.recordings_allowed)
    .bind(seq)
    .bind(&wire)
    .bind(&wire_for_users)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

/// What the reseller's people note of a client.
///
/// # Errors
/// [`Error::not_found`] when there is no such client.
pub async fn memo(tx: &mut Tx, client: ClientId) -> Result<String> {
    let reseller = tx.reseller();
    let memo: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select memo from client where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    memo.ok_or_else(Error::not_found)
}

/// # Errors
/// When the database fails.
pub async fn set_memo(tx: &mut Tx, client: ClientId, memo: &str) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query("update client set memo = $3 where id = $1 and reseller_id = $2")
        .bind(client.to_string())
        .bind(&reseller)
        .bind(memo)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A client in reach, as the caller may see it.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is another's.
pub async fn show(tx: &mut Tx, client: ClientId) -> Result<Client> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let of_user = tx.tenant().user().is_some();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select case when $4 then wire_for_users else wire end from client
         where id = $1 and reseller_id = $2 and (cast($3 as text) is null or id = $3)
           and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .bind(&only)
    .bind(of_user)
    .fetch_optional(c)
    .await)?;
    Ok(serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?)
}

/// The clients in reach: all of a reseller's, or the caller's own.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<Client>> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let of_user = tx.tenant().user().is_some();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select case when $5 then wire_for_users else wire end from client
         where reseller_id = $1 and id > $2 and (cast($3 as text) is null or id = $3)
           and archived_at_ms is null
         order by id limit $4",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&only)
    .bind(page.limit())
    .bind(of_user)
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

/// The clients whose users have a profile or may have it, archived ones too.
///
/// # Errors
/// When the database fails.
pub async fn of_profile(tx: &mut Tx, profile: ProfileId) -> Result<Vec<Client>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client where reseller_id = $1
           and (id in (select client_id from client_profile where profile_id = $2)
                or id in (select client_id from client_user where profile_id = $2))
         order by id",
    )
    .bind(&reseller)
    .bind(profile.to_string())
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// Clients whose rows an earlier version wrote: it knew neither profiles nor what users may see.
///
/// # Errors
/// When the database fails.
pub async fn of_earlier_versions(tx: &mut Tx) -> Result<Vec<Client>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client where reseller_id = $1 and wire_for_users = ''",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// The country of a client, by which its numbers are read.
///
/// # Errors
/// [`Error::not_found`] when there is no such client in reach.
pub async fn country(tx: &mut Tx, client: ClientId) -> Result<String> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let country: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select country from client where id = $1 and reseller_id = $2
           and (cast($3 as text) is null or id = $3) and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .bind(&only)
    .fetch_optional(c)
    .await)?;
    country.ok_or_else(Error::not_found)
}

/// The countries that the reseller's clients are in.
///
/// # Errors
/// When the database fails.
pub async fn countries(tx: &mut Tx) -> Result<Vec<String>> {
    let reseller = tx.reseller();
    Ok(run!(tx, c => sqlx::query_scalar(
        "select distinct country from client
         where reseller_id = $1 and archived_at_ms is null order by country",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)?)
}
