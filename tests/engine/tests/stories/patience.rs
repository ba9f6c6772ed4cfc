//! Calls whose end nobody tells: what waits for them is made to wait long. These stories run beside
//! each other.

use std::time::Duration;

use anyhow::Result;
use pbx_api::CallResult;
use tandem_engine_tests::Lab;
use tandem_engine_tests::phone::{end, talk};
use tandem_stage::wait;

const ABROAD: &str = "011442079460123";
/// Two questions that nobody answers, half a minute each, and what a busy machine adds.
const LONG: Duration = Duration::from_secs(200);

fn lets_call_abroad(lab: &Lab, at_once: u32) -> Result<()> {
    lab.office
        .change_profile(|_, routes| routes.push("international".into()))?;
    lab.office
        .change_client(|client| client.max_international_calls = Some(at_once))
}

/// Waits until nothing goes on.
fn is_over(lab: &Lab) -> Result<()> {
    wait::until("no call any more", LONG, || {
        Ok(lab.office.now()?.calls.is_empty().then_some(()))
    })
}

#[test]
fn a_lost_phone_gives_its_place_back() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut trunk = lab.trunk()?;
    lets_call_abroad(&lab, 1)?;
    let (call, _) = talk(&mut ann, &mut trunk, ABROAD)?;
    lab.office.sees("the call", |now| now.calls.len() == 1)?;
    // The line is cut: no end is said, and nobody answers any more.
    drop(ann);
    trunk.patience = LONG;
    trunk.is_hung_up(call.id())?;
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);
    assert!(leg.talk_seconds >= 30, "it lasted until it was noticed");
    is_over(&lab)?;
    let (mut call, _) = talk(&mut bob, &mut trunk, ABROAD)?;
    end(&mut bob, &mut trunk, &mut call)?;
    lab.office.newest(2)?;
    Ok(())
}

#[test]
fn a_killed_engine_gives_the_places_of_its_calls_back() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    lets_call_abroad(&lab, 3)?;
    let (mut goes_on, _) = talk(&mut ann, &mut trunk, ABROAD)?;
    let (mut lost, _) = talk(&mut cid, &mut trunk, ABROAD)?;
    lab.keeps(goes_on.id())?;
    lab.keeps(lost.id())?;
    let rings = bob.dial(ABROAD)?;
    let incoming = trunk.is_called()?;
    trunk.ring(&incoming)?;
    bob.rings(&rings)?;
    lab.office.sees("all calls", |now| now.calls.len() == 3)?;

    lab.kill_engine();
    // One end is said to nobody, and then the phone is gone.
    cid.hang_up(&mut lost)?;
    drop(cid);
    lab.restart_engine(false)?;
    let mut refused = ann.dial(ABROAD)?;
    assert_eq!(ann.outcome(&mut refused)?, 486, "nobody knows yet");

    // What rang is forgotten by its engine: half a minute later it is over.
    wait::until("the call that rang is over", LONG, || {
        Ok((lab.office.now()?.calls.len() == 2).then_some(()))
    })?;
    let leg = lab.office.record(rings.id())?;
    assert_eq!((leg.result, leg.sip_code), (CallResult::Failed, None));
    // What goes on ends as every call does.
    end(&mut ann, &mut trunk, &mut goes_on)?;
    let leg = lab.office.record(goes_on.id())?;
    assert_eq!(
        (leg.result, leg.sip_code),
        (CallResult::Answered, Some(200))
    );
    // And the lost one ends when nobody answers any more.
    trunk.patience = LONG;
    trunk.is_hung_up(lost.id())?;
    let leg = lab.office.record(lost.id())?;
    assert_eq!(leg.result, CallResult::Answered);
    is_over(&lab)?;

    lab.office
        .change_client(|client| client.max_international_calls = Some(1))?;
    let (mut call, _) = talk(&mut ann, &mut trunk, ABROAD)?;
    end(&mut ann, &mut trunk, &mut call)
}
