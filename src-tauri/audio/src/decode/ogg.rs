//! Ogg: Opus, Vorbis and FLAC inside.

use std::io::Cursor;

use ogg::PacketReader;

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::{Limits, flac};

mod opus;
mod vorbis;

/// Damaged pages that are passed over before one gives up.
const DAMAGED_PAGES_MAX: usize = 1000;
/// "No position" in a page's header.
const NO_POSITION: u64 = u64::MAX;

/// One packet, with what its page says of it.
struct Coded {
    bytes: Vec<u8>,
    /// The position of the page's end in frames of sound, for the last packet of a page.
    position: Option<u64>,
    last_of_stream: bool,
}

/// One logical stream, in order.
struct Stream {
    serial: u32,
    packets: Vec<Coded>,
}

pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let (mut streams, broken) = streams(bytes);
    let kind = |stream: &Stream| {
        stream
            .packets
            .first()
            .and_then(|first| Kind::of(&first.bytes))
    };
    let Some(at) = streams.iter().position(|s| kind(s).is_some()) else {
        return Err(match streams.first() {
            None => DecodeError::NoSamples,
            Some(_) => DecodeError::unsupported("an Ogg file without sound of a known kind"),
        });
    };
    let first = streams.swap_remove(at);
    let whole = first.packets.last().is_some_and(|last| last.last_of_stream);
    let ending = if whole && !broken {
        Ending::Complete
    } else {
        Ending::Truncated
    };
    match kind(&first) {
        Some(Kind::Opus) => opus::decode(&first.packets, ending, limits),
        Some(Kind::Vorbis) => vorbis::decode(&first.packets, ending, limits),
        Some(Kind::Flac) => flac_packets(&first.packets, limits),
        Some(Kind::Speex) => Err(DecodeError::unsupported("in Speex")),
        None => Err(DecodeError::Unknown),
    }
}

enum Kind {
    Opus,
    Vorbis,
    Flac,
    Speex,
}

impl Kind {
    fn of(first_packet: &[u8]) -> Option<Self> {
        Some(match first_packet {
            [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => Self::Opus,
            [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => Self::Vorbis,
            [0x7F, b'F', b'L', b'A', b'C', ..] => Self::Flac,
            [b'S', b'p', b'e', b'e', b'x', b' ', b' ', b' ', ..] => Self::Speex,
            _ => return None,
        })
    }
}

/// Sorts the packets of a file by stream. True beside them if the file breaks off.
fn streams(bytes: &[u8]) -> (Vec<Stream>, bool) {
    let mut reader = PacketReader::new(Cursor::new(bytes));
    let mut streams: Vec<Stream> = Vec::new();
    let (mut damaged, mut broken) = (0, false);
    loop {
        match reader.read_packet() {
            Ok(Some(packet)) => {
                let serial = packet.stream_serial();
                let position = packet
                    .last_in_page()
                    .then(|| packet.absgp_page())
                    .filter(|&p| p != NO_POSITION);
                let last_of_stream = packet.last_in_stream();
                let coded = Coded {
                    bytes: packet.data,
                    position,
                    last_of_stream,
                };
                match streams.iter_mut().find(|stream| stream.serial == serial) {
                    Some(stream) => stream.packets.push(coded),
                    None => streams.push(Stream {
                        serial,
                        packets: vec![coded],
                    }),
                }
            }
            Ok(None) => break,
            Err(ogg::OggReadError::ReadError(_)) => {
                broken = true;
                break;
            }
            Err(_) if damaged < DAMAGED_PAGES_MAX => damaged += 1,
            Err(_) => {
                broken = true;
                break;
            }
        }
    }
    (streams, broken)
}

/// FLAC in Ogg: the first packet has the description, packets up to the first frame tags.
fn flac_packets(packets: &[Coded], limits: &Limits) -> Result<Decoded, DecodeError> {
    let info = packets[0]
        .bytes
        .get(17..17 + 34)
        .ok_or(DecodeError::NoSamples)?;
    let frames = packets
        .iter()
        .skip_while(|packet| packet.bytes.first() != Some(&0xFF));
    let stream: Vec<u8> = frames
        .flat_map(|packet| packet.bytes.iter().copied())
        .collect();
    if stream.is_empty() {
        return Err(DecodeError::NoSamples);
    }
    flac::decode_stream(info, &stream, limits)
}
