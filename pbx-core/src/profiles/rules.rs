//! What a profile must be, and what goes with one that is removed.

use std::collections::BTreeSet;

use pbx_api::{
    Client, Code, OutboundRoute, Problem, Profile, ProfileId, ProfileInput, ROUTES, Rule,
};

use super::{assigned, store};
use crate::auth::Caller;
use crate::check::{Check, NAME_CHARS};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::{audit, clients};

/// The ways out that there are: of every platform, and of this one.
///
/// # Errors
/// When the database fails.
pub async fn routes(tx: &mut Tx) -> Result<Vec<OutboundRoute>> {
    let mut routes: Vec<_> = ROUTES
        .iter()
        .map(|key| OutboundRoute {
            key: (*key).to_owned(),
            name: String::new(),
        })
        .collect();
    routes.extend(store::added_routes(tx.conn()).await?);
    Ok(routes)
}

/// The profile that an input asks for. Routes stand in the order of the screens.
///
/// # Errors
/// `Invalid` with the fields.
pub async fn check(
    tx: &mut Tx,
    id: ProfileId,
    is_default: bool,
    input: &ProfileInput,
) -> Result<Profile> {
    let mut check = Check::default();
    let mut name = input.name.clone();
    check.text("name", &mut name, 1, NAME_CHARS);
    let known = routes(tx).await?;
    let wanted: BTreeSet<&str> = input.routes.iter().map(String::as_str).collect();
    for key in &wanted {
        if !known.iter().any(|route| route.key == *key) {
            check.wrong("routes", Rule::Unknown);
            break;
        }
    }
    check.done()?;
    Ok(Profile {
        id,
        name,
        is_default,
        features: input.features,
        routes: known
            .into_iter()
            .map(|route| route.key)
            .filter(|key| wanted.contains(key.as_str()))
            .collect(),
    })
}

/// Removes a profile. Its users move to `to`, and so does the place of the default where it had it.
///
/// # Errors
/// `Forbidden` for the default one; `InUse` when somebody needs another and none is named.
pub async fn remove(
    app: &App,
    tx: &mut Tx,
    by: &Caller,
    profile: &Profile,
    to: Option<ProfileId>,
) -> Result<()> {
    if profile.is_default {
        return Err(Problem::new(Code::Forbidden)
            .because(Rule::DefaultStays)
            .into());
    }
    let users = assigned::store::users(tx, profile.id, None).await?;
    let default_of = assigned::store::default_of(tx, profile.id).await?;
    if to.is_none() && (users > 0 || default_of > 0) {
        return Err(in_use(users, default_of));
    }
    if let Some(to) = to
        && (to == profile.id || !store::exists(tx, to).await?)
    {
        return Err(Problem::broken("move_users_to", Rule::NotAnotherProfile).into());
    }
    for before in clients::store::of_profile(tx, profile.id).await? {
        let after = without(&before, profile.id, to, tx).await?;
        if let Some(to) = to {
            assigned::move_users(tx, &app.world, by, before.id, profile.id, to).await?;
        }
        clients::store::change(tx, &after, app.world.now_ms()).await?;
        let entry = audit::Entry {
            action: "client.change",
            client: Some(after.id),
            subject: ("client", after.id.0),
            before: Some(serde_json::to_string(&before)?),
            after: Some(serde_json::to_string(&after)?),
        };
        audit::write(tx, &app.world, by, entry).await?;
    }
    store::remove(tx, profile.id, app.world.now_ms()).await
}

/// A client that has lost a profile. The other one takes its place where the client needs it.
async fn without(
    client: &Client,
    profile: ProfileId,
    to: Option<ProfileId>,
    tx: &mut Tx,
) -> Result<Client> {
    let mut after = client.clone();
    after.profiles.retain(|assigned| *assigned != profile);
    let was_default = client.default_profile == Some(profile);
    let has_users = assigned::store::users(tx, profile, Some(client.id)).await? > 0;
    if let Some(to) = to
        && (was_default || has_users)
    {
        if !after.profiles.contains(&to) {
            after.profiles.push(to);
            after.profiles.sort_unstable();
        }
        if was_default {
            after.default_profile = Some(to);
        }
    }
    Ok(after)
}

fn in_use(users: u64, default_of: u64) -> Error {
    let most = |count| u32::try_from(count).unwrap_or(u32::MAX);
    Problem::new(Code::InUse)
        .because(Rule::ProfileUsed {
            users: most(users),
            clients: most(default_of),
        })
        .breaks("move_users_to", Rule::Needed)
        .into()
}
