//! Sound really heard: the player plays into a private PulseAudio with a null sink, what
//! arrives there is captured and compared with the file. Nothing is skipped: without
//! pulseaudio, pactl and parec these tests fail.

#[path = "support/pulse.rs"]
mod pulse;
#[path = "support/signal.rs"]
mod signal;
mod support;

use std::process::Command;

use pulse::{Pulse, urgent, wait_for_exit};
use signal::{active, frequency_hz, median, mono, tone, window_correlations};
use support::data;
use tandem_audio::{Decoded, decode_file};

const RATE_HZ: u32 = 8000;
const TONE_HZ: f64 = 440.0;

/// Plays a file to its end and gives what was heard, as mono at 8 kHz.
fn heard(pulse: &Pulse, args: &[&str]) -> Vec<f32> {
    let capture = pulse.capture(RATE_HZ);
    let mut player = urgent(env!("CARGO_BIN_EXE_tandem-play"));
    let output = player.args(args).env("PULSE_SERVER", pulse.server()).output().expect("tandem-play");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    capture.stop()
}

#[test]
fn a_played_recording_is_heard_as_it_is_in_the_file() {
    let pulse = Pulse::start();
    let file = data("asterisk22/legs-in.wav");
    let heard = heard(&pulse, &[file.to_str().unwrap()]);

    let right = mono(&decode_file(&file).unwrap());
    let likeness = median(window_correlations(&right, &heard, RATE_HZ));
    eprintln!("the played file: {likeness:.4}");
    assert!(likeness >= 0.9, "the played file: median correlation {likeness}");

    // Another recording; and the hardest wrong one, the other side of the same call.
    let other = decode_file(&data("core-sounds/es_MX_f_Allison__vm-intro.wav")).unwrap();
    let call = decode_file(&data("derived/stereo-legs.wav")).unwrap();
    let other_side = call.sides().nth(1).unwrap().to_vec();
    let other_side = Decoded::from_sides(call.rate_hz(), vec![other_side]).unwrap();
    for wrong in [other, other_side] {
        let likeness = median(window_correlations(&mono(&wrong), &heard, RATE_HZ));
        eprintln!("{wrong:?}: {likeness:.4}");
        assert!(likeness < 0.3, "{wrong:?}: median correlation {likeness}");
    }

    // To the last sample: the tail is not cut off.
    let (first, last) = active(&heard, 0.005);
    let (file_first, file_last) = active(&right, 0.005);
    let (heard_s, file_s) = ((last - first) as f64 / 8000.0, (file_last - file_first) as f64 / 8000.0);
    assert!((heard_s - file_s).abs() < 0.1, "heard for {heard_s} s, in the file {file_s} s");
}

#[test]
fn at_one_and_a_half_times_the_speed_a_tone_keeps_its_pitch_and_lasts_two_thirds() {
    let pulse = Pulse::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tone.wav");
    let seconds = 6.0;
    std::fs::write(&file, tone_wav(RATE_HZ, TONE_HZ, seconds)).unwrap();
    let heard = heard(&pulse, &["--speed", "1.5", file.to_str().unwrap()]);

    let (first, last) = active(&heard, 0.05);
    let tone = &heard[first..last];
    let lasted = tone.len() as f64 / f64::from(RATE_HZ);
    assert!((lasted / (seconds / 1.5) - 1.0).abs() < 0.02, "lasted {lasted} s");
    let pitch = frequency_hz(tone, RATE_HZ);
    assert!((pitch / TONE_HZ - 1.0).abs() < 0.02, "{pitch} Hz");
}

#[test]
fn the_outputs_are_listed_and_one_that_is_not_there_is_an_answer_for_a_person() {
    let pulse = Pulse::start();
    let run = |args: &[&str]| {
        let player = env!("CARGO_BIN_EXE_tandem-play");
        Command::new(player).args(args).env("PULSE_SERVER", pulse.server()).output().expect("tandem-play")
    };
    let listed = String::from_utf8(run(&["--devices"]).stdout).unwrap();
    assert!(listed.starts_with("* ") && listed.contains("probe") && listed.contains("Probe"), "{listed}");

    let id = listed.trim_start_matches("* ").split('\t').next().unwrap().to_owned();
    let file = data("cpython/pluck-pcm16.au");
    let file = file.to_str().unwrap();
    assert!(run(&["--device", &id, file]).status.success());

    let missing = run(&["--device", "pulseaudio:gone", file]);
    assert!(!missing.status.success());
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("The chosen sound output is not there."), "{said}");
}

#[test]
fn without_any_sound_server_the_player_says_so_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("unix:{}/nobody", folder.path().display());
    let file = data("cpython/pluck-pcm16.au");
    let output = Command::new(env!("CARGO_BIN_EXE_tandem-play"))
        .arg(file)
        .env("PULSE_SERVER", nowhere)
        .env("ALSA_CONFIG_PATH", folder.path().join("none"))
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("sound output"), "{said}");
}

#[test]
fn a_sound_server_that_goes_away_in_the_middle_ends_the_play_with_an_error() {
    let pulse = Pulse::start();
    let capture = pulse.capture(RATE_HZ);
    let mut player = Command::new(env!("CARGO_BIN_EXE_tandem-play"))
        .arg(data("asterisk22/legs-in.wav"))
        .env("PULSE_SERVER", pulse.server())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    capture.wait_for_sound();
    drop(pulse);
    let status = wait_for_exit(&mut player);
    assert!(!status.success());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut player.stderr.take().unwrap(), &mut said).unwrap();
    assert!(said.contains("The sound output was disconnected."), "{said}");
}

/// A WAV of one side around samples of 16 bits.
fn wav(rate_hz: u32, samples: &[i16]) -> Vec<u8> {
    let size = samples.len() as u32 * 2;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    bytes
}

fn tone_wav(rate_hz: u32, tone_hz: f64, seconds: f64) -> Vec<u8> {
    wav(rate_hz, &tone(rate_hz, tone_hz, seconds))
}
