//! Real phones of other people's making register, call, and are recorded.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use pbx_api::{CallResult, LiveState, RecordingState, SipTransport};
use tandem_engine_tests::foreign::{Baresip, Codec, Setup, sipp_calls};
use tandem_engine_tests::lab::{Lab, Options};
use tandem_engine_tests::wav::{channels, channels_at, likeness};
use tandem_stage::{wait, workspace};

/// What is compared of each voice.
const SAMPLES: usize = 6 * 8000;
/// Speech takes its time: as much as is compared, and what a busy machine adds.
const SPEECH: Duration = Duration::from_secs(8);

/// The beginning of what a phone says.
fn voice(wav: &Path) -> Result<Vec<i16>> {
    let [mut voice] = channels(&std::fs::read(wav)?)?;
    voice.truncate(SAMPLES);
    Ok(voice)
}

/// Two phones talk for a while: what each said, and the recording.
fn they_talk(codec: Codec, named: &str) -> Result<([Vec<i16>; 2], Vec<u8>)> {
    let lab = Lab::start()?;
    lab.office
        .change_profile(|features, _| features.call_recording = true)?;
    let audio = workspace::root()?.join("tests/data/audio");
    let of_ann = audio.join("core-sounds/es_MX_f_Allison__vm-intro.wav");
    let of_bob = audio.join("asterisk22/legs-in.wav");
    let bob = Setup {
        extension: "1002",
        says: &of_bob,
        transport: SipTransport::Udp,
        codec,
        calls: None,
    };
    let _bob = Baresip::start(&lab, &bob)?;
    let now = lab.office.sees("Bob", |now| now.phones.len() == 1)?;
    assert!(now.phones[0].user_agent.contains("baresip"));
    let ann = Setup {
        extension: "1001",
        says: &of_ann,
        calls: Some("1002"),
        ..bob
    };
    let mut ann = Baresip::start(&lab, &ann)?;
    lab.office.sees("they talk", |now| {
        let answered = |state| state == LiveState::Answered;
        now.calls.len() == 1
            && answered(now.calls[0].state)
            && now.calls[0].recorded
            && now.calls[0].codec == named
    })?;
    let begun = std::time::Instant::now();
    wait::until("it is said", 2 * SPEECH, || {
        Ok((begun.elapsed() > SPEECH).then_some(()))
    })?;
    ann.quits();
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!(result, CallResult::Answered);
    // Pending, and on a busy machine it is there before anybody looks.
    assert_ne!(leg.recording, RecordingState::None);
    let leg = lab.office.recorded(leg.id)?;
    let said = [voice(&of_ann)?, voice(&of_bob)?];
    Ok((said, lab.office.plays(leg.id)?))
}

#[test]
fn two_phones_talk_and_the_recording_has_what_each_said() -> Result<()> {
    let ([of_ann, of_bob], recording) = they_talk(Codec::Pcmu, "PCMU")?;
    let [left, right] = channels(&recording)?;
    let heard = [likeness(&of_ann, &left), likeness(&of_bob, &right)];
    assert!(heard.iter().all(|heard| *heard >= 0.99), "{heard:?}");
    let crossed = [likeness(&of_ann, &right), likeness(&of_bob, &left)];
    assert!(crossed.iter().all(|heard| *heard < 0.5), "{crossed:?}");
    Ok(())
}

#[test]
fn what_is_said_in_opus_is_in_the_recording() -> Result<()> {
    let (said, recording) = they_talk(Codec::Opus, "opus")?;
    let recorded: [Vec<i16>; 2] = channels_at(&recording, 16_000)?;
    let heard = |said: &[i16], recorded: &[i16]| {
        // What was said has half as many samples: either half of what was recorded, whichever is nearer.
        let halves = (0..2).map(|from| recorded.iter().copied().skip(from).step_by(2));
        let halves = halves.map(|half| likeness(said, &half.collect::<Vec<_>>()));
        halves.fold(0.0, f64::max)
    };
    for (side, other) in [(0, 1), (1, 0)] {
        let own = heard(&said[side], &recorded[side]);
        assert!(own >= 0.99, "{side}: {own}");
        let crossed = heard(&said[side], &recorded[other]);
        assert!(crossed < 0.5, "{side}: {crossed}");
    }
    Ok(())
}

#[test]
fn a_phone_that_wants_no_listeners_registers_and_is_called_over_tls() -> Result<()> {
    let lab = Lab::with(Options {
        tls: true,
        ..Options::default()
    })?;
    let says = workspace::root()?.join("tests/data/audio/asterisk22/legs-in.wav");
    let bob = Setup {
        extension: "1002",
        says: &says,
        transport: SipTransport::Tls,
        codec: Codec::Pcmu,
        calls: None,
    };
    let _bob = Baresip::start(&lab, &bob)?;
    let now = lab.office.sees("Bob", |now| now.phones.len() == 1)?;
    assert_eq!(now.phones[0].transport, SipTransport::Tls);
    let mut ann = lab.phone("1001")?;
    ann.register(600)?;
    let mut call = ann.dial("1002")?;
    assert_eq!(ann.outcome(&mut call)?, 200);
    ann.hears()?;
    ann.hang_up(&mut call)?;
    assert_eq!(ann.hung_up(&call)?, 200);
    let leg = lab.office.record(call.id())?;
    assert_eq!(
        (leg.result, leg.sip_code),
        (CallResult::Answered, Some(200))
    );
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    Ok(())
}

#[test]
fn a_test_tool_of_carriers_makes_a_call() -> Result<()> {
    let lab = Lab::start()?;
    let [mut bob] = lab.phones(["1002"])?;
    std::thread::scope(|scope| -> Result<()> {
        let tool = scope.spawn(|| sipp_calls(&lab, "1001", "1002"));
        let incoming = bob.is_called()?;
        assert_eq!(incoming.caller(), "1001");
        bob.ring(&incoming)?;
        bob.accept(&incoming)?;
        bob.talks(&incoming)?;
        bob.is_hung_up(incoming.invite.get("call-id"))?;
        tool.join().expect("it does not panic")
    })?;
    let (result, sip_code, _) = lab.office.newest(1)?;
    assert_eq!((result, sip_code), (CallResult::Answered, Some(200)));
    Ok(())
}
