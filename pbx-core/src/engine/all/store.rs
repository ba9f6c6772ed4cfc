//! What an engine has, as far as the database knows.

use pbx_api::{CallId, InstantMs, ResellerId};

use crate::db::{self, Root, Tx};
use crate::error::Result;
use crate::run;

/// The calls in progress of an engine that a start of it, or an earlier one, had.
///
/// # Errors
/// When the database fails.
pub async fn of_engine(tx: &mut Tx, engine: &str, place: i64) -> Result<Vec<CallId>> {
    let reseller = tx.reseller();
    let rows: Vec<String> = run!(tx, c => sqlx::query_scalar(
        "select id from live_call
         where reseller_id = $1 and engine = $2 and boot_place <= $3 and ended_at_ms is null
         order by id",
    )
    .bind(&reseller)
    .bind(engine)
    .bind(place)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}

/// The resellers of whom an engine has calls or phones, as far as is known.
///
/// # Errors
/// When the database fails.
pub async fn with_something_of(root: &mut Root, engine: &str) -> Result<Vec<ResellerId>> {
    let rows: Vec<String> = run!(root, c => sqlx::query_scalar(
        "select reseller_id from live_call where engine = $1 and ended_at_ms is null
         union
         select reseller_id from registration where engine = $1 and offline_since_ms is null",
    )
    .bind(engine)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}

/// When a start of an engine was first heard of.
///
/// # Errors
/// When the database fails.
pub async fn boot_seen(tx: &mut Tx, engine: &str, place: i64) -> Result<Option<InstantMs>> {
    Ok(run!(tx, c => sqlx::query_scalar(
        "select seen_at_ms from engine_boot where engine = $1 and place = $2",
    )
    .bind(engine)
    .bind(place)
    .fetch_optional(c)
    .await)?)
}
