//! How entries about clients are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{Client, ClientId};
use serde_json::Value;
use uuid::Uuid;

use super::{archive, rules, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditReseller, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A client: what was changed changes back, what was added is archived, what was archived returns.
pub struct ClientUndo;

impl Reversible for ClientUndo {
    fn kind(&self) -> &'static str {
        "client"
    }

    fn may(&self, by: &Caller) -> bool {
        EditReseller::holds(by)
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, ClientId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = ClientId(at.id);
            let Some(state) = state else {
                return archive::store::archive(at.tx, id, at.app.world.now_ms()).await;
            };
            let wanted: Client = serde_json::from_value(state)?;
            match absent(store::show(at.tx, id).await)? {
                None => archive::bring_back(&at.app.world, at.tx, id)
                    .await
                    .map(drop),
                Some(now) => {
                    let now: Client = serde_json::from_value(now)?;
                    let memo = store::memo(at.tx, id).await?;
                    let input = rules::input_of(&wanted, memo)?;
                    let client = rules::check(at.tx, at.by, id, &input, Some(&now)).await?;
                    rules::apply(at.app, at.tx, at.by, &client, &input, None).await
                }
            }
        }
        .boxed()
    }

    fn finish<'a>(&'a self, at: crate::audit::undo::After<'a>) -> BoxFuture<'a, Result<()>> {
        archive::send_legs(at.app, at.by.tenant, ClientId(at.id)).boxed()
    }
}

/// What the reseller's people note of a client.
pub struct MemoUndo;

impl Reversible for MemoUndo {
    fn kind(&self) -> &'static str {
        "client_memo"
    }

    fn aside(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn may(&self, by: &Caller) -> bool {
        EditReseller::holds(by)
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move {
            let name = store::show(tx, ClientId(id)).await?.name;
            let memo = store::memo(tx, ClientId(id)).await?;
            Ok(Some(serde_json::json!({ "name": name, "memo": memo })))
        }
        .boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let memo = state.as_ref().and_then(|state| state["memo"].as_str());
            store::set_memo(at.tx, ClientId(at.id), memo.unwrap_or_default()).await
        }
        .boxed()
    }
}
