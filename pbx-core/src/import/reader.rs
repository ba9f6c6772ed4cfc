//! Reads files on a thread of its own and hands batches of rows over a bounded channel, so that
//! parsing and writing go on at once and memory stays bounded.

use std::io;
use std::path::{Path, PathBuf};

use pbx_api::RejectedRow;
use pbx_import::{Options, Record, Records, Refused};
use tokio::sync::mpsc;

/// Rows of a batch, and so of a transaction: the server's other writers wait for one at most.
pub const BATCH: usize = 1000;
const IN_FLIGHT: usize = 4;

/// What the reader sends on.
pub enum Event {
    /// Another file begins.
    File(String),
    Row(Box<Record>),
    Rejected(RejectedRow),
    /// A file was not taken, or not to its end.
    Refused(String),
}

/// Starts reading files one after the other.
#[must_use]
pub fn read_paths(paths: Vec<PathBuf>, options: Options) -> mpsc::Receiver<Vec<Event>> {
    read(move |sender| {
        paths
            .iter()
            .try_for_each(|path| sender.file(pbx_import::open_path(path, &options)))
    })
}

/// Starts reading one stream.
#[must_use]
pub fn read_stream(
    stream: impl io::Read + Send + 'static,
    name: String,
    options: Options,
) -> mpsc::Receiver<Vec<Event>> {
    read(move |sender| sender.file(pbx_import::open(stream, &name, &options)))
}

/// The writer is gone; there is nobody to read for.
struct Gone;

struct Sender {
    batch: Vec<Event>,
    to_writer: mpsc::Sender<Vec<Event>>,
}

fn read(
    files: impl FnOnce(&mut Sender) -> Result<(), Gone> + Send + 'static,
) -> mpsc::Receiver<Vec<Event>> {
    let (to_writer, batches) = mpsc::channel(IN_FLIGHT);
    tokio::task::spawn_blocking(move || {
        let mut sender = Sender {
            batch: Vec::with_capacity(BATCH),
            to_writer,
        };
        if files(&mut sender).is_ok() {
            let _gone = sender.flush();
        }
    });
    batches
}

impl Sender {
    fn file(&mut self, opened: Result<Records, Refused>) -> Result<(), Gone> {
        let mut records = match opened {
            Ok(records) => records,
            Err(refused) => return self.send(Event::Refused(refused.to_string())),
        };
        self.send(Event::File(records.file_name().to_owned()))?;
        for row in &mut records {
            self.send(match row {
                Ok(record) => Event::Row(Box::new(record)),
                Err(rejected) => Event::Rejected(rejected),
            })?;
        }
        if let Some(fault) = records.take_error() {
            let name = records.file_name();
            self.send(Event::Refused(format!(
                "{name} can't be read to its end: {fault}"
            )))?;
        }
        Ok(())
    }

    fn send(&mut self, event: Event) -> Result<(), Gone> {
        self.batch.push(event);
        if self.batch.len() < BATCH {
            Ok(())
        } else {
            self.flush()
        }
    }

    fn flush(&mut self) -> Result<(), Gone> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to_writer.blocking_send(batch).map_err(|_| Gone)
    }
}

/// The files that arguments name: a folder stands for the files in it, as FreeSWITCH writes one a
/// call.
///
/// # Errors
/// When a folder can't be read.
pub fn files(named: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            files.extend(in_folder(path)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
