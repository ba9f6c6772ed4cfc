//! What becomes of a call: one pure function ([`decide`]) of what is known when it comes.
//!
//! The engine asks it for every call, and the simulator for a call that nobody makes.

mod decide;
pub mod snapshot;
pub mod store;
#[cfg(test)]
mod tests;

use axum::Json;
use axum::extract::State;
use pbx_api::{CallDecision, CallFrom, ClientId, InstantMs, Problem, Rule, Simulation, UserId};
use pbx_numbers::normalise;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use decide::decide;
use snapshot::Snapshot;

use crate::auth::{Allowed, SeeClient};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;
use crate::{blocks, clients, emergency};

/// Longest text that is dialled or calls.
const TEXT_CHARS: u32 = 64;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(simulate))
}

/// What would become of a call, with all phones online and nobody talking. Through a client's
/// login a reseller's blocks are not there.
#[utoipa::path(
    post,
    path = "/v1/dial/simulate",
    request_body = Simulation,
    security(("token" = [])),
    responses(
        (status = 200, body = CallDecision),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such user, or nobody's number"),
        (status = 422, body = Problem),
    ),
)]
async fn simulate(
    State(app): State<App>,
    by: Allowed<SeeClient>,
    Input(asked): Input<Simulation>,
) -> Result<Json<CallDecision>> {
    let short = |text: &str| text.chars().count() <= TEXT_CHARS as usize;
    let mut check = crate::check::Check::default();
    let rule = Rule::CharactersAtMost { most: TEXT_CHARS };
    check.rule("number", !asked.number.trim().is_empty(), Rule::Needed);
    check.rule("number", short(&asked.number), rule.clone());
    if let CallFrom::Outside(given) = &asked.from {
        check.rule("from", short(given), rule);
    }
    check.done()?;
    let mut tx = app.db.look(by.caller.tenant).await?;
    let at_ms = asked.at_ms.unwrap_or_else(|| app.world.now_ms());
    let known = match &asked.from {
        CallFrom::User(user) => of_user(&mut tx, *user, &asked.number, at_ms).await?,
        CallFrom::Outside(given) => {
            let e164 = called(&mut tx, &asked.number).await?;
            of_caller(&mut tx, given, &e164, at_ms).await?
        }
    };
    Ok(Json(decide(&known, &asked.from, &asked.number)))
}

/// What is known when a user of the tenant dials.
///
/// # Errors
/// [`Error::not_found`] when the user is not in reach.
pub async fn of_user(
    tx: &mut Tx,
    user: UserId,
    dialled: &str,
    at_ms: InstantMs,
) -> Result<Snapshot> {
    let (user, client) = store::user(tx, user).await?;
    let mut known = store::of(tx, client, &user.emergency_caller_number, at_ms).await?;
    known.emergency = emergency::store::of_user(tx, user.client, user.id).await?;
    let digits: String = dialled.chars().filter(char::is_ascii_digit).collect();
    store::add_extension(tx, &mut known, &digits).await?;
    known.users.insert(user.id, user);
    store::add_destinations(tx, &mut known, Vec::new()).await?;
    Ok(known)
}

/// What is known when somebody outside calls a number of the tenant's.
///
/// # Errors
/// [`Error::not_found`] when nobody in reach has the number.
pub async fn of_caller(tx: &mut Tx, given: &str, e164: &str, at_ms: InstantMs) -> Result<Snapshot> {
    let (number, client) = store::number(tx, e164).await?;
    let mut known = store::of(tx, client, e164, at_ms).await?;
    let caller = normalise(given, &known.client.country);
    known.block = blocks::store::stopping(tx, number.client, given, caller.as_deref()).await?;
    store::add_destinations(tx, &mut known, store::routed_to(&number.routing)).await?;
    Ok(known)
}

/// The number that a caller outside dials, read as in one of the countries that are in reach.
async fn called(tx: &mut Tx, text: &str) -> Result<String> {
    let countries = match tx.tenant().client() {
        Some(client) => vec![country(tx, client).await?],
        None => clients::store::countries(tx).await?,
    };
    let read = countries
        .iter()
        .find_map(|country| normalise(text, country));
    read.or_else(|| normalise(text, "")).ok_or_else(|| {
        let example = "+1 519 555 0142".to_owned();
        Problem::broken("number", Rule::UnreadableNumber { example }).into()
    })
}

async fn country(tx: &mut Tx, client: ClientId) -> Result<String> {
    clients::store::country(tx, client)
        .await
        .map_err(|_| Error::not_found())
}
