//! Stories through the HTTP surface, each on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a story that can't go on has failed")]

#[macro_use]
mod support;

mod auth;
mod bad_input;
mod crash;
mod document;
mod feed;
mod feed_model;
mod imports;
mod recordings;
mod rights;
mod writers;
