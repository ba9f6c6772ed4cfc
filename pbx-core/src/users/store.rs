//! Users in the database.

use std::collections::BTreeSet;

use pbx_api::{ClientId, Code, InstantMs, Problem, ProfileId, RemovedKind, Rule, User, UserId};

use crate::changes::store::{Audience, Gone, bury, bury_all};
use crate::db::{self, OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::live::removal::{self, Whose};
use crate::run;

pub use super::reach::store::{
    colleagues, extensions, leading_to, list, phone, set_secret, show, show_all,
};

/// Users of one statement: with a score of values each, both engines take it.
const AT_ONCE: usize = 500;

/// A user to be written.
pub struct New<'a> {
    pub user: &'a User,
    pub sip_user: String,
    /// Empty: its phones can't register yet.
    pub ha1: String,
}

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("extension", Rule::InUse)
        .into()
}

/// Writes a user whose phones have no secret yet.
///
/// # Errors
/// [`Code::Taken`] when the client has a user of that extension; [`Error::not_found`] when the
/// client is not the reseller's.
pub async fn add(tx: &mut Tx, new: &User, now_ms: InstantMs) -> Result<()> {
    owned(tx, new.client).await?;
    let row = New {
        user: new,
        sip_user: new.extension.clone(),
        ha1: String::new(),
    };
    add_all(tx, &[row], now_ms).await
}

/// Writes users of clients that were found in reach.
///
/// # Errors
/// [`Code::Taken`] when a client has a user of an extension.
pub async fn add_all(tx: &mut Tx, rows: &[New<'_>], now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    for rows in rows.chunks(AT_ONCE) {
        let first = tx.take_seqs(rows.len()).await?;
        let mut wires = Vec::with_capacity(rows.len());
        for row in rows {
            wires.push(serde_json::to_string(row.user)?);
        }
        run!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "insert into client_user (id, reseller_id, client_id, profile_id, first_name,
                    last_name, email, voicemail_email, department, language, extension,
                    internal_caller_name, external_caller_id, emergency_caller_id, dial_seconds,
                    in_directory, sip_user, ha1, created_at_ms, seq, wire) ",
            );
            insert.push_values((first..).zip(rows.iter().zip(&wires)), |mut values, (seq, (row, wire))| {
                let user = row.user;
                values
                    .push_bind(user.id.to_string())
                    .push_bind(&reseller)
                    .push_bind(user.client.to_string())
                    .push_bind(user.profile.map(|id| id.to_string()))
                    .push_bind(&user.first_name)
                    .push_bind(&user.last_name)
                    .push_bind(&user.email)
                    .push_bind(&user.voicemail_email)
                    .push_bind(&user.department)
                    .push_bind(&user.language)
                    .push_bind(&user.extension)
                    .push_bind(&user.internal_caller_name)
                    .push_bind(&user.external_caller_number)
                    .push_bind(&user.emergency_caller_number)
                    .push_bind(i64::from(user.dial_seconds))
                    .push_bind(user.in_directory)
                    .push_bind(&row.sip_user)
                    .push_bind(&row.ha1)
                    .push_bind(now_ms)
                    .push_bind(seq)
                    .push_bind(wire);
            });
            insert.build().execute(c).await.map(|_| ())
        })
        .on_conflict(taken)?;
        let users: Vec<&User> = rows.iter().map(|row| row.user).collect();
        add_devices(tx, &users).await?;
    }
    Ok(())
}

async fn add_devices(tx: &mut Tx, users: &[&User]) -> Result<()> {
    let reseller = tx.reseller();
    let devices: Vec<(&str, UserId)> = users
        .iter()
        .flat_map(|user| {
            user.devices
                .iter()
                .map(|device| (device.mac.as_str(), user.id))
        })
        .collect();
    for devices in devices.chunks(AT_ONCE) {
        run!(tx, c => {
            let mut insert =
                sqlx::QueryBuilder::new("insert into device (reseller_id, mac, user_id) ");
            insert.push_values(devices, |mut values, (mac, user)| {
                values.push_bind(&reseller).push_bind(*mac).push_bind(user.to_string());
            });
            insert.build().execute(c).await.map(|_| ())
        })
        .on_conflict(|| {
            Problem::new(Code::Taken)
                .breaks("devices", Rule::InUse)
                .into()
        })?;
    }
    Ok(())
}

/// Writes users as they are now, with their fixed client and SIP user name as before. Who is
/// restricted to departments syncs anew when one changes its department.
///
/// # Errors
/// [`Code::Taken`] when a client has another user of an extension.
pub async fn change_all(tx: &mut Tx, changes: &[(&User, &User)], now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    for changes in changes.chunks(AT_ONCE) {
        let first = tx.take_seqs(changes.len()).await?;
        let mut wires = Vec::with_capacity(changes.len());
        for (_, after) in changes {
            wires.push(serde_json::to_string(after)?);
        }
        run!(tx, c => {
            let mut update = sqlx::QueryBuilder::new(
                "update client_user set profile_id = v.column2, first_name = v.column3,
                    last_name = v.column4, email = v.column5, voicemail_email = v.column6,
                    department = v.column7, language = v.column8, extension = v.column9,
                    internal_caller_name = v.column10, external_caller_id = v.column11,
                    emergency_caller_id = v.column12, dial_seconds = v.column13,
                    in_directory = v.column14, seq = v.column15, wire = v.column16 from (",
            );
            update.push_values((first..).zip(changes.iter().zip(&wires)), |mut values, (seq, ((_, user), wire))| {
                values
                    .push_bind(user.id.to_string())
                    .push_bind(user.profile.map(|id| id.to_string()))
                    .push_bind(&user.first_name)
                    .push_bind(&user.last_name)
                    .push_bind(&user.email)
                    .push_bind(&user.voicemail_email)
                    .push_bind(&user.department)
                    .push_bind(&user.language)
                    .push_bind(&user.extension)
                    .push_bind(&user.internal_caller_name)
                    .push_bind(&user.external_caller_number)
                    .push_bind(&user.emergency_caller_number)
                    .push_bind(i64::from(user.dial_seconds))
                    .push_bind(user.in_directory)
                    .push_bind(seq)
                    .push_bind(wire);
            });
            update.push(") as v where client_user.id = v.column1 and client_user.reseller_id = ");
            update.push_bind(&reseller);
            update.build().execute(c).await.map(|_| ())
        })
        .on_conflict(taken)?;
        devices_anew(tx, changes).await?;
        profiles_moved(tx, changes, now_ms).await?;
        let moved: BTreeSet<ClientId> = changes
            .iter()
            .filter(|(before, after)| before.department != after.department)
            .map(|(_, after)| after.client)
            .collect();
        for client in moved {
            departments_moved(tx, client).await?;
        }
    }
    Ok(())
}

async fn devices_anew(tx: &mut Tx, changes: &[(&User, &User)]) -> Result<()> {
    let reseller = tx.reseller();
    let changed: Vec<&User> = changes
        .iter()
        .filter(|(before, after)| before.devices != after.devices)
        .map(|(_, after)| *after)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    run!(tx, c => {
        let mut delete = sqlx::QueryBuilder::new("delete from device where reseller_id = ");
        delete.push_bind(&reseller).push(" and user_id in ");
        let ids: Vec<_> = changed.iter().map(|user| user.id).collect();
        db::push_list(&mut delete, &ids);
        delete.build().execute(c).await.map(|_| ())
    })?;
    add_devices(tx, &changed).await
}

/// A user sees its own profile alone: the one that it has now becomes a change for it, and the one
/// that it had is gone for it.
async fn profiles_moved(tx: &mut Tx, changes: &[(&User, &User)], now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let mut seen: BTreeSet<ProfileId> = BTreeSet::new();
    let mut lost = Vec::new();
    for (before, after) in changes {
        if before.profile == after.profile {
            continue;
        }
        seen.extend(after.profile);
        if let Some(old) = before.profile {
            let audience = Audience {
                reseller: false,
                client: None,
                user: Some(after.id),
            };
            lost.push((Gone::One(RemovedKind::Profile, old.0), audience));
        }
    }
    // First what is gone: a user that changes to and fro ends with what it has.
    bury_all(tx, &lost, now_ms).await?;
    for profile in seen {
        let seq = tx.take_seqs(1).await?;
        run!(tx, c => sqlx::query("update profile set seq = $3 where id = $1 and reseller_id = $2")
            .bind(profile.to_string())
            .bind(&reseller)
            .bind(seq)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Counts that users of a client moved between departments, or out of one.
async fn departments_moved(tx: &mut Tx, client: ClientId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update client set departments_epoch = departments_epoch + 1
         where id = $1 and reseller_id = $2",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// A thing may only hang under a client of the same reseller.
///
/// # Errors
/// [`Error::not_found`] for another's client.
pub async fn owned(tx: &mut Tx, client: ClientId) -> Result<()> {
    let reseller = tx.reseller();
    let one: Option<i64> = run!(tx, c => sqlx::query_scalar(
        "select cast(1 as bigint) from client
         where id = $1 and reseller_id = $2 and archived_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    one.map(|_| ()).ok_or_else(Error::not_found)
}

/// Removes logins of a user with their sessions: the one of an email, or all.
///
/// # Errors
/// When the database fails.
pub async fn remove_logins(tx: &mut Tx, user: UserId, email: Option<&str>) -> Result<()> {
    let (reseller, id) = (tx.reseller(), user.to_string());
    for text in [
        "delete from token where session_id in (select s.id from session s
            join account a on a.id = s.account_id where a.user_id = $1 and a.reseller_id = $2
                and (cast($3 as text) is null or a.email = $3))",
        "delete from session where account_id in
            (select id from account where user_id = $1 and reseller_id = $2
                and (cast($3 as text) is null or email = $3))",
        "delete from account where user_id = $1 and reseller_id = $2
            and (cast($3 as text) is null or email = $3)",
    ] {
        run!(tx, c => sqlx::query(text)
            .bind(&id)
            .bind(&reseller)
            .bind(email)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Removes a user with its logins. Its call records stay with the client, as nobody's.
///
/// # Errors
/// [`Error::not_found`] when there is no such user.
pub async fn remove(tx: &mut Tx, user: UserId, now_ms: InstantMs) -> Result<()> {
    let (reseller, id) = (tx.reseller(), user.to_string());
    remove_logins(tx, user, None).await?;
    removal::send_off(tx, Whose::User(user), now_ms).await?;
    let client: Option<String> = run!(tx, c => sqlx::query_scalar(
        "delete from client_user where id = $1 and reseller_id = $2 returning client_id",
    )
    .bind(&id)
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let client = db::id(&client.ok_or_else(Error::not_found)?)?;
    crate::cdrs::store::forget_user(tx, user).await?;
    crate::emergency::store::forget_user(tx, user).await?;
    departments_moved(tx, client).await?;
    let audience = Audience {
        reseller: true,
        client: Some(client),
        user: None,
    };
    bury(tx, Gone::One(RemovedKind::User, user.0), audience, now_ms).await
}
