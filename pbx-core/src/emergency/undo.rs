//! How entries about emergency caller IDs are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{EmergencyCallerId, EmergencyId, NewEmergencyCallerId};
use serde_json::Value;
use uuid::Uuid;

use super::{owner, read, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditClient, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// An emergency caller ID. Its number must still be a validated one.
pub struct EmergencyUndo;

impl Reversible for EmergencyUndo {
    fn kind(&self) -> &'static str {
        "emergency"
    }

    fn may(&self, by: &Caller) -> bool {
        EditClient::holds(by)
    }

    fn aside(&self) -> &'static [&'static str] {
        &["valid", "last_test_at_ms"]
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, EmergencyId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = EmergencyId(at.id);
            let Some(state) = state else {
                return store::remove(at.tx, id).await;
            };
            let before: EmergencyCallerId = serde_json::from_value(state)?;
            let now = absent(store::show(at.tx, id).await)?;
            let new = NewEmergencyCallerId {
                client: before.client,
                user: before.user,
                dialled: before.dialled,
                caller_number: before.caller_number,
                location: before.location,
                notify_emails: before.notify_emails,
                notify_desktop: before.notify_desktop,
            };
            let client = owner(at.tx, before.client, before.user).await?;
            let row = EmergencyCallerId {
                client,
                user: before.user,
                last_test_at_ms: before.last_test_at_ms,
                ..read(at.tx, id, client, new).await?
            };
            match now {
                Some(_) => store::change(at.tx, &row).await,
                None => store::add(at.tx, &row, at.app.world.now_ms()).await,
            }
        }
        .boxed()
    }
}
