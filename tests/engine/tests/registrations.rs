//! Phones register, and the wrong ones do not.

use anyhow::Result;
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
