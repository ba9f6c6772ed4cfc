//! Vorbis in Ogg.

use symphonia::core::codecs::{CODEC_TYPE_VORBIS, CodecParameters, Decoder, DecoderOptions};
use symphonia::default::codecs::VorbisDecoder;

use crate::DecodeError;
use crate::decode::bits::BitsLsb;
use crate::decode::symphonic::{Sink, packet};
use crate::decoded::{Decoded, Ending};

use super::{Coded, Limits};

/// Entries times dimensions of a codebook; real ones have thousands.
const CODEBOOK_MAX: u64 = 1 << 21;

pub(super) fn decode(
    packets: &[Coded],
    ending: Ending,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let [ident, _, setup, sound @ ..] = packets else {
        return Err(DecodeError::NoSamples);
    };
    if !setup.bytes.starts_with(b"\x05vorbis") || codebooks_fit(&setup.bytes[7..]).is_none() {
        return Err(DecodeError::damaged("its Vorbis headers are broken"));
    }
    let mut params = CodecParameters::new();
    let headers = [ident.bytes.as_slice(), &setup.bytes].concat();
    params
        .for_codec(CODEC_TYPE_VORBIS)
        .with_extra_data(headers.into_boxed_slice());
    let decoder = VorbisDecoder::try_new(&params, &DecoderOptions::default())
        .map_err(|_| DecodeError::damaged("its Vorbis headers are broken"))?;
    let mut sink = Sink::new(Box::new(decoder), limits);
    let mut start = None;
    for coded in sound {
        sink.packet(&packet(&coded.bytes))?;
        let so_far = sink.pcm.as_ref().map_or(0, |pcm| pcm.frames() as u64);
        if let (None, Some(position)) = (start, coded.position.filter(|_| so_far > 0)) {
            start = Some(position.saturating_sub(so_far));
        }
    }
    // The last page says where the sound ends within its last packet.
    if let (Some(pcm), Some(last)) = (&mut sink.pcm, sound.last())
        && let (true, Some(end), Some(start)) = (last.last_of_stream, last.position, start)
    {
        let len = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        if len > 0 {
            pcm.keep(0, len);
        }
    }
    sink.finish("Ogg Vorbis", ending)
}

/// Walks the codebooks of a setup header (Vorbis I, 3.2.1) for sizes that would fill the
/// memory. `None` if there is one, or the header ends in the middle.
fn codebooks_fit(setup: &[u8]) -> Option<()> {
    let mut bits = BitsLsb::new(setup);
    for _ in 0..=bits.take(8)? {
        let sync = bits.take(24)?;
        let (dimensions, entries) = (u64::from(bits.take(16)?), u64::from(bits.take(24)?));
        if sync != 0x0056_4342 || dimensions * entries > CODEBOOK_MAX || entries > CODEBOOK_MAX {
            return None;
        }
        if bits.take(1)? == 1 {
            bits.skip(5);
            let mut current = 0;
            while current < entries {
                let width = 64 - (entries - current).leading_zeros() as usize;
                let run = u64::from(bits.take(width)?);
                current += run;
            }
        } else {
            let sparse = bits.take(1)? == 1;
            for _ in 0..entries {
                if !sparse || bits.take(1)? == 1 {
                    bits.take(5)?;
                }
            }
        }
        let lookup = bits.take(4)?;
        if lookup == 0 {
            continue;
        }
        bits.skip(64);
        let width = bits.take(4)? as usize + 1;
        bits.skip(1);
        let values = match lookup {
            1 => (1..=entries)
                .take_while(|v| power_fits(*v, dimensions, entries))
                .last()
                .unwrap_or(0),
            2 => entries * dimensions,
            _ => return None,
        };
        bits.skip(values as usize * width);
    }
    Some(())
}

/// Whether `value` to the power of `dimensions` is at most `entries`.
fn power_fits(value: u64, dimensions: u64, entries: u64) -> bool {
    let mut product = 1_u64;
    for _ in 0..dimensions {
        product = product.saturating_mul(value);
        if product > entries {
            return false;
        }
        if value == 1 {
            break;
        }
    }
    true
}
