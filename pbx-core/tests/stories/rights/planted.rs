//! Things that nobody else may reach, put there for the trials.

use uuid::Uuid;

use crate::support::{TestServer, Tree};

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
