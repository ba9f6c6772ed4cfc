//! Connected sessions in the database.

use pbx_api::{ClientId, InstantMs, SessionId, UserId};

use crate::auth::Caller;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Whose a user in reach is.
///
/// # Errors
/// [`Error::not_found`] for one that is not there or not in reach.
pub async fn client_of(tx: &mut Tx, user: UserId) -> Result<ClientId> {
    let (reseller, only) = (tx.reseller(), tx.tenant().client().map(|id| id.to_string()));
    let departments_of = tx.tenant().departments_of.map(|id| id.to_string());
    let client: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select u.client_id from client_user u join client cl on cl.id = u.client_id
         where u.id = $1 and u.reseller_id = $2 and cl.archived_at_ms is null
            and (cast($3 as text) is null or u.client_id = $3)
            and (cast($4 as text) is null or u.department in
                (select department from account_department where account_id = $4))",
    )
    .bind(user.to_string())
    .bind(&reseller)
    .bind(&only)
    .bind(departments_of)
    .fetch_optional(c)
    .await)?;
    db::id(&client.ok_or_else(Error::not_found)?)
}

/// Opens a session of the caller's account as somebody else.
pub async fn open(
    tx: &mut Tx,
    caller: &Caller,
    session: SessionId,
    (client, user): (ClientId, Option<UserId>),
    ends_at_ms: InstantMs,
    now_ms: InstantMs,
) -> Result<()> {
    run!(tx, c => sqlx::query(
        "insert into session (id, account_id, device, address, created_at_ms, last_seen_at_ms,
            parent_id, as_client_id, as_user_id, ends_at_ms)
         select $1, account_id, device, $3, $4, $4, id, $5, $6, $7 from session where id = $2",
    )
    .bind(session.to_string())
    .bind(caller.me.session.to_string())
    .bind(&caller.address)
    .bind(now_ms)
    .bind(client.to_string())
    .bind(user.map(|id| id.to_string()))
    .bind(ends_at_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
