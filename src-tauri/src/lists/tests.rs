//! Lists that are kept, and lists that are written to a file.

use std::fs;

use pbx_api::Code;
use serde_json::{Value, json};

use super::{KEPT_MAX_BYTES, Listed, after, read};
use crate::tests::stage::Stage;

const PATH: &str = "/v1/things";

async fn things(stage: &Stage) -> Result<Listed<Value>, pbx_api::Problem> {
    let active = stage.desktop.active().expect("signed in");
    read(&active, "things", PATH).await
}

async fn stage_that_says(things: Vec<Value>) -> Stage {
    let stage = Stage::with(Vec::new()).await;
    stage.change(|says| says.things = things);
    stage
}

#[tokio::test]
async fn what_was_read_is_shown_with_its_time_when_the_server_is_out() {
    let stage = stage_that_says(vec![json!({"id": 1}), json!({"id": 2})]).await;
    let fresh = things(&stage).await.expect("reads");
    assert!(!fresh.offline);
    assert_eq!(fresh.rows.len(), 2);
    stage.change(|says| says.is_out = true);
    let kept = things(&stage).await.expect("kept");
    assert_eq!(
        kept,
        Listed {
            offline: true,
            ..fresh
        }
    );
}

#[tokio::test]
async fn nothing_kept_or_something_unreadable_is_said_to_be_offline() {
    let stage = stage_that_says(vec![json!({"id": 1})]).await;
    stage.change(|says| says.is_out = true);
    let problem = things(&stage).await.expect_err("nothing is kept");
    assert_eq!(problem.code, Code::Offline);
    let cache = stage.desktop.active().expect("open").cache.clone();
    cache
        .set_value("list things", b"{\"rows\": 3")
        .expect("sets");
    let problem = things(&stage).await.expect_err("damaged");
    assert_eq!(problem.code, Code::Offline);
}

#[tokio::test]
async fn a_refusal_shows_nothing_old() {
    let stage = stage_that_says(vec![json!({"id": 1})]).await;
    things(&stage).await.expect("reads");
    stage.change(|says| says.refuses_things = true);
    let problem = things(&stage).await.expect_err("refused");
    assert_eq!(problem.code, Code::Forbidden);
}

#[tokio::test]
async fn every_page_is_asked_for_and_they_are_one_list() {
    let stage = stage_that_says((0..25).map(|n| json!({ "id": n })).collect()).await;
    stage.change(|says| says.things_a_page = Some(10));
    let all = things(&stage).await.expect("reads");
    let ids: Vec<u64> = all
        .rows
        .iter()
        .filter_map(|row| row["id"].as_u64())
        .collect();
    assert_eq!(ids, (0..25).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_that_is_too_long_to_keep_is_shown_and_takes_the_old_one_away() {
    let stage = stage_that_says(vec![json!({"id": 1})]).await;
    things(&stage).await.expect("reads");
    let long = "x".repeat(KEPT_MAX_BYTES / 4);
    stage.change(|says| {
        says.things = (0..5).map(|_| json!({ "text": long })).collect();
        says.things_a_page = Some(1);
    });
    assert_eq!(things(&stage).await.expect("reads").rows.len(), 5);
    stage.change(|says| says.is_out = true);
    let problem = things(&stage).await.expect_err("not kept");
    assert_eq!(problem.code, Code::Offline);
}

#[test]
fn the_next_page_is_asked_for_beside_what_was_asked() {
    assert_eq!(after("/v1/things", "a b&c"), "/v1/things?after=a+b%26c");
    assert_eq!(
        after("/v1/things?client=7", "x"),
        "/v1/things?client=7&after=x"
    );
}

#[tokio::test]
async fn a_list_is_written_as_it_is_shown_and_harmless() {
    let stage = Stage::new().await;
    let input = json!({
        "name": "Clients",
        "header": ["Name", "Number"],
        "rows": [["Acme, \"the\" one", "+15195550142"], ["=HYPERLINK(1)", ""]],
    });
    let done = stage.call("lists.export", input).await.expect("exports");
    assert_eq!(done["rows"], 2);
    let text = fs::read_to_string(done["path"].as_str().expect("a path")).expect("there");
    assert_eq!(
        text,
        "Name,Number\r\n\"Acme, \"\"the\"\" one\",+15195550142\r\n'=HYPERLINK(1),\r\n"
    );
}

#[tokio::test]
async fn a_row_without_a_cell_for_each_column_is_refused() {
    let stage = Stage::new().await;
    let input = json!({"name": "x", "header": ["a", "b"], "rows": [["1"]]});
    let problem = stage
        .call("lists.export", input)
        .await
        .expect_err("refused");
    assert_eq!(problem.code, Code::Invalid);
    assert!(stage.out().is_empty());
}
