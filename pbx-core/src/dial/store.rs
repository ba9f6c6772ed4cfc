//! Loads what a decision needs, and no more than the call can come to.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use pbx_api::{
    Client, ClientId, Destination, InstantMs, PhoneNumber, Profile, ProfileId, Routing, User,
    UserId,
};

use super::snapshot::{Present, Snapshot};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::run;

/// Users of one decision. Destinations that lead to more are not followed.
const USERS_MAX: usize = 64;

/// A user in reach.
///
/// # Errors
/// [`Error::not_found`] when there is none.
pub async fn user(tx: &mut Tx, user: UserId) -> Result<User> {
    let reseller = tx.reseller();
    let (client, only) = (
        tx.tenant().client().map(|id| id.to_string()),
        tx.tenant().user().map(|id| id.to_string()),
    );
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select u.wire from client_user u join client c on c.id = u.client_id
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
    Ok(serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?)
}

/// The number in reach that somebody outside dials.
///
/// # Errors
/// [`Error::not_found`] when nobody in reach has it.
pub async fn number(tx: &mut Tx, e164: &str) -> Result<PhoneNumber> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select n.wire from phone_number n join client c on c.id = n.client_id
         where n.e164 = $1 and n.reseller_id = $2 and c.archived_at_ms is null
           and (cast($3 as text) is null or n.client_id = $3)",
    )
    .bind(e164)
    .bind(&reseller)
    .bind(&client)
    .fetch_optional(c)
    .await)?;
    Ok(serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?)
}

/// What is known of a client, before the call's users are: suspended or not, its profiles, its
/// first number and what time it is there.
///
/// # Errors
/// [`Error::not_found`] when the client is not in reach.
pub async fn client(tx: &mut Tx, client: ClientId, now_ms: InstantMs) -> Result<Snapshot> {
    let reseller = tx.reseller();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client
         where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let client: Client = serde_json::from_str(&wire.ok_or_else(Error::not_found)?)?;
    let profiles: Vec<(String, bool)> = run!(tx, c => sqlx::query_as(
        "select wire, is_default from profile where reseller_id = $1",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    let mut all: HashMap<ProfileId, Profile> = HashMap::new();
    let mut default_profile = client.default_profile;
    for (wire, is_default) in profiles {
        let profile: Profile = serde_json::from_str(&wire)?;
        if is_default && default_profile.is_none() {
            default_profile = Some(profile.id);
        }
        all.insert(profile.id, profile);
    }
    let first: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from phone_number
         where client_id = $1 and reseller_id = $2 order by id limit 1",
    )
    .bind(client.id.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let numbers = first.map(|wire| serde_json::from_str(&wire)).transpose()?;
    Ok(Snapshot {
        at_ms: now_ms,
        // A zone that is unknown by now reads as UTC.
        zone: TimeZone::get(&client.time_zone).unwrap_or(TimeZone::UTC),
        client,
        users: HashMap::new(),
        profiles: all,
        default_profile,
        numbers: numbers.into_iter().collect(),
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

/// Adds everybody whom the users that are known and the routing of its numbers lead to.
///
/// # Errors
/// When the database fails.
pub async fn add_destinations(tx: &mut Tx, known: &mut Snapshot) -> Result<()> {
    let mut next: Vec<UserId> = known
        .numbers
        .iter()
        .flat_map(|number| routed_to(&number.routing))
        .chain(known.users.values().flat_map(led_to))
        .collect();
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
        ask.push(" and reseller_id || '' = ").push_bind(&reseller).push(" and id in (");
        let mut list = ask.separated(", ");
        for user in users {
            list.push_bind(user.to_string());
        }
        ask.push(")");
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

fn routed_to(routing: &Routing) -> Vec<UserId> {
    match routing {
        Routing::User(user) => vec![*user],
        Routing::RingGroup(group) => group.members.clone(),
        Routing::Hours(hours) => [routed_to(&hours.open), routed_to(&hours.closed)].concat(),
        Routing::Unrouted | Routing::External(_) | Routing::Reject => Vec::new(),
    }
}

/// Adds the numbers of the client that a user shows to callees, for emergency calls as well.
///
/// # Errors
/// When the database fails.
pub async fn add_shown(tx: &mut Tx, known: &mut Snapshot, user: &User) -> Result<()> {
    let reseller = tx.reseller();
    let wire: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from phone_number where e164 = $1 and client_id = $2 and reseller_id = $3",
    )
    .bind(&user.emergency_caller_number)
    .bind(known.client.id.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    if let Some(wire) = wire {
        known.numbers.push(serde_json::from_str(&wire)?);
    }
    Ok(())
}
