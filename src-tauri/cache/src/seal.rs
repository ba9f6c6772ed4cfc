//! Everything that says who called whom is sealed before it reaches the disk.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

use crate::CacheError;

/// Bytes of the random nonce that stands before each sealed text.
const NONCE_BYTES: usize = 24;
/// Compression level: 1 is three times as quick to write as the default and 10 % larger.
const ZSTD_LEVEL: i32 = 1;
/// No block grows past this; a larger claim is damage, not data.
const OPENED_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The 256-bit key of one cache. It lives in the system's keychain, never beside the file.
#[derive(Clone)]
pub struct Key(XChaCha20Poly1305);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(bytes.into()))
    }

    /// Compresses and seals. `place` binds the text to its row, so that blocks can't be swapped.
    ///
    /// # Errors
    /// `Disk` when there is no memory or randomness for it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a nonce that repeats would give the text away: nobody may pass one in"
    )]
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, CacheError> {
        let packed = zstd::bulk::compress(plain, ZSTD_LEVEL)?;
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|e| CacheError::Disk(e.to_string()))?;
        let sealed = self
            .0
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &packed,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| CacheError::Damaged(format!("{place}: too large to seal")))?;
        let mut out = Vec::with_capacity(NONCE_BYTES + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what `seal` made for the same place.
    ///
    /// # Errors
    /// `Damaged` when it is not that.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, CacheError> {
        let damaged = || CacheError::Damaged(format!("{place} can't be opened"));
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(damaged)?;
        let packed = self
            .0
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: text,
                    aad: place.as_bytes(),
                },
            )
            .map_err(|_| damaged())?;
        let size = zstd::zstd_safe::get_frame_content_size(&packed)
            .ok()
            .flatten()
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size <= OPENED_LIMIT_BYTES)
            .ok_or_else(damaged)?;
        zstd::bulk::decompress(&packed, size).map_err(|_| damaged())
    }
}
