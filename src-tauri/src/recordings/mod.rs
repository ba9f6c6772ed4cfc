//! A recording's bytes: from this computer when they are kept, else from the server.

use std::path::PathBuf;
use std::sync::Arc;

use pbx_api::{Code, Leg, LegId, Problem, RecordingInfo, RecordingState, Rule};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::active::Active;
use crate::jobs::{Job, JobKind, Running, Unit};
use crate::server::Session;
use crate::{Desktop, Nothing, files, notify};

/// A recording that is played or saved is held in memory once.
const SIZE_MAX_BYTES: u64 = 1 << 30;
/// A cut line is taken up again this often before a person is told.
const TRIES: u32 = 4;

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneLeg {
    pub leg: LegId,
}

/// The leg and what is known of its audio, where there is some that this account may hear.
pub fn available(active: &Active, id: LegId) -> Result<(Leg, RecordingInfo), Problem> {
    let missing = |why: Rule| Problem::new(Code::RecordingUnavailable).because(why);
    let leg = active
        .cache
        .leg(id)
        .map_err(crate::calls::problem)?
        .ok_or_else(|| Problem::new(Code::NotFound).because(Rule::CallGone))?
        .leg;
    if !active.account().may_play_recordings {
        return Err(Problem::new(Code::Forbidden).because(Rule::MayNotPlay));
    }
    match (leg.recording, leg.recording_info.clone()) {
        (RecordingState::Available, Some(info)) if info.size_bytes <= SIZE_MAX_BYTES => {
            Ok((leg, info))
        }
        (RecordingState::Available, Some(_)) => {
            let most = u32::try_from(SIZE_MAX_BYTES >> 20).unwrap_or(u32::MAX);
            Err(Problem::new(Code::TooLarge).because(Rule::RecordingMegabytesAtMost { most }))
        }
        (RecordingState::Available, None) => {
            Err(Problem::new(Code::Forbidden).because(Rule::MayNotPlayThis))
        }
        (RecordingState::Pending, _) => Err(missing(Rule::NotStored)),
        (RecordingState::Deleted, _) => Err(missing(Rule::WasDeleted)),
        (RecordingState::Expired, _) => Err(missing(Rule::RetentionEnded)),
        (RecordingState::None, _) => Err(missing(Rule::NotRecorded)),
    }
}

/// What comes of a recording's stream.
pub trait Sink {
    /// Bytes that are already there, which are not asked for again.
    fn arrived(&self) -> u64;
    /// # Errors
    /// `Disk`.
    fn take(&mut self, bytes: &[u8]) -> Result<(), Problem>;
}

impl Sink for Vec<u8> {
    fn arrived(&self) -> u64 {
        self.len() as u64
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// Brings what is missing of a recording, by range, taking up a cut line again.
///
/// # Errors
/// `Offline` when the server can't be reached in the end; what the server says.
pub async fn fetch(
    session: &Session,
    leg: LegId,
    info: &RecordingInfo,
    sink: &mut impl Sink,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<(), Problem> {
    let mut cut = None;
    for _ in 0..TRIES {
        if sink.arrived() >= info.size_bytes {
            return Ok(());
        }
        let before = sink.arrived();
        match stream(session, leg, info, sink, &mut progress).await {
            Ok(()) => {}
            Err(problem) if problem.code == Code::Offline && sink.arrived() > before => {
                cut = Some(problem)
            }
            Err(problem) => return Err(problem),
        }
    }
    if sink.arrived() >= info.size_bytes {
        return Ok(());
    }
    Err(cut.unwrap_or_else(|| Problem::new(Code::Offline).because(Rule::ArrivedShort)))
}

async fn stream(
    session: &Session,
    leg: LegId,
    info: &RecordingInfo,
    sink: &mut impl Sink,
    progress: &mut impl FnMut(u64) -> bool,
) -> Result<(), Problem> {
    let from = sink.arrived();
    let mut response = session.recording(leg, from).await?;
    if from > 0 && response.status() != reqwest::StatusCode::PARTIAL_CONTENT {
        return Err(Problem::new(Code::Internal).because(Rule::UnknownAnswer));
    }
    while let Some(chunk) = response.chunk().await.map_err(|e| crate::server::cut(&e))? {
        if sink.arrived() + chunk.len() as u64 > info.size_bytes {
            return Err(Problem::new(Code::Internal).because(Rule::ArrivedDamaged));
        }
        sink.take(&chunk)?;
        if !progress(sink.arrived()) {
            return Err(Problem::new(Code::Invalid).because(Rule::Cancelled));
        }
    }
    Ok(())
}

/// Is it what the server says it is.
///
/// # Errors
/// `Internal` when not: half or changed audio is never played as if it were whole.
pub fn check_hash(hash: &[u8], info: &RecordingInfo) -> Result<(), Problem> {
    if hex::encode(hash) == info.sha256 {
        return Ok(());
    }
    Err(Problem::new(Code::Internal).because(Rule::ArrivedDamaged))
}

/// The whole recording.
///
/// # Errors
/// See [`available`] and [`fetch`].
pub async fn bytes(
    active: &Arc<Active>,
    leg: LegId,
    progress: impl FnMut(u64) -> bool,
) -> Result<(RecordingInfo, Vec<u8>), Problem> {
    let owner = Arc::clone(active);
    let (info, kept) = crate::blocking(move || {
        let (_, info) = available(&owner, leg)?;
        let kept = owner.offline.read(leg, &info);
        Ok((info, kept))
    })
    .await?;
    if let Some(bytes) = kept {
        return Ok((info, bytes));
    }
    let mut bytes = Vec::new();
    fetch(&active.session, leg, &info, &mut bytes, progress).await?;
    check_hash(&Sha256::digest(&bytes), &info)?;
    Ok((info, bytes))
}

pub async fn save_as(desktop: Arc<Desktop>, input: OneLeg) -> Result<Option<Job>, Problem> {
    let active = desktop.active()?;
    let owner = Arc::clone(&active);
    let (_, info) = crate::blocking(move || available(&owner, input.leg)).await?;
    let Some(path) = desktop
        .shell
        .save_dialog(crate::export::file_name(&info.file_name))
        .await
    else {
        return Ok(None);
    };
    let (started, first) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let title = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut running =
            desktop
                .jobs
                .start(JobKind::Download, title, info.size_bytes, Unit::Bytes);
        let _ = started.send(running.job().clone());
        let result = save(&active, input.leg, path, &mut running).await;
        notify::ended(&desktop, &running.end(result));
    });
    first
        .await
        .map(Some)
        .map_err(|_| Problem::new(Code::Internal).because(Rule::BrokeOff))
}

async fn save(
    active: &Arc<Active>,
    leg: LegId,
    path: PathBuf,
    running: &mut Running<'_>,
) -> Result<Vec<PathBuf>, Problem> {
    let (_, bytes) = bytes(active, leg, |done| {
        running.progress(done);
        !running.is_cancelled()
    })
    .await?;
    crate::blocking(move || {
        files::write_whole(&path, |file| std::io::Write::write_all(file, &bytes))?;
        Ok(vec![path])
    })
    .await
}

pub async fn remove(desktop: Arc<Desktop>, input: OneLeg) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    if !active.account().may_delete_recordings {
        return Err(Problem::new(Code::Forbidden).because(Rule::MayNotDelete));
    }
    active.session.delete_recording(input.leg).await?;
    desktop.player.gone(input.leg);
    let owner = Arc::clone(&active);
    crate::blocking(move || {
        owner.offline.drop_file(input.leg);
        Ok(())
    })
    .await?;
    // The deletion comes back as a change; the list shows it as soon as it is synced.
    active.sync.now();
    Ok(Nothing {})
}

#[cfg(test)]
mod tests;
