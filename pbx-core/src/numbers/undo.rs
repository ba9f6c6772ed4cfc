//! How entries about phone numbers are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{AuditEntry, NumberId, PhoneNumber};
use serde_json::Value;
use uuid::Uuid;

use super::store;
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditRouting, Right as _};
use crate::db::Tx;
use crate::error::{Error, Result};

/// Where calls to a number go. Numbers come and go by the operator alone.
pub struct NumberUndo;

impl Reversible for NumberUndo {
    fn kind(&self) -> &'static str {
        "number"
    }

    fn may(&self, by: &Caller) -> bool {
        EditRouting::holds(by)
    }

    fn can(&self, entry: &AuditEntry) -> bool {
        entry.before.is_some() && entry.after.is_some()
    }

    /// Whether it is validated for emergency calls is the operator's to say.
    fn aside(&self) -> &'static [&'static str] {
        &["emergency_validated"]
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, NumberId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let number = store::show(at.tx, NumberId(at.id)).await?;
            let wanted: PhoneNumber = serde_json::from_value(state.ok_or_else(Error::not_found)?)?;
            super::set_routing(at.tx, &number, wanted.routing).await?;
            Ok(())
        }
        .boxed()
    }
}
