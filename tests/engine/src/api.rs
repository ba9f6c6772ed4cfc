//! The server as somebody who signed in asks it.

use std::io::{BufRead, BufReader};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::Agent;

use crate::PATIENCE;

/// A session.
pub struct Api {
    url: String,
    token: String,
    http: Agent,
}

impl Api {
    pub fn sign_in(url: &str, realm: &str, email: &str, password: &str) -> Result<Self> {
        let http = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            // Of streams too: nobody here waits longer for anything.
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let mut api = Self {
            url: url.to_owned(),
            token: String::new(),
            http,
        };
        let asked = json!({ "realm": realm, "email": email, "password": password });
        let answer: Value = api.send("POST", "/v1/auth/sign-in", &asked)?;
        let token = answer["signed_in"]["access_token"].as_str();
        token.context("signed in")?.clone_into(&mut api.token);
        Ok(api)
    }

    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.http.get(self.path(path));
        read(path, request.header("authorization", self.bearer()).call()?)
    }

    pub fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let request = match method {
            "PUT" => self.http.put(self.path(path)),
            _ => self.http.post(self.path(path)),
        };
        read(
            path,
            request
                .header("authorization", self.bearer())
                .send_json(body)?,
        )
    }

    pub fn remove(&self, path: &str) -> Result<()> {
        let request = self.http.delete(self.path(path));
        let answer = request.header("authorization", self.bearer()).call()?;
        read(path, answer).map(|_: Value| ())
    }

    /// An answer of bytes.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let request = self.http.get(self.path(path));
        let answer = request.header("authorization", self.bearer()).call()?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        Ok(answer.into_body().read_to_vec()?)
    }

    /// An answer that comes line by line.
    pub fn lines(
        &self,
        path: &str,
    ) -> Result<impl Iterator<Item = std::io::Result<String>> + use<>> {
        let request = self.http.get(self.path(path));
        let answer = request.header("authorization", self.bearer()).call()?;
        Ok(BufReader::new(answer.into_body().into_reader()).lines())
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

fn read<T: DeserializeOwned>(path: &str, answer: ureq::http::Response<ureq::Body>) -> Result<T> {
    let status = answer.status();
    let text = answer.into_body().read_to_string()?;
    if !status.is_success() {
        bail!("{path}: {status} {text}");
    }
    // Some answers have nothing to say.
    let text = if text.is_empty() { "null" } else { &text };
    serde_json::from_str(text).with_context(|| format!("{path}: {text}"))
}
