//! What a backup asks of the databases themselves.

use std::path::Path;

use anyhow::Context as _;
use sqlx::{Connection as _, PgConnection, SqlitePool};

/// Writes the database as of now into a new file; writers go on meanwhile.
pub async fn save_sqlite(read: &SqlitePool, file: &Path) -> anyhow::Result<()> {
    let file = file.to_str().context("the folder's name is not UTF-8")?;
    sqlx::query("vacuum into $1")
        .bind(file)
        .execute(read)
        .await
        .context("copying the database")?;
    Ok(())
}

/// Whether a database has no tables of ours.
pub async fn is_empty_postgres(url: &str) -> anyhow::Result<bool> {
    let mut connection = PgConnection::connect(url)
        .await
        .context("connecting to PostgreSQL")?;
    let table: Option<String> = sqlx::query_scalar("select cast(to_regclass('reseller') as text)")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(table.is_none())
}
