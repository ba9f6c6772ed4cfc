//! Which trunk carries a call, and what happens where one does not.

use std::io::Read as _;
use std::net::TcpListener;

use anyhow::Result;
use pbx_api::{CallResult, Routing};
use serde_json::json;
use tandem_engine_tests::lab::CARRIER;
use tandem_engine_tests::phone::{Line, Outgoing, end, talk};
use tandem_engine_tests::{Lab, PATIENCE, Phone, office};

/// The trunk that is tried next.
const SECOND: &str = "second";
const CALLER: &str = "sip:+15195550142@carrier.example";

/// Ann's phone and both carriers, the second one behind the first.
fn two_carriers(lab: &Lab) -> Result<[Phone; 3]> {
    let second = lab.place.second.to_string();
    lab.operator(&["trunk", "add", SECOND, "--address", &second], "")?;
    lab.operator(&["route", "use", "default", CARRIER, SECOND], "")?;
    let mut ann = lab.phone("1001")?;
    ann.register(600)?;
    Ok([ann, lab.trunk()?, lab.somebody_at(lab.place.second)?])
}

/// A call that goes on at the second carrier.
fn talks_by(ann: &mut Phone, second: &mut Phone, mut call: Outgoing) -> Result<()> {
    let incoming = second.is_called()?;
    assert_eq!(incoming.number(), "+12125550123");
    assert_eq!(incoming.asserted(), office::NUMBER);
    assert_eq!(incoming.caller(), office::NUMBER);
    second.ring(&incoming)?;
    ann.rings(&call)?;
    second.accept(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 200);
    second.talks(&incoming)?;
    end(ann, second, &mut call)
}

#[test]
fn a_route_has_its_own_trunk_and_a_change_counts_at_once() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    lab.operator(&["route", "use", "us", SECOND], "")?;
    lab.operator(&["route", "use", "default", CARRIER], "")?;
    let (mut call, _) = talk(&mut ann, &mut second, "2125550123")?;
    end(&mut ann, &mut second, &mut call)?;
    let (mut call, _) = talk(&mut ann, &mut first, "14165550123")?;
    end(&mut ann, &mut first, &mut call)?;
    lab.operator(&["route", "use", "us"], "")?;
    let (mut call, _) = talk(&mut ann, &mut first, "2125550123")?;
    end(&mut ann, &mut first, &mut call)?;

    // Without any trunk the record says so.
    lab.operator(&["trunk", "change", CARRIER, "--enabled", "false"], "")?;
    let mut call = ann.dial("2125550123")?;
    assert_eq!(ann.outcome(&mut call)?, 503);
    let (result, sip_code, leg) = lab.office.newest(4)?;
    assert_eq!(
        (result, sip_code, leg.cause),
        (CallResult::Failed, Some(503), Some(3))
    );
    Ok(())
}

#[test]
fn a_dead_address_and_a_trunk_that_fails_are_passed_over() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    let (dead, alive) = (lab.place.empty.to_string(), lab.place.trunk.to_string());
    // The broadcast address of the loopback takes nothing: not even sending works.
    let addresses =
        ["127.255.255.255", &dead, &alive].map(|address| format!("--address={address}"));
    let [broken, dead, alive] = &addresses;
    lab.operator(&["trunk", "change", CARRIER, broken, dead, alive], "")?;
    // One call is one call, however many ways it tries.
    lab.office
        .change_client(|client| client.max_outbound_calls = Some(1))?;
    for (status, records) in [(503, 1), (500, 2)] {
        let call = ann.dial("2125550123")?;
        let incoming = first.is_called()?;
        first.refuse(&incoming, status)?;
        talks_by(&mut ann, &mut second, call)?;
        let (result, sip_code, _) = lab.office.newest(records)?;
        assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
        assert_eq!(lab.office.legs()?.len(), records);
    }
    lab.keeps_no_call()
}

#[test]
fn a_trunk_is_called_over_its_own_transport() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut first, _] = two_carriers(&lab)?;
    let listener = TcpListener::bind((lab.place.second, 5060))?;
    lab.operator(&["trunk", "change", SECOND, "--transport", "tcp"], "")?;
    lab.operator(&["route", "use", "us", SECOND, CARRIER], "")?;
    let mut call = ann.dial("2125550123")?;
    let (mut connection, _) = listener.accept()?;
    connection.set_read_timeout(Some(PATIENCE))?;
    let expected = b"INVITE sip:+12125550123@";
    let mut begins = vec![0; expected.len()];
    connection.read_exact(&mut begins)?;
    assert_eq!(begins, expected);
    // Nobody goes on there, and then nobody takes the connection.
    drop((connection, listener));
    for again in [false, true] {
        if again {
            call = ann.dial("2125550123")?;
        }
        let incoming = first.is_called()?;
        first.refuse(&incoming, 486)?;
        assert_eq!(ann.outcome(&mut call)?, 486);
    }
    Ok(())
}

#[test]
fn what_the_callee_says_is_the_end() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    for status in [486, 404, 603] {
        let mut call = ann.dial("2125550123")?;
        let incoming = first.is_called()?;
        first.refuse(&incoming, status)?;
        assert_eq!(ann.outcome(&mut call)?, status);
        second.was_not_called()?;
    }
    // Who heard it ring does not hear another one ring.
    let mut call = ann.dial("2125550123")?;
    let incoming = first.is_called()?;
    first.ring(&incoming)?;
    ann.rings(&call)?;
    first.refuse(&incoming, 503)?;
    assert_eq!(ann.outcome(&mut call)?, 503);
    second.was_not_called()?;

    // Of two that were tried, the last one says how it ended.
    let mut call = ann.dial("2125550123")?;
    let incoming = first.is_called()?;
    first.refuse(&incoming, 408)?;
    let incoming = second.is_called()?;
    second.refuse(&incoming, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);

    // Nothing is tried for who gave up.
    let mut call = ann.dial("2125550123")?;
    let incoming = first.is_called()?;
    first.ring(&incoming)?;
    ann.rings(&call)?;
    ann.cancel(&call)?;
    first.is_let_go(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 487);
    second.was_not_called()?;
    lab.still_runs()
}

#[test]
fn a_phone_rings_on_while_the_trunk_beside_it_is_passed_over() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    let mut bob = lab.phone("1002")?;
    bob.register(600)?;
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    let steps = json!([{ "destination": { "external": "+12125550123" }, "ring_seconds": 30 }]);
    let follow_me = json!({ "order": "all_at_once", "steps": steps });
    lab.office
        .change_user("1002", |user| user["calls"]["follow_me"] = follow_me)?;
    let mut call = ann.dial("1002")?;
    let (at_bob, at_first) = (bob.is_called()?, first.is_called()?);
    bob.ring(&at_bob)?;
    ann.rings(&call)?;
    first.refuse(&at_first, 503)?;
    let at_second = second.is_called()?;
    assert_eq!(at_second.number(), "+12125550123");
    second.accept(&at_second)?;
    assert_eq!(ann.outcome(&mut call)?, 200);
    second.talks(&at_second)?;
    bob.is_let_go(&at_bob)?;
    end(&mut ann, &mut second, &mut call)
}

#[test]
fn a_carrier_is_shown_the_password_of_its_trunk() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    let account = Line {
        user: "acme'north@x".into(),
        realm: "carrier.example".into(),
        secret: r#"p"a's\$var(w)or%d"#.into(),
    };
    let with_user = ["trunk", "change", CARRIER, "--user", &account.user];
    lab.operator(&with_user, &account.secret)?;
    let challenges = [
        (
            407,
            r#"Digest realm="carrier.example", nonce="n0nce/1+2==", qop="auth", algorithm=MD5"#,
        ),
        (
            401,
            r#"Digest algorithm=MD5, realm="carrier.example", nonce="another", opaque="0f""#,
        ),
    ];
    for (status, challenge) in challenges {
        let mut call = ann.dial("2125550123")?;
        let incoming = first.is_called()?;
        let incoming = first.challenges(&incoming, status, challenge)?;
        assert!(
            incoming.is_proved_by(&account, status),
            "{}",
            incoming.invite.text()
        );
        first.accept(&incoming)?;
        assert_eq!(ann.outcome(&mut call)?, 200);
        first.talks(&incoming)?;
        end(&mut ann, &mut first, &mut call)?;

        // Busy is busy, though it was said after a challenge.
        let mut call = ann.dial("2125550123")?;
        let incoming = first.is_called()?;
        let incoming = first.challenges(&incoming, status, challenge)?;
        first.refuse(&incoming, 486)?;
        assert_eq!(ann.outcome(&mut call)?, 486);

        // A carrier that is not content is passed over, and the next one hears nothing of the password.
        let call = ann.dial("2125550123")?;
        let incoming = first.is_called()?;
        let incoming = first.challenges(&incoming, status, challenge)?;
        first.refuse(&incoming, 503)?;
        let incoming = second.is_called()?;
        for header in ["authorization", "proxy-authorization"] {
            assert_eq!(incoming.invite.get(header), "");
        }
        second.refuse(&incoming, 480)?;
        let mut call = call;
        assert_eq!(ann.outcome(&mut call)?, 480);
    }
    second.was_not_called()
}

#[test]
fn calls_come_from_the_addresses_of_enabled_trunks_alone() -> Result<()> {
    let lab = Lab::start()?;
    let (mut bob, mut trunk) = (lab.phone("1002")?, lab.trunk()?);
    let mut stranger = lab.somebody_at(lab.place.empty)?;
    bob.register(600)?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    lab.office
        .route_number(&Routing::User(lab.office.user("1002")?))?;
    let rings = |caller: &mut Phone, bob: &mut Phone| -> Result<()> {
        let mut call = caller.dial_as(CALLER, office::NUMBER)?;
        let incoming = bob.is_called()?;
        bob.refuse(&incoming, 486)?;
        assert_eq!(caller.outcome(&mut call)?, 486);
        Ok(())
    };
    let is_nobody = |caller: &mut Phone| -> Result<()> {
        let mut call = caller.dial_as(CALLER, office::NUMBER)?;
        assert_eq!(caller.outcome(&mut call)?, 407, "it is to prove itself");
        Ok(())
    };
    rings(&mut trunk, &mut bob)?;
    is_nobody(&mut stranger)?;
    let address = |of: std::net::IpAddr| format!("--address={of}:5060");
    let both = [lab.place.trunk, lab.place.empty].map(address);
    lab.operator(&["trunk", "change", CARRIER, &both[0], &both[1]], "")?;
    rings(&mut trunk, &mut bob)?;
    rings(&mut stranger, &mut bob)?;
    lab.operator(&["trunk", "change", CARRIER, "--enabled=false"], "")?;
    is_nobody(&mut trunk)?;
    is_nobody(&mut stranger)
}

#[test]
fn help_leaves_by_the_second_trunk_with_the_server_dead_too() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut first, mut second] = two_carriers(&lab)?;
    lab.operator(&["route", "use", "emergency", CARRIER, SECOND], "")?;
    lab.office.emergency("911")?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    // What is sent with calls for help is learned with a registration.
    ann.register(600)?;
    let help = |ann: &mut Phone, first: &mut Phone, second: &mut Phone| -> Result<()> {
        let mut call = ann.dial("911")?;
        let incoming = first.is_called()?;
        first.refuse(&incoming, 503)?;
        let incoming = second.is_called()?;
        assert_eq!(incoming.number(), "911");
        assert_eq!(incoming.asserted(), office::NUMBER);
        second.accept(&incoming)?;
        assert_eq!(ann.outcome(&mut call)?, 200);
        second.talks(&incoming)?;
        end(ann, second, &mut call)
    };
    help(&mut ann, &mut first, &mut second)?;
    lab.office.newest(1)?;
    lab.core.kill();
    help(&mut ann, &mut first, &mut second)?;
    lab.restart_engine(true)?;
    help(&mut ann, &mut first, &mut second)?;
    lab.core.start_again()?;
    let (result, _, leg) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Answered);
    assert_eq!(leg.to_number, "911");
    lab.still_runs()
}
