//! What a user sets for its own calls, as far as its profile lets it.

use axum::Json;
use axum::extract::State;
use pbx_api::{CallSettings, Code, Colleague, Features, Problem, Rule, User};

use super::house::House;
use super::{rules, store};
use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditOwn};
use crate::check::Check;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;

/// Changes what a user set for its own calls. What its profile does not allow may be switched off
/// and not on.
#[utoipa::path(
    put,
    path = "/v1/me/calls",
    request_body = CallSettings,
    security(("token" = [])),
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 422, body = Problem)),
)]
pub(super) async fn change_calls(
    State(app): State<App>,
    by: Allowed<EditOwn>,
    Input(mut calls): Input<CallSettings>,
) -> Result<Json<User>> {
    let caller = by.caller;
    let me = caller.tenant.user();
    let me = me.ok_or_else(|| Error::code(Code::Forbidden))?;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, me).await?;
    let house = House::open(&mut tx, before.client, &[]).await?;
    let features = match before.profile {
        Some(profile) => {
            crate::profiles::store::show(&mut tx, profile)
                .await?
                .features
        }
        None => Features::default(),
    };
    let mut check = Check::default();
    allowed(&mut check, features, &before.calls, &calls);
    rules::calls(&mut check, "", &house, me, &mut calls);
    check.done()?;
    let after = User {
        calls,
        ..before.clone()
    };
    store::change_all(&mut tx, &[(&before, &after)], app.world.now_ms()).await?;
    let entry = Entry {
        action: "user.calls",
        client: Some(after.client),
        subject: ("user", me.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// What the profile switches off can't be set; what was set before it was switched off may stay.
fn allowed(check: &mut Check, features: Features, before: &CallSettings, after: &CallSettings) {
    let forward = after.forward.is_none() || after.forward == before.forward;
    check.rule(
        "forward",
        features.call_forward || forward,
        Rule::NotInYourProfile,
    );
    let follow = after.follow_me.is_none() || after.follow_me == before.follow_me;
    check.rule(
        "follow_me",
        features.follow_me || follow,
        Rule::NotInYourProfile,
    );
    let waiting = after.call_waiting == before.call_waiting;
    check.rule(
        "call_waiting",
        features.call_waiting || waiting,
        Rule::NotInYourProfile,
    );
    let quiet = !after.do_not_disturb || before.do_not_disturb;
    check.rule(
        "do_not_disturb",
        features.do_not_disturb || quiet,
        Rule::NotInYourProfile,
    );
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Colleagues {
    rows: Vec<Colleague>,
}

/// The directory of a user's client, by extension: to whom a call can be sent on. Empty for who is
/// no user.
#[utoipa::path(
    get,
    path = "/v1/me/colleagues",
    security(("token" = [])),
    responses((status = 200, body = Colleagues), (status = 401, body = Problem)),
)]
pub(super) async fn colleagues(State(app): State<App>, caller: Caller) -> Result<Json<Colleagues>> {
    if caller.tenant.user().is_none() {
        return Ok(Json(Colleagues { rows: Vec::new() }));
    }
    let mut tx = app.db.look(caller.tenant).await?;
    Ok(Json(Colleagues {
        rows: store::colleagues(&mut tx).await?,
    }))
}
