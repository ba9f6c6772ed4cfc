//! How the operations on users, limited clients and routing are tried with what is another's.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::rights::{Thing, Trial};
use crate::support::{Company, TestServer, Tree};

pub const TRIALS: &[(&str, &str, Trial)] = &[
    ("post", "/v1/users", Trial::Send(new_user)),
    ("get", "/v1/users/{user}", Trial::Thing(nothing)),
    ("put", "/v1/users/{user}", Trial::Thing(user_settings)),
    ("delete", "/v1/users/{user}", Trial::Thing(nothing)),
    ("post", "/v1/users/{user}/sip-secret", Trial::Thing(nothing)),
    ("post", "/v1/users/{user}/invitation", Trial::Thing(nothing)),
    ("get", "/v1/users/{user}/phone", Trial::Thing(nothing)),
    ("post", "/v1/users/bulk", Trial::Send(bulk)),
    ("post", "/v1/users/import", Trial::Send(nothing)),
    (
        "get",
        "/v1/clients/{client}/extensions",
        Trial::Thing(nothing),
    ),
    ("put", "/v1/me/calls", Trial::Send(calls)),
    ("get", "/v1/me/colleagues", Trial::Colleagues),
    ("get", "/v1/limited-clients", Trial::Reach),
    ("post", "/v1/limited-clients", Trial::Send(new_limited)),
    ("put", "/v1/limited-clients/{login}", Trial::Thing(limited)),
    (
        "delete",
        "/v1/limited-clients/{login}",
        Trial::Thing(nothing),
    ),
    ("put", "/v1/numbers/{number}/routing", Trial::Thing(routing)),
];

fn nothing(_: &Thing) -> Value {
    json!({})
}

fn user_settings(_: &Thing) -> Value {
    json!({ "first_name": "Eve", "extension": "4711" })
}

fn new_user(thing: &Thing) -> Value {
    json!({ "client": thing.client, "user": user_settings(thing) })
}

fn bulk(thing: &Thing) -> Value {
    json!({ "users": [thing.id("{user}")], "set": { "department": "Eve's" } })
}

/// A colleague may be named, and is in the directory: stories of users try the others.
fn calls(_: &Thing) -> Value {
    json!({ "do_not_disturb": true })
}

fn limited(_: &Thing) -> Value {
    json!({ "username": "eve" })
}

fn new_limited(thing: &Thing) -> Value {
    json!({ "client": thing.client, "login": limited(thing) })
}

fn routing(thing: &Thing) -> Value {
    json!({ "user": thing.id("{user}") })
}

/// A limited client of a company, which nobody signs in as.
pub async fn limited_login(server: &TestServer, tree: &Tree, company: &Company) -> Uuid {
    let login = pbx_api::LimitedClient {
        id: pbx_api::AccountId(server.world.id()),
        client: company.id,
        username: "limited".into(),
        first_name: String::new(),
        last_name: String::new(),
        language: "en".into(),
        read_only: false,
        disabled_pages: Vec::new(),
        departments: Vec::new(),
    };
    let mut tx = server.app.db.begin(tree.tenant).await.unwrap();
    pbx_core::limited::store::add(&mut tx, &login, "nobody's", 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    login.id.0
}
