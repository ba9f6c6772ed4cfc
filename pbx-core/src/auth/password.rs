//! Passwords: argon2id, off the async threads and only so many at once.

use std::sync::Arc;

use anyhow::Context as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::clock::World;
use crate::config;
use crate::error::Result;

/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 4;

/// Makes and checks password hashes.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    /// Nobody's: what an unknown email is checked against, so that it takes as long as a known one.
    nothing: Arc<str>,
    places: Arc<Semaphore>,
    world: World,
}

impl Passwords {
    /// # Errors
    /// When the cost is one that argon2 does not allow.
    pub fn new(cost: &config::Passwords, world: World) -> anyhow::Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None)
            .map_err(|fault| anyhow::anyhow!("the cost of passwords: {fault}"))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nothing = hash(&argon, b"", &world.bytes::<16>())?.into();
        Ok(Self {
            argon,
            nothing,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            world,
        })
    }

    /// A hash in PHC form.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let (argon, password) = (self.argon.clone(), password.to_owned());
        let salt = self.world.bytes::<16>();
        self.work(move || hash(&argon, password.as_bytes(), &salt))
            .await
    }

    /// Whether the password is the one that was hashed.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn check(&self, password: &str, stored: &str) -> Result<bool> {
        let (argon, password, stored) =
            (self.argon.clone(), password.to_owned(), stored.to_owned());
        self.work(move || {
            let stored = PasswordHash::new(&stored).map_err(|fault| anyhow::anyhow!("{fault}"))?;
            Ok(argon.verify_password(password.as_bytes(), &stored).is_ok())
        })
        .await
    }

    /// Takes as long as [`Self::check`] and says nothing.
    ///
    /// # Errors
    /// A fault of ours.
    pub async fn check_nothing(&self, password: &str) -> Result<()> {
        let nothing = Arc::clone(&self.nothing);
        self.check(password, &nothing).await.map(|_| ())
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T> {
        let _place = self
            .places
            .acquire()
            .await
            .context("the hashing places are closed")?;
        Ok(tokio::task::spawn_blocking(job)
            .await
            .context("hashing a password")??)
    }
}

fn hash(argon: &Argon2<'_>, password: &[u8], salt: &[u8]) -> anyhow::Result<String> {
    Ok(argon
        .hash_password_with_salt(password, salt)
        .map_err(|fault| anyhow::anyhow!("hashing a password: {fault}"))?
        .to_string())
}
