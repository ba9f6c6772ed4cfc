//! Whom a login that is restricted to departments sees.

use std::collections::HashSet;

use pbx_api::UserId;

use crate::db::{self, Tx};
use crate::error::Result;
use crate::run;

/// The users of the login's departments; nobody where it has none.
pub(super) async fn of_departments(tx: &mut Tx) -> Result<HashSet<UserId>> {
    let (reseller, login) = (tx.reseller(), tx.departments_of());
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select id from client_user
         where reseller_id = $1 and client_id = $2 and department in
             (select department from account_department where account_id = $3)",
    )
    .bind(&reseller)
    .bind(&client)
    .bind(&login)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}
