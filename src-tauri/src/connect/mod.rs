//! Connect As: acting as a client or a user, in memory alone, with the own account open behind it.

use std::sync::Arc;

use pbx_api::{ConnectRequest, Connection, Problem};
use reqwest::Method;

use crate::account::Account;
use crate::active::Active;
use crate::events::Tag;
use crate::{Desktop, Nothing};

/// Begins to act as somebody else. The account that connects stays open, and keeps syncing.
pub async fn start(desktop: Arc<Desktop>, input: ConnectRequest) -> Result<Account, Problem> {
    let _turn = desktop.switching.lock().await;
    let parent = desktop.active()?;
    let connection: Connection = parent
        .session
        .tell(Method::POST, "/v1/connect", &input)
        .await?;
    let own = parent.account();
    let account = Account::new(&own.server, own.sample, &connection.me);
    // Nothing of it is kept: there is no token to renew it with.
    let session = parent.session.server().clone().session(
        connection.access_token,
        String::new(),
        Arc::new(|_| {}),
    );
    let active = Active::open_in_memory(&desktop, account.clone(), session).await?;
    desktop.player.close();
    desktop.behind().push(parent);
    desktop.set_active(Some(active));
    desktop.events.changed(Tag::ALL);
    Ok(account)
}

/// Goes back to the account that it was connected from.
pub async fn back(desktop: Arc<Desktop>, _: Nothing) -> Result<Account, Problem> {
    let _turn = desktop.switching.lock().await;
    step_back(&desktop);
    Ok(desktop.active()?.account())
}

/// Goes back by one. Gives the account that is open then.
pub(crate) fn step_back(desktop: &Desktop) -> Option<Arc<Active>> {
    let parent = desktop.behind().pop();
    let Some(parent) = parent else {
        return desktop.active_or_none();
    };
    let left = desktop.active_or_none();
    desktop.player.close();
    desktop.set_active(Some(Arc::clone(&parent)));
    desktop.events.changed(Tag::ALL);
    if let Some(left) = left {
        // The way back does not wait for the server.
        tokio::spawn(async move {
            left.stop().await;
            if let Err(problem) = left.session.sign_out().await {
                tracing::info!(code = ?problem.code, "the connected session ends by itself");
            }
        });
    }
    Some(parent)
}

/// Goes back to the person's own account, if it acts as somebody else. Gives what is open then.
pub(crate) fn back_to_own(desktop: &Desktop) -> Option<Arc<Active>> {
    while !desktop.behind().is_empty() {
        step_back(desktop);
    }
    desktop.active_or_none()
}
