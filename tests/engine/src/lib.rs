//! A telephone system for tests: the real server, the real engine, and phones that do what a story
//! says.
//!
//! Every laboratory has loopback addresses of its own, so that any number of them run side by side
//! with the ports that everybody has.

pub mod api;
mod changes;
pub mod desk;
pub mod foreign;
mod kept;
pub mod lab;
pub mod office;
pub mod phone;
pub mod robots;
pub mod seen;
pub mod trunks;
pub mod wav;

pub use lab::Lab;
pub use phone::Phone;

use std::time::Duration;

/// How long anything may take on a busy machine before a story gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(30);
