//! What is going on now: told by the server, lost with it, and whole again when it is back.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use pbx_api::{CallId, Code, LiveAlert, LiveCall, LiveLine, Problem};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::stage::{Shared, Stage, gate, refused};
use crate::events::Event;
use crate::live::tests::{call, phone};

/// What the server has, and those who listen to it.
pub struct Told {
    pub calls: Vec<LiveCall>,
    /// Nothing: the connection is cut.
    lines: broadcast::Sender<Option<LiveLine>>,
}

impl Default for Told {
    fn default() -> Self {
        Self {
            calls: Vec::new(),
            lines: broadcast::channel(64).0,
        }
    }
}

impl Told {
    /// Says something to everybody who listens.
    pub fn say(&self, line: LiveLine) {
        let _ = self.lines.send(Some(line));
    }
}

pub async fn stream(State(says): State<Shared>) -> Response {
    let says = says.lock().unwrap();
    if let Err(no) = gate(&says) {
        return no;
    }
    let calls = says.live.calls.iter().cloned().map(LiveLine::Call);
    let beginning: Vec<LiveLine> = std::iter::once(LiveLine::Begin)
        .chain(calls)
        .chain([LiveLine::Registration(phone(1)), LiveLine::Ready])
        .collect();
    let news = stream::unfold(says.live.lines.subscribe(), |mut lines| async move {
        let line = lines.recv().await.ok().flatten()?;
        Some((line, lines))
    });
    let written = stream::iter(beginning).chain(news).map(|line| {
        let text = serde_json::to_string(&line).expect("JSON");
        Ok::<_, Infallible>(text + "\n")
    });
    Body::from_stream(written).into_response()
}

/// Asks for the end of a call, as the server does: it is over when the line says so.
pub async fn hang_up(State(says): State<Shared>, Path(id): Path<CallId>) -> Response {
    let mut says = says.lock().unwrap();
    let before = says.live.calls.len();
    says.live.calls.retain(|call| call.id != id);
    if says.live.calls.len() == before {
        return refused(&Problem::new(Code::NotFound));
    }
    says.live.say(LiveLine::CallEnded(id));
    axum::http::StatusCode::ACCEPTED.into_response()
}

async fn stage_with(calls: Vec<LiveCall>) -> Stage {
    let stage = Stage::new().await;
    stage.change(|says| says.live.calls = calls);
    stage.sign_in().await;
    stage.until("live", |stage| phase(stage) == "live").await;
    stage
}

fn phase(stage: &Stage) -> String {
    let live = stage.desktop.active().map(|active| active.live.status());
    let status = serde_json::to_value(live.expect("signed in")).expect("JSON");
    status["phase"].as_str().expect("a text").to_owned()
}

fn ids(answer: &Value) -> Vec<&str> {
    let rows = answer["rows"].as_array().expect("rows");
    rows.iter().filter_map(|row| row["id"].as_str()).collect()
}

async fn calls(stage: &Stage) -> Value {
    let answer = stage.call("live.calls", json!({})).await;
    answer.expect("calls are known")
}

async fn until_calls(stage: &Stage, expected: &[LiveCall]) {
    let expected: Vec<String> = expected.iter().map(|call| call.id.to_string()).collect();
    stage
        .until("these calls", |stage| {
            let live = &stage.desktop.active().expect("signed in").live;
            let known = live.read(|now| {
                let mut ids: Vec<String> = now.calls.keys().map(ToString::to_string).collect();
                ids.sort();
                ids
            });
            known.as_deref() == Some(&expected)
        })
        .await;
}

#[tokio::test]
async fn what_ends_is_gone_and_what_comes_is_there() {
    let stage = stage_with(vec![call(1), call(2)]).await;
    let seen = calls(&stage).await;
    assert_eq!(ids(&seen).len(), 2);
    assert_eq!(seen["status"]["phase"], "live");
    let phones = stage.call("live.registrations", json!({})).await;
    assert_eq!(ids(&phones.expect("phones")).len(), 1);
    stage.change(|says| {
        says.live.say(LiveLine::CallEnded(call(1).id));
        says.live.say(LiveLine::Call(call(3)));
    });
    until_calls(&stage, &[call(2), call(3)]).await;
}

#[tokio::test]
async fn a_lost_line_leaves_what_was_known_with_its_time_and_no_way_to_hang_up() {
    let stage = stage_with(vec![call(1), call(2)]).await;
    stage.change(|says| {
        says.is_out = true;
        let _ = says.live.lines.send(None);
    });
    stage.until("lost", |stage| phase(stage) == "lost").await;
    let seen = calls(&stage).await;
    assert_eq!(ids(&seen).len(), 2);
    assert!(seen["status"]["as_of_ms"].is_i64());
    let input = json!({"call": call(1).id});
    let problem = stage.call("live.hang_up", input).await.expect_err("lost");
    assert_eq!(problem.code, Code::Offline);

    // One of them ended meanwhile, and nobody said so.
    stage.change(|says| {
        says.live.calls.remove(0);
        says.is_out = false;
    });
    stage.desktop.active().expect("signed in").live.now();
    until_calls(&stage, &[call(2)]).await;
    assert_eq!(phase(&stage), "live");
}

#[tokio::test]
async fn hanging_up_ends_the_call_and_one_that_is_over_is_no_failure() {
    let stage = stage_with(vec![call(1)]).await;
    let input = json!({"call": call(1).id});
    stage
        .call("live.hang_up", input.clone())
        .await
        .expect("ends");
    until_calls(&stage, &[]).await;
    stage.call("live.hang_up", input).await.expect("it is over");
}

#[tokio::test]
async fn an_alert_is_told_unless_the_person_switched_it_off() {
    let stage = stage_with(Vec::new()).await;
    let client = call(1).client;
    let dropped = LiveAlert::PhonesDropped {
        client,
        public_address: "203.0.113.7".to_owned(),
        phones: 12,
    };
    let limit = LiveAlert::LimitReached {
        client,
        international: false,
        limit: 4,
    };
    let mut settings = stage.call("settings.show", json!({})).await.expect("shows");
    settings["notify_phones_dropped"] = json!(false);
    let kept = stage.call("settings.change", settings).await;
    kept.expect("changes");
    let mut heard = stage.desktop.events().listen();
    stage.change(|says| {
        for alert in [dropped, limit.clone()] {
            says.live.say(LiveLine::Alert(alert));
        }
    });
    let told = loop {
        if let Event::Alert(alert) = heard.recv().await.expect("an event") {
            break alert;
        }
    };
    assert_eq!(told, limit, "the other one was switched off");
}
