//! What keeps a database in order: removals, generations, old marks, backups.

use std::path::Path;

use clap::Subcommand;
use pbx_api::{LegId, RecordingState};

use super::{say, tenant};
use crate::clock::World;
use crate::config::Config;
use crate::db::Db;
use crate::recordings::{self, Store};
use crate::{backup, cdrs, changes};

#[derive(Debug, Subcommand)]
pub enum LegCommand {
    /// Removes one call record, with its recording.
    Remove {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        id: LegId,
    },
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub async fn leg(
    config: &Config,
    db: &Db,
    world: &World,
    command: LegCommand,
) -> anyhow::Result<()> {
    let LegCommand::Remove { reseller, id } = command;
    let tenant = tenant(db, &reseller).await?;
    let mut tx = db.begin(tenant).await?;
    let leg = cdrs::store::show(&mut tx, id, false).await?;
    if leg.recording != RecordingState::None {
        recordings::store::mark_deleting(&mut tx, id, world.now_ms()).await?;
    }
    cdrs::store::remove(&mut tx, id, world.now_ms()).await?;
    tx.commit().await?;
    recordings::sweep(db, &Store::open(&config.recordings)?, world).await
}

pub async fn restore_generation(db: &Db, world: &World) -> anyhow::Result<()> {
    let mut root = db.begin_root().await?;
    changes::begin_generation(&mut root, world).await?;
    root.commit().await?;
    say("every client will sync anew")?;
    Ok(())
}

pub async fn purge_tombstones(
    db: &Db,
    world: &World,
    reseller: &str,
    days: u32,
) -> anyhow::Result<()> {
    let mut tx = db.begin(tenant(db, reseller).await?).await?;
    let before_ms = world.now_ms() - i64::from(days) * DAY_MS;
    let gone = changes::store::purge(&mut tx, before_ms).await?;
    tx.commit().await?;
    say(&format!("{gone} marks dropped"))?;
    Ok(())
}

pub async fn backup(config: &Config, db: &Db, folder: &Path) -> anyhow::Result<()> {
    let backup::Tally {
        copied,
        already_there,
        missing,
    } = backup::save(config, db, folder).await?;
    say(&format!(
        "saved in {}; recordings: {copied} copied, {already_there} already there, \
         {missing} deleted meanwhile",
        folder.display()
    ))?;
    Ok(())
}

pub async fn restore(config: &Config, world: &World, folder: &Path) -> anyhow::Result<()> {
    let backup::Tally {
        copied,
        already_there,
        missing,
    } = backup::restore(config, world, folder).await?;
    say(&format!(
        "restored; recordings: {copied} copied, {already_there} already there, \
         {missing} not in the backup; every client will sync anew"
    ))?;
    Ok(())
}
