//! The accounts that signed in on this computer, without anything secret.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pbx_api::{
    Access, ClientId, ClientPage, Connected, Features, InstantMs, Me, Problem, Role, UserId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use super::WrappedKey;
use crate::files;

/// An account as the UI shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    /// Names the account on this computer.
    pub key: String,
    pub server: String,
    pub realm: String,
    pub email: String,
    pub name: String,
    pub reseller: String,
    pub role: Role,
    pub sample: bool,
    pub may_play_recordings: bool,
    pub may_delete_recordings: bool,
    /// Pages that a limited client's login goes without.
    #[serde(default)]
    pub disabled_pages: Vec<ClientPage>,
    /// Is a limited client's login, with whatever pages.
    #[serde(default)]
    pub limited: bool,
    #[serde(default)]
    pub access: Access,
    #[serde(default)]
    pub client: Option<ClientId>,
    #[serde(default)]
    pub user: Option<UserId>,
    /// Where a client's messages go; empty: nowhere.
    #[serde(default)]
    pub support_email: String,
    /// What its profile lets a user do, and which pages it has; none for the others.
    #[serde(default)]
    pub features: Option<Features>,
    /// As whom it acts. Such an account is never written down.
    #[serde(default)]
    pub connected: Option<Connected>,
}

/// An account with what decides whether its cache may be opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnownAccount {
    #[serde(flatten)]
    pub account: Account,
    pub last_contact_ms: InstantMs,
    /// Days without contact after which the cache stays closed until one signs in again.
    pub offline_days: u32,
    /// The cache's key where there is no keychain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapped_key: Option<WrappedKey>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    accounts: Vec<KnownAccount>,
    current: Option<String>,
    last_server: String,
    last_realm: String,
}

#[derive(Debug)]
pub struct KnownAccounts {
    path: PathBuf,
    file: Mutex<File>,
}

/// One name for one account of one server, also after its email changes; another one for as whom
/// it acts.
#[must_use]
pub fn account_key(server: &str, me: &Me) -> String {
    let own = format!("{server}\n{}", me.account);
    let name = me.connected.as_ref().map_or_else(
        || own.clone(),
        |_| format!("{own}\nas {:?} {:?}", me.client, me.user),
    );
    hex::encode(&Sha256::digest(name)[..12])
}

impl Account {
    #[must_use]
    pub fn new(server: &str, sample: bool, me: &Me) -> Self {
        let name = format!("{} {}", me.first_name, me.last_name);
        Self {
            key: account_key(server, me),
            server: server.to_owned(),
            realm: me.reseller.realm.clone(),
            email: me.email.clone(),
            name: if name.trim().is_empty() {
                me.email.clone()
            } else {
                name.trim().to_owned()
            },
            reseller: me.reseller.name.clone(),
            role: me.role,
            sample,
            may_play_recordings: me.may_play_recordings,
            may_delete_recordings: me.may_delete_recordings,
            disabled_pages: me.disabled_pages.clone(),
            limited: me.limited,
            access: me.access,
            client: me.client,
            user: me.user,
            support_email: me.reseller.support_email.clone(),
            features: me.features,
            connected: me.connected.clone(),
        }
    }
}

impl KnownAccounts {
    /// Reads the file; one that can't be read is as if there were none: everybody signs in again.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let path = folder.join("accounts.json");
        let file = files::read_json(&path).unwrap_or_default();
        Self {
            path,
            file: Mutex::new(file),
        }
    }

    fn with<T>(&self, read: impl FnOnce(&File) -> T) -> T {
        read(&self.file.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut File)) -> Result<(), Problem> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut file);
        files::write_json(&self.path, &*file)
    }

    #[must_use]
    pub fn all(&self) -> Vec<Account> {
        self.with(|file| {
            file.accounts
                .iter()
                .map(|known| known.account.clone())
                .collect()
        })
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<KnownAccount> {
        self.with(|file| {
            file.accounts
                .iter()
                .find(|known| known.account.key == key)
                .cloned()
        })
    }

    #[must_use]
    pub fn current(&self) -> Option<KnownAccount> {
        self.with(|file| file.current.clone())
            .and_then(|key| self.get(&key))
    }

    /// The server and realm that were typed last.
    #[must_use]
    pub fn last_typed(&self) -> (String, String) {
        self.with(|file| (file.last_server.clone(), file.last_realm.clone()))
    }

    /// # Errors
    /// `Disk` when the file can't be written.
    pub fn put(&self, known: KnownAccount) -> Result<(), Problem> {
        self.change(|file| {
            file.last_server.clone_from(&known.account.server);
            file.last_realm.clone_from(&known.account.realm);
            file.accounts
                .retain(|other| other.account.key != known.account.key);
            file.accounts.push(known);
        })
    }

    /// # Errors
    /// `Disk` when the file can't be written.
    pub fn set_current(&self, key: Option<&str>) -> Result<(), Problem> {
        self.change(|file| file.current = key.map(str::to_owned))
    }

    /// # Errors
    /// `Disk` when the file can't be written.
    pub fn update(&self, key: &str, change: impl FnOnce(&mut KnownAccount)) -> Result<(), Problem> {
        self.change(|file| {
            if let Some(known) = file
                .accounts
                .iter_mut()
                .find(|known| known.account.key == key)
            {
                change(known);
            }
        })
    }

    /// # Errors
    /// `Disk` when the file can't be written.
    pub fn remove(&self, key: &str) -> Result<(), Problem> {
        self.change(|file| {
            file.accounts.retain(|known| known.account.key != key);
            if file.current.as_deref() == Some(key) {
                file.current = None;
            }
        })
    }
}
