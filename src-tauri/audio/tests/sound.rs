//! Sound really heard: the player plays into a private PulseAudio with a null sink, what
//! arrives there is captured and compared with the file. Nothing is skipped: without
//! pulseaudio, pactl and parec these tests fail.

#[path = "support/pulse.rs"]
mod pulse;
#[path = "support/signal.rs"]
mod signal;
mod support;

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use pulse::{Pulse, urgent, wait_for_exit};
use serde_json::Value;
use signal::{active, frequency_hz, median, mono, tone, window_correlations};
use support::data;
use tandem_audio::{Decoded, decode_file};

const RATE_HZ: u32 = 8000;
const TONE_HZ: f64 = 440.0;

/// Plays a file to its end and gives what was heard, as mono at 8 kHz.
fn heard(pulse: &Pulse, args: &[&str]) -> Vec<f32> {
    let capture = pulse.capture(RATE_HZ);
    let mut player = urgent(env!("CARGO_BIN_EXE_tandem-play"));
    let output = player
        .args(args)
        .env("PULSE_SERVER", pulse.server())
        .output()
        .expect("tandem-play");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
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
    assert!(
        likeness >= 0.9,
        "the played file: median correlation {likeness}"
    );

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
    let (heard_s, file_s) = (
        (last - first) as f64 / 8000.0,
        (file_last - file_first) as f64 / 8000.0,
    );
    // A stall of a busy machine makes it longer; a tail that is cut makes it shorter.
    assert!(
        heard_s > file_s - 0.1,
        "heard for {heard_s} s, in the file {file_s} s"
    );
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
    // Only what sounds is counted: not the holes that a busy machine makes.
    let sounds = |piece: &&[f32]| piece.iter().any(|s| s.abs() > 0.05);
    let lasted = tone
        .chunks(40)
        .filter(sounds)
        .map(<[f32]>::len)
        .sum::<usize>() as f64
        / f64::from(RATE_HZ);
    assert!(
        (lasted / (seconds / 1.5) - 1.0).abs() < 0.02,
        "lasted {lasted} s"
    );
    let pitch = frequency_hz(tone, RATE_HZ);
    assert!((pitch / TONE_HZ - 1.0).abs() < 0.02, "{pitch} Hz");
}

#[test]
fn the_outputs_are_listed_and_one_that_is_not_there_is_an_answer_for_a_person() {
    let pulse = Pulse::start();
    let run = |args: &[&str]| {
        let player = env!("CARGO_BIN_EXE_tandem-play");
        Command::new(player)
            .args(args)
            .env("PULSE_SERVER", pulse.server())
            .output()
            .expect("tandem-play")
    };
    let listed = String::from_utf8(run(&["--devices"]).stdout).unwrap();
    assert!(
        listed.starts_with("* ") && listed.contains("probe") && listed.contains("Probe"),
        "{listed}"
    );

    let id = listed
        .trim_start_matches("* ")
        .split('\t')
        .next()
        .unwrap()
        .to_owned();
    let file = data("cpython/pluck-pcm16.au");
    let file = file.to_str().unwrap();
    assert!(run(&["--device", &id, file]).status.success());

    let missing = run(&["--device", "pulseaudio:gone", file]);
    assert!(!missing.status.success());
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(
        said.contains("The chosen sound output is not there."),
        "{said}"
    );
}

/// A player under control, and its states as they come.
struct Controlled {
    player: Child,
    states: Lines<BufReader<ChildStdout>>,
}

impl Controlled {
    fn start(pulse: &Pulse, file: &Path) -> Self {
        let mut player = urgent(env!("CARGO_BIN_EXE_tandem-play"))
            .arg("--control")
            .arg(file)
            .env("PULSE_SERVER", pulse.server())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("nice");
        let states = BufReader::new(player.stdout.take().expect("piped")).lines();
        Self { player, states }
    }

    fn say(&mut self, command: &str) {
        writeln!(self.player.stdin.as_mut().expect("piped"), "{command}")
            .expect("the player listens");
    }

    /// Reads on until a state is as asked. They come by themselves while it plays.
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.states
            .by_ref()
            .map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
            .find(wanted)
            .expect("such a state before the end")
    }
}

impl Drop for Controlled {
    fn drop(&mut self) {
        let _ = self.player.kill();
        let _ = self.player.wait();
    }
}

#[test]
fn pause_seek_speed_and_volume_act_while_it_plays() {
    let pulse = Pulse::start();
    let capture = pulse.capture(RATE_HZ);
    let file = data("asterisk22/legs-in.wav");
    let mut player = Controlled::start(&pulse, &file);
    let position = |state: &Value| state["position_ms"].as_u64().expect("a position");
    assert_eq!(player.until(|s| position(s) > 1000)["duration_ms"], 21_620);

    player.say("pause");
    let paused = position(&player.until(|s| s["playing"] == false));
    // It goes on from where it was, not from where the clock is.
    player.say("play");
    let going = position(&player.until(|s| s["playing"] == true));
    assert!(
        going.abs_diff(paused) <= 250,
        "paused at {paused} ms, went on at {going} ms"
    );

    player.say("seek 15000");
    let there = position(&player.until(|s| position(s) >= 15_000));
    assert!(there < 15_500, "{there} ms");
    player.say("speed 2");
    player.say("volume 0.25");
    let faster = player.until(|s| s["speed"] == 2.0 && s["volume"] == 0.25);
    let began = Instant::now();
    player.until(|s| s["ended"] == true);
    // 0.2 s of buffers and the silent tail come on top.
    let (took, rest) = (
        began.elapsed().as_secs_f64(),
        (21_620 - position(&faster)) as f64 / 2000.0,
    );
    assert!(
        took > rest - 0.4 && took < rest + 1.5,
        "{took} s for {rest} s"
    );
    assert!(wait_for_exit(&mut player.player).success());

    // What was heard after the jump is the end of the file, at a quarter of its loudness.
    let heard = capture.stop();
    let source = mono(&decode_file(&file).unwrap());
    // By its power: single peaks are rounded where pieces overlap.
    let power = |samples: &[f32]| samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
    let end = &heard[active(&heard, 0.002).1 - 16_000..][..16_000];
    let ratio = (power(end) / power(&source[source.len() - 32_000..])).sqrt();
    eprintln!("{ratio:.3} times as loud");
    assert!((0.2..0.3).contains(&ratio), "{ratio} times as loud");
}

#[test]
fn stop_goes_back_to_the_start_and_play_begins_there() {
    let pulse = Pulse::start();
    let mut player = Controlled::start(&pulse, &data("asterisk22/legs-in.wav"));
    player.until(|s| s["position_ms"].as_u64() > Some(700));
    player.say("stop");
    assert_eq!(player.until(|s| s["playing"] == false)["position_ms"], 0);
    player.say("play");
    let again = player.until(|s| s["playing"] == true && s["position_ms"].as_u64() > Some(0));
    assert!(again["position_ms"].as_u64() < Some(700), "{again}");
    player.say("device pulseaudio:gone");
    let lost = player.until(|s| !s["error"].is_null());
    assert_eq!(
        (&lost["error"]["code"], &lost["playing"]),
        (&"output_not_found".into(), &false.into())
    );
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
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    capture.wait_for_sound();
    drop(pulse);
    let status = wait_for_exit(&mut player);
    assert!(!status.success());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut player.stderr.take().unwrap(), &mut said).unwrap();
    assert!(
        said.contains("The sound output was disconnected."),
        "{said}"
    );
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
