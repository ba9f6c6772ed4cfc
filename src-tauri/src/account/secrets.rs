//! Where tokens and cache keys live: the system's keychain, or only in memory where there is none.

use std::collections::HashMap;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pbx_api::{Code, Problem, Rule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The name under which the keychain shows our entries.
const SERVICE: &str = "Tandem";
/// A locked keychain asks its person, who may not be there.
const PATIENCE: Duration = Duration::from_secs(20);
/// A keychain that is not there answers at once; one that hangs must not hold up the start.
const PROBE_PATIENCE: Duration = Duration::from_secs(4);

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TokenStore {
    Keychain,
    /// No keychain here: one signs in again at each start, and the password opens what is here.
    Memory,
}

/// What is secret of one account.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    pub refresh_token: String,
    /// Hex, 32 bytes.
    pub cache_key: String,
}

/// The secrets of all accounts.
#[derive(Debug)]
pub struct Secrets {
    store: TokenStore,
    memory: Mutex<HashMap<String, String>>,
}

/// Runs a call to the keychain on a thread of its own and gives up waiting, not the call, in time.
fn in_time<T: Send + 'static>(
    patience: Duration,
    call: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        let _ = done.send(call());
    });
    wait.recv_timeout(patience).ok()
}

/// What the keychain's answer means; none is one that did not come in time.
fn found(read: Option<keyring::Result<String>>) -> Result<Option<String>, Problem> {
    match read {
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(keyring::Error::NoEntry)) => Ok(None),
        other => {
            let why = match other {
                Some(Err(error)) => Rule::KeychainUnread {
                    why: error.to_string(),
                },
                _ => Rule::KeychainSilent,
            };
            Err(Problem::new(Code::Cache).because(why))
        }
    }
}

impl Secrets {
    /// For the tests: nothing of the system's keychain.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Self {
        Self {
            store: TokenStore::Memory,
            memory: Mutex::new(HashMap::new()),
        }
    }

    /// Finds out whether there is a keychain by storing something: reading alone answers "no entry"
    /// also where storing fails.
    #[must_use]
    pub fn probe() -> Self {
        let works = in_time(PROBE_PATIENCE, || {
            let entry = keyring::Entry::new(SERVICE, "probe")?;
            entry.set_password("probe")?;
            entry.delete_credential()
        });
        let store = match works {
            Some(Ok(())) => TokenStore::Keychain,
            Some(Err(error)) => {
                tracing::warn!(%error, "no keychain, secrets stay in memory");
                TokenStore::Memory
            }
            None => {
                tracing::warn!("the keychain does not answer, secrets stay in memory");
                TokenStore::Memory
            }
        };
        Self {
            store,
            memory: Mutex::new(HashMap::new()),
        }
    }

    #[must_use]
    pub fn store(&self) -> TokenStore {
        self.store
    }

    /// Keeps an account's secret. Where the keychain fails now, memory keeps it for this run.
    pub fn keep(&self, account: &str, secret: &Secret) {
        let text = serde_json::to_string(secret).expect("two texts are JSON");
        self.memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account.to_owned(), text.clone());
        if self.store == TokenStore::Keychain {
            let name = account.to_owned();
            let kept = in_time(PATIENCE, move || {
                keyring::Entry::new(SERVICE, &name)?.set_password(&text)
            });
            if !matches!(kept, Some(Ok(()))) {
                tracing::warn!("the keychain did not take a secret");
            }
        }
    }

    /// What is kept of an account; nothing when nothing was kept.
    ///
    /// # Errors
    /// `Cache` when the keychain is locked or fails: taking that for "nothing" would cost the
    /// local copy, which a new key can't open.
    pub fn of(&self, account: &str) -> Result<Option<Secret>, Problem> {
        let known = self
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(account)
            .cloned();
        let text = match known {
            Some(text) => Some(text),
            None if self.store == TokenStore::Memory => None,
            None => {
                let name = account.to_owned();
                let read = in_time(PATIENCE, move || {
                    keyring::Entry::new(SERVICE, &name)?.get_password()
                });
                found(read)?
            }
        };
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub fn forget(&self, account: &str) {
        self.memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(account);
        if self.store == TokenStore::Keychain {
            let name = account.to_owned();
            let _ = in_time(PATIENCE, move || {
                keyring::Entry::new(SERVICE, &name)?.delete_credential()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_keychain_is_not_an_empty_one() {
        assert_eq!(found(Some(Err(keyring::Error::NoEntry))), Ok(None));
        for unread in [
            None,
            Some(Err(keyring::Error::NoStorageAccess("locked".into()))),
        ] {
            let problem = found(unread).expect_err("not nothing");
            assert!(problem.to_string().contains("is safe"), "{problem}");
        }
    }
}
