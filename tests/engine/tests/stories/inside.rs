//! Calls between the users of a client.

use anyhow::Result;
use pbx_api::{CallResult, Direction, LiveCall, LiveState};
use tandem_engine_tests::Lab;
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::seen::Now;

#[test]
fn a_call_is_answered_seen_and_recorded_as_it_was() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;

    let (mut call, incoming) = talk(&mut ann, &mut bob, "1002")?;
    assert_eq!(incoming.caller(), "1001");
    assert_eq!(
        incoming.asserted(),
        "1001",
        "what the phone said of itself is gone"
    );
    let now = lab.office.sees("the call is answered", |now| {
        now.calls
            .iter()
            .any(|call| call.state == LiveState::Answered)
    })?;
    let live = &now.calls[0];
    assert_eq!(
        (live.from_number.as_str(), live.to_number.as_str()),
        ("1001", "1002")
    );
    assert_eq!(
        (live.direction, live.codec.as_str()),
        (Direction::Internal, "PCMU")
    );

    end(&mut ann, &mut bob, &mut call)?;
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
    assert_eq!(leg.call, live.id);
    assert!(leg.answered_at_ms.is_some());
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    lab.still_runs()
}

#[test]
fn a_call_that_is_not_answered_says_why() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;

    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.refuse(&incoming, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Busy);

    lab.office
        .change_user("1002", |user| user["dial_seconds"] = 5.into())?;
    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.ring(&incoming)?;
    ann.rings(&call)?;
    lab.office.sees("the call rings", |now| {
        now.calls
            .iter()
            .any(|call| call.state == LiveState::Ringing)
    })?;
    bob.is_let_go(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 480);
    let (result, ..) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::NoAnswer);

    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.ring(&incoming)?;
    ann.rings(&call)?;
    ann.cancel(&call)?;
    bob.is_let_go(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 487);
    let (result, sip_code, _) = lab.office.newest(3)?;
    assert_eq!((result, sip_code), (CallResult::Cancelled, Some(487)));

    let mut call = ann.dial("1003")?;
    assert_eq!(ann.outcome(&mut call)?, 480, "nobody registered there");
    let (result, ..) = lab.office.newest(4)?;
    assert_eq!(result, CallResult::NoAnswer);
    lab.keeps_no_call()
}

#[test]
fn a_call_is_hung_up_from_the_screen() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;

    let (call, _) = talk(&mut ann, &mut bob, "1002")?;
    let now = lab.office.sees("the call is answered", |now| {
        now.calls
            .iter()
            .any(|call| call.state == LiveState::Answered)
    })?;
    lab.office.hang_up(&now.calls[0])?;
    ann.is_hung_up(call.id())?;
    bob.is_hung_up(call.id())?;
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);
    Ok(())
}

#[test]
fn a_call_that_rings_is_hung_up_from_the_screen() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.ring(&incoming)?;
    ann.rings(&call)?;
    let now = lab.office.sees("the call", |now| now.calls.len() == 1)?;
    lab.office.hang_up(&now.calls[0])?;
    bob.is_let_go(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 487);
    lab.office.newest(1)?;
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    Ok(())
}

#[test]
fn a_call_goes_on_over_a_restart_of_the_engine() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let is_answered = |now: &Now| {
        let answered = |call: &LiveCall| call.state == LiveState::Answered;
        now.calls.len() == 1 && now.calls.iter().all(answered)
    };

    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call is answered", is_answered)?;
    lab.keeps(call.id())?;
    lab.restart_engine(true)?;
    end(&mut ann, &mut bob, &mut call)?;
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);

    // The new start knows the old one's calls well enough to end them.
    let (call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office
        .sees("the second call is answered", is_answered)?;
    lab.keeps(call.id())?;
    lab.restart_engine(true)?;
    let now = lab.office.now()?;
    lab.office.hang_up(&now.calls[0])?;
    ann.is_hung_up(call.id())?;
    bob.is_hung_up(call.id())?;
    let (result, ..) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Answered);
    Ok(())
}

#[test]
fn what_happens_while_the_server_is_away_is_told_when_it_is_back() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let (mut first, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call", |now| now.calls.len() == 1)?;
    lab.core.kill();
    end(&mut ann, &mut bob, &mut first)?;
    let aor = format!("sip:{}@{}", ann.line.user, ann.line.realm);
    for _ in 0..2 {
        let mut refused = ann.dial_named(&aor, "1002", "tries-again", "same")?;
        assert_eq!(ann.outcome(&mut refused)?, 503, "nobody can decide it");
    }
    // Whoever only says that it is Ann leaves nothing.
    let mut liar = lab.phone("1001")?;
    liar.line.secret = "wrong".into();
    let mut lie = liar.dial("1002")?;
    assert_eq!(liar.outcome(&mut lie)?, 503);

    lab.core.start_again()?;
    let leg = lab.office.record(first.id())?;
    assert_eq!(
        (leg.result, leg.sip_code),
        (CallResult::Answered, Some(200))
    );
    assert!(leg.answered_at_ms.is_some());
    lab.is_settled(0)?;
    // Under the same name it is another call each time, and the last one goes through.
    let mut through = ann.dial_named(&aor, "1002", "tries-again", "same")?;
    let incoming = bob.is_called()?;
    bob.accept(&incoming)?;
    assert_eq!(ann.outcome(&mut through)?, 200);
    bob.talks(&incoming)?;
    end(&mut ann, &mut bob, &mut through)?;
    lab.office.newest(4)?;
    let calls = lab.office.calls()?;
    let leads = calls.iter().map(|legs| &legs[0]);
    let tries = leads.filter(|leg| leg.source_id == "tries-again");
    let tries: Vec<_> = tries.map(|leg| (leg.result, leg.sip_code)).collect();
    let refused = (CallResult::Failed, Some(503));
    let answered = (CallResult::Answered, Some(200));
    assert_eq!(tries, [refused, refused, answered]);
    assert_eq!(calls.len(), 4);
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    lab.still_runs()
}
