//! Where a call goes when its user can't or won't take it, and how profiles switch that off.

use anyhow::{Result, ensure};
use pbx_api::{CallResult, Direction, Leg, LiveState};
use serde_json::{Value, json};
use tandem_engine_tests::phone::message::user_of;
use tandem_engine_tests::phone::{Incoming, Outgoing, end, talk};
use tandem_engine_tests::{Lab, Phone, office};

/// Looks for Bob at Cid's phone and outside.
fn follow_me(lab: &Lab, order: &str) -> Result<Value> {
    let step = |destination: Value| json!({ "destination": destination, "ring_seconds": 20 });
    let steps = [
        step(json!({ "user": lab.office.user("1003")? })),
        step(json!({ "external": "+12125550123" })),
    ];
    Ok(json!({ "follow_me": { "order": order, "steps": steps } }))
}

/// Takes a call that came, and waits until both sides know.
fn take(
    caller: &mut Phone,
    call: &mut Outgoing,
    callee: &mut Phone,
    came: &Incoming,
) -> Result<()> {
    callee.accept(came)?;
    ensure!(caller.outcome(call)? == 200, "it is answered");
    callee.talks(came)
}

#[test]
fn a_user_is_followed_everywhere_at_once() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let everywhere = follow_me(&lab, "all_at_once")?;
    lab.office
        .change_user("1002", |user| user["calls"] = everywhere)?;

    let mut call = ann.dial("1002")?;
    let (at_bob, at_cid) = (bob.is_called()?, cid.is_called()?);
    let outside = trunk.is_called()?;
    assert_eq!(outside.number(), "+12125550123");
    assert_eq!(outside.asserted(), office::NUMBER);
    assert_eq!(outside.caller(), office::NUMBER, "no extension goes out");
    assert_eq!((at_bob.caller(), at_cid.caller()), ("1001", "1001"));
    bob.ring(&at_bob)?;
    cid.ring(&at_cid)?;
    ann.rings(&call)?;
    ann.rings(&call)?;
    take(&mut ann, &mut call, &mut trunk, &outside)?;
    bob.is_let_go(&at_bob)?;
    cid.is_let_go(&at_cid)?;
    lab.office.sees("the call is answered", |now| {
        let answered = |state| state == LiveState::Answered;
        now.calls.len() == 1 && now.calls.iter().all(|call| answered(call.state))
    })?;
    end(&mut ann, &mut trunk, &mut call)?;
    let mut legs = lab.office.newest_call(1)?;
    let lead = legs.remove(0);
    let bob_id = lab.office.user("1002")?;
    let of = |leg: &Leg| (leg.user, leg.direction, leg.result, leg.sip_code);
    let answered = (CallResult::Answered, Some(200));
    assert_eq!((lead.result, lead.sip_code), answered);
    legs.sort_by_key(|leg| leg.to_number.clone());
    let [went_out, at_bob, at_cid] = &legs[..] else {
        panic!("a record for each that rang: {legs:?}")
    };
    assert_eq!((went_out.result, went_out.sip_code), answered);
    assert_eq!(
        (went_out.user, went_out.direction, &*went_out.to_number),
        (Some(bob_id), Direction::Outbound, "+12125550123")
    );
    assert_eq!(went_out.from_number, office::NUMBER);
    let (internal, let_go) = (Direction::Internal, CallResult::Cancelled);
    assert_eq!(of(at_bob), (Some(bob_id), internal, let_go, Some(487)));
    let cid_id = lab.office.user("1003")?;
    assert_eq!(of(at_cid), (Some(cid_id), internal, let_go, Some(487)));

    // The far end may end it as well: whatever each was shown, the call is one.
    let mut call = ann.dial("1002")?;
    let (at_bob, at_cid) = (bob.is_called()?, cid.is_called()?);
    let outside = trunk.is_called()?;
    bob.ring(&at_bob)?;
    trunk.ring(&outside)?;
    ann.rings(&call)?;
    ann.rings(&call)?;
    take(&mut ann, &mut call, &mut cid, &at_cid)?;
    bob.is_let_go(&at_bob)?;
    trunk.is_let_go(&outside)?;
    cid.leaves(&at_cid)?;
    ann.is_hung_up(call.id())?;
    assert_eq!(cid.left(&at_cid)?, 200);
    let (result, _, leg) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Answered);
    assert_eq!(leg.user, Some(lab.office.user("1001")?), "whose call it is");

    // Nor does the end tell outside what a colleague sees, though a colleague's phone was asked last.
    let out = json!({ "destination": { "external": "+12125550123" }, "ring_seconds": 20 });
    let inside = json!({ "destination": { "user": lab.office.user("1003")? }, "ring_seconds": 20 });
    lab.office.change_user("1002", |user| {
        user["calls"]["follow_me"]["steps"] = json!([out, inside]);
    })?;
    let mut call = ann.dial("1002")?;
    let (at_bob, at_cid) = (bob.is_called()?, cid.is_called()?);
    let outside = trunk.is_called()?;
    bob.ring(&at_bob)?;
    cid.ring(&at_cid)?;
    ann.rings(&call)?;
    ann.rings(&call)?;
    take(&mut ann, &mut call, &mut trunk, &outside)?;
    bob.is_let_go(&at_bob)?;
    cid.is_let_go(&at_cid)?;
    ann.hang_up(&mut call)?;
    let bye = trunk.is_hung_up(call.id())?;
    assert_eq!(user_of(bye.get("from")), office::NUMBER);
    assert_eq!(ann.hung_up(&call)?, 200);
    lab.office.newest(3)?;
    Ok(())
}

#[test]
fn a_user_is_followed_from_place_to_place() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let in_order = follow_me(&lab, "in_order")?;
    lab.office
        .change_user("1002", |user| user["calls"] = in_order)?;

    let mut call = ann.dial("1002")?;
    let at_bob = bob.is_called()?;
    cid.is_left_alone()?;
    bob.refuse(&at_bob, 480)?;
    let at_cid = cid.is_called()?;
    trunk.is_left_alone()?;
    cid.refuse(&at_cid, 480)?;
    let outside = trunk.is_called()?;
    assert_eq!(outside.asserted(), office::NUMBER);
    take(&mut ann, &mut call, &mut trunk, &outside)?;
    end(&mut ann, &mut trunk, &mut call)?;
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);

    // Found on the way, it goes no further.
    let mut call = ann.dial("1002")?;
    let at_bob = bob.is_called()?;
    bob.refuse(&at_bob, 480)?;
    let at_cid = cid.is_called()?;
    take(&mut ann, &mut call, &mut cid, &at_cid)?;
    end(&mut ann, &mut cid, &mut call)?;
    trunk.is_left_alone()?;
    lab.office.newest(2)?;

    // With the switch of the profile off it is Bob's phone or none.
    lab.office
        .change_profile(|features, _| features.follow_me = false)?;
    let mut call = ann.dial("1002")?;
    let at_bob = bob.is_called()?;
    bob.refuse(&at_bob, 480)?;
    assert_eq!(ann.outcome(&mut call)?, 480);
    cid.is_left_alone()?;
    let (result, sip_code, _) = lab.office.newest(3)?;
    assert_eq!((result, sip_code), (CallResult::NoAnswer, Some(480)));
    lab.keeps_no_call()
}

#[test]
fn who_talks_is_busy_where_nobody_waits() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let (mut first, _) = talk(&mut cid, &mut bob, "1002")?;
    lab.office.sees("who talks", |now| {
        now.calls.iter().any(|call| call.answered_at_ms.is_some())
    })?;

    // A second call waits, as everybody has it from the start.
    let mut call = ann.dial("1002")?;
    let waiting = bob.is_called()?;
    bob.refuse(&waiting, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    lab.office.newest(1)?;

    let is_busy = |ann: &mut Phone, bob: &mut Phone, records: usize| -> Result<()> {
        let mut call = ann.dial("1002")?;
        assert_eq!(ann.outcome(&mut call)?, 486);
        bob.is_left_alone()?;
        let (result, sip_code, _) = lab.office.newest(records)?;
        assert_eq!((result, sip_code), (CallResult::Busy, Some(486)));
        Ok(())
    };
    lab.office
        .change_user("1002", |user| user["calls"]["call_waiting"] = false.into())?;
    is_busy(&mut ann, &mut bob, 2)?;
    // What the profile does not have, a user can't switch on.
    lab.office
        .change_user("1002", |user| user["calls"]["call_waiting"] = true.into())?;
    lab.office
        .change_profile(|features, _| features.call_waiting = false)?;
    is_busy(&mut ann, &mut bob, 3)?;

    lab.office.change_user("1002", |user| {
        user["when_busy"] = json!({ "external": "+12125550123" });
    })?;
    let mut call = ann.dial("1002")?;
    let outside = trunk.is_called()?;
    take(&mut ann, &mut call, &mut trunk, &outside)?;
    end(&mut ann, &mut trunk, &mut call)?;
    bob.is_left_alone()?;
    lab.office.newest(4)?;

    end(&mut cid, &mut bob, &mut first)?;
    lab.office.newest(5)?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut call)
}

#[test]
fn a_phone_that_is_gone_or_refuses_is_passed_over() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    // Its registration lasts; nobody listens there any more.
    drop(bob);
    let mut call = ann.dial("1002")?;
    assert_eq!(ann.outcome(&mut call)?, 480);
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::NoAnswer, Some(480)));
    let rang_ms = leg.ended_at_ms - leg.started_at_ms;
    assert!(
        rang_ms < 15_000,
        "long before its twenty seconds and more: {rang_ms} ms"
    );

    let to_cid = json!({ "user": lab.office.user("1003")? });
    lab.office
        .change_user("1002", |user| user["when_unavailable"] = to_cid.clone())?;
    let mut call = ann.dial("1002")?;
    let at_cid = cid.is_called()?;
    take(&mut ann, &mut call, &mut cid, &at_cid)?;
    end(&mut ann, &mut cid, &mut call)?;
    lab.office.newest(2)?;

    // Another phone of the same user rings meanwhile, and has the call.
    let mut other = lab.phone("1002")?;
    other.register(600)?;
    let (mut call, _) = talk(&mut ann, &mut other, "1002")?;
    end(&mut ann, &mut other, &mut call)?;
    lab.office.newest(3)?;

    let mut call = ann.dial("1003")?;
    let at_cid = cid.is_called()?;
    cid.refuse(&at_cid, 603)?;
    assert_eq!(ann.outcome(&mut call)?, 603);
    let (result, sip_code, _) = lab.office.newest(4)?;
    assert_eq!((result, sip_code), (CallResult::Busy, Some(603)));
    lab.keeps_no_call()
}

#[test]
fn who_only_receives_calls_nobody() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut trunk = lab.trunk()?;
    lab.office
        .change_user("1001", |user| user["vanity"] = true.into())?;
    for (records, number) in [(1, "1002"), (2, "2125550123")] {
        let mut call = ann.dial(number)?;
        assert_eq!(ann.outcome(&mut call)?, 403, "{number}");
        let (result, sip_code, _) = lab.office.newest(records)?;
        assert_eq!((result, sip_code), (CallResult::Failed, Some(403)));
    }
    bob.is_left_alone()?;
    trunk.is_left_alone()?;
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    end(&mut bob, &mut ann, &mut call)?;
    // Nor does a call go out by what it set.
    lab.office.change_user("1001", |user| {
        user["calls"] = json!({ "forward": { "external": "+12125550123" } });
    })?;
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    end(&mut bob, &mut ann, &mut call)?;
    trunk.is_left_alone()
}
