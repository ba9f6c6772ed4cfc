//! Loads what a decision needs, and no more than the call can come to.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use pbx_api::{
    Client, ClientId, Destination, InstantMs, PhoneNumber, Profile, ProfileId, Routing, User,
    UserId,
};

use super::snapshot::{Present, Snapshot};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Users of one decision. Destinations that lead to more are not followed.
const USERS_MAX: usize = 64;

/// A user in reach, and its client.
///
/// # Errors
/// [`Error::not_found`] when there is none.
pub async fn user(tx: &mut Tx, user: UserId) -> Result<(User, Client)> {
    let reseller = tx.reseller();
    let (client, only) = (
        tx.tenant().client().map(|id| id.to_string()),
        tx.tenant().user().map(|id| id.to_string()),
    );
    let wires: Option<(String, String)> = run!(tx, c => sqlx::query_as(
        "select u.wire, c.wire from client_user u join client c on c.id = u.client_id
         where u.id = $1 and u.reseller_id = $2 and c.archived_at_ms is null
           and (cast($3 as text) is null or u.client_id = $3)
           and (cast($4 as text) is null or u.id = $4)",
    )
    .bind(user.to_string())
    .bind(&reseller)
    .bind(&client)
    .bind(&only)
    .fetch_optional(c)
    .await)?;
    let (user, client) = wires.ok_or_else(Error::not_found)?;
    Ok((serde_json::from_str(&user)?, serde_json::from_str(&client)?))
}

/// The number in reach that somebody outside dials, and its client.
///
/// # Errors
/// [`Error::not_found`] when nobody in reach has it.
pub async fn number(tx: &mut Tx, e164: &str) -> Result<(PhoneNumber, Client)> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let wires: Option<(String, String)> = run!(tx, c => sqlx::query_as(
        "select n.wire, c.wire from phone_number n join client c on c.id = n.client_id
         where n.e164 = $1 and n.reseller_id = $2 and c.archived_at_ms is null
           and (cast($3 as text) is null or n.client_id = $3)",
    )
    .bind(e164)
    .bind(&reseller)
    .bind(&client)
    .fetch_optional(c)
    .await)?;
    let (number, client) = wires.ok_or_else(Error::not_found)?;
    Ok((
        serde_json::from_str(&number)?,
        serde_json::from_str(&client)?,
    ))
}

/// What is known of a client, before the call's users are: its profiles, what time it is there, its
/// first number, and the one that is given where it is the client's.
///
/// # Errors
/// When the database fails.
pub async fn of(tx: &mut Tx, client: Client, e164: &str, now_ms: InstantMs) -> Result<Snapshot> {
    let reseller = tx.reseller();
    let rows: Vec<(String, bool)> = run!(tx, c => sqlx::query_as(
        "select wire, is_default from profile where reseller_id = $1",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    let mut profiles: HashMap<ProfileId, Profile> = HashMap::new();
    let mut default_profile = client.default_profile;
    for (wire, is_default) in rows {
        let profile: Profile = serde_json::from_str(&wire)?;
        if is_default && default_profile.is_none() {
            default_profile = Some(profile.id);
        }
        profiles.insert(profile.id, profile);
    }
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from phone_number
         where client_id = $1 and reseller_id = $2 and id =
            (select min(id) from phone_number where client_id = $1 and reseller_id = $2)
         union
         select wire from phone_number where e164 = $3 and client_id = $1 and reseller_id = $2",
    )
    .bind(client.id.to_string())
    .bind(&reseller)
    .bind(e164)
    .fetch_all(c)
    .await)?;
    let numbers = rows.iter().map(|wire| serde_json::from_str(wire));
    Ok(Snapshot {
        at_ms: now_ms,
        // A zone that is unknown by now reads as UTC.
        zone: TimeZone::get(&client.time_zone).unwrap_or(TimeZone::UTC),
        client,
        users: HashMap::new(),
        profiles,
        default_profile,
        numbers: numbers.collect::<Result<_, _>>()?,
        block: None,
        emergency: Vec::new(),
        present: Present::default(),
    })
}

/// Adds the user of an extension, where the client has one.
///
/// # Errors
/// When the database fails.
pub async fn add_extension(tx: &mut Tx, known: &mut Snapshot, extension: &str) -> Result<()> {
    if extension.is_empty() {
        return Ok(());
    }
    let reseller = tx.reseller();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user
         where client_id = $1 and reseller_id = $2 and extension = $3",
    )
    .bind(known.client.id.to_string())
    .bind(&reseller)
    .bind(extension)
    .fetch_optional(c)
    .await)?;
    if let Some(wire) = wire {
        let user: User = serde_json::from_str(&wire)?;
        known.users.insert(user.id, user);
    }
    Ok(())
}

/// Adds those users, and everybody whom they and the users that are known lead to.
///
/// # Errors
/// When the database fails.
pub async fn add_destinations(
    tx: &mut Tx,
    known: &mut Snapshot,
    mut next: Vec<UserId>,
) -> Result<()> {
    next.extend(known.users.values().flat_map(led_to));
    let mut asked: HashSet<UserId> = known.users.keys().copied().collect();
    loop {
        next.retain(|id| asked.len() < USERS_MAX && asked.insert(*id));
        if next.is_empty() {
            return Ok(());
        }
        let found = of_client(tx, known.client.id, &next).await?;
        next = found.iter().flat_map(led_to).collect();
        known
            .users
            .extend(found.into_iter().map(|user| (user.id, user)));
    }
}

/// Those of the users that are the client's.
async fn of_client(tx: &mut Tx, client: ClientId, users: &[UserId]) -> Result<Vec<User>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => {
        // The joined empty texts keep SQLite off the indexes of the client and the reseller.
        let mut ask =
            sqlx::QueryBuilder::new("select wire from client_user where client_id || '' = ");
        ask.push_bind(client.to_string());
        ask.push(" and reseller_id || '' = ").push_bind(&reseller).push(" and id in ");
        db::push_list(&mut ask, users);
        ask.build_query_scalar().fetch_all(c).await
    })?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

fn led_to(user: &User) -> Vec<UserId> {
    let follow = user.calls.follow_me.iter().flat_map(|follow| &follow.steps);
    let all = [&user.calls.forward, &user.when_busy, &user.when_unavailable];
    let all = all.into_iter().flatten();
    all.chain(follow.map(|step| &step.destination))
        .filter_map(|to| match to {
            Destination::User(id) => Some(*id),
            Destination::External(_) | Destination::Voicemail => None,
        })
        .collect()
}

/// The users whom a routing leads to, at any hour.
pub fn routed_to(routing: &Routing) -> Vec<UserId> {
    match routing {
        Routing::User(user) => vec![*user],
        Routing::RingGroup(group) => group.members.clone(),
        Routing::Hours(hours) => [routed_to(&hours.open), routed_to(&hours.closed)].concat(),
        Routing::Unrouted | Routing::External(_) | Routing::Reject => Vec::new(),
    }
}
