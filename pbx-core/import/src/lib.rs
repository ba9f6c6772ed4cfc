//! Call record files of Asterisk and FreeSWITCH into a stream of records.
//!
//! [`open`] recognises the format by content, or refuses the file with a sentence that says what
//! it looks like; [`Records`] then gives a [`Record`] or a [`pbx_api::RejectedRow`] for each row,
//! in bounded memory. Nothing here writes to a database: the server keeps each leg's [`Identity`]
//! and asks a [`Matcher`] whether a row is already there.
//!
//! What is inferred, because a row does not say it:
//! - the call of a row without any id (`cdr_custom` with epochs, 16-column `Master.csv`), from
//!   caller, channel name and times (`calls.rs`); such records have `call_key_inferred`;
//! - which of two instants a wall time means, whether a log is in UTC, and whether the zone given
//!   is wrong, from the epoch in the unique ids (`clock.rs`).

mod asterisk;
mod calls;
mod clid;
mod clock;
mod csv;
mod documents;
mod fields;
mod format;
mod freeswitch;
mod head;
mod identity;
mod looks;
mod matcher;
mod open;
mod record;
mod rules;
mod sqlite;
mod summary;
mod table;
mod text;
mod value;

pub use format::Format;
pub use identity::{Identity, same_record};
pub use matcher::{Decision, Matcher};
pub use open::{Options, Records, Refused, open, open_path};
pub use record::{Record, Source};
pub use rules::{RuleError, Rules};
pub use summary::Summary;

/// The longest row of a CSV, in bytes; a longer one is rejected.
pub const ROW_LIMIT_BYTES: usize = 1024 * 1024;
/// The longest JSON or XML record, in bytes.
pub const DOCUMENT_LIMIT_BYTES: usize = 4 * 1024 * 1024;
/// How much of a row is kept with its record or rejection, in bytes.
pub const RAW_LIMIT_BYTES: usize = 64 * 1024;
