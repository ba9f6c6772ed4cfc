//! The codecs that come from Symphonia, fed with packets that are cut here.

use symphonia::core::audio::{AudioBufferRef, Channels, SampleBuffer};
use symphonia::core::codecs::{
    CODEC_TYPE_ADPCM_IMA_WAV, CODEC_TYPE_ADPCM_MS, CodecParameters, Decoder, DecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::Packet;
use symphonia::default::codecs::AdpcmDecoder;

use crate::DecodeError;
use crate::decoded::{Collector, Decoded, Ending};

use super::Limits;

/// A decoder and where its samples go. Packets that can't be decoded are left out.
pub(crate) struct Sink {
    pub(crate) decoder: Box<dyn Decoder>,
    samples: Option<SampleBuffer<i16>>,
    pub(crate) pcm: Option<Collector>,
    limits: Limits,
    damaged: bool,
}

impl Sink {
    pub(crate) fn new(decoder: Box<dyn Decoder>, limits: &Limits) -> Self {
        Self {
            decoder,
            samples: None,
            pcm: None,
            limits: *limits,
            damaged: false,
        }
    }

    /// Decodes one packet; the rate and the sides are those of the first one that decodes.
    /// Gives the number of frames that came out, `None` for a packet that is damaged.
    pub(crate) fn packet(&mut self, packet: &Packet) -> Result<Option<usize>, DecodeError> {
        let decoded = match self.decoder.decode(packet) {
            Ok(decoded) => decoded,
            Err(Error::Unsupported(_)) => {
                return Err(DecodeError::unsupported("in a rare form of its format"));
            }
            Err(_) => {
                self.damaged = true;
                return Ok(None);
            }
        };
        let (spec, frames) = (*decoded.spec(), decoded.frames());
        if frames == 0 {
            return Ok(Some(0));
        }
        let channels = spec.channels.count();
        if self.pcm.is_none() {
            self.pcm = Some(self.limits.collector(spec.rate, channels)?);
        }
        let samples = interleaved(&mut self.samples, decoded);
        if let Some(pcm) = &mut self.pcm {
            pcm.push(samples, channels)?;
        }
        Ok(Some(frames))
    }

    pub(crate) fn finish(
        self,
        format: &'static str,
        ending: Ending,
    ) -> Result<Decoded, DecodeError> {
        let none = if self.damaged {
            DecodeError::damaged("none of its sound can be decoded")
        } else {
            DecodeError::NoSamples
        };
        self.pcm.ok_or(none)?.finish(format, ending)
    }
}

fn interleaved<'a>(
    buffer: &'a mut Option<SampleBuffer<i16>>,
    decoded: AudioBufferRef,
) -> &'a [i16] {
    let needed = decoded.capacity() * decoded.spec().channels.count();
    if buffer
        .as_ref()
        .is_none_or(|buffer| buffer.capacity() < needed)
    {
        *buffer = Some(SampleBuffer::new(
            decoded.capacity() as u64,
            *decoded.spec(),
        ));
    }
    let buffer = buffer.get_or_insert_with(|| SampleBuffer::new(0, *decoded.spec()));
    buffer.copy_interleaved_ref(decoded);
    buffer.samples()
}

/// A copy of the packet's bytes with no time: what comes in order needs none.
pub(crate) fn packet(bytes: &[u8]) -> Packet {
    Packet::new_from_slice(0, 0, 0, bytes)
}

/// Microsoft and IMA ADPCM in WAV, block by block.
pub(crate) fn adpcm(
    sound: &[u8],
    microsoft: bool,
    rate_hz: u32,
    channels: usize,
    block_bytes: usize,
    ending: Ending,
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let layout = match channels {
        1 => Channels::FRONT_LEFT,
        2 => Channels::FRONT_LEFT | Channels::FRONT_RIGHT,
        _ => {
            return Err(DecodeError::unsupported(format!(
                "ADPCM with {channels} channels"
            )));
        }
    };
    limits.collector(rate_hz, channels)?;
    let (codec, header, extra) = if microsoft {
        (CODEC_TYPE_ADPCM_MS, 7, 2)
    } else {
        (CODEC_TYPE_ADPCM_IMA_WAV, 4, 1)
    };
    if block_bytes <= header * channels {
        return Err(DecodeError::damaged("its blocks have no room for sound"));
    }
    // Two samples a byte after the header, which itself has the first one or two.
    let frames = ((block_bytes - header * channels) * 2 / channels + extra) as u64;
    let mut params = CodecParameters::new();
    params
        .for_codec(codec)
        .with_sample_rate(rate_hz)
        .with_channels(layout);
    params
        .with_max_frames_per_packet(frames)
        .with_frames_per_block(frames);
    let decoder = AdpcmDecoder::try_new(&params, &DecoderOptions::default())
        .map_err(|_| DecodeError::damaged("its ADPCM description is impossible"))?;
    let mut sink = Sink::new(Box::new(decoder), limits);
    for block in sound.chunks_exact(block_bytes) {
        sink.packet(&Packet::new_from_slice(0, 0, frames, block))?;
    }
    sink.finish("WAV ADPCM", ending)
}
