//! The audit log of a server that goes on writing while it is read.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use pbx_api::{AuditEntry, AuditId, AuditPage};
use serde_json::{Value, json};
use uuid::Uuid;

use super::stage::{Shared, Stage, gate};

/// More than the page asks for at first, and no whole number of steps.
const ENTRIES: u128 = 5_300;
/// What the page shows at first, and how many more with each "Load older".
const STEP: usize = 2000;

/// What the server wrote, the oldest first.
#[derive(Default)]
pub struct Log {
    entries: Vec<AuditEntry>,
    /// With each page that is read another entry is written.
    grows: bool,
}

fn entry(n: u128) -> AuditEntry {
    AuditEntry {
        id: AuditId(Uuid::from_u128(n)),
        // Ten share their millisecond.
        at_ms: 1_795_000_000_000 + i64::try_from(n / 10).expect("small"),
        account: None,
        account_name: "Ana Brook".to_owned(),
        acting_as: String::new(),
        address: "127.0.0.1".to_owned(),
        action: "user.change".to_owned(),
        subject_kind: "user".to_owned(),
        subject: Uuid::from_u128(7),
        subject_name: "Bo".to_owned(),
        client: None,
        client_name: String::new(),
        before: None,
        after: None,
        undoes: None,
        undone_by: None,
        can_undo: false,
    }
}

impl Log {
    fn write(&mut self) {
        let next = u128::try_from(self.entries.len()).expect("small");
        self.entries.push(entry(next));
    }
}

pub async fn page(State(says): State<Shared>, Query(query): Query<Value>) -> Response {
    let mut says = says.lock().unwrap();
    if let Err(no) = gate(&says) {
        return no;
    }
    let log = &mut says.log;
    let text = |name: &str| query.get(name).and_then(Value::as_str);
    let limit: usize = text("limit").map_or(100, |limit| limit.parse().expect("a number"));
    let after = text("after").map(|after| AuditId(after.parse().expect("an id")));
    let older = |entry: &&AuditEntry| after.is_none_or(|after| entry.id < after);
    let mut rows: Vec<_> = log.entries.iter().rev().filter(older).cloned().collect();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|entry| entry.id);
    if log.grows {
        log.write();
    }
    Json(AuditPage { rows, next }).into_response()
}

async fn newest(stage: &Stage, most: usize) -> Vec<AuditEntry> {
    let asked = json!({
        "from_ms": null, "until_ms": null, "subject_kind": null, "subject": null, "account": null,
        "client": null, "most": most,
    });
    let mut answer = stage.call("audit.list", asked).await.expect("a log");
    assert_eq!(answer["offline"], false);
    serde_json::from_value(answer["rows"].take()).expect("entries")
}

#[tokio::test]
async fn older_and_older_entries_are_read_to_the_first_one_while_others_arrive() {
    let stage = Stage::with(Vec::new()).await;
    stage.change(|says| {
        (0..ENTRIES).for_each(|_| says.log.write());
        says.log.grows = true;
    });
    let mut shown: Vec<AuditEntry> = Vec::new();
    for step in 1.. {
        let most = step * STEP;
        let rows = newest(&stage, most).await;
        let ids: BTreeSet<AuditId> = rows.iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), rows.len(), "each once");
        for pair in rows.windows(2) {
            let [newer, older] = pair else { unreachable!() };
            assert_eq!(newer.id.0.as_u128(), older.id.0.as_u128() + 1, "no gap");
        }
        let known = |entry: &&AuditEntry| ids.contains(&entry.id);
        let newest_before = shown.first().map(|entry| entry.id);
        assert!(newest_before <= rows.first().map(|entry| entry.id));
        assert_eq!(
            shown.iter().filter(known).count(),
            shown.len(),
            "what was shown still is"
        );
        let is_all = rows.len() < most;
        shown = rows;
        if is_all {
            break;
        }
        assert_eq!(shown.len(), most, "there are older ones to be asked for");
    }
    assert_eq!(shown.last().map(|entry| entry.id), Some(entry(0).id));
    assert!(shown.len() > usize::try_from(ENTRIES).expect("small"));
}
