//! Comparing and measuring sound.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;
use tandem_audio::Decoded;

/// Windows longer than a word would suffer from clocks that drift apart.
const WINDOW_S: f64 = 0.3;

/// How far a window may lie from its place: what a clock drifts. Left free, a window of any
/// speech finds a vowel somewhere in 20 s of any other speech that is like it to 0.4.
const DRIFT_S: f64 = 0.02;
/// A busy machine stalls and what follows comes later. The place moves by up to this, and only
/// to where a window is found again almost perfectly: nothing that is wrong gets better by it.
const STALL_S: f64 = 1.0;
const FOUND_AGAIN: f64 = 0.95;

/// For each window of `source` that has sound in it: its normalised correlation with `heard`,
/// where the file as a whole fits best.
pub fn window_correlations(source: &[f32], heard: &[f32], rate_hz: u32) -> Vec<f64> {
    let samples = |seconds: f64| (seconds * f64::from(rate_hz)) as i64;
    let (window, drift, stall) = (samples(WINDOW_S), samples(DRIFT_S), samples(STALL_S));
    let mut offset = best_offset(source, heard);
    let mut found = Vec::new();
    for (number, piece) in source.chunks_exact(window as usize).enumerate() {
        if energy(piece) < 0.01 {
            continue;
        }
        let expected = number as i64 * window;
        let best = |reach: i64| {
            (offset - reach..=offset + reach)
                .map(|offset| (likeness(piece, heard, expected + offset), offset))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .expect("an offset")
        };
        let mut here = best(drift);
        if here.0 < FOUND_AGAIN {
            let (again, there) = best(stall);
            if again >= FOUND_AGAIN {
                here = (again, there);
            }
        }
        if here.0 >= FOUND_AGAIN {
            offset = here.1;
        }
        found.push(here.0);
    }
    found
}

/// The correlation at one place; 0 where nothing was captured.
fn likeness(piece: &[f32], heard: &[f32], place: i64) -> f64 {
    let there = usize::try_from(place)
        .ok()
        .and_then(|place| heard.get(place..place + piece.len()));
    there.map_or(0.0, |there| {
        dot(piece, there) / ((energy(piece) * energy(there)).sqrt() + 1e-3)
    })
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

fn energy(samples: &[f32]) -> f64 {
    dot(samples, samples)
}

/// By how many samples `source` lies later in `heard`: the peak of their correlation.
fn best_offset(source: &[f32], heard: &[f32]) -> i64 {
    let size = (source.len() + heard.len()).next_power_of_two();
    let mut planner = FftPlanner::new();
    let forward = planner.plan_fft_forward(size);
    let spectrum = |samples: &[f32]| {
        let mut points: Vec<Complex<f64>> = samples
            .iter()
            .map(|&s| Complex::new(f64::from(s), 0.0))
            .collect();
        points.resize(size, Complex::new(0.0, 0.0));
        forward.process(&mut points);
        points
    };
    let mut product: Vec<_> = spectrum(source)
        .iter()
        .zip(&spectrum(heard))
        .map(|(a, b)| a.conj() * b)
        .collect();
    planner.plan_fft_inverse(size).process(&mut product);
    let peak = (0..size)
        .max_by(|&a, &b| product[a].re.total_cmp(&product[b].re))
        .expect("samples");
    // The second half of the circle is before the start.
    if peak < size / 2 {
        peak as i64
    } else {
        peak as i64 - size as i64
    }
}

/// The first and the last sample louder than `level`.
pub fn active(samples: &[f32], level: f32) -> (usize, usize) {
    let loud = |s: &f32| s.abs() > level;
    (
        samples.iter().position(loud).expect("silence"),
        samples.iter().rposition(loud).expect("silence"),
    )
}

/// The strongest frequency of all the samples, between the bins of the transform by a parabola.
pub fn frequency_hz(samples: &[f32], rate_hz: u32) -> f64 {
    let size = samples.len().next_power_of_two() * 2;
    let hann =
        |i: usize| 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / samples.len() as f64).cos();
    let mut points: Vec<Complex<f64>> = samples
        .iter()
        .enumerate()
        .map(|(i, &s)| Complex::new(f64::from(s) * hann(i), 0.0))
        .collect();
    points.resize(size, Complex::new(0.0, 0.0));
    FftPlanner::new()
        .plan_fft_forward(size)
        .process(&mut points);
    let power: Vec<f64> = points[..size / 2].iter().map(Complex::norm_sqr).collect();
    let peak = (1..power.len() - 1)
        .max_by(|&a, &b| power[a].total_cmp(&power[b]))
        .expect("samples");
    let (a, b, c) = (power[peak - 1].ln(), power[peak].ln(), power[peak + 1].ln());
    let between = 0.5 * (a - c) / (a - 2.0 * b + c);
    (peak as f64 + between) * f64::from(rate_hz) / size as f64
}

/// All sides added up, −1.0 to 1.0.
pub fn mono(recording: &Decoded) -> Vec<f32> {
    let sides: Vec<_> = recording.sides().collect();
    let at = |i: usize| sides.iter().map(|side| f32::from(side[i])).sum::<f32>();
    (0..recording.frames())
        .map(|i| at(i) / 32768.0 / sides.len() as f32)
        .collect()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    assert!(!values.is_empty());
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A sine, loud and far from clipping.
pub fn tone(rate_hz: u32, tone_hz: f64, seconds: f64) -> Vec<i16> {
    (0..(f64::from(rate_hz) * seconds) as usize)
        .map(|n| {
            ((n as f64 * tone_hz * std::f64::consts::TAU / f64::from(rate_hz)).sin() * 12_000.0)
                as i16
        })
        .collect()
}
