//! Stories across the parts of Tandem, and what they stand on.

pub mod bench;
pub mod exported;
pub mod loopback;
pub mod person;
pub mod truth;

/// Where the UI keeps the types that are made from the Rust ones.
pub const BINDINGS: &str = "ui/src/api/bindings.ts";
