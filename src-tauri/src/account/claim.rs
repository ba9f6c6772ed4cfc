//! The rest of getting in: the second factor, a forgotten password, a one-time code.

use std::sync::Arc;

use pbx_api::{ClaimRequest, Claimed, Code, ForgotRequest, Problem, Rule, SecondFactorRequest};
use serde::Deserialize;
use ts_rs::TS;

use super::{Account, let_in};
use crate::server::Server;
use crate::{Desktop, Nothing};

/// The code that a sign-in waits for.
#[derive(Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SecondStep {
    pub server: String,
    pub ticket: String,
    pub code: String,
    /// Of the first step: without a keychain it opens what is on this computer.
    pub password: String,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Forgot {
    pub server: String,
    pub realm: String,
    pub email: String,
}

#[derive(Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ClaimCode {
    pub server: String,
    /// Or a link that ends in it.
    pub code: String,
    pub password: String,
}

impl std::fmt::Debug for SecondStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecondStep { .. }")
    }
}

impl std::fmt::Debug for ClaimCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClaimCode { .. }")
    }
}

/// Each named field that is empty, said at once.
fn needed(fields: &[(&str, &str)]) -> Result<(), Problem> {
    let mut missing = Problem::new(Code::Invalid);
    for (field, value) in fields {
        if value.trim().is_empty() {
            missing = missing.breaks(*field, Rule::Needed);
        }
    }
    if missing.errors.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

pub async fn second_step(desktop: Arc<Desktop>, input: SecondStep) -> Result<Account, Problem> {
    needed(&[("code", &input.code)])?;
    let server = Server::new(&input.server)?;
    let info = server.info().await?;
    let request = SecondFactorRequest {
        ticket: input.ticket,
        code: input.code.trim().to_owned(),
    };
    let signed_in = server.ask("/v1/auth/second-factor", &request).await?;
    let_in(&desktop, server, info.sample, signed_in, input.password).await
}

pub async fn forgot(_: Arc<Desktop>, input: Forgot) -> Result<Nothing, Problem> {
    needed(&[("realm", &input.realm), ("email", &input.email)])?;
    let request = ForgotRequest {
        realm: input.realm,
        email: input.email,
    };
    let server = Server::new(&input.server)?;
    server.say("/v1/auth/forgot", &request).await?;
    Ok(Nothing {})
}

pub async fn claim(_: Arc<Desktop>, input: ClaimCode) -> Result<Claimed, Problem> {
    needed(&[("code", &input.code), ("password", &input.password)])?;
    let request = ClaimRequest {
        code: input.code,
        password: input.password,
    };
    let server = Server::new(&input.server)?;
    server.ask("/v1/auth/claim", &request).await
}
