//! What the desktop shows of real calls: its own backend, without a window, at a real engine.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tandem::{Desktop, commands};
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, PATIENCE};
use tandem_stage::wait;
use tandem_tests::loopback::NoWindow;
use tokio::runtime::Runtime;

/// A desktop that the reseller's owner signed in to.
struct Desk {
    runtime: Runtime,
    desktop: Arc<Desktop>,
}

impl Desk {
    fn open(folder: &Path, lab: &Lab) -> Result<Self> {
        let runtime = Runtime::new()?;
        let window = Arc::new(NoWindow(folder.join("saved")));
        let desktop = runtime.block_on(Desktop::start(folder.join("data"), window));
        let desk = Self { runtime, desktop };
        desk.asks("session.sign_in", lab.office.owner().json())?;
        Ok(desk)
    }

    /// As a page asks.
    fn asks(&self, command: &str, input: Value) -> Result<Value> {
        let asked = commands::call(Arc::clone(&self.desktop), command, input);
        let answer = self.runtime.block_on(asked);
        answer.map_err(|problem| anyhow::anyhow!("{command}: {problem:?}"))
    }

    /// Waits until the rows of a page are as they should be.
    fn shows(&self, page: &str, what: &str, is: impl Fn(&[Value]) -> bool) -> Result<Vec<Value>> {
        wait::until(what, PATIENCE, || {
            let shown = self.asks(page, json!({}))?;
            let rows = shown["rows"].as_array().context("rows")?.clone();
            Ok(Some(rows).filter(|rows| is(rows)))
        })
    }

    /// Waits until so many calls are in its own list.
    fn lists(&self, calls: u64) -> Result<Value> {
        wait::until("the call records", PATIENCE, || {
            self.asks("sync.now", json!({}))?;
            let totals = self.asks("calls.totals", json!({ "filter": {} }))?;
            Ok(Some(totals).filter(|totals| totals["calls"] == calls))
        })
    }
}

#[test]
fn a_desktop_sees_phones_and_calls_and_hangs_up() -> Result<()> {
    let lab = Lab::start()?;
    let folder = tempfile::tempdir()?;
    let desk = Desk::open(folder.path(), &lab)?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let phones = desk.shows("live.registrations", "both phones", |phones| {
        phones.len() == 2
    })?;
    assert!(
        phones
            .iter()
            .any(|phone| phone["public_port"] == ann.port())
    );

    let (call, _) = talk(&mut ann, &mut bob, "1002")?;
    let calls = desk.shows("live.calls", "the call", |calls| {
        calls.len() == 1 && calls[0]["state"] == "answered"
    })?;
    assert_eq!(calls[0]["from_number"], "1001");
    assert_eq!(calls[0]["to_number"], "1002");
    desk.asks("live.hang_up", json!({ "call": calls[0]["id"] }))?;
    ann.is_hung_up(call.id())?;
    bob.is_hung_up(call.id())?;
    desk.shows("live.calls", "no call any more", <[Value]>::is_empty)?;
    let totals = desk.lists(1)?;
    assert_eq!(
        (&totals["legs"], &totals["answered_calls"]),
        (&json!(1), &json!(1))
    );

    // One that a phone ends goes from the page as well.
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    desk.shows("live.calls", "the other call", |calls| calls.len() == 1)?;
    end(&mut bob, &mut ann, &mut call)?;
    desk.shows("live.calls", "no call any more", <[Value]>::is_empty)?;
    desk.lists(2)?;

    assert_eq!(ann.register(0)?, 200);
    desk.shows("live.registrations", "Ann's phone is gone", |phones| {
        let dropped = |phone: &Value| !phone["offline_since_ms"].is_null();
        phones.iter().filter(|phone| dropped(phone)).count() == 1
    })?;
    Ok(())
}
