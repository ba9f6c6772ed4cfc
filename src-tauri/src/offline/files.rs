//! The files of kept recordings: sealed a piece at a time, so that a cut download goes on where it
//! stopped and nothing readable lies on the disk meanwhile.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use pbx_api::{LegId, Problem, RecordingInfo};
use sha2::{Digest, Sha256};
use tandem_cache::{Key, private_folder};

use crate::files::disk_problem;
use crate::recordings::{self, Sink};

/// Bytes of audio in one sealed piece.
const PIECE_BYTES: usize = 256 * 1024;
/// A sealed piece is little larger than its audio; more is damage.
const SEALED_MAX_BYTES: u32 = 2 * 256 * 1024;
const WHOLE: &str = "rec";
const PART: &str = "part";

fn path(folder: &Path, leg: LegId, ending: &str) -> PathBuf {
    folder.join(format!("{leg}.{ending}"))
}

fn ids(folder: &Path, ending: &str) -> io::Result<Vec<(LegId, u64)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let id = name
            .to_str()
            .and_then(|name| name.strip_suffix(&format!(".{ending}"))?.parse().ok());
        if let Some(id) = id {
            found.push((id, entry.metadata()?.len()));
        }
    }
    Ok(found)
}

/// The whole recordings that are here, with their bytes on the disk.
pub(super) fn list(folder: &Path) -> Result<HashMap<LegId, u64>, Problem> {
    private_folder(folder).map_err(|e| disk_problem(folder, &e))?;
    Ok(ids(folder, WHOLE)
        .map_err(|e| disk_problem(folder, &e))?
        .into_iter()
        .collect())
}

pub(super) fn remove(folder: &Path, leg: LegId) {
    for ending in [WHOLE, PART] {
        let path = path(folder, leg, ending);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a kept recording can't be removed");
        }
    }
}

/// Removes half recordings that nobody waits for.
pub(super) fn remove_parts(folder: &Path, waiting: &HashSet<LegId>) {
    for (leg, _) in ids(folder, PART).unwrap_or_default() {
        if !waiting.contains(&leg) {
            remove(folder, leg);
        }
    }
}

/// Reads sealed pieces until the end or the first that is not whole. Gives the bytes of the file
/// that hold whole pieces.
fn pieces(path: &Path, key: &Key, leg: LegId, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut file = io::BufReader::new(File::open(path)?);
    let (mut sound, mut number) = (0, 0_u32);
    loop {
        let mut size = [0; 4];
        if file.read_exact(&mut size).is_err() {
            return Ok(sound);
        }
        let size = u32::from_le_bytes(size);
        if size > SEALED_MAX_BYTES {
            return Ok(sound);
        }
        let mut sealed = vec![0; size as usize];
        if file.read_exact(&mut sealed).is_err() {
            return Ok(sound);
        }
        let Ok(plain) = key.open(&place(leg, number), &sealed) else {
            return Ok(sound);
        };
        take(&plain);
        number += 1;
        sound += 4 + u64::from(size);
    }
}

fn place(leg: LegId, number: u32) -> String {
    format!("recording {leg} {number}")
}

/// The audio of a whole recording; nothing when it is damaged.
pub(super) fn read(folder: &Path, key: &Key, leg: LegId, info: &RecordingInfo) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    pieces(&path(folder, leg, WHOLE), key, leg, |piece| {
        bytes.extend_from_slice(piece)
    })
    .ok()?;
    recordings::check_hash(&Sha256::digest(&bytes), info).ok()?;
    Some(bytes)
}

/// A recording that is being fetched.
pub(super) struct Part {
    folder: PathBuf,
    key: Key,
    leg: LegId,
    file: File,
    hash: Sha256,
    /// Audio bytes so far, in the file and not yet.
    len: u64,
    number: u32,
    piece: Vec<u8>,
}

impl Part {
    /// Takes up what an earlier try left.
    pub(super) fn open(folder: &Path, key: &Key, leg: LegId) -> Result<Self, Problem> {
        let path = path(folder, leg, PART);
        let failed = |e: &io::Error| disk_problem(&path, e);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|e| failed(&e))?;
        let mut part = Self {
            folder: folder.to_owned(),
            key: key.clone(),
            leg,
            file,
            hash: Sha256::new(),
            len: 0,
            number: 0,
            piece: Vec::new(),
        };
        let sound = pieces(&path, key, leg, |piece| {
            part.hash.update(piece);
            part.len += piece.len() as u64;
            part.number += 1;
        })
        .map_err(|e| failed(&e))?;
        part.file.set_len(sound).map_err(|e| failed(&e))?;
        Ok(part)
    }

    fn write_piece(&mut self) -> Result<(), Problem> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() {
            return Ok(());
        }
        let sealed = self
            .key
            .seal(&place(self.leg, self.number), &piece)
            .map_err(crate::calls::problem)?;
        let size = u32::try_from(sealed.len()).expect("a piece is a quarter of a megabyte");
        let path = path(&self.folder, self.leg, PART);
        self.file
            .write_all(&size.to_le_bytes())
            .and_then(|()| self.file.write_all(&sealed))
            .map_err(|e| disk_problem(&path, &e))?;
        self.hash.update(&piece);
        self.number += 1;
        Ok(())
    }

    /// What came of a cut line is kept for the next try.
    pub(super) fn pause(mut self) -> Result<(), Problem> {
        self.write_piece()
    }

    /// Checks the whole and puts it in its place. A damaged one is thrown away. Gives its size on
    /// the disk.
    pub(super) fn finish(mut self, info: &RecordingInfo) -> Result<u64, Problem> {
        self.write_piece()?;
        let (part, whole) = (
            path(&self.folder, self.leg, PART),
            path(&self.folder, self.leg, WHOLE),
        );
        if let Err(problem) = recordings::check_hash(&self.hash.finalize(), info) {
            remove(&self.folder, self.leg);
            return Err(problem);
        }
        let placed = self
            .file
            .sync_all()
            .and_then(|()| fs::rename(&part, &whole));
        placed
            .and_then(|()| fs::metadata(&whole))
            .map(|m| m.len())
            .map_err(|e| disk_problem(&whole, &e))
    }
}

impl Sink for Part {
    fn arrived(&self) -> u64 {
        self.len
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), Problem> {
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            let room = PIECE_BYTES - self.piece.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.piece.extend_from_slice(now);
            if self.piece.len() == PIECE_BYTES {
                self.write_piece()?;
            }
            bytes = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(bytes: &[u8]) -> RecordingInfo {
        RecordingInfo {
            size_bytes: bytes.len() as u64,
            sha256: hex::encode(Sha256::digest(bytes)),
            file_name: "a.wav".to_owned(),
        }
    }

    #[test]
    fn a_cut_download_goes_on_where_it_stopped_and_nothing_readable_lies_there() {
        let folder = tempfile::tempdir().expect("temp dir");
        let (key, leg) = (Key::new(&[1; 32]), LegId(uuid::Uuid::nil()));
        let bytes: Vec<u8> = b"spoken words "
            .iter()
            .copied()
            .cycle()
            .take(700_000)
            .collect();
        let mut part = Part::open(folder.path(), &key, leg).expect("opens");
        part.take(&bytes[..300_000]).expect("takes");
        // Killed here: only whole pieces are on the disk, and half of another one.
        drop(part);
        let half = path(folder.path(), leg, PART);
        File::options()
            .append(true)
            .open(&half)
            .expect("there")
            .write_all(&[9, 0, 0, 0, 1])
            .expect("writes");
        let mut part = Part::open(folder.path(), &key, leg).expect("opens");
        assert_eq!(part.arrived(), PIECE_BYTES as u64);
        let from = usize::try_from(part.arrived()).expect("small");
        part.take(&bytes[from..]).expect("takes");
        part.finish(&info(&bytes)).expect("whole");
        assert_eq!(
            read(folder.path(), &key, leg, &info(&bytes)),
            Some(bytes.clone())
        );
        let stored = fs::read(path(folder.path(), leg, WHOLE)).expect("there");
        assert!(!stored.windows(12).any(|window| window == b"spoken words"));
        assert_eq!(
            read(folder.path(), &Key::new(&[2; 32]), leg, &info(&bytes)),
            None
        );
    }

    #[test]
    fn a_damaged_download_is_thrown_away() {
        let folder = tempfile::tempdir().expect("temp dir");
        let (key, leg) = (Key::new(&[1; 32]), LegId(uuid::Uuid::nil()));
        let mut part = Part::open(folder.path(), &key, leg).expect("opens");
        part.take(b"other").expect("takes");
        part.finish(&info(b"audio")).expect_err("another hash");
        assert!(list(folder.path()).expect("lists").is_empty());
        assert_eq!(
            Part::open(folder.path(), &key, leg)
                .expect("opens")
                .arrived(),
            0
        );
    }
}
