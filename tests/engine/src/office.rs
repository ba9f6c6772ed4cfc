//! The people of the stories, and what the server says of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use pbx_api::{ClientDetails, LegId, MadeUser, NewUser, User, UserId, UserSettings};
use serde_json::{Value, json};
use tandem_stage::process::output_of;
use tandem_stage::server::{self, SignIn};

use crate::api::Api;
use crate::desk::Desk;
use crate::phone::Line;

const CLIENT: &str = "acme";
const PASSWORD: &str = "correct horse battery";

/// A reseller and its one client.
#[derive(Debug, Clone, Copy)]
pub struct Company {
    reseller: &'static str,
    /// The client's full realm.
    pub realm: &'static str,
    /// The client's own number.
    pub number: &'static str,
    owner: &'static str,
    clients_own: &'static str,
}

pub const NORTH: Company = Company {
    reseller: "north.example",
    realm: "acme.north.example",
    number: "+12025550100",
    owner: "owner@north.example",
    clients_own: "office@acme.example",
};

/// Somebody else's, where everything is called the same.
pub const SOUTH: Company = Company {
    reseller: "south.example",
    realm: "acme.south.example",
    number: "+12025550200",
    owner: "owner@south.example",
    clients_own: "office@acme.example",
};

/// The number of the client that most stories are about.
pub const NUMBER: &str = NORTH.number;

/// What a login of a reseller or of its client sees and does.
pub struct Office {
    pub company: Company,
    pub(crate) api: Api,
    url: String,
    email: &'static str,
    desk: OnceLock<Desk>,
    people: HashMap<String, (User, Line)>,
}

impl Office {
    /// Makes a reseller, its client, a number and a login for both in the server's folder.
    pub fn found(program: &Path, data: &Path, of: Company) -> Result<()> {
        let reseller = ["--reseller", of.reseller];
        let client = ["--client", CLIENT];
        let steps = [
            [
                &["reseller", "add", "--name", "A Reseller"][..],
                &["--realm", of.reseller],
            ]
            .concat(),
            [
                &["client", "add", "--name", "Acme", "--realm", CLIENT][..],
                &["--time-zone", "America/New_York"],
                &reseller,
            ]
            .concat(),
            [
                &["number", "add", "--emergency-validated"][..],
                &["--e164", of.number],
                &reseller,
                &client,
            ]
            .concat(),
            [&["account", "add", "--email", of.owner][..], &reseller].concat(),
            [
                &["account", "add", "--email", of.clients_own][..],
                &reseller,
                &client,
            ]
            .concat(),
        ];
        for step in steps {
            let mut command = server::command(program, data);
            command
                .arg("admin")
                .args(step)
                .env("PBX_CORE_PASSWORD", PASSWORD);
            output_of("pbx-core admin", &mut command)?;
        }
        Ok(())
    }

    /// Signs in, and gives the client three users: 1001 (Ann), 1002 (Bob) and 1003 (Cid).
    pub fn open(url: &str, company: Company) -> Result<Self> {
        let mut office = Self {
            company,
            api: Api::sign_in(url, company.reseller, company.owner, PASSWORD)?,
            url: url.to_owned(),
            email: company.owner,
            desk: OnceLock::new(),
            people: HashMap::new(),
        };
        for (first_name, extension) in [("Ann", "1001"), ("Bob", "1002"), ("Cid", "1003")] {
            let settings = serde_json::from_value::<UserSettings>(json!({
                "first_name": first_name, "extension": extension, "dial_seconds": 20,
            }))?;
            let new = NewUser {
                client: office.client()?.client.id,
                user: settings,
            };
            let made: MadeUser = office.api.send("POST", "/v1/users", &new)?;
            let line = Line {
                user: made.sip_user,
                realm: company.realm.into(),
                secret: made.sip_secret,
            };
            office.people.insert(extension.into(), (made.user, line));
        }
        Ok(office)
    }

    /// The desktop that is looked at.
    pub fn desk(&self) -> Result<&Desk> {
        if let Some(desk) = self.desk.get() {
            return Ok(desk);
        }
        let desk = Desk::open(&SignIn {
            server: self.url.clone(),
            realm: self.company.reseller.into(),
            email: self.email.into(),
            password: PASSWORD.into(),
        })?;
        Ok(self.desk.get_or_init(|| desk))
    }

    /// The same things as the client's own login sees them.
    pub fn of_client(&self) -> Result<Self> {
        let Company {
            reseller,
            clients_own,
            ..
        } = self.company;
        Ok(Self {
            company: self.company,
            api: Api::sign_in(&self.url, reseller, clients_own, PASSWORD)?,
            url: self.url.clone(),
            email: clients_own,
            desk: OnceLock::new(),
            people: self.people.clone(),
        })
    }

    pub fn line(&self, extension: &str) -> Result<Line> {
        let (_, line) = self
            .people
            .get(extension)
            .context("nobody has the extension")?;
        Ok(line.clone())
    }

    pub fn user(&self, extension: &str) -> Result<UserId> {
        let (user, _) = self
            .people
            .get(extension)
            .context("nobody has the extension")?;
        Ok(user.id)
    }

    pub fn client(&self) -> Result<ClientDetails> {
        let all: Value = self.api.get("/v1/clients")?;
        let id = all["clients"][0]["id"].as_str().context("a client")?;
        self.api.get(&format!("/v1/clients/{id}"))
    }

    /// The audio of a call.
    pub fn plays(&self, leg: LegId) -> Result<Vec<u8>> {
        let path = format!("/v1/legs/{leg}/recording");
        self.api.bytes(&path)
    }
}
