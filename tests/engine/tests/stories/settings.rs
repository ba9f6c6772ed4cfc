//! What users set for their own calls changes real calls.

use anyhow::Result;
use pbx_api::CallResult;
use serde_json::json;
use tandem_engine_tests::Lab;
use tandem_engine_tests::phone::{end, talk};

#[test]
fn a_call_is_forwarded_inside_and_outside() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob, mut cid) = (lab.phone("1001")?, lab.phone("1002")?, lab.phone("1003")?);
    let mut trunk = lab.trunk()?;
    for phone in [&mut ann, &mut bob, &mut cid] {
        phone.register(600)?;
    }
    lab.office.sees("all phones", |now| now.phones.len() == 3)?;

    let to_cid = json!({ "user": lab.office.user("1003")? });
    lab.office
        .change_user("1002", |user| user["calls"] = json!({ "forward": to_cid }))?;
    let (mut call, _) = talk(&mut ann, &mut cid, "1002")?;
    end(&mut ann, &mut cid, &mut call)?;

    let out = json!({ "external": "+12125550123" });
    lab.office
        .change_user("1002", |user| user["calls"] = json!({ "forward": out }))?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "1002")?;
    assert_eq!(incoming.number(), "+12125550123");
    end(&mut ann, &mut trunk, &mut call)?;

    // What the profile does not allow is not done.
    lab.office
        .change_profile(|features, _| features.call_forward = false)?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut call)
}

#[test]
fn who_does_not_want_to_be_disturbed_is_not() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.change_user("1002", |user| {
        user["calls"] = json!({ "do_not_disturb": true })
    })?;
    let mut call = ann.dial("1002")?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Busy);
    lab.office.change_user("1002", |user| {
        user["calls"] = json!({ "do_not_disturb": false })
    })?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut call)
}

#[test]
fn stages_follow_each_other() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob, mut cid) = (lab.phone("1001")?, lab.phone("1002")?, lab.phone("1003")?);
    let mut trunk = lab.trunk()?;
    for phone in [&mut ann, &mut bob, &mut cid] {
        phone.register(600)?;
    }
    lab.office.sees("all phones", |now| now.phones.len() == 3)?;
    let to_cid = json!({ "user": lab.office.user("1003")? });
    lab.office.change_user("1002", |user| {
        user["dial_seconds"] = 5.into();
        user["when_unavailable"] = to_cid;
        user["when_busy"] = json!({ "external": "+12125550123" });
    })?;

    let mut call = ann.dial("1002")?;
    let unanswered = bob.is_called()?;
    bob.ring(&unanswered)?;
    bob.is_let_go(&unanswered)?;
    let incoming = cid.is_called()?;
    cid.accept(&incoming)?;
    assert_eq!(
        ann.outcome(&mut call)?,
        200,
        "nobody answered, so the next one rings"
    );
    cid.talks(&incoming)?;
    end(&mut ann, &mut cid, &mut call)?;
    let (result, ..) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);

    let mut call = ann.dial("1002")?;
    let busy = bob.is_called()?;
    bob.refuse(&busy, 486)?;
    let incoming = trunk.is_called()?;
    trunk.accept(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 200, "busy, so it goes elsewhere");
    trunk.talks(&incoming)?;
    end(&mut ann, &mut trunk, &mut call)
}

#[test]
fn what_a_profile_does_not_have_does_nothing() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let to_cid = json!({ "user": lab.office.user("1003")? });
    lab.office.change_profile(|features, _| {
        features.call_forward = false;
        features.do_not_disturb = false;
    })?;
    for calls in [
        json!({ "forward": to_cid }),
        json!({ "do_not_disturb": true }),
    ] {
        lab.office
            .change_user("1002", |user| user["calls"] = calls)?;
        let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
        end(&mut ann, &mut bob, &mut call)?;
    }
    cid.is_left_alone()
}
