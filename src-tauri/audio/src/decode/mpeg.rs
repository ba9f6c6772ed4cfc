//! MPEG audio layers 1 to 3 (MP3), cut into frames here.
//!
//! The length comes from the frames that are there, never from a Xing, Info or VBRI header:
//! those are often wrong on recordings that were cut or joined. From a LAME tag only the
//! encoder's delay is taken, and its padding when the count of frames agrees.

use symphonia::core::codecs::{
    CODEC_TYPE_MP1, CODEC_TYPE_MP2, CODEC_TYPE_MP3, CodecParameters, Decoder, DecoderOptions,
};
use symphonia::default::codecs::MpaDecoder;

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::Limits;
use super::symphonic::{Sink, packet};

/// How sure one is that these bytes are MPEG audio at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// By its name, its tag or its wrapping: two frames in a row are enough.
    Named,
    /// A file that might be anything: three in a row, near the start.
    Unnamed,
}

/// How far into an unnamed file frames are looked for.
const UNNAMED_SEARCH_BYTES: usize = 64 << 10;
/// What a decoder of layer 3 itself delays, in frames of sound.
const DECODER_DELAY: usize = 529;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    /// 0: MPEG 1, 1: MPEG 2, 2: MPEG 2.5.
    version: u8,
    /// 1 to 3.
    layer: u8,
    rate_hz: u32,
    mono: bool,
    /// Size of the whole frame in bytes.
    size: usize,
    /// Frames of sound in it.
    frames: usize,
}

/// kbit/s by bitrate index, for (MPEG 1 layers 1, 2, 3) and (MPEG 2 layer 1, layers 2 and 3).
const KBITS: [[u16; 16]; 5] = [
    [
        0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0,
    ],
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0,
    ],
    [
        0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0,
    ],
];

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let &[a, b, c, d] = bytes.first_chunk()?;
        let version = match b >> 3 & 3 {
            0 => 2,
            2 => 1,
            3 => 0,
            _ => return None,
        };
        let layer = 4 - (b >> 1 & 3);
        let (bitrate, rate) = (usize::from(c >> 4), usize::from(c >> 2 & 3));
        if a != 0xFF || b & 0xE0 != 0xE0 || layer == 4 || rate == 3 || d & 3 == 2 {
            return None;
        }
        let table = match (version, layer) {
            (0, layer) => usize::from(layer) - 1,
            (_, 1) => 3,
            _ => 4,
        };
        let bits = match KBITS[table][bitrate] {
            0 => return None,
            kbits => u32::from(kbits) * 1000,
        };
        let rate_hz = [44_100, 48_000, 32_000][rate] >> version;
        let padding = u32::from(c >> 1 & 1);
        let (size, frames) = match (layer, version) {
            (1, _) => ((12 * bits / rate_hz + padding) * 4, 384),
            (3, 1..) => (72 * bits / rate_hz + padding, 576),
            _ => (144 * bits / rate_hz + padding, 1152),
        };
        Some(Self {
            version,
            layer,
            rate_hz,
            mono: d >> 6 == 3,
            size: size as usize,
            frames,
        })
    }

    /// Whether the other header can belong to the same stream.
    fn same_stream(&self, other: &Self) -> bool {
        (self.version, self.layer, self.rate_hz) == (other.version, other.layer, other.rate_hz)
    }
}

/// What follows ID3v2 tags at the start, however many there are.
pub(crate) fn after_id3(mut bytes: &[u8]) -> &[u8] {
    while let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes {
        if (a | b | c | d) & 0x80 != 0 {
            break;
        }
        let size = [a, b, c, d]
            .iter()
            .fold(0, |size, &part| size << 7 | usize::from(part));
        let footer = if flags & 0x10 != 0 { 10 } else { 0 };
        // A tag that claims more than the file has: frames are looked for inside of it.
        bytes = bytes.get(10 + size + footer..).unwrap_or(&bytes[10..]);
    }
    bytes
}

/// Finds the next frame at or after `at` that is followed by `more` others of its stream, or
/// by the end.
fn find(
    bytes: &[u8],
    at: usize,
    stream: Option<&Header>,
    more: usize,
    within: usize,
) -> Option<(usize, Header)> {
    let confirmed = |place: usize, first: Header| {
        let mut next = place + first.size;
        (0..more).all(|_| match bytes.get(next..).map(Header::read) {
            Some(Some(header)) if header.same_stream(&first) => {
                next += header.size;
                true
            }
            // Nothing more, or the file's trailing tag: enough if one frame was whole.
            Some(None) => ends_here(&bytes[next..]),
            _ => next >= bytes.len(),
        })
    };
    (at..bytes.len().min(at.saturating_add(within))).find_map(|place| {
        let header = Header::read(&bytes[place..])?;
        let fits =
            place + header.size <= bytes.len() && stream.is_none_or(|s| s.same_stream(&header));
        (fits && confirmed(place, header)).then_some((place, header))
    })
}

/// Whether what follows the last frame is nothing, or a tag.
fn ends_here(rest: &[u8]) -> bool {
    rest.len() < 4
        || [
            b"TAG".as_slice(),
            b"APETAGEX",
            b"LYRICSBEGIN",
            b"ID3",
            b"3DI",
        ]
        .iter()
        .any(|tag| rest.starts_with(tag))
}

pub(crate) fn decode(bytes: &[u8], trust: Trust, limits: &Limits) -> Result<Decoded, DecodeError> {
    let (more, within) = match trust {
        Trust::Named => (1, usize::MAX),
        Trust::Unnamed => (2, UNNAMED_SEARCH_BYTES),
    };
    let (mut at, stream) = find(bytes, 0, None, more, within).ok_or(DecodeError::NoSamples)?;
    let tag = Tag::read(&bytes[at..at + stream.size], &stream);
    if tag.is_some() {
        at += stream.size;
    }
    let new_decoder = || decoder(stream.layer);
    let mut sink = Sink::new(new_decoder()?, limits);
    let (mut mono, mut count, mut cut) = (stream.mono, 0, false);
    while at < bytes.len() {
        let here = Header::read(&bytes[at..]).filter(|header| stream.same_stream(header));
        let Some(header) = here else {
            if ends_here(&bytes[at..]) {
                break;
            }
            // Damage in the middle: go on at the next place that looks like this stream.
            let Some((place, _)) = find(bytes, at + 1, Some(&stream), 1, usize::MAX) else {
                break;
            };
            at = place;
            continue;
        };
        let Some(frame) = bytes.get(at..at + header.size) else {
            cut = true;
            break;
        };
        if header.mono != mono {
            sink.decoder = new_decoder()?;
            mono = header.mono;
        }
        if sink.packet(&packet(frame))?.is_none()
            && let Some(pcm) = &mut sink.pcm
        {
            // An unreadable frame keeps its time.
            let channels = if header.mono { 1 } else { 2 };
            pcm.push(&vec![0; header.frames * channels], channels)?;
        }
        count += 1;
        at += header.size;
    }
    let promised = tag.as_ref().and_then(|tag| tag.frames);
    if let (Some(pcm), Some(tag)) = (&mut sink.pcm, &tag)
        && let Some((delay, padding)) = tag.delay
    {
        let all = pcm.frames();
        let start = delay + DECODER_DELAY;
        let end = if promised == Some(count) {
            padding.saturating_sub(DECODER_DELAY)
        } else {
            0
        };
        if start + end < all {
            pcm.keep(start, all - start - end);
        }
    }
    let name = if stream.layer == 3 {
        "MP3"
    } else {
        "MPEG audio"
    };
    sink.finish(
        name,
        if cut {
            Ending::Truncated
        } else {
            Ending::Complete
        },
    )
}

fn decoder(layer: u8) -> Result<Box<dyn Decoder>, DecodeError> {
    let codec = match layer {
        1 => CODEC_TYPE_MP1,
        2 => CODEC_TYPE_MP2,
        _ => CODEC_TYPE_MP3,
    };
    MpaDecoder::try_new(
        CodecParameters::new().for_codec(codec),
        &DecoderOptions::default(),
    )
    .map(|decoder| Box::new(decoder) as Box<dyn Decoder>)
    .map_err(|_| DecodeError::unsupported("an unusual layer of MPEG audio"))
}

/// A first frame without sound that describes the others.
struct Tag {
    frames: Option<usize>,
    /// Frames of sound that the encoder put before and after.
    delay: Option<(usize, usize)>,
}

impl Tag {
    fn read(frame: &[u8], header: &Header) -> Option<Self> {
        if header.layer != 3 {
            return None;
        }
        if frame.get(36..40) == Some(b"VBRI") {
            return Some(Self {
                frames: None,
                delay: None,
            });
        }
        let side_info = match (header.version, header.mono) {
            (0, false) => 32,
            (0, true) | (_, false) => 17,
            _ => 9,
        };
        let tag = frame
            .get(4 + side_info..)
            .filter(|tag| tag.starts_with(b"Xing") || tag.starts_with(b"Info"))?;
        let flags = *tag.get(7)?;
        let field = |present: u8, size: usize| if flags & present != 0 { size } else { 0 };
        let frames = (flags & 1 != 0).then(|| tag.get(8..12)).flatten();
        let frames = frames.map(|raw| {
            raw.iter()
                .fold(0, |value, &byte| value << 8 | usize::from(byte))
        });
        let lame = 8 + field(1, 4) + field(2, 4) + field(4, 100) + field(8, 4);
        // Nine letters of the encoder's name, then twelve bytes, then the two lengths.
        let named = tag.get(lame).is_some_and(u8::is_ascii_alphabetic);
        let raw = tag.get(lame + 21..lame + 24).filter(|_| named);
        let delay = raw.map(|raw| {
            let both = raw
                .iter()
                .fold(0, |value, &byte| value << 8 | usize::from(byte));
            (both >> 12, both & 0xFFF)
        });
        Some(Self { frames, delay })
    }
}
