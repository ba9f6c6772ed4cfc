//! SQL of which client's users may have which profiles, and of moving users between them.

use std::collections::BTreeSet;

use pbx_api::{Client, ClientId, InstantMs, ProfileId, RemovedKind, User};

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{self, Tx};
use crate::error::Result;
use crate::run;

/// Whether a client's users may have the profile.
///
/// # Errors
/// When the database fails.
pub async fn is_assigned(tx: &mut Tx, client: ClientId, profile: ProfileId) -> Result<bool> {
    let reseller = tx.reseller();
    let one: Option<i64> = run!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from client_profile cp join client cl on cl.id = cp.client_id
         where cp.client_id = $1 and cp.profile_id = $2 and cl.reseller_id = $3",
    )
    .bind(client.to_string())
    .bind(profile.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}

/// The profiles of a client, the default one marked.
///
/// # Errors
/// When the database fails.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<(ProfileId, bool)>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, bool)> = run!(tx, c => sqlx::query_as(
        "select cp.profile_id, cp.is_default from client_profile cp
         join client cl on cl.id = cp.client_id
         where cp.client_id = $1 and cl.reseller_id = $2 order by cp.profile_id",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(profile, is_default)| Ok((db::id(&profile)?, is_default)))
        .collect()
}

/// Makes a client's profiles those that its wire names. One that is new for it becomes a change,
/// because the client sees it from now on; one that it loses is gone from the client's feed.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, client: &Client, now_ms: InstantMs) -> Result<()> {
    let before = of_client(tx, client.id).await?;
    let wanted: BTreeSet<ProfileId> = client.profiles.iter().copied().collect();
    run!(tx, c => sqlx::query("delete from client_profile where client_id = $1")
        .bind(client.id.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    for profile in &wanted {
        run!(tx, c => sqlx::query(
            "insert into client_profile (client_id, profile_id, is_default) values ($1, $2, $3)",
        )
        .bind(client.id.to_string())
        .bind(profile.to_string())
        .bind(client.default_profile == Some(*profile))
        .execute(c)
        .await
        .map(|_| ()))?;
        if !before.iter().any(|(had, _)| had == profile) {
            send_anew(tx, *profile).await?;
        }
    }
    for (profile, _) in before {
        if !wanted.contains(&profile) {
            let audience = Audience {
                reseller: false,
                client: Some(client.id),
                user: None,
            };
            bury(
                tx,
                Gone::One(RemovedKind::Profile, profile.0),
                audience,
                now_ms,
            )
            .await?;
        }
    }
    Ok(())
}

/// Makes a profile a change of the feed, for somebody who sees it from now on.
///
/// # Errors
/// When the database fails.
pub async fn send_anew(tx: &mut Tx, profile: ProfileId) -> Result<()> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    run!(tx, c => sqlx::query("update profile set seq = $3 where id = $1 and reseller_id = $2")
        .bind(profile.to_string())
        .bind(&reseller)
        .bind(seq)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// How many users have a profile: of one client, or of all that are in reach.
///
/// # Errors
/// When the database fails.
pub async fn users(tx: &mut Tx, profile: ProfileId, client: Option<ClientId>) -> Result<u64> {
    let reseller = tx.reseller();
    let client = client.or(tx.tenant().client()).map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from client_user
         where profile_id = $1 and reseller_id = $2 and (cast($3 as text) is null or client_id = $3)
           and (cast($4 as text) is null or id = $4)",
    )
    .bind(profile.to_string())
    .bind(&reseller)
    .bind(&client)
    .bind(&user)
    .fetch_one(c)
    .await)?;
    Ok(count.unsigned_abs())
}

/// How many clients have a profile as the default of new users, of those in reach.
///
/// # Errors
/// When the database fails.
pub async fn default_of(tx: &mut Tx, profile: ProfileId) -> Result<u64> {
    let (reseller, client) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from client_profile cp join client cl on cl.id = cp.client_id
         where cp.profile_id = $1 and cl.reseller_id = $2 and cp.is_default
           and (cast($3 as text) is null or cl.id = $3)",
    )
    .bind(profile.to_string())
    .bind(&reseller)
    .bind(&client)
    .fetch_one(c)
    .await)?;
    Ok(count.unsigned_abs())
}

/// Gives every user of a client that has one profile another, and says who they were.
///
/// # Errors
/// When the database fails.
pub async fn move_users(
    tx: &mut Tx,
    client: ClientId,
    from: ProfileId,
    to: ProfileId,
    now_ms: InstantMs,
) -> Result<Vec<(User, User)>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user
         where client_id = $1 and reseller_id = $2 and profile_id = $3 order by id",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .bind(from.to_string())
    .fetch_all(c)
    .await)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let first = tx.take_seqs(rows.len()).await?;
    let mut moved = Vec::with_capacity(rows.len());
    for (seq, wire) in (first..).zip(rows) {
        let before: User = serde_json::from_str(&wire)?;
        let after = User {
            profile: Some(to),
            ..before.clone()
        };
        run!(tx, c => sqlx::query(
            "update client_user set profile_id = $3, seq = $4, wire = $5
             where id = $1 and reseller_id = $2",
        )
        .bind(after.id.to_string())
        .bind(&reseller)
        .bind(to.to_string())
        .bind(seq)
        .bind(serde_json::to_string(&after)?)
        .execute(c)
        .await
        .map(|_| ()))?;
        gone_for_user(tx, &before, now_ms).await?;
        moved.push((before, after));
    }
    // They see the other one from now on.
    send_anew(tx, to).await?;
    Ok(moved)
}

/// Tells a user that has another profile from now on that the one before is gone for it.
async fn gone_for_user(tx: &mut Tx, user: &User, now_ms: InstantMs) -> Result<()> {
    let Some(profile) = user.profile else {
        return Ok(());
    };
    let audience = Audience {
        reseller: false,
        client: None,
        user: Some(user.id),
    };
    bury(
        tx,
        Gone::One(RemovedKind::Profile, profile.0),
        audience,
        now_ms,
    )
    .await
}

/// What the feed needs when a user that was written has another profile than before: its own
/// reader sees the new one and no longer the old one.
///
/// # Errors
/// When the database fails.
pub async fn changed_profile(
    tx: &mut Tx,
    before: &User,
    after: &User,
    now_ms: InstantMs,
) -> Result<()> {
    if before.profile == after.profile {
        return Ok(());
    }
    gone_for_user(tx, before, now_ms).await?;
    match after.profile {
        Some(profile) => send_anew(tx, profile).await,
        None => Ok(()),
    }
}
