//! How entries about users are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{AuditEntry, User, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::{edit, logins, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditClient, Right as _};
use crate::db::Tx;
use crate::error::{Error, Result};

/// A user: what was changed changes back, who was added goes. Who was removed stays away, because
/// the secret of its phones and its login went with it.
pub struct UserUndo;

impl Reversible for UserUndo {
    fn kind(&self) -> &'static str {
        "user"
    }

    fn may(&self, by: &Caller) -> bool {
        EditClient::holds(by)
    }

    fn can(&self, entry: &AuditEntry) -> bool {
        // An entry about a secret or a code holds neither them nor the user.
        let user = entry.after.as_ref();
        user.is_some_and(|user| user.get("id").is_some())
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, UserId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let (id, world) = (UserId(at.id), &at.app.world);
            let now = store::show(at.tx, id).await?;
            let Some(state) = state else {
                return edit::take_away(at.tx, world, &now).await;
            };
            let wanted: User = serde_json::from_value(state)?;
            if wanted.client != now.client {
                return Err(Error::not_found());
            }
            // An email that comes back makes a login anew, for which nobody has a password yet.
            let nobodys = logins::nobodys_password(at.app).await?;
            edit::put(at.tx, world, &now, wanted.settings(), &nobodys).await?;
            Ok(())
        }
        .boxed()
    }
}
