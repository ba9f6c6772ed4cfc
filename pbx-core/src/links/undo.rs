//! How entries about custom links are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{CustomLink, LinkId, LinkInput};
use serde_json::Value;
use uuid::Uuid;

use super::{checked, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditReseller, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A link. One that was removed comes back behind the others.
pub struct LinkUndo;

impl Reversible for LinkUndo {
    fn kind(&self) -> &'static str {
        "custom_link"
    }

    fn may(&self, by: &Caller) -> bool {
        EditReseller::holds(by)
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, LinkId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = LinkId(at.id);
            let Some(state) = state else {
                return store::remove(at.tx, id).await;
            };
            let CustomLink {
                title, url, icon, ..
            } = serde_json::from_value(state)?;
            let link = checked(id, LinkInput { title, url, icon })?;
            store::put(at.tx, &link, at.app.world.now_ms()).await
        }
        .boxed()
    }
}
