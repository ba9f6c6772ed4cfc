//! Whose phones the robots are.

use anyhow::{Context, Result};
use pbx_api::{PhoneNumber, PhoneSettings, Routing, SipSecret, User};
use serde::Deserialize;
use serde_json::json;

use crate::api::Api;
use crate::phone::Line;

/// Pairs that call each other inside.
const PAIRS: usize = 3;
/// Phones behind one NAT that mixes them up.
const MIXED_UP: usize = 2;
/// Somebody outside: a number that is kept for fiction.
pub const SOMEBODY: &str = "+14165550142";
pub const SOMEBODYS_NAME: &str = "Avery Quinn";

pub struct Person {
    pub line: Line,
    pub extension: String,
}

/// A person whom somebody outside calls.
pub struct Reached {
    pub person: Person,
    /// The number that leads to this person.
    pub number: String,
}

pub struct People {
    pub inside: Vec<Person>,
    pub outside: Option<Reached>,
    pub mixed_up: Vec<Person>,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct Numbers {
    numbers: Vec<PhoneNumber>,
}

impl People {
    /// Users of the first client, each with a new secret for its phones.
    pub fn choose(api: &Api) -> Result<Self> {
        let Users { users } = api.get("/v1/users")?;
        let Numbers { numbers } = api.get("/v1/numbers")?;
        let client = users.first().context("the server has no users")?.client;
        let mut users: Vec<User> = users
            .into_iter()
            .filter(|user| user.client == client)
            .collect();
        let found = numbers.into_iter().find_map(|number| {
            let Routing::User(user) = number.routing else {
                return None;
            };
            let place = users.iter().position(|other| other.id == user)?;
            Some((place, number.e164))
        });
        let outside = found
            .map(|(place, number)| {
                let person = person(api, &users.remove(place))?;
                anyhow::Ok(Reached { person, number })
            })
            .transpose()?;
        let mut people = users.iter().map(|user| person(api, user));
        Ok(Self {
            inside: people.by_ref().take(2 * PAIRS).collect::<Result<_>>()?,
            mixed_up: people.take(MIXED_UP).collect::<Result<_>>()?,
            outside,
        })
    }
}

fn person(api: &Api, user: &User) -> Result<Person> {
    let id = user.id;
    let settings: PhoneSettings = api.get(&format!("/v1/users/{id}/phone"))?;
    let made: SipSecret = api.send("POST", &format!("/v1/users/{id}/sip-secret"), &json!({}))?;
    Ok(Person {
        line: Line {
            user: made.sip_user,
            realm: settings.realm,
            secret: made.sip_secret,
        },
        extension: user.extension.clone(),
    })
}
