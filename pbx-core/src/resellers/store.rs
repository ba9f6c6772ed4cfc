//! Resellers in the database.

use pbx_api::{Code, InstantMs, Problem, Reseller, ResellerId, Rule};

use crate::db::{self, OnConflict as _, Root, Tx};
use crate::error::Result;
use crate::run;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    realm: String,
    offline_days: i64,
    support_email: String,
}

impl Row {
    fn into_reseller(self) -> Result<Reseller> {
        Ok(Reseller {
            id: db::id(&self.id)?,
            name: self.name,
            realm: self.realm,
            offline_days: u32::try_from(self.offline_days).unwrap_or(30),
            support_email: self.support_email,
        })
    }
}

/// # Errors
/// [`Code::Taken`] when the realm is in use.
pub async fn add(root: &mut Root, new: &Reseller, sample: bool, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into reseller (id, name, realm, offline_days, support_email, sample, created_at_ms)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.to_string())
    .bind(&new.name)
    .bind(&new.realm)
    .bind(i64::from(new.offline_days))
    .bind(&new.support_email)
    .bind(sample)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| {
        Problem::new(Code::Taken)
            .breaks("realm", Rule::InUse)
            .into()
    })
}

/// Writes what a reseller's owner changes of it; the realm is fixed.
///
/// # Errors
/// When the database fails.
pub async fn change(tx: &mut Tx, changed: &Reseller) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update reseller set name = $2, support_email = $3, offline_days = $4 where id = $1",
    )
    .bind(&reseller)
    .bind(&changed.name)
    .bind(&changed.support_email)
    .bind(i64::from(changed.offline_days))
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn list(root: &mut Root) -> Result<Vec<Reseller>> {
    let rows: Vec<Row> = run!(root, c => sqlx::query_as(
        "select id, name, realm, offline_days, support_email from reseller order by id",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_reseller).collect()
}

/// # Errors
/// When the database fails.
pub async fn by_realm(root: &mut Root, realm: &str) -> Result<Option<Reseller>> {
    let row: Option<Row> = run!(root, c => sqlx::query_as(
        "select id, name, realm, offline_days, support_email from reseller where realm = $1",
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
