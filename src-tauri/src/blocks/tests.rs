//! What a block would have stopped, from the calls that are here.

use pbx_api::{Change, Client, ClientId, Leg};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::now_ms;
use crate::tests::stage::{Stage, leg};

fn client(n: u128) -> ClientId {
    ClientId(Uuid::from_u128(n))
}

/// Six calls of two clients in the last days, one of them hidden, and one of long ago.
async fn stage() -> Stage {
    let stage = Stage::with(Vec::new()).await;
    let company = |n| {
        Change::Client(Client::new(
            client(n),
            "Acme",
            "acme",
            "America/Toronto",
            "CA",
        ))
    };
    let mut changes = vec![company(7), company(8)];
    for n in 0..7 {
        let mut call = Leg {
            client: client(7 + n % 2),
            started_at_ms: now_ms() - 3_600_000,
            ..leg(n)
        };
        match n {
            5 => (call.from_number, call.from_e164) = ("anonymous".to_owned(), None),
            6 => call.started_at_ms = now_ms() - 31 * 24 * 3_600_000,
            _ => {}
        }
        changes.push(Change::Leg(call));
    }
    let cache = &stage.desktop.active().expect("open").cache;
    cache.apply(&changes, "1.0").expect("apply");
    stage
}

async fn tried(stage: &Stage, block: Value) -> (Value, Value, Value) {
    let mut answer = stage.call("blocks.try", block).await.expect("tries");
    assert_eq!(answer["days"], 30);
    (
        answer["number"].take(),
        answer["calls"].take(),
        answer["clients"].take(),
    )
}

#[tokio::test]
async fn a_block_is_tried_before_it_is_saved_and_offline_too() {
    let stage = stage().await;
    stage.change(|says| says.is_out = true);
    let one = json!({"kind": "number", "number": "(202) 555-0100"});
    assert_eq!(
        tried(&stage, one).await,
        (json!("+12025550100"), json!(5), json!(2))
    );
    let of_one = json!({"client": client(8), "kind": "prefix", "number": "1202*"});
    assert_eq!(
        tried(&stage, of_one).await,
        (json!("+1202"), json!(2), json!(1))
    );
    let hidden = json!({"kind": "anonymous"});
    assert_eq!(tried(&stage, hidden).await, (json!(""), json!(1), json!(1)));
    let other = json!({"kind": "number", "number": "+442079460018"});
    assert_eq!(
        tried(&stage, other).await,
        (json!("+442079460018"), json!(0), json!(0))
    );
    let typing = json!({"kind": "number", "number": "20255"});
    assert_eq!(
        tried(&stage, typing).await,
        (Value::Null, json!(0), json!(0))
    );
}
