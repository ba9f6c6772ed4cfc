//! Stories through the HTTP surface, each on SQLite and on PostgreSQL.

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
