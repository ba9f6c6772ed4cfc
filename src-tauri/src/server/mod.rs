//! Talking to `pbx-core`: one client a signed-in account, with its tokens.

mod answer;
mod before;
mod live;
mod open;

use std::sync::Arc;
use std::time::Duration;

use pbx_api::{
    Code, LegId, Me, Problem, RefreshRequest, Rule, ServerInfo, SignInAnswer, SignInRequest,
    SignedIn,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

pub(crate) use answer::cut;
use answer::{json_of, problem_of};

/// The wire version that this program speaks.
const API_MAJOR: u32 = 1;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Silence after which an answer counts as cut. Long answers may take as long as they flow.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// What a renewed session is kept by: the keychain, or nothing.
pub type OnRenewed = Arc<dyn Fn(&SignedIn) + Send + Sync>;

/// A server, before anybody signed in.
#[derive(Debug, Clone)]
pub struct Server {
    base: Url,
    http: reqwest::Client,
}

/// A server with a session.
#[derive(Clone)]
pub struct Session {
    server: Server,
    tokens: Arc<Mutex<Tokens>>,
    on_renewed: OnRenewed,
}

struct Tokens {
    access: String,
    refresh: String,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("server", &self.server.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Server {
    /// A server by the address that a person typed: `https` unless it says otherwise. Plain `http`
    /// is taken only on this computer, where nobody listens in.
    ///
    /// # Errors
    /// `Invalid` on the field `server` when it is no address.
    pub fn new(address: &str) -> Result<Self, Problem> {
        let invalid = |rule| Problem::broken("server", rule);
        let address = address.trim().trim_end_matches('/');
        if address.is_empty() {
            return Err(invalid(Rule::Needed));
        }
        let with_scheme = if address.contains("://") {
            address.to_owned()
        } else {
            format!("https://{address}")
        };
        let base = Url::parse(&with_scheme).map_err(|_| invalid(Rule::NotAnAddress))?;
        let local = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        match base.scheme() {
            "https" => {}
            "http" if local => {}
            "http" => return Err(invalid(Rule::UnsafeHttp)),
            _ => return Err(invalid(Rule::NotHttps)),
        }
        if base.username() != "" || base.password().is_some() || base.query().is_some() {
            return Err(invalid(Rule::AddressHasMore));
        }
        let http = reqwest::Client::builder()
            // A redirect would take a password or a token somewhere else.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .user_agent(concat!("Tandem/", env!("CARGO_PKG_VERSION")))
            .no_proxy_on_loopback(local)
            .build()
            .map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))?;
        Ok(Self { base, http })
    }

    /// The address as it is stored and shown.
    #[must_use]
    pub fn address(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.address()))
    }

    /// Asks the server what it is.
    ///
    /// # Errors
    /// `Offline` when it can't be reached, `Invalid` on `server` when it is no `pbx-core` or speaks
    /// a newer language.
    pub async fn info(&self) -> Result<ServerInfo, Problem> {
        let response = self
            .request(Method::GET, "/v1/server")
            .send()
            .await
            .map_err(|e| cut(&e))?;
        let not_ours = || Problem::broken("server", Rule::NotAServer);
        if response.status().is_server_error() {
            // Something before the server answers in its place while it restarts.
            return Err(problem_of(response).await);
        }
        if !response.status().is_success() {
            return Err(not_ours());
        }
        let info: ServerInfo = json_of(response).await.map_err(|_| not_ours())?;
        if info.product != "pbx-core" {
            return Err(not_ours());
        }
        if info.api_major > API_MAJOR {
            return Err(Problem::broken(
                "server",
                Rule::NewerServer {
                    version: info.version,
                },
            ));
        }
        Ok(info)
    }

    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn sign_in(&self, request: &SignInRequest) -> Result<SignInAnswer, Problem> {
        let request = self.request(Method::POST, "/v1/auth/sign-in").json(request);
        json_of(request.send().await.map_err(|e| cut(&e))?).await
    }

    /// A session from its tokens. `access` may be empty or old: it is renewed when needed.
    #[must_use]
    pub fn session(self, access: String, refresh: String, on_renewed: OnRenewed) -> Session {
        Session {
            server: self,
            tokens: Arc::new(Mutex::new(Tokens { access, refresh })),
            on_renewed,
        }
    }
}

/// A proxy has no business between this program and a server on the same computer.
trait NoProxy {
    fn no_proxy_on_loopback(self, local: bool) -> Self;
}

impl NoProxy for reqwest::ClientBuilder {
    fn no_proxy_on_loopback(self, local: bool) -> Self {
        if local { self.no_proxy() } else { self }
    }
}

impl Session {
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Sends a request, renewing the token once when the server no longer takes it.
    async fn send(&self, make: impl Fn(&Server) -> RequestBuilder) -> Result<Response, Problem> {
        let tried = self.tokens.lock().await.access.clone();
        if !tried.is_empty() {
            let sent = make(&self.server)
                .bearer_auth(&tried)
                .send()
                .await
                .map_err(|e| cut(&e))?;
            if sent.status() != StatusCode::UNAUTHORIZED {
                return Ok(sent);
            }
        }
        let access = self.renew(&tried).await?;
        make(&self.server)
            .bearer_auth(access)
            .send()
            .await
            .map_err(|e| cut(&e))
    }

    /// Renews the tokens in a task of its own: whoever asked may be dropped meanwhile, and new
    /// tokens that nobody kept would end the session.
    async fn renew(&self, tried: &str) -> Result<String, Problem> {
        let (session, tried) = (self.clone(), tried.to_owned());
        tokio::spawn(async move { session.renew_once(&tried).await })
            .await
            .unwrap_or_else(|error| Err(Problem::new(Code::Internal).detail(error.to_string())))
    }

    /// Renews the tokens unless another request just did. The lock is held while it asks: an old
    /// refresh token that is used twice ends the session.
    async fn renew_once(&self, tried: &str) -> Result<String, Problem> {
        let mut tokens = self.tokens.lock().await;
        if tokens.access != tried {
            return Ok(tokens.access.clone());
        }
        if tokens.refresh.is_empty() {
            // A connected session ends and is not renewed.
            return Err(Problem::new(Code::Unauthenticated));
        }
        let request = RefreshRequest {
            refresh_token: tokens.refresh.clone(),
        };
        let request = self
            .server
            .request(Method::POST, "/v1/auth/refresh")
            .json(&request);
        let renewed: SignedIn = json_of(request.send().await.map_err(|e| cut(&e))?).await?;
        tokens.access.clone_from(&renewed.access_token);
        tokens.refresh.clone_from(&renewed.refresh_token);
        let (keep, access) = (Arc::clone(&self.on_renewed), renewed.access_token.clone());
        // The keychain may ask its person first, and that takes a while.
        crate::blocking(move || {
            keep(&renewed);
            Ok(())
        })
        .await?;
        Ok(access)
    }

    /// Asks for something by its path, with its query.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        json_of(
            self.send(|server| server.request(Method::GET, path))
                .await?,
        )
        .await
    }

    /// Tells the server something and gives its answer. Never sent twice by itself: a write whose
    /// answer was lost is for a person to look at.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn tell<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        let sent = self.send(|server| server.request(method.clone(), path).json(body));
        json_of(sent.await?).await
    }

    /// Sends a file and gives the server's answer. Never sent twice by itself.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn tell_file<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        text: String,
    ) -> Result<T, Problem> {
        let sent = self.send(|server| {
            let request = server.request(Method::POST, path);
            request.header("content-type", kind).body(text.clone())
        });
        json_of(sent.await?).await
    }

    /// Tells the server something that it answers with nothing but that it was done.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn order(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<(), Problem> {
        let response = self
            .send(|server| server.request(method.clone(), path).json(body))
            .await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(problem_of(response).await)
        }
    }

    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn me(&self) -> Result<Me, Problem> {
        self.get("/v1/me").await
    }

    /// Ends the session on the server.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn sign_out(&self) -> Result<(), Problem> {
        let response = self
            .send(|server| server.request(Method::POST, "/v1/auth/sign-out"))
            .await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(problem_of(response).await)
        }
    }

    /// Opens the change feed after a cursor: newline-delimited JSON, as it flows.
    ///
    /// # Errors
    /// `CursorGone` when the server's data is of another generation; what the server says; `Offline`.
    pub async fn changes(&self, after: Option<&str>) -> Result<Response, Problem> {
        let response = self
            .send(|server| {
                let request = server.request(Method::GET, "/v1/changes");
                if let Some(after) = after {
                    request.query(&[("after", after)])
                } else {
                    request
                }
            })
            .await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(problem_of(response).await)
        }
    }

    /// Opens a recording's bytes from an offset on.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn recording(&self, leg: LegId, from_byte: u64) -> Result<Response, Problem> {
        let response = self
            .send(|server| {
                let request = server.request(Method::GET, &format!("/v1/legs/{leg}/recording"));
                if from_byte > 0 {
                    request.header(reqwest::header::RANGE, format!("bytes={from_byte}-"))
                } else {
                    request
                }
            })
            .await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(problem_of(response).await)
        }
    }

    /// Deletes a recording on the server.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn delete_recording(&self, leg: LegId) -> Result<(), Problem> {
        let path = format!("/v1/legs/{leg}/recording");
        let response = self
            .send(|server| server.request(Method::DELETE, &path))
            .await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(problem_of(response).await)
        }
    }
}
