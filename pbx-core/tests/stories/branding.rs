//! Branding and custom links: what a reseller's clients see of it, and what can't get in.

use pbx_api::Code;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::clients::send;
use crate::support::{Person, TestServer, problem};

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script><path d="M0 0h10"/></svg>"#;

async fn put(server: &TestServer, by: &Person, kind: &str, bytes: Vec<u8>) -> Response {
    let path = format!("/v1/branding/{kind}");
    server
        .by(by, Method::PUT, &path)
        .body(bytes)
        .send()
        .await
        .unwrap()
}

async fn open(server: &TestServer, path: &str) -> Response {
    server.request(Method::GET, path).send().await.unwrap()
}

async fn links(server: &TestServer, by: &Person) -> Vec<Value> {
    server.json(by, "/v1/links").await["rows"]
        .as_array()
        .unwrap()
        .clone()
}

stories! {
    async fn a_logo_is_shown_to_who_comes_through_the_realm(server) {
        let owner = &server.north.owner;
        let none: Value = open(&server, "/v1/branding?realm=north.example").await.json().await.unwrap();
        assert_eq!(none, json!({ "name": "Reseller of north.example" }));
        problem(open(&server, "/v1/branding/logo?realm=north.example").await, Code::NotFound).await;
        problem(open(&server, "/v1/branding?realm=nobody.example").await, Code::NotFound).await;
        problem(open(&server, "/v1/branding").await, Code::Invalid).await;

        assert_eq!(put(&server, owner, "logo", SVG.into()).await.status(), StatusCode::OK);
        let shown: Value = open(&server, "/v1/branding?realm=North.Example").await.json().await.unwrap();
        assert_eq!(shown["logo"]["content_type"], "image/svg+xml");
        let image = open(&server, "/v1/branding/logo?realm=north.example").await;
        let headers = image.headers().clone();
        assert_eq!(headers["content-type"], "image/svg+xml");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
        let text = image.text().await.unwrap();
        assert!(text.contains("<path") && !text.contains("alert"), "{text}");
        // The other reseller has none, and takes none away.
        problem(open(&server, "/v1/branding/logo?realm=south.example").await, Code::NotFound).await;
        let away = send(&server, &server.south.owner, Method::DELETE, "/v1/branding/logo", &json!(null)).await;
        problem(away, Code::NotFound).await;
        let away = send(&server, owner, Method::DELETE, "/v1/branding/logo", &json!(null)).await;
        assert_eq!(away.status(), StatusCode::NO_CONTENT);
        problem(open(&server, "/v1/branding/logo?realm=north.example").await, Code::NotFound).await;
        let log = server.json(owner, "/v1/audit?action=branding").await;
        assert_eq!(log["rows"].as_array().unwrap().len(), 2);
    }

    async fn what_is_no_image_does_not_get_in(server) {
        let owner = &server.north.owner;
        for (kind, bytes, words) in [
            ("logo", b"GIF89a".to_vec(), "is no PNG, SVG or ICO"),
            ("logo", b"\x89PNG\r\n\x1a\n".to_vec(), "is a damaged PNG"),
            ("logo", Vec::new(), "is empty"),
            ("logo", vec![b'x'; 300 * 1024], "is larger than 256 KB"),
            ("favicon", vec![b'x'; 70 * 1024], "is larger than 64 KB"),
            ("favicon", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>".to_vec(), "has a DOCTYPE, which could name other files"),
        ] {
            let told = problem(put(&server, owner, kind, bytes).await, Code::Invalid).await;
            assert_eq!((told.errors[0].field.as_str(), told.errors[0].message.as_str()), (kind, words));
        }
        problem(put(&server, owner, "banner", SVG.into()).await, Code::NotFound).await;
        for person in [&server.north.acme.office, &server.north.acme.ann.1] {
            problem(put(&server, person, "logo", SVG.into()).await, Code::Forbidden).await;
        }
    }

    async fn links_have_an_order_that_clients_see(server) {
        let (owner, office) = (&server.north.owner, &server.north.acme.office);
        let mut made = Vec::new();
        for title in ["Help", "Shop", "Status"] {
            let body = json!({ "title": title, "url": "https://example.com/a", "icon": "help" });
            let answer = send(&server, owner, Method::POST, "/v1/links", &body).await;
            assert_eq!(answer.status(), StatusCode::CREATED);
            made.push(answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned());
        }
        let order = json!({ "links": [made[2], made[0], made[1]] });
        assert_eq!(send(&server, owner, Method::PUT, "/v1/links/order", &order).await.status(), StatusCode::OK);
        let titles: Vec<_> = links(&server, office).await.iter().map(|link| link["title"].clone()).collect();
        assert_eq!(titles, ["Status", "Help", "Shop"]);
        assert!(links(&server, &server.north.acme.ann.1).await.is_empty());
        assert!(links(&server, &server.south.owner).await.is_empty());
        let short = json!({ "links": [made[0]] });
        problem(send(&server, owner, Method::PUT, "/v1/links/order", &short).await, Code::Invalid).await;

        for (field, value) in [
            ("url", "http://example.com"), ("url", "javascript:alert(1)"), ("url", "https://user:word@example.com"),
            ("url", "nothing"), ("title", ""), ("icon", "skull"),
        ] {
            let mut body = json!({ "title": "Help", "url": "https://example.com/", "icon": "help" });
            body[field] = json!(value);
            let told = problem(send(&server, owner, Method::POST, "/v1/links", &body).await, Code::Invalid).await;
            assert_eq!(told.errors[0].field, field);
        }
        let path = format!("/v1/links/{}", made[0]);
        let body = json!({ "title": "Help 2", "url": "https://example.com/b", "icon": "book" });
        problem(send(&server, office, Method::PUT, &path, &body).await, Code::Forbidden).await;
        assert_eq!(send(&server, owner, Method::PUT, &path, &body).await.status(), StatusCode::OK);
        assert_eq!(links(&server, office).await[1]["title"], "Help 2");
        assert_eq!(send(&server, owner, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        let log = server.json(owner, "/v1/audit?action=custom_link.remove").await;
        let undo = format!("/v1/audit/{}/undo", log["rows"][0]["id"].as_str().unwrap());
        assert_eq!(send(&server, owner, Method::POST, &undo, &json!(null)).await.status(), StatusCode::OK);
        assert_eq!(links(&server, office).await[2]["title"], "Help 2");
    }
}
