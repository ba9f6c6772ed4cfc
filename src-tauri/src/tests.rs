//! Stories of the whole local backend against a small server that does as it is told.

mod accounts;
mod exports;
mod kept;
pub(crate) mod stage;
