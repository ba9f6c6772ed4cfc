use pbx_api::Rule;

/// Why the cache can't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Another window or process owns this cache.
    #[error("another Tandem window is using this cache")]
    InUse,
    /// The key from the keychain doesn't open it.
    #[error("the cache was made with another key")]
    WrongKey,
    /// The file is damaged: set it aside and sync anew.
    #[error("the cache file is damaged ({0})")]
    Damaged(String),
    /// The disk is full or can't be written.
    #[error("the cache can't be written ({0})")]
    Disk(String),
    #[error("the cache's database failed: {0}")]
    Sqlite(rusqlite::Error),
    #[error("the cache's folder can't be used: {0}")]
    Io(#[from] std::io::Error),
    /// The cache was emptied while something was being read from it or brought into it.
    #[error("the local copy was rebuilt meanwhile: try again when it is complete")]
    Rebuilt,
    /// The filter can't be answered; names the field.
    #[error("{rule}")]
    Filter { field: &'static str, rule: Rule },
}

impl From<rusqlite::Error> for CacheError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as E;
        match error.sqlite_error_code() {
            Some(E::DatabaseCorrupt | E::NotADatabase) => Self::Damaged(error.to_string()),
            Some(E::DiskFull | E::SystemIoFailure | E::ReadOnly | E::CannotOpen) => {
                Self::Disk(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}
