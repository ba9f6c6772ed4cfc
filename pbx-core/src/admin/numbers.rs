//! Phone numbers on the command line.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use indicatif::ProgressBar;
use pbx_api::{NumberId, PhoneNumber};

use super::people::{ALL, client_of};
use super::{say, tenant};
use crate::clock::World;
use crate::db::Db;
use crate::{clients, numbers};

/// What is wrong in a file, in lines.
const ERRORS: usize = 100;

#[derive(Debug, Subcommand)]
pub enum NumberCommand {
    Add {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        client: String,
        /// Such as +12025550123.
        #[arg(long)]
        e164: String,
        #[arg(long)]
        emergency_validated: bool,
    },
    /// Gives the numbers of a CSV file to the clients that it names, all or none of them.
    ///
    /// Its first line names the columns: number, client (the realm) and, if it is there,
    /// emergency_validated (yes or no).
    Import {
        #[arg(long)]
        reseller: String,
        /// Only says what would be done.
        #[arg(long)]
        dry_run: bool,
        file: PathBuf,
    },
    /// Says whether a number is validated for emergency calls.
    Validate {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        id: NumberId,
        #[arg(long, action = clap::ArgAction::Set)]
        emergency_validated: bool,
    },
    List {
        #[arg(long)]
        reseller: String,
    },
    Remove {
        #[arg(long)]
        reseller: String,
        #[arg(long)]
        id: NumberId,
    },
}

pub async fn number(db: &Db, world: &World, command: NumberCommand) -> anyhow::Result<()> {
    match command {
        NumberCommand::Add {
            reseller,
            client,
            e164,
            emergency_validated,
        } => {
            let tenant = tenant(db, &reseller).await?;
            let client = client_of(db, tenant, &client).await?;
            let e164 = pbx_numbers::normalise(&e164, &client.country)
                .ok_or_else(|| anyhow::anyhow!("{e164} is not a public number"))?;
            let new = PhoneNumber {
                emergency_validated,
                ..PhoneNumber::new(NumberId(world.id()), client.id, &e164)
            };
            let mut tx = db.begin(tenant).await?;
            numbers::store::add(&mut tx, &new, world.now_ms()).await?;
            tx.commit().await?;
            say(&new.id.to_string())?;
        }
        NumberCommand::Import {
            reseller,
            dry_run,
            file,
        } => import(db, world, &reseller, dry_run, &file).await?,
        NumberCommand::Validate {
            reseller,
            id,
            emergency_validated,
        } => {
            let mut tx = db.begin(tenant(db, &reseller).await?).await?;
            let number = PhoneNumber {
                emergency_validated,
                ..numbers::store::show(&mut tx, id).await?
            };
            numbers::store::change(&mut tx, &number).await?;
            tx.commit().await?;
        }
        NumberCommand::List { reseller } => {
            let mut tx = db.look(tenant(db, &reseller).await?).await?;
            for number in numbers::store::list(&mut tx, &ALL).await? {
                say(&format!(
                    "{}\t{}\t{}",
                    number.id, number.client, number.e164
                ))?;
            }
        }
        NumberCommand::Remove { reseller, id } => {
            let mut tx = db.begin(tenant(db, &reseller).await?).await?;
            numbers::store::remove(&mut tx, id, world.now_ms()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn import(
    db: &Db,
    world: &World,
    reseller: &str,
    dry_run: bool,
    file: &Path,
) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let tenant = tenant(db, reseller).await?;
    let taken = numbers::store::everybodys(&mut db.look_root().await?).await?;
    let mut tx = db.begin(tenant).await?;
    let clients = clients::store::list(&mut tx, &ALL).await?;
    let given = match numbers::file::read(&bytes, &clients, &taken) {
        Ok(given) => given,
        Err(errors) => {
            let mut out = std::io::stderr();
            for error in errors.iter().take(ERRORS) {
                writeln!(
                    out,
                    "line {}: {} {}",
                    error.line, error.column, error.message
                )?;
            }
            bail!(
                "{} errors in {}: nothing was added",
                errors.len(),
                file.display()
            );
        }
    };
    if dry_run {
        return Ok(say(&format!("{} numbers would be added", given.len()))?);
    }
    // Drawn on a terminal only.
    let bar = ProgressBar::new(given.len() as u64);
    for row in &given {
        let number = PhoneNumber {
            emergency_validated: row.emergency_validated,
            ..PhoneNumber::new(NumberId(world.id()), row.client, &row.number)
        };
        numbers::store::add(&mut tx, &number, world.now_ms()).await?;
        bar.inc(1);
    }
    tx.commit().await?;
    bar.finish_and_clear();
    Ok(say(&format!("{} numbers added", given.len()))?)
}
