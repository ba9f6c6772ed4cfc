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
    let (asked, header) = headers(challenge.status().unwrap_or_default());
    let asked = challenge.get(asked);
    let (realm, nonce) = (parameter(asked, "realm"), parameter(asked, "nonce"));
    ensure!(!nonce.is_empty(), "a challenge without a nonce: {asked}");
    ensure!(
        parameter(asked, "qop") == "auth",
        "a challenge without qop: {asked}"
    );
    let user = &line.user;
    let ha1 = line.ha1_in(realm);
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
        self.ha1_in(&self.realm)
    }

    /// A phone believes whoever asks for its password about the realm.
    fn ha1_in(&self, realm: &str) -> String {
        hash(&format!("{}:{realm}:{}", self.user, self.secret))
    }
}

/// The header of a challenge with a status, and that of its answer.
pub const fn headers(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => ("www-authenticate", "authorization"),
        _ => ("proxy-authenticate", "proxy-authorization"),
    }
}

/// Whether an answer was made with the password of a line; with `qop=auth` or, as RFC 2069 has it, without.
pub fn fits(line: &Line, answer: &str, method: &str, uri: &str) -> bool {
    let of = |name| parameter(answer, name);
    let (user, realm, nonce) = (of("username"), of("realm"), of("nonce"));
    let ha1 = line.ha1();
    let ha2 = hash(&format!("{method}:{uri}"));
    let response = match of("qop") {
        "auth" => hash(&format!(
            "{ha1}:{nonce}:{}:{}:auth:{ha2}",
            of("nc"),
            of("cnonce")
        )),
        _ => hash(&format!("{ha1}:{nonce}:{ha2}")),
    };
    (user, realm, of("uri"), of("response"))
        == (line.user.as_str(), line.realm.as_str(), uri, &response)
}

fn hash(text: &str) -> String {
    hex::encode(Md5::digest(text.as_bytes()))
}
