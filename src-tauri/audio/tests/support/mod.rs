//! What the tests of this crate share.

use std::path::PathBuf;

/// A recording that the repository carries.
pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data/audio")
        .join(name)
}
