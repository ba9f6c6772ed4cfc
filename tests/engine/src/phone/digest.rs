//! The answer to a challenge (RFC 2617), with `qop=auth` as the engine asks for it.

use anyhow::{Result, ensure};
use md5::{Digest as _, Md5};

use super::Line;
use super::message::{Message, parameter};

/// The header that goes with the request when it is sent again.
pub fn answer(
    line: &Line,
    challenge: &Message,
    method: &str,
    uri: &str,
) -> Result<(&'static str, String)> {
    let (asked, header) = match challenge.status() {
        Some(401) => ("www-authenticate", "authorization"),
        _ => ("proxy-authenticate", "proxy-authorization"),
    };
    let asked = challenge.get(asked);
    let (realm, nonce) = (parameter(asked, "realm"), parameter(asked, "nonce"));
    ensure!(!nonce.is_empty(), "a challenge without a nonce: {asked}");
    ensure!(
        parameter(asked, "qop") == "auth",
        "a challenge without qop: {asked}"
    );
    let user = &line.user;
    ensure!(realm == line.realm, "a challenge of another realm: {asked}");
    let ha1 = line.ha1();
    let ha2 = hash(&format!("{method}:{uri}"));
    let response = hash(&format!("{ha1}:{nonce}:00000001:story:auth:{ha2}"));
    let value = format!(
        "Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", \
         algorithm=MD5, qop=auth, nc=00000001, cnonce=\"story\""
    );
    Ok((header, value))
}

impl Line {
    /// What a server checks the digest with.
    #[must_use]
    pub fn ha1(&self) -> String {
        hash(&format!("{}:{}:{}", self.user, self.realm, self.secret))
    }
}

fn hash(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}
