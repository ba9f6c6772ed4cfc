//! Every write whose body is stored, with a value for each of its properties.

use serde_json::{Value, json};

use super::bodies::{
    SECRET, bulk, calls, client, emergency, group, limited, login, plain_client, profile, user,
    user_elsewhere,
};
use super::stage::Stage;
use crate::support::{PASSWORD, Person};

/// A body that is written, and where it is found again.
pub struct Write {
    pub operation: (&'static str, &'static str),
    pub by: fn(&Stage) -> &Person,
    /// The planted thing that it is about; none: it makes one.
    pub of: Option<&'static str>,
    /// The least that makes such a thing: what the server says of it is the default.
    pub plain: fn(&Stage) -> Value,
    pub full: fn(&Stage) -> Value,
    /// The property that holds the thing itself, where the body is more than the thing.
    pub within: Option<&'static str>,
    /// The property of the thing that the body is, where it is no more than that.
    pub part: Option<&'static str>,
    /// Where it is read; `{}` is its id.
    pub at: &'static str,
    /// What an answer says of what was written, in the shape of the body.
    pub seen: fn(&Stage, &Value, &str) -> Value,
    pub secret: Option<Secret>,
    /// Properties that are no part of what is stored, and why.
    pub aside: &'static [(&'static str, &'static str)],
    /// Why the log has no more than that it happened; none: it names each property.
    pub log_is_short: Option<&'static str>,
}

/// A property that nobody reads again, and who signs in with it.
pub struct Secret {
    pub property: &'static str,
    pub signs_in: fn(&Stage) -> String,
}

/// What most writes are like.
const WRITE: Write = Write {
    operation: ("", ""),
    by: |stage| &stage.server.north.owner,
    of: None,
    plain: |_| Value::Null,
    full: |_| Value::Null,
    within: None,
    part: None,
    at: "",
    seen: |_, answer, id| found(answer, id).cloned().unwrap_or_default(),
    secret: None,
    aside: &[],
    log_is_short: None,
};

const STAYS: &str = "whose it is, and it stays so";
const PROOF: &str = "proves who writes";

pub const WRITES: &[Write] = &[
    Write {
        operation: ("put", "/v1/links/order"),
        of: Some("link"),
        full: |stage| json!({ "links": [stage.id("other_link"), stage.id("link")] }),
        at: "/v1/links",
        seen: |stage, answer, _| {
            let planted = [stage.id("link"), stage.id("other_link")];
            let rows = answer["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_str().unwrap());
            json!({ "links": rows.filter(|id| planted.contains(id)).collect::<Vec<_>>() })
        },
        log_is_short: Some("it names the links by their titles"),
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/links/{link}"),
        of: Some("link"),
        full: |_| json!({ "title": "Wiki", "url": "https://wiki.example/a", "icon": "globe" }),
        at: "/v1/links",
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/links"),
        plain: |_| json!({ "title": "A", "url": "https://a.example/", "icon": "help" }),
        full: |_| json!({ "title": "Wiki", "url": "https://wiki.example/b", "icon": "globe" }),
        at: "/v1/links",
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/blocks"),
        plain: |_| json!({ "kind": "anonymous" }),
        full: |stage| json!({ "client": stage.acme(), "kind": "number", "number": "+12025550177", "note": "Spam" }),
        at: "/v1/blocks",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/blocks/{block}"),
        of: Some("block"),
        full: |stage| json!({ "client": stage.acme(), "kind": "number", "number": "+12025550178", "note": "Spam" }),
        at: "/v1/blocks",
        aside: &[("client", STAYS)],
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/blocks/import"),
        plain: |_| json!({ "text": "number\n+12025550165\n" }),
        full: |stage| json!({ "client": stage.acme(), "text": "number,note\n+12025550166,Robots\n" }),
        at: "/v1/blocks",
        seen: |_, answer, _| {
            let rows = answer["rows"].as_array().unwrap();
            let row = rows
                .iter()
                .find(|row| row["number"] == "+12025550166")
                .unwrap_or(&Value::Null);
            let cell = |name: &str| row[name].as_str().unwrap_or_default();
            json!({ "client": row["client"], "text": format!("number,note\n{},{}\n", cell("number"), cell("note")) })
        },
        aside: &[("dry_run", "with it nothing is written")],
        log_is_short: Some("a file has up to 10 000 rows, and each says who made it"),
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/clients"),
        plain: |stage| plain_client(stage, "plain"),
        full: |stage| client(stage, "kept"),
        at: "/v1/clients/{}",
        seen: seen_client,
        secret: Some(Secret {
            property: "password",
            signs_in: |_| "kept@client.example".into(),
        }),
        aside: &[("move_users_to", MOVES)],
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/clients/{client}"),
        of: Some("client"),
        full: |stage| client(stage, "planted"),
        at: "/v1/clients/{}",
        seen: seen_client,
        secret: Some(Secret {
            property: "password",
            signs_in: |_| "planted@client.example".into(),
        }),
        aside: &[
            ("move_users_to", MOVES),
            ("realm", "it stays as it was made"),
        ],
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/emergency"),
        plain: |stage| json!({ "dialled": "933", "caller_number": stage.beta_number, "location": "1 Main St" }),
        full: emergency,
        at: "/v1/emergency",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/emergency/{emergency}"),
        of: Some("emergency"),
        full: |stage| {
            let mut body = emergency(stage);
            body["user"] = json!(stage.server.north.acme.bob.0);
            body
        },
        at: "/v1/emergency",
        aside: &[("client", STAYS), ("user", STAYS)],
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/limited-clients"),
        plain: |stage| json!({ "client": stage.server.north.beta.id, "login": { "username": "plain" } }),
        full: |stage| json!({ "client": stage.acme(), "login": limited("night@acme.example") }),
        within: Some("login"),
        at: "/v1/limited-clients",
        secret: Some(Secret {
            property: "password",
            signs_in: |_| "night@acme.example".into(),
        }),
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/limited-clients/{login}"),
        of: Some("limited"),
        full: |_| limited("day@acme.example"),
        at: "/v1/limited-clients",
        secret: Some(Secret {
            property: "password",
            signs_in: |_| "day@acme.example".into(),
        }),
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/logins"),
        plain: |_| json!({ "email": "plain@north.example", "first_name": "", "last_name": "", "access": "owner" }),
        full: |stage| {
            let mut body = login();
            body["client"] = json!(stage.acme());
            body["email"] = json!("zoe@acme.example");
            body
        },
        at: "/v1/logins?client={acme}",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/logins/{login}"),
        of: Some("login"),
        full: |_| login(),
        at: "/v1/logins?client={acme}",
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/auth/claim"),
        of: Some("login"),
        full: |stage| json!({ "code": stage.id("code"), "password": SECRET }),
        at: "/v1/logins?client={acme}",
        secret: Some(Secret {
            property: "password",
            signs_in: |_| "sam@acme.example".into(),
        }),
        aside: &[("code", PROOF)],
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/me"),
        by: |stage| &stage.server.north.beta.office,
        of: Some("me"),
        full: |_| json!({ "first_name": "Zoë", "last_name": "Žižek", "email": "zoe@beta.example", "language": "fr", "password": PASSWORD }),
        at: "/v1/me",
        seen: |_, answer, _| answer.clone(),
        aside: &[("password", PROOF)],
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/me/password"),
        by: |stage| &stage.server.north.beta.bob.1,
        of: Some("me"),
        full: |_| json!({ "old_password": PASSWORD, "new_password": SECRET }),
        at: "/v1/me",
        secret: Some(Secret {
            property: "new_password",
            signs_in: |stage| stage.server.north.beta.bob.1.email.clone(),
        }),
        aside: &[("old_password", PROOF)],
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/me/calls"),
        by: |stage| &stage.server.north.acme.ann.1,
        of: Some("ann"),
        full: |stage| calls(stage, json!({ "user": stage.server.north.acme.bob.0 })),
        part: Some("calls"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/me/calls"),
        by: |stage| &stage.server.north.acme.bob.1,
        of: Some("bob"),
        full: |stage| calls(stage, json!({ "external": "+13035550123" })),
        part: Some("calls"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        full: |stage| json!({ "user": stage.server.north.acme.ann.0 }),
        of: Some("number_of_user"),
        ..ROUTING
    },
    Write {
        full: group,
        of: Some("number_of_group"),
        ..ROUTING
    },
    Write {
        full: |_| json!({ "external": "+13035550123" }),
        of: Some("number_of_outside"),
        ..ROUTING
    },
    Write {
        full: |_| json!("reject"),
        of: Some("number_of_nobody"),
        ..ROUTING
    },
    Write {
        full: |stage| {
            json!({ "hours": {
            "weekly": [{ "weekday": 2, "from_minute": 540, "until_minute": 1020 }],
            "holidays": ["2026-12-25"], "open": group(stage), "closed": { "external": "+13035550124" },
        } })
        },
        of: Some("number"),
        ..ROUTING
    },
    Write {
        operation: ("post", "/v1/profiles"),
        plain: |_| json!({ "name": "Plain", "routes": [], "features": pbx_api::Features::default() }),
        full: |_| profile("Sales"),
        at: "/v1/profiles",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/profiles/{profile}"),
        of: Some("profile"),
        full: |_| profile("Support"),
        at: "/v1/profiles",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/reseller"),
        of: Some("me"),
        full: |_| json!({ "name": "North & Sons", "support_email": "help@north.example", "offline_days": 7 }),
        at: "/v1/me",
        seen: |_, answer, _| answer["reseller"].clone(),
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/users"),
        plain: |stage| json!({ "client": stage.server.north.beta.id, "user": { "first_name": "P", "extension": "1099" } }),
        full: |stage| json!({ "client": stage.acme(), "user": user(stage, "1021") }),
        within: Some("user"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/users"),
        plain: |stage| json!({ "client": stage.server.north.beta.id, "user": { "first_name": "P", "extension": "1098" } }),
        full: |stage| json!({ "client": stage.acme(), "user": user_elsewhere(stage, "1022") }),
        within: Some("user"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/users/{user}"),
        of: Some("user"),
        full: |stage| user(stage, "1023"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        operation: ("put", "/v1/users/{user}"),
        of: Some("other_user"),
        full: |stage| user_elsewhere(stage, "1024"),
        at: "/v1/users/{}",
        ..WRITE
    },
    Write {
        operation: ("post", "/v1/users/bulk"),
        of: Some("one_of_many"),
        full: bulk,
        within: Some("set"),
        at: "/v1/users/{}",
        aside: &[("users", "says of whom")],
        ..WRITE
    },
];

const MOVES: &str = "says where users go that lose their profile";

const ROUTING: Write = Write {
    operation: ("put", "/v1/numbers/{number}/routing"),
    by: |stage| &stage.server.north.acme.office,
    part: Some("routing"),
    at: "/v1/numbers",
    ..WRITE
};

/// The object of an answer that has an id.
pub fn found<'a>(answer: &'a Value, id: &str) -> Option<&'a Value> {
    match answer {
        Value::Object(object) if object.get("id").is_some_and(|own| own == id) => Some(answer),
        Value::Object(object) => object.values().find_map(|value| found(value, id)),
        Value::Array(items) => items.iter().find_map(|value| found(value, id)),
        _ => None,
    }
}

/// A client, with what is told beside it.
fn seen_client(_: &Stage, answer: &Value, id: &str) -> Value {
    let mut client = found(answer, id).cloned().unwrap_or_default();
    client["memo"] = answer["memo"].clone();
    client
}
