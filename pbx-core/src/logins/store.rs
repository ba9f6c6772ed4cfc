//! Logins of resellers and clients in the database. Those of users are their users' own.

use pbx_api::{Access, AccountId, ClientId, InstantMs, Login};

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: Option<String>,
    email: String,
    first_name: String,
    last_name: String,
    language: String,
    access: String,
    may_delete_recordings: bool,
    second_factor: bool,
    last_seen_at_ms: Option<InstantMs>,
}

impl Row {
    fn into_login(self) -> Result<Login> {
        Ok(Login {
            id: db::id(&self.id)?,
            client: self.client_id.as_deref().map(db::id).transpose()?,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            language: self.language,
            access: serde_json::from_value(self.access.into())?,
            may_delete_recordings: self.may_delete_recordings,
            second_factor: self.second_factor,
            last_seen_at_ms: self.last_seen_at_ms,
        })
    }
}

/// The logins in reach of the transaction's tenant, and what follows. `$1` is the reseller, `$2`
/// the client that the tenant is limited to.
macro_rules! logins {
    ($rest:literal) => {
        concat!(
            "select a.id, a.client_id, a.email, a.first_name, a.last_name, a.language, a.access,
                a.may_delete_recordings, a.totp_secret is not null as second_factor,
                (select max(s.last_seen_at_ms) from session s
                 where s.account_id = a.id and s.parent_id is null) as last_seen_at_ms
             from account a
             where a.reseller_id = $1 and (cast($2 as text) is null or a.client_id = $2)
                and a.role <> 'user' and not a.limited and a.removed_at_ms is null
                and a.client_id is not distinct from coalesce(cast($3 as text), a.client_id) ",
            $rest
        )
    };
}

/// The logins of the reseller itself, or of one client.
pub async fn list(tx: &mut Tx, client: Option<ClientId>, most: i64) -> Result<Vec<Login>> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let client = client.map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(logins!(
        "and (cast($3 as text) is not null or a.client_id is null) order by a.email, a.id limit $4"
    ))
    .bind(&reseller)
    .bind(&only)
    .bind(&client)
    .bind(most)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_login).collect()
}

/// # Errors
/// [`Error::not_found`] for one that is not there or not in reach.
pub async fn show(tx: &mut Tx, id: AccountId) -> Result<Login> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let row: Option<Row> = run!(tx, c => sqlx::query_as(logins!("and a.id = $4"))
        .bind(&reseller)
        .bind(&only)
        .bind(None::<String>)
        .bind(id.to_string())
        .fetch_optional(c)
        .await)?;
    row.ok_or_else(Error::not_found)?.into_login()
}

/// How many owners the reseller itself, or a client, has.
pub async fn owners(tx: &mut Tx, client: Option<ClientId>) -> Result<i64> {
    let reseller = tx.reseller();
    let client = client.map(|id| id.to_string());
    Ok(run!(tx, c => sqlx::query_scalar(
        "select count(*) from account
         where reseller_id = $1 and client_id is not distinct from cast($2 as text)
            and role <> 'user' and not limited and access = 'owner' and not disabled and removed_at_ms is null",
    )
    .bind(&reseller)
    .bind(&client)
    .fetch_one(c)
    .await)?)
}

fn text(access: Access) -> &'static str {
    match access {
        Access::Owner => "owner",
        Access::Support => "support",
        Access::ReadOnly => "read_only",
    }
}

pub async fn set_access(tx: &mut Tx, id: AccountId, access: Access, language: &str) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set access = $3, language = $4 where id = $1 and reseller_id = $2",
    )
    .bind(id.to_string())
    .bind(&reseller)
    .bind(text(access))
    .bind(language)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn change(tx: &mut Tx, login: &Login) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set first_name = $3, last_name = $4, language = $5, access = $6,
            may_delete_recordings = $7
         where id = $1 and reseller_id = $2",
    )
    .bind(login.id.to_string())
    .bind(&reseller)
    .bind(&login.first_name)
    .bind(&login.last_name)
    .bind(&login.language)
    .bind(text(login.access))
    .bind(login.may_delete_recordings)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Removes a login, its sessions and its codes. The row stays, for the names in the audit log; being
/// its own tenant it leaves its email free.
pub async fn remove(tx: &mut Tx, id: AccountId, now_ms: InstantMs) -> Result<()> {
    let (reseller, account) = (tx.reseller(), id.to_string());
    for text in [
        "update account set disabled = true, removed_at_ms = $3, tenant_id = id
         where id = $1 and reseller_id = $2",
        "update session set revoked_at_ms = $3 where revoked_at_ms is null and account_id in
            (select id from account where id = $1 and reseller_id = $2)",
        "delete from account_code where account_id in
            (select id from account where id = $1 and reseller_id = $2 and removed_at_ms = $3)",
    ] {
        run!(tx, c => sqlx::query(text)
            .bind(&account)
            .bind(&reseller)
            .bind(now_ms)
            .execute(c)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// What a login is to: the reseller's or the client's name.
pub async fn place(tx: &mut Tx, client: Option<ClientId>) -> Result<String> {
    let reseller = tx.reseller();
    let client = client.map(|id| id.to_string());
    let name: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select coalesce(cl.name, r.name) from reseller r
         left join client cl on cl.id = $2 and cl.reseller_id = r.id
         where r.id = $1",
    )
    .bind(&reseller)
    .bind(&client)
    .fetch_optional(c)
    .await)?;
    name.ok_or_else(Error::not_found)
}
