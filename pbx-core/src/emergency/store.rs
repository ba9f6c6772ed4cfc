//! Emergency caller IDs in the database. An empty `client_id` is the reseller's, an empty
//! `user_id` all users.

use pbx_api::{
    ClientId, Code, EmergencyCallerId, EmergencyId, InstantMs, Problem, Rule, User, UserId,
};

use crate::db::{self, OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Rows of one answer. A reseller has one a client and a few users.
const LIST_MAX: i64 = 100_000;

fn text<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: String,
    user_id: String,
    dialled: String,
    caller_number: String,
    location: String,
    notify_emails: String,
    notify_desktop: bool,
    last_test_at_ms: Option<i64>,
    valid: bool,
}

impl Row {
    fn into_wire(self) -> Result<EmergencyCallerId> {
        let of = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        Ok(EmergencyCallerId {
            id: db::id(&self.id)?,
            client: of(&self.client_id).as_deref().map(db::id).transpose()?,
            user: of(&self.user_id).as_deref().map(db::id).transpose()?,
            dialled: self.dialled,
            caller_number: self.caller_number,
            valid: self.valid,
            location: self.location,
            notify_emails: serde_json::from_str(&self.notify_emails)?,
            notify_desktop: self.notify_desktop,
            last_test_at_ms: self.last_test_at_ms,
        })
    }
}

/// Rows of the reseller `$1`, each with whether its number is a validated one of its client now.
macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "select e.id, e.client_id, e.user_id, e.dialled, e.caller_number, e.location,
                e.notify_emails, e.notify_desktop, e.last_test_at_ms,
                exists (select 1 from phone_number n
                    where n.e164 = e.caller_number and n.reseller_id = e.reseller_id
                      and n.emergency_validated
                      and (e.client_id = '' or n.client_id = e.client_id)) as valid
             from emergency_caller e
             where e.reseller_id = $1 and not exists (select 1 from client c
                where c.id = e.client_id and c.reseller_id = $1 and c.archived_at_ms is not null) ",
            $rest
        )
    };
}

/// The rows in reach: the reseller's tree, the client's, or the user's own.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx) -> Result<Vec<EmergencyCallerId>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(rows!(
        "and (cast($2 as text) is null or e.client_id = $2)
         and (cast($3 as text) is null or e.user_id = $3) order by e.id limit $4"
    ))
    .bind(&reseller)
    .bind(&client)
    .bind(&user)
    .bind(LIST_MAX)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_wire).collect()
}

/// # Errors
/// [`Error::not_found`] when there is none in reach.
pub async fn show(tx: &mut Tx, id: EmergencyId) -> Result<EmergencyCallerId> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let row: Option<Row> = run!(tx, c => sqlx::query_as(rows!(
        "and (cast($2 as text) is null or e.client_id = $2) and e.id = $3"
    ))
    .bind(&reseller)
    .bind(&client)
    .bind(id.to_string())
    .fetch_optional(c)
    .await)?;
    row.ok_or_else(Error::not_found)?.into_wire()
}

/// What an emergency call of a client's user can be sent with: its own row, its client's and, even
/// where the caller may not see it, the reseller's.
///
/// # Errors
/// When the database fails.
pub async fn of_user(
    tx: &mut Tx,
    client: ClientId,
    user: UserId,
) -> Result<Vec<EmergencyCallerId>> {
    let reseller = tx.reseller();
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(rows!(
        "and e.client_id in ('', $2) and e.user_id in ('', $3) order by e.id limit $4"
    ))
    .bind(&reseller)
    .bind(client.to_string())
    .bind(user.to_string())
    .bind(LIST_MAX)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_wire).collect()
}

/// Whether the reseller's fallback has a validated number.
///
/// # Errors
/// When the database fails.
pub async fn has_fallback(tx: &mut Tx) -> Result<bool> {
    let reseller = tx.reseller();
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(rows!("and e.client_id = ''"))
        .bind(&reseller)
        .fetch_all(c)
        .await)?;
    Ok(rows.iter().any(|row| row.valid))
}

/// Validated numbers: of a client, or of all clients.
///
/// # Errors
/// When the database fails.
pub async fn validated(tx: &mut Tx, client: Option<ClientId>) -> Result<Vec<(ClientId, String)>> {
    let reseller = tx.reseller();
    let client = client.map(|id| id.to_string());
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select client_id, e164 from phone_number
         where reseller_id = $1 and emergency_validated
           and (cast($2 as text) is null or client_id = $2)
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)",
    )
    .bind(&reseller)
    .bind(&client)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(client, e164)| Ok((db::id(&client)?, e164)))
        .collect()
}

/// The users in reach, each with its client's country.
///
/// # Errors
/// When the database fails.
pub async fn users(tx: &mut Tx) -> Result<Vec<(User, String)>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select u.wire, c.country from client_user u join client c on c.id = u.client_id
         where u.reseller_id = $1 and c.archived_at_ms is null
           and (cast($2 as text) is null or u.client_id = $2)
           and (cast($3 as text) is null or u.id = $3) order by u.id limit $4",
    )
    .bind(&reseller)
    .bind(&client)
    .bind(&user)
    .bind(LIST_MAX)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(wire, country)| Ok((serde_json::from_str(&wire)?, country)))
        .collect()
}

/// # Errors
/// [`Code::Taken`] when the number that is dialled has a row there.
pub async fn add(tx: &mut Tx, new: &EmergencyCallerId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into emergency_caller (id, reseller_id, client_id, user_id, dialled,
            caller_number, location, notify_emails, notify_desktop, created_at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.id.to_string())
    .bind(&reseller)
    .bind(text(new.client))
    .bind(text(new.user))
    .bind(&new.dialled)
    .bind(&new.caller_number)
    .bind(&new.location)
    .bind(serde_json::to_string(&new.notify_emails)?)
    .bind(new.notify_desktop)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)
}

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("dialled", Rule::HasCallerId)
        .into()
}

/// Writes what a person may change.
///
/// # Errors
/// [`Code::Taken`] when the number that is dialled has another row there.
pub async fn change(tx: &mut Tx, row: &EmergencyCallerId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update emergency_caller set dialled = $3, caller_number = $4, location = $5,
            notify_emails = $6, notify_desktop = $7
         where id = $1 and reseller_id = $2",
    )
    .bind(row.id.to_string())
    .bind(&reseller)
    .bind(&row.dialled)
    .bind(&row.caller_number)
    .bind(&row.location)
    .bind(serde_json::to_string(&row.notify_emails)?)
    .bind(row.notify_desktop)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)
}

/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: EmergencyId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query("delete from emergency_caller where id = $1 and reseller_id = $2")
        .bind(id.to_string())
        .bind(&reseller)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes what hangs on a user that goes.
///
/// # Errors
/// When the database fails.
pub async fn forget_user(tx: &mut Tx, user: UserId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "delete from emergency_caller where user_id = $1 and reseller_id = $2",
    )
    .bind(user.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes that a test call went out with a row.
///
/// # Errors
/// When the database fails.
pub async fn tested(tx: &mut Tx, id: EmergencyId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update emergency_caller set last_test_at_ms = $3 where id = $1 and reseller_id = $2",
    )
    .bind(id.to_string())
    .bind(&reseller)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
