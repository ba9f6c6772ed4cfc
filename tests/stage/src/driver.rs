//! The real window, driven over the W3C WebDriver protocol by WebKitWebDriver, the one of the web view itself.
//!
//! Small on purpose: what the stories need, by roles and visible names, in blocking calls.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use serde_json::{Value, json};

use crate::process::{Running, need};
use crate::wait;

/// The longest a single driver call may take: a session opens the program, which may be a debug build on a busy machine.
const CALL_LIMIT: Duration = Duration::from_secs(90);

/// The key under which the protocol wraps an element's id (WebDriver section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A program with a web view, opened by WebKitWebDriver. Dropping it ends both.
#[derive(Debug)]
pub struct Window {
    session: String,
    agent: ureq::Agent,
    driver: Running,
}

/// An element of the page, valid as long as the page keeps it.
#[derive(Debug, Clone)]
pub struct Element(Value);

impl Window {
    /// Opens `program` with `arguments`. `prepare` sets the environment (display, folders) of driver and program.
    pub fn open(
        program: &Path,
        arguments: &[&str],
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        need(&["WebKitWebDriver"])?;
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null());
        prepare(&mut command);
        let mut driver = Running::start("WebKitWebDriver", &mut command)?;
        wait::until("WebKitWebDriver listens", CALL_LIMIT, || {
            driver.still_runs()?;
            Ok(std::net::TcpStream::connect(("127.0.0.1", port))
                .is_ok()
                .then_some(()))
        })?;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(CALL_LIMIT))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let base = format!("http://127.0.0.1:{port}/session");
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": program, "args": arguments },
            "timeouts": { "script": 60_000 },
        } } });
        let opened = send(&agent, "POST", &base, Some(&wanted))
            .context("the program did not open its window")?;
        let id = opened["sessionId"]
            .as_str()
            .context("the driver names no session")?;
        Ok(Self {
            session: format!("{base}/{id}"),
            agent,
            driver,
        })
    }

    /// Closes the window as a person would, which ends the program.
    pub fn close(mut self) -> Result<()> {
        let closed = self.call("DELETE", "", None);
        self.driver.stop();
        closed.map(drop)
    }

    /// Ends the program without a chance to tidy up.
    pub fn kill(mut self) {
        self.driver.kill();
    }

    /// The result of a script's `return`. Its `arguments` are JSON.
    pub fn run(&self, script: &str, arguments: Value) -> Result<Value> {
        self.call(
            "POST",
            "/execute/sync",
            Some(&json!({ "script": script, "args": arguments })),
        )
    }

    /// The first element that the XPath finds and a person can see, if any.
    pub fn find(&self, xpath: &str) -> Result<Option<Element>> {
        let asked = json!({ "using": "xpath", "value": xpath });
        let found = self.call("POST", "/elements", Some(&asked))?;
        let elements = found.as_array().into_iter().flatten();
        for element in elements.map(|element| Element(element[ELEMENT].clone())) {
            // One that was replaced since is an error here, and is not seen either.
            let shown = self.of(&element, "GET", "/displayed", None);
            if shown.is_ok_and(|shown| shown == json!(true)) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Waits for such an element.
    pub fn wait_for(&self, xpath: &str, limit: Duration) -> Result<Element> {
        wait::until(xpath, limit, || self.find(xpath))
    }

    pub fn click(&self, element: &Element) -> Result<()> {
        self.of(element, "POST", "/click", Some(&json!({})))
            .map(drop)
    }

    /// Types into an element, after what is in it.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.of(element, "POST", "/value", Some(&json!({ "text": text })))
            .map(drop)
    }

    /// Empties a field.
    pub fn clear(&self, element: &Element) -> Result<()> {
        self.of(element, "POST", "/clear", Some(&json!({})))
            .map(drop)
    }

    pub fn text(&self, element: &Element) -> Result<String> {
        let text = self.of(element, "GET", "/text", None)?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Presses and releases keys in order, wherever the focus is; named ones as WebDriver code points, such as `\u{e007}` for Enter.
    pub fn press(&self, keys: &[&str]) -> Result<()> {
        let mut actions: Vec<Value> = keys
            .iter()
            .map(|key| json!({ "type": "keyDown", "value": key }))
            .collect();
        actions.extend(
            keys.iter()
                .rev()
                .map(|key| json!({ "type": "keyUp", "value": key })),
        );
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.call("POST", "/actions", Some(&body)).map(drop)
    }

    /// Writes what the page shows as a PNG, after it has drawn what it was last told.
    pub fn screenshot(&self, path: &Path) -> Result<()> {
        let two_frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.call(
            "POST",
            "/execute/async",
            Some(&json!({ "script": two_frames, "args": [] })),
        )?;
        let picture = self.call("GET", "/screenshot", None)?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap_or_default())
            .context("the driver's picture is not base64")?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
    }

    fn of(
        &self,
        element: &Element,
        method: &str,
        what: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let id = element.0.as_str().unwrap_or_default();
        self.call(method, &format!("/element/{id}{what}"), body)
    }

    fn call(&self, method: &str, what: &str, body: Option<&Value>) -> Result<Value> {
        send(
            &self.agent,
            method,
            &format!("{}{what}", self.session),
            body,
        )
    }
}

/// One driver call: its `value`, or its error in the driver's words.
fn send(agent: &ureq::Agent, method: &str, url: &str, body: Option<&Value>) -> Result<Value> {
    let answer = match (method, body) {
        ("POST", Some(body)) => agent.post(url).send_json(body),
        ("DELETE", _) => agent.delete(url).call(),
        _ => agent.get(url).call(),
    };
    let mut answer = answer.with_context(|| format!("{method} {url}"))?;
    // A screenshot is a few megabytes of base64, past the default limit of what is read.
    let text = answer
        .body_mut()
        .with_config()
        .limit(256 << 20)
        .read_to_string()?;
    let mut told: Value = serde_json::from_str(&text)
        .with_context(|| format!("the driver answers no JSON: {text:.200}"))?;
    let value = told["value"].take();
    if let Some(error) = value["error"].as_str() {
        bail!("{error}: {}", value["message"].as_str().unwrap_or_default());
    }
    Ok(value)
}

/// A port that was free a moment ago, for programs that can't be told to pick one themselves.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
