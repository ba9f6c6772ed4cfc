//! The engine's secret.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbx_api::Code;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::http::App;

/// Shorter ones could be guessed.
const LEAST_BYTES: usize = 16;

/// What an engine proves itself with. Only its hash is kept, and nothing prints it.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// # Errors
    /// When it is too short to be one.
    pub fn new(text: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(
            text.len() >= LEAST_BYTES,
            "the engine's secret has at least {LEAST_BYTES} characters"
        );
        Ok(Self(Sha256::digest(text.as_bytes()).into()))
    }

    /// Compares every byte, whatever the first ones say.
    fn is(&self, text: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let different = self
            .0
            .iter()
            .zip(given)
            .fold(0, |all, (a, b)| all | (a ^ b));
        different == 0
    }
}

/// An engine that proved itself. Where the server has no secret for engines there are no such
/// endpoints.
pub struct Engine;

impl FromRequestParts<App> for Engine {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let secret = app.engine_secret.as_ref().ok_or_else(Error::not_found)?;
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(given);
        if given.is_some_and(|given| secret.is(&given)) {
            Ok(Self)
        } else {
            Err(Error::code(Code::Unauthenticated))
        }
    }
}

/// The secret of an `Authorization` header: the token of Bearer, or the password of Basic, which is all
/// that Kamailio can send over a connection that it keeps. The name of Basic says nothing.
fn given(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    pair.split_once(':').map(|(_, secret)| secret.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_as_a_token_or_as_a_password() {
        for header in ["Bearer abc", "bearer abc", "Basic ZW5naW5lOmFiYw=="] {
            assert_eq!(given(header).as_deref(), Some("abc"), "{header}");
        }
        for header in ["abc", "Digest abc", "Basic abc", "Basic YWJj"] {
            assert_eq!(given(header), None, "{header}");
        }
    }

    #[test]
    fn a_secret_is_itself_and_nothing_else() {
        let secret = Secret::new("0123456789abcdef").unwrap();
        assert!(secret.is("0123456789abcdef"));
        for other in ["", "0123456789abcdeg", "0123456789abcdef "] {
            assert!(!secret.is(other), "{other}");
        }
        assert!(Secret::new("short").is_err());
    }
}
