//! WAV: RIFF, its big-endian form RIFX, and RF64 / BW64 for files over 4 GiB.
//!
//! Sizes are taken as claims: a recorder that is killed leaves zero, one that writes to a
//! pipe a huge number, and a cut file too much. What is there is played.

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::pcm::{self, Encoding, Layout};
use super::{Limits, aac, gsm, mpeg, symphonic};

/// The lengths that streaming writers put for "unknown" begin here (sox: 0x7FFFF000,
/// ffmpeg: 0xFFFFFFFF).
const UNKNOWN_SIZE_MIN: u64 = 0x7FFF_0000;

struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let raw = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian {
            u16::from_be_bytes(raw)
        } else {
            u16::from_le_bytes(raw)
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let raw = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian {
            u32::from_be_bytes(raw)
        } else {
            u32::from_le_bytes(raw)
        })
    }

    fn u64(&self, at: usize) -> Option<u64> {
        let (a, b) = (
            u64::from(self.u32(at)?),
            u64::from(self.u32(at.checked_add(4)?)?),
        );
        Some(if self.big_endian {
            a << 32 | b
        } else {
            b << 32 | a
        })
    }
}

/// The `fmt ` chunk.
#[derive(Debug, Clone, Copy)]
struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    block_bytes: u16,
    bits: u16,
    extensible: bool,
}

/// The `data` chunk: where it is, and what the header says of it.
struct Data {
    start: usize,
    claimed_bytes: u64,
}

pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let head = Fields {
        bytes,
        big_endian: bytes.starts_with(b"RIFX"),
    };
    match bytes.get(8..12) {
        None => return Err(DecodeError::NoSamples),
        Some(b"WAVE") => {}
        Some(b"AVI ") => return Err(DecodeError::unsupported("a video file")),
        Some(_) => return Err(DecodeError::Unknown),
    }
    let (format, data) = chunks(&head)?;
    let Some(format) = format else {
        return Err(DecodeError::damaged(
            "it does not say how its sound is written",
        ));
    };
    let Some(data) = data else {
        return Err(DecodeError::NoSamples);
    };
    let there = &bytes[data.start.min(bytes.len())..];
    let (sound, ending) = match data.claimed_bytes {
        0 if only_chunks_follow(&head, data.start) => return Err(DecodeError::NoSamples),
        0 => (there, Ending::Unfinished),
        claimed if claimed <= there.len() as u64 => (&there[..claimed as usize], Ending::Complete),
        claimed if claimed >= UNKNOWN_SIZE_MIN => (there, Ending::Unfinished),
        _ => (there, Ending::Truncated),
    };
    by_tag(format, sound, ending, head.big_endian, limits)
}

/// Walks the chunks to the sound.
fn chunks(head: &Fields) -> Result<(Option<Format>, Option<Data>), DecodeError> {
    let (mut format, mut data, mut long_data_bytes) = (None, None, None);
    let mut at = 12_usize;
    let mut searched = false;
    while format.is_none() || data.is_none() {
        let (Some(id), Some(size)) = (
            head.bytes.get(at..at.saturating_add(4)),
            head.u32(at.saturating_add(4)),
        ) else {
            // A chunk before the sound lied about its size: look for what is missing itself.
            let missing = if format.is_none() { b"fmt " } else { b"data" };
            let found = head.bytes[12..].windows(4).position(|id| id == missing);
            match found.filter(|_| !searched) {
                Some(found) => at = 12 + found,
                None => break,
            }
            searched = true;
            continue;
        };
        let (start, size) = (at + 8, size as usize);
        match id {
            b"ds64" => long_data_bytes = head.u64(start + 8),
            b"fmt " => format = Some(parse_format(head, start, size)?),
            b"data" => {
                let claimed_bytes = match long_data_bytes {
                    Some(long) if size == u32::MAX as usize => long,
                    _ => size as u64,
                };
                data = Some(Data {
                    start,
                    claimed_bytes,
                });
            }
            _ => {}
        }
        at = next_chunk(head, start, size);
    }
    Ok((format, data))
}

/// Chunks begin at even places; some writers forget, so a well-known name decides.
fn next_chunk(head: &Fields, start: usize, size: usize) -> usize {
    let end = start.saturating_add(size);
    let known = matches!(
        head.bytes.get(end..end.saturating_add(4)),
        Some(b"data" | b"fmt " | b"LIST" | b"fact")
    );
    if size.is_multiple_of(2) || known {
        end
    } else {
        end.saturating_add(1)
    }
}

fn is_chunk(head: &Fields, at: usize) -> bool {
    let name = head.bytes.get(at..at.saturating_add(4));
    name.is_some_and(|id| id.iter().all(|b| (0x20..0x7F).contains(b)) && id[0] != b' ')
}

/// Whether an empty `data` chunk is really empty: nothing follows, or whole chunks to the end.
fn only_chunks_follow(head: &Fields, mut at: usize) -> bool {
    while at < head.bytes.len() {
        let Some(size) = head
            .u32(at.saturating_add(4))
            .filter(|_| is_chunk(head, at))
        else {
            return false;
        };
        at = next_chunk(head, at + 8, size as usize);
    }
    at <= head.bytes.len() + 1
}

fn parse_format(head: &Fields, start: usize, size: usize) -> Result<Format, DecodeError> {
    let field = |at: usize| {
        if at + 2 <= size {
            head.u16(start + at)
        } else {
            None
        }
    };
    let (Some(tag), Some(channels), Some(rate_hz), Some(block_bytes)) = (
        field(0),
        field(2),
        head.u32(start + 4).filter(|_| size >= 8),
        field(12),
    ) else {
        return Err(DecodeError::damaged("its format description is cut short"));
    };
    let extensible = tag == 0xFFFE;
    // The real tag is the first part of a GUID, whose first field has the file's byte order.
    let inner = if extensible {
        head.u32(start + 24).filter(|_| size >= 28)
    } else {
        None
    };
    let tag = inner.map_or(tag, |guid| guid as u16);
    Ok(Format {
        tag,
        channels,
        rate_hz,
        block_bytes,
        bits: field(14).unwrap_or(0),
        extensible,
    })
}

fn by_tag(
    format: Format,
    sound: &[u8],
    ending: Ending,
    big_endian: bool,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let channels = usize::from(format.channels);
    let (encoding, name) = match format.tag {
        0x0001 => (integers(&format, sound, big_endian)?, "WAV PCM"),
        0x0003 if format.bits == 64 => (Encoding::Float64, "WAV float"),
        0x0003 if format.bits == 32 => (Encoding::Float32, "WAV float"),
        0x0006 => (Encoding::ALaw, "WAV A-law"),
        0x0007 => (Encoding::MuLaw, "WAV µ-law"),
        0x0002 | 0x0011 => {
            let block = usize::from(format.block_bytes);
            let ms = format.tag == 0x0002;
            return symphonic::adpcm(sound, ms, format.rate_hz, channels, block, ending, limits);
        }
        0x0031 => {
            let mut pcm = limits.collector(format.rate_hz, 1)?;
            gsm::decode_wav49(sound, &mut pcm)?;
            return pcm.finish("WAV GSM 6.10", ending);
        }
        0x0050 | 0x0055 => return mpeg::decode(sound, mpeg::Trust::Named, limits),
        0x00FF | 0x1600 | 0x706D if aac::looks_like_adts(sound) => {
            return aac::decode_adts(sound, limits);
        }
        other => {
            return Err(DecodeError::unsupported(format!(
                "a WAV with {}",
                tag_name(other)
            )));
        }
    };
    let mut pcm = limits.collector(format.rate_hz, channels)?;
    pcm::collect(
        sound,
        Layout {
            encoding,
            big_endian,
            channels,
        },
        &mut pcm,
    )?;
    pcm.finish(name, ending)
}

/// The width of an integer sample: the bits rounded up to bytes, unless the block says that
/// an odd width lies in something wider.
fn integers(format: &Format, sound: &[u8], big_endian: bool) -> Result<Encoding, DecodeError> {
    let block = usize::from(format.block_bytes);
    let container = block / usize::from(format.channels).max(1);
    let needed = match format.bits {
        0 => container,
        bits => usize::from(bits).div_ceil(8),
    };
    if !(1..=8).contains(&needed) {
        let bits = format.bits;
        return Err(DecodeError::damaged(format!(
            "its samples of {bits} bits are impossible"
        )));
    }
    if needed == 1 {
        return Ok(Encoding::Unsigned8);
    }
    if needed == 3 && container == 4 {
        // 24 bits in four bytes are at the top, as the standard says, or at the bottom. At
        // the top the lowest byte of every sample is zero.
        let lowest = if big_endian { 3 } else { 0 };
        let top = format.extensible || sound.chunks_exact(4).all(|sample| sample[lowest] == 0);
        return Ok(if top {
            Encoding::Signed { bytes: 4 }
        } else {
            Encoding::Low24
        });
    }
    Ok(Encoding::Signed { bytes: needed })
}

fn tag_name(tag: u16) -> String {
    let known = match tag {
        0x0003 => "an unusual width of float samples",
        0x0022 => "TrueSpeech sound",
        0x0014 | 0x0040 | 0x0045 | 0x0064 => "G.726 or G.721 sound",
        0x0042 | 0x0111 => "G.723.1 sound",
        0x0065 | 0x028F => "G.722 sound",
        0x0083 | 0x0133 | 0x0134 => "G.729 sound",
        0x0160..=0x0163 => "Windows Media sound",
        0x00FF | 0x1600 | 0x1610 | 0x706D => "AAC sound in an unusual wrapping",
        0x674F..=0x6771 => "Ogg Vorbis sound in an unusual wrapping",
        0xA109 => "Speex sound",
        _ => return format!("sound of kind 0x{tag:04X}"),
    };
    known.to_owned()
}
