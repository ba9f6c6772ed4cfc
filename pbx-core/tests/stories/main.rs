//! Stories through the HTTP surface, each on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a story that can't go on has failed")]

#[macro_use]
mod support;

mod account;
mod audit;
mod audit_long;
mod auth;
mod bad_input;
mod blocks;
mod branding;
mod captures;
mod clients;
mod codes;
mod connect;
mod crash;
mod dial;
mod document;
mod emergency;
mod engine;
mod engine_legs;
mod factor;
mod feed;
mod feed_model;
mod imports;
mod kept;
mod limited;
mod live;
mod logins;
mod measure;
mod operator;
mod profiles;
mod reconcile;
mod recordings;
mod rights;
mod rights_read_only;
mod rights_users;
mod routing;
mod trunks;
mod undo_logins;
mod users;
mod users_many;
mod views;
mod writers;
