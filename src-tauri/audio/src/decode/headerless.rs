//! Files without any header, as switches write them; here the name is all there is.

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::pcm::{self, Encoding, Layout};
use super::{Limits, extension, gsm};

pub(crate) enum Headerless {
    Samples {
        encoding: Encoding,
        rate_hz: u32,
        name: &'static str,
    },
    Gsm,
    NotPlayed(&'static str),
}

impl Headerless {
    /// What an extension means, in the sense of Asterisk and FreeSWITCH.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let samples = |encoding, rate_hz, name| {
            Some(Self::Samples {
                encoding,
                rate_hz,
                name,
            })
        };
        let linear = |rate_hz| samples(Encoding::Signed { bytes: 2 }, rate_hz, "raw 16-bit");
        match extension(name).as_str() {
            "ulaw" | "ul" | "mulaw" | "pcmu" | "ulw" | "mu" | "g711u" => {
                samples(Encoding::MuLaw, 8000, "raw µ-law")
            }
            "alaw" | "al" | "pcma" | "alw" | "g711a" => samples(Encoding::ALaw, 8000, "raw A-law"),
            "gsm" => Some(Self::Gsm),
            "raw" | "pcm" | "sln" | "slin" | "sln8" | "r8" => linear(8000),
            "sln12" | "slin12" => linear(12_000),
            "sln16" | "slin16" | "r16" => linear(16_000),
            "sln24" | "slin24" | "r24" => linear(24_000),
            "sln32" | "slin32" | "r32" => linear(32_000),
            "sln44" | "slin44" => linear(44_100),
            "sln48" | "slin48" | "r48" => linear(48_000),
            "sln96" | "slin96" => linear(96_000),
            "sln192" | "slin192" => linear(192_000),
            "g722" => Some(Self::NotPlayed("raw G.722")),
            "g723" | "g723sf" => Some(Self::NotPlayed("raw G.723.1")),
            "g726" | "g726-16" | "g726-24" | "g726-32" | "g726-40" => {
                Some(Self::NotPlayed("raw G.726"))
            }
            "g729" => Some(Self::NotPlayed("raw G.729")),
            "ilbc" => Some(Self::NotPlayed("raw iLBC")),
            "vox" => Some(Self::NotPlayed("raw Dialogic ADPCM")),
            "siren7" | "siren14" => Some(Self::NotPlayed("raw Siren")),
            _ => None,
        }
    }

    pub(crate) fn decode(self, bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
        match self {
            Self::Samples {
                encoding,
                rate_hz,
                name,
            } => {
                let mut pcm = limits.collector(rate_hz, 1)?;
                pcm::collect(
                    bytes,
                    Layout {
                        encoding,
                        big_endian: false,
                        channels: 1,
                    },
                    &mut pcm,
                )?;
                pcm.finish(name, Ending::Complete)
            }
            Self::Gsm => gsm::decode_raw(bytes, limits),
            Self::NotPlayed(what) => Err(DecodeError::unsupported(what)),
        }
    }
}
