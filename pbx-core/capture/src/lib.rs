//! A capture of a call's packets becomes a stereo WAV: left what the caller said, right what the
//! callee said.
//!
//! The capture is read twice and never held: once to learn where it begins and how fine its sound
//! is, once to write. What is remembered in between is a few seconds of packets, however long the
//! call was and whatever its packets say.

mod codec;
mod metadata;
mod mix;
mod packet;
mod pcap;
mod place;
mod walk;
mod wav;

use std::io::{Read, Seek, SeekFrom, Write};

pub use metadata::{Metadata, Ports, Side};

use mix::Mix;
use walk::Walk;

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Another try may go better, as with every fault of the machine.
    #[error("the capture can't be read: {0}")]
    Read(#[source] std::io::Error),
    #[error("the recording can't be written: {0}")]
    Write(#[source] std::io::Error),
    #[error("it is no packet capture: {0}")]
    NoCapture(&'static str),
    #[error("its packets are framed in a way that is not read (link type {0}; Ethernet is 1)")]
    LinkType(u32),
    #[error("what the engine wrote beside it can't be understood: {0}")]
    Metadata(&'static str),
    #[error("nobody is heard in it")]
    NoSound,
    #[error("its sound is in formats that are not read (payload types {0:?})")]
    Formats(Vec<u8>),
}

impl Fault {
    /// The machine's fault and not the capture's.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Read(_) | Self::Write(_))
    }
}

/// What a capture may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// What comes later is left out.
    pub seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        // The sizes in a WAV's header end at four gigabytes, which is 18 hours at 16 kHz.
        Self {
            seconds: 12 * 60 * 60,
        }
    }
}

/// What was made of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub samples_per_second: u32,
    /// Samples of each side.
    pub samples: u64,
    /// The call was longer than the limit.
    pub cut: bool,
    /// Payload types that could not be decoded: what was said in them is missing.
    pub missing: Vec<u8>,
}

/// Writes the WAV of a capture.
///
/// # Errors
/// When there is nothing to be heard in it, or the disk fails.
pub fn convert(
    mut capture: impl Read + Seek,
    ports: &Ports,
    limits: Limits,
    out: impl Write + Seek,
) -> Result<Made, Fault> {
    let heard = survey(Walk::begin(&mut capture, ports, limits)?)?;
    capture.seek(SeekFrom::Start(0)).map_err(Fault::Read)?;
    let mut walk = Walk::begin(&mut capture, ports, limits)?;
    let mut mix = Mix::begin(out, heard.origin, heard.samples_per_second)?;
    while let Some(sound) = walk.advance()? {
        mix.hear(&sound)?;
    }
    let samples = mix.finish()?;
    Ok(Made {
        samples_per_second: heard.samples_per_second,
        samples,
        cut: walk.cut(),
        missing: walk.unread().collect(),
    })
}

/// What has to be known before the first sample is written.
struct Survey {
    /// Where the first sample is: what arrives first may have been said second.
    origin: i64,
    samples_per_second: u32,
}

fn survey<R: Read>(mut walk: Walk<'_, R>) -> Result<Survey, Fault> {
    let mut origin = None;
    let mut samples_per_second = 0;
    while let Some(sound) = walk.advance()? {
        origin = Some(origin.map_or(sound.at, |origin: i64| origin.min(sound.at)));
        samples_per_second = samples_per_second.max(sound.codec.samples_per_second());
    }
    match origin {
        Some(origin) => Ok(Survey {
            origin,
            samples_per_second,
        }),
        None => {
            let unread: Vec<u8> = walk.unread().collect();
            Err(if unread.is_empty() {
                Fault::NoSound
            } else {
                Fault::Formats(unread)
            })
        }
    }
}
