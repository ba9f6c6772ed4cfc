//! Stories of real calls, each with an engine and a server of its own.

mod abuse;
mod blocked;
mod config;
mod crashes;
mod desktop;
mod emergency;
mod following;
mod foreign;
mod guard;
mod inside;
mod limits;
mod measure;
mod outside;
mod patience;
mod reconcile;
mod recordings;
mod registrations;
mod routing;
mod settings;
mod trunks;
