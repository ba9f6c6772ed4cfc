//! Whatever the bytes are: an answer, soon, within bounds of memory.

#[path = "support/signal.rs"]
#[expect(dead_code, reason = "this comparison needs a part of it")]
mod signal;
mod support;

use std::time::{Duration, Instant};

use cap::Cap;
use proptest::prelude::*;
use signal::{median, mono, window_correlations};
use support::data;
use tandem_audio::{DecodeError, Limits, decode, decode_within};

/// An allocation beyond this ends the process, and the test with it.
const MEMORY_BYTES: usize = 512 << 20;

#[global_allocator]
static MEMORY: Cap<std::alloc::System> = Cap::new(std::alloc::System, MEMORY_BYTES);

const LIMITS: Limits = Limits {
    file_bytes: 16 << 20,
    sound_bytes: 32 << 20,
};

/// One small real file of each kind.
const KINDS: [&str; 20] = [
    "asterisk22/in-442079460018-1002.WAV",
    "asterisk22/vorbis.ogg",
    "cpython/pluck-alaw.aifc",
    "cpython/pluck-pcm16.au",
    "cpython/pluck-pcm24.aiff",
    "cpython/pluck-pcm24.wav",
    "derived/aac.m4a",
    "derived/cut.mp3",
    "hound/waveformatextensible-24bit-192kHz-mono.wav",
    "made/adpcm-ima.wav",
    "made/adpcm-ms.wav",
    "made/adts.aac",
    "made/flac-in-ogg.oga",
    "made/flac.flac",
    "made/fragmented.m4a",
    "made/layer2.mp2",
    "made/mp3-in-wav.wav",
    "made/opus-mono.opus",
    "made/rf64.wav",
    "made/vorbis-22k.ogg",
];

/// Decodes within the bounds and looks at the answer.
fn answer(bytes: &[u8], name: &str) {
    let began = Instant::now();
    match decode_within(bytes, name, &LIMITS) {
        Ok(recording) => {
            assert!(recording.frames() > 0 && recording.rate_hz() > 0);
            assert!(
                recording
                    .sides()
                    .all(|side| side.len() == recording.frames())
            );
            assert!(
                (recording.frames() * recording.sides().len() * 2) as u64 <= LIMITS.sound_bytes
            );
        }
        Err(error) => assert!(error.to_string().ends_with('.')),
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{name}: {:?}",
        began.elapsed()
    );
}

fn magic() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".as_slice(),
        b"RIFX\0\0\0\x24WAVEfmt \0\0\0\x10",
        b"RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0",
        b"fLaC\x80\0\0\x22",
        b"OggS\0\x02",
        b"FORM\0\0\0\0AIFCCOMM",
        b".snd\0\0\0\x18",
        b"\0\0\0\x18ftypM4A ",
        b"ID3\x04\0\0\0\0\0\x01",
        b"\xFF\xFB\x90\x44",
        b"\xFF\xF1\x50\x80",
        b"",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_behind_any_magic_get_an_answer(
        magic in magic(),
        rest in prop::collection::vec(any::<u8>(), 0..3000),
        name in prop::sample::select(vec!["a.wav", "a.gsm", "a.mp3", "a.ulaw", "a"]),
    ) {
        answer(&[magic, rest.as_slice()].concat(), name);
    }

    #[test]
    fn real_files_with_broken_bytes_get_an_answer(
        kind in prop::sample::select(KINDS.to_vec()),
        header in prop::collection::vec((0_usize..700, any::<u8>()), 0..12),
        anywhere in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![0, 1, 0x7F, 0x80, 0xFF])), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = std::fs::read(data(kind)).unwrap();
        for (at, value) in header {
            let len = bytes.len();
            bytes[at % len] = value;
        }
        for (at, value) in anywhere {
            let len = bytes.len();
            bytes[at.index(len)] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        answer(&bytes, kind);
    }
}

#[test]
fn every_start_of_a_small_real_file_gets_an_answer() {
    for kind in KINDS {
        let bytes = std::fs::read(data(kind)).unwrap();
        for len in (0..bytes.len().min(400)).chain((400..bytes.len()).step_by(bytes.len() / 20 + 1))
        {
            answer(&bytes[..len], kind);
        }
    }
}

/// An index that claims a sample of 2 GB, in each of the places where an MP4 can say it.
#[test]
fn an_mp4_that_claims_huge_samples_is_damaged() {
    for (kind, table, sizes) in [
        ("made/fragmented.m4a", b"trun", 12..60),
        ("derived/aac.m4a", b"stsz", 4..60),
    ] {
        let whole = std::fs::read(data(kind)).unwrap();
        let at = whole.windows(4).position(|name| name == table).unwrap() + 4;
        for place in sizes.step_by(4) {
            let mut bytes = whole.clone();
            bytes[at + place..at + place + 4].copy_from_slice(&[0x7F; 4]);
            answer(&bytes, kind);
        }
    }
}

#[test]
fn a_small_file_that_claims_hours_stops_at_the_limit() {
    // Silence in FLAC: a frame of a few bytes gives 4608 samples again and again.
    let flac = std::fs::read(data("made/flac.flac")).unwrap();
    let tight = Limits {
        sound_bytes: 20_000,
        ..LIMITS
    };
    assert_eq!(
        decode_within(&flac, "a.flac", &tight).unwrap_err().code(),
        "recording_too_long"
    );
    let wav = std::fs::read(data("asterisk22/legs-in.wav")).unwrap();
    assert_eq!(
        decode_within(&wav, "a.wav", &tight).unwrap_err().code(),
        "recording_too_long"
    );
    let large = Limits {
        file_bytes: 1000,
        ..LIMITS
    };
    assert!(matches!(
        decode_within(&wav, "a.wav", &large),
        Err(DecodeError::TooLarge { .. })
    ));
    // An Opus recording that is too long at its full rate is decoded at a lower one.
    let opus = std::fs::read(data("made/opus-mono.opus")).unwrap();
    let half = Limits {
        sound_bytes: 5 * 48_000,
        ..LIMITS
    };
    let recording = decode_within(&opus, "a.opus", &half).unwrap();
    let whole = decode(&opus, "a.opus").unwrap();
    assert_eq!(
        (recording.rate_hz(), recording.duration_ms()),
        (8000, whole.duration_ms())
    );
    // The same is heard.
    let every_sixth: Vec<f32> = mono(&whole).into_iter().step_by(6).collect();
    let alike = median(window_correlations(&every_sixth, &mono(&recording), 8000));
    assert!(alike > 0.9, "{alike}");
}
