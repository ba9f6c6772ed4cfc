//! Small files that are written whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use pbx_api::{Code, Problem, Rule};
use serde::{Serialize, de::DeserializeOwned};

/// What a failed write means to a person.
#[must_use]
pub fn disk_problem(path: &Path, error: &std::io::Error) -> Problem {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.into_owned();
    let happened = match error.kind() {
        std::io::ErrorKind::StorageFull => Rule::DiskFull { name },
        std::io::ErrorKind::PermissionDenied => Rule::NotAllowedThere { name },
        std::io::ErrorKind::NotFound => Rule::FolderGone { name },
        std::io::ErrorKind::AlreadyExists => Rule::FileThere { name },
        std::io::ErrorKind::ReadOnlyFilesystem => Rule::ReadOnlyDisk { name },
        _ => Rule::NotWritten {
            name,
            why: error.to_string(),
        },
    };
    Problem::new(Code::Disk).because(happened)
}

/// `None` when there is no such file or it can't be read. One that is no longer what it was is
/// kept aside: the next write would lose what it still says.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?)
        .inspect_err(|error| {
            tracing::warn!(%error, "a settings file can't be read");
            let _ = fs::rename(path, path.with_extension("damaged.json"));
        })
        .ok()
}

/// Writes beside the file and renames, so that a crash leaves the old one.
///
/// # Errors
/// `Disk`.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Problem> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))?;
    write_whole(path, |file| file.write_all(&text))
}

/// # Errors
/// `Disk`; the file that was there is then still as it was.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
) -> Result<(), Problem> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let written = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        write(temporary.as_file_mut())?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    written().map_err(|e| disk_problem(path, &e))
}
