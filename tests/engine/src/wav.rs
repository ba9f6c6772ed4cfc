//! Recordings of two sides.

use anyhow::{Result, ensure};

/// PCM in a RIFF file, two channels, 8000 frames of 16 bits a second, as its header begins.
const FORMAT: [u8; 8] = [1, 0, 2, 0, 0x40, 0x1f, 0, 0];
/// Where the samples begin when nothing stands between the format and them.
const HEADER: usize = 44;

/// Both sides of a WAV of 8000 samples a second: left and right.
pub fn sides(wav: &[u8]) -> Result<(Vec<i16>, Vec<i16>)> {
    let is = |place: usize, bytes: &[u8]| wav.get(place..place + bytes.len()) == Some(bytes);
    ensure!(
        is(0, b"RIFF") && is(20, &FORMAT) && is(36, b"data"),
        "no WAV of two sides with 8000 samples a second"
    );
    let sample = |low: u8, high: u8| i16::from_le_bytes([low, high]);
    let frames = wav[HEADER..].chunks_exact(4);
    Ok(frames
        .map(|frame| (sample(frame[0], frame[1]), sample(frame[2], frame[3])))
        .unzip())
}
