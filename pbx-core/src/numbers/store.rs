//! Phone numbers in the database.

use std::collections::HashSet;

use pbx_api::{Code, InstantMs, NumberId, PhoneNumber, Problem, RemovedKind, Rule};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{OnConflict as _, Root, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

/// # Errors
/// [`Code::Taken`] when anybody has the number; [`Error::not_found`] for another's client.
pub async fn add(tx: &mut Tx, new: &PhoneNumber, now_ms: InstantMs) -> Result<()> {
    crate::users::store::owned(tx, new.client).await?;
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(new)?,
    );
    run!(tx, c => sqlx::query(
        "insert into phone_number (id, reseller_id, client_id, e164, emergency_validated,
            created_at_ms, seq, wire)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(new.client.to_string())
    .bind(&new.e164)
    .bind(new.emergency_validated)
    .bind(now_ms)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| Problem::new(Code::Taken).breaks("e164", Rule::InUse).into())
}

/// A number in reach; a user has none.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is somebody else's.
pub async fn show(tx: &mut Tx, number: NumberId) -> Result<PhoneNumber> {
    if tx.tenant().user().is_some() {
        return Err(Error::not_found());
    }
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from phone_number
         where id = $1 and reseller_id = $2 and (cast($3 as text) is null or client_id = $3)
           and client_id not in
               (select id from client where reseller_id = $2 and archived_at_ms is not null)",
    )
    .bind(number.to_string())
    .bind(&reseller)
    .bind(&client)
    .fetch_optional(c)
    .await)?;
    Ok(serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?)
}

/// Writes a number's routing and whether it is validated, as a change; whose it is stays.
///
/// # Errors
/// [`Error::not_found`] when there is no such number.
pub async fn change(tx: &mut Tx, number: &PhoneNumber) -> Result<()> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    let changed = run!(tx, c => sqlx::query(
        "update phone_number set routing = $3, emergency_validated = $4, seq = $5, wire = $6
         where id = $1 and reseller_id = $2",
    )
    .bind(number.id.to_string())
    .bind(&reseller)
    .bind(serde_json::to_string(&number.routing)?)
    .bind(number.emergency_validated)
    .bind(seq)
    .bind(serde_json::to_string(number)?)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

/// # Errors
/// [`Error::not_found`] when there is no such number.
pub async fn remove(tx: &mut Tx, number: NumberId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let client: Option<String> = run!(tx, c => sqlx::query_scalar(
        "delete from phone_number where id = $1 and reseller_id = $2 returning client_id",
    )
    .bind(number.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let client = crate::db::id(&client.ok_or_else(Error::not_found)?)?;
    let audience = Audience {
        reseller: true,
        client: Some(client),
        user: None,
    };
    bury(
        tx,
        Gone::One(RemovedKind::Number, number.0),
        audience,
        now_ms,
    )
    .await
}

/// The numbers in reach: the reseller's or the client's; a user has none.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<PhoneNumber>> {
    if tx.tenant().user().is_some() {
        return Ok(Vec::new());
    }
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from phone_number
         where reseller_id = $1 and id > $2 and (cast($3 as text) is null or client_id = $3)
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)
         order by id limit $4",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&client)
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// Every number that anybody has, under whatever reseller.
///
/// # Errors
/// When the database fails.
pub async fn everybodys(root: &mut Root) -> Result<HashSet<String>> {
    let rows: Vec<String> = run!(root, c => sqlx::query_scalar("select e164 from phone_number")
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().collect())
}
