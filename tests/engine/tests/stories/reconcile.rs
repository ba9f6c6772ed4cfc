//! What one side missed while it, or the other one, was away: nothing that is over stays listed, and
//! what is missing appears.

use anyhow::Result;
use pbx_api::{CallResult, LiveCall, LiveState};
use tandem_engine_tests::lab::Options;
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, PATIENCE};
use tandem_stage::wait;

#[test]
fn a_secret_that_changes_takes_the_contacts_with_it() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.online(&["1001", "1002"])?;
    lab.contacts("1001", 1)?;
    ann.line.secret = lab.office.renew_secret("1001")?;
    lab.office.online(&["1002"])?;
    lab.contacts("1001", 0)?;
    let mut call = bob.dial("1001")?;
    assert_eq!(bob.outcome(&mut call)?, 480, "nobody is there to ring");

    // Who registers with the new one at once is not thrown out by what was said of the old one.
    for _ in 0..5 {
        assert_eq!(ann.register(600)?, 200);
        ann.line.secret = lab.office.renew_secret("1001")?;
        assert_eq!(ann.register(600)?, 200);
    }
    lab.office.online(&["1001", "1002"])?;
    lab.is_settled(0)?;
    lab.office.online(&["1001", "1002"])?;
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    end(&mut bob, &mut ann, &mut call)?;
    lab.still_runs()
}

#[test]
fn a_suspension_takes_the_contacts_and_leaves_the_calls_for_help() -> Result<()> {
    let mut lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut bob, mut trunk) = (lab.phone("1001")?, lab.phone("1002")?, lab.trunk()?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office.online(&["1001", "1002"])?;
    lab.contacts("1001", 1)?;
    lab.office.change_client(|client| client.suspended = true)?;
    lab.office.online(&[])?;
    lab.contacts("1001", 0)?;
    lab.contacts("1002", 0)?;
    assert_eq!(ann.register(600)?, 403);
    lab.core.kill();
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    end(&mut ann, &mut trunk, &mut call)?;

    lab.core.start_again()?;
    lab.office
        .change_client(|client| client.suspended = false)?;
    assert_eq!(ann.register(600)?, 200);
    lab.office.online(&["1001"])?;
    lab.is_settled(0)?;
    lab.office.online(&["1001"])?;
    lab.still_runs()
}

#[test]
fn of_a_user_who_is_removed_the_engine_keeps_nothing() -> Result<()> {
    let mut lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut bob, mut trunk) = (lab.phone("1001")?, lab.phone("1002")?, lab.trunk()?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office.online(&["1001", "1002"])?;
    let helped = "select count(*) from help";
    lab.counts("help for both", "emergency", helped, 2)?;
    lab.office.remove_user("1001")?;
    lab.office.online(&["1002"])?;
    lab.contacts("1001", 0)?;
    lab.counts("help for one", "emergency", helped, 1)?;
    lab.core.kill();
    let mut call = ann.dial("911")?;
    assert_eq!(ann.outcome(&mut call)?, 503, "who is nobody calls nobody");
    let (mut call, _) = talk(&mut bob, &mut trunk, "911")?;
    end(&mut bob, &mut trunk, &mut call)?;
    lab.still_runs()
}

#[test]
fn phones_that_the_engine_does_not_have_any_more_are_gone_and_the_others_stay() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.online(&["1001", "1002"])?;
    lab.contacts("1001", 1)?;
    lab.contacts("1002", 1)?;
    lab.stop_engine(true);
    lab.kept("engine")?
        .execute("delete from location where username = ?1", [&bob.line.user])?;
    lab.start_engine()?;
    lab.office.online(&["1001"])?;

    // And a server that lost what it knew is told again.
    lab.core.kill();
    lab.server_database()?
        .execute("delete from registration", [])?;
    lab.core.start_again()?;
    lab.office.online(&["1001"])?;
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    end(&mut bob, &mut ann, &mut call)?;
    lab.still_runs()
}

#[test]
fn the_end_of_a_call_outlives_the_engine_while_the_server_is_away() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.online(&["1001", "1002"])?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call is answered", |now| {
        now.calls
            .iter()
            .any(|call| call.state == LiveState::Answered)
    })?;
    lab.core.kill();
    end(&mut ann, &mut bob, &mut call)?;
    let ends = r#"select count(*) from event where told like '%"end"%'"#;
    lab.counts("the end is on the disk", "events", ends, 1)?;
    lab.restart_engine(false)?;
    lab.core.start_again()?;
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
    assert!(!leg.end_estimated, "the end is as it was");
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    lab.still_runs()
}

#[test]
fn a_call_that_the_engine_lost_is_over_as_an_estimate() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.online(&["1001", "1002"])?;
    let (call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call is answered", |now| {
        now.calls
            .iter()
            .any(|call| call.state == LiveState::Answered)
    })?;
    lab.keeps(call.id())?;
    lab.stop_engine(false);
    lab.kept("engine")?.execute("delete from dialog", [])?;
    lab.start_engine()?;
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, None));
    assert!(leg.end_estimated && leg.answered_at_ms.is_some());
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;

    // One that goes on stays, though the server alone was away.
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office
        .sees("another call", |now| now.calls.len() == 1)?;
    lab.core.kill();
    let before = lab.numbered()?;
    lab.core.start_again()?;
    // Two phones, a call, and that this is all.
    lab.is_settled(before + 4)?;
    assert_eq!(lab.office.now()?.calls.len(), 1);
    end(&mut ann, &mut bob, &mut call)?;
    let (.., leg) = lab.office.newest(2)?;
    assert!(!leg.end_estimated);
    lab.still_runs()
}

#[test]
fn what_slipped_through_heals_by_itself() -> Result<()> {
    let mut lab = Lab::with(Options {
        tell_all_seconds: 2,
        ..Options::default()
    })?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office.online(&["1001", "1002"])?;
    lab.contacts("1001", 1)?;
    lab.contacts("1002", 1)?;
    lab.is_settled(0)?;
    lab.server_database()?
        .execute("delete from registration", [])?;
    // What a desktop shows is not changed by what somebody does to the table.
    let database = lab.server_database()?;
    wait::until("the phones are there again", PATIENCE, || {
        let count = "select count(*) from registration";
        let count: u32 = database.query_row(count, [], |row| row.get(0))?;
        Ok((count == 2).then_some(()))
    })?;

    // What has just begun is left alone, and looked at again.
    let (_lost, _) = talk(&mut ann, &mut bob, "1002")?;
    let now = lab.office.sees("the call", |now| now.calls.len() == 1)?;
    lab.forgets_call(now.calls[0].id)?;
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);
    assert!(leg.end_estimated && leg.talk_seconds >= 5);
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    lab.still_runs()
}

#[test]
fn a_call_whose_end_nobody_told_is_found_and_over() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let (_lost, _) = talk(&mut ann, &mut bob, "1002")?;
    let is_answered = |call: &LiveCall| call.state == LiveState::Answered;
    let now = lab.office.sees("the call", |now| {
        now.calls.len() == 1 && now.calls.iter().all(is_answered)
    })?;
    let (mut lasts, _) = talk(&mut cid, &mut trunk, "2125550123")?;
    lab.office.sees("another call", |now| {
        now.calls.len() == 2 && now.calls.iter().all(is_answered)
    })?;
    let lost = now.calls[0].id;
    lab.loses_call(lost)?;
    // Twice it is looked for in vain.
    let leg = wait::until("the call is over", 2 * PATIENCE, || {
        let call = lab.office.calls()?.pop();
        Ok(call.map(|mut legs| legs.swap_remove(0)))
    })?;
    assert_eq!((leg.call, leg.result), (lost, CallResult::Answered));
    assert!(leg.end_estimated && leg.sip_code.is_none());
    let now = lab.office.now()?;
    assert!(now.calls.len() == 1 && now.calls[0].id != lost);
    end(&mut cid, &mut trunk, &mut lasts)?;
    let leg = lab.office.record(lasts.id())?;
    assert!(!leg.end_estimated && leg.sip_code == Some(200));
    lab.still_runs()
}
