//! The desktop that somebody sits at: its own backend, without a window.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use pbx_api::{Code, LiveAlert, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tandem::events::Event;
use tandem::{Desktop, Notification, Shell, commands};
use tandem_stage::server::SignIn;
use tandem_stage::wait;
use tokio::runtime::Runtime;

use crate::PATIENCE;
use crate::seen::Now;

/// A desktop that somebody signed in to.
pub struct Desk {
    runtime: Runtime,
    desktop: Arc<Desktop>,
    window: Arc<BehindOthers>,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub fn open(as_whom: &SignIn) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // One thread is enough for what a story looks at.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let window = Arc::new(BehindOthers::default());
        let shell: Arc<dyn Shell> = window.clone();
        let desktop = runtime.block_on(Desktop::start(folder.path().join("data"), shell));
        let desk = Self {
            runtime,
            desktop,
            window,
            _folder: folder,
        };
        desk.asks("session.sign_in", as_whom.json())?;
        Ok(desk)
    }

    /// As a page asks.
    pub fn asks(&self, command: &str, input: Value) -> Result<Value> {
        self.answer(command, input)
            .map_err(|problem| anyhow!("{command}: {problem:?}"))
    }

    fn answer(&self, command: &str, input: Value) -> Result<Value, Problem> {
        let asked = commands::call(Arc::clone(&self.desktop), command, input);
        self.runtime.block_on(asked)
    }

    /// What its pages show of calls and phones; nothing while they say that it may be over.
    pub fn now(&self) -> Result<Option<Now>> {
        let (Some(calls), Some(phones)) =
            (self.rows("live.calls")?, self.rows("live.registrations")?)
        else {
            return Ok(None);
        };
        Ok(Some(Now { calls, phones }))
    }

    fn rows<T: DeserializeOwned>(&self, page: &str) -> Result<Option<Vec<T>>> {
        let mut shown = match self.answer(page, json!({})) {
            Ok(shown) => shown,
            Err(problem) if problem.code == Code::Offline => return Ok(None),
            Err(problem) => return Err(anyhow!("{page}: {problem:?}")),
        };
        if shown["status"]["phase"] != "live" {
            return Ok(None);
        }
        Ok(serde_json::from_value(shown["rows"].take())?)
    }

    /// Waits until so many calls are in its own list, and gives the totals of them.
    pub fn lists(&self, calls: u64) -> Result<Value> {
        wait::until("the call records", PATIENCE, || {
            self.asks("sync.now", json!({}))?;
            let totals = self.asks("calls.totals", json!({ "filter": {} }))?;
            Ok(Some(totals).filter(|totals| totals["calls"] == calls))
        })
    }

    /// What it tells of by itself from now on.
    pub fn alerts(&self) -> impl Iterator<Item = Result<LiveAlert>> {
        let mut events = self.desktop.events().listen();
        std::iter::from_fn(move || {
            let next = async {
                loop {
                    match events.recv().await {
                        Ok(Event::Alert(alert)) => return Ok(alert),
                        Ok(_) => {}
                        Err(ended) => return Err(anyhow!(ended)),
                    }
                }
            };
            let next = async { tokio::time::timeout(PATIENCE, next).await };
            let told = self.runtime.block_on(next);
            Some(told.context("nothing is told").flatten())
        })
    }

    /// The notifications of the computer that came so far: title and text.
    pub fn notifications(&self) -> Vec<(String, String)> {
        let said = self.window.0.lock();
        said.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A window that nobody looks at: what it has to say comes as notifications of the computer.
#[derive(Default)]
struct BehindOthers(Mutex<Vec<(String, String)>>);

impl Shell for BehindOthers {
    /// Whoever does not look at the window saves nothing.
    fn save_dialog(&self, _: String) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>> {
        Box::pin(async { None })
    }

    fn notify(&self, notification: Notification) {
        let said = self.0.lock();
        said.unwrap_or_else(PoisonError::into_inner)
            .push((notification.title, notification.body));
    }

    fn open_link(&self, address: &str) -> Result<(), Problem> {
        let nobody = format!("nobody is there who would look at {address}");
        Err(Problem::new(Code::Internal).detail(nobody))
    }

    fn is_in_front(&self) -> bool {
        false
    }
}
