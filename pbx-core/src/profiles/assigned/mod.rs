//! Which profiles a client's users may have: rules that clients, users and profiles share.

pub mod store;

use pbx_api::{Client, ClientId, Code, Problem, ProfileId, Rule};

use crate::audit;
use crate::auth::Caller;
use crate::check::Check;
use crate::clock::World;
use crate::db::Tx;
use crate::error::Result;

/// Notes on the field `profile` where a client's users may not have it. A foreign profile and one
/// that is not assigned are the same answer.
///
/// # Errors
/// When the database fails.
pub async fn check_user(
    tx: &mut Tx,
    check: &mut Check,
    client: ClientId,
    profile: ProfileId,
) -> Result<()> {
    let assigned = store::is_assigned(tx, client, profile).await?;
    check.rule("profile", assigned, Rule::NotAssigned);
    Ok(())
}

/// Takes profiles from a client: its users with one of them move to `to`, which must be named where
/// there are any. Call it before the client's new profiles are written.
///
/// # Errors
/// [`Code::InUse`] on `profiles`, with how many users are left without one.
pub async fn take_from(
    tx: &mut Tx,
    world: &World,
    by: &Caller,
    client: &Client,
    to: Option<ProfileId>,
) -> Result<()> {
    let mut taken = Vec::new();
    let mut stranded = 0;
    for (profile, _) in store::of_client(tx, client.id).await? {
        if !client.profiles.contains(&profile) {
            stranded += store::users(tx, profile, Some(client.id)).await?;
            taken.push(profile);
        }
    }
    if stranded == 0 {
        return Ok(());
    }
    let Some(to) = to else {
        // Who shows it says the rule of the field; for programs it is a sentence of its own.
        let words = if stranded == 1 {
            "1 user has".to_owned()
        } else {
            format!("{stranded} users have")
        };
        return Err(Problem::new(Code::InUse)
            .detail(format!(
                "{words} a profile that is taken from the client. Name another one for them."
            ))
            .breaks(
                "profiles",
                Rule::TakenFromUsers {
                    users: u32::try_from(stranded).unwrap_or(u32::MAX),
                },
            )
            .into());
    };
    for from in taken {
        move_users(tx, world, by, client.id, from, to).await?;
    }
    Ok(())
}

/// Moves a client's users from one profile to another, each with its entry in the audit log.
///
/// # Errors
/// When the database fails.
pub async fn move_users(
    tx: &mut Tx,
    world: &World,
    by: &Caller,
    client: ClientId,
    from: ProfileId,
    to: ProfileId,
) -> Result<()> {
    for (before, after) in store::move_users(tx, client, from, to, world.now_ms()).await? {
        let entry = audit::Entry {
            action: "user.change",
            client: Some(client),
            subject: ("user", after.id.0),
            before: Some(serde_json::to_string(&before)?),
            after: Some(serde_json::to_string(&after)?),
        };
        audit::write(tx, world, by, entry).await?;
    }
    Ok(())
}
