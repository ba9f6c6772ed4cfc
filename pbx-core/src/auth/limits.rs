//! How often a wrong password may be tried, per account and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use pbx_api::InstantMs;
use sha2::{Digest as _, Sha256};

use crate::config::Limits;
use crate::error::Error;

/// Keys kept at most. Above it the oldest half goes, so a flood costs memory to here and no more.
const KEYS: usize = 100_000;

/// Counts tries in memory: a restart forgives, which costs an attacker more than it gives.
pub struct SignInLimits {
    per_account: u32,
    per_address: u32,
    window_ms: i64,
    tries: Mutex<HashMap<[u8; 32], Tries>>,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    began_ms: InstantMs,
}

/// A counted try, to be forgiven when the password was right.
pub struct Counted([[u8; 32]; 2]);

impl SignInLimits {
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            per_account: limits.sign_in_tries_per_account,
            per_address: limits.sign_in_tries_per_address,
            window_ms: i64::try_from(limits.sign_in_window_seconds * 1000).unwrap_or(i64::MAX),
            tries: Mutex::new(HashMap::new()),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::Wait`] when the account or the address has had too many.
    pub fn count(
        &self,
        now_ms: InstantMs,
        realm: &str,
        email: &str,
        address: IpAddr,
    ) -> Result<Counted, Error> {
        // An IPv6 customer has a whole /64 to come from.
        let from = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
        };
        let keys = [
            key(&[b"account", realm.as_bytes(), email.as_bytes()]),
            key(&[b"address", &from]),
        ];
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= KEYS {
            self.shrink(&mut tries, now_ms);
        }
        for (key, most) in keys.iter().zip([self.per_account, self.per_address]) {
            if let Some(had) = tries.get(key)
                && now_ms - had.began_ms < self.window_ms
                && had.count >= most
            {
                let left_ms = self.window_ms - (now_ms - had.began_ms);
                return Err(Error::Wait {
                    seconds: left_ms.max(1).unsigned_abs().div_ceil(1000),
                });
            }
        }
        for key in keys {
            let had = tries.entry(key).or_insert(Tries {
                count: 0,
                began_ms: now_ms,
            });
            if now_ms - had.began_ms >= self.window_ms {
                *had = Tries {
                    count: 0,
                    began_ms: now_ms,
                };
            }
            had.count += 1;
        }
        Ok(Counted(keys))
    }

    /// The password was right: the account starts afresh; the address loses this try alone, or one
    /// good account would pay for guessing at the others.
    pub fn forgive(&self, counted: &Counted) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let [account, address] = &counted.0;
        tries.remove(account);
        if let Some(had) = tries.get_mut(address) {
            had.count = had.count.saturating_sub(1);
        }
    }

    fn shrink(&self, tries: &mut HashMap<[u8; 32], Tries>, now_ms: InstantMs) {
        tries.retain(|_, had| now_ms - had.began_ms < self.window_ms);
        if tries.len() >= KEYS {
            let mut began: Vec<_> = tries.values().map(|had| had.began_ms).collect();
            let middle = began.len() / 2;
            let (_, median, _) = began.select_nth_unstable(middle);
            let median = *median;
            tries.retain(|_, had| had.began_ms > median);
        }
    }
}

fn key(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> SignInLimits {
        SignInLimits::new(&Limits {
            sign_in_tries_per_account: 3,
            sign_in_tries_per_address: 5,
            sign_in_window_seconds: 60,
            ..Limits::default()
        })
    }

    #[test]
    fn an_account_waits_and_then_may_again() {
        let limits = limits();
        let home = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..3 {
            limits.count(0, "r", "a@x", home).unwrap();
        }
        let Err(Error::Wait { seconds }) = limits.count(10_000, "r", "a@x", home) else {
            panic!("the fourth try is one too many");
        };
        assert_eq!(seconds, 50);
        // Another account from the same address still may, until the address has had its share.
        limits.count(10_000, "r", "b@x", home).unwrap();
        limits.count(10_000, "r", "c@x", home).unwrap();
        assert!(limits.count(10_000, "r", "d@x", home).is_err());
        limits.count(60_000, "r", "a@x", home).unwrap();
    }

    #[test]
    fn the_right_password_clears_the_account_and_not_the_address() {
        let limits = limits();
        let home = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..2 {
            limits.count(0, "r", "a@x", home).unwrap();
        }
        let right = limits.count(0, "r", "a@x", home).unwrap();
        limits.forgive(&right);
        for _ in 0..3 {
            limits.count(0, "r", "a@x", home).unwrap();
        }
        assert!(
            limits.count(0, "r", "z@x", home).is_err(),
            "the address had five"
        );
    }
}
