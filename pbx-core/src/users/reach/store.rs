//! Reads users, each question limited to who is in reach.

use pbx_api::{ClientId, Colleague, InstantMs, User, UserId};

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::live::removal::{self, Whose};
use crate::run;

/// Ids of one question.
const AT_ONCE: usize = 1000;

/// What a user's phones sign in with.
#[derive(Debug, Clone)]
pub struct Phone {
    pub sip_user: String,
    /// Client realm and reseller realm.
    pub full_realm: String,
    pub has_secret: bool,
}

/// The users in reach: the reseller's, the client's, those of the login's departments, or the
/// caller alone.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<User>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let departments = tx.departments_of();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user
         where reseller_id = $1 and id > $2 and (cast($3 as text) is null or client_id = $3)
           and (cast($4 as text) is null or id = $4)
           and (cast($5 as text) is null or department in
                (select department from account_department where account_id = $5))
           and client_id not in
               (select id from client where reseller_id = $1 and archived_at_ms is not null)
         order by id limit $6",
    )
    .bind(&reseller)
    .bind(page.after())
    .bind(&client)
    .bind(&user)
    .bind(&departments)
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| Ok(serde_json::from_str(wire)?))
        .collect()
}

/// A user in reach.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is somebody else's.
pub async fn show(tx: &mut Tx, user: UserId) -> Result<User> {
    show_all(tx, &[user])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

/// Those of the users that are in reach, in any order.
///
/// # Errors
/// When the database fails.
pub async fn show_all(tx: &mut Tx, users: &[UserId]) -> Result<Vec<User>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let own = tx.tenant().user().map(|id| id.to_string());
    let departments = tx.departments_of();
    let mut found = Vec::with_capacity(users.len());
    for users in users.chunks(AT_ONCE) {
        let rows: Vec<String> = run!(tx, c => {
            // The joined empty text keeps SQLite off the reseller's index.
            let mut ask = sqlx::QueryBuilder::new(
                "select wire from client_user where reseller_id || '' = ",
            );
            ask.push_bind(&reseller);
            if let Some(client) = &client {
                ask.push(" and client_id = ").push_bind(client);
            }
            if let Some(own) = &own {
                ask.push(" and id = ").push_bind(own);
            }
            if let Some(login) = &departments {
                ask.push(" and department in
                    (select department from account_department where account_id = ")
                    .push_bind(login)
                    .push(")");
            }
            ask.push(
                " and client_id not in
                    (select id from client where archived_at_ms is not null and reseller_id = ",
            )
            .push_bind(&reseller)
            .push(") and id in ");
            db::push_list(&mut ask, users);
            ask.build_query_scalar().fetch_all(c).await
        })?;
        for wire in rows {
            found.push(serde_json::from_str(&wire)?);
        }
    }
    Ok(found)
}

/// Every extension of a client and whose it is.
///
/// # Errors
/// When the database fails.
pub async fn extensions(tx: &mut Tx, client: ClientId) -> Result<Vec<(String, UserId)>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select extension, id from client_user where client_id = $1 and reseller_id = $2",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(extension, id)| Ok((extension, db::id(&id)?)))
        .collect()
}

/// The colleagues that the caller's client has in its directory, by extension.
///
/// # Errors
/// [`Error::not_found`] for a caller that is of no client.
pub async fn colleagues(tx: &mut Tx) -> Result<Vec<Colleague>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().ok_or_else(Error::not_found)?;
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user where client_id = $1 and reseller_id = $2 and in_directory
         order by extension limit 10000",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|wire| {
            let user: User = serde_json::from_str(wire)?;
            Ok(Colleague {
                id: user.id,
                name: user.full_name(),
                extension: user.extension,
            })
        })
        .collect()
}

/// What the phones of a user that was found in reach sign in with.
///
/// # Errors
/// [`Error::not_found`] when there is no such user.
pub async fn phone(tx: &mut Tx, user: UserId) -> Result<Phone> {
    let reseller = tx.reseller();
    let row: Option<(String, String, String, bool)> = run!(tx, c => sqlx::query_as(
        "select u.sip_user, cl.realm, r.realm, u.ha1 <> ''
         from client_user u join client cl on cl.id = u.client_id
         join reseller r on r.id = u.reseller_id
         where u.id = $1 and u.reseller_id = $2",
    )
    .bind(user.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let (sip_user, client, realm, has_secret) = row.ok_or_else(Error::not_found)?;
    Ok(Phone {
        sip_user,
        full_realm: format!("{client}.{realm}"),
        has_secret,
    })
}

/// Writes what the user's phones prove themselves with. Nobody sees it, so it is no change. Those
/// that registered with the one before are turned away.
///
/// # Errors
/// When the database fails.
pub async fn set_secret(tx: &mut Tx, user: UserId, ha1: &str, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query("update client_user set ha1 = $3 where id = $1 and reseller_id = $2")
        .bind(user.to_string())
        .bind(&reseller)
        .bind(ha1)
        .execute(c)
        .await
        .map(|_| ()))?;
    removal::turn_away(tx, Whose::User(user), now_ms).await
}

/// What leads calls to a user: numbers, and colleagues by name.
///
/// # Errors
/// When the database fails.
pub async fn leading_to(tx: &mut Tx, user: &User) -> Result<Vec<String>> {
    let reseller = tx.reseller();
    let client = user.client.to_string();
    let id = user.id.to_string();
    // An id is found as text: no other text in these documents looks like one.
    let pattern = format!("%{id}%");
    let mut leading: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select e164 from phone_number
         where client_id = $1 and reseller_id = $2 and wire like $3 order by e164 limit 20",
    )
    .bind(&client)
    .bind(&reseller)
    .bind(&pattern)
    .fetch_all(c)
    .await)?;
    let colleagues: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select wire from client_user
         where client_id = $1 and reseller_id = $2 and id <> $4 and wire like $3
         order by extension limit 20",
    )
    .bind(&client)
    .bind(&reseller)
    .bind(&pattern)
    .bind(&id)
    .fetch_all(c)
    .await)?;
    for wire in colleagues {
        let colleague: User = serde_json::from_str(&wire)?;
        leading.push(format!(
            "{} ({})",
            colleague.full_name(),
            colleague.extension
        ));
    }
    Ok(leading)
}
