//! The formats that are read, and what is left alone.

use audio_codec::Decoder as _;
use audio_codec::g722::G722Decoder;
use audio_codec::pcma::PcmaDecoder;
use audio_codec::pcmu::PcmuDecoder;

/// The numbers are RTP's (RFC 3551), which need no SDP to be understood. All three have a clock of
/// 8000 ticks a second and a byte a tick, G.722 too, whose clock is a mistake that stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Pcmu,
    Pcma,
    G722,
}

/// Ticks of the RTP clock in a second.
pub const TICKS_PER_SECOND: i64 = 8000;

const COMFORT_NOISE: u8 = 13;
/// What RTCP looks like where it shares the port of the sound.
const RTCP: std::ops::RangeInclusive<u8> = 72..=76;

/// What a payload type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sound(Codec),
    /// Nothing is to be heard of it.
    Silent,
    /// A format that is not read, or the keys of a phone: only the SDP tells these apart.
    Unread,
}

impl Kind {
    pub fn of(payload_type: u8) -> Self {
        match payload_type {
            0 => Self::Sound(Codec::Pcmu),
            8 => Self::Sound(Codec::Pcma),
            9 => Self::Sound(Codec::G722),
            COMFORT_NOISE => Self::Silent,
            rtcp if RTCP.contains(&rtcp) => Self::Silent,
            _ => Self::Unread,
        }
    }
}

impl Codec {
    pub const fn samples_per_second(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma => 8000,
            Self::G722 => 16_000,
        }
    }
}

/// Decodes one stream. G.722 remembers what came before.
#[derive(Default)]
pub struct Decoding {
    g722: Option<Box<G722Decoder>>,
}

impl Decoding {
    /// The samples of a packet, in a recording of 8000 or 16000 a second.
    pub fn decode(&mut self, codec: Codec, payload: &[u8], samples_per_second: u32) -> Vec<i16> {
        let mut samples = vec![0; payload.len() * 2];
        let decoded = match codec {
            Codec::Pcmu => PcmuDecoder::new().decode_into(payload, &mut samples),
            Codec::Pcma => PcmaDecoder::new().decode_into(payload, &mut samples),
            Codec::G722 => self
                .g722
                .get_or_insert_with(|| Box::new(G722Decoder::new()))
                .decode_into(payload, &mut samples),
        };
        // The room is what the longest format needs, so there is no other way to fail.
        samples.truncate(decoded.unwrap_or_default());
        if codec.samples_per_second() < samples_per_second {
            doubled(&samples)
        } else {
            samples
        }
    }
}

/// Puts the mean between each two samples.
fn doubled(samples: &[i16]) -> Vec<i16> {
    let followers = samples.iter().skip(1).chain(samples.last());
    samples
        .iter()
        .zip(followers)
        .flat_map(|(sample, next)| [*sample, sample.midpoint(*next)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_gives_its_samples() {
        let mut decoding = Decoding::default();
        // The loudest and the softest of both laws (G.711).
        assert_eq!(
            decoding.decode(Codec::Pcmu, &[0x00, 0x80, 0xff], 8000),
            [-32_124, 32_124, 0]
        );
        assert_eq!(
            decoding.decode(Codec::Pcma, &[0x2a, 0xaa, 0xd5], 8000),
            [-32_256, 32_256, 8]
        );
        assert_eq!(decoding.decode(Codec::G722, &[0; 160], 16_000).len(), 320);
        assert_eq!(
            decoding.decode(Codec::Pcmu, &[0xff, 0x80], 16_000),
            [0, 16_062, 32_124, 32_124]
        );
    }

    #[test]
    fn what_is_no_sound_is_told_apart() {
        assert_eq!(Kind::of(9), Kind::Sound(Codec::G722));
        assert_eq!(Kind::of(13), Kind::Silent);
        assert_eq!(Kind::of(200 & 0x7f), Kind::Silent);
        assert_eq!(Kind::of(101), Kind::Unread);
    }
}
