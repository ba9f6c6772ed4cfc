//! How entries about profiles are undone.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{Profile, ProfileId, ProfileInput};
use serde_json::Value;
use uuid::Uuid;

use super::{rules, store};
use crate::audit::undo::{At, Reversible, absent};
use crate::auth::{Caller, EditReseller, Right as _};
use crate::db::Tx;
use crate::error::Result;

/// A profile. One that was removed comes back without the users that were moved away.
pub struct ProfileUndo;

impl Reversible for ProfileUndo {
    fn kind(&self) -> &'static str {
        "profile"
    }

    fn may(&self, by: &Caller) -> bool {
        EditReseller::holds(by)
    }

    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>> {
        async move { absent(store::show(tx, ProfileId(id)).await) }.boxed()
    }

    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = ProfileId(at.id);
            let now = absent(store::show(at.tx, id).await)?;
            let Some(state) = state else {
                let profile: Profile = serde_json::from_value(now.unwrap_or_default())?;
                return rules::remove(at.app, at.tx, at.by, &profile, None).await;
            };
            let wanted: Profile = serde_json::from_value(state)?;
            let input = ProfileInput {
                name: wanted.name,
                features: wanted.features,
                routes: wanted.routes,
            };
            let profile = rules::check(at.tx, id, wanted.is_default, &input).await?;
            match now {
                Some(_) => store::change(at.tx, &profile).await,
                None => store::add(at.tx, &profile, at.app.world.now_ms()).await,
            }
        }
        .boxed()
    }
}
