//! What a user's settings must keep, each rule beside its field.

use std::collections::HashSet;

use pbx_api::{CallSettings, Destination, Device, RingOrder, Rule, User, UserId, UserSettings};

use pbx_numbers::{is_emergency, normalise};

use super::house::House;
use crate::check::{Check, NAME_CHARS};

pub const EXTENSION_DIGITS: std::ops::RangeInclusive<usize> = 2..=8;
const DIAL_SECONDS: std::ops::RangeInclusive<u32> = 5..=300;
const STEP_SECONDS: std::ops::RangeInclusive<u32> = 5..=120;
const STEPS: std::ops::RangeInclusive<usize> = 1..=10;
const DEVICES: usize = 10;
const CALLER_NAME_CHARS: u32 = 40;

/// Checks a user's settings against its client, brings them into their stored form, and gives the
/// user. `before` is the user as it is, where there is one.
pub fn user(
    check: &mut Check,
    house: &House,
    id: UserId,
    mut set: UserSettings,
    before: Option<&User>,
) -> User {
    check.text("first_name", &mut set.first_name, 1, NAME_CHARS);
    check.text("last_name", &mut set.last_name, 0, NAME_CHARS);
    extension(check, house, id, &mut set.extension);
    set.profile = set.profile.or(house.default_profile);
    match set.profile {
        Some(profile) => {
            let assigned = house.profiles.contains_key(&profile);
            check.rule("profile", assigned, Rule::NotAssigned);
        }
        None => check.wrong("profile", Rule::NeededWithoutDefault),
    }
    department(check, house, &mut set.department);
    check.email("email", &mut set.email);
    if !set.email.is_empty() {
        let owner = house.emails.get(&set.email);
        let free = owner.is_none_or(|owner| *owner == Some(id));
        check.rule("email", free, Rule::InUse);
    }
    check.email("voicemail_email", &mut set.voicemail_email);
    check.language("language", &set.language);
    caller_ids(check, house, &mut set);
    dial_seconds(check, set.dial_seconds);
    for (field, place) in [
        ("when_unavailable", &mut set.when_unavailable),
        ("when_busy", &mut set.when_busy),
    ] {
        if let Some(place) = place {
            destination(check, field, house, Some(id), place);
        }
    }
    devices(check, house, id, &mut set.devices);
    calls(check, "calls.", house, id, &mut set.calls);
    set.of(id, before.map_or(house.client.id, |before| before.client))
}

fn extension(check: &mut Check, house: &House, id: UserId, text: &mut String) {
    *text = text.trim().to_owned();
    let digits =
        EXTENSION_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.is_empty() {
        check.wrong("extension", Rule::Needed);
    } else if text.starts_with('*') {
        check.wrong("extension", Rule::StarCode);
    } else if !digits {
        check.wrong("extension", Rule::Digits { least: 2, most: 8 });
    } else if is_emergency(text, &house.client.country) {
        check.wrong("extension", Rule::EmergencyNumber);
    } else if house.extensions.get(text).is_some_and(|owner| *owner != id) {
        check.wrong("extension", Rule::InUse);
    }
}

pub fn department(check: &mut Check, house: &House, text: &mut String) {
    check.text("department", text, 0, NAME_CHARS);
    let own = house.departments.is_empty() || house.departments.contains(text);
    check.rule("department", own, Rule::NotYourDepartment);
}

pub fn dial_seconds(check: &mut Check, seconds: u32) {
    let fits = DIAL_SECONDS.contains(&seconds);
    check.rule(
        "dial_seconds",
        fits,
        Rule::Between {
            least: 5,
            most: 300,
        },
    );
}

pub fn caller_ids(check: &mut Check, house: &House, set: &mut UserSettings) {
    check.text(
        "internal_caller_name",
        &mut set.internal_caller_name,
        0,
        CALLER_NAME_CHARS,
    );
    check.text(
        "external_caller_name",
        &mut set.external_caller_name,
        0,
        CALLER_NAME_CHARS,
    );
    set.internal_caller_number = set.internal_caller_number.trim().to_owned();
    let inner = &set.internal_caller_number;
    let fits = inner.len() <= *EXTENSION_DIGITS.end() && inner.bytes().all(|b| b.is_ascii_digit());
    check.rule(
        "internal_caller_number",
        fits,
        Rule::DigitsAtMost { most: 8 },
    );
    for (field, number) in [
        ("external_caller_number", &mut set.external_caller_number),
        ("emergency_caller_number", &mut set.emergency_caller_number),
    ] {
        if number.trim().is_empty() {
            number.clear();
            continue;
        }
        let e164 = normalise(number, &house.client.country);
        match e164.and_then(|e164| house.numbers.get_key_value(&e164)) {
            None => check.wrong(field, Rule::NotTheClientsNumber),
            Some((e164, validated)) => {
                let fits = *validated || field == "external_caller_number";
                check.rule(field, fits, Rule::NotValidated);
                number.clone_from(e164);
            }
        }
    }
}

/// Where a call may be sent: a colleague in reach, or outside in E.164. `own` may not name itself.
pub fn destination(
    check: &mut Check,
    field: &str,
    house: &House,
    own: Option<UserId>,
    place: &mut Destination,
) {
    match place {
        Destination::Voicemail => {
            check.wrong(field, Rule::NeedsMediaServer);
        }
        Destination::User(user) if Some(*user) == own => {
            check.wrong(field, Rule::Itself);
        }
        Destination::User(user) => {
            let known = house.reach.contains(user);
            check.rule(field, known, Rule::NotTheClientsUser);
        }
        Destination::External(text) => {
            if let Some(number) = external(check, field, house, text) {
                *text = number;
            }
        }
    }
}

/// A number outside, in E.164.
pub fn external(check: &mut Check, field: &str, house: &House, text: &str) -> Option<String> {
    let text = text.trim();
    if is_emergency(text, &house.client.country) {
        check.wrong(field, Rule::EmergencyNumber);
        return None;
    }
    let number = normalise(text, &house.client.country);
    if number.is_none() {
        check.wrong(field, Rule::NotAPhoneNumber);
    }
    number
}

/// What a user set for its own calls. `under` is what the fields' names begin with.
pub fn calls(check: &mut Check, under: &str, house: &House, id: UserId, set: &mut CallSettings) {
    if let Some(place) = &mut set.forward {
        destination(check, &format!("{under}forward"), house, Some(id), place);
    }
    if let Some(follow) = &mut set.follow_me {
        let field = format!("{under}follow_me");
        let fits = STEPS.contains(&follow.steps.len());
        check.rule(&field, fits, Rule::Entries { least: 1, most: 10 });
        match follow.order {
            RingOrder::AllAtOnce | RingOrder::InOrder => {}
        }
        for step in follow.steps.iter_mut().take(*STEPS.end()) {
            // A step may be the user itself: its phones ring along, or first.
            destination(check, &field, house, None, &mut step.destination);
            let fits = STEP_SECONDS.contains(&step.ring_seconds);
            check.rule(
                &field,
                fits,
                Rule::SecondsAStep {
                    least: 5,
                    most: 120,
                },
            );
        }
    }
}

fn devices(check: &mut Check, house: &House, id: UserId, devices: &mut [Device]) {
    check.rule(
        "devices",
        devices.len() <= DEVICES,
        Rule::EntriesAtMost { most: 10 },
    );
    let mut seen = HashSet::new();
    for device in devices {
        check.text("devices", &mut device.model, 0, NAME_CHARS);
        match mac(&device.mac) {
            None => check.wrong(
                "devices",
                Rule::NotAMac {
                    mac: shown(&device.mac),
                },
            ),
            Some(mac) => {
                let owner = house.devices.get(&mac);
                let free = owner.is_none_or(|owner| *owner == id);
                if !free || !seen.insert(mac.clone()) {
                    check.wrong("devices", Rule::MacInUse { mac: mac.clone() });
                }
                device.mac = mac;
            }
        }
    }
}

fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(20).collect();
    format!("“{short}”")
}

/// Twelve hex digits in lower case, however they were parted.
#[must_use]
pub fn mac(text: &str) -> Option<String> {
    let plain: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '.' | ' '))
        .collect();
    let whole = plain.len() == 12 && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| plain.to_lowercase())
}

/// The devices' addresses as the tables have them, of settings that were not checked yet.
pub fn macs(devices: &[Device]) -> Vec<String> {
    devices
        .iter()
        .filter_map(|device| mac(&device.mac))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_address_is_read_as_people_write_it() {
        for text in [
            "00:15:65:AB:cd:EF",
            "00-15-65-ab-cd-ef",
            "0015.65ab.cdef",
            " 001565ABCDEF ",
        ] {
            assert_eq!(mac(text).as_deref(), Some("001565abcdef"), "{text}");
        }
        for text in [
            "",
            "001565abcde",
            "001565abcdeg",
            "001565abcdef0",
            "0015é5abcdef",
        ] {
            assert_eq!(mac(text), None, "{text}");
        }
    }
}
