//! Saving a server that runs, and bringing it back: `pbx-core admin backup` and `restore`.
//!
//! A backup is a folder with the database as of one moment and every recording that it names. The
//! database goes first and the recordings after it, so what is stored meanwhile is one too many and
//! what is deleted meanwhile is missing; restoring writes the missing ones down as deleted. Saved
//! again into the same folder, only new recordings are copied.

mod postgres;
mod store;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use pbx_api::RecordingState;

use crate::clock::World;
use crate::config::Config;
use crate::db::{Db, Tenant, private_folder};
use crate::recordings::{self, Copied, Store};
use crate::{cdrs, changes};

const SQLITE_FILE: &str = "pbx-core.sqlite";
const POSTGRES_FILE: &str = "pbx-core.pgdump";
const RECORDINGS: &str = "recordings";

/// What became of the recordings.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub copied: u64,
    /// Copied by an earlier run.
    pub already_there: u64,
    /// Deleted since the database was saved.
    pub missing: u64,
}

impl Tally {
    const fn count(&mut self, copied: Copied) {
        match copied {
            Copied::Now => self.copied += 1,
            Copied::Before => self.already_there += 1,
            Copied::Missing => self.missing += 1,
        }
    }
}

/// Saves everything into a folder, while the server may go on.
///
/// # Errors
/// With words for the operator. What was saved before stays whole.
pub async fn save(config: &Config, db: &Db, folder: &Path) -> anyhow::Result<Tally> {
    private_folder(folder).with_context(|| format!("making {}", folder.display()))?;
    let (name, other) = match db {
        Db::Sqlite { .. } => (SQLITE_FILE, POSTGRES_FILE),
        Db::Postgres(_) => (POSTGRES_FILE, SQLITE_FILE),
    };
    ensure!(
        !folder.join(other).exists(),
        "{} holds a backup of another kind of database",
        folder.display()
    );
    // Whole and on the disk before it takes the place of the one before.
    let part = folder.join(format!("{name}.part"));
    match std::fs::remove_file(&part) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
            return Err(fault).with_context(|| format!("removing {}", part.display()));
        }
        _ => {}
    }
    match db {
        Db::Sqlite { read, .. } => store::save_sqlite(read, &part).await?,
        Db::Postgres(_) => postgres::dump(&config.database, &part).await?,
    }
    std::fs::File::open(&part)?.sync_all()?;
    std::fs::rename(&part, folder.join(name))?;
    std::fs::File::open(folder)?.sync_all()?;

    let (from, to) = (Store::open(&config.recordings)?, blobs(folder)?);
    let mut tally = Tally::default();
    let mut after = String::new();
    loop {
        let page = recordings::store::available(&mut db.look_root().await?, &after).await?;
        let Some(last) = page.last() else { break };
        after = last.leg.to_string();
        for stored in &page {
            tally.count(
                from.copy_to(&to, &stored.key(), stored.size_bytes())
                    .await?,
            );
        }
    }
    Ok(tally)
}

fn blobs(folder: &Path) -> anyhow::Result<Store> {
    Store::open(&folder.join(RECORDINGS).display().to_string())
}

/// Brings a backup back into a database that is not there yet, or empty. Every client syncs anew.
///
/// # Errors
/// With words for the operator; where something is there already, nothing is touched.
pub async fn restore(config: &Config, world: &World, folder: &Path) -> anyhow::Result<Tally> {
    bring_database(config, folder).await?;
    let db = Db::open(&config.database).await?;
    let mut root = db.begin_root().await?;
    changes::begin_generation(&mut root, world).await?;
    root.commit().await?;

    let (from, to) = (blobs(folder)?, Store::open(&config.recordings)?);
    let mut tally = Tally::default();
    let mut after = String::new();
    loop {
        let page = recordings::store::available(&mut db.look_root().await?, &after).await?;
        let Some(last) = page.last() else { break };
        after = last.leg.to_string();
        for stored in &page {
            let copied = from
                .copy_to(&to, &stored.key(), stored.size_bytes())
                .await?;
            tally.count(copied);
            if copied == Copied::Missing {
                let mut tx = db.begin(Tenant::reseller(stored.reseller)).await?;
                let deleted = RecordingState::Deleted;
                cdrs::store::set_recording(&mut tx, stored.leg, deleted, None).await?;
                recordings::store::mark_deleted(&mut tx, stored.leg, world.now_ms()).await?;
                tx.commit().await?;
            }
        }
    }
    db.close().await;
    Ok(tally)
}

async fn bring_database(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let (sqlite, dump) = (folder.join(SQLITE_FILE), folder.join(POSTGRES_FILE));
    let Some(path) = config.database.strip_prefix("sqlite:") else {
        ensure!(
            dump.is_file(),
            "{} holds no backup of a PostgreSQL database",
            folder.display()
        );
        ensure!(
            store::is_empty_postgres(&config.database).await?,
            "the database is in use; restore into an empty one"
        );
        return postgres::bring_back(&config.database, &dump).await;
    };
    ensure!(
        sqlite.is_file(),
        "{} holds no backup of an SQLite database",
        folder.display()
    );
    let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
    if path.exists() {
        bail!(
            "{} is there already; restore into another data folder, or move it away",
            path.display()
        );
    }
    if let Some(parent) = path.parent().filter(|parent| *parent != Path::new("")) {
        private_folder(parent).with_context(|| format!("making {}", parent.display()))?;
    }
    let part = path.with_extension("part");
    std::fs::copy(&sqlite, &part).with_context(|| format!("writing {}", part.display()))?;
    std::fs::File::open(&part)?.sync_all()?;
    std::fs::rename(&part, &path)?;
    Ok(())
}
