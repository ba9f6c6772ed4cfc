//! The cache's key where there is no keychain: sealed with the password that the person types.
//!
//! Without a keychain one signs in at each start, and the password that signs in also opens what
//! is here. Guessing the password from the file costs an argon2id of 64 MiB for each guess.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use tandem_cache::Key;

use crate::clock::random_key;

/// 64 MiB and three passes: a third of a second once a start.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const PLACE: &str = "cache key";

/// A sealed key as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    salt: String,
    sealed: String,
}

fn of_password(password: &str, salt: &[u8]) -> Option<Key> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut key)
        .ok()?;
    Some(Key::new(&key))
}

impl WrappedKey {
    /// Nothing when this computer has no memory for it.
    #[must_use]
    pub fn wrap(cache_key: &str, password: &str) -> Option<Self> {
        let salt = &random_key()[..16];
        let sealed = of_password(password, salt)?
            .seal(PLACE, cache_key.as_bytes())
            .ok()?;
        Some(Self {
            salt: hex::encode(salt),
            sealed: hex::encode(sealed),
        })
    }

    /// Nothing when it is another password, as after a change on another computer.
    #[must_use]
    pub fn unwrap_with(&self, password: &str) -> Option<String> {
        let salt = hex::decode(&self.salt).ok()?;
        let sealed = hex::decode(&self.sealed).ok()?;
        String::from_utf8(of_password(password, &salt)?.open(PLACE, &sealed).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_opens_what_it_sealed_and_another_one_does_not() {
        let key = hex::encode([5; 32]);
        let wrapped = WrappedKey::wrap(&key, "correct horse").expect("memory for it");
        assert_eq!(wrapped.unwrap_with("correct horse"), Some(key.clone()));
        assert_eq!(wrapped.unwrap_with("battery staple"), None);
        assert!(
            !serde_json::to_string(&wrapped)
                .expect("plain data")
                .contains(&key)
        );
    }
}
