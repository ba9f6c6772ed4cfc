//! A server of a few routes, a window without a screen, and waiting for what must come.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use pbx_api::{
    Change, Client, Code, FeedLine, Leg, LegId, Problem, ServerInfo, SignInAnswer, SignedIn,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::made::me;
pub use super::made::{AUDIO, leg, recorded};
use super::{audit, live};
use crate::account::Secrets;
use crate::clock::now_ms;
use crate::{Desktop, Notification, Shell, commands};

/// Long enough for a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server says; tests change it while it runs.
pub struct Says {
    /// Told at the beginning of the feed.
    pub clients: Vec<Client>,
    pub legs: Vec<Leg>,
    pub generation: u32,
    pub is_out: bool,
    pub refuses_tokens: bool,
    pub may_play: bool,
    /// Recordings whose bytes are not what their hash says.
    pub damaged: Vec<LegId>,
    /// A list that is not in the feed, in pages where that is said.
    pub things: Vec<Value>,
    pub things_a_page: Option<usize>,
    pub refuses_things: bool,
    pub live: live::Told,
    pub log: audit::Log,
}

pub type Shared = Arc<Mutex<Says>>;

struct Window {
    chosen: PathBuf,
}

impl Shell for Window {
    fn save_dialog(&self, _: String) -> Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>> {
        let chosen = self.chosen.clone();
        Box::pin(async move { Some(chosen) })
    }

    fn notify(&self, _: Notification) {}

    fn open_link(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }

    fn is_in_front(&self) -> bool {
        true
    }
}

pub struct Stage {
    pub desktop: Arc<Desktop>,
    pub folder: TempDir,
    pub says: Shared,
    address: String,
}

pub fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).expect("a status");
    (status, Json(problem)).into_response()
}

/// What the server says to everything when it is out or takes no token.
pub fn gate(says: &Says) -> Result<(), Response> {
    if says.is_out {
        return Err(StatusCode::BAD_GATEWAY.into_response());
    }
    if says.refuses_tokens {
        return Err(refused(&Problem::new(Code::Unauthenticated)));
    }
    Ok(())
}

fn signed_in(says: &Says) -> SignedIn {
    SignedIn {
        access_token: "access".to_owned(),
        access_expires_at_ms: now_ms() + 600_000,
        refresh_token: "refresh".to_owned(),
        me: me(says.may_play),
    }
}

async fn sign_in(State(says): State<Shared>) -> Response {
    let says = says.lock().unwrap();
    Json(SignInAnswer::SignedIn(signed_in(&says))).into_response()
}

async fn refresh(State(says): State<Shared>) -> Response {
    let says = says.lock().unwrap();
    gate(&says).map_or_else(|no| no, |()| Json(signed_in(&says)).into_response())
}

async fn who(State(says): State<Shared>) -> Response {
    let says = says.lock().unwrap();
    gate(&says).map_or_else(|no| no, |()| Json(me(says.may_play)).into_response())
}

async fn info(State(says): State<Shared>) -> Response {
    if says.lock().unwrap().is_out {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    Json(ServerInfo {
        product: "pbx-core".to_owned(),
        version: "1.0.0".to_owned(),
        api_major: 1,
        now_ms: now_ms(),
        sample: false,
        sends_mail: false,
    })
    .into_response()
}

/// A cursor is the generation and how many legs were brought.
async fn changes(State(says): State<Shared>, Query(query): Query<Value>) -> Response {
    let says = says.lock().unwrap();
    if let Err(no) = gate(&says) {
        return no;
    }
    let mut from = 0;
    if let Some(after) = query.get("after").and_then(Value::as_str) {
        let (generation, brought) = after.split_once('.').expect("our cursor");
        if generation != says.generation.to_string() {
            return refused(&Problem::new(Code::CursorGone));
        }
        from = brought.parse().expect("our cursor");
    }
    let mut lines = vec![FeedLine::Begin { remaining: 0 }];
    if from == 0 {
        let clients = says.clients.iter().cloned().map(Change::Client);
        lines.extend(clients.map(FeedLine::Change));
    }
    lines.extend(
        says.legs[from..]
            .iter()
            .map(|leg| FeedLine::Change(Change::Leg(leg.clone()))),
    );
    lines.push(FeedLine::Cursor {
        cursor: format!("{}.{}", says.generation, says.legs.len()),
        remaining: 0,
    });
    lines.push(FeedLine::End { caught_up: true });
    let text: String = lines
        .iter()
        .map(|line| serde_json::to_string(line).expect("JSON") + "\n")
        .collect();
    text.into_response()
}

async fn recording(
    State(says): State<Shared>,
    UrlPath(leg): UrlPath<LegId>,
    headers: HeaderMap,
) -> Response {
    let says = says.lock().unwrap();
    if let Err(no) = gate(&says) {
        return no;
    }
    if says.damaged.contains(&leg) {
        return vec![b'x'; AUDIO.len()].into_response();
    }
    assert!(!headers.contains_key("range"), "nothing was cut");
    AUDIO.into_response()
}

async fn things(State(says): State<Shared>, Query(query): Query<Value>) -> Response {
    let says = says.lock().unwrap();
    if let Err(no) = gate(&says) {
        return no;
    }
    if says.refuses_things {
        return refused(&Problem::new(Code::Forbidden));
    }
    let Some(most) = says.things_a_page else {
        return Json(&says.things).into_response();
    };
    let after = query.get("after").and_then(Value::as_str);
    let from: usize = after.map_or(0, |after| after.parse().expect("our cursor"));
    let until = (from + most).min(says.things.len());
    let next = (until < says.things.len()).then(|| until.to_string());
    Json(json!({"rows": says.things[from..until], "next": next})).into_response()
}

impl Stage {
    pub async fn new() -> Self {
        let says = Arc::new(Mutex::new(Says {
            clients: Vec::new(),
            legs: Vec::new(),
            generation: 1,
            is_out: false,
            refuses_tokens: false,
            may_play: true,
            damaged: Vec::new(),
            things: Vec::new(),
            things_a_page: None,
            refuses_things: false,
            live: live::Told::default(),
            log: audit::Log::default(),
        }));
        let routes = Router::new()
            .route("/v1/server", get(info))
            .route("/v1/auth/sign-in", post(sign_in))
            .route("/v1/auth/refresh", post(refresh))
            .route("/v1/auth/sign-out", post(|| async {}))
            .route("/v1/me", get(who))
            .route("/v1/changes", get(changes))
            .route("/v1/legs/{leg}/recording", get(recording))
            .route("/v1/things", get(things))
            .route("/v1/audit", get(audit::page))
            .route("/v1/live", get(live::stream))
            .route("/v1/live/calls/{call}/hang-up", post(live::hang_up))
            .with_state(Arc::clone(&says));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let folder = tempfile::tempdir().expect("temp dir");
        let window = Window {
            chosen: folder.path().join("out").join("calls.csv"),
        };
        std::fs::create_dir(folder.path().join("out")).expect("a folder");
        let data = folder.path().join("data");
        let secrets = Arc::new(Secrets::in_memory());
        let desktop = Desktop::start_with(data, Arc::new(window), secrets).await;
        Self {
            desktop,
            folder,
            says,
            address,
        }
    }

    /// With these calls, signed in and synced.
    pub async fn with(legs: Vec<Leg>) -> Self {
        let stage = Self::new().await;
        stage.change(|says| says.legs = legs);
        stage.sign_in().await;
        stage
            .until("synced", |stage| stage.phase() == "synced")
            .await;
        stage
    }

    /// Ends the program and starts it anew, where nothing keeps secrets meanwhile.
    pub async fn start_again(&mut self) {
        self.start_again_with(Arc::new(Secrets::in_memory())).await;
    }

    /// Ends the program and starts it anew, where a keychain keeps secrets meanwhile.
    pub async fn start_again_with_keychain(&mut self) {
        self.start_again_with(Arc::clone(&self.desktop.secrets))
            .await;
    }

    async fn start_again_with(&mut self, secrets: Arc<Secrets>) {
        self.desktop.close_active().await;
        let window = Window {
            chosen: self.folder.path().join("out").join("calls.csv"),
        };
        let data = self.folder.path().join("data");
        self.desktop = Desktop::start_with(data, Arc::new(window), secrets).await;
    }

    pub fn change(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }

    pub async fn call(&self, name: &str, input: Value) -> Result<Value, Problem> {
        commands::call(Arc::clone(&self.desktop), name, input).await
    }

    pub async fn sign_in(&self) {
        let input = json!({
            "server": self.address, "realm": "north", "email": "ana@example.com", "password": "x",
        });
        self.call("session.sign_in", input).await.expect("signs in");
    }

    pub fn phase(&self) -> String {
        let state = serde_json::to_value(self.desktop.sync_state()).expect("JSON");
        state["phase"].as_str().expect("a text").to_owned()
    }

    pub fn calls(&self) -> u64 {
        self.desktop
            .active()
            .map_or(0, |active| active.cache.size().0)
    }

    pub fn has(&self, leg: &Leg) -> bool {
        self.desktop
            .active()
            .is_ok_and(|active| active.offline.has(leg.id))
    }

    pub fn out(&self) -> Vec<String> {
        names(&self.folder.path().join("out"))
    }

    pub async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let wait = async {
            while !is_so(self) {
                // A poll of seconds is not waited for.
                if let Ok(active) = self.desktop.active() {
                    active.sync.now();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("never {what}: {:?}", self.desktop.sync_state()));
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
