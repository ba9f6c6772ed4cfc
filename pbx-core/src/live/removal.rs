//! Phones that may not be registered any more: a secret changed, a client was suspended, a user or a
//! client is gone. They are offline at once, and what engines have to remove is kept until they did.

pub mod store;

use pbx_api::{ClientId, InstantMs, SIMULATOR, UserId};

use super::phone;
use super::phone::store::Of;
use crate::db::Tx;
use crate::error::Result;

/// Whose phones they are.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    User(UserId),
    Client(ClientId),
}

/// Turns the phones away that are registered now. They are offline until they register anew, if
/// they may.
///
/// # Errors
/// When the database fails.
pub async fn turn_away(tx: &mut Tx, whose: Whose, now_ms: InstantMs) -> Result<()> {
    let of = match whose {
        Whose::User(user) => Of {
            user: Some(user),
            ..Of::default()
        },
        Whose::Client(client) => Of {
            client: Some(client),
            ..Of::default()
        },
    };
    for mut phone in phone::store::online_of(tx, of).await? {
        phone.said.turn_away(true, now_ms);
        phone::store::write(tx, &phone, now_ms).await?;
        if let Some(contact) = phone.said.last().filter(|_| phone.engine != SIMULATOR) {
            store::note(tx.conn(), &phone.engine, &contact.into(), now_ms).await?;
        }
    }
    Ok(())
}

/// Turns the phones away for good: engines forget how their users called for help, too.
///
/// # Errors
/// When the database fails.
pub async fn send_off(tx: &mut Tx, whose: Whose, now_ms: InstantMs) -> Result<()> {
    turn_away(tx, whose, now_ms).await?;
    store::note_lines(tx, whose, now_ms).await
}
