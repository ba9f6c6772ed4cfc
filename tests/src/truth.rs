//! What the server holds, read over its feed and without the desktop: what the desktop shows is compared with it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use pbx_api::{CallId, Change, Client, FeedLine, Leg, SignInAnswer};
use serde_json::json;
use tandem_stage::server::SignIn;

/// Every client and leg that an account sees.
#[derive(Debug, Default)]
pub struct Truth {
    pub clients: Vec<Client>,
    pub legs: Vec<Leg>,
}

impl Truth {
    /// Reads the feed from its start to its end.
    pub fn read(sign_in: &SignIn) -> Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let asked = json!({ "realm": sign_in.realm, "email": sign_in.email, "password": sign_in.password, "device": "test" });
        let answer = agent
            .post(format!("{}/v1/auth/sign-in", sign_in.server))
            .send_json(asked)?
            .body_mut()
            .read_json()?;
        let SignInAnswer::SignedIn(signed_in) = answer else {
            bail!("the owner has several accounts")
        };
        let feed = agent
            .get(format!("{}/v1/changes", sign_in.server))
            .header(
                "authorization",
                format!("Bearer {}", signed_in.access_token),
            )
            .call()?
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()?;
        let mut truth = Self::default();
        for line in feed.lines() {
            match serde_json::from_str(line)
                .with_context(|| format!("a line of the feed: {line:.200}"))?
            {
                FeedLine::Change(Change::Client(client)) => truth.clients.push(client),
                FeedLine::Change(Change::Leg(leg)) => truth.legs.push(leg),
                FeedLine::End { caught_up: true } => return Ok(truth),
                _ => {}
            }
        }
        bail!("the feed has no end")
    }

    /// The calls of which a leg matches, as the list shows them: a call and all its legs.
    pub fn calls(&self, matches: impl Fn(&Leg) -> bool) -> BTreeMap<CallId, Vec<&Leg>> {
        let mut calls: BTreeMap<CallId, Vec<&Leg>> = BTreeMap::new();
        for leg in &self.legs {
            calls.entry(leg.call).or_default().push(leg);
        }
        calls.retain(|_, legs| legs.iter().any(|leg| matches(leg)));
        calls
    }
}
