//! Facts about the database itself, such as its generation.

use crate::db::Root;
use crate::error::Result;
use crate::run;

/// # Errors
/// When the database fails.
pub async fn get(root: &mut Root, key: &str) -> Result<Option<String>> {
    Ok(
        run!(root, c => sqlx::query_scalar("select value from meta where key = $1")
        .bind(key)
        .fetch_optional(c)
        .await)?,
    )
}

/// # Errors
/// When the database fails.
pub async fn set(root: &mut Root, key: &str, value: &str) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = $2",
    )
    .bind(key)
    .bind(value)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Sets the value only where there is none, and gives the one that counts: two processes that
/// start at once agree.
///
/// # Errors
/// When the database fails.
pub async fn get_or_set(root: &mut Root, key: &str, value: &str) -> Result<String> {
    run!(root, c => sqlx::query(
        "insert into meta (key, value) values ($1, $2) on conflict (key) do nothing",
    )
    .bind(key)
    .bind(value)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(get(root, key).await?.unwrap_or_else(|| value.to_owned()))
}
