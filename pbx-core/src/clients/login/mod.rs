//! The login that a client was made with: the email and the password of its form mean it. Others
//! of the client's people are made beside it.

mod store;

use pbx_api::{AccountId, Client, Problem, Rule};

use crate::audit;
use crate::auth::Caller;
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;

/// The hash of a password that was given, or of one that nobody knows: its person asks for a link.
///
/// # Errors
/// When there is no memory for it.
pub async fn hash(app: &App, given: Option<&str>) -> Result<String> {
    let made_up;
    let password = if let Some(given) = given {
        given
    } else {
        made_up = hex::encode(app.world.bytes::<32>());
        &made_up
    };
    app.passwords.hash(password).await
}

/// Makes the login fit the client's form. `password` is a hash of [`hash`], where there is one to
/// be set; `known` says that somebody knows the password.
///
/// # Errors
/// `Taken` on the email.
pub async fn follow(
    app: &App,
    tx: &mut Tx,
    by: &Caller,
    client: &Client,
    password: Option<&str>,
    known: bool,
) -> Result<()> {
    let now_ms = app.world.now_ms();
    let known = password.filter(|_| known);
    let account = match store::of(tx, client.id).await? {
        Some(_) if client.email.is_empty() => {
            return Err(Problem::broken("email", Rule::NeededToSignIn).into());
        }
        Some(account) => {
            store::rename(tx, account, client).await?;
            if let Some(hash) = known {
                store::set_password(tx, account, hash, now_ms).await?;
            }
            account
        }
        None => {
            let Some(hash) = password.filter(|_| !client.email.is_empty()) else {
                return Ok(());
            };
            let account = AccountId(app.world.id());
            store::add(tx, account, client, hash, now_ms).await?;
            account
        }
    };
    if known.is_none() {
        return Ok(());
    }
    let after = serde_json::json!({ "email": client.email, "password": "changed" });
    let entry = audit::Entry {
        action: "account.password",
        client: Some(client.id),
        subject: ("account", account.0),
        before: None,
        after: Some(after.to_string()),
    };
    audit::write(tx, &app.world, by, entry).await
}
