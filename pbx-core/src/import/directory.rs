//! Who is under a reseller, as an import needs it: realms, extensions and numbers in memory.

use std::collections::{HashMap, HashSet};

use pbx_api::{Client, ClientId, UserId};
use pbx_import::{Record, Rules};

use crate::db::{Db, Tenant};
use crate::error::Result;
use crate::http::extract::Page;
use crate::{clients, numbers, users};

/// A client with what a record's numbers are compared to.
#[derive(Debug, Clone)]
pub struct Known {
    pub client: Client,
    pub extensions: HashMap<String, UserId>,
    /// In E.164.
    pub numbers: HashSet<String>,
}

/// The clients of a reseller.
#[derive(Debug)]
pub struct Directory {
    /// The reseller's realm, in which full realms end.
    realm: String,
    clients: HashMap<String, Known>,
}

/// How a record's client is found.
#[derive(Debug, Clone)]
pub enum Mapping {
    /// All of the file is this client's, named by its realm.
    Client(String),
    Rules(Rules),
    /// By account code or domain, where it is a client's realm; a reseller's only client has all.
    Realm,
}

impl Directory {
    /// Reads the reseller's clients, users and numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(db: &Db, tenant: Tenant, realm: &str) -> Result<Self> {
        let mut tx = db.look(tenant).await?;
        let mut known: HashMap<ClientId, Known> = HashMap::new();
        let mut page = Page {
            after: None,
            limit: 10_000,
        };
        loop {
            let clients = clients::store::list(&mut tx, &page).await?;
            let Some(last) = clients.last() else { break };
            page.after = Some(last.id.0);
            for client in clients {
                let extensions = users::store::extensions(&mut tx, client.id).await?;
                known.insert(
                    client.id,
                    Known {
                        extensions: extensions.into_iter().collect(),
                        numbers: HashSet::new(),
                        client,
                    },
                );
            }
        }
        page.after = None;
        loop {
            let numbers = numbers::store::list(&mut tx, &page).await?;
            let Some(last) = numbers.last() else { break };
            page.after = Some(last.id.0);
            for number in numbers {
                if let Some(known) = known.get_mut(&number.client) {
                    known.numbers.insert(number.e164);
                }
            }
        }
        let clients = known
            .into_values()
            .map(|known| (known.client.realm.clone(), known))
            .collect();
        Ok(Self {
            realm: realm.to_owned(),
            clients,
        })
    }

    /// The client of a realm, whole or the client's own part of it.
    #[must_use]
    pub fn client(&self, realm: &str) -> Option<&Known> {
        let realm = realm.trim().to_lowercase();
        self.clients.get(&realm).or_else(|| {
            let own = realm.strip_suffix(&self.realm)?.strip_suffix('.')?;
            self.clients.get(own)
        })
    }

    /// Checks that every client that the mapping names is there, before anything is imported.
    ///
    /// # Errors
    /// The first one that is not.
    pub fn check(&self, mapping: &Mapping) -> std::result::Result<(), String> {
        let named = match mapping {
            Mapping::Client(realm) => vec![realm.as_str()],
            Mapping::Rules(rules) => rules.clients(),
            Mapping::Realm => Vec::new(),
        };
        match named.into_iter().find(|realm| self.client(realm).is_none()) {
            Some(missing) => Err(format!("there is no client with the realm {missing}")),
            None => Ok(()),
        }
    }

    /// Whose a record is, or why that can't be said.
    ///
    /// # Errors
    /// The reason, in words for a person.
    pub fn find(&self, record: &Record, mapping: &Mapping) -> std::result::Result<&Known, String> {
        let named = |realm: &str| {
            self.client(realm)
                .ok_or_else(|| format!("there is no client with the realm {realm}"))
        };
        match mapping {
            Mapping::Client(realm) => named(realm),
            Mapping::Rules(rules) => match rules.client(record) {
                Some(realm) => named(realm),
                None => Err(format!(
                    "no rule says whose this is ({})",
                    described(record)
                )),
            },
            Mapping::Realm => {
                let mut told = [&record.account, &record.domain, &record.peer_account].into_iter();
                told.find_map(|realm| self.client(realm))
                    .or_else(|| self.clients.values().next().filter(|_| self.clients.len() == 1))
                    .ok_or_else(|| {
                        format!(
                            "neither account nor domain is a client's realm ({}); name the client or give rules",
                            described(record)
                        )
                    })
            }
        }
    }
}

fn described(record: &Record) -> String {
    format!(
        "account \"{}\", domain \"{}\", context \"{}\"",
        record.account, record.domain, record.context
    )
}
