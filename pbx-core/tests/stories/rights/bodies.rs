//! Bodies that operations are tried with, made of the thing that they are about.

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
