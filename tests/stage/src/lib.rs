//! What stands around the program when it is tested or shown: processes that end with their guard,
//! a display without a screen, a driver of the real window, sound without a sound card, a desktop session.
//!
//! `xtask` and `tandem-tests` both build on it, so that the demo opens the app the way the tests do.

pub mod app;
pub mod display;
pub mod driver;
pub mod engine;
pub mod interrupt;
pub mod mail;
pub mod place;
pub mod process;
pub mod server;
pub mod session;
pub mod sound;
pub mod wait;
pub mod workspace;
