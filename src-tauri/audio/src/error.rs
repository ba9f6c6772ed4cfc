//! What can go wrong, in words for a person and in closed codes for the message catalogue.

/// Why a recording can't be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("This recording is empty: it has no bytes at all.")]
    Empty,
    #[error("This recording ends before its first sample.")]
    NoSamples,
    #[error("This is not a sound file of a kind that Tandem knows.")]
    Unknown,
    /// A known kind of file with something in it that is not played here.
    #[error("This recording is {what}, which Tandem can't play.")]
    Unsupported { what: String },
    /// The file says what it is, and then contradicts itself.
    #[error("This recording is damaged: {what}.")]
    Damaged { what: String },
    #[error("This recording is too long to play here: its sound takes more than {limit_mib} MiB.")]
    TooLong { limit_mib: u64 },
    #[error(
        "This file is too large for a recording: {size_mib} MiB, the limit is {limit_mib} MiB."
    )]
    TooLarge { size_mib: u64, limit_mib: u64 },
    /// The file itself can't be read from the disk.
    #[error("This recording can't be read: {what}.")]
    Unreadable { what: String },
}

impl DecodeError {
    /// A closed name for the catalogue of messages.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "recording_empty",
            Self::NoSamples => "recording_no_samples",
            Self::Unknown => "recording_unknown",
            Self::Unsupported { .. } => "recording_unsupported",
            Self::Damaged { .. } => "recording_damaged",
            Self::TooLong { .. } => "recording_too_long",
            Self::TooLarge { .. } => "recording_too_large",
            Self::Unreadable { .. } => "recording_unreadable",
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}

/// Why nothing can be heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    #[error("No sound output was found on this computer.")]
    NoDevice,
    #[error("The chosen sound output is not there. Choose another one.")]
    NotFound,
    #[error("The sound output was disconnected.")]
    Gone,
    #[error("The sound output did not answer in time.")]
    Timeout,
    #[error("The sound output can't be used: {what}")]
    Failed { what: String },
}

impl DeviceError {
    /// A closed name for the catalogue of messages.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDevice => "output_none",
            Self::NotFound => "output_not_found",
            Self::Gone => "output_gone",
            Self::Timeout => "output_timeout",
            Self::Failed { .. } => "output_failed",
        }
    }
}

/// As `{ "code": …, "message": … }`.
impl serde::Serialize for DecodeError {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        coded(to, self.code(), &self.to_string())
    }
}

/// As `{ "code": …, "message": … }`.
impl serde::Serialize for DeviceError {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        coded(to, self.code(), &self.to_string())
    }
}

fn coded<S: serde::Serializer>(to: S, code: &str, message: &str) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct;
    let mut both = to.serialize_struct("Error", 2)?;
    both.serialize_field("code", code)?;
    both.serialize_field("message", message)?;
    both.end()
}
