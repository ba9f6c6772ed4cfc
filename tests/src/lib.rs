//! Stories across the parts of Tandem, and what they stand on.

pub mod exported;
pub mod person;
pub mod truth;
