//! Real recordings: each one plays with the right length, or says what is wrong with it.

mod support;

use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use support::data;
use tandem_audio::{Decoded, decode, decode_file};

/// What decoders may differ in: the padding of the last frame of a lossy format.
fn near(seconds: f64, expected_seconds: f64) -> bool {
    (seconds - expected_seconds).abs() <= f64::max(0.06, expected_seconds * 0.02)
}

fn seconds(recording: &Decoded) -> f64 {
    recording.frames() as f64 / f64::from(recording.rate_hz())
}

/// FNV-1a over the samples, interleaved, low byte first.
fn checksum(recording: &Decoded) -> u64 {
    let sides: Vec<_> = recording.sides().collect();
    let bytes = (0..recording.frames())
        .flat_map(|i| sides.iter().flat_map(move |side| side[i].to_le_bytes()));
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[test]
fn every_carried_recording_is_what_other_decoders_say_it_is() {
    let table = std::fs::read_to_string(data("expected.tsv")).unwrap();
    let mut wrong = String::new();
    let mut seen = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        seen += 1;
        let result = decode_file(&data(fields[0]));
        let problem = match (fields[1], &result) {
            ("error", Err(error)) if fields[2] == "any" || fields[2] == error.code() => None,
            ("plays", Ok(recording)) => differs(recording, &fields),
            (_, result) => Some(format!("{result:?}")),
        };
        if let Some(problem) = problem {
            writeln!(wrong, "{}: {problem}", fields[0]).unwrap();
        }
    }
    assert!(seen > 50, "the table is short");
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn differs(recording: &Decoded, fields: &[&str]) -> Option<String> {
    let frames: f64 = fields[2].parse().expect("a number of frames");
    let rate_hz: u32 = fields[3].parse().expect("a rate");
    if recording.rate_hz() != rate_hz || recording.sides().len().to_string() != fields[4] {
        return Some(format!(
            "{recording:?}, expected {rate_hz} Hz and {} sides",
            fields[4]
        ));
    }
    if fields[5] != "-" {
        let checksum = format!("{:016x}", checksum(recording));
        return (checksum != fields[5])
            .then(|| format!("{recording:?}, other samples: {checksum}"));
    }
    (!near(seconds(recording), frames / f64::from(rate_hz)))
        .then(|| format!("{recording:?}, expected {frames} frames"))
}

#[test]
fn the_header_is_believed_only_as_far_as_the_file_goes() {
    let whole = std::fs::read(data("asterisk22/legs-in.wav")).unwrap();
    let recording = decode(&whole, "a.wav").unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        decode(&file, "a.wav")
    };
    use tandem_audio::Ending::{Complete, Truncated, Unfinished};
    assert_eq!(recording.ending(), Complete);
    for (size, ending) in [
        (0, Unfinished),
        (u32::MAX, Unfinished),
        (0x7FFF_F000, Unfinished),
        (400_000, Truncated),
    ] {
        let lying = with(40, &u32::to_le_bytes(size)).unwrap();
        assert_eq!(
            (lying.frames(), lying.ending()),
            (recording.frames(), ending),
            "{size}"
        );
    }
    let cut = decode(&whole[..1044], "a.wav").unwrap();
    assert_eq!((cut.frames(), cut.truncated()), (500, true));
    let sentence =
        |result: Result<Decoded, tandem_audio::DecodeError>| result.unwrap_err().to_string();
    assert_eq!(
        sentence(with(24, &[0; 4])),
        "This recording is damaged: its sample rate is zero."
    );
    assert_eq!(
        sentence(with(22, &[0; 2])),
        "This recording is damaged: it has no channels."
    );
    assert_eq!(
        sentence(with(20, &[0x83, 0])),
        "This recording is a WAV with G.729 sound, which Tandem can't play."
    );
    assert_eq!(
        sentence(decode(&whole[..44], "a.wav")),
        "This recording ends before its first sample."
    );
    assert_eq!(
        sentence(decode(b"Dear customer,", "a.wav")),
        "This is not a sound file of a kind that Tandem knows."
    );
}

#[test]
fn the_content_decides_and_the_name_only_where_there_is_no_header() {
    let wav = std::fs::read(data("asterisk22/legs-in.wav")).unwrap();
    let raw = std::fs::read(data("asterisk22/1795408516.99.ulaw")).unwrap();
    assert_eq!(
        decode(&wav, "call.mp3").unwrap(),
        decode(&wav, "call.wav").unwrap()
    );
    assert_eq!(decode(&wav, "call.ulaw").unwrap().format(), "WAV PCM");
    assert_eq!(decode(&raw, "CALL.ULAW").unwrap().frames(), raw.len());
    assert_eq!(decode(&raw, "call.sln16").unwrap().rate_hz(), 16_000);
    assert_eq!(
        decode(&vec![0xFF; 8000], "silence.ulaw")
            .unwrap()
            .duration_ms(),
        1000
    );
    let mp3 = std::fs::read(data("derived/vbr-no-xing.mp3")).unwrap();
    assert_eq!(
        decode(&mp3, "download").unwrap(),
        decode(&mp3, "a.mp3").unwrap()
    );
}

/// Chunks in the way of the sound: odd ones with and without padding, one that lies about
/// its size, and one that is behind it.
#[test]
fn chunks_around_the_sound_do_not_hide_it() {
    let whole = std::fs::read(data("asterisk22/legs-in.wav")).unwrap();
    let recording = decode(&whole, "a.wav").unwrap();
    let with_chunk = |chunk: &[u8]| [&whole[..36], chunk, &whole[36..]].concat();
    for chunk in [
        b"LIST\x05\0\0\0INFOx\0".as_slice(),
        b"LIST\x05\0\0\0INFOx",
        b"LIST\xFF\xFF\xFF\x7FINFO",
        b"JUNK\0\0\0\0",
        b"fact\x04\0\0\0\0\0\0\0",
    ] {
        assert_eq!(
            decode(&with_chunk(chunk), "a.wav").unwrap(),
            recording,
            "{chunk:?}"
        );
    }
    let behind = [&whole, b"LIST\x04\0\0\0INFO".as_slice()].concat();
    assert_eq!(decode(&behind, "a.wav").unwrap(), recording);
}

/// Files that may not be carried here are tried where they are: beside the repository.
#[test]
fn recordings_beside_the_repository_play_with_the_right_length_or_say_why_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(facts) = std::fs::read_to_string(folder.join("facts.json")) else {
        return;
    };
    let facts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&facts).unwrap();
    let mut wrong = String::new();
    for (path, facts) in facts
        .iter()
        .filter(|(path, _)| path.starts_with("audio/") && !path.ends_with(".txt"))
    {
        let began = Instant::now();
        let result = decode_file(&folder.join(path));
        assert!(
            began.elapsed().as_secs() < 20,
            "{path} took {:?}",
            began.elapsed()
        );
        let facts = facts["facts"].as_str().unwrap();
        let after = |words: &str| {
            facts
                .split(words)
                .nth(1)?
                .split(' ')
                .next()?
                .parse::<f64>()
                .ok()
        };
        let claimed = after("ffprobe ");
        let expected = after("ffmpeg decodes ").or_else(|| after(" = "));
        let fine = match (&result, expected) {
            // No file may be refused that others play, but for a codec that is not played here.
            (Err(error), Some(seconds)) => {
                seconds == 0.0 || error.code() == "recording_unsupported"
            }
            (Err(error), None) => !error.to_string().is_empty(),
            // What ffmpeg refuses (RIFX, odd widths) may well play.
            (Ok(_), None) => true,
            // Where an encoder's padding is more than the whole sound, ffmpeg's own prober differs from it.
            (Ok(recording), Some(length)) => {
                let seconds = seconds(recording);
                near(seconds, length)
                    || claimed.is_some_and(|claimed| length < 0.02 && near(seconds, claimed))
            }
        };
        if !fine {
            writeln!(wrong, "{path}: {result:?}, expected {facts}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
