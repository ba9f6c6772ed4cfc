//! Bad input: always a message that says what and where, never a fault of ours.

use pbx_api::Code;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::problem;

stories! {
    async fn requests_that_are_no_requests(server) {
        let sign_in = || server.request(Method::POST, "/v1/auth/sign-in");
        let field = async |answer: reqwest::Response| problem(answer, Code::Invalid).await.errors[0].field.clone();

        let unknown = json!({ "realm": "r", "email": "e", "password": "p", "colour": "red" });
        assert_eq!(field(sign_in().json(&unknown).send().await.unwrap()).await, "colour");
        assert_eq!(field(sign_in().json(&json!({ "realm": "r" })).send().await.unwrap()).await, "email");
        let json_type = "application/json";
        for bad in ["", "{", "[]", "null", "{\"realm\":1}", "{} trailing", "\u{feff}{}"] {
            let answer = sign_in().header("content-type", json_type).body(bad).send().await.unwrap();
            problem(answer, Code::Invalid).await;
        }
        let answer = sign_in().header("content-type", json_type).body(&b"{\"realm\":\"\xff\xfe\"}"[..]).send().await.unwrap();
        problem(answer, Code::Invalid).await;
        assert_eq!(field(sign_in().body("{}").send().await.unwrap()).await, "content-type");

        let nul = json!({ "realm": "north.example", "email": "a\u{0}b", "password": "p" });
        assert_eq!(field(sign_in().json(&nul).send().await.unwrap()).await, "email");
        let wide = json!({ "realm": "𝒩orth", "email": "🦀@example.com", "password": "𝓅🦀" });
        problem(sign_in().json(&wide).send().await.unwrap(), Code::WrongCredentials).await;
        // A password is never said back.
        let typed = json!({ "realm": "r", "email": "e", "password": ["very secret"] });
        let told = problem(sign_in().json(&typed).send().await.unwrap(), Code::Invalid).await;
        assert!(!format!("{told:?}").contains("very secret"));

        let long = json!({ "realm": "r", "email": "e", "password": "p".repeat(2 << 20) });
        problem(sign_in().json(&long).send().await.unwrap(), Code::TooLarge).await;
        let long = json!({ "realm": "r", "email": "e", "password": "p".repeat(4096) });
        assert_eq!(field(sign_in().json(&long).send().await.unwrap()).await, "password");
    }

    async fn addresses_that_are_none(server) {
        let owner = &server.north.owner;
        for path in ["/", "/v1", "/v1/nothing", "/v1/calls/x/legs", "/v1/legs/%00/recording", "/v1/legs/%ff/recording"] {
            problem(server.get(owner, path).await, Code::NotFound).await;
        }
        let wrong = server.by(owner, Method::DELETE, "/v1/me").send().await.unwrap();
        assert_eq!(wrong.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(wrong.headers()["content-type"], "application/problem+json");
        for query in ["limit=x", "limit=-1", "after=1&after=2", "unknown=1", "limit=1&limit=99999999999999999999"] {
            problem(server.get(owner, &format!("/v1/changes?{query}")).await, Code::Invalid).await;
        }
        for query in ["limit=70000", "after=x", "afterwards=1"] {
            problem(server.get(owner, &format!("/v1/clients?{query}")).await, Code::Invalid).await;
        }
        for (query, field, words) in [("after=x", "after", "UUID)"), ("limit=x", "limit", "whole number"), ("other=1", "other", "not a parameter")] {
            let told = problem(server.get(owner, &format!("/v1/clients?{query}")).await, Code::Invalid).await;
            assert_eq!(told.errors[0].field, field);
            let text = format!("{told:?}");
            assert!(text.contains(words) && !text.contains("parsing") && !text.contains("digit"), "{text}");
        }
        for token in ["", " ", "a b", &"x".repeat(5000), "é"] {
            let answer = server.request(Method::GET, "/v1/me").header("authorization", format!("Bearer {token}").as_bytes()).send().await.unwrap();
            problem(answer, Code::Unauthenticated).await;
        }
        let basic = server.request(Method::GET, "/v1/me").basic_auth("a", Some("b")).send().await.unwrap();
        assert_eq!(basic.headers()["www-authenticate"], "Bearer");
        problem(basic, Code::Unauthenticated).await;
    }

    async fn bodies_that_grow_when_unpacked(server) {
        // 8 MiB of nothing in a few hundred bytes.
        let bomb = zstd::encode_all(&vec![b'\n'; 8 << 20][..], 19).unwrap();
        assert!(bomb.len() < 4096);
        let path = "/v1/cdrs/import?time_zone=UTC&client=acme";
        let answer = server.by(&server.north.owner, Method::POST, path).header("content-encoding", "zstd").body(bomb.clone()).send().await.unwrap();
        problem(answer, Code::TooLarge).await;
        let answer = server.request(Method::POST, "/v1/auth/sign-in").header("content-type", "application/json").header("content-encoding", "zstd").body(bomb).send().await.unwrap();
        problem(answer, Code::TooLarge).await;
        let broken = server.by(&server.north.owner, Method::POST, path).header("content-encoding", "zstd").body("not zstd").send().await.unwrap();
        problem(broken, Code::Invalid).await;
        let big = vec![b'x'; (1 << 20) + 1];
        problem(server.by(&server.north.owner, Method::POST, path).body(big).send().await.unwrap(), Code::TooLarge).await;
        let unknown = server.by(&server.north.owner, Method::POST, path).header("content-encoding", "rot13").body("x").send().await.unwrap();
        assert_eq!(unknown.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    async fn a_request_id_is_kept_when_it_is_harmless(server) {
        let with = async |id: &str| {
            let answer = server.request(Method::GET, "/v1/server").header("x-request-id", id).send().await.unwrap();
            answer.headers()["x-request-id"].to_str().unwrap().to_owned()
        };
        assert_eq!(with("abc-123").await, "abc-123");
        for bad in ["a b", "<script>", &"x".repeat(65)] {
            assert_ne!(with(bad).await, bad);
        }
    }
}
