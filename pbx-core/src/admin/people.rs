//! Resellers, clients, users, and logins on the command line.

use std::io::{BufRead as _, IsTerminal as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pbx_api::{
    AccountId, Client, ClientId, Profile, ProfileId, Reseller, ResellerId, Role, User, UserId,
};

use super::commands::{AccountCommand, ClientCommand, ResellerCommand, UserCommand};
use super::{say, tenant};
use crate::auth::Passwords;
use crate::auth::codes::{self, Purpose};
use crate::auth::store::{self as accounts, NewAccount};
use crate::clock::World;
use crate::config::Config;
use crate::db::{Db, Root, Scope, Tenant};
use crate::http::extract::Page;
use crate::{clients, profiles, resellers, users};

pub(super) const ALL: Page = Page {
    after: None,
    limit: 10_000,
};

/// A password of 96 bits.
pub fn made_up_password(world: &World) -> String {
    URL_SAFE_NO_PAD.encode(world.bytes::<12>())
}

/// Realms are names in the DNS's letters.
fn realm(text: &str) -> anyhow::Result<String> {
    crate::check::realm(text).ok_or_else(|| {
        anyhow::anyhow!("{text} is not a realm: letters, digits and hyphens, with dots between")
    })
}

pub async fn reseller(db: &Db, world: &World, command: ResellerCommand) -> anyhow::Result<()> {
    match command {
        ResellerCommand::Add {
            realm: name_of_realm,
            name,
            offline_days,
        } => {
            let new = Reseller {
                id: ResellerId(world.id()),
                name,
                realm: realm(&name_of_realm)?,
                offline_days,
                support_email: String::new(),
            };
            let mut root = db.begin_root().await?;
            resellers::store::add(&mut root, &new, false, world.now_ms()).await?;
            let mut tx = root.of(Tenant::reseller(new.id));
            let profile = Profile {
                is_default: true,
                ..Profile::new(ProfileId(world.id()), "Default User Profile")
            };
            profiles::store::add(&mut tx, &profile, world.now_ms()).await?;
            tx.commit().await?;
            say(&new.id.to_string())?;
        }
        ResellerCommand::List => {
            let mut root = db.look_root().await?;
            for reseller in resellers::store::list(&mut root).await? {
                say(&format!(
                    "{}\t{}\t{}",
                    reseller.id, reseller.realm, reseller.name
                ))?;
            }
        }
    }
    Ok(())
}

/// The client of a realm.
pub(super) async fn client_of(db: &Db, tenant: Tenant, realm: &str) -> anyhow::Result<Client> {
    let mut tx = db.look(tenant).await?;
    clients::store::by_realm(&mut tx, &realm.to_lowercase())
        .await?
        .ok_or_else(|| anyhow::anyhow!("the reseller has no client with the realm {realm}"))
}

pub async fn client(db: &Db, world: &World, command: ClientCommand) -> anyhow::Result<()> {
    match command {
        ClientCommand::Add {
            reseller,
            realm: name_of_realm,
            name,
            time_zone,
            country,
            no_recordings,
        } => {
            jiff::tz::TimeZone::get(&time_zone)
                .map_err(|_| anyhow::anyhow!("{time_zone} is not a time zone's IANA name"))?;
            anyhow::ensure!(
                country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic()),
                "{country} is not a country's two letters"
            );
            let tenant = tenant(db, &reseller).await?;
            let (id, own_realm) = (ClientId(world.id()), realm(&name_of_realm)?);
            let country = country.to_uppercase();
            let mut tx = db.begin(tenant).await?;
            let profile = profiles::store::default(&mut tx)
                .await?
                .map(|known| known.id);
            let new = Client {
                recordings_allowed: !no_recordings,
                profiles: profile.into_iter().collect(),
                default_profile: profile,
                ..Client::new(id, &name, &own_realm, &time_zone, &country)
            };
            clients::store::add(&mut tx, &new, world.now_ms()).await?;
            tx.commit().await?;
            say(&new.id.to_string())?;
        }
        ClientCommand::List { reseller } => {
            let mut tx = db.look(tenant(db, &reseller).await?).await?;
            for client in clients::store::list(&mut tx, &ALL).await? {
                say(&format!(
                    "{}\t{}\t{}\t{}",
                    client.id, client.realm, client.time_zone, client.name
                ))?;
            }
        }
        ClientCommand::Recordings {
            reseller,
            client,
            allowed,
        } => {
            let tenant = tenant(db, &reseller).await?;
            let client = Client {
                recordings_allowed: allowed,
                ..client_of(db, tenant, &client).await?
            };
            let mut tx = db.begin(tenant).await?;
            clients::store::change(&mut tx, &client, world.now_ms()).await?;
            tx.commit().await?;
        }
        ClientCommand::Remove { reseller, client } => {
            let tenant = tenant(db, &reseller).await?;
            let client = client_of(db, tenant, &client).await?;
            let mut tx = db.begin(tenant).await?;
            clients::archive::store::archive(&mut tx, client.id, world.now_ms()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

pub async fn user(db: &Db, world: &World, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Add {
            reseller,
            client,
            extension,
            first_name,
            last_name,
            department,
        } => {
            anyhow::ensure!(
                (1..=16).contains(&extension.len())
                    && extension.bytes().all(|b| b.is_ascii_alphanumeric()),
                "{extension} is not an extension: 1 to 16 digits or letters"
            );
            let tenant = tenant(db, &reseller).await?;
            let client = client_of(db, tenant, &client).await?;
            let mut tx = db.begin(tenant).await?;
            let profile = client.default_profile;
            let id = UserId(world.id());
            let new = User {
                profile,
                department,
                ..User::new(id, client.id, &first_name, &last_name, &extension)
            };
            users::store::add(&mut tx, &new, world.now_ms()).await?;
            tx.commit().await?;
            say(&new.id.to_string())?;
        }
        UserCommand::List { reseller } => {
            let mut tx = db.look(tenant(db, &reseller).await?).await?;
            for user in users::store::list(&mut tx, &ALL).await? {
                say(&format!(
                    "{}\t{}\t{}\t{} {}",
                    user.id, user.client, user.extension, user.first_name, user.last_name
                ))?;
            }
        }
        UserCommand::Remove { reseller, id } => {
            let mut tx = db.begin(tenant(db, &reseller).await?).await?;
            users::store::remove(&mut tx, id, world.now_ms()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// A given password, or none. Never an argument: those can be read by everybody on the machine.
pub(super) fn given_password() -> anyhow::Result<Option<String>> {
    if let Ok(password) = std::env::var("PBX_CORE_PASSWORD") {
        return Ok(Some(password));
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

/// The given password or a made up one, which is printed once; and its hash.
async fn new_password(config: &Config, world: &World) -> anyhow::Result<(String, Option<String>)> {
    let passwords = Passwords::new(&config.passwords, world.clone())?;
    Ok(match given_password()? {
        Some(given) => {
            anyhow::ensure!(
                (8..=1024).contains(&given.len()),
                "a password has 8 to 1024 bytes"
            );
            (passwords.hash(&given).await?, None)
        }
        None => {
            let made_up = made_up_password(world);
            (passwords.hash(&made_up).await?, Some(made_up))
        }
    })
}

pub async fn account(
    config: &Config,
    db: &Db,
    world: &World,
    command: AccountCommand,
) -> anyhow::Result<()> {
    match command {
        AccountCommand::Add {
            reseller,
            client,
            user,
            email,
            first_name,
            last_name,
            keep_recordings,
        } => {
            anyhow::ensure!(
                email
                    .split_once('@')
                    .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
                "{email} is not an email address"
            );
            let mut tenant = tenant(db, &reseller).await?;
            let mut role = Role::Reseller;
            if let Some(client) = client {
                let client = client_of(db, tenant, &client).await?;
                tenant.scope = Scope::Client(client.id);
                role = Role::Client;
                if let Some(extension) = user {
                    let mut tx = db.look(tenant).await?;
                    let extensions = users::store::extensions(&mut tx, client.id).await?;
                    let user = extensions
                        .into_iter()
                        .find(|(known, _)| *known == extension);
                    let (_, user) = user.ok_or_else(|| {
                        anyhow::anyhow!("the client has no extension {extension}")
                    })?;
                    tenant.scope = Scope::User(client.id, user);
                    role = Role::User;
                }
            }
            let (password_hash, made_up) = new_password(config, world).await?;
            let id = AccountId(world.id());
            let mut root = db.begin_root().await?;
            let new = NewAccount {
                id,
                tenant,
                role,
                email: &email,
                first_name: &first_name,
                last_name: &last_name,
                password_hash: &password_hash,
                may_delete_recordings: role == Role::Reseller && !keep_recordings,
            };
            accounts::add_account(&mut root, new, world.now_ms()).await?;
            root.commit().await?;
            say(&id.to_string())?;
            if let Some(password) = made_up {
                say(&format!("password: {password}"))?;
            }
        }
        AccountCommand::ResetPassword {
            reseller,
            email,
            account,
        } => {
            let (hash, made_up) = new_password(config, world).await?;
            let mut root = db.begin_root().await?;
            let id = one_login(&mut root, &reseller, &email, account).await?;
            accounts::set_password(&mut root, id, &hash).await?;
            accounts::revoke_all(&mut root, id, world.now_ms()).await?;
            root.commit().await?;
            if let Some(password) = made_up {
                say(&format!("password: {password}"))?;
            }
        }
        AccountCommand::Link {
            reseller,
            email,
            account,
            invitation,
        } => {
            let purpose = if invitation {
                Purpose::Invitation
            } else {
                Purpose::Forgotten
            };
            let mut root = db.begin_root().await?;
            let id = one_login(&mut root, &reseller, &email, account).await?;
            let (code, _) = codes::make(world, &mut root, id, purpose).await?;
            root.commit().await?;
            say(&code)?;
        }
    }
    Ok(())
}

/// The login that an email means, or the one of several that was named.
async fn one_login(
    root: &mut Root,
    reseller: &str,
    email: &str,
    account: Option<AccountId>,
) -> anyhow::Result<AccountId> {
    let known = accounts::accounts(root, &reseller.to_lowercase(), &email.to_lowercase()).await?;
    let mut fitting = known
        .into_iter()
        .filter(|known| account.is_none_or(|id| known.id == id.to_string()));
    let (Some(only), None) = (fitting.next(), fitting.next()) else {
        anyhow::bail!("no login, or several, with that email: name one with --account");
    };
    Ok(crate::db::id(&only.id)?)
}
