//! Calls for help.

use anyhow::Result;
use pbx_api::CallResult;
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, office};

#[test]
fn help_is_reached_whatever_else_is_forbidden() -> Result<()> {
    let lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    ann.register(600)?;
    lab.office.change_profile(|_, routes| routes.clear())?;
    lab.office.change_client(|client| {
        client.max_outbound_calls = Some(0);
        client.suspended = true;
    })?;
    let mut refused = ann.dial("2125550123")?;
    assert_eq!(ann.outcome(&mut refused)?, 403);
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    assert_eq!(incoming.asserted(), office::NUMBER);
    end(&mut ann, &mut trunk, &mut call)?;
    let (result, ..) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Answered);
    Ok(())
}

#[test]
fn help_is_reached_with_the_server_dead_and_told_of_later() -> Result<()> {
    let mut lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    ann.register(600)?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    lab.core.kill();

    let mut refused = ann.dial("2125550123")?;
    assert_eq!(
        ann.outcome(&mut refused)?,
        503,
        "nobody can decide another call"
    );
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    assert_eq!(
        incoming.asserted(),
        office::NUMBER,
        "as the server said last"
    );
    end(&mut ann, &mut trunk, &mut call)?;

    // A stop of the engine keeps what it knows of calls for help.
    lab.restart_engine(true)?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.asserted(), office::NUMBER);
    end(&mut ann, &mut trunk, &mut call)?;

    lab.core.start_again()?;
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);
    assert_eq!(leg.to_number, "911");
    lab.still_runs()
}
