//! A row of a file into a user's settings.

use std::collections::HashMap;

use pbx_api::{Destination, Device, Rule, UserId, UserSettings};

use crate::check::Check;
use crate::table::yes_or_no;
use crate::users::house::House;

/// The names that a header may have.
pub const COLUMNS: [&str; 20] = [
    "first_name",
    "last_name",
    "extension",
    "email",
    "voicemail_email",
    "profile",
    "department",
    "language",
    "internal_caller_name",
    "internal_caller_number",
    "external_caller_name",
    "external_caller_number",
    "emergency_caller_number",
    "dial_seconds",
    "when_unavailable",
    "when_busy",
    "vanity",
    "in_directory",
    "mac",
    "model",
];
/// Those without which there is no user.
pub const NEEDED: [&str; 2] = ["first_name", "extension"];

/// The users that a destination may name by extension.
pub struct Known<'a> {
    pub house: &'a House,
    /// Of the file itself.
    pub file: &'a HashMap<String, UserId>,
}

/// Reads a row. What can't be read is noted beside its column; the rules come afterwards.
pub fn settings(
    check: &mut Check,
    known: &Known<'_>,
    cell: impl Fn(&str) -> String,
) -> UserSettings {
    let language = cell("language").to_lowercase();
    UserSettings {
        first_name: cell("first_name"),
        last_name: cell("last_name"),
        extension: cell("extension"),
        profile: profile(check, known.house, &cell("profile")),
        department: cell("department"),
        email: cell("email"),
        voicemail_email: cell("voicemail_email"),
        language: if language.is_empty() {
            known.house.client.language.clone()
        } else {
            language
        },
        internal_caller_name: cell("internal_caller_name"),
        internal_caller_number: cell("internal_caller_number"),
        external_caller_name: cell("external_caller_name"),
        external_caller_number: cell("external_caller_number"),
        emergency_caller_number: cell("emergency_caller_number"),
        dial_seconds: seconds(check, &cell("dial_seconds")),
        when_unavailable: destination(known, &cell("when_unavailable")),
        when_busy: destination(known, &cell("when_busy")),
        vanity: switch(check, "vanity", &cell("vanity"), false),
        in_directory: switch(check, "in_directory", &cell("in_directory"), true),
        devices: devices(cell("mac"), cell("model")),
        calls: pbx_api::CallSettings::default(),
    }
}

fn profile(check: &mut Check, house: &House, name: &str) -> Option<pbx_api::ProfileId> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let found = house
        .profiles
        .iter()
        .find(|(_, known)| known.to_lowercase() == name.to_lowercase());
    if found.is_none() {
        check.wrong("profile", Rule::NotAProfileName);
    }
    found.map(|(id, _)| *id)
}

fn seconds(check: &mut Check, text: &str) -> u32 {
    let usual = 20;
    match text.trim() {
        "" => usual,
        text => text.parse().unwrap_or_else(|_| {
            check.wrong("dial_seconds", Rule::NotANumber);
            usual
        }),
    }
}

fn switch(check: &mut Check, field: &str, text: &str, usual: bool) -> bool {
    if text.is_empty() {
        return usual;
    }
    yes_or_no(text).unwrap_or_else(|| {
        check.wrong(field, Rule::NotYesOrNo);
        usual
    })
}

/// An extension of the client or of the file, else a number outside.
fn destination(known: &Known<'_>, text: &str) -> Option<Destination> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let user = known
        .house
        .extensions
        .get(text)
        .or_else(|| known.file.get(text));
    Some(match user {
        Some(user) => Destination::User(*user),
        None if text.eq_ignore_ascii_case("voicemail") => Destination::Voicemail,
        None => Destination::External(text.to_owned()),
    })
}

fn devices(mac: String, model: String) -> Vec<Device> {
    if mac.trim().is_empty() && model.trim().is_empty() {
        Vec::new()
    } else {
        vec![Device { mac, model }]
    }
}
