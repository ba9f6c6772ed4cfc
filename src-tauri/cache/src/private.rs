use std::fs;
use std::io;
use std::path::Path;

/// Makes a folder that only its owner may look into, or makes one that is there so.
///
/// # Errors
/// When it can't be made or its rights can't be set.
#[cfg(unix)]
pub fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// On Windows the folder lies under the user's own profile, which others can't read.
#[cfg(not(unix))]
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
