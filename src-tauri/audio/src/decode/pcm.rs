//! Samples as they lie in WAV, AIFF, AU and raw files, to 16 bits.

use crate::DecodeError;
use crate::decoded::Collector;

/// How one sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Offset binary, one byte.
    Unsigned8,
    /// Two's complement in 1 to 8 bytes; the top 16 bits are kept.
    Signed {
        bytes: usize,
    },
    /// Two's complement in the low three of four bytes.
    Low24,
    Float32,
    Float64,
    ALaw,
    MuLaw,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) encoding: Encoding,
    pub(crate) big_endian: bool,
    pub(crate) channels: usize,
}

impl Encoding {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::ALaw | Self::MuLaw => 1,
            Self::Signed { bytes } => bytes,
            Self::Low24 | Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }
}

/// Samples converted at a time: enough to be fast, too few to matter in memory.
const STEP_SAMPLES: usize = 1 << 16;

/// Adds everything in `bytes` to `pcm`; a started frame at the end is dropped.
pub(crate) fn collect(
    bytes: &[u8],
    layout: Layout,
    pcm: &mut Collector,
) -> Result<(), DecodeError> {
    let frame_bytes = layout.encoding.bytes() * layout.channels;
    let step = (STEP_SAMPLES / layout.channels).max(1) * frame_bytes;
    let mut samples = Vec::with_capacity(STEP_SAMPLES);
    for part in bytes.chunks(step) {
        samples.clear();
        let whole = &part[..part.len() - part.len() % frame_bytes];
        convert(whole, layout, &mut samples);
        pcm.push(&samples, layout.channels)?;
    }
    Ok(())
}

fn convert(bytes: &[u8], layout: Layout, out: &mut Vec<i16>) {
    let size = layout.encoding.bytes();
    let words = bytes.chunks_exact(size);
    let big = layout.big_endian;
    match layout.encoding {
        Encoding::Unsigned8 => out.extend(bytes.iter().map(|&b| i16::from(b ^ 0x80) << 8)),
        Encoding::ALaw => out.extend(bytes.iter().map(|&b| a_law(b))),
        Encoding::MuLaw => out.extend(bytes.iter().map(|&b| mu_law(b))),
        Encoding::Signed { bytes: 1 } => out.extend(bytes.iter().map(|&b| i16::from(b) << 8)),
        Encoding::Signed { .. } => out.extend(words.map(|w| {
            let (high, low) = if big {
                (w[0], w[1])
            } else {
                (w[size - 1], w[size - 2])
            };
            i16::from_be_bytes([high, low])
        })),
        Encoding::Low24 => out.extend(words.map(|w| {
            let (high, low) = if big { (w[1], w[2]) } else { (w[2], w[1]) };
            i16::from_be_bytes([high, low])
        })),
        Encoding::Float32 => out.extend(words.map(|w| {
            let raw: [u8; 4] = std::array::from_fn(|i| w[i]);
            from_float(f64::from(if big {
                f32::from_be_bytes(raw)
            } else {
                f32::from_le_bytes(raw)
            }))
        })),
        Encoding::Float64 => out.extend(words.map(|w| {
            let raw: [u8; 8] = std::array::from_fn(|i| w[i]);
            from_float(if big {
                f64::from_be_bytes(raw)
            } else {
                f64::from_le_bytes(raw)
            })
        })),
    }
}

/// Full scale is 1.0; what is louder is clipped, and what is not a number is silence.
fn from_float(sample: f64) -> i16 {
    (sample * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

/// ITU-T G.711 µ-law: inverted sign, exponent and mantissa, with a bias of 33 (here times 4).
pub(crate) fn mu_law(coded: u8) -> i16 {
    let coded = !coded;
    let exponent = coded >> 4 & 7;
    let size = ((i16::from(coded & 15) << 3 | 0x84) << exponent) - 0x84;
    if coded & 0x80 != 0 { -size } else { size }
}

/// ITU-T G.711 A-law: every other bit is inverted; the sign bit is set for positive values.
pub(crate) fn a_law(coded: u8) -> i16 {
    let coded = coded ^ 0x55;
    let exponent = coded >> 4 & 7;
    let mantissa = i16::from(coded & 15) << 4 | 8;
    let size = if exponent == 0 {
        mantissa
    } else {
        (mantissa | 0x100) << (exponent - 1)
    };
    if coded & 0x80 != 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from the tables of ITU-T G.711, scaled to 16 bits.
    #[test]
    fn g711_reaches_its_known_corners() {
        assert_eq!([0xFF, 0x7F, 0x80, 0x00].map(mu_law), [0, 0, 32124, -32124]);
        assert_eq!([0xD5, 0x55, 0xAA, 0x2A].map(a_law), [8, -8, 32256, -32256]);
    }
}
