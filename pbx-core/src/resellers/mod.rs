//! Resellers: the tenants. The operator makes them on the command line.

pub mod store;
