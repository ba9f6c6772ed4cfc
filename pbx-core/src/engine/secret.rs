//! The engine's secret.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
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
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, given)| given.trim());
        if given.is_some_and(|given| secret.is(given)) {
            Ok(Self)
        } else {
            Err(Error::code(Code::Unauthenticated))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
