//! A recording in memory, and the collector that every decoder fills.

use std::sync::Arc;

use crate::DecodeError;

/// How a file ended, compared with what its header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything the file promises is there, or it promises nothing.
    Complete,
    /// The writer never came back to write the length: a stream, or a switch that was killed.
    Unfinished,
    /// The file is shorter than it says; what is there is played.
    Truncated,
}

/// A decoded recording: 16-bit samples, one or two sides. Cheap to clone.
#[derive(Clone, PartialEq)]
pub struct Decoded {
    rate_hz: u32,
    format: &'static str,
    ending: Ending,
    sides: Vec<Arc<Vec<i16>>>,
}

impl Decoded {
    /// A recording from samples that are already there; `None` unless there are one or two
    /// sides of one non-zero length and a rate of at least 1 Hz.
    #[must_use]
    pub fn from_sides(rate_hz: u32, sides: Vec<Vec<i16>>) -> Option<Self> {
        let frames = sides.first()?.len();
        let sound = rate_hz > 0 && frames > 0 && sides.len() <= 2;
        (sound && sides.iter().all(|side| side.len() == frames)).then(|| Self {
            rate_hz,
            format: "PCM",
            ending: Ending::Complete,
            sides: sides.into_iter().map(Arc::new).collect(),
        })
    }

    /// Samples a second of each side, at least 1.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// What the file was, in words of the field: `WAV PCM`, `WAV GSM 6.10`, `Ogg Opus` …
    #[must_use]
    pub fn format(&self) -> &'static str {
        self.format
    }

    #[must_use]
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Whether the file ends before its header says.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.ending == Ending::Truncated
    }

    /// Samples of each side, at least 1.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.sides[0].len()
    }

    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        frames_to_ms(self.frames(), self.rate_hz)
    }

    /// One side (mono) or two: left is the caller, right the callee.
    pub fn sides(&self) -> impl ExactSizeIterator<Item = &[i16]> {
        self.sides.iter().map(|side| side.as_slice())
    }

    pub(crate) fn planes(&self) -> &[Arc<Vec<i16>>] {
        &self.sides
    }
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded")
            .field("format", &self.format)
            .field("rate_hz", &self.rate_hz)
            .field("sides", &self.sides.len())
            .field("frames", &self.frames())
            .field("ending", &self.ending)
            .finish()
    }
}

pub(crate) fn frames_to_ms(frames: usize, rate_hz: u32) -> u64 {
    (frames as u64 * 1000) / u64::from(rate_hz.max(1))
}

/// Takes interleaved samples from a decoder, mixes them down to at most two sides and
/// refuses more than the limit, so that a small file can't fill the memory.
pub(crate) struct Collector {
    rate_hz: u32,
    left: Vec<i16>,
    right: Option<Vec<i16>>,
    limit_bytes: u64,
}

/// Above any sound card; a rate beyond it is a broken header.
const RATE_MAX_HZ: u32 = 768_000;
/// More channels than any recorder writes; a count beyond it is a broken header.
const CHANNELS_MAX: usize = 64;

impl Collector {
    pub(crate) fn new(
        rate_hz: u32,
        channels: usize,
        limit_bytes: u64,
    ) -> Result<Self, DecodeError> {
        if rate_hz == 0 {
            return Err(DecodeError::damaged("its sample rate is zero"));
        }
        if rate_hz > RATE_MAX_HZ {
            return Err(DecodeError::damaged(format!(
                "its sample rate of {rate_hz} Hz is impossible"
            )));
        }
        if channels == 0 {
            return Err(DecodeError::damaged("it has no channels"));
        }
        if channels > CHANNELS_MAX {
            return Err(DecodeError::damaged(format!(
                "it claims {channels} channels"
            )));
        }
        let right = (channels > 1).then(Vec::new);
        Ok(Self {
            rate_hz,
            left: Vec::new(),
            right,
            limit_bytes,
        })
    }

    pub(crate) fn frames(&self) -> usize {
        self.left.len()
    }

    /// Adds `channels`-interleaved samples; a started frame at the end is dropped.
    pub(crate) fn push(&mut self, samples: &[i16], channels: usize) -> Result<(), DecodeError> {
        let frames = samples.len() / channels.max(1);
        let sides = 1 + usize::from(self.right.is_some());
        if ((self.left.len() + frames) * sides * 2) as u64 > self.limit_bytes {
            return Err(DecodeError::TooLong {
                limit_mib: self.limit_bytes >> 20,
            });
        }
        let whole = samples.chunks_exact(channels.max(1));
        match (&mut self.right, channels) {
            (None, 1) => self.left.extend_from_slice(samples),
            // A stream that changes its channel count keeps the sides it began with.
            (None, _) => self.left.extend(whole.map(average)),
            (Some(right), 1) => {
                self.left.extend_from_slice(samples);
                right.extend_from_slice(samples);
            }
            (Some(right), 2) => {
                self.left.extend(whole.clone().map(|frame| frame[0]));
                right.extend(whole.map(|frame| frame[1]));
            }
            // The first two channels stay apart, everybody else is heard on both sides.
            (Some(right), _) => {
                for frame in whole {
                    let others: i32 = frame[2..].iter().map(|&s| i32::from(s)).sum();
                    let share = (channels - 1) as i32;
                    self.left
                        .push(((i32::from(frame[0]) + others) / share) as i16);
                    right.push(((i32::from(frame[1]) + others) / share) as i16);
                }
            }
        }
        Ok(())
    }

    /// Drops frames before `start` and after `start + len`: a codec's delay and padding.
    pub(crate) fn keep(&mut self, start: usize, len: usize) {
        for side in std::iter::once(&mut self.left).chain(self.right.as_mut()) {
            side.drain(..start.min(side.len()));
            side.truncate(len);
        }
    }

    pub(crate) fn finish(
        self,
        format: &'static str,
        ending: Ending,
    ) -> Result<Decoded, DecodeError> {
        if self.left.is_empty() {
            return Err(DecodeError::NoSamples);
        }
        let shrunk = |mut side: Vec<i16>| {
            side.shrink_to_fit();
            Arc::new(side)
        };
        let sides = std::iter::once(self.left)
            .chain(self.right)
            .map(shrunk)
            .collect();
        Ok(Decoded {
            rate_hz: self.rate_hz,
            format,
            ending,
            sides,
        })
    }
}

fn average(frame: &[i16]) -> i16 {
    (frame.iter().map(|&s| i32::from(s)).sum::<i32>() / frame.len() as i32) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_two_channels_are_mixed_to_two_and_nobody_is_lost() {
        let mut pcm = Collector::new(8000, 3, 1 << 20).unwrap();
        pcm.push(&[100, 200, 300, 10, 20, -30, 7], 3).unwrap();
        let decoded = pcm.finish("PCM", Ending::Complete).unwrap();
        let sides: Vec<_> = decoded.sides().collect();
        assert_eq!(sides, [[200, -10], [250, -5]]);
    }

    #[test]
    fn a_recording_over_the_limit_is_refused_in_words() {
        let mut pcm = Collector::new(8000, 1, 2 << 20).unwrap();
        pcm.push(&vec![0; 1 << 20], 1).unwrap();
        let error = pcm.push(&[0], 1).unwrap_err();
        assert_eq!(error, DecodeError::TooLong { limit_mib: 2 });
        assert_eq!(
            error.to_string(),
            "This recording is too long to play here: its sound takes more than 2 MiB."
        );
    }
}
