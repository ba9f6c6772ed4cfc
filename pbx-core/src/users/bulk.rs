//! The same change of many users at once.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use pbx_api::{BulkDone, BulkSettings, ClientId, FieldError, Problem, Rule, User, UserBulk};

use super::house::House;
use super::{rules, store};
use crate::audit::{self, Entry};
use crate::auth::{Allowed, EditClient};
use crate::check::Check;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::Input;

const USERS: std::ops::RangeInclusive<usize> = 1..=10_000;
/// Errors that are told of one request.
const ERRORS: usize = 500;

/// Changes many users, all or none. What is wrong is told beside the id of each user.
#[utoipa::path(
    post,
    path = "/v1/users/bulk",
    request_body = UserBulk,
    security(("token" = [])),
    responses((status = 200, body = BulkDone), (status = 403, body = Problem), (status = 422, body = Problem)),
)]
pub(super) async fn change(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Input(bulk): Input<UserBulk>,
) -> Result<Json<BulkDone>> {
    let caller = by.caller;
    let asked = bulk.users;
    let mut ids = asked.clone();
    ids.sort_unstable();
    ids.dedup();
    let mut check = Check::default();
    check.rule(
        "users",
        USERS.contains(&ids.len()),
        Rule::Entries {
            least: 1,
            most: 10_000,
        },
    );
    let something = bulk.set != BulkSettings::default();
    check.rule("set", something, Rule::NothingToSet);
    check.done()?;

    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show_all(&mut tx, &ids).await?;
    let found: HashSet<_> = before.iter().map(|user| user.id).collect();
    let mut wrong = Vec::new();
    // By place: an id that is nobody's is not repeated.
    for (place, _) in asked
        .iter()
        .enumerate()
        .filter(|(_, id)| !found.contains(*id))
    {
        wrong.push(FieldError::broken(format!("users.{place}"), Rule::NotFound));
    }
    let clients: HashSet<ClientId> = before.iter().map(|user| user.client).collect();
    let mut houses = HashMap::new();
    for client in clients {
        houses.insert(client, House::open(&mut tx, client, &[]).await?);
    }
    let mut after = Vec::with_capacity(before.len());
    for user in &before {
        let mut check = Check::default();
        let changed = set(&mut check, &houses[&user.client], user, &bulk.set);
        let told = check.told().into_iter();
        wrong.extend(told.map(|error| FieldError {
            field: format!("{}.{}", user.id, error.field),
            ..error
        }));
        after.push(changed);
    }
    if !wrong.is_empty() {
        wrong.truncate(ERRORS);
        return Err(Problem::of(wrong).into());
    }
    let changes: Vec<(&User, &User)> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .collect();
    store::change_all(&mut tx, &changes, app.world.now_ms()).await?;
    let mut entries = Vec::with_capacity(changes.len());
    for (before, after) in &changes {
        entries.push(Entry {
            action: "user.change",
            client: Some(after.client),
            subject: ("user", after.id.0),
            before: Some(serde_json::to_string(before)?),
            after: Some(serde_json::to_string(after)?),
        });
    }
    audit::write_all(&mut tx, &app.world, &caller, entries).await?;
    tx.commit().await?;
    Ok(Json(BulkDone {
        changed: u32::try_from(changes.len()).unwrap_or(u32::MAX),
    }))
}

/// The user with what is set, checked where it is new.
fn set(check: &mut Check, house: &House, user: &User, set: &BulkSettings) -> User {
    let mut settings = user.clone().settings();
    if let Some(profile) = set.profile {
        let assigned = house.profiles.contains_key(&profile);
        check.rule("profile", assigned, Rule::NotAssigned);
        settings.profile = Some(profile);
    }
    if let Some(department) = &set.department {
        settings.department.clone_from(department);
        rules::department(check, house, &mut settings.department);
    }
    if let Some(language) = &set.language {
        check.language("language", language);
        settings.language.clone_from(language);
    }
    let texts = [
        (
            &set.external_caller_name,
            &mut settings.external_caller_name,
        ),
        (
            &set.external_caller_number,
            &mut settings.external_caller_number,
        ),
        (
            &set.emergency_caller_number,
            &mut settings.emergency_caller_number,
        ),
    ];
    let mut caller_id = false;
    for (new, old) in texts {
        if let Some(new) = new {
            old.clone_from(new);
            caller_id = true;
        }
    }
    if caller_id {
        rules::caller_ids(check, house, &mut settings);
    }
    if let Some(seconds) = set.dial_seconds {
        rules::dial_seconds(check, seconds);
        settings.dial_seconds = seconds;
    }
    settings.vanity = set.vanity.unwrap_or(settings.vanity);
    settings.in_directory = set.in_directory.unwrap_or(settings.in_directory);
    settings.of(user.id, user.client)
}
