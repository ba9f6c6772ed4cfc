//! How entries about limited clients are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{AccountId, AuditEntry, LimitedClient, LimitedClientSettings};
use serde_json::Value;
use uuid::Uuid;

use super::{checked, login, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditLogins, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A limited client: what was changed changes back, what was added goes. One that was removed stays
/// away, because its password went with it.
pub struct LimitedUndo;

impl Reversible for LimitedUndo {
    fn kind(&self) -> &'static str {
        "limited_client"
    }

    fn may(&self, by: &Caller) -> bool {
        EditLogins::holds(by)
    }

    fn can(&self, entry: &AuditEntry) -> bool {
        entry.after.is_some()
    }

    /// An entry says that a password changed, and nothing brings the old one back.
    fn aside(&self) -> &'static [&'static str] {
        &["password"]
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, AccountId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = AccountId(at.id);
            let Some(state) = state else {
                return store::remove(at.tx, id).await;
            };
            let wanted: LimitedClient = serde_json::from_value(state)?;
            let mut settings = LimitedClientSettings {
                username: wanted.username,
                first_name: wanted.first_name,
                last_name: wanted.last_name,
                language: wanted.language,
                password: None,
                read_only: wanted.read_only,
                disabled_pages: wanted.disabled_pages,
                departments: wanted.departments,
            };
            checked(&mut settings)?;
            let client = store::show(at.tx, id).await?.client;
            store::change(at.tx, &login(id, client, settings)).await
        }
        .boxed()
    }
}
