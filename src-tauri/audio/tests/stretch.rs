//! Another speed, the same pitch: on samples, without any device.

#[path = "support/signal.rs"]
mod signal;
mod support;

use signal::{active, frequency_hz, median, mono, tone, window_correlations};
use support::data;
use tandem_audio::{Decoded, SPEED_MAX, SPEED_MIN, Stretch, decode_file, stretched};

#[test]
fn a_tone_keeps_its_frequency_and_lasts_as_long_as_the_speed_says() {
    for rate_hz in [8000, 11_025, 16_000, 44_100, 48_000] {
        for tone_hz in [120.0, 440.0, 1500.0] {
            for speed in [0.5, 0.75, 1.25, 1.5, 2.0] {
                let recording =
                    Decoded::from_sides(rate_hz, vec![tone(rate_hz, tone_hz, 3.0)]).unwrap();
                let heard = stretched(&recording, speed);
                let wanted = recording.frames() as f64 / f64::from(speed);
                let what = format!("{tone_hz} Hz at {rate_hz} Hz, {speed} times");
                assert!(
                    (heard.frames() as f64 - wanted).abs() <= 2.0,
                    "{what}: {} frames",
                    heard.frames()
                );
                let pitch = frequency_hz(&mono(&heard), rate_hz);
                assert!((pitch / tone_hz - 1.0).abs() < 0.02, "{what}: {pitch} Hz");
                // No holes and no humps where the pieces meet.
                let (first, last) = active(&mono(&heard), 0.1);
                assert!(
                    first < 20 && heard.frames() - last < rate_hz as usize / 20,
                    "{what}: {first} to {last}"
                );
                let body =
                    &mono(&heard)[rate_hz as usize / 10..heard.frames() - rate_hz as usize / 10];
                let power = body
                    .chunks_exact(rate_hz as usize / 40)
                    .map(|c| c.iter().map(|s| s * s).sum::<f32>());
                let (least, most) = power.fold((f32::MAX, 0.0), |(a, b), p| (p.min(a), p.max(b)));
                assert!(most / least < 1.2, "{what}: power from {least} to {most}");
            }
        }
    }
}

#[test]
fn at_normal_speed_the_recording_is_untouched_to_the_last_sample() {
    let recording = decode_file(&data("derived/stereo-legs.wav")).unwrap();
    assert_eq!(stretched(&recording, 1.0), recording);
}

#[test]
fn speech_lasts_as_the_speed_says_and_comes_back_like_itself() {
    let recording = decode_file(&data("core-sounds/es_MX_f_Allison__vm-intro.wav")).unwrap();
    for speed in [0.5, 0.8, 1.25, 1.5, 2.0] {
        let there = stretched(&recording, speed);
        let wanted = recording.frames() as f64 / f64::from(speed);
        assert!((there.frames() as f64 - wanted).abs() <= 2.0);
        // Pieces of the recording, not something like it: short windows are found again.
        let loudest = |r: &Decoded| r.sides().flatten().map(|s| s.unsigned_abs()).max().unwrap();
        assert!(
            loudest(&there) <= loudest(&recording) + 1 && loudest(&there) > loudest(&recording) / 2
        );
    }
    let slow = stretched(&recording, 0.5);
    let back = stretched(&slow, 2.0);
    let likeness = median(window_correlations(&mono(&recording), &mono(&back), 8000));
    assert!(likeness > 0.7, "there and back: {likeness}");
}

#[test]
fn the_sides_stay_apart_and_together() {
    let recording = decode_file(&data("derived/stereo-legs.wav")).unwrap();
    let silent = vec![0; recording.frames()];
    let left = recording.sides().next().unwrap().to_vec();
    let heard = stretched(&Decoded::from_sides(8000, vec![left, silent]).unwrap(), 1.5);
    assert!(heard.sides().nth(1).unwrap().iter().all(|&s| s == 0));
}

#[test]
fn a_change_of_speed_or_place_takes_effect_with_the_next_piece() {
    let recording = Decoded::from_sides(8000, vec![tone(8000, 440.0, 10.0)]).unwrap();
    let mut stretch = Stretch::new(recording.clone());
    let mut out = Vec::new();
    stretch.next_piece(&mut out);
    assert!(out.len() <= 8000 / 50, "a piece is {} frames", out.len());
    stretch.set_speed(2.0);
    let before = stretch.place();
    out.clear();
    stretch.next_piece(&mut out);
    assert_eq!(stretch.place() - before, 2 * out.len());
    stretch.seek(79_900);
    assert_eq!(stretch.place(), 79_900);
    while stretch.next_piece(&mut out) {}
    assert_eq!(stretch.place(), recording.frames());
    for (wish, kept) in [
        (0.0, SPEED_MIN),
        (f32::INFINITY, SPEED_MAX),
        (-3.0, SPEED_MIN),
    ] {
        assert_eq!(stretched(&recording, wish), stretched(&recording, kept));
    }
    assert_eq!(stretched(&recording, f32::NAN), recording);
}
