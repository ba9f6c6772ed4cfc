//! The platform operator's commands: `pbx-core admin …`.

mod commands;
mod numbers;
mod people;
mod routes;
mod trunks;
mod upkeep;

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;

use crate::clock::World;
use crate::config::Config;
use crate::db::{Db, Tenant};
use crate::http::App;
use crate::sample;

/// What the operator can do. A reseller and a client are named by their realms.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(subcommand)]
    Reseller(commands::ResellerCommand),
    #[command(subcommand)]
    Client(commands::ClientCommand),
    #[command(subcommand)]
    User(commands::UserCommand),
    #[command(subcommand)]
    Account(commands::AccountCommand),
    #[command(subcommand)]
    Number(numbers::NumberCommand),
    #[command(subcommand)]
    Route(routes::RouteCommand),
    #[command(subcommand)]
    Trunk(trunks::TrunkCommand),
    #[command(subcommand)]
    Leg(upkeep::LegCommand),
    /// To be run after a restore from backup: every client syncs anew, without mixing old and new.
    RestoreGeneration,
    /// Drops marks of removed things that are older than so many days.
    PurgeTombstones {
        #[arg(long)]
        reseller: String,
        #[arg(long, default_value_t = 180)]
        days: u32,
    },
    /// Makes a reseller full of sample data, marked as such.
    Sample(SampleArgs),
    /// Saves the database and the recordings into a folder; the server may run. Saved again into
    /// the same folder, only new recordings are copied.
    Backup { folder: PathBuf },
    /// Brings a backup back into a new data folder, or an empty PostgreSQL database. Every client
    /// syncs anew.
    Restore { folder: PathBuf },
}

#[derive(Debug, clap::Args)]
pub struct SampleArgs {
    #[arg(long, default_value_t = 100_000)]
    pub calls: usize,
    #[arg(long, default_value_t = 300)]
    pub recordings: usize,
    /// Folder of audio files to be used as recordings.
    #[arg(long)]
    pub audio: Option<PathBuf>,
    /// Password of the sample's owner; made up and printed when left out.
    #[arg(long, env = "PBX_CORE_SAMPLE_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

/// Runs a command.
///
/// # Errors
/// With words for the operator.
pub async fn run(config: &Config, world: World, command: Command) -> anyhow::Result<()> {
    if let Command::Sample(args) = command {
        let app = App::open(config, world).await?;
        let made = make_sample(&app, args).await;
        app.db.close().await;
        return made;
    }
    if let Command::Restore { folder } = &command {
        return upkeep::restore(config, &world, folder).await;
    }
    let db = Db::open(&config.database).await?;
    let done = match command {
        Command::Reseller(command) => people::reseller(&db, &world, command).await,
        Command::Client(command) => people::client(&db, &world, command).await,
        Command::User(command) => people::user(&db, &world, command).await,
        Command::Account(command) => people::account(config, &db, &world, command).await,
        Command::Number(command) => numbers::number(&db, &world, command).await,
        Command::Route(command) => routes::route(&db, &world, command).await,
        Command::Trunk(command) => trunks::trunk(&db, &world, command).await,
        Command::Leg(command) => upkeep::leg(config, &db, &world, command).await,
        Command::RestoreGeneration => upkeep::restore_generation(&db, &world).await,
        Command::PurgeTombstones { reseller, days } => {
            upkeep::purge_tombstones(&db, &world, &reseller, days).await
        }
        Command::Backup { folder } => upkeep::backup(config, &db, &folder).await,
        Command::Sample(_) | Command::Restore { .. } => unreachable!("handled above"),
    };
    db.close().await;
    done
}

async fn make_sample(app: &App, args: SampleArgs) -> anyhow::Result<()> {
    let (password, made_up) = match args.password {
        Some(password) => (password, false),
        None => (people::made_up_password(&app.world), true),
    };
    let wanted = sample::Wanted {
        calls: args.calls,
        recordings: args.recordings,
        audio: args.audio,
        password: password.clone(),
    };
    let made = sample::fill(app, &wanted).await?;
    say(&format!(
        "{} calls in {} legs, {} recordings; sign in to {} as {}",
        made.calls,
        made.legs,
        made.recordings,
        sample::REALM,
        sample::OWNER
    ))?;
    if made_up {
        say(&format!("password: {password}"))?;
    }
    Ok(())
}

/// `serve --sample`: fills a database that has no reseller yet. The password is
/// `PBX_CORE_SAMPLE_PASSWORD`, or made up and printed.
///
/// # Errors
/// When the sample can't be made.
pub async fn sample_if_empty(app: &App) -> anyhow::Result<()> {
    let mut root = app.db.look_root().await?;
    let empty = crate::resellers::store::list(&mut root).await?.is_empty();
    drop(root);
    if empty {
        let password = std::env::var("PBX_CORE_SAMPLE_PASSWORD").ok();
        make_sample(
            app,
            SampleArgs {
                calls: 100_000,
                recordings: 300,
                audio: None,
                password,
            },
        )
        .await?;
    }
    Ok(())
}

/// A reseller's tenant by its realm.
///
/// # Errors
/// When there is none.
pub async fn tenant(db: &Db, realm: &str) -> anyhow::Result<Tenant> {
    let mut root = db.look_root().await?;
    let reseller = crate::resellers::store::by_realm(&mut root, &realm.to_lowercase()).await?;
    reseller
        .map(|reseller| Tenant::reseller(reseller.id))
        .ok_or_else(|| anyhow::anyhow!("there is no reseller with the realm {realm}"))
}

/// What a command answers goes to standard output.
fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}
