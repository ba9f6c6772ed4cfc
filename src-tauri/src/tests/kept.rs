//! Recordings kept on this computer: what comes, what goes, what is left alone.

use pbx_api::{Leg, RecordingState};
use serde_json::{Value, json};

use super::stage::{AUDIO, Stage, recorded};

const MB: u64 = 1 << 20;

fn audio(n: u128) -> Leg {
    recorded(n, AUDIO.len() as u64)
}

async fn keep_all(stage: &Stage) -> Value {
    let rule = json!({"name": "all", "filter": {}, "limit_bytes": MB});
    stage.call("offline.add", rule).await.expect("a rule")
}

#[tokio::test]
async fn one_damaged_recording_keeps_no_other_one_away() {
    let stage = Stage::with(vec![audio(1), audio(2), audio(3)]).await;
    stage.change(|says| says.damaged = vec![audio(3).id]);
    keep_all(&stage).await;
    stage
        .until("kept", |stage| stage.has(&audio(1)) && stage.has(&audio(2)))
        .await;
    assert!(!stage.has(&audio(3)));
}

#[tokio::test]
async fn the_newest_within_the_limit_are_wanted_and_one_that_is_too_large_is_passed_over() {
    let legs = vec![
        audio(1),
        recorded(2, MB / 2),
        recorded(3, MB - 100),
        recorded(4, 2 * MB),
    ];
    let stage = Stage::with(legs).await;
    stage.change(|says| says.is_out = true);
    let rule = keep_all(&stage).await;
    stage
        .until("looked", |stage| {
            let state = stage.desktop.active().expect("open").offline.state();
            state.rules[0].matching == 4
        })
        .await;
    let state = stage.desktop.active().expect("open").offline.state();
    assert_eq!(state.rules[0].id, rule["id"].as_str().expect("an id"));
    assert_eq!(
        state.rules[0].waiting, 1,
        "the newest that fits, none older"
    );
}

#[tokio::test]
async fn a_deletion_and_a_withdrawn_right_remove_files() {
    let stage = Stage::with(vec![audio(1), audio(2)]).await;
    keep_all(&stage).await;
    stage
        .until("kept", |stage| stage.has(&audio(1)) && stage.has(&audio(2)))
        .await;
    stage.change(|says| {
        says.legs.push(Leg {
            recording: RecordingState::Deleted,
            recording_info: None,
            ..audio(1)
        });
    });
    stage.until("dropped", |stage| !stage.has(&audio(1))).await;
    assert!(stage.has(&audio(2)), "the other one stays");
    stage.desktop.active().expect("open").offline.rights(false);
    stage.until("dropped", |stage| !stage.has(&audio(2))).await;
}

#[tokio::test]
async fn rebuilding_the_cache_keeps_the_recordings_that_are_here() {
    let stage = Stage::with(vec![audio(1)]).await;
    keep_all(&stage).await;
    stage.until("kept", |stage| stage.has(&audio(1))).await;
    // While the cache is empty nothing is wanted, and nothing may go for it.
    stage.change(|says| says.is_out = true);
    stage
        .call("cache.rebuild", json!({}))
        .await
        .expect("empties");
    stage.desktop.active().expect("open").offline.look_again();
    stage.until("empty", |stage| stage.calls() == 0).await;
    stage
        .until("offline", |stage| stage.phase() == "offline")
        .await;
    assert!(stage.has(&audio(1)));
    stage.change(|says| says.is_out = false);
    stage
        .until("synced", |stage| stage.phase() == "synced")
        .await;
    assert!(stage.has(&audio(1)));
}

#[tokio::test]
async fn a_paused_rule_gives_nothing_up_for_what_it_does_not_fetch() {
    let stage = Stage::with(vec![audio(1)]).await;
    let rule = keep_all(&stage).await;
    stage.until("kept", |stage| stage.has(&audio(1))).await;
    let pause = json!({"id": rule["id"], "paused": true});
    stage.call("offline.pause", pause).await.expect("pauses");
    stage.change(|says| says.legs.push(recorded(2, MB)));
    stage
        .until("looked", |stage| {
            let state = stage.desktop.active().expect("open").offline.state();
            state.rules[0].matching == 2
        })
        .await;
    assert!(stage.has(&audio(1)));
}
