//! The databases that the engine keeps registrations, calls, emergency numbers and
//! events in over a restart.

use std::path::Path;

use anyhow::Context as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};

/// Makes what is not there yet; what is there stays.
///
/// # Errors
/// When a file can't be made or is no database.
pub async fn make(folder: &Path) -> anyhow::Result<()> {
    for (name, tables) in [
        ("engine.sqlite", include_str!("templates/engine.sql")),
        ("emergency.sqlite", include_str!("templates/emergency.sql")),
        ("events.sqlite", include_str!("templates/events.sql")),
    ] {
        let path = folder.join(name);
        let mut connection = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            // Kamailio's processes read while one of them writes.
            .journal_mode(SqliteJournalMode::Wal)
            .connect()
            .await
            .with_context(|| format!("opening {}", path.display()))?;
        sqlx::raw_sql(tables)
            .execute(&mut connection)
            .await
            .with_context(|| format!("making the tables of {}", path.display()))?;
        connection.close().await?;
    }
    Ok(())
}
