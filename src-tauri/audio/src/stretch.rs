//! Playback at another speed and the same pitch: WSOLA (waveform similarity overlap-add).
//!
//! The recording is walked in steps of `hop × speed`, and from each place a piece of one hop
//! is laid onto the natural continuation of the piece before, with a crossfade. The place may
//! move by the search range to where the waveform continues best, so whole pitch periods
//! are left out or repeated and the pitch stays. At speed 1 every piece continues the one
//! before and the output is the recording, sample for sample.

use crate::Decoded;
use crate::decoded::Collector;

/// Half the usual pace.
pub const SPEED_MIN: f32 = 0.5;
/// Twice the usual pace.
pub const SPEED_MAX: f32 = 2.0;

/// A piece: longer than a period of the lowest voice, shorter than a syllable.
const HOP_MS: f64 = 16.0;
/// Each way; together one period of a voice of 50 Hz.
const SEARCH_MS: f64 = 10.0;
/// The waveform is compared at about this rate first: speech has its periods far below.
const COARSE_HZ: u32 = 8000;

/// Streams a recording at a speed that may change at any time, from any place.
pub struct Stretch {
    recording: Decoded,
    speed: f32,
    hop: usize,
    search: usize,
    coarse: usize,
    rise: Vec<f32>,
    /// Where the recording stands now, in frames.
    place: f64,
    /// Where the last piece would go on.
    follow: usize,
}

impl Stretch {
    #[must_use]
    pub fn new(recording: Decoded) -> Self {
        let frames =
            |ms: f64| ((f64::from(recording.rate_hz()) * ms / 1000.0).round() as usize).max(1);
        let (hop, search) = (frames(HOP_MS), frames(SEARCH_MS));
        let rise =
            |k| (0.5 - 0.5 * (std::f64::consts::PI * (k as f64 + 0.5) / hop as f64).cos()) as f32;
        Self {
            speed: 1.0,
            hop,
            search,
            coarse: (recording.rate_hz() / COARSE_HZ).max(1) as usize,
            rise: (0..hop).map(rise).collect(),
            place: 0.0,
            follow: 0,
            recording,
        }
    }

    /// Takes effect with the next piece. Kept within [`SPEED_MIN`] and [`SPEED_MAX`].
    pub fn set_speed(&mut self, speed: f32) {
        self.speed = within_limits(speed);
    }

    /// Goes on at another frame of the recording; the next piece fades over from here.
    pub fn seek(&mut self, frame: usize) {
        self.place = frame.min(self.recording.frames()) as f64;
    }

    /// Goes on at another frame with no memory of what was heard before.
    pub fn restart(&mut self, frame: usize) {
        self.seek(frame);
        self.follow = self.place as usize;
    }

    /// Where the recording stands, in its own frames.
    #[must_use]
    pub fn place(&self) -> usize {
        (self.place as usize).min(self.recording.frames())
    }

    /// Adds the next piece to `out` as (left, right) in −1.0 to 1.0, both the same for mono.
    /// False at the end of the recording, when nothing was added.
    pub fn next_piece(&mut self, out: &mut Vec<[f32; 2]>) -> bool {
        let left = self.recording.frames() as f64 - self.place;
        if left <= 0.0 {
            return false;
        }
        let start = self.best_start();
        let len = self.hop.min((left / f64::from(self.speed)).ceil() as usize);
        if start == self.follow {
            out.extend((start..start + len).map(|at| self.frame(at)));
        } else {
            out.extend((0..len).map(|k| {
                let (old, new) = (self.frame(self.follow + k), self.frame(start + k));
                let rise = self.rise[k];
                [
                    old[0] + (new[0] - old[0]) * rise,
                    old[1] + (new[1] - old[1]) * rise,
                ]
            }));
        }
        self.follow = start + len;
        self.place += len as f64 * f64::from(self.speed);
        true
    }

    fn frame(&self, at: usize) -> [f32; 2] {
        let mut sides = self
            .recording
            .planes()
            .iter()
            .map(|side| side.get(at).map_or(0.0, |&s| f32::from(s) / 32768.0));
        let left = sides.next().unwrap_or(0.0);
        [left, sides.next().unwrap_or(left)]
    }

    fn best_start(&self) -> usize {
        let place = self.place as usize;
        let near = self.follow.abs_diff(place) <= self.search;
        if self.speed == 1.0 && near {
            return self.follow;
        }
        let (from, to) = (place.saturating_sub(self.search), place + self.search);
        let coarse = self.best(from, to, self.coarse).unwrap_or(place);
        if self.coarse == 1 {
            return coarse;
        }
        let (from, to) = (coarse.saturating_sub(self.coarse), coarse + self.coarse);
        self.best(from, to, 1).unwrap_or(coarse)
    }

    /// The start in `from..=to` whose waveform is most like the natural continuation;
    /// `None` where one of the two is silent.
    fn best(&self, from: usize, to: usize, step: usize) -> Option<usize> {
        let samples = |start: usize, len: usize| -> Vec<f32> {
            (start..start + len)
                .step_by(step)
                .map(|at| self.frame(at))
                .map(|[l, r]| l + r)
                .collect()
        };
        let wanted = samples(self.follow, self.hop);
        let offered = samples(from, to - from + self.hop);
        let mut best = (0.0, None);
        for (number, start) in (from..=to).step_by(step).enumerate() {
            let Some(piece) = offered.get(number..number + wanted.len()) else {
                break;
            };
            let (mut product, mut energy) = (0.0, f32::MIN_POSITIVE);
            for (a, b) in wanted.iter().zip(piece) {
                product += a * b;
                energy += b * b;
            }
            let likeness = product / energy.sqrt();
            if likeness > best.0 {
                best = (likeness, Some(start));
            }
        }
        best.1
    }
}

pub(crate) fn within_limits(speed: f32) -> f32 {
    if speed.is_nan() {
        1.0
    } else {
        speed.clamp(SPEED_MIN, SPEED_MAX)
    }
}

/// A whole recording at another speed (kept within the limits), at the same pitch and rate.
#[must_use]
pub fn stretched(recording: &Decoded, speed: f32) -> Decoded {
    let mut stretch = Stretch::new(recording.clone());
    stretch.set_speed(speed);
    let channels = recording.sides().len();
    let (mut block, mut samples) = (Vec::new(), Vec::new());
    let collector = Collector::new(recording.rate_hz(), channels, u64::MAX);
    let Ok(mut pcm) = collector else {
        return recording.clone();
    };
    while stretch.next_piece(&mut block) {
        let whole = |s: f32| (s * 32768.0).round().clamp(-32768.0, 32767.0) as i16;
        samples.extend(
            block
                .drain(..)
                .flat_map(|[l, r]| [whole(l), whole(r)].into_iter().take(channels)),
        );
        if pcm.push(&samples, channels).is_err() {
            break;
        }
        samples.clear();
    }
    pcm.finish(recording.format(), recording.ending())
        .unwrap_or_else(|_| recording.clone())
}
