//! A user's login: the account that its email makes.

pub mod store;

use crate::error::Result;
use crate::http::App;

/// The hash of a password that nobody knows: what a login has until its person chose one.
///
/// # Errors
/// A fault of ours.
pub async fn nobodys_password(app: &App) -> Result<String> {
    app.passwords
        .hash(&hex::encode(app.world.bytes::<32>()))
        .await
}
