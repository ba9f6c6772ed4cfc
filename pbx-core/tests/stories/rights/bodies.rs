//! Bodies that operations are tried with, made of the thing that they are about.

use pbx_api::Role;

use super::Thing;

pub fn nothing(_: &Thing) -> serde_json::Value {
    serde_json::Value::Null
}

pub fn link(_: &Thing) -> serde_json::Value {
    serde_json::json!({ "title": "Help", "url": "https://help.example/", "icon": "help" })
}

/// A client with the thing's profile.
pub fn client(of: &Thing) -> serde_json::Value {
    serde_json::json!({
        "name": "Gamma", "realm": "gamma", "first_name": "", "last_name": "", "email": "",
        "language": "en", "time_zone": "UTC", "country": "US", "max_outbound_calls": null,
        "max_international_calls": null, "memo": "", "production": true, "suspended": false,
        "recordings_allowed": true, "profiles": [of.profile], "default_profile": of.profile,
    })
}

pub fn profile(_: &Thing) -> serde_json::Value {
    let features = serde_json::to_value(pbx_api::Features::default()).unwrap();
    serde_json::json!({ "name": "Gamma", "features": features, "routes": ["us"] })
}

pub fn block(thing: &Thing) -> serde_json::Value {
    serde_json::json!({ "client": thing.client, "kind": "prefix", "number": "+1900" })
}

pub fn block_file(thing: &Thing) -> serde_json::Value {
    serde_json::json!({ "client": thing.client, "text": "number\n+12025550177\n" })
}

pub fn emergency(thing: &Thing) -> serde_json::Value {
    serde_json::json!({
        "client": thing.client, "user": thing.user, "dialled": "911",
        "caller_number": "+12025550100", "location": "1 Main St",
    })
}

pub fn simulation(thing: &Thing) -> serde_json::Value {
    match thing.user {
        Some(user) => serde_json::json!({ "from": { "user": user }, "number": "1002" }),
        None => serde_json::json!({ "from": { "outside": "" }, "number": thing.e164 }),
    }
}

/// An answer without what differs each time.
pub fn without_id(text: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
    value.as_object_mut().unwrap().remove("request_id");
    value.to_string()
}

/// A role that is added has to be thought about here.
#[test]
fn every_role_takes_part() {
    for role in [Role::Reseller, Role::Client, Role::User] {
        match role {
            Role::Reseller | Role::Client | Role::User => {}
        }
    }
}

pub fn connect(of: &Thing) -> serde_json::Value {
    serde_json::json!({ "client": of.client })
}

pub fn login(_: &Thing) -> serde_json::Value {
    serde_json::json!({
        "first_name": "", "last_name": "", "language": "en", "access": "support",
        "may_delete_recordings": false,
    })
}

pub fn new_login(of: &Thing) -> serde_json::Value {
    serde_json::json!({
        "client": of.client, "email": "x@y.example", "first_name": "", "last_name": "",
        "access": "owner",
    })
}
