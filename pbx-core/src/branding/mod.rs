//! Branding: the logo and the favicon that a reseller's clients and users see.

mod image;
mod store;
mod svg;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use pbx_api::{BrandImage, BrandKind, Branding, Code, Problem};
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::audit;
use crate::auth::{Allowed, EditReseller};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Query};

/// Over the largest image, so that the refusal names its own limit.
const BODY_BYTES: usize = 1024 * 1024;
const LOGO: image::Limits = image::Limits {
    bytes_kb: 256,
    side: 2048,
};
const FAVICON: image::Limits = image::Limits {
    bytes_kb: 64,
    side: 512,
};

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(content, change, remove))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// A kind of image in the path.
struct Kind(BrandKind);

impl std::str::FromStr for Kind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "logo" => Ok(Self(BrandKind::Logo)),
            "favicon" => Ok(Self(BrandKind::Favicon)),
            _ => Err(()),
        }
    }
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfRealm {
    /// The reseller's realm.
    realm: String,
}

/// How a reseller presents itself to whoever comes through its realm, signed in or not.
#[utoipa::path(
    get,
    path = "/v1/branding",
    params(OfRealm),
    responses((status = 200, body = Branding), (status = 404, body = Problem)),
)]
async fn show(State(app): State<App>, Query(of): Query<OfRealm>) -> Result<Json<Branding>> {
    let mut root = app.db.look_root().await?;
    let realm = of.realm.trim().to_lowercase();
    let (name, images) = store::of_realm(&mut root, &realm)
        .await?
        .ok_or_else(Error::not_found)?;
    let of = |wanted: &str| {
        let found = images.iter().find(|(kind, _)| kind == wanted);
        found.map(|(_, image)| image.clone())
    };
    Ok(Json(Branding {
        logo: of("logo"),
        favicon: of("favicon"),
        name,
    }))
}

/// The bytes of an image. They can do nothing but be seen, wherever they are opened.
#[utoipa::path(
    get,
    path = "/v1/branding/{image}",
    params(("image" = BrandKind, Path), OfRealm),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)),
)]
async fn content(
    State(app): State<App>,
    Id(kind): Id<Kind>,
    Query(of): Query<OfRealm>,
) -> Result<Response> {
    let mut root = app.db.look_root().await?;
    let realm = of.realm.trim().to_lowercase();
    let (image, bytes) = store::content(&mut root, &realm, kind.0)
        .await?
        .ok_or_else(Error::not_found)?;
    let mut response = Response::new(Body::from(bytes));
    let text = |text: &str| HeaderValue::from_str(text).map_err(anyhow::Error::new);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, text(&image.content_type)?);
    headers.insert(header::ETAG, text(&format!("\"{}\"", image.sha256))?);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox; frame-ancestors 'none'",
        ),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Sets an image: PNG, SVG or ICO by its content. Of an SVG only what draws is kept.
#[utoipa::path(
    put,
    path = "/v1/branding/{image}",
    params(("image" = BrandKind, Path)),
    request_body(content_type = "application/octet-stream"),
    security(("token" = [])),
    responses((status = 200, body = BrandImage), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(kind): Id<Kind>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<BrandImage>> {
    let bytes = body.map_err(|_| Error::code(Code::TooLarge))?;
    let (field, limits) = match kind.0 {
        BrandKind::Logo => ("logo", LOGO),
        BrandKind::Favicon => ("favicon", FAVICON),
    };
    let image = tokio::task::spawn_blocking(move || image::read(&bytes, &limits))
        .await
        .map_err(anyhow::Error::new)?
        .map_err(|rule| Problem::broken(field, rule))?;
    let stored = BrandImage {
        content_type: image.content_type.to_owned(),
        sha256: hex::encode(Sha256::digest(&image.bytes)),
    };
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::known(&mut tx, kind.0).await?;
    store::set(&mut tx, kind.0, &image, &stored.sha256, app.world.now_ms()).await?;
    note(&app, &mut tx, &by, field, before.as_ref(), Some(&stored)).await?;
    tx.commit().await?;
    Ok(Json(stored))
}

/// Takes an image away; the desktop's own stands there again.
#[utoipa::path(
    delete,
    path = "/v1/branding/{image}",
    params(("image" = BrandKind, Path)),
    security(("token" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditReseller>,
    Id(kind): Id<Kind>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin(by.caller.tenant).await?;
    let before = store::known(&mut tx, kind.0).await?;
    if !store::remove(&mut tx, kind.0).await? {
        return Err(Error::not_found());
    }
    let field = match kind.0 {
        BrandKind::Logo => "logo",
        BrandKind::Favicon => "favicon",
    };
    note(&app, &mut tx, &by, field, before.as_ref(), None).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn note(
    app: &App,
    tx: &mut Tx,
    by: &Allowed<EditReseller>,
    field: &str,
    before: Option<&BrandImage>,
    after: Option<&BrandImage>,
) -> Result<()> {
    let text = |image: Option<&BrandImage>| {
        let state = |image: &BrandImage| {
            serde_json::json!({ "name": field, "content_type": image.content_type, "sha256": image.sha256 })
                .to_string()
        };
        image.map(state)
    };
    let entry = audit::Entry {
        action: if after.is_some() {
            "branding.change"
        } else {
            "branding.remove"
        },
        client: None,
        subject: ("branding", Uuid::nil()),
        before: text(before),
        after: text(after),
    };
    audit::write(tx, &app.world, &by.caller, entry).await
}
