//! Phones in the database.

use pbx_api::{ClientId, InstantMs, RegistrationId, ResellerId, UserId};

use super::{Phone, Said};
use crate::db::{self, Root, Tx};
use crate::error::Result;
use crate::run;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: String,
    user_id: String,
    engine: String,
    said: String,
}

impl Row {
    fn into_phone(self) -> Result<Phone> {
        Ok(Phone {
            id: db::id(&self.id)?,
            client: db::id(&self.client_id)?,
            user: db::id(&self.user_id)?,
            engine: self.engine,
            said: serde_json::from_str(&self.said)?,
        })
    }
}

/// The phones of the reseller's tree, or of the client, that changed after a change number.
///
/// # Errors
/// When the database fails.
pub async fn since(tx: &mut Tx, seq: i64) -> Result<Vec<Phone>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        "select id, client_id, user_id, engine, said from registration
         where reseller_id = $1 and seq > $2 and (cast($3 as text) is null or client_id = $3)
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)
         order by id",
    )
    .bind(&reseller)
    .bind(seq)
    .bind(&client)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_phone).collect()
}

/// The phones of the reseller's tree that are online: through an engine, of a client, or of a user,
/// each where it is given.
///
/// # Errors
/// When the database fails.
pub async fn online_of(tx: &mut Tx, of: Of<'_>) -> Result<Vec<Phone>> {
    let reseller = tx.reseller();
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        "select id, client_id, user_id, engine, said from registration
         where reseller_id = $1 and offline_since_ms is null
           and (cast($2 as text) is null or engine = $2)
           and (cast($3 as text) is null or client_id = $3)
           and (cast($4 as text) is null or user_id = $4)
         order by id",
    )
    .bind(&reseller)
    .bind(of.engine)
    .bind(of.client.map(|id| id.to_string()))
    .bind(of.user.map(|id| id.to_string()))
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_phone).collect()
}

/// Whose phones are meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Of<'a> {
    pub engine: Option<&'a str>,
    pub client: Option<ClientId>,
    pub user: Option<UserId>,
}

/// What was said of a phone so far.
///
/// # Errors
/// When the database fails.
pub async fn said(tx: &mut Tx, phone: RegistrationId) -> Result<Said> {
    let reseller = tx.reseller();
    let said: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select said from registration where id = $1 and reseller_id = $2",
    )
    .bind(phone.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    Ok(said
        .map(|said| serde_json::from_str(&said))
        .transpose()?
        .unwrap_or_default())
}

/// Writes a phone, as a change.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, phone: &Phone, now_ms: InstantMs) -> Result<()> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    let stay = phone.said.stay();
    let offline_since_ms = phone.said.offline_since_ms(now_ms);
    run!(tx, c => sqlx::query(
        "insert into registration (id, reseller_id, client_id, user_id, engine, public_address,
            expires_at_ms, offline_since_ms, said, seq)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id) do update set public_address = $6, expires_at_ms = $7,
            offline_since_ms = $8, said = $9, seq = $10",
    )
    .bind(phone.id.to_string())
    .bind(&reseller)
    .bind(phone.client.to_string())
    .bind(phone.user.to_string())
    .bind(&phone.engine)
    .bind(phone.said.public_address())
    .bind(stay.map_or(now_ms, |stay| stay.until_ms))
    .bind(offline_since_ms)
    .bind(serde_json::to_string(&phone.said)?)
    .bind(seq)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The users of a client that have a phone that is online.
///
/// # Errors
/// When the database fails.
pub async fn online(tx: &mut Tx, client: ClientId, now_ms: InstantMs) -> Result<Vec<UserId>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select distinct user_id from registration
         where reseller_id = $1 and client_id = $2 and offline_since_ms is null
           and expires_at_ms > $3",
    )
    .bind(&reseller)
    .bind(client.to_string())
    .bind(now_ms)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}

/// How many phones of a client at a public address dropped after an instant.
///
/// # Errors
/// When the database fails.
pub async fn dropped(
    tx: &mut Tx,
    client: ClientId,
    public_address: &str,
    after_ms: InstantMs,
) -> Result<u32> {
    let reseller = tx.reseller();
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from registration
         where reseller_id = $1 and client_id = $2 and public_address = $3
           and offline_since_ms > $4",
    )
    .bind(&reseller)
    .bind(client.to_string())
    .bind(public_address)
    .bind(after_ms)
    .fetch_one(c)
    .await)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The resellers with phones that ran out and that nobody noted yet.
///
/// # Errors
/// When the database fails.
pub async fn due(root: &mut Root, now_ms: InstantMs) -> Result<Vec<ResellerId>> {
    let rows: Vec<String> = run!(root, c => sqlx::query_scalar(
        "select distinct reseller_id from registration
         where offline_since_ms is null and expires_at_ms <= $1",
    )
    .bind(now_ms)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}

/// Notes that phones ran out, as one change, and gives the client and the address of each.
///
/// # Errors
/// When the database fails.
pub async fn run_out(tx: &mut Tx, now_ms: InstantMs) -> Result<Vec<(ClientId, String)>> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "update registration set offline_since_ms = expires_at_ms, seq = $3
         where reseller_id = $1 and offline_since_ms is null and expires_at_ms <= $2
         returning client_id, public_address",
    )
    .bind(&reseller)
    .bind(now_ms)
    .bind(seq)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(client, address)| Ok((db::id(&client)?, address)))
        .collect()
}

/// Forgets phones that dropped before an instant.
///
/// # Errors
/// When the database fails.
pub async fn forget(root: &mut Root, before_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query("delete from registration where offline_since_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
