//! Stories of the whole local backend against a small server that does as it is told.

mod accounts;
mod audit;
mod exports;
mod help;
mod kept;
mod live;
mod made;
pub(crate) mod stage;
