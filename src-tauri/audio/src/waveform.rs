//! The peaks of each side, for drawing.

use crate::Decoded;

/// The loudest sample of each bucket, per side.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Waveform {
    /// One side (mono) or two (caller, callee), each with the asked number of buckets. A value
    /// is the largest magnitude in the bucket, 32768 being 255, rounded up so that only
    /// silence is 0.
    pub sides: Vec<Vec<u8>>,
    pub duration_ms: u64,
}

/// More buckets than any screen has pixels.
const BUCKETS_MAX: usize = 100_000;

/// The waveform of a recording in `buckets` equal steps of time (1 to 100 000). A recording
/// with fewer samples than buckets repeats the nearest sample.
#[must_use]
pub fn waveform(recording: &Decoded, buckets: usize) -> Waveform {
    let buckets = buckets.clamp(1, BUCKETS_MAX);
    let sides = recording.sides().map(|side| peaks(side, buckets)).collect();
    Waveform {
        sides,
        duration_ms: recording.duration_ms(),
    }
}

fn peaks(side: &[i16], buckets: usize) -> Vec<u8> {
    let border = |bucket: usize| (bucket as u128 * side.len() as u128 / buckets as u128) as usize;
    (0..buckets)
        .map(|bucket| {
            let (from, to) = (border(bucket), border(bucket + 1));
            let loudest = side[from..to.max(from + 1)]
                .iter()
                .map(|s| s.unsigned_abs())
                .max();
            u32::from(loudest.unwrap_or(0))
                .saturating_mul(255)
                .div_ceil(32768) as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_peak_is_the_loudest_sample_of_its_stretch_of_that_side(
            stereo in prop::collection::vec(any::<(i16, i16)>(), 1..500),
            buckets in 1_usize..700,
        ) {
            let (left, right): (Vec<i16>, Vec<i16>) = stereo.into_iter().unzip();
            let recording = Decoded::from_sides(8000, vec![left.clone(), right.clone()]).unwrap();
            let drawn = waveform(&recording, buckets);
            prop_assert_eq!(drawn.sides.len(), 2);
            for (side, drawn) in [left, right].iter().zip(&drawn.sides) {
                prop_assert_eq!(drawn.len(), buckets);
                for (bucket, &peak) in drawn.iter().enumerate() {
                    let from = bucket * side.len() / buckets;
                    let to = ((bucket + 1) * side.len() / buckets).max(from + 1);
                    let loudest = side[from..to].iter().map(|&s| i32::from(s).abs()).max().unwrap();
                    prop_assert_eq!(i32::from(peak), (loudest * 255 + 32767) / 32768);
                }
                // Nothing falls between two buckets.
                let all = side.iter().map(|&s| i32::from(s).abs()).max().unwrap();
                prop_assert_eq!(i32::from(*drawn.iter().max().unwrap()), (all * 255 + 32767) / 32768);
            }
        }
    }
}
