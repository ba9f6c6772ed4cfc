//! How entries about blocks are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{Block, BlockId, Problem, Rule};
use serde_json::Value;
use uuid::Uuid;

use super::{BLOCKS_MAX, owner, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditClient, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A block. One that comes back has stopped nothing yet.
pub struct BlockUndo;

impl Reversible for BlockUndo {
    fn kind(&self) -> &'static str {
        "block"
    }

    fn may(&self, by: &Caller) -> bool {
        EditClient::holds(by)
    }

    fn aside(&self) -> &'static [&'static str] {
        &["hits", "last_hit_at_ms"]
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, BlockId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = BlockId(at.id);
            let Some(state) = state else {
                return store::remove(at.tx, id).await;
            };
            let block: Block = serde_json::from_value(state)?;
            if absent(store::show(at.tx, id).await)?.is_some() {
                return store::change(at.tx, &block).await;
            }
            owner(at.tx, block.client).await?;
            if store::count(at.tx, block.client).await? >= BLOCKS_MAX as usize {
                return Err(
                    Problem::broken("number", Rule::OneTooMany { most: BLOCKS_MAX }).into(),
                );
            }
            store::add(at.tx, std::slice::from_ref(&block)).await
        }
        .boxed()
    }
}
