//! What is in a WAV, and how alike two sounds are.

use anyhow::{Context, Result, ensure};

/// PCM of 16 bits, as a WAV says it beside the number of channels and of frames a second.
const FORMAT: [u8; 2] = [1, 0];
const BITS: [u8; 2] = [16, 0];

/// Each channel of a WAV of 8000 frames a second by itself, where it has so many.
pub fn channels<const N: usize>(wav: &[u8]) -> Result<[Vec<i16>; N]> {
    channels_at(wav, 8000)
}

/// The same of a WAV with other frames a second.
pub fn channels_at<const N: usize>(wav: &[u8], frames: u32) -> Result<[Vec<i16>; N]> {
    ensure!(wav.starts_with(b"RIFF"), "no WAV");
    let mut rest = wav.get(12..).context("a header")?;
    loop {
        let (head, body) = rest.split_at_checked(8).context("no samples")?;
        let length = usize::try_from(u32::from_le_bytes(head[4..].try_into()?))?;
        let (body, after) = body.split_at(length.min(body.len()));
        match &head[..4] {
            b"fmt " => {
                let format = body.get(..16).context("a format")?;
                let channels = usize::from(u16::from_le_bytes([format[2], format[3]]));
                ensure!(
                    format[..2] == FORMAT
                        && format[4..8] == frames.to_le_bytes()
                        && format[14..16] == BITS,
                    "no PCM of {frames} frames a second and 16 bits"
                );
                ensure!(channels == N, "{channels} channels instead of {N}");
            }
            b"data" => {
                let mut channels = [const { Vec::new() }; N];
                for frame in body.chunks_exact(2 * N) {
                    for (channel, sample) in channels.iter_mut().zip(frame.chunks_exact(2)) {
                        channel.push(i16::from_le_bytes([sample[0], sample[1]]));
                    }
                }
                return Ok(channels);
            }
            _ => {}
        }
        rest = after;
    }
}

/// How well something said is heard, wherever it begins: 1 is exactly.
pub fn likeness(said: &[i16], heard: &[i16]) -> f64 {
    // Its loudest part finds the place; there the whole is compared.
    let loudness = |part: &[i16]| product(part, part);
    let parts = said.chunks(PART).enumerate();
    let loudest = parts.max_by(|a, b| loudness(a.1).total_cmp(&loudness(b.1)));
    let Some((number, loudest)) = loudest else {
        return 0.0;
    };
    let before = number * PART;
    let fits = heard
        .get(before..)
        .unwrap_or_default()
        .windows(loudest.len())
        .enumerate()
        .filter(|(place, _)| place + said.len() <= heard.len())
        .max_by(|a, b| correlation(loudest, a.1).total_cmp(&correlation(loudest, b.1)));
    fits.map_or(0.0, |(place, _)| {
        correlation(said, &heard[place..place + said.len()])
    })
}

/// A twentieth of a second.
const PART: usize = 400;

fn correlation(a: &[i16], b: &[i16]) -> f64 {
    product(a, b) / (product(a, a) * product(b, b)).sqrt().max(1.0)
}

fn product(a: &[i16], b: &[i16]) -> f64 {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_found_where_it_is_and_nowhere_else() {
        let mut state = 7_u32;
        let mut noise = |length: usize| -> Vec<i16> {
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as u16 as i16 / 4
            };
            (0..length).map(next).collect()
        };
        let (said, other) = (noise(4000), noise(9000));
        let heard = [&other[..1234], &said, &other[1234..3000]].concat();
        assert!(likeness(&said, &heard) > 0.999);
        assert!(likeness(&said, &other) < 0.2);
        assert!(likeness(&said, &said[..100]) < 0.2, "it is too short");
    }
}
