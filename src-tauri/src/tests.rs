//! Stories of the whole local backend against a small server that does as it is told.

mod accounts;
mod exports;
mod kept;
mod live;
pub(crate) mod stage;
