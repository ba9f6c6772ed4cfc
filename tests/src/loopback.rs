//! The desktop's backend behind a port of 127.0.0.1, for the browser tests: the same table of commands and the same
//! events as in the window, and the pages of `ui/dist-loopback`. It is in no product.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path as FilePath, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::stream::{self, Stream};
use pbx_api::{Code, Problem};
use serde_json::Value;
use tandem::events::Event;
use tandem::{Desktop, Notification, Shell, commands};
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;

/// A file of the UI's build: its type, and what is in it.
type Page = (&'static str, Bytes);

struct Backend {
    desktop: Arc<Desktop>,
    pages: HashMap<String, Page>,
    /// The policy of the real window, so that a page that breaks it breaks here too.
    policy: String,
}

/// A shell without a screen: the save dialog is answered at once with a path in a folder.
pub struct NoWindow(pub PathBuf);

impl Shell for NoWindow {
    fn save_dialog(
        &self,
        suggested: String,
    ) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>> {
        let path = self.0.join(suggested);
        Box::pin(async move { Some(path) })
    }

    fn notify(&self, _: Notification) {}

    fn open_link(&self, address: &str) -> Result<(), Problem> {
        std::fs::write(self.0.join("opened-link"), address)
            .map_err(|e| Problem::new(Code::Disk).detail(e.to_string()))
    }

    fn is_in_front(&self) -> bool {
        true
    }
}

/// Serves the backend whose data lies in `folder` until the process ends. Saved files go to `folder/saved`.
pub async fn serve(listener: TcpListener, root: &FilePath, folder: PathBuf) -> Result<()> {
    let saved = folder.join("saved");
    std::fs::create_dir_all(&saved)?;
    let backend = Backend {
        desktop: Desktop::start(folder, Arc::new(NoWindow(saved))).await,
        pages: pages(&root.join("ui/dist-loopback"))?,
        policy: policy(root)?,
    };
    let router = Router::new()
        .route("/rpc/{name}", post(rpc))
        .route("/events", get(events))
        .fallback(page)
        // The window's own channel has no limit either.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(backend));
    Ok(axum::serve(listener, router).await?)
}

async fn rpc(
    State(backend): State<Arc<Backend>>,
    Path(name): Path<String>,
    Json(input): Json<Value>,
) -> Response {
    match commands::call(Arc::clone(&backend.desktop), &name, input).await {
        Ok(output) => Json(output).into_response(),
        Err(problem) => refused(&problem),
    }
}

fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(problem)).into_response()
}

async fn events(
    State(backend): State<Arc<Backend>>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let news = backend.desktop.events().listen();
    Sse::new(stream::unfold(news, |mut news| async move {
        let event = match news.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::everything_changed(),
            Err(RecvError::Closed) => return None,
        };
        let text = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(sse::Event::default().data(text)), news))
    }))
    .keep_alive(sse::KeepAlive::default())
}

async fn page(State(backend): State<Arc<Backend>>, uri: Uri) -> Response {
    let path = if uri.path() == "/" {
        "/index.html"
    } else {
        uri.path()
    };
    let Some((kind, content)) = backend.pages.get(path) else {
        return refused(&Problem::new(Code::NotFound));
    };
    let headers = [
        (header::CONTENT_TYPE, *kind),
        (header::CONTENT_SECURITY_POLICY, backend.policy.as_str()),
    ];
    (headers, content.clone()).into_response()
}

/// Reads the whole build: only what is in it can be asked for.
fn pages(folder: &FilePath) -> Result<HashMap<String, Page>> {
    let mut pages = HashMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let entries =
            std::fs::read_dir(&at).context("the UI is not built: npm run build:loopback in ui")?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let kind = match path.extension().and_then(|ending| ending.to_str()) {
                Some("html") => "text/html; charset=utf-8",
                Some("js") => "text/javascript; charset=utf-8",
                Some("css") => "text/css; charset=utf-8",
                Some("svg") => "image/svg+xml",
                _ => "application/octet-stream",
            };
            let name = path
                .strip_prefix(folder)?
                .to_string_lossy()
                .replace('\\', "/");
            pages.insert(format!("/{name}"), (kind, std::fs::read(&path)?.into()));
        }
    }
    Ok(pages)
}

/// The window's policy, with this port in place of the window's own channel.
fn policy(root: &FilePath) -> Result<String> {
    let config: Value = serde_json::from_str(&std::fs::read_to_string(
        root.join("src-tauri/tauri.conf.json"),
    )?)?;
    let policy = config["app"]["security"]["csp"]
        .as_str()
        .context("tauri.conf.json has no policy")?;
    Ok(policy.replace(
        "connect-src ipc: http://ipc.localhost",
        "connect-src 'self'",
    ))
}
