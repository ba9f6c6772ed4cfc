//! Values that are in use already.

use crate::error::{Error, Result};

/// What a unique constraint's violation becomes.
pub trait OnConflict<T> {
    /// Turns "that value is in use" into the given error and leaves other faults as they are.
    ///
    /// # Errors
    /// The given error, or the fault that it was.
    fn on_conflict(self, error: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConflict<T> for std::result::Result<T, sqlx::Error> {
    fn on_conflict(self, error: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|fault| match fault.as_database_error() {
            Some(db) if db.is_unique_violation() => error(),
            _ => fault.into(),
        })
    }
}
