//! The trials of one's own account, logins and Connect As.

use pbx_api::Me;
use serde_json::json;
use uuid::Uuid;

use super::Trial;
use super::bodies::{connect, login, new_login, nothing};
use crate::support::{Company, Person, TestServer};

pub const TRIALS: &[(&str, &str, Trial)] = &[
    ("post", "/v1/auth/second-factor", Trial::Open),
    ("post", "/v1/auth/forgot", Trial::Open),
    ("post", "/v1/auth/claim", Trial::Open),
    ("get", "/v1/me", Trial::Reach),
    ("put", "/v1/me", Trial::Send(nothing)),
    ("put", "/v1/reseller", Trial::Send(nothing)),
    ("post", "/v1/me/password", Trial::Send(nothing)),
    ("get", "/v1/me/sessions", Trial::Reach),
    ("delete", "/v1/me/sessions/{session}", Trial::Thing(nothing)),
    ("get", "/v1/me/second-factor", Trial::Reach),
    ("post", "/v1/me/second-factor", Trial::Send(nothing)),
    ("post", "/v1/me/second-factor/confirm", Trial::Send(nothing)),
    ("post", "/v1/me/second-factor/off", Trial::Send(nothing)),
    (
        "post",
        "/v1/me/second-factor/recovery-codes",
        Trial::Send(nothing),
    ),
    ("get", "/v1/logins", Trial::Reach),
    ("post", "/v1/logins", Trial::Send(new_login)),
    ("put", "/v1/logins/{login}", Trial::Thing(login)),
    ("delete", "/v1/logins/{login}", Trial::Thing(login)),
    ("post", "/v1/logins/{login}/invitation", Trial::Thing(login)),
    ("post", "/v1/connect", Trial::Send(connect)),
    ("post", "/v1/support", Trial::Send(nothing)),
];

/// The session of a company's office.
pub async fn session_of(server: &TestServer, company: &Company) -> Uuid {
    let me = server.json(&company.office, "/v1/me").await;
    serde_json::from_value::<Me>(me).unwrap().session.0
}

/// Acting as somebody else, one reaches what that one does.
pub async fn connected(server: &TestServer) -> Vec<Person> {
    let (owner, acme) = (&server.north.owner, &server.north.acme);
    let ann = json!({ "user": acme.ann.0 });
    let client = server.connect(owner, json!({ "client": acme.id })).await;
    vec![
        server.connect(owner, ann.clone()).await,
        server.connect(&acme.office, ann.clone()).await,
        server.connect(&client, ann).await,
        client,
    ]
}
