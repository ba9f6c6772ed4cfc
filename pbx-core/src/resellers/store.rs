//! Resellers in the database.

use pbx_api::{Code, InstantMs, Problem, Reseller, ResellerId};

use crate::db::{self, OnConflict as _, Root};
use crate::error::Result;
use crate::run;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    realm: String,
    offline_days: i64,
}

impl Row {
    fn into_reseller(self) -> Result<Reseller> {
        Ok(Reseller {
            id: db::id(&self.id)?,
            name: self.name,
            realm: self.realm,
            offline_days: u32::try_from(self.offline_days).unwrap_or(30),
        })
    }
}

/// # Errors
/// [`Code::Taken`] when the realm is in use.
pub async fn add(root: &mut Root, new: &Reseller, sample: bool, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into reseller (id, name, realm, offline_days, sample, created_at_ms)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.id.to_string())
    .bind(&new.name)
    .bind(&new.realm)
    .bind(i64::from(new.offline_days))
    .bind(sample)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| Problem::new(Code::Taken).field("realm", "is in use").into())
}

/// # Errors
/// When the database fails.
pub async fn list(root: &mut Root) -> Result<Vec<Reseller>> {
    let rows: Vec<Row> = run!(root, c => sqlx::query_as(
        "select id, name, realm, offline_days from reseller order by id",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_reseller).collect()
}

/// # Errors
/// When the database fails.
pub async fn by_realm(root: &mut Root, realm: &str) -> Result<Option<Reseller>> {
    let row: Option<Row> = run!(root, c => sqlx::query_as(
        "select id, name, realm, offline_days from reseller where realm = $1",
    )
    .bind(realm)
    .fetch_optional(c)
    .await)?;
    row.map(Row::into_reseller).transpose()
}

/// # Errors
/// When the database fails.
pub async fn all_ids(root: &mut Root) -> Result<Vec<ResellerId>> {
    Ok(list(root)
        .await?
        .into_iter()
        .map(|reseller| reseller.id)
        .collect())
}

/// Whether the database holds sample data.
///
/// # Errors
/// When the database fails.
pub async fn any_sample(root: &mut Root) -> Result<bool> {
    let one: Option<i64> = run!(root, c => sqlx::query_scalar(
        "select cast(1 as bigint) from reseller where sample limit 1",
    )
    .fetch_optional(c)
    .await)?;
    Ok(one.is_some())
}
