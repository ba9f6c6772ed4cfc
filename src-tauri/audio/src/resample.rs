//! From the rate of a recording to the rate of a sound card: band-limited interpolation with
//! a windowed sinc. A straight line between the samples of an 8 kHz call would mirror its
//! speech above 4 kHz, where it hisses.

use std::collections::VecDeque;

/// Zero crossings of the sinc on each side.
const CROSSINGS: f64 = 16.0;
/// Points of the table between two samples; values between them are interpolated.
const PHASES: usize = 256;
/// Of the lower of the two bands, what is let through.
const PASS_BAND: f64 = 0.94;

pub(crate) struct Resampler {
    /// Input frames an output frame.
    step: f64,
    /// Where the next output frame lies, in frames of `window` after its middle.
    phase: f64,
    /// Input frames on each side of an output frame.
    reach: usize,
    /// The right half of the filter.
    table: Vec<f32>,
    window: VecDeque<[f32; 2]>,
}

impl Resampler {
    pub(crate) fn new(from_hz: u32, to_hz: u32) -> Self {
        let step = f64::from(from_hz) / f64::from(to_hz);
        if from_hz == to_hz {
            return Self {
                step,
                phase: 0.0,
                reach: 0,
                table: Vec::new(),
                window: VecDeque::new(),
            };
        }
        let cutoff = PASS_BAND * (1.0 / step).min(1.0);
        let reach = (CROSSINGS * step.max(1.0)).ceil() as usize;
        let point = |i: usize| {
            let t = i as f64 / PHASES as f64;
            let x = std::f64::consts::PI * cutoff * t;
            let sinc = if i == 0 { 1.0 } else { x.sin() / x };
            let u = std::f64::consts::PI * (t / reach as f64).min(1.0);
            let blackman = 0.42 + 0.5 * u.cos() + 0.08 * (2.0 * u).cos();
            (cutoff * sinc * blackman) as f32
        };
        let table = (0..=reach * PHASES + 1).map(point).collect();
        let window = std::iter::repeat_n([0.0; 2], 2 * reach).collect();
        // The first input frame is the next to come in.
        Self {
            step,
            phase: 1.0,
            reach,
            table,
            window,
        }
    }

    /// The next output frame; `input` gives the next input frame.
    pub(crate) fn next(&mut self, mut input: impl FnMut() -> [f32; 2]) -> [f32; 2] {
        if self.reach == 0 {
            return input();
        }
        // The right half of the window has to come in before its middle can go out.
        while self.phase >= 1.0 {
            self.window.pop_front();
            self.window.push_back(input());
            self.phase -= 1.0;
        }
        let mut sum = [0.0_f32; 2];
        for (at, frame) in self.window.iter().enumerate() {
            let distance =
                (at as f64 - (self.reach as f64 - 1.0) - self.phase).abs() * PHASES as f64;
            let (index, part) = (distance as usize, distance.fract() as f32);
            let Some(&[a, b]) = self.table.get(index..).and_then(|rest| rest.first_chunk()) else {
                continue;
            };
            let weight = a + (b - a) * part;
            sum[0] += frame[0] * weight;
            sum[1] += frame[1] * weight;
        }
        self.phase += self.step;
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power of the output that is not the sine that went in, in dB below it.
    fn error_db(from_hz: u32, to_hz: u32, tone_hz: f64) -> f64 {
        let sine = |n: f64, hz: u32| (n * tone_hz * std::f64::consts::TAU / f64::from(hz)).sin();
        let mut resampler = Resampler::new(from_hz, to_hz);
        let mut n = -1.0;
        let out: Vec<f64> = (0..to_hz)
            .map(|_| {
                let frame = resampler.next(|| {
                    n += 1.0;
                    [sine(n, from_hz) as f32; 2]
                });
                f64::from(frame[0])
            })
            .collect();
        // Fitting sine and cosine takes the delay out of the comparison.
        let body = &out[out.len() / 4..];
        let (mut s, mut c) = (0.0, 0.0);
        for (i, v) in body.iter().enumerate() {
            let x = i as f64 * tone_hz * std::f64::consts::TAU / f64::from(to_hz);
            s += v * x.sin() * 2.0 / body.len() as f64;
            c += v * x.cos() * 2.0 / body.len() as f64;
        }
        let rest: f64 = body
            .iter()
            .enumerate()
            .map(|(i, v)| {
                let x = i as f64 * tone_hz * std::f64::consts::TAU / f64::from(to_hz);
                (v - s * x.sin() - c * x.cos()).powi(2)
            })
            .sum();
        10.0 * (rest / body.iter().map(|v| v * v).sum::<f64>()).log10()
    }

    #[test]
    fn a_tone_stays_clean_from_telephone_rates_to_sound_cards_and_back() {
        for (from, to, tone) in [
            (8000, 48_000, 1000.0),
            (8000, 44_100, 3000.0),
            (16_000, 48_000, 440.0),
            (48_000, 44_100, 5000.0),
            (192_000, 48_000, 1000.0),
        ] {
            let error = error_db(from, to, tone);
            assert!(error < -55.0, "{from} to {to}: {error} dB");
        }
    }
}
