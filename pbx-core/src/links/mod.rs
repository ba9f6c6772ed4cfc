//! Custom links: what a reseller's clients see under their own pages.

mod store;
mod undo;

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{CustomLink, LINK_ICONS, LinkId, LinkInput, LinkOrder, Problem, Rule};
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit;
use crate::auth::{Allowed, Caller, EditReseller};
use crate::check::Check;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input};

pub use undo::LinkUndo;

/// More would push the clients' own pages out of sight.
const LINKS: usize = 20;
/// Longest title, in characters: what the navigation has room for.
const TITLE_CHARS: u32 = 40;
const URL_BYTES: usize = 2000;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(order))
        .routes(routes!(change, remove))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Links {
    rows: Vec<CustomLink>,
}

/// The links in their order, for the reseller's people and its clients'. A user has none.
#[utoipa::path(
    get,
    path = "/v1/links",
    security(("token" = [])),
    responses((status = 200, body = Links), (status = 401, body = Problem)),
)]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Links>> {
    let mut rows = Vec::new();
    if caller.tenant.user().is_none() {
        let mut tx = app.db.look(caller.tenant).await?;
        rows = store::list(&mut tx).await?;
    }
    Ok(Json(Links { rows }))
}

/// The link that an input asks for.
///
/// # Errors
/// `Invalid` with the fields.
fn checked(id: LinkId, input: LinkInput) -> Result<CustomLink> {
    let LinkInput {
        mut title,
        url,
        icon,
    } = input;
    let mut check = Check::default();
    check.text("title", &mut title, 1, TITLE_CHARS);
    let address = Url::parse(url.trim()).ok().filter(|url| {
        url.scheme() == "https"
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
    });
    match &address {
        Some(address) if address.as_str().len() <= URL_BYTES => {}
        Some(_) => check.wrong("url", Rule::TooLong),
        None => check.wrong("url", Rule::NotHttps),
    }
    let known = LINK_ICONS.contains(&icon.as_str());
    check.rule("icon", known, Rule::NotAnIcon);
    check.done()?;
    Ok(CustomLink {
        id,
        title,
        url: address.map(String::from).unwrap_or_default(),
        icon,
    })
}

async fn note(
    app: &App,
    tx: &mut crate::db::Tx,
    by: &Caller,
    action: &'static str,
    before: Option<&CustomLink>,
    after: Option<&CustomLink>,
) -> Result<()> {
    let Some(link) = after.or(before) else {
        return Ok(());
    };
    let text = |link: Option<&CustomLink>| link.map(serde_json::to_string).transpose();
    let entry = audit::Entry {
        action,
        client: None,
        subject: ("custom_link", link.id.0),
        before: text(before)?,
        after: text(after)?,
    };
    audit::write(tx, &app.world, by, entry).await
}

/// Adds a link behind the others.
#[utoipa::path(
    post,
    path = "/v1/links",
    request_body = LinkInput,
    security(("token" = [])),
    responses((status = 201, body = CustomLink), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Input(input): Input<LinkInput>,
) -> Result<(StatusCode, Json<CustomLink>)> {
    let link = checked(LinkId(app.world.id()), input)?;
    let mut tx = app.db.begin(by.caller.tenant).await?;
    if store::list(&mut tx).await?.len() >= LINKS {
        return Err(Problem::broken("title", Rule::OneTooMany { most: 20 }).into());
    }
    store::put(&mut tx, &link, app.world.now_ms()).await?;
    note(
        &app,
        &mut tx,
        &by.caller,
        "custom_link.create",
        None,
        Some(&link),
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(link)))
}

/// Changes a link.
#[utoipa::path(
    put,
    path = "/v1/links/{link}",
    params(("link" = LinkId, Path)),
    request_body = LinkInput,
    security(("token" = [])),
    responses((status = 200, body = CustomLink), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(link): Id<LinkId>,
    Input(input): Input<LinkInput>,
) -> Result<Json<CustomLink>> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::show(&mut tx, link).await?;
    let after = checked(link, input)?;
    store::put(&mut tx, &after, app.world.now_ms()).await?;
    let (was, is) = (Some(&before), Some(&after));
    note(&app, &mut tx, &by.caller, "custom_link.change", was, is).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Removes a link.
#[utoipa::path(
    delete,
    path = "/v1/links/{link}",
    params(("link" = LinkId, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(link): Id<LinkId>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::show(&mut tx, link).await?;
    store::remove(&mut tx, link).await?;
    note(
        &app,
        &mut tx,
        &by.caller,
        "custom_link.remove",
        Some(&before),
        None,
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the links into another order. Every one of them is named once.
#[utoipa::path(
    put,
    path = "/v1/links/order",
    request_body = LinkOrder,
    security(("token" = [])),
    responses((status = 200, body = Links), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)),
)]
async fn order(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Input(wanted): Input<LinkOrder>,
) -> Result<Json<Links>> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::list(&mut tx).await?;
    let names = |links: &[CustomLink]| links.iter().map(|link| link.id).collect::<Vec<_>>();
    let known: BTreeSet<LinkId> = names(&before).into_iter().collect();
    let named: BTreeSet<LinkId> = wanted.links.iter().copied().collect();
    if known != named || wanted.links.len() != before.len() {
        return Err(Error::Problem(Problem::broken("links", Rule::EachOnce)));
    }
    store::order(&mut tx, &wanted.links).await?;
    let rows = store::list(&mut tx).await?;
    let titles = |links: &[CustomLink]| {
        let titles: Vec<&str> = links.iter().map(|link| link.title.as_str()).collect();
        serde_json::json!({ "order": titles }).to_string()
    };
    let entry = audit::Entry {
        action: "custom_link.order",
        client: None,
        subject: ("link_order", uuid::Uuid::nil()),
        before: Some(titles(&before)),
        after: Some(titles(&rows)),
    };
    audit::write(&mut tx, &app.world, &by.caller, entry).await?;
    tx.commit().await?;
    Ok(Json(Links { rows }))
}
