//! Limited clients' logins in the database.

use std::collections::HashMap;

use pbx_api::{
    AccountId, ClientId, ClientPage, Code, InstantMs, LimitedClient, Problem, Role, Rule,
};

use super::Limits;
use crate::auth::Caller;
use crate::db::{self, OnConflict as _, Root, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

/// Takes from a caller what its login goes without.
///
/// # Errors
/// When the database fails.
pub async fn narrow(root: &mut Root, caller: &mut Caller) -> Result<()> {
    let (Role::Client, Some(client)) = (caller.me.role, caller.me.client) else {
        return Ok(());
    };
    let account = caller.me.account.to_string();
    let row: Option<String> = run!(root, c => sqlx::query_scalar(
        "select disabled_pages from account where id = $1 and limited",
    )
    .bind(&account)
    .fetch_optional(c)
    .await)?;
    let Some(pages) = row else { return Ok(()) };
    let departments: Vec<String> = run!(root, c => sqlx::query_scalar(
        "select department from account_department where account_id = $1 order by department",
    )
    .bind(&account)
    .fetch_all(c)
    .await)?;
    let limits = Limits {
        account: caller.me.account,
        client,
        disabled: serde_json::from_str(&pages)?,
        departments,
    };
    caller.tenant.departments_of = limits.by_departments();
    caller.me.limited = true;
    caller.me.disabled_pages = limits.hidden();
    caller.me.departments.clone_from(&limits.departments);
    caller.me.may_play_recordings &= limits.shows(ClientPage::Calls);
    caller.me.may_delete_recordings &= limits.shows(ClientPage::Calls);
    caller.limits = Some(limits);
    Ok(())
}

/// How often the client's users moved between departments.
///
/// # Errors
/// When the database fails.
pub async fn epoch(tx: &mut Tx, client: ClientId) -> Result<i64> {
    let reseller = tx.reseller();
    Ok(run!(tx, c => sqlx::query_scalar(
        "select departments_epoch from client where id = $1 and reseller_id = $2",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?
    .unwrap_or_default())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    client_id: String,
    email: String,
    first_name: String,
    last_name: String,
    language: String,
    access: String,
    disabled_pages: String,
}

impl Row {
    fn into_login(self, departments: Vec<String>) -> Result<LimitedClient> {
        Ok(LimitedClient {
            id: db::id(&self.id)?,
            client: db::id(&self.client_id)?,
            username: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            language: self.language,
            read_only: self.access == "read_only",
            disabled_pages: serde_json::from_str(&self.disabled_pages)?,
            departments,
        })
    }
}

/// The limited clients in reach, or the one of them that is named.
async fn rows(tx: &mut Tx, one: Option<AccountId>, page: &Page) -> Result<Vec<LimitedClient>> {
    if tx.tenant().user().is_some() {
        return Ok(Vec::new());
    }
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let one = one.map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        "select id, client_id, email, first_name, last_name, language, access, disabled_pages
         from account
         where reseller_id = $1 and limited and id > $2
           and (cast($3 as text) is null or client_id = $3)
           and (cast($4 as text) is null or id = $4)
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)
         order by id limit $5",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&client)
    .bind(&one)
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    let departments: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select d.account_id, d.department from account_department d
         join account a on a.id = d.account_id
         where a.reseller_id = $1 and (cast($2 as text) is null or a.client_id = $2)
           and (cast($3 as text) is null or a.id = $3)
         order by d.department",
    )
    .bind(&reseller)
    .bind(&client)
    .bind(&one)
    .fetch_all(c)
    .await)?;
    let mut of: HashMap<String, Vec<String>> = HashMap::new();
    for (account, department) in departments {
        of.entry(account).or_default().push(department);
    }
    rows.into_iter()
        .map(|row| {
            let departments = of.remove(&row.id).unwrap_or_default();
            row.into_login(departments)
        })
        .collect()
}

/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<LimitedClient>> {
    rows(tx, None, page).await
}

/// # Errors
/// [`Error::not_found`] when none in reach has the id.
pub async fn show(tx: &mut Tx, login: AccountId) -> Result<LimitedClient> {
    let page = Page {
        after: None,
        limit: 1,
    };
    rows(tx, Some(login), &page)
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

const fn access(login: &LimitedClient) -> &'static str {
    if login.read_only {
        "read_only"
    } else {
        "support"
    }
}

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("username", Rule::InUse)
        .into()
}

/// # Errors
/// [`Code::Taken`] when the client has a login of that name.
pub async fn add(
    tx: &mut Tx,
    login: &LimitedClient,
    password_hash: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into account (id, reseller_id, client_id, role, tenant_id, email, first_name,
            last_name, language, access, limited, disabled_pages, password_hash, created_at_ms)
         values ($1, $2, $3, 'client', $3, $4, $5, $6, $7, $8, true, $9, $10, $11)",
    )
    .bind(login.id.to_string())
    .bind(&reseller)
    .bind(login.client.to_string())
    .bind(&login.username)
    .bind(&login.first_name)
    .bind(&login.last_name)
    .bind(&login.language)
    .bind(access(login))
    .bind(serde_json::to_string(&login.disabled_pages)?)
    .bind(password_hash)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)?;
    restrict(tx, login).await
}

/// # Errors
/// [`Code::Taken`] when the client has another login of that name.
pub async fn change(tx: &mut Tx, login: &LimitedClient) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set email = $3, first_name = $4, last_name = $5, language = $6, access = $7,
            disabled_pages = $8
         where id = $1 and reseller_id = $2 and limited",
    )
    .bind(login.id.to_string())
    .bind(&reseller)
    .bind(&login.username)
    .bind(&login.first_name)
    .bind(&login.last_name)
    .bind(&login.language)
    .bind(access(login))
    .bind(serde_json::to_string(&login.disabled_pages)?)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)?;
    restrict(tx, login).await
}

/// Writes the departments of a login that was just found in reach.
async fn restrict(tx: &mut Tx, login: &LimitedClient) -> Result<()> {
    let account = login.id.to_string();
    run!(tx, c => sqlx::query("delete from account_department where account_id = $1")
        .bind(&account)
        .execute(c)
        .await
        .map(|_| ()))?;
    for department in &login.departments {
        run!(tx, c => sqlx::query(
            "insert into account_department (account_id, department) values ($1, $2)",
        )
        .bind(&account)
        .bind(department)
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// Writes a new password and ends the login's sessions.
///
/// # Errors
/// When the database fails.
pub async fn set_password(
    tx: &mut Tx,
    login: AccountId,
    hash: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let (reseller, account) = (tx.reseller(), login.to_string());
    run!(tx, c => sqlx::query(
        "update account set password_hash = $3 where id = $1 and reseller_id = $2 and limited",
    )
    .bind(&account)
    .bind(&reseller)
    .bind(hash)
    .execute(c)
    .await
    .map(|_| ()))?;
    run!(tx, c => sqlx::query(
        "update session set revoked_at_ms = $2 where account_id = $1 and revoked_at_ms is null",
    )
    .bind(&account)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Removes a login with its sessions.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, login: AccountId) -> Result<()> {
    let (reseller, account) = (tx.reseller(), login.to_string());
    for text in [
        "delete from token where session_id in (select s.id from session s
            join account a on a.id = s.account_id
            where a.id = $1 and a.reseller_id = $2 and a.limited)",
        "delete from session where account_id in
            (select id from account where id = $1 and reseller_id = $2 and limited)",
        "delete from account where id = $1 and reseller_id = $2 and limited",
    ] {
        run!(tx, c => sqlx::query(text).bind(&account).bind(&reseller).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}
