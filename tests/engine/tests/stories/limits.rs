//! Calls to other countries at once, and how each of them gives its place back.

use anyhow::Result;
use pbx_api::{CallResult, LiveAlert};
use tandem_engine_tests::phone::{Outgoing, end, talk};
use tandem_engine_tests::{Lab, Phone};

const ABROAD: &str = "011442079460123";

/// Another call to abroad is refused, and leaves a record.
fn is_full(lab: &Lab, phone: &mut Phone) -> Result<()> {
    let mut call = phone.dial(ABROAD)?;
    assert_eq!(phone.outcome(&mut call)?, 486, "no place is left");
    let leg = lab.office.record(call.id())?;
    assert_eq!((leg.result, leg.sip_code), (CallResult::Failed, Some(486)));
    Ok(())
}

/// Waits for the record of a call that is over.
fn ended(lab: &Lab, call: &Outgoing) -> Result<CallResult> {
    Ok(lab.office.record(call.id())?.result)
}

fn lets_call_abroad(lab: &Lab, at_once: u32) -> Result<()> {
    lab.office.change_profile(|_, routes| {
        *routes = vec!["us".into(), "international".into()];
    })?;
    lab.office
        .change_client(|client| client.max_international_calls = Some(at_once))
}

#[test]
fn a_place_for_abroad_comes_back_with_each_end() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut trunk = lab.trunk()?;
    lets_call_abroad(&lab, 1)?;
    let mut alerts = lab.office.alerts()?;

    let (mut call, _) = talk(&mut ann, &mut trunk, ABROAD)?;
    let full = LiveAlert::LimitReached {
        client: lab.office.client()?.client.id,
        international: true,
        limit: 1,
    };
    assert_eq!(alerts.next().transpose()?, Some(full));
    is_full(&lab, &mut bob)?;
    // Only abroad is full.
    let (mut inland, _) = talk(&mut bob, &mut trunk, "2125550123")?;
    end(&mut bob, &mut trunk, &mut inland)?;
    end(&mut ann, &mut trunk, &mut call)?;
    assert_eq!(ended(&lab, &call)?, CallResult::Answered);

    // By a caller who gives up.
    let mut call = ann.dial(ABROAD)?;
    let incoming = trunk.is_called()?;
    trunk.ring(&incoming)?;
    ann.rings(&call)?;
    is_full(&lab, &mut bob)?;
    ann.cancel(&call)?;
    trunk.is_let_go(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 487);
    assert_eq!(ended(&lab, &call)?, CallResult::Cancelled);

    // By a callee who does not want it.
    let mut call = bob.dial(ABROAD)?;
    let incoming = trunk.is_called()?;
    trunk.refuse(&incoming, 603)?;
    assert_eq!(bob.outcome(&mut call)?, 603);
    assert_eq!(ended(&lab, &call)?, CallResult::Busy);

    // By somebody at the screen.
    let (call, _) = talk(&mut ann, &mut trunk, ABROAD)?;
    let now = lab.office.sees("the call", |now| {
        now.calls.iter().any(|call| call.answered_at_ms.is_some())
    })?;
    is_full(&lab, &mut bob)?;
    lab.office.hang_up(&now.calls[0])?;
    ann.is_hung_up(call.id())?;
    trunk.is_hung_up(call.id())?;
    assert_eq!(ended(&lab, &call)?, CallResult::Answered);
    let (mut call, _) = talk(&mut bob, &mut trunk, ABROAD)?;
    end(&mut bob, &mut trunk, &mut call)?;
    assert_eq!(ended(&lab, &call)?, CallResult::Answered);
    Ok(())
}

#[test]
fn nobody_calls_abroad_where_the_limit_is_none() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann] = lab.phones(["1001"])?;
    let mut trunk = lab.trunk()?;
    lets_call_abroad(&lab, 0)?;
    is_full(&lab, &mut ann)?;
    trunk.is_left_alone()
}
