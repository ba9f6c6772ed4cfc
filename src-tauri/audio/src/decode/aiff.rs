//! AIFF, AIFF-C and Sun/NeXT AU.

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::Limits;
use super::pcm::{self, Encoding, Layout};

fn be_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn be_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

pub(crate) fn decode_aiff(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let compressed = bytes.get(8..12) == Some(b"AIFC");
    let (mut common, mut sound) = (None, None);
    let mut at = 12;
    while let (Some(id), Some(size)) = (bytes.get(at..at + 4), be_u32(bytes, at + 4)) {
        let (start, size) = (at + 8, size as usize);
        match id {
            b"COMM" => common = Some(start),
            // Eight bytes of offset and block size come before the samples.
            b"SSND" => {
                let skip = be_u32(bytes, start).map_or(0, |offset| offset as usize);
                sound = Some((
                    start.saturating_add(8).saturating_add(skip),
                    start.saturating_add(size),
                ));
            }
            _ => {}
        }
        at = start.saturating_add(size).saturating_add(size % 2);
    }
    let Some((from, to)) = sound else {
        return Err(DecodeError::NoSamples);
    };
    let cut = || DecodeError::damaged("its format description is missing or cut short");
    let common = common.ok_or_else(cut)?;
    let channels = usize::from(be_u16(bytes, common).ok_or_else(cut)?);
    let bits = be_u16(bytes, common + 6).ok_or_else(cut)?;
    let rate_hz = extended(bytes.get(common + 8..common + 18).ok_or_else(cut)?);
    let kind = if compressed {
        bytes.get(common + 18..common + 22).ok_or_else(cut)?
    } else {
        b"NONE"
    };
    let width = usize::from(bits).div_ceil(8);
    let (encoding, big_endian) = match kind {
        b"NONE" | b"twos" if (1..=8).contains(&width) => (Encoding::Signed { bytes: width }, true),
        b"sowt" if (1..=8).contains(&width) => (Encoding::Signed { bytes: width }, false),
        b"raw " => (Encoding::Unsigned8, true),
        b"in24" => (Encoding::Signed { bytes: 3 }, true),
        b"in32" => (Encoding::Signed { bytes: 4 }, true),
        b"fl32" | b"FL32" => (Encoding::Float32, true),
        b"fl64" | b"FL64" => (Encoding::Float64, true),
        b"alaw" | b"ALAW" => (Encoding::ALaw, true),
        b"ulaw" | b"ULAW" => (Encoding::MuLaw, true),
        b"NONE" | b"twos" | b"sowt" => {
            return Err(DecodeError::damaged(format!(
                "its samples of {bits} bits are impossible"
            )));
        }
        other => {
            let name = String::from_utf8_lossy(other).into_owned();
            return Err(DecodeError::unsupported(format!(
                "an AIFF with {name} sound"
            )));
        }
    };
    let ending = if to > bytes.len() {
        Ending::Truncated
    } else {
        Ending::Complete
    };
    let sound = bytes
        .get(from..to.min(bytes.len()))
        .ok_or(DecodeError::NoSamples)?;
    let mut pcm = limits.collector(rate_hz, channels)?;
    pcm::collect(
        sound,
        Layout {
            encoding,
            big_endian,
            channels,
        },
        &mut pcm,
    )?;
    pcm.finish("AIFF", ending)
}

/// An 80-bit IEEE float as whole Hz; 0 for what is no possible rate.
fn extended(raw: &[u8]) -> u32 {
    let exponent = i32::from(u16::from_be_bytes([raw[0] & 0x7F, raw[1]])) - 16383;
    let mantissa = raw[2..10]
        .iter()
        .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    if raw[0] & 0x80 != 0 || !(0..32).contains(&exponent) {
        return 0;
    }
    (mantissa >> (63 - exponent)) as u32
}

pub(crate) fn decode_au(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let field = |at| be_u32(bytes, at).ok_or(DecodeError::NoSamples);
    let (start, claimed, kind) = (field(4)?, field(8)?, field(12)?);
    let (rate_hz, channels) = (field(16)?, field(20)? as usize);
    let encoding = match kind {
        1 => Encoding::MuLaw,
        2..=5 => Encoding::Signed {
            bytes: kind as usize - 1,
        },
        6 => Encoding::Float32,
        7 => Encoding::Float64,
        27 => Encoding::ALaw,
        23..=26 => return Err(DecodeError::unsupported("an AU with G.72x sound")),
        other => {
            return Err(DecodeError::unsupported(format!(
                "an AU with sound of kind {other}"
            )));
        }
    };
    let there = bytes.get(start as usize..).unwrap_or_default();
    let (sound, ending) = match claimed {
        u32::MAX => (there, Ending::Unfinished),
        claimed if claimed as usize <= there.len() => {
            (&there[..claimed as usize], Ending::Complete)
        }
        _ => (there, Ending::Truncated),
    };
    let mut pcm = limits.collector(rate_hz, channels)?;
    pcm::collect(
        sound,
        Layout {
            encoding,
            big_endian: true,
            channels,
        },
        &mut pcm,
    )?;
    pcm.finish("AU", ending)
}
