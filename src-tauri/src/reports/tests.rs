//! A report as a person asks for it.

use pbx_api::{CallResult, ClientId, Direction, Leg};
use serde_json::{Value, json};
use tandem_cache::{ReportRow, ReportSums};

use super::held;
use crate::tests::stage::{Stage, leg};

fn outbound(n: u128, to: &str, talk_seconds: u32) -> Leg {
    Leg {
        direction: Direction::Outbound,
        to_number: to.to_owned(),
        to_e164: to.starts_with('+').then(|| to.to_owned()),
        talk_seconds,
        ..leg(n)
    }
}

async fn report(stage: &Stage, part: Value) -> Value {
    let mut input = json!({
        "filter": {}, "zone": "America/Toronto", "by_month": false, "by_client": false, "by_user": false,
    });
    for (name, value) in part.as_object().expect("an object") {
        input[name] = value.clone();
    }
    stage.call("reports.show", input).await.expect("reports")
}

#[tokio::test]
async fn minutes_are_told_by_direction_and_by_the_class_of_the_number_dialled() {
    let stage = Stage::with(vec![
        leg(1),
        outbound(2, "+14165550142", 60),
        outbound(3, "+12125550142", 30),
        outbound(4, "+442079460018", 20),
        outbound(5, "911", 10),
        outbound(6, "*97", 1),
        Leg {
            result: CallResult::NoAnswer,
            ..outbound(7, "+18005550142", 0)
        },
    ])
    .await;
    let total = &report(&stage, json!({})).await["total"];
    assert_eq!(total["calls"], 7);
    assert_eq!(total["answered_calls"], 6);
    assert_eq!(total["inbound_seconds"], 5);
    assert_eq!(
        total["outbound"],
        json!({"emergency": 10, "toll_free": 0, "canada": 60, "us": 30, "other_nanp": 0, "international": 20, "other": 1})
    );
}

#[tokio::test]
async fn months_are_those_of_the_zone_and_every_one_is_there() {
    let august = Leg {
        started_at_ms: 1_755_000_000_000,
        ..leg(1)
    };
    // 1 October 2025, 01:00 in UTC, which is 30 September in Toronto.
    let september = Leg {
        started_at_ms: 1_759_280_400_000,
        ..leg(2)
    };
    let stage = Stage::with(vec![august, september]).await;
    let until = json!({"filter": {"until_ms": 1_759_300_000_000_i64}, "by_month": true});
    let said = report(&stage, until).await;
    let months: Vec<&str> = said["months"]
        .as_array()
        .expect("months")
        .iter()
        .filter_map(|one| one["month"].as_str())
        .collect();
    assert_eq!(months, ["2025-08", "2025-09", "2025-10"]);
    assert_eq!(said["months"][1]["figures"]["busiest_hour"], 21);
    assert_eq!(said["rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(said["week"][1][21], 1, "a Tuesday evening");
}

#[tokio::test]
async fn nothing_here_is_a_report_of_nothing() {
    let stage = Stage::with(Vec::new()).await;
    let said = report(&stage, json!({"by_client": true})).await;
    assert_eq!(said["rows"], json!([]));
    assert_eq!(said["total"]["calls"], 0);
    assert_eq!(said["total"]["busiest_hour"], Value::Null);
}

#[test]
fn what_a_table_does_not_hold_is_the_oldest_months_and_of_a_month_the_fewest_calls() {
    let row = |month: usize, client: u128, calls: u64| ReportRow {
        month: Some(month),
        client: Some(ClientId(uuid::Uuid::from_u128(client))),
        client_name: String::new(),
        user: None,
        user_name: String::new(),
        sums: ReportSums {
            calls,
            ..ReportSums::default()
        },
    };
    let rows = vec![
        row(0, 1, 900),
        row(2, 4, 1),
        row(1, 2, 5),
        row(1, 1, 7),
        row(1, 4, 5),
        row(1, 3, 5),
        row(2, 3, 2),
    ];
    let kept = |rows: Vec<ReportRow>, most| {
        let (rows, left_out) = held(rows, most);
        let mut kept: Vec<_> = rows
            .iter()
            .map(|row| (row.month.unwrap_or_default(), row.sums.calls, row.client))
            .collect();
        kept.sort_unstable();
        (kept, left_out)
    };
    let client = |n| Some(ClientId(uuid::Uuid::from_u128(n)));
    let expected = vec![
        (1, 5, client(2)),
        (1, 7, client(1)),
        (2, 1, client(4)),
        (2, 2, client(3)),
    ];
    assert_eq!(kept(rows.clone(), 4), (expected.clone(), 3));
    // The same ones, in whatever order the cache counted them.
    let turned = rows.iter().rev().cloned().collect();
    assert_eq!(kept(turned, 4), (expected, 3));
    assert_eq!(kept(rows.clone(), 7).1, 0);
    assert_eq!(kept(rows, 8).0.len(), 7);
}
