//! A server with a person for each role, on either engine.

mod data;
mod engine;
mod mail;
mod people;
mod postgres;
mod program;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use pbx_core::clock::World;
use pbx_core::config::{self, Config, Limits, Passwords, Phones};
use pbx_core::http::{self, App};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use tokio::sync::oneshot;

pub use data::{Feed, audit, leg, lines, write};
pub use engine::{CARRIER, ENGINE_SECRET, View, answered, comes_in, dials, end, expire, register};
use mail::Mails;
pub use mail::codes;
pub use people::{Company, PASSWORD, Person, Tree, account};
pub use postgres::Database;
pub use program::core;

/// Where the story's clock stands at its beginning.
pub const NOW_MS: i64 = 1_795_408_839_000;

/// Runs one story on both engines, each as a test of its own.
macro_rules! stories {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn story($server: $crate::support::TestServer) $body

            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::Engine::Sqlite, story);
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Engine::Postgres, story);
            }
        }
    )+};
}

#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A server on a port of its own, with two resellers that know nothing of each other.
pub struct TestServer {
    pub url: String,
    pub world: World,
    pub app: App,
    pub http: Client,
    pub north: Tree,
    pub south: Tree,
    pub config: Config,
    pub mails: Mails,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<tokio::task::JoinHandle<()>>,
    // Declared last: the folder and the database go when nothing uses them any more.
    _folder: Arc<tempfile::TempDir>,
    _database: Option<Database>,
}

/// Runs a story and fails when it left its server in trouble.
pub fn run<F: Future<Output = ()>>(engine: Engine, story: impl FnOnce(TestServer) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = TestServer::start(engine).await;
        tokio::time::timeout(Duration::from_secs(120), story(server))
            .await
            .expect("the story hangs");
    });
}

impl TestServer {
    pub async fn start(engine: Engine) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Database::create()),
        };
        let mails = Mails::start();
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: folder.path().to_owned(),
            database: database.as_ref().map_or_else(
                || format!("sqlite:{}", folder.path().join("test.sqlite").display()),
                |database| database.url.clone(),
            ),
            recordings: folder.path().join("recordings").display().to_string(),
            limits: Limits {
                import_bytes: 1 << 20,
                sign_in_tries_per_account: 5,
                shutdown_seconds: 2,
                live_silence_ms: 50,
                ..Limits::default()
            },
            phones: Phones::default(),
            engine: config::Engine {
                secret: Some(ENGINE_SECRET.into()),
                recordings_dir: Some(folder.path().join("captures")),
            },
            // Real cost would make every story a second longer and prove nothing more.
            passwords: Passwords {
                memory_kib: 8,
                passes: 1,
            },
            smtp: Some(mails.smtp.clone()),
        };
        let world = World::fixed(NOW_MS, 7);
        let app = App::open(&config, world.clone()).await.unwrap();
        engine::add_carrier(&app).await;
        let north = Tree::plant(&app, "north.example").await;
        let south = Tree::plant(&app, "south.example").await;
        let http = Client::builder().no_proxy().build().unwrap();
        let mut server = Self {
            url: String::new(),
            world,
            app,
            http,
            north,
            south,
            config,
            mails,
            stop: None,
            serving: None,
            _folder: folder,
            _database: database,
        };
        server.serve().await;
        for realm in ["north.example", "south.example"] {
            let mut tree = std::mem::take(if realm.starts_with('n') {
                &mut server.north
            } else {
                &mut server.south
            });
            for person in tree.everybody_mut() {
                person.token = server
                    .sign_in(&person.realm, &person.email, people::PASSWORD)
                    .await
                    .0;
            }
            *(if realm.starts_with('n') {
                &mut server.north
            } else {
                &mut server.south
            }) = tree;
        }
        server
    }

    async fn serve(&mut self) {
        let listener = tokio::net::TcpListener::bind(self.config.listen)
            .await
            .unwrap();
        self.url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        self.stop = Some(stop);
        let app = self.app.clone();
        self.serving = Some(tokio::spawn(async move {
            let stopped = async {
                let _ended = stopped.await;
            };
            http::serve(app, listener, stopped).await.unwrap();
        }));
    }

    /// Stops the server as a service manager does, and waits for it.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.await.unwrap();
        }
    }

    /// Starts it anew on the same data, as after an update.
    pub async fn start_again(&mut self) {
        self.app = App::open(&self.config, self.world.clone()).await.unwrap();
        self.serve().await;
    }

    /// Access and refresh token.
    pub async fn sign_in(&self, realm: &str, email: &str, password: &str) -> (String, String) {
        let body = serde_json::json!({ "realm": realm, "email": email, "password": password });
        let answer = self
            .request(Method::POST, "/v1/auth/sign-in")
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{email} signs in");
        let answer: serde_json::Value = answer.json().await.unwrap();
        let text = |name: &str| {
            answer["signed_in"][name]
                .as_str()
                .expect("a token")
                .to_owned()
        };
        (text("access_token"), text("refresh_token"))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub fn by(&self, person: &Person, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(&person.token)
    }

    pub async fn get(&self, person: &Person, path: &str) -> Response {
        self.by(person, Method::GET, path).send().await.unwrap()
    }

    /// The number of a company, as the reseller reads it.
    pub async fn e164(&self, owner: &Person, company: &Company) -> String {
        let numbers = self.json(owner, "/v1/numbers").await;
        let all = numbers["numbers"].as_array().unwrap().iter();
        let id = company.number.to_string();
        let own = all.filter(|number| number["id"] == id.as_str());
        own.map(|number| number["e164"].as_str().unwrap().to_owned())
            .next()
            .unwrap()
    }

    pub async fn json(&self, person: &Person, path: &str) -> serde_json::Value {
        let answer = self.get(person, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

/// Asserts that an answer is a problem of a code, and gives it.
pub async fn problem(answer: Response, code: pbx_api::Code) -> pbx_api::Problem {
    let status = answer.status().as_u16();
    let kind = answer.headers().get("content-type").cloned();
    let text = answer.text().await.unwrap();
    assert_eq!(
        kind.as_ref().map(|kind| kind.as_bytes()),
        Some(&b"application/problem+json"[..]),
        "{text}"
    );
    let problem: pbx_api::Problem = serde_json::from_str(&text).expect("a problem");
    assert_eq!((problem.code, problem.status), (code, status), "{text}");
    assert!(problem.request_id.is_some(), "{text}");
    problem
}
