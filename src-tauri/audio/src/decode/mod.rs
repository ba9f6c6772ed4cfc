//! From the bytes of a file to a [`Decoded`].
//!
//! The kind of a file is found by its content; only a file without any header (`.ulaw`,
//! `.gsm`, `.sln` …) is believed by its name. Lengths in headers are claims, not facts.

mod aac;
mod aiff;
pub(crate) mod bits;
mod flac;
mod gsm;
mod headerless;
mod mpeg;
mod ogg;
mod pcm;
mod riff;
pub(crate) mod symphonic;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use self::headerless::Headerless;
use crate::decoded::Collector;
use crate::{DecodeError, Decoded};

/// How much one recording may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Size of the file in bytes.
    pub file_bytes: u64,
    /// Size of the decoded samples of all sides in bytes, two a sample.
    pub sound_bytes: u64,
}

impl Default for Limits {
    /// A file of 1 GiB; 1 GiB of sound, which is 9 hours of both sides of a telephone call
    /// and 100 minutes of a studio's stereo.
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            sound_bytes: 1 << 30,
        }
    }
}

impl Limits {
    pub(crate) fn collector(
        &self,
        rate_hz: u32,
        channels: usize,
    ) -> Result<Collector, DecodeError> {
        Collector::new(rate_hz, channels, self.sound_bytes)
    }
}

/// Decodes a recording within the default limits. `name` is the file's name; its extension
/// matters only where the bytes have no header.
pub fn decode(bytes: &[u8], name: &str) -> Result<Decoded, DecodeError> {
    decode_within(bytes, name, &Limits::default())
}

/// Decodes a file within the default limits.
pub fn decode_file(path: &Path) -> Result<Decoded, DecodeError> {
    let unreadable = |e: std::io::Error| DecodeError::Unreadable {
        what: e.to_string(),
    };
    let limits = Limits::default();
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    refuse_large(size, &limits)?;
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy())
        .unwrap_or_default();
    decode_within(&bytes, &name, &limits)
}

/// Decodes a recording within limits of one's own.
pub fn decode_within(bytes: &[u8], name: &str, limits: &Limits) -> Result<Decoded, DecodeError> {
    refuse_large(bytes.len() as u64, limits)?;
    // The codecs of others are not proven against every byte; what panics in them is damage.
    catch_unwind(AssertUnwindSafe(|| by_content(bytes, name, limits)))
        .unwrap_or_else(|_| Err(DecodeError::damaged("its sound data can't be decoded")))
}

fn refuse_large(size: u64, limits: &Limits) -> Result<(), DecodeError> {
    if size > limits.file_bytes {
        return Err(DecodeError::TooLarge {
            size_mib: size >> 20,
            limit_mib: limits.file_bytes >> 20,
        });
    }
    Ok(())
}

fn by_content(bytes: &[u8], name: &str, limits: &Limits) -> Result<Decoded, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let body = mpeg::after_id3(bytes);
    let tagged = body.len() < bytes.len();
    match body {
        [b'R', b'I', b'F', b'F' | b'X', ..]
        | [b'R', b'F', b'6', b'4', ..]
        | [b'B', b'W', b'6', b'4', ..] => riff::decode(body, limits),
        [b'f', b'L', b'a', b'C', ..] => flac::decode(body, limits),
        [b'O', b'g', b'g', b'S', ..] => ogg::decode(body, limits),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', ..] => {
            aiff::decode_aiff(body, limits)
        }
        [b'.', b's', b'n', b'd', ..] => aiff::decode_au(body, limits),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => aac::decode_mp4(body, limits),
        _ => {
            if let Some(known) = known_but_not_played(body) {
                return Err(DecodeError::unsupported(known));
            }
            // Raw µ-law silence looks like the start of an MPEG frame: the name decides first.
            if !tagged && let Some(raw) = Headerless::by_name(name) {
                return raw.decode(body, limits);
            }
            by_frames(body, name, tagged, limits)
        }
    }
}

/// Formats without a magic number, only a pattern that comes again and again.
fn by_frames(
    body: &[u8],
    name: &str,
    tagged: bool,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    if aac::looks_like_adts(body) {
        return aac::decode_adts(body, limits);
    }
    let expected = tagged || extension(name).starts_with("mp");
    match mpeg::decode(
        body,
        if expected {
            mpeg::Trust::Named
        } else {
            mpeg::Trust::Unnamed
        },
        limits,
    ) {
        Err(DecodeError::NoSamples) if !expected => Err(DecodeError::Unknown),
        other => other,
    }
}

fn known_but_not_played(body: &[u8]) -> Option<&'static str> {
    Some(match body {
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => "a Windows Media file",
        [b'#', b'!', b'A', b'M', b'R', ..] => "an AMR file",
        [b'#', b'!', b'S', b'I', b'L', b'K', ..] => "a SILK file",
        [0x1A, 0x45, 0xDF, 0xA3, ..] => "a WebM or Matroska file",
        [b'c', b'a', b'f', b'f', ..] => "an Apple CAF file",
        [b'M', b'A', b'C', b' ', ..] => "a Monkey's Audio file",
        [b'w', b'v', b'p', b'k', ..] => "a WavPack file",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive and not a sound file",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document and not a sound file",
        _ => return None,
    })
}

/// The extension of a file name in small letters, without the dot; empty if there is none.
fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, ext)| ext.to_ascii_lowercase())
        .unwrap_or_default()
}
