//! Ties the files of a folder of recordings to the legs of an import.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use pbx_api::LegId;
use pbx_import::Record;

/// Folders below the given one. FreePBX has year/month/day.
const DEPTH: usize = 8;
/// Extensions that switches write, and what people turn them into.
const AUDIO: [&str; 19] = [
    "wav", "wav49", "gsm", "ulaw", "ul", "pcm", "mu", "alaw", "al", "raw", "sln", "mp3", "ogg",
    "oga", "opus", "flac", "m4a", "au", "g722",
];

/// Recordings that wait for their legs.
#[derive(Debug, Default)]
pub struct Audio {
    files: Vec<File>,
    /// By whole name, by name without extension, and by the ids that a name holds.
    by_name: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// The leg that fits best so far.
    fit: Option<(Fit, LegId)>,
}

/// Several rows of a call may name one recording: the one that was answered and talked longest
/// has it, the first of equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Named by the record itself, not only by an id in the file's name.
    named: bool,
    answered: bool,
    billable_seconds: u32,
}

impl Audio {
    /// Lists a folder of recordings, with the folders in it.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn list(folder: &Path) -> std::io::Result<Self> {
        let mut audio = Self::default();
        let mut open = vec![(folder.to_owned(), 0)];
        while let Some((folder, depth)) = open.pop() {
            let mut entries = std::fs::read_dir(&folder)?.collect::<std::io::Result<Vec<_>>>()?;
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                let kind = entry.file_type()?;
                if kind.is_dir() && depth < DEPTH {
                    open.push((entry.path(), depth + 1));
                } else if kind.is_file() {
                    audio.add(entry.path());
                }
            }
        }
        Ok(audio)
    }

    fn add(&mut self, path: PathBuf) {
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            return;
        };
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return;
        };
        if !AUDIO.contains(&extension.to_ascii_lowercase().as_str()) {
            return;
        }
        let at = self.files.len();
        for id in ids_in(&name) {
            self.by_id.entry(id).or_default().push(at);
        }
        self.by_stem.entry(stem.to_owned()).or_default().push(at);
        self.by_name.entry(name.clone()).or_default().push(at);
        self.files.push(File { path, fit: None });
    }

    /// Offers a record's leg to the files that may be its recording.
    pub fn offer(&mut self, record: &Record, leg: LegId) {
        let mut named = Vec::new();
        if let Some(written) = record.recording_file.as_deref() {
            let name = written.rsplit(['/', '\\']).next().unwrap_or(written);
            if let Some(found) = self.by_name.get(name) {
                named.extend_from_slice(found);
            } else {
                // Written without an extension, or turned into another format since.
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                let found = self.by_stem.get(name).or_else(|| self.by_stem.get(stem));
                named.extend(found.into_iter().flatten());
            }
        }
        let by_id = if record.unique_id.is_empty() {
            Vec::new()
        } else {
            let short = ids_in(&record.unique_id).into_iter().next();
            [Some(record.unique_id.to_lowercase()), short]
                .into_iter()
                .flatten()
                .find_map(|id| self.by_id.get(&id).or_else(|| self.by_stem.get(&id)))
                .cloned()
                .unwrap_or_default()
        };
        for (at, named) in named
            .into_iter()
            .map(|at| (at, true))
            .chain(by_id.into_iter().map(|at| (at, false)))
        {
            let fit = Fit {
                named,
                answered: record.answered,
                billable_seconds: record.billable_seconds,
            };
            let file = &mut self.files[at];
            if file.fit.is_none_or(|(had, _)| fit > had) {
                file.fit = Some((fit, leg));
            }
        }
    }

    /// Files with the leg that each belongs to, one file a leg.
    #[must_use]
    pub fn fitting(&self) -> Vec<(&Path, LegId)> {
        let mut taken = HashMap::new();
        for file in &self.files {
            if let Some((_, leg)) = file.fit {
                taken.entry(leg).or_insert(file.path.as_path());
            }
        }
        let mut fitting: Vec<_> = taken.into_iter().map(|(leg, path)| (path, leg)).collect();
        fitting.sort();
        fitting
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }
}

/// The ids in a file's name: Asterisk's `epoch.serial`, also with the system's name before it, and
/// UUIDs. Lower case.
fn ids_in(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let bytes = name.as_bytes();
    let mut ids = Vec::new();
    for (dot, _) in name.match_indices('.') {
        let before = bytes[..dot]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let after = bytes[dot + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        // Ten digits of seconds until the year 2286; nine before 2001.
        if (9..=11).contains(&before) && after > 0 {
            ids.push(name[dot - before..=dot + after].to_owned());
        }
    }
    for (at, _) in name.match_indices('-') {
        if let Some(text) = at
            .checked_sub(8)
            .and_then(|start| name.get(start..start + 36))
            && uuid::Uuid::try_parse(text).is_ok()
        {
            ids.push(text.to_owned());
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_the_names_that_switches_write() {
        for (name, ids) in [
            (
                "out-+12025550187-1001-20261122-233512-1795408516.12.wav",
                vec!["1795408516.12"],
            ),
            ("1795408516.99.ulaw", vec!["1795408516.99"]),
            ("pbx7-1795408839.0.WAV", vec!["1795408839.0"]),
            (
                "6F6C8D14-5a8f-4f0b-9c0e-2b7f3a1d9e55.wav",
                vec!["6f6c8d14-5a8f-4f0b-9c0e-2b7f3a1d9e55"],
            ),
            ("in-442079460018-1002.WAV", vec![]),
            ("rg-800 1003 & 1004 (2nd).wav", vec![]),
        ] {
            assert_eq!(ids_in(name), ids, "{name}");
        }
    }
}
