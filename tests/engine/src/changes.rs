//! What the owner of the reseller changes and does.

use anyhow::{Context, Result};
use pbx_api::{
    Block, BlockKind, Client, ClientInput, Features, LiveCall, NewBlock, NewEmergencyCallerId,
    PhoneNumber, Profile, ProfileDetails, ProfileInput, Routing,
};
use serde_json::{Value, json};

use crate::office::Office;

impl Office {
    pub fn change_client(&self, change: impl FnOnce(&mut ClientInput)) -> Result<()> {
        let was = self.client()?;
        let Client {
            id,
            name,
            realm,
            first_name,
            last_name,
            email,
            language,
            time_zone,
            country,
            max_outbound_calls,
            max_international_calls,
            production,
            suspended,
            recordings_allowed,
            profiles,
            default_profile,
        } = was.client;
        let mut input = ClientInput {
            name,
            realm,
            first_name,
            last_name,
            email,
            language,
            time_zone,
            country,
            max_outbound_calls,
            max_international_calls,
            memo: was.memo.unwrap_or_default(),
            production,
            suspended,
            recordings_allowed,
            profiles,
            default_profile: default_profile.context("a default profile")?,
            password: None,
            move_users_to: None,
        };
        change(&mut input);
        self.api
            .send("PUT", &format!("/v1/clients/{id}"), &input)
            .map(|_: Value| ())
    }

    /// Changes the profile that everybody has.
    pub fn change_profile(
        &self,
        change: impl FnOnce(&mut Features, &mut Vec<String>),
    ) -> Result<()> {
        let id = self
            .client()?
            .client
            .default_profile
            .context("a default profile")?;
        let path = format!("/v1/profiles/{id}");
        let was: ProfileDetails = self.api.get(&path)?;
        let Profile {
            name,
            mut features,
            mut routes,
            ..
        } = was.profile;
        change(&mut features, &mut routes);
        let input = ProfileInput {
            name,
            features,
            routes,
        };
        self.api.send("PUT", &path, &input).map(|_: Value| ())
    }

    pub fn change_user(&self, extension: &str, change: impl FnOnce(&mut Value)) -> Result<()> {
        let path = format!("/v1/users/{}", self.user(extension)?);
        let mut user: Value = self.api.get(&path)?;
        let fields = user.as_object_mut().context("a user")?;
        fields.remove("id");
        fields.remove("client");
        change(&mut user);
        self.api.send("PUT", &path, &user).map(|_: Value| ())
    }

    /// Another SIP password: what is on the phone works no longer.
    pub fn renew_secret(&self, extension: &str) -> Result<String> {
        let path = format!("/v1/users/{}/sip-secret", self.user(extension)?);
        let made: Value = self.api.send("POST", &path, &json!({}))?;
        Ok(made["sip_secret"].as_str().context("a secret")?.to_owned())
    }

    /// Removes a user for good.
    pub fn remove_user(&self, extension: &str) -> Result<()> {
        self.api
            .remove(&format!("/v1/users/{}", self.user(extension)?))
    }

    /// Where calls to the client's number go, which is the client's to say.
    pub fn route_number(&self, routing: &Routing) -> Result<()> {
        let all: Value = self.api.get("/v1/numbers")?;
        let number: PhoneNumber = serde_json::from_value(all["numbers"][0].clone())?;
        let path = format!("/v1/numbers/{}/routing", number.id);
        self.of_client()?
            .api
            .send("PUT", &path, routing)
            .map(|_: Value| ())
    }

    /// Stops a caller: for all clients, or for the one alone.
    pub fn block(&self, kind: BlockKind, number: &str, for_client: bool) -> Result<()> {
        let new = NewBlock {
            client: for_client
                .then(|| self.client().map(|of| of.client.id))
                .transpose()?,
            kind,
            number: number.into(),
            note: String::new(),
        };
        self.api.send("POST", "/v1/blocks", &new).map(|_: Value| ())
    }

    /// The blocks that this login knows of.
    pub fn blocks(&self) -> Result<Vec<Block>> {
        let all: Value = self.api.get("/v1/blocks")?;
        Ok(serde_json::from_value(all["rows"].clone())?)
    }

    /// How often each block stopped somebody.
    pub fn hits(&self) -> Result<Vec<u64>> {
        Ok(self.blocks()?.iter().map(|block| block.hits).collect())
    }

    /// What is sent when somebody dials for help.
    pub fn emergency(&self, dialled: &str) -> Result<()> {
        let new = NewEmergencyCallerId {
            client: Some(self.client()?.client.id),
            user: None,
            dialled: dialled.into(),
            caller_number: self.company.number.into(),
            location: "1 Main Street".into(),
            notify_emails: Vec::new(),
            notify_desktop: true,
        };
        self.api
            .send("POST", "/v1/emergency", &new)
            .map(|_: Value| ())
    }

    /// Asks the server to end a call.
    pub fn hang_up(&self, call: &LiveCall) -> Result<()> {
        let path = format!("/v1/live/calls/{}/hang-up", call.id);
        self.api.send("POST", &path, &json!({})).map(|_: Value| ())
    }
}
