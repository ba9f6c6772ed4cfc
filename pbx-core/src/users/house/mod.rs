//! What the rules of a client's users need to know of the client, read once for one user or for
//! ten thousand.

pub mod store;

use std::collections::{HashMap, HashSet};

use pbx_api::{Client, ClientId, ProfileId, User, UserId};

use crate::db::Tx;
use crate::error::{Error, Result};

/// A client and what its users share.
#[derive(Debug)]
pub struct House {
    pub client: Client,
    /// Client realm and reseller realm: what phones register to.
    pub full_realm: String,
    /// The profiles that are assigned to the client, with their names.
    pub profiles: HashMap<ProfileId, String>,
    pub default_profile: Option<ProfileId>,
    /// Its numbers in E.164, and whether each is validated for emergency calls.
    pub numbers: HashMap<String, bool>,
    pub extensions: HashMap<String, UserId>,
    pub sip_users: HashSet<String>,
    /// Logins of its users; one of nobody is an account without a user.
    pub emails: HashMap<String, Option<UserId>>,
    /// Its users that the caller reaches.
    pub reach: HashSet<UserId>,
    /// The reseller's phones that were asked for.
    pub devices: HashMap<String, UserId>,
    /// The departments that the caller is restricted to; empty: not restricted.
    pub departments: Vec<String>,
}

impl House {
    /// Reads what is known of a client. `macs` are the devices that will be asked about.
    ///
    /// # Errors
    /// [`Error::not_found`] for a client out of reach.
    pub async fn open(tx: &mut Tx, client: ClientId, macs: &[String]) -> Result<Self> {
        if tx.tenant().client().is_some_and(|own| own != client) {
            return Err(Error::not_found());
        }
        store::open(tx, client, macs).await
    }

    /// The SIP user name of a new user: its extension, or the first like it that nobody has from
    /// before its extension changed.
    #[must_use]
    pub fn free_sip_user(&self, extension: &str) -> String {
        if !self.sip_users.contains(extension) {
            return extension.to_owned();
        }
        (2..)
            .map(|number| format!("{extension}-{number}"))
            .find(|name| !self.sip_users.contains(name))
            .unwrap_or_default()
    }

    /// Notes a user that was checked, so that the next one can't take the same.
    pub fn take(&mut self, user: &User) {
        self.extensions.insert(user.extension.clone(), user.id);
        if !user.email.is_empty() {
            self.emails.insert(user.email.clone(), Some(user.id));
        }
        for device in &user.devices {
            self.devices.insert(device.mac.clone(), user.id);
        }
    }
}
