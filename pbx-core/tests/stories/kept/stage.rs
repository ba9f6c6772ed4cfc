//! What there is before the writes: a thing of each kind with as little as makes it one.

use std::collections::BTreeMap;

use pbx_api::{NumberId, PhoneNumber};
use reqwest::Method;
use serde_json::{Value, json};

use super::bodies::plain_client;
use crate::support::{Person, TestServer, codes};

pub struct Stage {
    pub server: TestServer,
    /// Validated numbers, in E.164.
    pub acme_number: String,
    pub beta_number: String,
    ids: BTreeMap<&'static str, String>,
}

impl Stage {
    pub async fn plant(server: TestServer) -> Self {
        let north = &server.north;
        let mut ids = BTreeMap::new();
        for (name, id) in [
            ("ann", north.acme.ann.0.to_string()),
            ("bob", north.acme.bob.0.to_string()),
            ("number", north.acme.number.to_string()),
            ("me", String::new()),
        ] {
            ids.insert(name, id);
        }
        let mut stage = Self {
            acme_number: server.e164(&north.owner, &north.acme).await,
            beta_number: server.e164(&north.owner, &north.beta).await,
            server,
            ids,
        };
        stage.number("number_of_user", "+12025550101").await;
        stage.number("number_of_group", "+12025550102").await;
        stage.number("number_of_outside", "+12025550103").await;
        stage.number("number_of_nobody", "+12025550104").await;
        let acme = stage.acme();
        let profile = |name: &str| json!({ "name": name, "routes": [], "features": pbx_api::Features::default() });
        stage
            .make("profile", "/v1/profiles", profile("Planted"))
            .await;
        stage
            .make("assigned_profile", "/v1/profiles", profile("Assigned"))
            .await;
        stage.assign().await;
        let link =
            |title: &str| json!({ "title": title, "url": "https://x.example/", "icon": "help" });
        stage.make("link", "/v1/links", link("One")).await;
        stage.make("other_link", "/v1/links", link("Two")).await;
        let block = json!({ "client": acme, "kind": "prefix", "number": "+1900" });
        stage.make("block", "/v1/blocks", block).await;
        let client = plain_client(&stage, "planted");
        stage.make("client", "/v1/clients", client).await;
        let emergency = json!({
            "client": acme, "user": stage.server.north.acme.bob.0, "dialled": "933",
            "caller_number": "+12025550101", "location": "1 Main St",
        });
        stage.make("emergency", "/v1/emergency", emergency).await;
        let limited = json!({ "client": acme, "login": { "username": "limited" } });
        stage.make("limited", "/v1/limited-clients", limited).await;
        for (name, extension) in [
            ("user", "1011"),
            ("other_user", "1012"),
            ("one_of_many", "1013"),
            ("another_of_many", "1014"),
        ] {
            let user =
                json!({ "client": acme, "user": { "first_name": "P", "extension": extension } });
            stage.make(name, "/v1/users", user).await;
        }
        let login = json!({
            "client": acme, "email": "sam@acme.example", "first_name": "", "last_name": "",
            "access": "owner",
        });
        stage.make("login", "/v1/logins", login).await;
        let code = codes(&stage.server.mails.next().await).pop().unwrap();
        stage.ids.insert("code", code);
        stage
    }

    pub fn id(&self, name: &str) -> &str {
        self.ids
            .get(name)
            .unwrap_or_else(|| panic!("{name} was not planted"))
    }

    pub fn acme(&self) -> String {
        self.server.north.acme.id.to_string()
    }

    pub async fn send(&self, by: &Person, method: &str, path: &str, body: &Value) -> Value {
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = self.server.by(by, method, path).json(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} with {body}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn make(&mut self, name: &'static str, path: &str, body: Value) {
        let answer = self
            .send(&self.server.north.owner, "post", path, &body)
            .await;
        self.ids.insert(name, made(&answer));
    }

    /// A validated number of the company that writes.
    async fn number(&mut self, name: &'static str, e164: &str) {
        let (app, north) = (&self.server.app, &self.server.north);
        let id = NumberId(app.world.id());
        let number = PhoneNumber {
            emergency_validated: true,
            ..PhoneNumber::new(id, north.acme.id, e164)
        };
        let mut tx = app.db.begin(north.tenant).await.unwrap();
        pbx_core::numbers::store::add(&mut tx, &number, app.world.now_ms())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.ids.insert(name, id.to_string());
    }

    /// The company's users may have the second profile.
    async fn assign(&self) {
        let (owner, path) = (
            &self.server.north.owner,
            format!("/v1/clients/{}", self.acme()),
        );
        let mut client = plain_client(self, "acme");
        client["suspended"] = json!(false);
        let profiles = json!([self.server.north.profile, self.id("assigned_profile")]);
        client["profiles"] = profiles;
        self.send(owner, "put", &path, &client).await;
    }
}

/// The id of what was made.
pub fn made(answer: &Value) -> String {
    let of = |thing: &Value| thing["id"].as_str().map(str::to_owned);
    let inner = || answer.as_object()?.values().find_map(of);
    of(answer).or_else(inner).expect("what was made has an id")
}
