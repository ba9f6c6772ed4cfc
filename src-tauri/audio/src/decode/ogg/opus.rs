//! Opus in Ogg (RFC 7845).

use opus_decoder::{OpusDecoder, OpusMultistreamDecoder};

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::{Coded, Limits};

/// Positions and the pre-skip count at this rate whatever is decoded.
const CLOCK_HZ: u64 = 48_000;
/// The longest packet: 120 ms.
const PACKET_MAX_MS: u64 = 120;

struct Head {
    channels: usize,
    pre_skip: u64,
    gain: f32,
    /// Streams, coupled streams and the channel map, for more than the plain mono or stereo.
    mapping: Option<(usize, usize, Vec<u8>)>,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let channels = usize::from(*bytes.get(9)?);
        let pre_skip = u64::from(u16::from_le_bytes([*bytes.get(10)?, *bytes.get(11)?]));
        let gain_db = f32::from(i16::from_le_bytes([*bytes.get(16)?, *bytes.get(17)?])) / 256.0;
        let mapping = match *bytes.get(18)? {
            0 if channels <= 2 => None,
            0 => return None,
            _ => {
                let map = bytes.get(21..21 + channels)?.to_vec();
                Some((
                    usize::from(*bytes.get(19)?),
                    usize::from(*bytes.get(20)?),
                    map,
                ))
            }
        };
        (channels > 0).then(|| Self {
            channels,
            pre_skip,
            gain: 10_f32.powf(gain_db / 20.0),
            mapping,
        })
    }
}

enum Decoder {
    One(Box<OpusDecoder>),
    Many(OpusMultistreamDecoder),
}

impl Decoder {
    fn new(head: &Head, rate_hz: u32) -> Result<Self, DecodeError> {
        let made = match &head.mapping {
            None => OpusDecoder::new(rate_hz, head.channels)
                .map(Box::new)
                .map(Self::One),
            Some((streams, coupled, map)) => {
                OpusMultistreamDecoder::new(rate_hz, head.channels, *streams, *coupled, map)
                    .map(Self::Many)
            }
        };
        made.map_err(|_| DecodeError::damaged("its channels are described impossibly"))
    }

    /// Frames of sound, `None` for a damaged packet.
    fn packet(&mut self, bytes: &[u8], pcm: &mut [i16]) -> Option<usize> {
        match self {
            Self::One(decoder) => decoder.decode(bytes, pcm, false).ok(),
            Self::Many(decoder) => decoder.decode(bytes, pcm, false).ok(),
        }
    }
}

pub(super) fn decode(
    packets: &[Coded],
    ending: Ending,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let head = Head::read(&packets[0].bytes)
        .ok_or_else(|| DecodeError::damaged("its description is cut short"))?;
    // The second packet has the tags.
    let sound = packets.get(2..).unwrap_or_default();
    let end = sound.iter().rev().find_map(|packet| packet.position);
    let rate_hz = rate(&head, end, limits);
    let mut decoder = Decoder::new(&head, rate_hz)?;
    let mut pcm = limits.collector(rate_hz, head.channels)?;
    let per_ms = u64::from(rate_hz) / 1000;
    let mut block = vec![0_i16; (PACKET_MAX_MS * per_ms) as usize * head.channels];
    let (mut start, mut last_frames) = (None, 0);
    for packet in sound {
        let decoded = decoder.packet(&packet.bytes, &mut block);
        if decoded.is_none() {
            block[..last_frames * head.channels].fill(0);
        }
        let frames = decoded.unwrap_or(last_frames);
        last_frames = frames;
        let samples = &mut block[..frames * head.channels];
        if head.gain != 1.0 {
            samples
                .iter_mut()
                .for_each(|s| *s = (f32::from(*s) * head.gain) as i16);
        }
        pcm.push(samples, head.channels)?;
        // A stream that was joined late begins at a position beyond its first page's sound.
        if let (None, Some(position)) = (start, packet.position) {
            let so_far = pcm.frames() as u64 * CLOCK_HZ / u64::from(rate_hz);
            start = Some(position.saturating_sub(so_far));
        }
    }
    let scaled =
        |ticks: u64| (u128::from(ticks) * u128::from(rate_hz) / u128::from(CLOCK_HZ)) as usize;
    let ended = sound.last().is_some_and(|packet| packet.last_of_stream);
    let len = match (end, start) {
        (Some(end), Some(start)) if ended => {
            scaled(end.saturating_sub(start).saturating_sub(head.pre_skip))
        }
        _ => usize::MAX,
    };
    pcm.keep(scaled(head.pre_skip), len);
    pcm.finish("Ogg Opus", ending)
}

/// The best rate at which the whole recording fits into the limit. Of those that the decoder offers, the
/// ones between give noise.
fn rate(head: &Head, end: Option<u64>, limits: &Limits) -> u32 {
    let seconds = end.unwrap_or(0) / CLOCK_HZ + 1;
    let sides = head.channels.min(2) as u64;
    let best = seconds.saturating_mul(CLOCK_HZ).saturating_mul(sides * 2);
    if best <= limits.sound_bytes {
        48_000
    } else {
        8000
    }
}
