//! What is said in a recorded call is heard in its recording.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use pbx_api::RecordingState;
use tandem_engine_tests::phone::{Format, PART, converse, encoded_wide, end, talk};
use tandem_engine_tests::wav::{channels, channels_at, likeness};
use tandem_engine_tests::{Lab, PATIENCE};
use tandem_stage::wait;

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
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
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
    // Bob has it in his own calls.
    let of_bob = lab.office.user("1002")?;
    let legs = lab.office.newest_call(2)?;
    let own = legs.iter().find(|leg| leg.user == Some(of_bob));
    let own = lab.office.recorded(own.context("Bob's record")?.id)?;
    assert_ne!(own.id, leg.id);
    assert_eq!(own.recording_info, leg.recording_info);
    Ok(())
}

#[test]
fn a_call_that_is_not_answered_leaves_no_recording() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
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
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
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

/// The same noise without what is sharp in it, at 16,000 samples a second: a second of it.
fn soft(seed: u32) -> Vec<i16> {
    let sharp = [voice(seed), voice(seed + 100)].concat();
    let mean = |part: &[i16]| part.iter().map(|sample| i32::from(*sample)).sum::<i32>() / 8;
    sharp
        .windows(8)
        .map(|part| i16::try_from(2 * mean(part)).unwrap_or_default())
        .collect()
}

#[test]
fn a_wide_voice_is_recorded_as_wide_as_it_was() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    ann.format = Format::G722;
    bob.format = Format::G722;
    let (of_ann, of_bob) = (soft(5), soft(6));
    let (mut call, _) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("its format", |now| {
        now.calls
            .iter()
            .any(|call| call.recorded && call.codec == "G722")
    })?;
    let (said, answered) = (encoded_wide(&of_ann)?, encoded_wide(&of_bob)?);
    for (number, (part, answer)) in (0..).zip(said.chunks(PART).zip(answered.chunks(PART))) {
        ann.sends(part, number)?;
        bob.sends(answer, number)?;
    }
    ann.hears_out(answered.chunks(PART).len())?;
    bob.hears_out(said.chunks(PART).len())?;
    end(&mut ann, &mut bob, &mut call)?;
    let (.., leg) = lab.office.newest(1)?;
    let leg = lab.office.recorded(leg.id)?;
    let [left, right] = channels_at(&lab.office.plays(leg.id)?, 16_000)?;
    // The last moment is still within the filter that tells high from low.
    let (of_ann, of_bob) = (&of_ann[..15_000], &of_bob[..15_000]);
    let heard = [likeness(of_ann, &left), likeness(of_bob, &right)];
    assert!(heard.iter().all(|heard| *heard >= 0.99), "{heard:?}");
    let crossed = [likeness(of_ann, &right), likeness(of_bob, &left)];
    assert!(crossed.iter().all(|heard| *heard < 0.1), "{crossed:?}");
    Ok(())
}

#[test]
fn a_call_that_is_held_and_goes_on_from_another_port_is_recorded_to_its_end() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    let (of_ann, of_bob) = (voice(7), voice(8));
    let (ann_later, bob_later) = (voice(9), voice(10));
    let (mut call, incoming) = talk(&mut ann, &mut bob, "1002")?;
    lab.office.sees("it is recorded", |now| {
        now.calls.iter().any(|call| call.recorded)
    })?;
    let begun = Instant::now();
    converse((&ann, &of_ann), (&bob, &of_bob))?;
    ann.hears_out(of_bob.chunks(PART).len())?;
    bob.hears_out(of_ann.chunks(PART).len())?;
    // What was sent at once takes its time all the same: what comes from elsewhere begins when it comes.
    wait::until("it is said", PATIENCE, || {
        Ok((begun.elapsed() > Duration::from_secs(2)).then_some(()))
    })?;

    bob.holds(&incoming, 1)?;
    let held = ann.agrees()?;
    bob.is_agreed(&incoming, 1)?;
    ann.talks(&held)?;
    bob.moves(&incoming, 2)?;
    let moved = ann.agrees()?;
    bob.is_agreed(&incoming, 2)?;
    ann.talks(&moved)?;
    // Two seconds into it.
    for (number, (part, answer)) in (100..).zip(ann_later.chunks(PART).zip(bob_later.chunks(PART)))
    {
        ann.speaks(part, number)?;
        bob.speaks(answer, number)?;
    }
    ann.hears_out(bob_later.chunks(PART).len())?;
    bob.hears_out(ann_later.chunks(PART).len())?;
    end(&mut ann, &mut bob, &mut call)?;
    let (.., leg) = lab.office.newest(1)?;
    let leg = lab.office.recorded(leg.id)?;
    let [left, right] = channels(&lab.office.plays(leg.id)?)?;
    for (of_ann, of_bob) in [(&of_ann, &of_bob), (&ann_later, &bob_later)] {
        let heard = [likeness(of_ann, &left), likeness(of_bob, &right)];
        assert!(heard.iter().all(|heard| *heard >= 0.99), "{heard:?}");
    }
    let crossed = [likeness(&ann_later, &right), likeness(&bob_later, &left)];
    assert!(crossed.iter().all(|heard| *heard < 0.1), "{crossed:?}");
    Ok(())
}
