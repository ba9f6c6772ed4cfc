//! Recordings of the sample: carried audio, or tones where there is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use pbx_api::{CallResult, Direction, InstantMs, Leg, LegId};

use super::Wanted;
use super::dice::Dice;
use crate::db::Tenant;
use crate::http::App;
use crate::recordings::{Attached, attach};

/// Talks of these lengths may have a recording: what is carried lasts some twenty seconds.
const TALK_SECONDS: std::ops::RangeInclusive<u32> = 3..=60;
/// Of the last days, where somebody looks first.
const RECENT_MS: i64 = 45 * 24 * 60 * 60 * 1000;
/// Legs kept to choose from, of each length.
const KEPT: usize = 400;

/// Legs that may get a recording, by how long they talked.
pub struct Candidates {
    since_ms: InstantMs,
    by_seconds: BTreeMap<u32, Vec<Candidate>>,
}

#[derive(Clone)]
struct Candidate {
    leg: LegId,
    /// Without its extension.
    name: String,
}

impl Candidates {
    pub const fn new(now_ms: InstantMs) -> Self {
        Self {
            since_ms: now_ms - RECENT_MS,
            by_seconds: BTreeMap::new(),
        }
    }

    pub fn consider(&mut self, leg: &Leg) {
        if leg.result != CallResult::Answered
            || !TALK_SECONDS.contains(&leg.talk_seconds)
            || leg.started_at_ms < self.since_ms
            || leg.user.is_none()
        {
            return;
        }
        let kept = self.by_seconds.entry(leg.talk_seconds).or_default();
        if kept.len() < KEPT {
            kept.push(Candidate {
                leg: leg.id,
                name: name(leg),
            });
        }
    }

    /// Takes the leg whose talk is nearest to a length.
    fn take(&mut self, seconds: u32, dice: &mut Dice) -> Option<Candidate> {
        let nearest = self
            .by_seconds
            .keys()
            .copied()
            .min_by_key(|known| known.abs_diff(seconds))?;
        let kept = self.by_seconds.get_mut(&nearest)?;
        let taken = kept.swap_remove(dice.below(kept.len()));
        if kept.is_empty() {
            self.by_seconds.remove(&nearest);
        }
        Some(taken)
    }
}

/// As FreePBX names recordings.
fn name(leg: &Leg) -> String {
    let way = match leg.direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
        Direction::Internal => "internal",
    };
    let time = Timestamp::from_millisecond(leg.started_at_ms)
        .map(|at| at.strftime("%Y%m%d-%H%M%S").to_string())
        .unwrap_or_default();
    format!(
        "{way}-{}-{}-{time}-{}",
        leg.to_number, leg.from_number, leg.source_id
    )
}

/// Attaches as many recordings as are wanted and there are legs for. Gives how many.
pub async fn attach_all(
    app: &App,
    tenant: Tenant,
    wanted: &Wanted,
    candidates: &Candidates,
    dice: &mut Dice,
) -> anyhow::Result<usize> {
    if wanted.recordings == 0 {
        return Ok(0);
    }
    let mut candidates = Candidates {
        since_ms: 0,
        by_seconds: candidates.by_seconds.clone(),
    };
    let made = tempfile::tempdir().context("a folder for made audio")?;
    let files = match &wanted.audio {
        Some(folder) => listed(folder).with_context(|| format!("listing {}", folder.display()))?,
        None => tones(made.path()).context("making audio")?,
    };
    anyhow::ensure!(!files.is_empty(), "there is no audio in the folder");
    let mut count = 0;
    for (path, seconds) in files.iter().cycle().take(wanted.recordings) {
        let Some(candidate) = candidates.take(*seconds, dice) else {
            break;
        };
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let name = format!("{}.{extension}", candidate.name);
        let attached = attach(
            &app.db,
            &app.recordings,
            &app.world,
            tenant,
            candidate.leg,
            path,
            &name,
        )
        .await?;
        count += usize::from(attached == Attached::Stored);
    }
    Ok(count)
}

/// Audio files with their length in seconds, as well as it can be told from outside.
fn listed(folder: &Path) -> std::io::Result<Vec<(PathBuf, u32)>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let known = ["wav", "mp3", "ogg", "opus", "flac", "ulaw", "gsm", "m4a"];
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            if known.contains(&extension.as_str()) {
                let seconds = seconds(&std::fs::read(&path)?, &extension);
                files.push((path, seconds));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// From a WAV's bytes a second, or G.711's; other kinds are taken for twenty seconds.
fn seconds(bytes: &[u8], extension: &str) -> u32 {
    let rate = match (bytes, extension) {
        ([b'R', b'I', b'F', b'F', ..], _) if bytes.len() > 32 => {
            u32::from_le_bytes([bytes[28], bytes[29], bytes[30], bytes[31]])
        }
        (_, "ulaw") => 8_000,
        _ => 0,
    };
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    length.checked_div(rate).unwrap_or(20).clamp(1, 3_600)
}

/// Three talks of two people who hum: stereo µ-law at 8 kHz, the caller left, the callee right.
fn tones(folder: &Path) -> std::io::Result<Vec<(PathBuf, u32)>> {
    let mut files = Vec::new();
    for (place, seconds) in [12_u32, 20, 31].into_iter().enumerate() {
        let path = folder.join(format!("tones-{seconds}.wav"));
        std::fs::write(&path, talk(seconds, place))?;
        files.push((path, seconds));
    }
    Ok(files)
}

const RATE: u32 = 8_000;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "sound of a few seconds"
)]
fn talk(seconds: u32, place: usize) -> Vec<u8> {
    let frames = seconds * RATE;
    let mut sound = Vec::with_capacity(frames as usize * 2);
    for frame in 0..frames {
        let at = f64::from(frame) / f64::from(RATE);
        // They take turns of two and a half seconds, with syllables four times a second.
        let turn = (at / 2.5) as u32 % 2;
        let syllable = (at * 4.0 * std::f64::consts::PI).sin().abs();
        for side in 0..2 {
            let pitch = if side == 0 { 130.0 } else { 210.0 } + 12.0 * place as f64;
            let voice: f64 = (1..6)
                .map(|overtone| {
                    (at * pitch * f64::from(overtone) * std::f64::consts::TAU).sin()
                        / f64::from(overtone)
                })
                .sum();
            let loud = if side == turn { 0.28 * syllable } else { 0.004 };
            sound.push(mu_law((voice * loud * 32_000.0) as i16));
        }
    }
    let mut wav = Vec::with_capacity(sound.len() + 58);
    let length = sound.len() as u32;
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(length + 50).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x12\0\0\0");
    for half in [7_u16, 2] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    wav.extend_from_slice(&RATE.to_le_bytes());
    wav.extend_from_slice(&(RATE * 2).to_le_bytes());
    for half in [2_u16, 8, 0] {
        wav.extend_from_slice(&half.to_le_bytes());
    }
    wav.extend_from_slice(b"fact\x04\0\0\0");
    wav.extend_from_slice(&frames.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&length.to_le_bytes());
    wav.extend_from_slice(&sound);
    wav
}

/// G.711 µ-law (ITU-T G.711, table 2a).
fn mu_law(sample: i16) -> u8 {
    const BIAS: i32 = 132;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let size = (i32::from(sample).abs().min(32_635)) + BIAS;
    let exponent = (31 - size.leading_zeros()).saturating_sub(7).min(7);
    let mantissa = (size >> (exponent + 3)) & 0x0F;
    !(u8::try_from(sign | (exponent as i32) << 4 | mantissa).unwrap_or(u8::MAX))
}
