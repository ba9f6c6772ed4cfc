//! What phones and settings try that they may not.

use anyhow::Result;
use pbx_api::{CallResult, Direction};
use serde_json::json;
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, office};

#[test]
fn nobody_registers_somebody_else() -> Result<()> {
    let lab = Lab::start()?;
    let [mut cid, mut bob] = lab.phones(["1003", "1002"])?;
    assert_eq!(bob.register_for("1001")?, 403);
    let mut call = cid.dial("1001")?;
    assert_eq!(cid.outcome(&mut call)?, 480, "Ann has no phone");
    bob.is_left_alone()?;
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::NoAnswer);
    let ann = lab.office.user("1001")?;
    let now = lab.office.now()?;
    assert!(now.phones.iter().all(|phone| phone.user != ann));
    Ok(())
}

#[test]
fn a_setting_goes_no_further_than_the_profile_and_the_limits() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let out = json!({ "external": "+12125550123" });
    let step = json!({ "destination": out, "ring_seconds": 20 });
    let forward = json!({ "forward": out });
    let follow = json!({ "follow_me": { "order": "all_at_once", "steps": [step] } });

    let mut records = 0;
    let mut rings_inside_alone = |ann: &mut _, bob: &mut _| -> Result<()> {
        for calls in [&forward, &follow] {
            lab.office
                .change_user("1002", |user| user["calls"] = calls.clone())?;
            let (mut call, _) = talk(ann, bob, "1002")?;
            end(ann, bob, &mut call)?;
            records += 1;
            let (result, _, leg) = lab.office.newest(records)?;
            assert_eq!(result, CallResult::Answered);
            assert_eq!(leg.direction, Direction::Internal);
        }
        Ok(())
    };

    // Set while it was allowed, and tried when it is not any more.
    lab.office
        .change_user("1002", |user| user["calls"] = forward.clone())?;
    lab.office
        .change_profile(|_, routes| routes.retain(|route| route != "us"))?;
    rings_inside_alone(&mut ann, &mut bob)?;
    trunk.is_left_alone()?;

    lab.office
        .change_profile(|_, routes| routes.push("us".into()))?;
    lab.office
        .change_client(|client| client.max_outbound_calls = Some(1))?;
    let (mut taken, _) = talk(&mut cid, &mut trunk, "2125550124")?;
    rings_inside_alone(&mut ann, &mut bob)?;
    trunk.is_left_alone()?;
    end(&mut cid, &mut trunk, &mut taken)?;
    lab.office.newest(5)?;

    // The place is free again, and the setting counts.
    lab.office
        .change_user("1002", |user| user["calls"] = forward.clone())?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "1002")?;
    assert_eq!(incoming.number(), "+12125550123");
    end(&mut ann, &mut trunk, &mut call)?;
    bob.is_left_alone()
}

#[test]
fn forwards_in_a_circle_end() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    for (from, to) in [("1001", "1002"), ("1002", "1001")] {
        let to = json!({ "user": lab.office.user(to)? });
        lab.office
            .change_user(from, |user| user["calls"] = json!({ "forward": to }))?;
    }
    let mut call = cid.dial("1001")?;
    assert_eq!(cid.outcome(&mut call)?, 482);
    let (result, sip_code, _) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Failed, Some(482)));

    lab.office
        .route_number(&pbx_api::Routing::User(lab.office.user("1002")?))?;
    let mut call = trunk.dial_as("sip:+15195550142@carrier.example", office::NUMBER)?;
    assert_eq!(trunk.outcome(&mut call)?, 482);
    lab.office.newest(2)?;
    ann.is_left_alone()?;
    bob.is_left_alone()?;
    lab.office
        .sees("no call goes on", |now| now.calls.is_empty())?;
    Ok(())
}

#[test]
fn what_a_phone_says_of_itself_stays_here() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut trunk = lab.trunk()?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "2125550123")?;
    incoming.says_nothing_of_its_own()?;
    assert_eq!(incoming.asserted(), office::NUMBER);
    end(&mut ann, &mut trunk, &mut call)?;

    // In a later stage, which begins with the request as the phone sent it, as well.
    lab.office.change_user("1002", |user| {
        user["when_busy"] = json!({ "external": "+12125550123" });
    })?;
    let mut call = ann.dial("1002")?;
    let at_bob = bob.is_called()?;
    at_bob.says_nothing_of_its_own()?;
    assert_eq!(at_bob.asserted(), "1001");
    bob.refuse(&at_bob, 486)?;
    let outside = trunk.is_called()?;
    outside.says_nothing_of_its_own()?;
    assert_eq!(outside.asserted(), office::NUMBER);
    trunk.refuse(&outside, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    Ok(())
}

#[test]
fn calls_of_two_tenants_with_one_name_are_two() -> Result<()> {
    let lab = Lab::start()?;
    let south = lab.neighbour(office::SOUTH)?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let (mut their_ann, mut their_bob) =
        (lab.phone_of(&south, "1001")?, lab.phone_of(&south, "1002")?);
    their_ann.register(600)?;
    their_bob.register(600)?;
    south.sees("both phones", |now| now.phones.len() == 2)?;

    let (id, tag) = ("the-same-call", "the-same-tag");
    let mut calls = Vec::new();
    for (caller, callee) in [(&mut ann, &mut bob), (&mut their_ann, &mut their_bob)] {
        let from = format!("sip:1001@{}", caller.line.realm);
        let mut call = caller.dial_named(&from, "1002", id, tag)?;
        let incoming = callee.is_called()?;
        callee.accept(&incoming)?;
        assert_eq!(caller.outcome(&mut call)?, 200);
        callee.talks(&incoming)?;
        calls.push(call);
    }
    for office in [&lab.office, &south] {
        office.sees("its call", |now| now.calls.len() == 1)?;
    }
    // Nobody hears the others.
    their_ann.says("from the south")?;
    ann.says("from the north")?;
    assert_eq!(bob.hears()?, "from the north");
    assert_eq!(their_bob.hears()?, "from the south");

    let [ours, theirs] = &mut calls[..] else {
        unreachable!("two calls were made")
    };
    end(&mut ann, &mut bob, ours)?;
    lab.office.newest(1)?;
    south.sees("its call goes on", |now| now.calls.len() == 1)?;
    end(&mut their_ann, &mut their_bob, theirs)?;
    for office in [&lab.office, &south] {
        let (result, ..) = office.newest(1)?;
        assert_eq!(result, CallResult::Answered);
        assert_eq!(office.calls()?.len(), 1);
        office.sees("no call any more", |now| now.calls.is_empty())?;
    }
    Ok(())
}
