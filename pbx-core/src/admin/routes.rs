//! The ways out of the platform, beside the four that every one has.

use clap::Subcommand;
use pbx_api::{OutboundRoute, ROUTES};

use super::say;
use crate::clock::World;
use crate::db::Db;
use crate::profiles;

/// Longest key, in bytes.
const KEY_BYTES: usize = 40;

#[derive(Debug, Subcommand)]
pub enum RouteCommand {
    /// Adds a way out that profiles can permit from then on.
    Add {
        /// Lower-case letters, digits and underscores, such as `premium`.
        #[arg(long)]
        key: String,
        /// What the screens call it.
        #[arg(long)]
        name: String,
    },
    List,
}

pub async fn route(db: &Db, world: &World, command: RouteCommand) -> anyhow::Result<()> {
    match command {
        RouteCommand::Add { key, name } => {
            let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            anyhow::ensure!(
                (1..=KEY_BYTES).contains(&key.len()) && key.bytes().all(letters),
                "{key} is not a key: up to 40 lower-case letters, digits and underscores"
            );
            anyhow::ensure!(
                !ROUTES.contains(&key.as_str()),
                "{key} is on every platform"
            );
            let name = name.trim().to_owned();
            anyhow::ensure!(
                (1..=crate::check::NAME_CHARS).contains(&name.chars().count()),
                "a name has 1 to 120 characters"
            );
            let mut root = db.begin_root().await?;
            let route = OutboundRoute { key, name };
            profiles::store::add_route(&mut root, &route, world.now_ms()).await?;
            root.commit().await?;
        }
        RouteCommand::List => {
            let mut root = db.look_root().await?;
            for route in profiles::store::added_routes(root.conn()).await? {
                say(&format!("{}\t{}", route.key, route.name))?;
            }
        }
    }
    Ok(())
}
