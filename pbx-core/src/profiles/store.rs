//! User profiles in the database.

use pbx_api::{
    Code, Features, InstantMs, OutboundRoute, Problem, Profile, ProfileId, RemovedKind, Rule,
    UserId,
};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{Conn, OnConflict as _, Root, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

fn taken() -> Error {
    Problem::new(Code::Taken).breaks("name", Rule::InUse).into()
}

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
    .on_conflict(taken)
}

/// Writes a profile's name, features and routes.
///
/// # Errors
/// [`Code::Taken`] on the name; [`Error::not_found`] when there is no such profile.
pub async fn change(tx: &mut Tx, profile: &Profile) -> Result<()> {
    let (seq, reseller, wire) = (
        tx.take_seqs(1).await?,
        tx.reseller(),
        serde_json::to_string(profile)?,
    );
    let changed = run!(tx, c => sqlx::query(
        "update profile set name = $3, seq = $4, wire = $5 where id = $1 and reseller_id = $2",
    )
    .bind(profile.id.to_string())
    .bind(&reseller)
    .bind(&profile.name)
    .bind(seq)
    .bind(&wire)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))
    .on_conflict(taken)?;
    if changed == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

/// Removes a profile that nobody has.
///
/// # Errors
/// [`Error::not_found`] when there is no such profile.
pub async fn remove(tx: &mut Tx, profile: ProfileId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let gone = run!(tx, c => sqlx::query("delete from profile where id = $1 and reseller_id = $2")
        .bind(profile.to_string())
        .bind(&reseller)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    if gone == 0 {
        return Err(Error::not_found());
    }
    let audience = Audience {
        reseller: true,
        client: None,
        user: None,
    };
    let gone = Gone::One(RemovedKind::Profile, profile.0);
    bury(tx, gone, audience, now_ms).await
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

/// The rows in reach: `$1` reseller, `$2` client or null, `$3` user or null.
macro_rules! in_reach {
    ($rest:literal) => {
        concat!(
            "select wire from profile
             where reseller_id = $1
               and (cast($3 as text) is null
                    or id in (select profile_id from client_user where id = $3))
               and (cast($2 as text) is null or cast($3 as text) is not null
                    or id in (select profile_id from client_profile where client_id = $2)) ",
            $rest
        )
    };
}

/// A profile in reach.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is another's.
pub async fn show(tx: &mut Tx, profile: ProfileId) -> Result<Profile> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(in_reach!("and id = $4"))
        .bind(&reseller)
        .bind(&client)
        .bind(&user)
        .bind(profile.to_string())
        .fetch_optional(c)
        .await)?;
    Ok(serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?)
}

/// Whether the reseller has a profile.
///
/// # Errors
/// When the database fails.
pub async fn exists(tx: &mut Tx, profile: ProfileId) -> Result<bool> {
    let reseller = tx.reseller();
    let one: Option<i64> = run!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from profile where id = $1 and reseller_id = $2",
    )
    .bind(profile.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// The profiles in reach: the reseller's, those of the caller's client, or the caller's own.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<Profile>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(in_reach!("and id > $4 order by id limit $5"))
            .bind(&reseller)
            .bind(&client)
            .bind(&user)
            .bind(page.after())
            .bind(page.limit())
            .fetch_all(c)
            .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// The ways out that the operator added to those of every platform, by key.
///
/// # Errors
/// When the database fails.
pub async fn added_routes(open: &mut Conn) -> Result<Vec<OutboundRoute>> {
    let rows: Vec<(String, String)> = run!(open, c => sqlx::query_as(
        "select key, name from outbound_route order by key",
    )
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(key, name)| OutboundRoute { key, name })
        .collect())
}

/// # Errors
/// [`Code::Taken`] when there is a route of that key.
pub async fn add_route(root: &mut Root, route: &OutboundRoute, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into outbound_route (key, name, created_at_ms) values ($1, $2, $3)",
    )
    .bind(&route.key)
    .bind(&route.name)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| Problem::new(Code::Taken).breaks("key", Rule::InUse).into())
}

/// What a user's profile lets it do: its own, its client's default, or its reseller's.
///
/// # Errors
/// When the database fails.
pub async fn features(root: &mut Root, user: UserId) -> Result<Features> {
    let wire: Option<String> = run!(root, c => sqlx::query_scalar(
        "select p.wire from client_user u join profile p on p.reseller_id = u.reseller_id
         where u.id = $1 and p.id = coalesce(u.profile_id,
            (select profile_id from client_profile where client_id = u.client_id and is_default),
            (select id from profile where reseller_id = u.reseller_id and is_default))",
    )
    .bind(user.to_string())
    .fetch_optional(c)
    .await)?;
    let profile: Option<Profile> = wire.map(|wire| serde_json::from_str(&wire)).transpose()?;
    Ok(profile.map_or_else(Features::default, |profile| profile.features))
}
