//! Comma separated rows.

pub(crate) mod layout;
pub(crate) mod lines;
pub(crate) mod rows;
pub(crate) mod split;
