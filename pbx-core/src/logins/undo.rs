//! How entries about logins are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{AccountId, AuditEntry, ChangeLogin, Login};
use serde_json::Value;
use uuid::Uuid;

use super::{locked, put, store, take_away};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditLogins, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A login: what was changed changes back, who was invited goes. Who was removed stays away,
/// because a password would come back with it.
pub struct LoginUndo;

impl Reversible for LoginUndo {
    fn kind(&self) -> &'static str {
        "login"
    }

    fn may(&self, by: &Caller) -> bool {
        EditLogins::holds(by)
    }

    fn can(&self, entry: &AuditEntry) -> bool {
        // A code that was mailed once more is no change of the login.
        entry.after.is_some() && entry.action != "login.invite"
    }

    /// Its person's own: an undoing leaves them as they are.
    fn aside(&self) -> &'static [&'static str] {
        &["email", "second_factor", "last_seen_at_ms"]
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(locked(tx, AccountId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let now = store::show(at.tx, AccountId(at.id)).await?;
            let Some(state) = state else {
                return take_away(at.tx, &now, at.app.world.now_ms()).await;
            };
            let wanted: Login = serde_json::from_value(state)?;
            let asked = ChangeLogin {
                first_name: wanted.first_name,
                last_name: wanted.last_name,
                language: wanted.language,
                access: wanted.access,
                may_delete_recordings: wanted.may_delete_recordings,
            };
            put(at.tx, &now, asked).await.map(drop)
        }
        .boxed()
    }
}
