//! The people of the sample: companies, their users and numbers, and who they talk with.

use std::collections::{HashMap, HashSet};

use pbx_api::{Client, ClientId, NumberId, PhoneNumber, User, UserId};

use super::dice::{Dice, sums};
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

/// Name, realm, time zone, country, area codes, users, share of the calls.
type Sketch = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    usize,
    f64,
);

const SKETCHES: [Sketch; 12] = [
    (
        "Harbourfront Logistics Inc.",
        "harbourfront",
        "America/Toronto",
        "CA",
        &["416", "647", "905"],
        64,
        26.0,
    ),
    (
        "Blue Ridge Insurance Group",
        "blueridge",
        "America/New_York",
        "US",
        &["202", "540", "703"],
        48,
        19.0,
    ),
    (
        "Lone Star HVAC & Plumbing",
        "lonestar",
        "America/Chicago",
        "US",
        &["214", "512", "713"],
        35,
        14.0,
    ),
    (
        "Clinique dentaire Beauséjour",
        "beausejour",
        "America/Toronto",
        "CA",
        &["514", "438", "450"],
        18,
        9.0,
    ),
    (
        "Cascadia Outdoor Supply",
        "cascadia",
        "America/Los_Angeles",
        "US",
        &["206", "503", "425"],
        24,
        8.0,
    ),
    (
        "Mile High Property Management",
        "milehigh",
        "America/Denver",
        "US",
        &["303", "720", "970"],
        16,
        6.0,
    ),
    (
        "Pacific Rim Seafood Ltd.",
        "pacificrim",
        "America/Vancouver",
        "CA",
        &["604", "778", "250"],
        14,
        5.0,
    ),
    (
        "Bluenose Marine Surveyors",
        "bluenose",
        "America/Halifax",
        "CA",
        &["902", "782", "506"],
        9,
        4.0,
    ),
    (
        "Ağaoğlu & Søn Import/Export",
        "agaoglu",
        "America/New_York",
        "US",
        &["212", "646", "917"],
        11,
        3.5,
    ),
    (
        "The Rock Fish & Chips, St. John's",
        "therock",
        "America/St_Johns",
        "CA",
        &["709", "879"],
        6,
        2.5,
    ),
    (
        "Thames Street Solicitors LLP",
        "thames",
        "Europe/London",
        "GB",
        &["44"],
        12,
        2.5,
    ),
    (
        "Aloha Surf Lessons",
        "aloha",
        "Pacific/Honolulu",
        "US",
        &["808"],
        3,
        0.5,
    ),
];

const FIRST: [&str; 48] = [
    "Ava",
    "Liam",
    "Zoë",
    "Noah",
    "Émilie",
    "Mateo",
    "Chloé",
    "Ethan",
    "Priya",
    "Lucas",
    "Siobhán",
    "Omar",
    "Mia",
    "Jürgen",
    "Aiko",
    "Daniel",
    "Fatima",
    "Søren",
    "Grace",
    "Wei",
    "Ángel",
    "Hannah",
    "Oluwaseun",
    "Ivy",
    "José",
    "Margaret",
    "Łukasz",
    "Nadia",
    "Peter",
    "Quinn",
    "Renée",
    "Samuel",
    "Thanh",
    "Ursula",
    "Victor",
    "Wendy",
    "Xiomara",
    "Yusuf",
    "Zara",
    "Benjamin",
    "Camille",
    "Dmitri",
    "Elena",
    "François",
    "Gillian",
    "Hiroshi",
    "Ingrid",
    "Jack",
];

const LAST: [&str; 48] = [
    "Smith",
    "Tremblay",
    "Nguyen",
    "O'Brien",
    "García",
    "Müller",
    "Singh",
    "Chen",
    "Roy",
    "MacDonald",
    "Kowalski",
    "Johnson",
    "Beauséjour-Tremblay",
    "Patel",
    "Ivanov",
    "Côté",
    "Okafor",
    "Brown",
    "Sørensen",
    "Yılmaz",
    "Lee",
    "Fernández",
    "Gagnon",
    "Wilson",
    "Haddad",
    "Lefebvre",
    "Tanaka",
    "Williams",
    "Bélanger",
    "Kim",
    "D'Angelo",
    "Campbell",
    "Pelletier",
    "Rossi",
    "Martin",
    "Novák",
    "Anderson",
    "van der Berg",
    "Thompson",
    "Papadopoulos",
    "Hughes",
    "Morales",
    "Clark",
    "Dubois",
    "Fraser",
    "Abdi",
    "Walker",
    "Zhang",
];

const DEPARTMENTS: [&str; 6] = [
    "Sales",
    "Support",
    "Accounting",
    "Dispatch",
    "Front desk",
    "",
];

/// What caller id shows: carriers' fillers, companies, long ones and other scripts, and one that a
/// spreadsheet would run.
const COMPANY_NAMES: [&str; 22] = [
    "WIRELESS CALLER",
    "TORONTO ON",
    "UNKNOWN NAME",
    "SMITH & SONS",
    "CITY OF OTTAWA",
    "Dr. R. Gupta",
    "Ferme Saint-Anselme",
    "Northern Lights Home Heating, Cooling and Air Quality Services of Greater Sudbury",
    "株式会社サンプル",
    "Иван Петров",
    "Café Ñandú",
    "ACME FREIGHT",
    "TOLL FREE CALL",
    "Blumen Köhler",
    "شركة المثال",
    "ΑΦΟΙ ΠΑΠΑΔΟΠΟΥΛΟΥ",
    "=1+1 TRADING",
    "LAKESHORE CLINIC",
    "Maison de l'Érable",
    "RIVERSIDE SCHOOL",
    "Żółw Software",
    "PIZZA PLACE",
];

/// Area codes that outside callers come from.
const AREAS: [&str; 40] = [
    "202", "205", "212", "213", "214", "215", "216", "240", "250", "289", "301", "303", "305",
    "312", "343", "365", "403", "404", "415", "416", "418", "425", "431", "437", "438", "450",
    "503", "506", "512", "514", "579", "587", "604", "613", "617", "646", "647", "702", "778",
    "902",
];

/// Prefixes of ranges kept for fiction abroad, and how many digits follow.
const ABROAD: [(&str, usize); 5] = [
    ("+44207946", 4),
    ("+4416325", 5),
    ("+33199000", 3),
    ("+4930231250", 2),
    ("+61291911", 3),
];

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
        id: ClientId(world.id()),
        name: name.into(),
        realm: realm.into(),
        time_zone: time_zone.into(),
        country: country.into(),
        suspended: false,
        // One of them may not play recordings, so that the switch can be seen at work.
        recordings_allowed: realm != "blueridge",
    };
    let users: Vec<User> = (0..users)
        .map(|place| User {
            id: UserId(world.id()),
            client: client.id,
            first_name: (*dice.pick(&FIRST)).into(),
            last_name: (*dice.pick(&LAST)).into(),
            extension: (1001 + place).to_string(),
            profile: None,
            department: (*dice.pick(&DEPARTMENTS)).into(),
        })
        .collect();
    let numbers: Vec<PhoneNumber> = (0..(users.len() / 4).max(2))
        .map(|_| PhoneNumber {
            id: NumberId(world.id()),
            client: client.id,
            e164: fresh(taken, || {
                if country == "GB" {
                    abroad(dice, 0)
                } else {
                    fictional(areas, dice)
                }
            }),
            emergency_validated: dice.chance(0.8),
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
