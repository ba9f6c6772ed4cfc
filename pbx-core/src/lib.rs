//! `pbx-core`: accounts, settings, call records and recordings of a hosted phone system.
//!
//! A library and one binary. The folders below are the features; `http` merges their routes, `db`
//! lets one SQL text run on SQLite and PostgreSQL.

pub mod check;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod http;
pub mod table;

pub mod account;
pub mod admin;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod blocks;
pub mod branding;
pub mod cdrs;
pub mod changes;
pub mod clients;
pub mod connect;
pub mod dial;
pub mod emergency;
pub mod engine;
pub mod import;
pub mod limited;
pub mod links;
pub mod live;
pub mod logins;
pub mod mail;
pub mod meta;
pub mod numbers;
pub mod profiles;
pub mod recordings;
pub mod resellers;
pub mod sample;
#[cfg(any(test, feature = "simulator"))]
pub mod simulator;
pub mod support;
pub mod trunks;
pub mod users;
