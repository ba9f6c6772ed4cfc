//! Trunks on the command line.

use anyhow::{bail, ensure};
use clap::Subcommand;
use pbx_api::TrunkTransport;

use super::people::given_password;
use super::say;
use crate::auth::Vault;
use crate::clock::World;
use crate::db::{Db, Root};
use crate::trunks::{self, Trunk, store};

#[derive(Debug, Subcommand)]
pub enum TrunkCommand {
    /// Adds a carrier. `admin route use` says what it carries.
    Add {
        /// Lower-case letters, digits, underscores and hyphens.
        name: String,
        /// Where it is called and calls from: an IP address, with its port where it is not the usual
        /// one. Given several times: the next one is tried where nobody answers at one.
        #[arg(long = "address", required = true)]
        addresses: Vec<String>,
        /// udp, tcp or tls
        #[arg(long, default_value_t = TrunkTransport::Udp)]
        transport: TrunkTransport,
        /// The user name that the carrier's challenge is answered with. The password is the first
        /// line of standard input or `PBX_CORE_PASSWORD`.
        #[arg(long)]
        user: Option<String>,
        /// Neither calls nor is called until it is enabled.
        #[arg(long)]
        disabled: bool,
    },
    /// Changes what is given, and leaves the rest as it is. Engines know it within a second.
    Change {
        name: String,
        /// In place of all that it has.
        #[arg(long = "address")]
        addresses: Vec<String>,
        /// udp, tcp or tls; the ports of addresses that it has stay.
        #[arg(long)]
        transport: Option<TrunkTransport>,
        /// With another password, given as for `add`.
        #[arg(long)]
        user: Option<String>,
        /// The carrier asks for no password any more.
        #[arg(long, conflicts_with = "user")]
        no_user: bool,
        #[arg(long, action = clap::ArgAction::Set)]
        enabled: Option<bool>,
    },
    List,
    /// Removes a trunk that no route uses.
    Remove {
        name: String,
    },
}

pub async fn trunk(db: &Db, world: &World, command: TrunkCommand) -> anyhow::Result<()> {
    match command {
        TrunkCommand::Add {
            name,
            addresses,
            transport,
            user,
            disabled,
        } => {
            let mut new = Trunk {
                name,
                transport,
                addresses: addresses_of(&addresses, transport)?,
                enabled: !disabled,
                user: String::new(),
                password: String::new(),
            };
            if let Some(user) = user {
                set_user(db, world, &mut new, user).await?;
            }
            new.check()?;
            let mut root = db.begin_root().await?;
            let known = store::list(&mut root).await?;
            let name = &new.name;
            ensure!(
                known.iter().all(|trunk| trunk.name != *name),
                "there is a trunk {name}"
            );
            trunks::check_count(known.len())?;
            store::add(&mut root, &new, world.now_ms()).await?;
            root.commit().await?;
        }
        TrunkCommand::Change {
            name,
            addresses,
            transport,
            user,
            no_user,
            enabled,
        } => {
            let mut changed = of_name(&mut db.look_root().await?, &name).await?;
            changed.transport = transport.unwrap_or(changed.transport);
            changed.enabled = enabled.unwrap_or(changed.enabled);
            if !addresses.is_empty() {
                changed.addresses = addresses_of(&addresses, changed.transport)?;
            }
            if no_user {
                changed.user.clear();
                changed.password.clear();
            }
            if let Some(user) = user {
                set_user(db, world, &mut changed, user).await?;
            }
            changed.check()?;
            let mut root = db.begin_root().await?;
            store::change(&mut root, &changed).await?;
            root.commit().await?;
        }
        TrunkCommand::List => list(db).await?,
        TrunkCommand::Remove { name } => {
            let mut root = db.begin_root().await?;
            of_name(&mut root, &name).await?;
            let used = store::used(&mut root).await?;
            let routes = routes_of(&used, &name);
            ensure!(
                routes.is_empty(),
                "{name} carries {}: give that to others first, with `admin route use`",
                routes.join(", ")
            );
            store::remove(&mut root, &name).await?;
            root.commit().await?;
        }
    }
    Ok(())
}

async fn list(db: &Db) -> anyhow::Result<()> {
    let mut root = db.look_root().await?;
    let used = store::used(&mut root).await?;
    for trunk in store::list(&mut root).await? {
        let addresses: Vec<_> = trunk.addresses.iter().map(ToString::to_string).collect();
        say(&format!(
            "{}\t{}\t{}\t{}\t{}\t{}",
            trunk.name,
            if trunk.enabled { "enabled" } else { "disabled" },
            trunk.transport,
            addresses.join(", "),
            trunk.user,
            routes_of(&used, &trunk.name).join(", "),
        ))?;
    }
    Ok(())
}

fn routes_of<'a>(used: &'a [(String, String)], trunk: &str) -> Vec<&'a str> {
    let of = used.iter().filter(|(_, other)| other == trunk);
    of.map(|(route, _)| route.as_str()).collect()
}

/// The trunk of a name.
pub async fn of_name(root: &mut Root, name: &str) -> anyhow::Result<Trunk> {
    store::show(root, name)
        .await?
        .ok_or_else(|| anyhow::anyhow!("there is no trunk {name}"))
}

fn addresses_of(
    given: &[String],
    transport: TrunkTransport,
) -> anyhow::Result<Vec<std::net::SocketAddr>> {
    given
        .iter()
        .map(|text| trunks::address(text, transport))
        .collect()
}

async fn set_user(db: &Db, world: &World, trunk: &mut Trunk, user: String) -> anyhow::Result<()> {
    ensure!(
        !user.is_empty(),
        "--user is empty; a carrier without a password is --no-user"
    );
    let Some(password) = given_password()? else {
        bail!("--user needs a password: the first line of standard input, or PBX_CORE_PASSWORD");
    };
    trunks::check_password(&password)?;
    let vault = Vault::load(db, world).await?;
    trunk.user = user;
    trunk.password = vault.seal(&trunk.owner(), password.as_bytes())?;
    Ok(())
}
