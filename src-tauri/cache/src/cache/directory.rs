//! Clients, users and what else is not a call, and their names.

use std::collections::HashMap;

use pbx_api::{Change, Client, ClientId, PhoneNumber, Profile, RemovedKind, User, UserId};
use rusqlite::Connection;

use super::{Cache, read, write};
use crate::dict::Entries;
use crate::filter::fold;
use crate::index::Index;
use crate::seal::Key;
use crate::{CacheError, scan, store};

/// Clients, users and what else is not a call.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) clients: HashMap<ClientId, Client>,
    pub(crate) users: HashMap<UserId, User>,
    pub(crate) profiles: HashMap<uuid::Uuid, Profile>,
    pub(crate) numbers: HashMap<uuid::Uuid, PhoneNumber>,
}

impl Cache {
    /// Clients by name and users by client and extension.
    #[must_use]
    pub fn directory(&self) -> (Vec<Client>, Vec<User>) {
        let clients = self.clients();
        let directory = read(&self.directory);
        let mut users: Vec<User> = directory.users.values().cloned().collect();
        users.sort_by_cached_key(|user| (user.client, user.extension.clone(), user.id));
        (clients, users)
    }

    /// Clients by name.
    #[must_use]
    pub fn clients(&self) -> Vec<Client> {
        let mut clients: Vec<Client> = read(&self.directory).clients.values().cloned().collect();
        clients.sort_by_cached_key(|client| (fold(&client.name), client.id));
        clients
    }

    /// Profiles by name, the one that every reseller has first.
    #[must_use]
    pub fn profiles(&self) -> Vec<Profile> {
        let mut profiles: Vec<Profile> = read(&self.directory).profiles.values().cloned().collect();
        profiles.sort_by_cached_key(|one| (!one.is_default, fold(&one.name), one.id.0));
        profiles
    }

    /// Phone numbers in their order.
    #[must_use]
    pub fn numbers(&self) -> Vec<PhoneNumber> {
        let mut numbers: Vec<PhoneNumber> =
            read(&self.directory).numbers.values().cloned().collect();
        numbers.sort_by_cached_key(|one| (one.e164.clone(), one.id.0));
        numbers
    }

    /// Ranks of names for sorting, after the directory or the ids changed.
    pub(crate) fn rank_names(&self) {
        let mut index = write(&self.index);
        let directory = read(&self.directory);
        let clients = index
            .clients
            .all
            .iter()
            .map(|id| directory.client_name(*id));
        let client_ranks = ranks(clients);
        let users = index.users.all.iter().map(|id| directory.user_name(*id));
        let user_ranks = ranks(std::iter::once(String::new()).chain(users));
        index.client_ranks = client_ranks;
        index.user_ranks = user_ranks;
    }
}

fn ranks(names: impl Iterator<Item = String>) -> Vec<u32> {
    let folded: Vec<String> = names.map(|name| fold(&name)).collect();
    let mut sorted: Vec<&String> = folded.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |name| {
        sorted
            .binary_search(&name)
            .expect("every name was sorted in")
    };
    folded
        .iter()
        .map(|name| u32::try_from(rank(name)).expect("as many as ids"))
        .collect()
}

impl Directory {
    pub(crate) fn load(db: &Connection, key: &Key) -> Result<Self, CacheError> {
        fn all<T: serde::de::DeserializeOwned>(
            db: &Connection,
            key: &Key,
            kind: &str,
        ) -> Result<Vec<T>, CacheError> {
            let parse = |json: Vec<u8>| {
                serde_json::from_slice(&json).map_err(|e| CacheError::Damaged(e.to_string()))
            };
            store::entries(db, key, kind)?
                .into_iter()
                .map(parse)
                .collect()
        }
        Ok(Self {
            clients: all(db, key, "client")?
                .into_iter()
                .map(|c: Client| (c.id, c))
                .collect(),
            users: all(db, key, "user")?
                .into_iter()
                .map(|u: User| (u.id, u))
                .collect(),
            profiles: all(db, key, "profile")?
                .into_iter()
                .map(|p: Profile| (p.id.0, p))
                .collect(),
            numbers: all(db, key, "number")?
                .into_iter()
                .map(|n: PhoneNumber| (n.id.0, n))
                .collect(),
        })
    }

    /// Empty while the client's entry has not arrived.
    pub(super) fn client_name(&self, client: ClientId) -> String {
        self.clients
            .get(&client)
            .map(|client| client.name.clone())
            .unwrap_or_default()
    }

    pub(super) fn user_name(&self, user: UserId) -> String {
        self.users.get(&user).map(user_name).unwrap_or_default()
    }
}

fn user_name(user: &User) -> String {
    let name = format!("{} {}", user.first_name, user.last_name);
    let name = name.trim();
    if name.is_empty() {
        user.extension.clone()
    } else {
        name.to_owned()
    }
}

impl scan::Names for Directory {
    fn clients_containing(&self, folded: &str, index: &Index) -> Entries {
        let ids = index.clients.all.iter().enumerate();
        let hits = ids.filter(|(_, id)| fold(&self.client_name(**id)).contains(folded));
        Entries::of(index.clients.all.len(), hits.map(|(at, _)| at))
    }

    fn users_containing(&self, folded: &str, index: &Index) -> Entries {
        let hit = |id: &UserId| {
            self.users.get(id).is_some_and(|user| {
                fold(&user_name(user)).contains(folded) || user.extension == folded
            })
        };
        let hits = index
            .users
            .all
            .iter()
            .enumerate()
            .filter(|(_, id)| hit(id))
            .map(|(at, _)| at + 1);
        Entries::of(index.users.all.len() + 1, hits)
    }
}

impl Directory {
    /// Keeps what is not a call. Every entry is sent whole, so the same change again is no change.
    pub(crate) fn apply(
        &mut self,
        tx: &rusqlite::Transaction,
        key: &Key,
        change: &Change,
    ) -> Result<(), CacheError> {
        fn json(value: &impl serde::Serialize) -> Vec<u8> {
            serde_json::to_vec(value).expect("wire types are plain data")
        }
        match change {
            Change::Client(client) => {
                store::put_entry(tx, key, "client", client.id.0, &json(client))?;
                self.clients.insert(client.id, client.clone());
            }
            Change::User(user) => {
                store::put_entry(tx, key, "user", user.id.0, &json(user))?;
                self.users.insert(user.id, user.clone());
            }
            Change::Profile(profile) => {
                store::put_entry(tx, key, "profile", profile.id.0, &json(profile))?;
                self.profiles.insert(profile.id.0, profile.clone());
            }
            Change::Number(number) => {
                store::put_entry(tx, key, "number", number.id.0, &json(number))?;
                self.numbers.insert(number.id.0, number.clone());
            }
            Change::Leg(_) => {}
            Change::Removed(gone) => match gone.kind {
                RemovedKind::Leg => {}
                RemovedKind::Client => {
                    store::drop_entry(tx, "client", gone.id)?;
                    self.clients.remove(&ClientId(gone.id));
                }
                RemovedKind::User => {
                    store::drop_entry(tx, "user", gone.id)?;
                    self.users.remove(&UserId(gone.id));
                }
                RemovedKind::Profile => {
                    store::drop_entry(tx, "profile", gone.id)?;
                    self.profiles.remove(&gone.id);
                }
                RemovedKind::Number => {
                    store::drop_entry(tx, "number", gone.id)?;
                    self.numbers.remove(&gone.id);
                }
            },
            Change::ScopeRemoved(client) => {
                let users: Vec<_> = self
                    .users
                    .values()
                    .filter(|u| u.client == *client)
                    .map(|u| u.id)
                    .collect();
                let numbers: Vec<_> = self
                    .numbers
                    .values()
                    .filter(|n| n.client == *client)
                    .map(|n| n.id.0)
                    .collect();
                for user in users {
                    store::drop_entry(tx, "user", user.0)?;
                    self.users.remove(&user);
                }
                for number in numbers {
                    store::drop_entry(tx, "number", number)?;
                    self.numbers.remove(&number);
                }
                store::drop_entry(tx, "client", client.0)?;
                self.clients.remove(client);
            }
        }
        Ok(())
    }
}
