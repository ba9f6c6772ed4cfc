//! Recordings in the database: which blob a leg has and where it is in its life.

use object_store::path::Path;
use pbx_api::{InstantMs, LegId, RecordingInfo, ResellerId};

use crate::db::{self, Root, Tx};
use crate::error::Result;
use crate::run;

/// What is stored of a leg's audio.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    pub object_key: String,
    pub size_bytes: i64,
    pub sha256: String,
    pub file_name: String,
    pub content_type: String,
}

impl Stored {
    /// Where the blob lies.
    #[must_use]
    pub fn key(&self) -> Path {
        Path::from(self.object_key.as_str())
    }
}

/// # Errors
/// When the database fails.
pub async fn show(tx: &mut Tx, leg: LegId) -> Result<Option<Stored>> {
    let reseller = tx.reseller();
    Ok(run!(tx, c => sqlx::query_as(
        "select object_key, size_bytes, sha256, file_name, content_type from recording
         where leg_id = $1 and reseller_id = $2",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?)
}

/// Reserves a leg's recording, so that of two imports only one copies. Gives where the blob goes,
/// or nothing when the leg has or had one.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    leg: LegId,
    file_name: &str,
    now_ms: InstantMs,
) -> Result<Option<Path>> {
    let reseller = tx.reseller();
    let id = leg.to_string();
    // Two characters of the id's random end spread the blobs over 256 folders. The extension is
    // kept for people who look into the folder.
    let extension: String = file_name
        .rsplit_once('.')
        .map(|(_, extension)| extension)
        .filter(|extension| (1..=8).contains(&extension.len()))
        .unwrap_or("bin")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let key = format!(
        "{reseller}/{}/{id}.{}",
        &id[id.len() - 2..],
        extension.to_lowercase()
    );
    let claimed = run!(tx, c => sqlx::query(
        "insert into recording (leg_id, reseller_id, object_key, state, changed_at_ms)
         values ($1, $2, $3, 'pending', $4) on conflict (leg_id) do nothing",
    )
    .bind(&id)
    .bind(&reseller)
    .bind(&key)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((claimed > 0).then(|| Path::from(key)))
}

/// Whether a copy of a leg's audio was begun and has not ended.
///
/// # Errors
/// When the database fails.
pub async fn is_begun(tx: &mut Tx, leg: LegId) -> Result<bool> {
    let reseller = tx.reseller();
    Ok(run!(tx, c => sqlx::query_scalar(
        "select exists (select 1 from recording
            where leg_id = $1 and reseller_id = $2 and state = 'pending')",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .fetch_one(c)
    .await)?)
}

/// The blob is whole.
///
/// # Errors
/// When the database fails.
pub async fn stored(
    tx: &mut Tx,
    leg: LegId,
    info: &RecordingInfo,
    content_type: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update recording set state = 'available', size_bytes = $3, sha256 = $4, file_name = $5,
            content_type = $6, changed_at_ms = $7
         where leg_id = $1 and reseller_id = $2",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .bind(i64::try_from(info.size_bytes).unwrap_or(i64::MAX))
    .bind(&info.sha256)
    .bind(&info.file_name)
    .bind(content_type)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The blob is to go.
///
/// # Errors
/// When the database fails.
pub async fn mark_deleting(tx: &mut Tx, leg: LegId, now_ms: InstantMs) -> Result<()> {
    mark(tx, leg, "deleting", now_ms).await
}

/// The blob is gone. What never became whole leaves no row, so that it can be attached again.
///
/// # Errors
/// When the database fails.
pub async fn mark_deleted(tx: &mut Tx, leg: LegId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "delete from recording where leg_id = $1 and reseller_id = $2 and state = 'pending'",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .execute(c)
    .await
    .map(|_| ()))?;
    mark(tx, leg, "deleted", now_ms).await
}

async fn mark(tx: &mut Tx, leg: LegId, state: &str, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update recording set state = $3, changed_at_ms = $4 where leg_id = $1 and reseller_id = $2",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .bind(state)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Recordings whose blob has to go: deleted ones, and copies begun before an instant.
///
/// # Errors
/// When the database fails.
pub async fn unsettled(
    root: &mut Root,
    begun_before_ms: InstantMs,
) -> Result<Vec<(ResellerId, LegId)>> {
    let rows: Vec<(String, String)> = run!(root, c => sqlx::query_as(
        "select reseller_id, leg_id from recording
         where state in ('pending', 'deleting') and (state = 'deleting' or changed_at_ms < $1)",
    )
    .bind(begun_before_ms)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(reseller, leg)| Ok((db::id(&reseller)?, db::id(&leg)?)))
        .collect()
}

/// A recording that can be played.
#[derive(Debug, Clone)]
pub struct Available {
    pub reseller: ResellerId,
    pub leg: LegId,
    object_key: String,
    size_bytes: i64,
}

impl Available {
    /// Where the blob lies.
    #[must_use]
    pub fn key(&self) -> Path {
        Path::from(self.object_key.as_str())
    }

    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes.unsigned_abs()
    }
}

/// A page of the recordings that can be played, of all resellers, by leg.
///
/// # Errors
/// When the database fails.
pub async fn available(root: &mut Root, after: &str) -> Result<Vec<Available>> {
    let rows: Vec<(String, String, String, i64)> = run!(root, c => sqlx::query_as(
        "select reseller_id, leg_id, object_key, size_bytes from recording
         where state = 'available' and leg_id > $1 order by leg_id limit 1000",
    )
    .bind(after)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(reseller, leg, object_key, size_bytes)| {
            Ok(Available {
                reseller: db::id(&reseller)?,
                leg: db::id(&leg)?,
                object_key,
                size_bytes,
            })
        })
        .collect()
}
