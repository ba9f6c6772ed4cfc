//! Programs that end in the middle of calls, and a database that is held up: no record is lost, and
//! none is there twice.

use std::time::{Duration, Instant};

use anyhow::Result;
use pbx_api::CallResult;
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::seen::Now;
use tandem_engine_tests::{Lab, PATIENCE};
use tandem_stage::wait;

/// How long another program holds the database.
const HELD: Duration = Duration::from_secs(5);

fn is_answered(now: &Now) -> bool {
    now.calls.len() == 1 && now.calls.iter().all(|call| call.answered_at_ms.is_some())
}

#[test]
fn a_call_outlives_the_server() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    let was = lab.office.sees("the call", is_answered)?;
    lab.core.kill();
    lab.core.start_again()?;
    let now = lab.office.sees("the call goes on", is_answered)?;
    assert_eq!(now.calls, was.calls);
    assert_eq!(lab.office.legs()?, [], "it is not over");
    ann.says("still there?")?;
    assert_eq!(bob.hears()?, "still there?");
    end(&mut ann, &mut bob, &mut call)?;
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
    assert_eq!(leg.call, was.calls[0].id);
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;

    // One that rings meanwhile is answered later, and one that is decided now is another.
    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.ring(&incoming)?;
    ann.rings(&call)?;
    lab.core.kill();
    lab.core.start_again()?;
    bob.accept(&incoming)?;
    assert_eq!(ann.outcome(&mut call)?, 200);
    bob.talks(&incoming)?;
    lab.office.sees("the second call", is_answered)?;
    end(&mut ann, &mut bob, &mut call)?;
    lab.office.newest(2)?;
    assert_eq!(lab.office.calls()?.len(), 2);
    Ok(())
}

#[test]
fn a_call_outlives_a_killed_engine() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    let was = lab.office.sees("the call", is_answered)?;
    lab.keeps(call.id())?;
    lab.restart_engine(false)?;
    ann.says("still there?")?;
    assert_eq!(bob.hears()?, "still there?");
    end(&mut ann, &mut bob, &mut call)?;
    let (result, sip_code, leg) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
    assert_eq!(leg.call, was.calls[0].id);
    let legs = lab.office.newest_call(1)?;
    let results: Vec<_> = legs.iter().map(|leg| (leg.user, leg.result)).collect();
    let both = [lab.office.user("1001")?, lab.office.user("1002")?];
    assert_eq!(results, both.map(|user| (Some(user), CallResult::Answered)));
    // Phones are where they were.
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut call)?;
    lab.office.newest(2)?;
    assert_eq!(lab.office.calls()?.len(), 2);
    lab.still_runs()
}

#[test]
fn a_database_that_is_held_up_loses_nothing() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let (mut first, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call", is_answered)?;

    let held = lab.lock_database()?;
    let since = Instant::now();
    // One call ends while nothing can be written, and two begin.
    end(&mut ann, &mut bob, &mut first)?;
    let mut second = ann.dial("1002")?;
    assert_eq!(ann.outcome(&mut second)?, 503, "nobody decides it in time");
    bob.is_left_alone()?;
    let mut third = cid.dial("1002")?;
    wait::until("five seconds", PATIENCE, || {
        Ok((since.elapsed() >= HELD).then_some(()))
    })?;
    drop(held);
    let incoming = bob.is_called()?;
    bob.accept(&incoming)?;
    assert_eq!(
        cid.outcome(&mut third)?,
        200,
        "it is decided late, but in time"
    );
    bob.talks(&incoming)?;
    end(&mut cid, &mut bob, &mut third)?;

    let (mut last, _) = talk(&mut ann, &mut bob, "1002")?;
    end(&mut ann, &mut bob, &mut last)?;
    for call in [&first, &third, &last] {
        let leg = lab.office.record(call.id())?;
        assert_eq!(
            (leg.result, leg.sip_code),
            (CallResult::Answered, Some(200))
        );
    }
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    let refused = lab.office.record(second.id())?;
    assert_eq!(
        (refused.result, refused.sip_code),
        (CallResult::Failed, Some(503)),
        "it is told of afterwards"
    );
    let calls = lab.office.calls()?;
    let mut called: Vec<_> = calls
        .iter()
        .map(|legs| legs[0].source_id.as_str())
        .collect();
    let mut all = [first.id(), second.id(), third.id(), last.id()];
    called.sort_unstable();
    all.sort_unstable();
    assert_eq!(called, all, "each of them once");
    Ok(())
}
