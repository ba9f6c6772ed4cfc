//! What engines are to remove, in the database. It stands outside every tenant: an engine may have
//! contacts of somebody who is nobody any more.

use pbx_api::{EngineContact, EngineLine, InstantMs, SIMULATOR};

use super::Whose;
use crate::db::{Conn, Root, Tx};
use crate::error::Result;
use crate::run;

/// Contacts in one answer to an engine, which has a limit for all of it.
const CONTACTS_AT_ONCE: i64 = 20;
/// Users in one answer.
const LINES_AT_ONCE: i64 = 50;

/// Notes that an engine is to remove a contact.
///
/// # Errors
/// When the database fails.
pub async fn note(
    conn: &mut Conn,
    engine: &str,
    of: &EngineContact,
    now_ms: InstantMs,
) -> Result<()> {
    run!(conn, c => sqlx::query(
        "insert into engine_removal (engine, sip_user, realm, contact, mark, at_ms)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (engine, sip_user, realm, contact) do update set mark = $5, at_ms = $6",
    )
    .bind(engine)
    .bind(&of.user)
    .bind(of.realm.to_ascii_lowercase())
    .bind(&of.contact)
    .bind(of.mark.map(i64::from))
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes that every engine is to forget a user, or all of a client.
///
/// # Errors
/// When the database fails.
pub async fn note_lines(tx: &mut Tx, whose: Whose, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let (user, client) = match whose {
        Whose::User(user) => (Some(user.to_string()), None),
        Whose::Client(client) => (None, Some(client.to_string())),
    };
    run!(tx, c => sqlx::query(
        "insert into engine_removal (engine, sip_user, realm, contact, at_ms)
         select distinct b.engine, u.sip_user, lower(cl.realm || '.' || r.realm), '',
            cast($4 as bigint)
         from client_user u
         join client cl on cl.id = u.client_id
         join reseller r on r.id = u.reseller_id
         join engine_boot b on b.engine <> $5
         where u.reseller_id = $1 and (u.id = $2 or u.client_id = $3)
         on conflict (engine, sip_user, realm, contact) do nothing",
    )
    .bind(&reseller)
    .bind(&user)
    .bind(&client)
    .bind(now_ms)
    .bind(SIMULATOR)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What an engine removed, or never had. An empty contact: the user.
///
/// # Errors
/// When the database fails.
pub async fn done(conn: &mut Conn, engine: &str, line: &EngineLine, contact: &str) -> Result<()> {
    run!(conn, c => sqlx::query(
        "delete from engine_removal
         where engine = $1 and sip_user = $2 and realm = $3 and contact = $4",
    )
    .bind(engine)
    .bind(&line.user)
    .bind(line.realm.to_ascii_lowercase())
    .bind(contact)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The contacts that an engine is to remove, the oldest wish first.
///
/// # Errors
/// When the database fails.
pub async fn contacts(root: &mut Root, engine: &str) -> Result<Vec<EngineContact>> {
    let rows: Vec<(String, String, String, Option<i64>)> = run!(root, c => sqlx::query_as(
        "select sip_user, realm, contact, mark from engine_removal
         where engine = $1 and contact <> '' order by at_ms, sip_user, realm, contact limit $2",
    )
    .bind(engine)
    .bind(CONTACTS_AT_ONCE)
    .fetch_all(c)
    .await)?;
    let of = |(user, realm, contact, mark): (String, String, String, Option<i64>)| EngineContact {
        user,
        realm,
        contact,
        mark: mark.and_then(|mark| u32::try_from(mark).ok()),
    };
    Ok(rows.into_iter().map(of).collect())
}

/// The users that an engine is to forget. One that is there again is not forgotten.
///
/// # Errors
/// When the database fails.
pub async fn lines(root: &mut Root, engine: &str) -> Result<Vec<EngineLine>> {
    let rows: Vec<(String, String)> = run!(root, c => sqlx::query_as(
        "select sip_user, realm from engine_removal
         where engine = $1 and contact = '' and not exists (
            select 1 from client_user u
            join client cl on cl.id = u.client_id
            join reseller r on r.id = u.reseller_id
            where u.sip_user = engine_removal.sip_user and cl.archived_at_ms is null
                and lower(cl.realm || '.' || r.realm) = engine_removal.realm)
         order by at_ms, sip_user, realm limit $2",
    )
    .bind(engine)
    .bind(LINES_AT_ONCE)
    .fetch_all(c)
    .await)?;
    let of = |(user, realm)| EngineLine { user, realm };
    Ok(rows.into_iter().map(of).collect())
}

/// Forgets what an engine was to remove long ago: it does not come back.
///
/// # Errors
/// When the database fails.
pub async fn forget(root: &mut Root, before_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query("delete from engine_removal where at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
