//! FLAC, native or out of Ogg.

use std::io::Cursor;

use symphonia::core::codecs::{Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::default::codecs::FlacDecoder;
use symphonia::default::formats::FlacReader;

use crate::DecodeError;
use crate::decoded::{Decoded, Ending};

use super::Limits;
use super::symphonic::Sink;

/// STREAMINFO is always this long.
const STREAM_INFO_BYTES: usize = 34;

/// Decodes a file that begins with `fLaC`.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let (mut info, mut at) = (None, 4);
    // Pictures, tags and their lying lengths are passed over: only the description is kept.
    loop {
        let Some(&[flags, a, b, c]) = bytes.get(at..at + 4).and_then(|head| head.first_chunk())
        else {
            return Err(DecodeError::NoSamples);
        };
        let size = u32::from_be_bytes([0, a, b, c]) as usize;
        if flags & 0x7F == 0 && info.is_none() {
            info = bytes.get(at + 4..at + 4 + STREAM_INFO_BYTES);
        }
        at += 4 + size;
        if flags & 0x80 != 0 {
            break;
        }
    }
    let info =
        info.ok_or_else(|| DecodeError::damaged("it does not say how its sound is written"))?;
    let frames = bytes
        .get(at..)
        .filter(|rest| !rest.is_empty())
        .ok_or(DecodeError::NoSamples)?;
    decode_stream(info, frames, limits)
}

/// Decodes frames by their STREAMINFO.
pub(crate) fn decode_stream(
    info: &[u8],
    frames: &[u8],
    limits: &Limits,
) -> Result<Decoded, DecodeError> {
    let rate_hz = u32::from_be_bytes([0, info[10], info[11], info[12]]) >> 4;
    // Checks the rate before anything else.
    limits.collector(rate_hz, 1)?;
    let promised = u64::from(info[13] & 15) << 32
        | u64::from(u32::from_be_bytes([info[14], info[15], info[16], info[17]]));
    let mut stream = Vec::with_capacity(8 + info.len() + frames.len());
    stream.extend_from_slice(b"fLaC\x80\0\0\x22");
    stream.extend_from_slice(&info[..STREAM_INFO_BYTES]);
    stream.extend_from_slice(frames);
    let source = MediaSourceStream::new(Box::new(Cursor::new(stream)), Default::default());
    let damaged = |_| DecodeError::damaged("its description is impossible");
    let mut reader = FlacReader::try_new(source, &FormatOptions::default()).map_err(damaged)?;
    let params = reader
        .default_track()
        .ok_or(DecodeError::NoSamples)?
        .codec_params
        .clone();
    let decoder = FlacDecoder::try_new(&params, &DecoderOptions::default()).map_err(damaged)?;
    let mut sink = Sink::new(Box::new(decoder), limits);
    loop {
        match reader.next_packet() {
            Ok(packet) => {
                sink.packet(&packet)?;
            }
            Err(Error::DecodeError(_)) => {}
            Err(_) => break,
        }
    }
    let decoded = sink.pcm.as_ref().map_or(0, |pcm| pcm.frames() as u64);
    sink.finish(
        "FLAC",
        if decoded < promised {
            Ending::Truncated
        } else {
            Ending::Complete
        },
    )
}
