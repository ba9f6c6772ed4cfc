//! Which users a caller reaches: the reseller's, the client's, those of some departments, itself.

pub mod store;
