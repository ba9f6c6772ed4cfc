//! The people of the sample: companies, their users and numbers, and who they talk with.

use std::collections::{HashMap, HashSet};

use pbx_api::{
    Client, ClientId, NumberId, PhoneNumber, RingGroup, RingOrder, Routing, User, UserId,
};

use super::dice::{Dice, sums};
use super::names::{ABROAD, AREAS, COMPANY_NAMES, DEPARTMENTS, FIRST, LAST, SKETCHES, Sketch};
use crate::clock::World;
use crate::import::directory::Known;

/// A client of the sample.
pub struct Company {
    pub known: Known,
    pub users: Vec<User>,
    pub numbers: Vec<PhoneNumber>,
    /// Who it talks with, some far more often than others.
    pub contacts: Vec<Contact>,
    pub contact_sums: Vec<f64>,
    /// Its share of the calls.
    pub share: f64,
}

/// Somebody outside.
pub struct Contact {
    pub number: String,
    pub name: String,
}

pub struct Cast {
    pub companies: Vec<Company>,
}

impl Cast {
    pub fn new(world: &World, dice: &mut Dice) -> Self {
        let mut taken = HashSet::new();
        let companies = SKETCHES
            .iter()
            .map(|sketch| company(sketch, world, dice, &mut taken))
            .collect();
        Self { companies }
    }
}

fn company(
    sketch: &Sketch,
    world: &World,
    dice: &mut Dice,
    taken: &mut HashSet<String>,
) -> Company {
    let &(name, realm, time_zone, country, areas, users, share) = sketch;
    let client = Client {
        // One of them may not play recordings, so that the switch can be seen at work.
        recordings_allowed: realm != "blueridge",
        first_name: FIRST[users % FIRST.len()].into(),
        last_name: LAST[users % LAST.len()].into(),
        email: format!("office@{realm}.example"),
        max_outbound_calls: u32::try_from(users / 4 + 2).ok(),
        max_international_calls: (country == "CA").then_some(2),
        // The smallest ones are still being set up.
        production: users > 8,
        ..Client::new(ClientId(world.id()), name, realm, time_zone, country)
    };
    let users: Vec<User> = (0..users)
        .map(|place| {
            let (first, last) = (*dice.pick(&FIRST), *dice.pick(&LAST));
            let extension = (1001 + place).to_string();
            User {
                department: (*dice.pick(&DEPARTMENTS)).into(),
                ..User::new(UserId(world.id()), client.id, first, last, &extension)
            }
        })
        .collect();
    let numbers: Vec<PhoneNumber> = (0..(users.len() / 4).max(2))
        .map(|place| {
            let id = NumberId(world.id());
            let e164 = fresh(taken, || {
                if country == "GB" {
                    abroad(dice, 0)
                } else {
                    fictional(areas, dice)
                }
            });
            PhoneNumber {
                emergency_validated: dice.chance(0.8),
                routing: routing(&users, place),
                ..PhoneNumber::new(id, client.id, &e164)
            }
        })
        .collect();
    // Some of the area and some from anywhere, as many as the company talks.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small count"
    )]
    let count = (share * 110.0) as usize;
    let contacts: Vec<Contact> = (0..count)
        .map(|_| {
            let near = country != "GB" && dice.chance(0.5);
            let number = if near {
                fictional(areas, dice)
            } else if dice.chance(if country == "GB" { 0.9 } else { 0.06 }) {
                let which = if country == "GB" {
                    dice.below(2)
                } else {
                    dice.below(ABROAD.len())
                };
                abroad(dice, which)
            } else {
                fictional(&AREAS, dice)
            };
            let name = match dice.below(10) {
                0..5 => format!("{} {}", dice.pick(&FIRST), dice.pick(&LAST)),
                5 => format!("{} {}", dice.pick(&LAST), dice.pick(&FIRST)).to_uppercase(),
                6..9 => (*dice.pick(&COMPANY_NAMES)).to_owned(),
                _ => String::new(),
            };
            Contact { number, name }
        })
        .collect();
    let contact_sums = sums((0..contacts.len()).map(|place| 1.0 / (place_weight(place))));
    let extensions: HashMap<String, UserId> = users
        .iter()
        .map(|user| (user.extension.clone(), user.id))
        .collect();
    let own = numbers.iter().map(|number| number.e164.clone()).collect();
    Company {
        known: Known {
            client,
            extensions,
            numbers: own,
        },
        users,
        numbers,
        contacts,
        contact_sums,
        share,
    }
}

/// The main number rings the first few together, every other one somebody of its own.
fn routing(users: &[User], place: usize) -> Routing {
    let members: Vec<UserId> = users.iter().take(3).map(|user| user.id).collect();
    match users.get(place) {
        Some(user) if place > 0 => Routing::User(user.id),
        _ => Routing::RingGroup(RingGroup {
            order: RingOrder::AllAtOnce,
            ring_seconds: 20,
            members,
        }),
    }
}

/// The n-th most frequent contact has a share like 1/n, from the eighth on.
#[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
fn place_weight(place: usize) -> f64 {
    place as f64 + 8.0
}

fn fresh(taken: &mut HashSet<String>, mut make: impl FnMut() -> String) -> String {
    loop {
        let number = make();
        if taken.insert(number.clone()) {
            return number;
        }
    }
}

/// 555-0100 to 555-0199, kept for fiction in every area code.
fn fictional(areas: &[&str], dice: &mut Dice) -> String {
    let area = *dice.pick(areas);
    format!("+1{area}55501{:02}", dice.below(100))
}

fn abroad(dice: &mut Dice, which: usize) -> String {
    let (prefix, digits) = ABROAD[which];
    let rest: String = (0..digits)
        .map(|_| char::from(b'0' + dice.below(10) as u8))
        .collect();
    format!("{prefix}{rest}")
}
