//! Exports of more than one file, over files that are there, and cancelled.

use std::fs;

use pbx_api::Change;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::stage::{Stage, leg};
use crate::export::ROWS_MAX;

const LEGS: u64 = 2 * ROWS_MAX + 17;

async fn full() -> Stage {
    let stage = Stage::with(Vec::new()).await;
    let changes: Vec<Change> = (0..u128::from(LEGS)).map(|n| Change::Leg(leg(n))).collect();
    let cache = &stage.desktop.active().expect("open").cache;
    cache.apply(&changes, "1.0").expect("apply");
    stage
}

async fn start(stage: &Stage, manifest: bool) -> Result<Value, pbx_api::Problem> {
    let suggested = json!({"suggested": "calls.csv"});
    let chosen = stage.call("export.choose_path", suggested).await?;
    let input = json!({
        "filter": {}, "zone": "America/Toronto", "path": chosen["path"],
        "manifest": manifest, "all_files": true,
    });
    stage.call("export.start", input).await
}

async fn ended(stage: &Stage) -> Value {
    loop {
        let jobs = stage.call("jobs.list", json!({})).await.expect("lists");
        let last = jobs.as_array().and_then(|all| all.last()).expect("a job");
        if last["state"] != "running" {
            return last.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn more_than_a_hundred_thousand_rows_are_numbered_files_with_right_hashes() {
    let stage = full().await;
    start(&stage, true).await.expect("starts");
    let job = ended(&stage).await;
    assert_eq!(job["state"], "done", "{job}");
    let out = stage.folder.path().join("out");
    assert_eq!(
        stage.out(),
        [
            "calls-1.csv",
            "calls-1.csv.manifest.json",
            "calls-2.csv",
            "calls-3.csv"
        ]
    );
    let manifest = fs::read(out.join("calls-1.csv.manifest.json")).expect("there");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(manifest["rows"], LEGS);
    for (file, rows) in manifest["files"].as_array().expect("files").iter().zip([
        ROWS_MAX,
        ROWS_MAX,
        LEGS - 2 * ROWS_MAX,
    ]) {
        let bytes = fs::read(out.join(file["name"].as_str().expect("a name"))).expect("there");
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!((lines - 1, &file["rows"]), (rows, &json!(rows)));
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(&bytes)));
    }
}

#[tokio::test]
async fn a_cancelled_export_leaves_nothing_and_numbered_files_replace_nothing() {
    let stage = full().await;
    let job = start(&stage, false).await.expect("starts");
    stage
        .call("jobs.cancel", json!({"id": job["id"]}))
        .await
        .expect("cancels");
    assert_eq!(ended(&stage).await["state"], "cancelled");
    assert!(stage.out().is_empty(), "{:?}", stage.out());
    let there = stage.folder.path().join("out").join("calls-2.csv");
    fs::write(&there, "mine").expect("writes");
    let refused = start(&stage, false).await.expect_err("refused");
    assert!(refused.to_string().contains("calls-2.csv"), "{refused}");
    assert_eq!(fs::read(&there).expect("there"), b"mine");
    assert_eq!(stage.out(), ["calls-2.csv"]);
}

#[tokio::test]
async fn signing_out_ends_an_export() {
    let stage = full().await;
    start(&stage, false).await.expect("starts");
    stage
        .call("session.sign_out", json!({"wipe": true}))
        .await
        .expect("signs out");
    assert_eq!(ended(&stage).await["state"], "cancelled");
    assert!(stage.out().is_empty(), "{:?}", stage.out());
}
