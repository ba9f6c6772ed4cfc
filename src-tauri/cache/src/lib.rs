//! The local call cache: every call that was ever synced, answering any combination of filters
//! over ten million calls while a person scrolls.
//!
//! On disk it is one SQLite file whose rows are sealed, compressed blocks of 1024 legs; in memory
//! it is a column per filterable field. A query scans columns, it never plans: no combination of
//! filters has a cliff to fall off. ARCHITECTURE.md tells why; `index` holds the columns, `scan`
//! the predicates, `result` order and pages, `store` the file.

mod block;
mod cache;
mod dict;
mod error;
mod filter;
mod flags;
mod index;
mod known;
mod numbers;
mod order;
mod page;
mod private;
mod scan;
mod seal;
mod store;
mod texts;
mod write;
mod writer;

pub use cache::{
    Cache, Dialled, Opened, REPORT_CLASSES, Report, ReportBy, ReportOf, ReportRow, ReportSums,
    StoredLeg,
};
pub use error::CacheError;
pub use filter::{CallFilter, Sort, SortBy};
pub use page::{CallPage, CallRow, CallTotals, ResultCounts};
pub use private::private_folder;
pub use seal::Key;

#[cfg(test)]
mod tests;
