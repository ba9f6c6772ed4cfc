//! The OpenAPI document that the server serves is the one that is committed.

use reqwest::Method;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_committed_document_is_the_servers() {
    let served = serde_json::to_string_pretty(&pbx_core::http::document()).unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(COMMITTED, &served).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == served,
        "pbx-core/openapi.json is stale; UPDATE_OPENAPI=1 writes it anew"
    );
}

stories! {
    async fn it_is_served(server) {
        let served: serde_json::Value =
            server.request(Method::GET, "/v1/openapi.json").send().await.unwrap().json().await.unwrap();
        assert_eq!(served, serde_json::to_value(pbx_core::http::document()).unwrap());
    }
}
