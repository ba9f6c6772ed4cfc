//! Reads what the rules of a client's users need.

use std::collections::HashMap;

use pbx_api::{ClientId, Profile, UserId};

use super::House;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Fewer phones than this are asked for one by one, more by reading the reseller's.
const ASKED_ONE_BY_ONE: usize = 20;

pub(super) async fn open(tx: &mut Tx, client: ClientId, macs: &[String]) -> Result<House> {
    let (reseller, id, limited) = (tx.reseller(), client.to_string(), tx.departments_of());
    let row: Option<(String, String)> = run!(tx, c => sqlx::query_as(
        "select cl.wire, r.realm from client cl join reseller r on r.id = cl.reseller_id
         where cl.id = $1 and cl.reseller_id = $2 and cl.archived_at_ms is null",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let (wire, realm) = row.ok_or_else(Error::not_found)?;
    let client: pbx_api::Client = serde_json::from_str(&wire)?;
    let profiles: Vec<(String, bool)> = run!(tx, c => sqlx::query_as(
        "select p.wire, cp.is_default from client_profile cp join profile p on p.id = cp.profile_id
         where cp.client_id = $1 and p.reseller_id = $2",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    let numbers: Vec<(String, bool)> = run!(tx, c => sqlx::query_as(
        "select e164, emergency_validated from phone_number
         where client_id = $1 and reseller_id = $2",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    let users: Vec<(String, String, String, bool)> = run!(tx, c => sqlx::query_as(
        "select id, extension, sip_user,
            cast($3 as text) is null or department in
                (select department from account_department where account_id = $3)
         from client_user where client_id = $1 and reseller_id = $2",
    )
    .bind(&id)
    .bind(&reseller)
    .bind(&limited)
    .fetch_all(c)
    .await)?;
    let emails: Vec<(String, Option<String>)> = run!(tx, c => sqlx::query_as(
        "select email, user_id from account
         where tenant_id = $1 and reseller_id = $2 and role = 'user'",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    let departments: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select department from account_department where account_id = $1 order by department",
    )
    .bind(&limited)
    .fetch_all(c)
    .await)?;
    let mut house = House {
        full_realm: format!("{}.{realm}", client.realm),
        client,
        profiles: HashMap::new(),
        default_profile: None,
        numbers: numbers.into_iter().collect(),
        extensions: HashMap::new(),
        sip_users: users.iter().map(|user| user.2.clone()).collect(),
        emails: HashMap::new(),
        reach: std::collections::HashSet::new(),
        devices: devices(tx, macs).await?,
        departments,
    };
    for (wire, is_default) in profiles {
        let profile: Profile = serde_json::from_str(&wire)?;
        if is_default {
            house.default_profile = Some(profile.id);
        }
        house.profiles.insert(profile.id, profile.name);
    }
    for (user, extension, _, reached) in users {
        let user: UserId = db::id(&user)?;
        if reached {
            house.reach.insert(user);
        }
        house.extensions.insert(extension, user);
    }
    for (email, user) in emails {
        let user = user.as_deref().map(db::id).transpose()?;
        house.emails.insert(email, user);
    }
    Ok(house)
}

/// Whose the phones are that somebody of the reseller has.
async fn devices(tx: &mut Tx, macs: &[String]) -> Result<HashMap<String, UserId>> {
    let reseller = tx.reseller();
    let mut rows: Vec<(String, String)> = Vec::new();
    if macs.len() > ASKED_ONE_BY_ONE {
        rows = run!(tx, c => sqlx::query_as("select mac, user_id from device where reseller_id = $1")
            .bind(&reseller)
            .fetch_all(c)
            .await)?;
    } else {
        for mac in macs {
            let row: Option<(String, String)> = run!(tx, c => sqlx::query_as(
                "select mac, user_id from device where reseller_id = $1 and mac = $2",
            )
            .bind(&reseller)
            .bind(mac)
            .fetch_optional(c)
            .await)?;
            rows.extend(row);
        }
    }
    rows.into_iter()
        .map(|(mac, user)| Ok((mac, db::id(&user)?)))
        .collect()
}
