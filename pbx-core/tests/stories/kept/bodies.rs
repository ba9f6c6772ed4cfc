//! Bodies in which each property has a value that is not the default.

use serde_json::{Value, json};

use super::stage::Stage;

/// What every secret is set to.
pub const SECRET: &str = "a secret of some length";

pub fn plain_client(stage: &Stage, realm: &str) -> Value {
    let profile = stage.server.north.profile;
    json!({
        "name": "Plain", "realm": realm, "first_name": "", "last_name": "", "email": "",
        "language": "en", "time_zone": "UTC", "country": "US", "memo": "", "production": true,
        "suspended": true, "recordings_allowed": false, "profiles": [profile],
        "default_profile": profile,
    })
}

/// Not suspended, because its login signs in.
pub fn client(stage: &Stage, realm: &str) -> Value {
    let profile = stage.id("assigned_profile");
    json!({
        "name": "Kept", "realm": realm, "first_name": "Zoë", "last_name": "Žižek",
        "email": format!("{realm}@client.example"), "language": "de",
        "time_zone": "Europe/Berlin", "country": "DE", "memo": "Pays\nlate",
        "production": false, "suspended": false, "recordings_allowed": true,
        "max_outbound_calls": 4, "max_international_calls": 0, "profiles": [profile],
        "default_profile": profile, "password": SECRET,
    })
}

pub fn emergency(stage: &Stage) -> Value {
    json!({
        "client": stage.acme(), "user": stage.server.north.acme.ann.0, "dialled": "911",
        "caller_number": stage.acme_number, "location": "2 Side St, 3rd floor",
        "notify_emails": ["help@acme.example"], "notify_desktop": true,
    })
}

pub fn limited(username: &str) -> Value {
    json!({
        "username": username, "first_name": "Zoë", "last_name": "Žižek", "language": "es",
        "password": SECRET, "read_only": true, "disabled_pages": ["users", "audit"],
        "departments": ["Sales"],
    })
}

pub fn login() -> Value {
    json!({
        "first_name": "Zoë", "last_name": "Žižek", "language": "es", "access": "support",
        "may_delete_recordings": true,
    })
}

/// Everything that a user sets of its calls; they go to `place`.
pub fn calls(stage: &Stage, place: Value) -> Value {
    json!({
        "forward": place, "call_waiting": false, "do_not_disturb": true,
        "follow_me": { "order": "in_order", "steps": [
            { "destination": { "user": stage.server.north.acme.ann.0 }, "ring_seconds": 7 },
            { "destination": { "external": "+13035550125" }, "ring_seconds": 9 },
        ] },
    })
}

pub fn group(stage: &Stage) -> Value {
    let acme = &stage.server.north.acme;
    json!({ "ring_group": { "order": "in_order", "members": [acme.bob.0, acme.ann.0], "ring_seconds": 17 } })
}

/// Everything that a profile's default is not.
pub fn profile(name: &str) -> Value {
    let mut features = json!(pbx_api::Features::default());
    for (_, value) in features.as_object_mut().unwrap() {
        *value = json!(!value.as_bool().unwrap());
    }
    json!({ "name": name, "features": features, "routes": ["toll_free", "international"] })
}

/// Everything of a user that its default is not. Calls go to a colleague here, and outside there.
pub fn user(stage: &Stage, extension: &str) -> Value {
    let bob = json!({ "user": stage.server.north.acme.bob.0 });
    settings(
        stage,
        extension,
        &bob,
        &json!({ "external": "+13035550126" }),
    )
}

/// The same with the places of calls the other way round.
pub fn user_elsewhere(stage: &Stage, extension: &str) -> Value {
    let bob = json!({ "user": stage.server.north.acme.bob.0 });
    settings(
        stage,
        extension,
        &json!({ "external": "+13035550126" }),
        &bob,
    )
}

fn settings(stage: &Stage, extension: &str, here: &Value, there: &Value) -> Value {
    json!({
        "first_name": "Zoë", "last_name": "Žižek", "extension": extension,
        "profile": stage.id("assigned_profile"), "department": "Sales",
        "email": format!("u{extension}@acme.example"),
        "voicemail_email": format!("v{extension}@acme.example"), "language": "de",
        "internal_caller_name": "Desk", "internal_caller_number": "77",
        "external_caller_name": "Acme", "external_caller_number": stage.acme_number,
        "emergency_caller_number": stage.acme_number, "dial_seconds": 41,
        "when_unavailable": here, "when_busy": there, "vanity": true, "in_directory": false,
        "devices": [{ "mac": format!("00156500{extension}"), "model": "T46S" }],
        "calls": calls(stage, here.clone()),
    })
}

pub fn bulk(stage: &Stage) -> Value {
    json!({
        "users": [stage.id("one_of_many"), stage.id("another_of_many")],
        "set": {
            "profile": stage.id("assigned_profile"), "department": "Board", "language": "fr",
            "external_caller_name": "Acme", "external_caller_number": stage.acme_number,
            "emergency_caller_number": stage.acme_number, "dial_seconds": 43, "vanity": true,
            "in_directory": false,
        },
    })
}
