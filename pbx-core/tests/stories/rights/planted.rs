//! Things that nobody else may reach, put there for the trials.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Company, TestServer, Tree};

/// Adds a link of the reseller's.
pub async fn link_of(server: &TestServer, tree: &Tree) -> Uuid {
    let id = server.world.id();
    let mut root = server.app.db.begin_root().await.unwrap();
    pbx_core::run!(root, c => sqlx::query(
        "insert into custom_link (id, reseller_id, title, url, icon, place, created_at_ms)
         values ($1, $2, 'Help', 'https://help.example/', 'help', 1, 1)",
    )
    .bind(id.to_string())
    .bind(tree.tenant.reseller.to_string())
    .execute(c)
    .await
    .map(|_| ()))
    .unwrap();
    root.commit().await.unwrap();
    id
}

/// Writes an entry about a leg into the log.
pub async fn note(server: &TestServer, leg: &pbx_api::Leg) -> Uuid {
    let id = server.world.id();
    let mut root = server.app.db.begin_root().await.unwrap();
    pbx_core::run!(root, c => sqlx::query(
        "insert into audit (id, reseller_id, client_id, at_ms, address, action, subject_kind, subject_id)
         select $1, reseller_id, id, 1, '', 'recording.delete', 'leg', $2 from client where id = $3",
    )
    .bind(id.to_string())
    .bind(leg.id.to_string())
    .bind(leg.client.to_string())
    .execute(c)
    .await
    .map(|_| ()))
    .unwrap();
    root.commit().await.unwrap();
    id
}

/// Blocks a number for a company.
pub async fn block_of(server: &TestServer, tree: &Tree, company: &Company) -> Uuid {
    let body = json!({ "client": company.id, "kind": "number", "number": "+12025550177" });
    let request = server.by(&tree.owner, Method::POST, "/v1/blocks");
    let made: pbx_api::Block = request
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    made.id.0
}

/// Adds a company's emergency caller ID.
pub async fn emergency_of(server: &TestServer, tree: &Tree, of: &Company, e164: &str) -> Uuid {
    let body = json!({
        "client": of.id, "dialled": "911", "caller_number": e164, "location": "1 Main St",
    });
    let request = server.by(&tree.owner, Method::POST, "/v1/emergency");
    let made = request.json(&body).send().await.unwrap();
    made.json::<pbx_api::EmergencyCallerId>()
        .await
        .unwrap()
        .id
        .0
}

/// A call in progress with the ids and the user of a leg.
pub async fn live_of(server: &TestServer, tree: &Tree, leg: &pbx_api::Leg) {
    let call = pbx_api::LiveCall {
        id: leg.call,
        client: leg.client,
        user: leg.user,
        direction: leg.direction,
        state: pbx_api::LiveState::Ringing,
        from_number: leg.from_number.clone(),
        from_name: String::new(),
        to_number: leg.to_number.clone(),
        started_at_ms: leg.started_at_ms,
        answered_at_ms: None,
        codec: String::new(),
        recorded: false,
        simulated: false,
    };
    let ongoing = pbx_core::live::call::Ongoing {
        call,
        caller: None,
        decided: leg.user.into_iter().collect(),
        talker: None,
        meant: None,
        missed: None,
        plan: Vec::new(),
        rung: Vec::new(),
        record: leg.clone(),
        last: (0, 0),
        counts: (false, (0, 0)),
    };
    let mut tx = server.app.db.begin(tree.tenant).await.unwrap();
    let new = pbx_core::live::store::New {
        kept: pbx_core::live::store::Kept {
            ongoing,
            boot_place: 1,
            hang_up_at_ms: None,
            ended_at_ms: None,
        },
        engine: "planted",
        invite: &leg.id.to_string(),
        answer: "{}",
        slots: pbx_core::live::store::Slots::default(),
        seq: tx.take_seqs(1).await.unwrap(),
    };
    assert!(pbx_core::live::store::open(&mut tx, &new).await.unwrap());
    tx.commit().await.unwrap();
}
