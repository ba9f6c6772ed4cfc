//! The formats that are read, and what is left alone.

use audio_codec::BoxedResampler;
use audio_codec::Decoder as _;
use audio_codec::g722::G722Decoder;
use audio_codec::pcma::PcmaDecoder;
use audio_codec::pcmu::PcmuDecoder;
use opus_decoder::OpusDecoder;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Pcmu,
    Pcma,
    G722,
    Opus,
}

/// Ticks in a second: the RTP clock of all but Opus, whose clock is a multiple.
pub const TICKS_PER_SECOND: i64 = 8000;

/// What becomes of Opus: more than a voice has, and what G.722 gives.
const OPUS_SAMPLES_PER_SECOND: u32 = 16_000;
/// What it is decoded to. The decoder's own lower rates are noise: 8, and nothing between.
const OPUS_CLOCK: u32 = 48_000;
/// The longest packet of Opus: 120 ms.
const OPUS_SAMPLES: usize = 5760;

const COMFORT_NOISE: u8 = 13;
/// What RTCP looks like where it shares the port of the sound.
const RTCP: std::ops::RangeInclusive<u8> = 72..=76;

/// What a payload type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sound(Codec),
    /// Nothing is to be heard of it.
    Silent,
    /// A format that is not read, or one that only the SDP names, and it does not.
    Unread,
}

impl Kind {
    /// By the numbers of RFC 3551, which need no SDP to be understood.
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

    /// As an SDP's `rtpmap` says it, such as `opus/48000/2`. The clock of G.722 is a mistake that stayed
    /// (RFC 3551, section 4.5.2).
    pub fn named(encoding: &str) -> Self {
        let encoding = encoding.trim().to_ascii_lowercase();
        let (name, clock) = encoding.split_once('/').unwrap_or((&encoding, ""));
        match (name, clock.split('/').next().unwrap_or_default()) {
            ("pcmu", "8000") => Self::Sound(Codec::Pcmu),
            ("pcma", "8000") => Self::Sound(Codec::Pcma),
            ("g722", "8000") => Self::Sound(Codec::G722),
            ("opus", "48000") => Self::Sound(Codec::Opus),
            // The keys of a phone.
            ("telephone-event" | "cn", _) => Self::Silent,
            _ => Self::Unread,
        }
    }
}

impl Codec {
    pub const fn samples_per_second(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma => 8000,
            Self::G722 => 16_000,
            Self::Opus => OPUS_SAMPLES_PER_SECOND,
        }
    }

    /// Steps of its timestamps in a tick.
    pub const fn clock(self) -> i64 {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => 1,
            Self::Opus => OPUS_CLOCK as i64 / TICKS_PER_SECOND,
        }
    }
}

/// Decodes one stream. G.722 and Opus remember what came before.
#[derive(Default)]
pub struct Decoding {
    g722: Option<Box<G722Decoder>>,
    opus: Option<Opus>,
}

struct Opus {
    decoder: Box<OpusDecoder>,
    narrower: BoxedResampler,
    block: Vec<i16>,
}

impl Decoding {
    /// The samples of a packet, in a recording of 8000 or 16000 a second. None for a packet that is damaged.
    pub fn decode(&mut self, codec: Codec, payload: &[u8], samples_per_second: u32) -> Vec<i16> {
        let mut samples = vec![0; OPUS_SAMPLES.max(payload.len() * 2)];
        let decoded = match codec {
            Codec::Pcmu => PcmuDecoder::new().decode_into(payload, &mut samples).ok(),
            Codec::Pcma => PcmaDecoder::new().decode_into(payload, &mut samples).ok(),
            Codec::G722 => self
                .g722
                .get_or_insert_with(|| Box::new(G722Decoder::new()))
                .decode_into(payload, &mut samples)
                .ok(),
            Codec::Opus => self.opus(payload, &mut samples),
        };
        samples.truncate(decoded.unwrap_or_default());
        if codec.samples_per_second() < samples_per_second {
            doubled(&samples)
        } else {
            samples
        }
    }

    fn opus(&mut self, payload: &[u8], samples: &mut [i16]) -> Option<usize> {
        let opus = match &mut self.opus {
            Some(opus) => opus,
            none => none.insert(Opus::new()?),
        };
        let decoded = opus.decoder.decode(payload, &mut opus.block, false).ok()?;
        let block = opus.block.get(..decoded)?;
        opus.narrower.resample_into(block, samples).ok()
    }
}

impl Opus {
    /// Both channels as one: a voice has one, and a side of a recording too.
    fn new() -> Option<Self> {
        let narrower =
            BoxedResampler::new(OPUS_CLOCK as usize, OPUS_SAMPLES_PER_SECOND as usize).ok()?;
        Some(Self {
            decoder: Box::new(OpusDecoder::new(OPUS_CLOCK, 1).ok()?),
            narrower,
            block: vec![0; OPUS_SAMPLES],
        })
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
        for (encoding, kind) in [
            ("opus/48000/2", Kind::Sound(Codec::Opus)),
            ("PCMU/8000", Kind::Sound(Codec::Pcmu)),
            ("PCMU/16000", Kind::Unread),
            ("telephone-event/8000", Kind::Silent),
            ("G729/8000", Kind::Unread),
            ("", Kind::Unread),
        ] {
            assert_eq!(Kind::named(encoding), kind, "{encoding}");
        }
    }
}
