//! What the engine does not let through, whatever the server would say.

use anyhow::Result;
use tandem_engine_tests::lab::{Lab, Options, SECRET};
use tandem_engine_tests::phone::{end, talk};

#[test]
fn nobody_calls_as_somebody_else() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, _bob] = lab.phones(["1001", "1002"])?;
    let mut call = ann.dial_as("sip:1003@acme.north.example", "1002")?;
    assert_eq!(ann.outcome(&mut call)?, 403);
    let mut call = ann.dial_as("sip:1001@acme.south.example", "1002")?;
    assert_eq!(ann.outcome(&mut call)?, 403);
    assert_eq!(lab.office.legs()?, [], "nobody's calls have no record");
    Ok(())
}

#[test]
fn a_request_within_no_call_is_not_relayed() -> Result<()> {
    let mut lab = Lab::start()?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    let engine = lab.engine();
    let route = format!("<sip:{engine};lr>");
    let target = format!("sip:+15195550100@{}", trunk.line.realm);
    for method in ["INVITE", "BYE", "INFO", "UPDATE", "REFER"] {
        let headers = [
            ("route", route.as_str()),
            ("from", "<sip:1001@acme.north.example>;tag=forged"),
            ("to", "<sip:+15195550100@acme.north.example>;tag=forged-too"),
            ("contact", "<sip:1001@192.0.2.1>"),
        ];
        assert_eq!(ann.ask(method, &target, &headers)?, 481, "{method}");
    }
    for method in ["MESSAGE", "PUBLISH", "SUBSCRIBE"] {
        let headers = [
            ("from", "<sip:1001@acme.north.example>;tag=one"),
            ("to", "<sip:1002@acme.north.example>"),
        ];
        let status = ann.ask(method, &target, &headers)?;
        assert!([405, 489].contains(&status), "{method}: {status}");
    }

    // What is within a call does go through, and nothing of the above reached the trunk before it.
    ann.register(600)?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "+12125550123")?;
    assert_eq!(incoming.number(), "+12125550123");
    end(&mut ann, &mut trunk, &mut call)?;
    lab.still_runs()
}

#[test]
fn the_operators_door_opens_with_the_secret_alone() -> Result<()> {
    let lab = Lab::start()?;
    assert_eq!(lab.control(None)?, 401);
    assert_eq!(lab.control(Some("another secret"))?, 401);
    assert_eq!(lab.control(Some(SECRET))?, 200);
    Ok(())
}

#[test]
fn who_guesses_passwords_is_not_heard_any_more() -> Result<()> {
    let lab = Lab::start()?;
    let mut guesser = lab.phone("1001")?;
    guesser.line.secret = "wrong".into();
    for _ in 0..20 {
        assert_eq!(guesser.register(600)?, 403);
    }
    guesser.is_not_heard()
}

#[test]
fn who_floods_is_not_heard_any_more_and_others_are() -> Result<()> {
    let mut lab = Lab::with(Options {
        requests_per_second: 30,
        ..Options::default()
    })?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let (mut flood, mut trunk) = (lab.phone_elsewhere("1003")?, lab.trunk()?);
    let answers = flood.floods(300)?;
    assert!(answers < 150, "far from all: {answers}");
    flood.is_not_heard()?;
    // The calls of all clients come from a trunk: it may send what it has.
    trunk.floods(300)?;
    assert_eq!(trunk.floods(1)?, 1);
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut call)?;
    lab.office.newest(1)?;
    lab.still_runs()
}
