//! The ways out of the platform, and what carries them.

use clap::Subcommand;
use pbx_api::{OutboundRoute, ROUTES};

use super::say;
use super::trunks::of_name;
use crate::clock::World;
use crate::db::{Db, Root};
use crate::profiles;
use crate::trunks::{DEFAULT, EMERGENCY, store};

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
    /// Says which trunks carry a route, the preferred one first; without any, the default ones do.
    Use {
        /// us, canada, toll_free, international, one that was added, `emergency` for calls for help,
        /// or `default` for every route that has no trunks of its own.
        route: String,
        trunks: Vec<String>,
    },
    /// Every route, and the trunks that were given to it.
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
                ![&ROUTES[..], &[EMERGENCY, DEFAULT]]
                    .concat()
                    .contains(&key.as_str()),
                "{key} is on every platform"
            );
            let name = name.trim().to_owned();
            anyhow::ensure!(
                (1..=crate::check::NAME_CHARS as usize).contains(&name.chars().count()),
                "a name has 1 to 120 characters"
            );
            let mut root = db.begin_root().await?;
            let route = OutboundRoute { key, name };
            profiles::store::add_route(&mut root, &route, world.now_ms()).await?;
            root.commit().await?;
        }
        RouteCommand::Use { route, trunks } => {
            let mut root = db.begin_root().await?;
            anyhow::ensure!(
                every(&mut root).await?.iter().any(|(key, _)| *key == route),
                "there is no route {route}; `admin route list` shows them"
            );
            for (place, trunk) in trunks.iter().enumerate() {
                of_name(&mut root, trunk).await?;
                anyhow::ensure!(!trunks[..place].contains(trunk), "{trunk} is there twice");
            }
            store::give(&mut root, &route, &trunks).await?;
            root.commit().await?;
        }
        RouteCommand::List => {
            let mut root = db.look_root().await?;
            let used = store::used(&mut root).await?;
            for (key, name) in every(&mut root).await? {
                let own = used.iter().filter(|(route, _)| *route == key);
                let trunks: Vec<_> = own.map(|(_, trunk)| trunk.as_str()).collect();
                say(&format!("{key}\t{name}\t{}", trunks.join(", ")))?;
            }
        }
    }
    Ok(())
}

/// The key of every route, and its name where the operator gave it one.
async fn every(root: &mut Root) -> anyhow::Result<Vec<(String, String)>> {
    let fixed = ROUTES.into_iter().chain([EMERGENCY, DEFAULT]);
    let added = profiles::store::added_routes(root.conn()).await?;
    Ok(fixed
        .map(|key| (key.to_owned(), String::new()))
        .chain(added.into_iter().map(|route| (route.key, route.name)))
        .collect())
}
