//! User profiles in the database.

use pbx_api::{ClientId, Code, InstantMs, Problem, Profile, ProfileId};

use crate::db::{OnConflict as _, Tx};
use crate::error::Result;
use crate::http::extract::Page;
use crate::run;

/// # Errors
/// [`Code::Taken`] when the reseller has a profile of that name.
pub async fn add(tx: &mut Tx, new: &Profile, now_ms: InstantMs) -> Result<()> {
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(new)?,
    );
    run!(tx, c => sqlx::query(
        "insert into profile (id, reseller_id, name, is_default, created_at_ms, seq, wire)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(&new.name)
    .bind(new.is_default)
    .bind(now_ms)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| Problem::new(Code::Taken).field("name", "is in use").into())
}

/// Lets a client's users have a profile. The profile becomes a change, because the client sees it
/// from now on.
///
/// # Errors
/// When the database fails, or the pair is already there.
pub async fn assign(
    tx: &mut Tx,
    profile: ProfileId,
    client: ClientId,
    is_default: bool,
) -> Result<()> {
    crate::users::store::owned(tx, client).await?;
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    run!(tx, c => sqlx::query(
        "insert into client_profile (client_id, profile_id, is_default) values ($1, $2, $3)",
    )
    .bind(client.to_string())
    .bind(profile.to_string())
    .bind(is_default)
    .execute(c)
    .await
    .map(|_| ()))?;
    run!(tx, c => sqlx::query("update profile set seq = $3 where id = $1 and reseller_id = $2")
        .bind(profile.to_string())
        .bind(&reseller)
        .bind(seq)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The profile that a reseller's new users get.
///
/// # Errors
/// When the database fails.
pub async fn default(tx: &mut Tx) -> Result<Option<Profile>> {
    let reseller = tx.reseller();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from profile where reseller_id = $1 and is_default",
    )
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    wire.map(|wire| Ok(serde_json::from_str(&wire)?))
        .transpose()
}

/// The profiles in reach: the reseller's, those of the caller's client, or the caller's own.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<Profile>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from profile
         where reseller_id = $1 and id > $2
           and (cast($4 as text) is null
                or id in (select profile_id from client_user where id = $4))
           and (cast($3 as text) is null or cast($4 as text) is not null
                or id in (select profile_id from client_profile where client_id = $3))
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
