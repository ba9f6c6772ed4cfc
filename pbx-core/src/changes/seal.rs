//! Cursors: sealed, so that nobody reads another's volume out of one or makes one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use pbx_api::{AccountId, ClientId, ResellerId, UserId};
use uuid::Uuid;

use crate::clock::World;
use crate::db::{Db, Root, Scope, Tenant};
use crate::error::Result;
use crate::meta;

const KEY: &str = "cursor_key";
const GENERATION: &str = "generation";
const NONCE_BYTES: usize = 24;
/// Version, generation, tenant (three ids and a tag), right, two numbers.
const CURSOR_BYTES: usize = 1 + 16 + (16 + 1 + 16 + 16) + 1 + 8 + 8;
const VERSION: u8 = 1;
/// What a limited login's cursor has behind that: the login and what its limits were.
const LIMITED_BYTES: usize = 16 + 8;
/// What a sealed cursor is tied to, so that the key could seal other things one day.
const PURPOSE: &[u8] = b"pbx-core change cursor 1";

/// A place in somebody's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Which life of the data it belongs to; a restore from backup begins another.
    pub generation: Uuid,
    pub tenant: Tenant,
    /// Whether recordings were playable for the holder.
    pub may_play: bool,
    /// Every change up to here was sent.
    pub seq: i64,
    /// Tombstones up to here don't concern the holder, whose sync began after them.
    pub tombstones_after: i64,
    /// What the holder's limits were, as one number; 0 where it has none.
    pub limits: u64,
}

/// Seals and opens cursors with a key that lives in the database.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    world: World,
}

impl Seal {
    /// Takes the database's key, and makes it and the generation on the first start.
    ///
    /// # Errors
    /// When the database fails or holds something that is no key.
    pub async fn load(db: &Db, world: &World) -> anyhow::Result<Self> {
        let mut root = db.begin_root().await?;
        let key = meta::get_or_set(&mut root, KEY, &hex::encode(world.bytes::<32>())).await?;
        meta::get_or_set(
            &mut root,
            GENERATION,
            &Uuid::from_bytes(world.bytes()).to_string(),
        )
        .await?;
        root.commit().await?;
        let key = hex::decode(&key)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key)
            .map_err(|_| anyhow::anyhow!("the stored cursor key has the wrong length"))?;
        Ok(Self {
            cipher,
            world: world.clone(),
        })
    }

    /// The generation as of now: the operator may begin another while the server runs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn generation(&self, db: &Db) -> Result<Uuid> {
        let mut root = db.look_root().await?;
        let text = meta::get(&mut root, GENERATION).await?.unwrap_or_default();
        crate::db::id(&text)
    }

    /// The text of a cursor. All cursors of a login are of one length.
    ///
    /// # Errors
    /// Never for a cursor of this size.
    pub fn close(&self, cursor: &Cursor) -> Result<String> {
        let nonce = self.world.bytes::<NONCE_BYTES>();
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &pack(cursor),
                    aad: PURPOSE,
                },
            )
            .map_err(|_| anyhow::anyhow!("sealing a cursor"))?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The cursor of a text, when this database sealed it.
    #[must_use]
    pub fn open(&self, text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let packed = self
            .cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: PURPOSE,
                },
            )
            .ok()?;
        unpack(&packed)
    }
}

/// Begins another generation: every cursor that was given out is gone.
///
/// # Errors
/// When the database fails.
pub async fn begin_generation(root: &mut Root, world: &World) -> Result<Uuid> {
    let generation = Uuid::from_bytes(world.bytes());
    meta::set(root, GENERATION, &generation.to_string()).await?;
    Ok(generation)
}

fn pack(cursor: &Cursor) -> Vec<u8> {
    let (tag, client, user) = match cursor.tenant.scope {
        Scope::Reseller => (0, Uuid::nil(), Uuid::nil()),
        Scope::Client(client) => (1, client.0, Uuid::nil()),
        Scope::User(client, user) => (2, client.0, user.0),
    };
    let mut bytes = Vec::with_capacity(CURSOR_BYTES + LIMITED_BYTES);
    let mut put = |part: &[u8]| bytes.extend_from_slice(part);
    put(&[VERSION]);
    put(cursor.generation.as_bytes());
    put(cursor.tenant.reseller.0.as_bytes());
    put(&[tag]);
    put(client.as_bytes());
    put(user.as_bytes());
    put(&[u8::from(cursor.may_play)]);
    put(&cursor.seq.to_le_bytes());
    put(&cursor.tombstones_after.to_le_bytes());
    if cursor.limits != 0 {
        let login = cursor.tenant.departments_of.map_or(Uuid::nil(), |id| id.0);
        put(login.as_bytes());
        put(&cursor.limits.to_le_bytes());
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Option<Cursor> {
    let limited = match bytes.len() {
        CURSOR_BYTES => false,
        length if length == CURSOR_BYTES + LIMITED_BYTES => true,
        _ => return None,
    };
    let mut rest = bytes;
    let mut take = |count: usize| {
        let (part, left) = rest.split_at(count);
        rest = left;
        part
    };
    if take(1) != [VERSION] {
        return None;
    }
    let generation = Uuid::from_slice(take(16)).ok()?;
    let reseller = ResellerId(Uuid::from_slice(take(16)).ok()?);
    let tag = take(1)[0];
    let client = ClientId(Uuid::from_slice(take(16)).ok()?);
    let user = UserId(Uuid::from_slice(take(16)).ok()?);
    let scope = match tag {
        0 => Scope::Reseller,
        1 => Scope::Client(client),
        2 => Scope::User(client, user),
        _ => return None,
    };
    let may_play = take(1)[0] == 1;
    let seq = i64::from_le_bytes(take(8).try_into().ok()?);
    let tombstones_after = i64::from_le_bytes(take(8).try_into().ok()?);
    let mut tenant = Tenant::new(reseller, scope);
    let mut limits = 0;
    if limited {
        let login = Uuid::from_slice(take(16)).ok()?;
        tenant.departments_of = (!login.is_nil()).then_some(AccountId(login));
        limits = u64::from_le_bytes(take(8).try_into().ok()?);
    }
    Some(Cursor {
        generation,
        tenant,
        may_play,
        seq,
        tombstones_after,
        limits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_seal_and_a_changed_byte_does_not() {
        let world = World::fixed(0, 1);
        let seal = Seal {
            cipher: XChaCha20Poly1305::new_from_slice(&world.bytes::<32>()).unwrap(),
            world: world.clone(),
        };
        let cursor = Cursor {
            generation: world.id(),
            tenant: Tenant::new(
                ResellerId(world.id()),
                Scope::User(ClientId(world.id()), UserId(world.id())),
            ),
            may_play: true,
            seq: 123_456_789,
            tombstones_after: 7,
            limits: 0,
        };
        let limited = Cursor {
            tenant: Tenant {
                departments_of: Some(AccountId(world.id())),
                ..cursor.tenant
            },
            limits: 9,
            ..cursor
        };
        assert_eq!(seal.open(&seal.close(&limited).unwrap()), Some(limited));
        let text = seal.close(&cursor).unwrap();
        assert_eq!(seal.open(&text), Some(cursor));
        let other = Cursor { seq: 1, ..cursor };
        assert_eq!(seal.close(&other).unwrap().len(), text.len());
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(
                seal.open(std::str::from_utf8(&changed).unwrap()),
                None,
                "byte {at}"
            );
        }
        assert_eq!(seal.open(""), None);
        assert_eq!(seal.open("é\0"), None);
    }
}
