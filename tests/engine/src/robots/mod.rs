//! Phones that call each other all the time, at an easy pace, with a conversation to be heard.

mod people;
mod talk;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tandem_stage::interrupt;

use crate::phone::{Line, Phone, encoded};
use crate::wav;
use people::People;
use talk::Pair;

/// How long an engine keeps them without hearing of them.
const REGISTERED_SECONDS: u32 = 120;
/// Half of that.
const REGISTER_AGAIN: Duration = Duration::from_secs(60);
/// How often a phone that has nothing to do looks at what came.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What the phones say that they are.
const AGENT: &str = "Tandem robot/1";
/// The last part of the first phone's address at home.
const HOMES: u8 = 20;
/// A port of SIP, as phones have it at home.
const HOME_PORT: u16 = 5060;

/// Where the robots are.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    pub engine: SocketAddr,
    /// The other side of the engine's trunk.
    pub trunk: SocketAddr,
}

/// Both sides of a conversation, encoded.
type Voices = Arc<(Vec<u8>, Vec<u8>)>;

/// Lets users of a client call each other and somebody outside, until somebody asks to end.
///
/// `conversation` is a WAV with a speaker on each side.
///
/// # Errors
/// When the people can't be had, or a phone can't register at first. What goes wrong in a call is said and the next
/// one is made.
pub fn run(api: &crate::api::Api, places: Places, conversation: &[u8]) -> Result<()> {
    let [left, right] = wav::channels(conversation)?;
    let voices: Voices = Arc::new((encoded(&left)?, encoded(&right)?));
    let People {
        inside,
        outside,
        mixed_up,
    } = People::choose(api)?;
    let mut homes = HOMES..;
    let mut party = |line: &Line| -> Result<Party> {
        let number = homes.next().context("another address")?;
        Party::at_home(places.engine, line, number)
    };

    let mut pairs = Vec::new();
    for both in inside.chunks_exact(2) {
        let [one, other] = both else { continue };
        let (one, other) = (
            party(&one.line)?.dialled(&one.extension),
            party(&other.line)?.dialled(&other.extension),
        );
        pairs.push(Pair::new(one, other));
    }
    if let Some(reached) = outside {
        let carrier = Line {
            user: people::SOMEBODY.into(),
            realm: places.trunk.ip().to_string(),
            secret: String::new(),
        };
        let mut carrier = Phone::new(places.engine, places.trunk, carrier)?;
        carrier.name = people::SOMEBODYS_NAME.into();
        let carrier = Party::new(carrier).dialled(people::SOMEBODY);
        let user = party(&reached.person.line)?.dialled(&reached.number);
        pairs.push(Pair::new(user, carrier));
    }
    if pairs.is_empty() {
        bail!("nobody there who could call: the first client has fewer than two users");
    }
    let mut mixed_up = MixedUp::new(places.engine, &mixed_up)?;
    std::thread::scope(|scope| {
        scope.spawn(move || mixed_up.run());
        for (place, mut pair) in pairs.into_iter().enumerate() {
            let voices = Arc::clone(&voices);
            scope.spawn(move || pair.run(&voices, place));
        }
    });
    Ok(())
}

/// The address of a phone at home.
fn home(number: u8) -> SocketAddr {
    (IpAddr::from([192, 168, 10, number]), HOME_PORT).into()
}

/// Devices whose NAT gives them one public address and port. They only register.
struct MixedUp {
    phone: Option<Phone>,
    lines: Vec<Line>,
}

impl MixedUp {
    fn new(engine: SocketAddr, people: &[people::Person]) -> Result<Self> {
        let lines: Vec<Line> = people.iter().map(|person| person.line.clone()).collect();
        let first = lines.first().cloned();
        let phone = first.map(|line| Phone::new(engine, (engine.ip(), 0).into(), line));
        Ok(Self {
            phone: phone.transpose()?,
            lines,
        })
    }

    fn run(&mut self) {
        let Some(phone) = &mut self.phone else {
            return;
        };
        phone.agent = AGENT.into();
        let mut register_at = Instant::now();
        while !interrupt::asked() {
            if register_at <= Instant::now() {
                register_at = Instant::now() + REGISTER_AGAIN;
                for (line, number) in self.lines.iter().zip(1..) {
                    phone.line = line.clone();
                    phone.lan = home(number);
                    if let Err(fault) = phone.register(REGISTERED_SECONDS) {
                        eprintln!("a phone can't register: {fault:#}");
                    }
                }
            }
            if let Err(fault) = phone.attend("") {
                eprintln!("a phone has trouble: {fault:#}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// Somebody who takes part: a phone and what others dial to reach it.
struct Party {
    phone: Phone,
    number: String,
    /// None: it doesn't register, as a trunk doesn't.
    register_at: Option<Instant>,
}

impl Party {
    fn new(phone: Phone) -> Self {
        Self {
            phone,
            number: String::new(),
            register_at: None,
        }
    }

    /// A phone that believes to have an address of its home.
    fn at_home(engine: SocketAddr, line: &Line, number: u8) -> Result<Self> {
        let mut phone = Phone::new(engine, (engine.ip(), 0).into(), line.clone())?;
        phone.agent = AGENT.into();
        phone.lan = home(number);
        let mut party = Self::new(phone);
        party.register_at = Some(Instant::now());
        party.keep()?;
        Ok(party)
    }

    fn dialled(mut self, number: &str) -> Self {
        number.clone_into(&mut self.number);
        self
    }

    /// Registers when it is time again.
    fn keep(&mut self) -> Result<()> {
        if self.register_at.is_none_or(|at| at > Instant::now()) {
            return Ok(());
        }
        let status = self.phone.register(REGISTERED_SECONDS)?;
        anyhow::ensure!(
            status == 200,
            "{} may not register: {status}",
            self.phone.line.user
        );
        self.register_at = Some(Instant::now() + REGISTER_AGAIN);
        Ok(())
    }

    /// Does nothing for a while, but answers who asks.
    fn rest(one: &mut Self, other: &mut Self, long: Duration) -> Result<()> {
        let until = Instant::now() + long;
        while Instant::now() < until && !interrupt::asked() {
            for party in [&mut *one, &mut *other] {
                party.phone.attend("")?;
                party.keep()?;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }
}
