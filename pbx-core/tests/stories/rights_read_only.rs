//! A read-only login changes nothing: every operation of the document that is not a GET.

use pbx_api::Access;
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

/// What a read-only login may send all the same: to get in and out, to keep its own login safe, to
/// act as somebody else (which stays read-only), to write to support. And questions that are sent.
const MAY: &[&str] = &[
    "/v1/auth/sign-in",
    "/v1/auth/second-factor",
    "/v1/auth/refresh",
    "/v1/auth/sign-out",
    "/v1/auth/forgot",
    "/v1/auth/claim",
    "/v1/me",
    "/v1/me/password",
    "/v1/me/sessions/{session}",
    "/v1/me/second-factor",
    "/v1/me/second-factor/confirm",
    "/v1/me/second-factor/off",
    "/v1/me/second-factor/recovery-codes",
    "/v1/connect",
    "/v1/support",
    "/v1/dial/simulate",
];

stories! {
    async fn a_read_only_login_is_refused_every_write(server) {
        let north = &server.north;
        let (_, reader) = server.login(&north.owner, None, "reader@north.example", Access::ReadOnly).await;
        let acme = Some(json!(north.acme.id));
        let (_, clerk) = server.login(&north.owner, acme, "clerk@acme.example", Access::ReadOnly).await;
        let connected = server.connect(&reader, json!({ "user": north.acme.ann.0 })).await;
        let document = serde_json::to_value(pbx_core::http::document()).unwrap();
        let mut refused = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys().filter(|method| *method != "get") {
                // No login's token opens what is the engine's: the story of rights tries that.
                if MAY.contains(&path.as_str()) || path.starts_with("/engine/") {
                    continue;
                }
                let mut filled = path.clone();
                while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
                    filled.replace_range(from..=to, &Uuid::nil().to_string());
                }
                let method: Method = method.to_uppercase().parse().unwrap();
                for person in [&reader, &clerk, &connected] {
                    let answer = server.by(person, method.clone(), &filled).json(&json!({})).send().await.unwrap();
                    assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{}: {method} {path}", person.email);
                    refused += 1;
                }
            }
        }
        assert!(refused > 0);
    }
}
