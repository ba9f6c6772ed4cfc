//! Calls for help on Home: from the log, offline and after a start anew, and as they are told of.

use pbx_api::{CallId, Client, Direction, Leg, LiveAlert, LiveLine};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{Stage, leg};
use crate::clock::now_ms;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Somebody dialled, so many hours ago.
fn dialled(n: u128, number: &str, hours: i64) -> Leg {
    Leg {
        direction: Direction::Outbound,
        from_number: "+12025550100".to_owned(),
        to_number: number.to_owned(),
        started_at_ms: now_ms() - hours * HOUR_MS,
        ..leg(n)
    }
}

/// The calls for help on Home: numbers and locations, the newest first.
async fn help(stage: &Stage) -> Vec<(Value, Value)> {
    let now = stage.call("home.now", json!({})).await.expect("Home");
    let problems = now["problems"].as_array().expect("a list").iter();
    let calls = problems.map(|problem| &problem["emergency_call"]);
    calls
        .map(|call| (call["dialled"].clone(), call["location"].clone()))
        .collect()
}

fn told(call: CallId, dialled: &str) -> LiveLine {
    LiveLine::Alert(LiveAlert::EmergencyCall {
        call,
        client: leg(0).client,
        user: None,
        dialled: dialled.to_owned(),
        location: "1 Main St".to_owned(),
    })
}

#[tokio::test]
async fn calls_for_help_are_in_the_log_and_stay_on_home() {
    let inside = Leg {
        direction: Direction::Internal,
        ..dialled(5, "911", 1)
    };
    let logged = [
        dialled(1, "911", 2),
        dialled(2, "911", 25),
        // The emergency number of another country, and one that only begins as one does.
        dialled(3, "999", 1),
        dialled(4, "+19115550142", 1),
        inside,
    ];
    let mut stage = Stage::new().await;
    stage.change(|says| {
        says.clients = vec![Client::new(
            leg(0).client,
            "Acme",
            "acme",
            "America/Toronto",
            "CA",
        )];
        says.legs = logged.to_vec();
    });
    stage.sign_in().await;
    stage.until("synced", |stage| stage.calls() == 5).await;
    assert_eq!(help(&stage).await, [(json!("911"), json!(""))]);

    // Told of as well, it is one call; another one is told of before it is in the log.
    let other = CallId(Uuid::from_u128(77));
    let is_live = |stage: &Stage| {
        let active = stage.desktop.active().expect("signed in");
        active.live.status().as_of_ms.is_some()
    };
    stage.until("live", is_live).await;
    stage.change(|says| {
        says.live.say(told(logged[0].call, "911"));
        says.live.say(told(other, "112"));
    });
    let heard = |stage: &Stage| {
        let active = stage.desktop.active().expect("signed in");
        active.live.alerts().len() == 2
    };
    stage.until("heard", heard).await;
    let place = json!("1 Main St");
    let both = [(json!("112"), place.clone()), (json!("911"), place)];
    assert_eq!(help(&stage).await, both);

    // Started anew without the server: what the log has is there.
    stage.change(|says| says.is_out = true);
    stage.start_again_with_keychain().await;
    let now = stage.call("home.now", json!({})).await.expect("Home");
    assert_eq!(now["figures"], Value::Null);
    assert_eq!(help(&stage).await, [(json!("911"), json!(""))]);
}
