//! The accounts of users in the database.

use pbx_api::{AccountId, Code, Problem, Rule, User};

use crate::clock::World;
use crate::db::{self, OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Accounts of one insert.
const AT_ONCE: usize = 1000;

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("email", Rule::InUse)
        .into()
}

/// Makes the logins of those users that have an email.
///
/// # Errors
/// [`Code::Taken`] when a user of the client has one of the emails.
pub async fn add_all(
    tx: &mut Tx,
    world: &World,
    users: &[&User],
    password_hash: &str,
) -> Result<()> {
    let (reseller, now_ms) = (tx.reseller(), world.now_ms());
    let with_email: Vec<&&User> = users.iter().filter(|user| !user.email.is_empty()).collect();
    for users in with_email.chunks(AT_ONCE) {
        run!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "insert into account (id, reseller_id, client_id, user_id, role, tenant_id, email,
                    first_name, last_name, language, password_hash, created_at_ms) ",
            );
            insert.push_values(users, |mut row, user| {
                row.push_bind(world.id().to_string())
                    .push_bind(&reseller)
                    .push_bind(user.client.to_string())
                    .push_bind(user.id.to_string())
                    .push_bind("user")
                    .push_bind(user.client.to_string())
                    .push_bind(&user.email)
                    .push_bind(&user.first_name)
                    .push_bind(&user.last_name)
                    .push_bind(&user.language)
                    .push_bind(password_hash)
                    .push_bind(now_ms);
            });
            insert.build().execute(c).await.map(|_| ())
        })
        .on_conflict(taken)?;
    }
    Ok(())
}

/// Brings a user's login to what its email says now. A login that the operator made apart from
/// the user's email stays as it is.
///
/// # Errors
/// [`Code::Taken`] when another user of the client has the email.
pub async fn change(
    tx: &mut Tx,
    world: &World,
    before: &User,
    after: &User,
    password_hash: &str,
) -> Result<()> {
    if after.email.is_empty() {
        return if before.email.is_empty() {
            Ok(())
        } else {
            crate::users::store::remove_logins(tx, after.id, Some(&before.email)).await
        };
    }
    let reseller = tx.reseller();
    for known_by in [&before.email, &after.email] {
        let changed = run!(tx, c => sqlx::query(
            "update account set first_name = $4, last_name = $5, language = $6, email = $7
             where user_id = $1 and reseller_id = $2 and email = $3 and role = 'user'",
        )
        .bind(after.id.to_string())
        .bind(&reseller)
        .bind(known_by)
        .bind(&after.first_name)
        .bind(&after.last_name)
        .bind(&after.language)
        .bind(&after.email)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
        .on_conflict(taken)?;
        if changed > 0 {
            return Ok(());
        }
    }
    add_all(tx, world, &[after], password_hash).await
}

/// The login that a user's email makes; none without an email.
///
/// # Errors
/// When the database fails.
pub async fn account(tx: &mut Tx, user: &User) -> Result<Option<AccountId>> {
    let reseller = tx.reseller();
    let account: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select id from account
         where user_id = $1 and reseller_id = $2 and email = $3 and role = 'user'
            and not disabled and removed_at_ms is null",
    )
    .bind(user.id.to_string())
    .bind(&reseller)
    .bind(&user.email)
    .fetch_optional(c)
    .await)?;
    account.map(|id| db::id(&id)).transpose()
}
