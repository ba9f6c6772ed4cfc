//! What is said in a recorded call is heard in its recording.

use anyhow::Result;
use pbx_api::RecordingState;
use tandem_engine_tests::Lab;
use tandem_engine_tests::phone::{converse, end, talk};
use tandem_engine_tests::wav::{channels, likeness};

/// A second of noise that is like no other.
fn voice(seed: u32) -> Vec<i16> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as u16 as i16 / 4
    };
    (0..8000).map(|_| next()).collect()
}

#[test]
fn a_recorded_call_is_heard_as_it_was() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob) = (lab.phone("1001")?, lab.phone("1002")?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    let (of_ann, of_bob) = (voice(1), voice(2));

    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    ann.says("from Ann")?;
    assert_eq!(bob.hears()?, "from Ann");
    bob.says("from Bob")?;
    assert_eq!(ann.hears()?, "from Bob");
    end(&mut ann, &mut bob, &mut call)?;
    let (.., leg) = lab.office.newest(1)?;
    assert_eq!(leg.recording, RecordingState::None);
    assert_eq!(lab.captures()?, 0, "nobody asked for a recording");

    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("it is recorded", |now| {
        now.calls.iter().any(|call| call.recorded)
    })?;
    converse((&ann, &of_ann), (&bob, &of_bob))?;
    end(&mut ann, &mut bob, &mut call)?;
    let (.., leg) = lab.office.newest(2)?;
    let leg = lab.office.recorded(leg.id)?;
    let [left, right] = channels(&lab.office.plays(leg.id)?)?;
    assert!(likeness(&of_ann, &left) >= 0.99, "the caller is left");
    assert!(likeness(&of_bob, &right) >= 0.99, "the callee is right");
    assert!(likeness(&of_ann, &right) < 0.1 && likeness(&of_bob, &left) < 0.1);
    Ok(())
}

#[test]
fn a_call_that_is_not_answered_leaves_no_recording() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob) = (lab.phone("1001")?, lab.phone("1002")?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    let mut call = ann.dial("1002")?;
    let incoming = bob.is_called()?;
    bob.refuse(&incoming, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    let (.., leg) = lab.office.newest(1)?;
    assert_eq!(leg.recording, RecordingState::None);
    lab.is_tidy()
}

#[test]
fn what_was_recorded_while_the_server_was_away_is_stored_when_it_is_back() -> Result<()> {
    let mut lab = Lab::start()?;
    let (mut ann, mut bob) = (lab.phone("1001")?, lab.phone("1002")?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    let (of_ann, of_bob) = (voice(3), voice(4));
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("the call", |now| now.calls.len() == 1)?;
    lab.core.kill();
    converse((&ann, &of_ann), (&bob, &of_bob))?;
    end(&mut ann, &mut bob, &mut call)?;
    lab.core.start_again()?;
    let (.., leg) = lab.office.newest(1)?;
    let leg = lab.office.recorded(leg.id)?;
    let [left, right] = channels(&lab.office.plays(leg.id)?)?;
    assert!(likeness(&of_ann, &left) >= 0.99 && likeness(&of_bob, &right) >= 0.99);
    lab.is_tidy()
}
