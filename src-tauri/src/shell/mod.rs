//! The window: the only code that knows of tauri.
//!
//! One command carries every call, one event carries all news. The window may do nothing else.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use pbx_api::{Code, Problem, Rule};
use tauri::{AppHandle, Emitter, Manager, State, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::OnceCell;
use tokio::sync::broadcast::error::RecvError;

use crate::events::Event;
use crate::{Desktop, Notification, Shell, commands};

const WINDOW: &str = "main";
/// The name under which the UI listens to everything.
const EVENT: &str = "tandem";
/// Where the demo says how to sign in.
const DEMO_SIGN_IN: &str = "TANDEM_DEMO_SIGN_IN";

struct Window(AppHandle);

impl Window {
    fn window(&self) -> Option<WebviewWindow> {
        self.0.get_webview_window(WINDOW)
    }
}

impl Shell for Window {
    fn save_dialog(
        &self,
        suggested: String,
    ) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>> {
        let window = self.window();
        Box::pin(async move {
            let mut dialog = rfd::AsyncFileDialog::new().set_file_name(suggested);
            if let Some(window) = &window {
                dialog = dialog.set_parent(window);
            }
            dialog.save_file().await.map(|file| file.path().to_owned())
        })
    }

    fn notify(&self, notification: Notification) {
        let icon = self.0.config().identifier.clone();
        tauri::async_runtime::spawn_blocking(move || {
            let shown = notify_rust::Notification::new()
                .appname("Tandem")
                .icon(&icon)
                .summary(&notification.title)
                .body(&notification.body)
                .show();
            if let Err(error) = shown {
                tracing::info!(%error, "this desktop shows no notifications");
            }
        });
    }

    fn open_link(&self, address: &str) -> Result<(), Problem> {
        open::that_detached(address)
            .map_err(|e| Problem::new(Code::Disk).because(Rule::NoBrowser { why: e.to_string() }))
    }

    fn is_in_front(&self) -> bool {
        self.window()
            .is_some_and(|window| window.is_focused().unwrap_or(false))
    }
}

/// The desktop once it has started; calls that come before wait for it.
#[derive(Default)]
struct Started(Arc<OnceCell<Arc<Desktop>>>);

impl Started {
    async fn desktop(&self, app: &AppHandle) -> Result<Arc<Desktop>, Problem> {
        let folder = app.path().app_data_dir().map_err(|e| {
            Problem::new(Code::Disk).because(Rule::NoDataFolder { why: e.to_string() })
        })?;
        let started = self.0.get_or_init(|| async {
            let desktop = Desktop::start(folder, Arc::new(Window(app.clone()))).await;
            if let Some(file) = std::env::var_os(DEMO_SIGN_IN)
                && let Err(problem) = desktop.sign_in_from(&PathBuf::from(file)).await
            {
                tracing::warn!(%problem, "the demo could not sign in");
            }
            tauri::async_runtime::spawn(forward(app.clone(), Arc::clone(&desktop)));
            desktop
        });
        Ok(Arc::clone(started.await))
    }
}

/// Takes the backend's news to the window.
async fn forward(app: AppHandle, desktop: Arc<Desktop>) {
    let mut news = desktop.events().listen();
    loop {
        let event = match news.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::everything_changed(),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = app.emit(EVENT, event) {
            tracing::warn!(%error, "the window did not take an event");
        }
    }
}

#[tauri::command]
async fn rpc(
    app: AppHandle,
    started: State<'_, Started>,
    name: String,
    input: serde_json::Value,
) -> Result<serde_json::Value, Problem> {
    let desktop = started.desktop(&app).await?;
    commands::call(desktop, &name, input).await
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When there is no display or the web view is missing.
pub fn run() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,tandem=info")),
        )
        .with_writer(std::io::stderr)
        .init();
    tauri::Builder::default()
        .manage(Started::default())
        .invoke_handler(tauri::generate_handler![rpc])
        .setup(|app| {
            WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
                .title("Tandem")
                .inner_size(1280.0, 800.0)
                .min_inner_size(900.0, 600.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
