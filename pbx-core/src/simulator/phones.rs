//! Where the made-up phones are: one for each user, a site for each client, a few that share a port
//! and a few that are gone. Pure.

use pbx_api::{EngineEvent, EngineRegistration, InstantMs, SipTransport};

use super::store::Line;

const LASTS_MS: InstantMs = 10 * 60 * 1000;
/// Each comes again before it runs out.
const AGAIN_MS: InstantMs = 5 * 60 * 1000;
/// Events of one step: a first step of thousands of phones takes a few.
const AT_ONCE: usize = 200;
/// One of so many is gone, and one of so many shares the port of the phone before it.
const GONE: usize = 13;
const SHARED: usize = 40;
const MODELS: [&str; 4] = [
    "Yealink SIP-T46U 108.86.0.20",
    "PolyVVX-VVX_450-UA/6.4.3",
    "Grandstream GXP2170 1.0.11.64",
    "snomD785/10.1.159.12",
];

/// Which phones were said, and when.
#[derive(Debug, Default)]
pub struct Site {
    /// For each line when it is due; none: it stays away.
    due: Vec<Option<InstantMs>>,
}

impl Site {
    /// The phones that come, come again or go by an instant.
    pub fn due(&mut self, lines: &[Line], now_ms: InstantMs) -> Vec<EngineEvent> {
        self.due.resize(lines.len(), Some(now_ms));
        let mut events = Vec::new();
        for (place, (line, due)) in lines.iter().zip(&mut self.due).enumerate() {
            if events.len() >= AT_ONCE {
                break;
            }
            if due.is_none_or(|due| due > now_ms) {
                continue;
            }
            let phone = registration(place, line, now_ms);
            if place % GONE == GONE - 1 {
                let contact = phone.contact.clone();
                events.push(EngineEvent::Register(phone));
                events.push(EngineEvent::Expire {
                    user: line.sip_user.clone(),
                    realm: line.realm.clone(),
                    contact,
                });
                *due = None;
            } else {
                events.push(EngineEvent::Register(phone));
                // Spread, so that no second has all of them.
                let spread = i64::try_from(place % 60).unwrap_or_default() * 1000;
                *due = Some(now_ms + AGAIN_MS - spread);
            }
        }
        events
    }
}

fn registration(place: usize, line: &Line, now_ms: InstantMs) -> EngineRegistration {
    let number = |value: usize| u16::try_from(value).unwrap_or_default();
    let host = 10 + line.place % 200;
    let behind = if place % SHARED == SHARED - 1 {
        place - 1
    } else {
        place
    };
    EngineRegistration {
        user: line.sip_user.clone(),
        realm: line.realm.clone(),
        contact: format!("sip:{}@192.168.10.{host}:5060", line.sip_user),
        user_agent: MODELS[place % MODELS.len()].to_owned(),
        instance: format!("<urn:uuid:00000000-0000-4000-8000-{place:012}>"),
        lan_address: format!("192.168.10.{host}:5060"),
        // Addresses that are kept for documentation (RFC 5737).
        public_address: format!("203.0.113.{}", 1 + line.site % 250),
        public_port: number(20_000 + behind % 40_000),
        transport: if place.is_multiple_of(5) {
            SipTransport::Tls
        } else {
            SipTransport::Udp
        },
        expires_at_ms: now_ms + LASTS_MS,
        round_trip_ms: u32::try_from(8 + place * 7 % 60).ok(),
        mark: None,
    }
}
