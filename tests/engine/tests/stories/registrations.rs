//! Phones register, and the wrong ones do not.

use anyhow::Result;
use pbx_api::{CallResult, Registration, SipTransport};
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, PATIENCE};
use tandem_stage::wait;

#[test]
fn a_phone_registers_is_seen_and_goes() -> Result<()> {
    let mut lab = Lab::start()?;
    let mut ann = lab.phone("1001")?;
    assert_eq!(ann.register(600)?, 200);
    let now = lab.office.sees("the phone is online", |now| {
        now.phones
            .iter()
            .any(|phone| phone.offline_since_ms.is_none())
    })?;
    let phone = &now.phones[0];
    assert_eq!(phone.aor, "1001@acme.north.example");
    assert_eq!(phone.user_agent, "Story/1");
    assert_eq!(phone.public_port, ann.port());
    assert_eq!(phone.public_address, lab.engine().ip().to_string());
    assert!(!phone.simulated);

    assert_eq!(ann.register(0)?, 200);
    lab.office.sees("the phone is offline", |now| {
        now.phones
            .iter()
            .all(|phone| phone.offline_since_ms.is_some())
    })?;
    lab.still_runs()
}

#[test]
fn nobody_registers_without_the_right_password_realm_and_client() -> Result<()> {
    let lab = Lab::start()?;
    let mut ann = lab.phone("1001")?;
    let right = ann.line.clone();

    ann.line.secret = "wrong".into();
    assert_eq!(ann.register(600)?, 403, "another password");
    ann.line = right.clone();
    ann.line.realm = "beta.north.example".into();
    assert_eq!(ann.register(600)?, 403, "a realm of nobody's");
    ann.line.realm = "acme.south.example".into();
    assert_eq!(ann.register(600)?, 403, "another reseller's realm");
    ann.line = right.clone();
    ann.line.user = "9999".into();
    assert_eq!(ann.register(600)?, 403, "nobody's name");

    ann.line = right;
    assert_eq!(ann.register(600)?, 200);
    // Nothing is remembered of the old password.
    let renewed = lab.office.renew_secret("1001")?;
    assert_eq!(ann.register(600)?, 403, "the password of before");
    ann.line.secret = renewed;
    assert_eq!(ann.register(600)?, 200);

    lab.office.change_client(|client| client.suspended = true)?;
    assert_eq!(ann.register(600)?, 403, "suspended");
    lab.office
        .change_client(|client| client.suspended = false)?;
    assert_eq!(ann.register(600)?, 200);
    Ok(())
}

#[test]
fn registrations_outlive_the_engine_and_the_server() -> Result<()> {
    let mut lab = Lab::start()?;
    let (mut ann, mut bob) = (lab.phone("1001")?, lab.phone("1002")?);
    assert_eq!(ann.register(600)?, 200);
    assert_eq!(bob.register(600)?, 200);
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    lab.restart_engine(true)?;
    lab.core.kill();
    lab.core.start_again()?;
    let call = wait::until("the call is let through", PATIENCE, || {
        let mut call = ann.dial("1002")?;
        // A server that just started may say no once.
        match bob.is_called() {
            Ok(incoming) => {
                bob.refuse(&incoming, 486)?;
                Ok(Some(ann.outcome(&mut call)?))
            }
            Err(_) => Ok(None),
        }
    })?;
    assert_eq!(call, 486, "the phone is reached where it registered before");
    Ok(())
}

#[test]
fn devices_that_share_an_address_are_found_and_lines_of_one_are_not() -> Result<()> {
    let lab = Lab::start()?;
    // A NAT gives everything behind it one address and port.
    let mut nat = lab.phone("1001")?;
    let instance =
        |name: &str| format!(";+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-{name}>\"");
    let mut behind = |extension: &str, host: &str, instance: &str| -> Result<()> {
        nat.line = lab.office.line(extension)?;
        let contact = format!("<sip:{extension}@{host}>{instance}");
        assert_eq!(nat.register_at(&contact, 600)?, 200);
        Ok(())
    };
    let desk = instance("0000000000a1");
    behind("1001", "192.168.1.10:5060", &desk)?;
    behind("1002", "192.168.1.10:5060", &desk)?;
    let now = lab.office.sees("both lines", |now| now.phones.len() == 2)?;
    assert_eq!(now.phones[0].public_port, now.phones[1].public_port);
    assert_eq!(now.phones[0].instance, now.phones[1].instance);
    assert_eq!(
        lab.office.duplicated_nat()?,
        [],
        "one device with two lines"
    );

    behind("1003", "192.168.1.11:5060", &instance("0000000000b2"))?;
    let now = lab
        .office
        .sees("another device", |now| now.phones.len() == 3)?;
    let [place] = &lab.office.duplicated_nat()?[..] else {
        panic!("one place is found")
    };
    assert_eq!(place.public_address, lab.engine().ip().to_string());
    assert_eq!(place.public_port, now.phones[0].public_port);
    let cid = lab.office.user("1003")?;
    assert!(place.registrations.iter().any(|line| line.user == cid));
    assert!(place.registrations.len() > 1);
    Ok(())
}

#[test]
fn a_phone_that_keeps_a_connection_is_called_over_it() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob) = (lab.phone_by_tcp("1001")?, lab.phone_by_tcp("1002")?);
    assert_eq!(ann.register(600)?, 200);
    assert_eq!(bob.register(600)?, 200);
    let now = lab
        .office
        .sees("both phones", |now| now.phones.len() == 2)?;
    let by_tcp = |phone: &Registration| phone.transport == SipTransport::Tcp;
    assert!(now.phones.iter().all(by_tcp));

    let (mut call, incoming) = talk(&mut ann, &mut bob, "1002")?;
    assert_eq!(incoming.caller(), "1001");
    ann.says("from Ann")?;
    assert_eq!(bob.hears()?, "from Ann");
    end(&mut ann, &mut bob, &mut call)?;
    let (result, sip_code, _) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));

    // A long way down the same connections, and from one kind to the other.
    let [mut cid] = lab.phones(["1003"])?;
    let (mut call, _) = talk(&mut cid, &mut ann, "1001")?;
    end(&mut cid, &mut ann, &mut call)?;
    let (mut call, _) = talk(&mut bob, &mut cid, "1003")?;
    end(&mut bob, &mut cid, &mut call)?;
    let (result, ..) = lab.office.newest(3)?;
    assert_eq!(result, CallResult::Answered);
    Ok(())
}
