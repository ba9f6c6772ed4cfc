//! The people of the stories, and what the server says of them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use pbx_api::{
    BlockKind, Client, ClientDetails, ClientInput, Features, LegId, LiveCall, MadeUser, NewBlock,
    NewEmergencyCallerId, NewUser, PhoneNumber, Profile, ProfileDetails, ProfileInput, Routing,
    User, UserId, UserSettings,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tandem_stage::process::output_of;
use tandem_stage::server;
use ureq::Agent;

use crate::phone::Line;

const RESELLER: &str = "north.example";
const CLIENT: &str = "acme";
pub const REALM: &str = "acme.north.example";
/// The client's own number.
pub const NUMBER: &str = "+12025550100";
const OWNER: &str = "owner@north.example";
const CLIENTS_OWN: &str = "office@acme.example";
const PASSWORD: &str = "correct horse battery";

/// What the reseller's owner sees and does.
pub struct Office {
    url: String,
    token: String,
    http: Agent,
    people: HashMap<String, (User, Line)>,
}

impl Office {
    /// Makes the reseller, its client, a number and a login in a folder that nothing else uses yet.
    pub fn found(program: &Path, data: &Path) -> Result<()> {
        let steps: [&[&str]; 5] = [
            &["reseller", "add", "--realm", RESELLER, "--name", "North"],
            &[
                "client",
                "add",
                "--reseller",
                RESELLER,
                "--realm",
                CLIENT,
                "--name",
                "Acme",
                "--time-zone",
                "America/New_York",
            ],
            &[
                "number",
                "add",
                "--reseller",
                RESELLER,
                "--client",
                CLIENT,
                "--e164",
                NUMBER,
                "--emergency-validated",
            ],
            &["account", "add", "--reseller", RESELLER, "--email", OWNER],
            &[
                "account",
                "add",
                "--reseller",
                RESELLER,
                "--client",
                CLIENT,
                "--email",
                CLIENTS_OWN,
            ],
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
    pub fn open(url: &str) -> Result<Self> {
        let http = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let mut office = Self {
            url: url.to_owned(),
            token: String::new(),
            http,
            people: HashMap::new(),
        };
        office.token = office.sign_in(OWNER)?;
        for (first_name, extension) in [("Ann", "1001"), ("Bob", "1002"), ("Cid", "1003")] {
            let settings = serde_json::from_value::<UserSettings>(json!({
                "first_name": first_name, "extension": extension, "dial_seconds": 20,
            }))?;
            let new = NewUser {
                client: office.client()?.client.id,
                user: settings,
            };
            let made: MadeUser = office.send("POST", "/v1/users", &new)?;
            let line = Line {
                user: made.sip_user,
                realm: REALM.into(),
                secret: made.sip_secret,
            };
            office.people.insert(extension.into(), (made.user, line));
        }
        Ok(office)
    }

    fn sign_in(&self, email: &str) -> Result<String> {
        let asked = json!({ "realm": RESELLER, "email": email, "password": PASSWORD });
        let answer: Value = self.send("POST", "/v1/auth/sign-in", &asked)?;
        let token = answer["signed_in"]["access_token"].as_str();
        Ok(token.context("signed in")?.to_owned())
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
        let all: Value = self.get("/v1/clients")?;
        let id = all["clients"][0]["id"].as_str().context("a client")?;
        self.get(&format!("/v1/clients/{id}"))
    }

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
        self.send("PUT", &format!("/v1/clients/{id}"), &input)
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
        let was: ProfileDetails = self.get(&path)?;
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
        self.send("PUT", &path, &input).map(|_: Value| ())
    }

    pub fn change_user(&self, extension: &str, change: impl FnOnce(&mut Value)) -> Result<()> {
        let path = format!("/v1/users/{}", self.user(extension)?);
        let mut user: Value = self.get(&path)?;
        let fields = user.as_object_mut().context("a user")?;
        fields.remove("id");
        fields.remove("client");
        change(&mut user);
        self.send("PUT", &path, &user).map(|_: Value| ())
    }

    /// Another SIP password: what is on the phone works no longer.
    pub fn renew_secret(&self, extension: &str) -> Result<String> {
        let path = format!("/v1/users/{}/sip-secret", self.user(extension)?);
        let made: Value = self.send("POST", &path, &json!({}))?;
        Ok(made["sip_secret"].as_str().context("a secret")?.to_owned())
    }

    /// Where calls to the client's number go, which is the client's to say.
    pub fn route_number(&self, routing: &Routing) -> Result<()> {
        let all: Value = self.get("/v1/numbers")?;
        let number: PhoneNumber = serde_json::from_value(all["numbers"][0].clone())?;
        let of_client = Self {
            url: self.url.clone(),
            token: self.sign_in(CLIENTS_OWN)?,
            http: self.http.clone(),
            people: HashMap::new(),
        };
        of_client
            .send(
                "PUT",
                &format!("/v1/numbers/{}/routing", number.id),
                routing,
            )
            .map(|_: Value| ())
    }

    /// Stops a caller: for all clients, or for the one alone.
    pub fn block(&self, number: &str, for_client: bool) -> Result<()> {
        let new = NewBlock {
            client: for_client
                .then(|| self.client().map(|of| of.client.id))
                .transpose()?,
            kind: BlockKind::Number,
            number: number.into(),
            note: String::new(),
        };
        self.send("POST", "/v1/blocks", &new).map(|_: Value| ())
    }

    /// How often each block stopped somebody.
    pub fn hits(&self) -> Result<Vec<u64>> {
        let all: Value = self.get("/v1/blocks")?;
        let blocks = all["rows"].as_array().context("blocks")?;
        Ok(blocks
            .iter()
            .filter_map(|block| block["hits"].as_u64())
            .collect())
    }

    /// What is sent when somebody dials for help.
    pub fn emergency(&self, dialled: &str) -> Result<()> {
        let new = NewEmergencyCallerId {
            client: Some(self.client()?.client.id),
            user: None,
            dialled: dialled.into(),
            caller_number: NUMBER.into(),
            location: "1 Main Street".into(),
            notify_emails: Vec::new(),
            notify_desktop: false,
        };
        self.send("POST", "/v1/emergency", &new).map(|_: Value| ())
    }

    /// Asks the server to end a call.
    pub fn hang_up(&self, call: &LiveCall) -> Result<()> {
        let path = format!("/v1/live/calls/{}/hang-up", call.id);
        self.send("POST", &path, &json!({})).map(|_: Value| ())
    }

    /// The audio of a call.
    pub fn plays(&self, leg: LegId) -> Result<Vec<u8>> {
        let path = format!("/v1/legs/{leg}/recording");
        let request = self.http.get(self.path(&path));
        let answer = request.header("authorization", self.bearer()).call()?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        Ok(answer.into_body().read_to_vec()?)
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.http.get(self.path(path));
        read(path, request.header("authorization", self.bearer()).call()?)
    }

    fn send<T: DeserializeOwned>(
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

    pub(crate) fn lines(
        &self,
        path: &str,
    ) -> Result<impl Iterator<Item = std::io::Result<String>>> {
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
