//! The HTTP surface: one merge line a feature, then the layers that every request passes.

pub mod extract;
mod layers;
mod linger;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::get;
use pbx_api::{Code, Problem, ServerInfo};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Passwords, SignInLimits, Vault};
use crate::changes::Seal;
use crate::clock::World;
use crate::config::{Config, Limits, Phones};
use crate::db::Db;
use crate::engine::captures::Folder;
use crate::engine::{Contacts, Secret};
use crate::error::{Error, Result};
use crate::live::Teller;
use crate::mail::Mailer;
use crate::recordings::Store;

/// Wire version. A change that an older client can't read raises it.
pub const API_MAJOR: u32 = 1;

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub world: World,
    pub limits: Arc<Limits>,
    pub phones: Arc<Phones>,
    pub recordings: Store,
    pub passwords: Passwords,
    pub sign_in_limits: Arc<SignInLimits>,
    pub seal: Arc<Seal>,
    pub vault: Arc<Vault>,
    /// None: this server sends no mail.
    pub mailer: Option<Mailer>,
    /// None: no engine asks this server.
    pub engine_secret: Option<Secret>,
    /// Where the engine records. None: no call leaves a recording.
    pub captures: Option<Folder>,
    /// What wakes the streams of what is going on.
    pub live: Teller,
    /// Which engines told this process all that they have.
    pub engines: Arc<Contacts>,
    /// Cancelled when the server is to stop; long streams end at their next border.
    pub stopping: CancellationToken,
}

impl App {
    /// Opens the database and the recordings, and settles what a crash left behind.
    ///
    /// # Errors
    /// When either can't be opened.
    pub async fn open(config: &Config, world: World) -> anyhow::Result<Self> {
        let db = Db::open(&config.database).await?;
        let recordings = Store::open(&config.recordings)?;
        let seal = Seal::load(&db, &world).await?;
        let vault = Vault::load(&db, &world).await?;
        crate::recordings::sweep(&db, &recordings, &world).await?;
        crate::clients::settle(&db, &world).await?;
        Ok(Self {
            db,
            recordings,
            passwords: Passwords::new(&config.passwords, world.clone())?,
            sign_in_limits: Arc::new(SignInLimits::new(&config.limits)),
            seal: Arc::new(seal),
            vault: Arc::new(vault),
            mailer: config.smtp.as_ref().map(Mailer::new).transpose()?,
            engine_secret: config
                .engine
                .secret
                .as_deref()
                .map(Secret::new)
                .transpose()?,
            captures: config.engine.recordings_dir.clone().map(Folder::new),
            live: Teller::default(),
            engines: Arc::default(),
            limits: Arc::new(config.limits.clone()),
            phones: Arc::new(config.phones.clone()),
            stopping: CancellationToken::new(),
            world,
        })
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "pbx-core", description = "Call records, recordings and settings of a hosted phone system"),
    components(schemas(Problem, pbx_api::FeedLine)),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        if let Some(components) = document.components.as_mut() {
            components.add_security_scheme(
                "token",
                SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
            );
            // The server's one secret for engines; no login's token opens what it opens.
            components.add_security_scheme(
                "engine",
                SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
            );
        }
    }
}

/// The index of all features.
fn features(limits: &Limits) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(server))
        .routes(routes!(health))
        .merge(crate::auth::routes())
        .merge(crate::account::routes())
        .merge(crate::logins::routes())
        .merge(crate::connect::routes())
        .merge(crate::support::routes())
        .merge(crate::changes::routes())
        .merge(crate::cdrs::routes())
        .merge(crate::clients::routes())
        .merge(crate::users::routes())
        .merge(crate::limited::routes())
        .merge(crate::profiles::routes())
        .merge(crate::numbers::routes())
        .merge(crate::audit::routes())
        .merge(crate::branding::routes())
        .merge(crate::links::routes())
        .merge(crate::blocks::routes())
        .merge(crate::emergency::routes())
        .merge(crate::dial::routes())
        .merge(crate::live::routes())
        .merge(crate::engine::routes())
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(limits.answer_seconds),
        ))
        // These move files, which takes as long as the line is slow.
        .merge(crate::recordings::routes())
        .merge(crate::import::routes())
}

/// The OpenAPI document that the server serves of itself.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    features(&Limits::default()).into_openapi()
}

/// Everything the server answers.
pub fn router(app: App) -> axum::Router {
    let (routes, document) = features(&app.limits).split_for_parts();
    let document = Arc::new(document);
    let audio_stays = DefaultPredicate::new()
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(may_be_packed);
    routes
        .route(
            "/v1/openapi.json",
            get(move || async move { Json(document) }),
        )
        .fallback(|| async { Error::not_found() })
        .method_not_allowed_fallback(|| async {
            let mut problem = Problem::new(Code::NotFound).detail("No such method here.");
            problem.status = 405;
            Error::Problem(problem)
        })
        // Inside it every limit counts bytes after unpacking.
        .layer(RequestDecompressionLayer::new())
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(
            app.limits.answer_seconds,
        )))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(audio_stays),
        )
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            layers::border,
        ))
        .with_state(app)
}

/// Marks an answer whose lines have to leave as they come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotPacked;

fn may_be_packed(
    _: axum::http::StatusCode,
    _: axum::http::Version,
    _: &axum::http::HeaderMap,
    extensions: &axum::http::Extensions,
) -> bool {
    extensions.get::<NotPacked>().is_none()
}

/// What this server is, before anybody signed in.
#[utoipa::path(get, path = "/v1/server", responses((status = 200, body = ServerInfo)))]
async fn server(State(app): State<App>) -> Result<Json<ServerInfo>> {
    let mut root = app.db.look_root().await?;
    let sample = crate::resellers::store::any_sample(&mut root).await?;
    Ok(Json(ServerInfo {
        product: "pbx-core".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        api_major: API_MAJOR,
        now_ms: app.world.now_ms(),
        sample,
        sends_mail: app.mailer.is_some(),
    }))
}

/// Whether the server and its database answer.
#[utoipa::path(get, path = "/v1/health", responses((status = 204)))]
async fn health(State(app): State<App>) -> Result<axum::http::StatusCode> {
    let mut root = app.db.look_root().await?;
    crate::meta::get(&mut root, "generation").await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// Serves until `stop` resolves, then lets open answers end for a limited time.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let stopping = app.stopping.clone();
    let patience = Duration::from_secs(app.limits.shutdown_seconds);
    let db = app.db.clone();
    let sweeping = tokio::spawn(crate::live::sweep::run(app.clone()));
    let fetching = tokio::spawn(crate::engine::captures::run(app.clone()));
    let checkpoints = tokio::spawn(crate::db::checkpoint::run(app.clone()));
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let asked = stopping.clone();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        asked.cancel();
    });
    tokio::select! {
        ended = serving => ended?,
        () = async { stopping.cancelled().await; tokio::time::sleep(patience).await } => {
            tracing::warn!("open answers were cut at the end of the shutdown time");
        }
    }
    sweeping.await?;
    fetching.await?;
    checkpoints.await?;
    db.close().await;
    Ok(())
}
