//! Which captures are waited for.

use pbx_api::{CallId, InstantMs, ResellerId};

use crate::db::{self, Root, Tx};
use crate::error::Result;
use crate::run;

/// A call whose recording is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    pub reseller: ResellerId,
    pub call: CallId,
}

#[derive(sqlx::FromRow)]
struct Row {
    reseller_id: String,
    call_id: String,
}

impl Row {
    fn into_awaited(self) -> Result<Awaited> {
        Ok(Awaited {
            reseller: db::id(&self.reseller_id)?,
            call: db::id(&self.call_id)?,
        })
    }
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, call: CallId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into awaited_capture (call_id, reseller_id, since_ms) values ($1, $2, $3)",
    )
    .bind(call.to_string())
    .bind(&reseller)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn of_call(root: &mut Root, call: CallId) -> Result<Option<Awaited>> {
    let row: Option<Row> = run!(root, c => sqlx::query_as(
        "select reseller_id, call_id from awaited_capture where call_id = $1",
    )
    .bind(call.to_string())
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_awaited).transpose()
}

/// What has been waited for since before an instant, and was not given up.
///
/// # Errors
/// When the database fails.
pub async fn overdue(root: &mut Root, before_ms: InstantMs) -> Result<Vec<Awaited>> {
    let rows: Vec<Row> = run!(root, c => sqlx::query_as(
        "select reseller_id, call_id from awaited_capture
         where since_ms < $1 and not given_up order by call_id",
    )
    .bind(before_ms)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_awaited).collect()
}

/// # Errors
/// When the database fails.
pub async fn give_up(tx: &mut Tx, call: CallId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update awaited_capture set given_up = true where call_id = $1 and reseller_id = $2",
    )
    .bind(call.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx, call: CallId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "delete from awaited_capture where call_id = $1 and reseller_id = $2",
    )
    .bind(call.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Whether anything was given up that has been waited for since before an instant.
///
/// # Errors
/// When the database fails.
pub async fn any_before(root: &mut Root, before_ms: InstantMs) -> Result<bool> {
    Ok(run!(root, c => sqlx::query_scalar(
        "select exists (select 1 from awaited_capture where given_up and since_ms < $1)",
    )
    .bind(before_ms)
    .fetch_one(c)
    .await)?)
}

/// Forgets what was given up and has been waited for since before an instant.
///
/// # Errors
/// When the database fails.
pub async fn forget_before(root: &mut Root, before_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "delete from awaited_capture where given_up and since_ms < $1",
    )
    .bind(before_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
