//! One's own account in the database.

use pbx_api::{AccountId, Code, InstantMs, Me, OpenSession, Problem, Rule, SessionId};

use crate::db::{self, OnConflict as _, Tx};
use crate::error::Result;
use crate::run;

/// Sessions shown at most; who has more has a reason that no list explains.
const SHOWN: i64 = 200;

/// Writes a person's own details.
///
/// # Errors
/// [`Code::Taken`] when the tenant has another login of that email.
pub async fn change(tx: &mut Tx, me: &Me) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update account set first_name = $3, last_name = $4, email = $5, language = $6
         where id = $1 and reseller_id = $2",
    )
    .bind(me.account.to_string())
    .bind(&reseller)
    .bind(&me.first_name)
    .bind(&me.last_name)
    .bind(&me.email)
    .bind(&me.language)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| {
        Problem::new(Code::Taken)
            .breaks("email", Rule::InUse)
            .into()
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    device: String,
    address: String,
    created_at_ms: InstantMs,
    last_seen_at_ms: InstantMs,
    connected_as: String,
}

/// The sessions of an account that could still be used.
pub async fn sessions(
    tx: &mut Tx,
    account: AccountId,
    current: SessionId,
    now_ms: InstantMs,
) -> Result<Vec<OpenSession>> {
    let reseller = tx.reseller();
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        "select s.id, s.device, s.address, s.created_at_ms, s.last_seen_at_ms,
            coalesce(u.first_name || ' ' || u.last_name, cl.name, '') as connected_as
         from session s
         join account a on a.id = s.account_id
         left join client cl on cl.id = s.as_client_id
         left join client_user u on u.id = s.as_user_id
         where s.account_id = $1 and a.reseller_id = $2 and s.revoked_at_ms is null
           and exists (select 1 from token t where t.session_id = s.id and t.expires_at_ms > $3
                and t.spent_at_ms is null)
         order by s.last_seen_at_ms desc, s.id desc limit $4",
    )
    .bind(account.to_string())
    .bind(&reseller)
    .bind(now_ms)
    .bind(SHOWN)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            let id = db::id(&row.id)?;
            Ok(OpenSession {
                id,
                device: row.device,
                address: row.address,
                since_ms: row.created_at_ms,
                last_seen_at_ms: row.last_seen_at_ms,
                current: id == current,
                connected_as: row.connected_as.trim().to_owned(),
            })
        })
        .collect()
}
