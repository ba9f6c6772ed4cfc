//! AAC: bare ADTS frames, and MP4 / M4A files.

use std::io::Cursor;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::{
    CODEC_TYPE_AAC, CODEC_TYPE_MP3, CODEC_TYPE_NULL, CodecParameters, Decoder, DecoderOptions,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::default::codecs::{AacDecoder, MpaDecoder};
use symphonia::default::formats::IsoMp4Reader;

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::Limits;
use super::symphonic::{Sink, packet};

mod boxes;

const RATES_HZ: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000,
    7350,
];

/// A bare frame: its description, and where its sound is.
struct Adts {
    rate_hz: u32,
    channels: u8,
    header_bytes: usize,
    size: usize,
}

impl Adts {
    fn read(bytes: &[u8]) -> Option<Self> {
        let &[a, b, c, d, e, f, _] = bytes.first_chunk()?;
        let rate_hz = *RATES_HZ.get(usize::from(c >> 2 & 15))?;
        let header_bytes = if b & 1 == 0 { 9 } else { 7 };
        let size = usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f) >> 5;
        let sync = a == 0xFF && b & 0xF6 == 0xF0;
        let channels = (c & 1) << 2 | d >> 6;
        (sync && size > header_bytes).then_some(Self {
            rate_hz,
            channels,
            header_bytes,
            size,
        })
    }
}

/// Three frames in a row, or all that there are.
pub(crate) fn looks_like_adts(bytes: &[u8]) -> bool {
    let mut at = 0;
    for seen in 0..3 {
        match bytes.get(at..).and_then(Adts::read) {
            Some(frame) => at += frame.size,
            None => return seen > 0 && at >= bytes.len(),
        }
    }
    true
}

pub(crate) fn decode_adts(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let first = Adts::read(bytes).ok_or(DecodeError::NoSamples)?;
    let mut params = CodecParameters::new();
    let channels = match first.channels {
        1 => Channels::FRONT_LEFT,
        2 => Channels::FRONT_LEFT | Channels::FRONT_RIGHT,
        _ => return Err(DecodeError::unsupported("AAC with more than two channels")),
    };
    params
        .for_codec(CODEC_TYPE_AAC)
        .with_sample_rate(first.rate_hz)
        .with_channels(channels);
    let mut sink = Sink::new(Box::new(aac_decoder(&params)?), limits);
    let (mut at, mut ending) = (0, Ending::Complete);
    while at < bytes.len() {
        let Some(frame) = Adts::read(&bytes[at..]).filter(|f| f.rate_hz == first.rate_hz) else {
            at += 1;
            continue;
        };
        let Some(coded) = bytes.get(at + frame.header_bytes..at + frame.size) else {
            ending = Ending::Truncated;
            break;
        };
        sink.packet(&packet(coded))?;
        at += frame.size;
    }
    sink.finish("AAC", ending)
}

fn aac_decoder(params: &CodecParameters) -> Result<AacDecoder, DecodeError> {
    AacDecoder::try_new(params, &DecoderOptions::default())
        .map_err(|_| DecodeError::unsupported("a rare form of AAC"))
}

pub(crate) fn decode_mp4(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let mut own = bytes.to_vec();
    let edit = boxes::check(&mut own)?;
    let damaged = |_| DecodeError::damaged("its index can't be read");
    let source = MediaSourceStream::new(Box::new(Cursor::new(own)), Default::default());
    let mut reader = match IsoMp4Reader::try_new(source, &FormatOptions::default()) {
        Err(Error::IoError(_)) => {
            return Err(DecodeError::damaged(
                "it was cut before its index was written",
            ));
        }
        other => other.map_err(damaged)?,
    };
    let sound = |codec| codec == CODEC_TYPE_AAC || codec == CODEC_TYPE_MP3;
    let track = reader
        .tracks()
        .iter()
        .find(|track| sound(track.codec_params.codec));
    let Some(track) = track else {
        let coded = reader
            .tracks()
            .iter()
            .any(|track| track.codec_params.codec != CODEC_TYPE_NULL);
        return Err(DecodeError::unsupported(if coded {
            "an MP4 with rare sound"
        } else {
            "an MP4 without AAC sound"
        }));
    };
    let (id, params) = (track.id, track.codec_params.clone());
    let decoder: Box<dyn Decoder> = if params.codec == CODEC_TYPE_AAC {
        Box::new(aac_decoder(&params)?)
    } else {
        Box::new(MpaDecoder::try_new(&params, &DecoderOptions::default()).map_err(damaged)?)
    };
    let mut sink = Sink::new(decoder, limits);
    let mut ending = Ending::Complete;
    // An index may point at the same bytes again and again.
    let mut work_left = bytes.len().saturating_mul(4);
    while work_left > 0 {
        match reader.next_packet() {
            Ok(packet) => {
                work_left = work_left.saturating_sub(packet.data.len().max(1));
                if packet.track_id() == id {
                    sink.packet(&packet)?;
                }
            }
            Err(Error::IoError(_)) => {
                let whole = params.n_frames.is_none_or(|promised| {
                    sink.pcm
                        .as_ref()
                        .is_some_and(|pcm| pcm.frames() as u64 + 1024 >= promised)
                });
                ending = if whole {
                    Ending::Complete
                } else {
                    Ending::Truncated
                };
                break;
            }
            Err(_) => break,
        }
    }
    if let (Some(pcm), Some(edit)) = (&mut sink.pcm, edit)
        && let Some(rate_hz) = params.sample_rate
    {
        let (skip, len) = edit.frames(rate_hz);
        if skip < pcm.frames() {
            pcm.keep(skip, len.unwrap_or(usize::MAX));
        }
    }
    sink.finish("M4A", ending)
}
