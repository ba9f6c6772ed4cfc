//! The cache as the rest of the desktop sees it.

mod dialled;
mod directory;
mod read;
mod report;
mod sums;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pbx_api::InstantMs;
use rusqlite::Connection;

use crate::filter::{CallFilter, Sort};
use crate::index::Index;
use crate::order::Found;
use crate::seal::Key;
use crate::writer::Writer;
use crate::{CacheError, private_folder, store};

pub use dialled::Dialled;
pub(crate) use directory::Directory;
use read::Reader;
pub use read::StoredLeg;
pub use report::{REPORT_CLASSES, Report, ReportBy, ReportOf, ReportRow, ReportSums};

const FILE: &str = "calls.sqlite3";

/// What opening found.
#[derive(Debug)]
pub struct Opened {
    pub cache: Cache,
    /// The damaged file that was set aside; the cache is empty and is filled anew by the next sync.
    pub set_aside: Option<PathBuf>,
}

/// A question and what it found.
type Answered = ((CallFilter, Sort), Arc<Found>);

/// The call log of one account on this computer. One process owns it at a time.
///
/// Locks are taken in the order of the fields, never backwards: writer, index, directory, reader,
/// found.
pub struct Cache {
    folder: PathBuf,
    pub(crate) key: Key,
    pub(crate) writer: Mutex<Writer>,
    pub(crate) index: RwLock<Index>,
    pub(crate) directory: RwLock<Directory>,
    reader: Mutex<Reader>,
    found: Mutex<Vec<Answered>>,
    /// Something in the file can't be read: whoever fills the cache sets it aside.
    damaged: AtomicBool,
    /// None: it is in memory alone, and nobody else can open it.
    lock: Option<File>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A panic while a lock is held leaves columns of unequal length at worst, and those panic again:
/// going on reading is safe.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    /// Opens the cache in a folder of its own, making both when they are not there. A damaged file
    /// is set aside, not deleted, and the cache starts empty.
    ///
    /// # Errors
    /// `InUse` when another process owns it, `WrongKey` when the key doesn't open it, `Disk` and
    /// `Io` when the folder can't be used.
    pub fn open(folder: &Path, key: &Key) -> Result<Opened, CacheError> {
        private_folder(folder)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CacheError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (parts, set_aside) = match Self::load(folder, key) {
            Err(CacheError::Damaged(_)) => {
                let values = salvage(folder, key);
                let aside = set_aside(folder)?;
                let mut parts = Self::load(folder, key)?;
                parts.2.put_back(key, &values)?;
                (parts, Some(aside))
            }
            other => (other?, None),
        };
        let (index, directory, writer, reader) = parts;
        let cache = Self {
            folder: folder.to_owned(),
            key: key.clone(),
            writer: Mutex::new(writer),
            index: RwLock::new(index),
            directory: RwLock::new(directory),
            reader: Mutex::new(reader),
            found: Mutex::new(Vec::new()),
            damaged: AtomicBool::new(false),
            lock: Some(lock),
        };
        cache.rank_names();
        Ok(Opened { cache, set_aside })
    }

    /// A cache that is on no disk and ends with this value. Its folder is
    /// empty, and `name` tells it from others of this process.
    ///
    /// # Errors
    /// `Sqlite` when there is no room for it.
    pub fn in_memory(name: &str, key: &Key) -> Result<Self, CacheError> {
        // Its connections find each other by the name; the slash makes them share it.
        let path = PathBuf::from(format!("file:/{name}?vfs=memdb"));
        let (index, directory, writer, reader) = Self::load_from(&path, key)?;
        // Emptying it would write a file of its own otherwise.
        writer.db.execute_batch("pragma temp_store = memory")?;
        store::wait_in_memory(&writer.db)?;
        store::wait_in_memory(&reader.db)?;
        Ok(Self {
            folder: PathBuf::new(),
            key: key.clone(),
            writer: Mutex::new(writer),
            index: RwLock::new(index),
            directory: RwLock::new(directory),
            reader: Mutex::new(reader),
            found: Mutex::new(Vec::new()),
            damaged: AtomicBool::new(false),
            lock: None,
        })
    }

    fn load(folder: &Path, key: &Key) -> Result<(Index, Directory, Writer, Reader), CacheError> {
        Self::load_from(&folder.join(FILE), key)
    }

    fn load_from(path: &Path, key: &Key) -> Result<(Index, Directory, Writer, Reader), CacheError> {
        let all = || {
            let db = store::open(path, key)?;
            let (index, tails, ranges) = store::load(&db, key)?;
            let directory = Directory::load(&db, key)?;
            let reader = Reader::new(store::open(path, key)?);
            Ok((index, directory, Writer::new(db, tails, ranges), reader))
        };
        // A table, a row or a type that is not as this version made it is damage as well.
        all().map_err(|error| match error {
            CacheError::Sqlite(error) if store::is_of_the_content(&error) => {
                CacheError::Damaged(error.to_string())
            }
            other => other,
        })
    }

    /// Removes every call and the directory; values such as saved filters stay, the folder stays
    /// owned. What a feed was still bringing is refused from here on.
    ///
    /// # Errors
    /// `Disk` when the file can't be written: the cache is then as it was.
    pub fn wipe(&self) -> Result<(), CacheError> {
        let mut writer = lock(&self.writer);
        {
            // Nobody may look for rows in the file that are gone from it.
            let mut index = write(&self.index);
            let mut directory = write(&self.directory);
            writer.clear()?;
            lock(&self.reader).forget_all();
            *index = index.emptied();
            *directory = Directory::default();
            lock(&self.found).clear();
        }
        writer.shrink();
        Ok(())
    }

    /// Moves the damaged file out of the way and begins an empty one, with the values that can
    /// still be read. Gives where the old one is.
    ///
    /// # Errors
    /// `Disk` or `Io` when the files can't be moved.
    pub fn set_aside(&self) -> Result<PathBuf, CacheError> {
        if self.lock.is_none() {
            return Err(CacheError::Damaged("a copy in memory".to_owned()));
        }
        let mut writer = lock(&self.writer);
        let mut index = write(&self.index);
        let mut directory = write(&self.directory);
        let mut reader = lock(&self.reader);
        // Where files that are open can't be renamed, they must be closed first.
        writer.close()?;
        *reader = Reader::new(Connection::open_in_memory()?);
        let values = salvage(&self.folder, &self.key);
        let aside = set_aside(&self.folder)?;
        let (_, _, fresh, new_reader) = Self::load(&self.folder, &self.key)?;
        *writer = fresh;
        *reader = new_reader;
        *index = index.emptied();
        *directory = Directory::default();
        lock(&self.found).clear();
        self.damaged.store(false, Ordering::Relaxed);
        writer.put_back(&self.key, &values)?;
        Ok(aside)
    }

    /// Something could not be read since it was opened.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Remembers damage on its way to whoever asked.
    pub(crate) fn noted<T>(&self, result: Result<T, CacheError>) -> Result<T, CacheError> {
        if matches!(result, Err(CacheError::Damaged(_))) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }

    /// Lets whoever reads a copy in memory come between two steps: there is no log beside it, so
    /// they exclude each other, and nobody queues.
    pub(crate) fn let_readers_in(&self) {
        if self.lock.is_none() {
            std::thread::sleep(store::MEMORY_POLL * 2);
        }
    }

    /// Which filling of the cache this is: another one after it was emptied.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        read(&self.index).epoch
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The state that pages are read from; grows with each change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        read(&self.index).revision
    }

    /// Calls and legs in the cache.
    #[must_use]
    pub fn size(&self) -> (u64, u64) {
        let index = read(&self.index);
        (index.order.len() as u64, index.live_legs)
    }

    /// The start of the oldest call.
    #[must_use]
    pub fn oldest_ms(&self) -> Option<InstantMs> {
        let index = read(&self.index);
        index.order.first().map(|call| index.call_started_ms(*call))
    }

    /// Bytes of the file, with what was not yet written back into it.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        [FILE.to_owned(), format!("{FILE}-wal")]
            .iter()
            .filter_map(|name| fs::metadata(self.folder.join(name)).ok())
            .map(|meta| meta.len())
            .sum()
    }

    /// A small sealed value kept beside the calls, such as the saved filters.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn value(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
        let reader = lock(&self.reader);
        self.noted(store::meta(&reader.db, &self.key, &format!("value {name}")))
    }

    /// # Errors
    /// When the file can't be written.
    pub fn set_value(&self, name: &str, value: &[u8]) -> Result<(), CacheError> {
        lock(&self.writer).set_meta(&self.key, &format!("value {name}"), value)
    }

    /// # Errors
    /// When the file can't be written.
    pub fn drop_value(&self, name: &str) -> Result<(), CacheError> {
        lock(&self.writer).drop_meta(&format!("value {name}"))
    }

    /// How far the feed was applied.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn cursor(&self) -> Result<Option<String>, CacheError> {
        let reader = lock(&self.reader);
        let text = self.noted(store::meta(&reader.db, &self.key, "cursor"))?;
        Ok(text.and_then(|text| String::from_utf8(text).ok()))
    }
}

/// Moves a damaged file out of the way, so that a person can still have it looked at.
fn set_aside(folder: &Path) -> Result<PathBuf, CacheError> {
    let free = (1..).map(|n| folder.join(format!("calls.damaged-{n}.sqlite3")));
    let aside = free
        .into_iter()
        .find(|path| !path.exists())
        .expect("the numbers don't run out");
    // The log first: beside a new file it would be taken for its own.
    for suffix in ["-wal", "-shm", ""] {
        let from = folder.join(format!("{FILE}{suffix}"));
        match fs::rename(from, format!("{}{suffix}", aside.display())) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(aside)
}

/// What a person made and no server has, as far as a damaged file still gives it.
fn salvage(folder: &Path, key: &Key) -> Vec<(String, Vec<u8>)> {
    Connection::open(folder.join(FILE))
        .map(|db| store::values(&db, key))
        .unwrap_or_default()
}
