//! Secrets that have to be read again, sealed in the tables. What only has to be known again is
//! hashed instead.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::clock::World;
use crate::db::Db;
use crate::error::Result;
use crate::meta;

const KEY: &str = "vault_key";
const NONCE_BYTES: usize = 24;

/// Seals with a key that lives in the database, apart from what it seals: a dump of the accounts
/// alone opens nothing.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    world: World,
}

impl Vault {
    /// Takes the database's key, and makes it on the first start.
    ///
    /// # Errors
    /// When the database fails or holds something that is no key.
    pub async fn load(db: &Db, world: &World) -> anyhow::Result<Self> {
        let mut root = db.begin_root().await?;
        let key = meta::get_or_set(&mut root, KEY, &hex::encode(world.bytes::<32>())).await?;
        root.commit().await?;
        let cipher = XChaCha20Poly1305::new_from_slice(&hex::decode(&key)?)
            .map_err(|_| anyhow::anyhow!("the stored key of secrets has the wrong length"))?;
        Ok(Self {
            cipher,
            world: world.clone(),
        })
    }

    /// Seals a secret to its owner: moved to another one it does not open.
    ///
    /// # Errors
    /// Never for secrets of our sizes.
    pub fn seal(&self, owner: &str, secret: &[u8]) -> Result<String> {
        let nonce = self.world.bytes::<NONCE_BYTES>();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), of(owner, secret))
            .map_err(|_| anyhow::anyhow!("sealing a secret"))?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// # Errors
    /// When it is not what was sealed for this owner: a fault of ours.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>> {
        let broken = || anyhow::anyhow!("a sealed secret does not open");
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| broken())?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(broken)?;
        Ok(self
            .cipher
            .decrypt(&XNonce::from(*nonce), of(owner, sealed))
            .map_err(|_| broken())?)
    }
}

fn of<'a>(owner: &'a str, msg: &'a [u8]) -> Payload<'a, 'a> {
    Payload {
        msg,
        aad: owner.as_bytes(),
    }
}
