//! The folder in which rtpengine records: a capture grows in `pcaps`, and when its call is over a
//! text about it appears in `metadata`, all at once.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use pbx_api::InstantMs;
use pbx_capture::{Fault, Limits, Made, Metadata};
use tokio::sync::Mutex;

const CAPTURES: &str = "pcaps";
const TEXTS: &str = "metadata";
/// Of calls that go on.
const OPEN_TEXTS: &str = "tmp";
/// Where recordings are before they are stored.
const MADE: &str = "made";
/// Where captures are kept that can't be read.
const ASIDE: &str = "unreadable";
/// What rtpengine puts before a capture's name to name its text.
const PREFIX: &str = "rtpengine-meta-";
/// An SDP a second over the longest call.
const LONGEST_TEXT: u64 = 64 << 20;

/// The folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Folder {
    path: Arc<PathBuf>,
    /// Held while captures are fetched: two would take the files from each other.
    pub turn: Arc<Mutex<()>>,
}

/// What lies in it of a call that is over.
#[derive(Debug)]
pub struct Capture {
    text: PathBuf,
    /// None: the text can't be understood.
    pub metadata: Result<Metadata, Fault>,
    pub written_ms: InstantMs,
}

impl Folder {
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path: Arc::new(path),
            turn: Arc::default(),
        }
    }

    /// The captures of calls that are over, by name.
    ///
    /// # Errors
    /// When the folder or a text can't be read. A folder that is not there yet is empty.
    pub fn finished(&self) -> io::Result<Vec<Capture>> {
        let mut finished = Vec::new();
        for (text, written_ms) in files(&self.path.join(TEXTS), "txt")? {
            let mut bytes = Vec::new();
            File::open(&text)?
                .take(LONGEST_TEXT)
                .read_to_end(&mut bytes)?;
            // An SDP is in whatever its phone was made with; all that is looked for is ASCII.
            let metadata = Metadata::read(&String::from_utf8_lossy(&bytes));
            finished.push(Capture {
                text,
                metadata,
                written_ms,
            });
        }
        Ok(finished)
    }

    /// Makes the recording of a capture: a file of the given name, until [`Self::remove`].
    ///
    /// # Errors
    /// When the capture can't be read or the disk fails.
    pub fn convert(&self, metadata: &Metadata, name: &str) -> Result<(PathBuf, Made), Fault> {
        let capture = match File::open(self.capture(&metadata.file)) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
                return Err(Fault::NoCapture("there is none where its text says"));
            }
            opened => opened.map_err(Fault::Read)?,
        };
        let made = self.path.join(MADE);
        std::fs::create_dir_all(&made).map_err(Fault::Write)?;
        let path = made.join(name);
        let out = File::create(&path).map_err(Fault::Write)?;
        match pbx_capture::convert(capture, &metadata.ports, Limits::default(), out) {
            Ok(made) => Ok((path, made)),
            Err(fault) => {
                gone(std::fs::remove_file(&path)).map_err(Fault::Write)?;
                Err(fault)
            }
        }
    }

    /// Removes a capture and what was made of it. The text goes last: as long as it is there, what
    /// was not finished is begun again.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn remove(&self, capture: &Capture, made: Option<&Path>) -> io::Result<()> {
        if let Some(made) = made {
            gone(std::fs::remove_file(made))?;
        }
        if let Ok(metadata) = &capture.metadata {
            gone(std::fs::remove_file(self.capture(&metadata.file)))?;
        }
        gone(std::fs::remove_file(&capture.text))
    }

    /// Puts a capture where nothing looks for it again but a person; gives the place of its text.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn set_aside(&self, capture: &Capture) -> io::Result<PathBuf> {
        let aside = self.path.join(ASIDE);
        std::fs::create_dir_all(&aside)?;
        let to = |from: &Path| aside.join(from.file_name().unwrap_or_default());
        if let Ok(metadata) = &capture.metadata {
            let from = self.capture(&metadata.file);
            gone(std::fs::rename(&from, to(&from)))?;
        }
        let place = to(&capture.text);
        gone(std::fs::rename(&capture.text, &place))?;
        Ok(place)
    }

    /// Removes captures that have not grown since an instant and have no text: their engine was
    /// killed, and whose they are is not known. Gives their names.
    ///
    /// # Errors
    /// When the folder can't be read or written.
    pub fn remove_left(&self, before_ms: InstantMs) -> io::Result<Vec<PathBuf>> {
        let mut left = Vec::new();
        for (path, written_ms) in files(&self.path.join(CAPTURES), "pcap")? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let text = |folder: &str, ending: &str| {
                self.path
                    .join(folder)
                    .join(format!("{PREFIX}{name}.{ending}"))
            };
            if written_ms < before_ms && !text(TEXTS, "txt").exists() {
                gone(std::fs::remove_file(&path))?;
                gone(std::fs::remove_file(text(OPEN_TEXTS, "tmp")))?;
                left.push(path);
            }
        }
        Ok(left)
    }

    fn capture(&self, name: &str) -> PathBuf {
        self.path.join(CAPTURES).join(name)
    }
}

/// The files of a folder with an ending, and when each was last written.
fn files(folder: &Path, ending: &str) -> io::Result<Vec<(PathBuf, InstantMs)>> {
    let entries = match std::fs::read_dir(folder) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let about = entry.metadata()?;
        if path.extension().is_some_and(|found| found == ending) && about.is_file() {
            let since = about.modified()?.duration_since(UNIX_EPOCH);
            let ms = since.map_or(0, |since| since.as_millis());
            files.push((path, InstantMs::try_from(ms).unwrap_or(InstantMs::MAX)));
        }
    }
    files.sort();
    Ok(files)
}

/// What is gone already needs not go.
fn gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
