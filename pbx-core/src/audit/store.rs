//! SQL of the audit log.

use super::Entry;
use crate::auth::Caller;
use crate::clock::World;
use crate::db::Tx;
use crate::error::Result;
use crate::run;

/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, world: &World, by: &Caller, entry: Entry) -> Result<()> {
    let reseller = tx.reseller();
    let (kind, subject) = entry.subject;
    run!(tx, c => sqlx::query(
        "insert into audit (id, reseller_id, client_id, account_id, at_ms, address, action,
            subject_kind, subject_id, before_state, after_state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(world.id().to_string())
    .bind(&reseller)
    .bind(entry.client.map(|id| id.to_string()))
    .bind(by.me.account.to_string())
    .bind(world.now_ms())
    .bind(&by.address)
    .bind(entry.action)
    .bind(kind)
    .bind(subject.to_string())
    .bind(&entry.before)
    .bind(&entry.after)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
