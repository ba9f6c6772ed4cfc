//! How long the way to each phone and back takes is measured, and what is shown is of now.

use std::time::Duration;

use anyhow::{Context, Result};
use pbx_api::{Registration, SipTransport};
use tandem_engine_tests::foreign::{Baresip, Codec, Setup};
use tandem_engine_tests::lab::Options;
use tandem_engine_tests::phone::{Asked, meanwhile};
use tandem_engine_tests::seen::Now;
use tandem_engine_tests::{Lab, Phone};
use tandem_stage::workspace;

const SLOW: Duration = Duration::from_millis(150);
/// What a busy machine may make of it.
const SLOWEST_MS: u32 = 2_000;

const fn answers(status: u16, after: Duration) -> Asked {
    Asked::Answers { status, after }
}

/// The phone at a port, while it is online.
fn online(now: &Now, port: u16) -> Option<&Registration> {
    let is = |phone: &&Registration| phone.public_port == port && phone.offline_since_ms.is_none();
    now.phones.iter().find(is)
}

fn round_trip_ms(now: &Now, port: u16) -> Option<u32> {
    online(now, port)?.round_trip_ms
}

/// What it was asked with tells nobody's name.
fn is_discreet(phone: &Phone) -> Result<()> {
    let question = phone.question.as_ref().context("it was asked")?;
    let text = question.text();
    assert!(question.get("from").contains("<sip:keepalive@"), "{text}");
    assert!(!text.contains("north.example"), "{text}");
    Ok(())
}

#[test]
fn any_answer_of_a_phone_is_measured_and_silence_is_unknown() -> Result<()> {
    let mut lab = Lab::with(Options {
        round_trip_seconds: 2,
        ..Options::default()
    })?;
    let (mut ann, mut bob) = (lab.phone("1001")?, lab.phone_by_tcp("1002")?);
    let (mut cid, mut mute) = (lab.phone("1003")?, lab.phone("1003")?);
    // Behind a NAT: nobody reaches it where it believes to be.
    ann.lan = ([192, 168, 1, 10], 5060).into();
    ann.asked = answers(200, SLOW);
    bob.asked = answers(405, Duration::ZERO);
    mute.asked = Asked::Silence;
    for phone in [&mut ann, &mut bob, &mut cid, &mut mute] {
        assert_eq!(phone.register(600)?, 200);
    }
    let [at_ann, at_bob, at_cid, at_mute] = [&ann, &bob, &cid, &mute].map(Phone::port);
    let is_mute = |now: &Now| round_trip_ms(now, at_mute).is_none();
    meanwhile(&mut [&mut ann, &mut bob, &mut cid, &mut mute], || {
        let now = lab.office.sees("three measures", |now| {
            assert!(is_mute(now));
            [at_ann, at_bob, at_cid]
                .iter()
                .all(|port| round_trip_ms(now, *port).is_some())
        })?;
        let slow = round_trip_ms(&now, at_ann).context("Ann's")?;
        assert!((150..SLOWEST_MS).contains(&slow), "{slow} ms");
        Ok(())
    })?;
    for phone in [&ann, &bob, &cid, &mute] {
        is_discreet(phone)?;
    }

    // An old value would look as if the phone were there; that it is registered is another matter.
    cid.asked = Asked::Silence;
    assert_eq!(ann.register(600)?, 200, "which takes nothing back");
    meanwhile(&mut [&mut ann, &mut bob, &mut cid, &mut mute], || {
        lab.office.sees("Cid is silent", |now| {
            let slow = round_trip_ms(now, at_ann).unwrap_or_default();
            assert!((150..SLOWEST_MS).contains(&slow), "{slow} ms");
            online(now, at_cid).is_some_and(|phone| phone.round_trip_ms.is_none())
        })?;
        Ok(())
    })?;
    assert_eq!(cid.register(600)?, 200);
    cid.asked = answers(200, Duration::ZERO);
    meanwhile(&mut [&mut ann, &mut bob, &mut cid, &mut mute], || {
        lab.office.sees("Cid answers again", |now| {
            assert!(online(now, at_mute).is_some() && is_mute(now));
            round_trip_ms(now, at_cid).is_some()
        })?;
        Ok(())
    })?;
    assert_eq!(lab.office.legs()?, [], "nothing of it is a call");
    lab.still_runs()
}

#[test]
fn phones_of_other_people_are_measured_over_every_way() -> Result<()> {
    let lab = Lab::with(Options {
        tls: true,
        round_trip_seconds: 2,
        ..Options::default()
    })?;
    let says = workspace::root()?.join("tests/data/audio/asterisk22/legs-in.wav");
    let ways = [
        ("1001", SipTransport::Udp),
        ("1002", SipTransport::Tcp),
        ("1003", SipTransport::Tls),
    ];
    let mut phones = Vec::new();
    for (extension, transport) in ways {
        let setup = Setup {
            extension,
            says: &says,
            transport,
            codec: Codec::Pcmu,
            calls: None,
        };
        phones.push(Baresip::start(&lab, &setup)?);
    }
    let now = lab.office.sees("three measures", |now| {
        now.phones
            .iter()
            .filter(|phone| phone.round_trip_ms.is_some())
            .count()
            == ways.len()
    })?;
    for (_, transport) in ways {
        assert!(now.phones.iter().any(|phone| phone.transport == transport));
    }
    Ok(())
}
