//! A limited client sees less, whatever it asks for and however.

use pbx_api::{Change, Code, LimitedClient};
use pbx_core::db::{Scope, Tenant};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::audit::{entries, undo};
use crate::support::{Feed, Person, TestServer, problem};
use crate::users::{audited, made, refused, send};

pub const PASSWORD: &str = "battery staple horse";

/// Makes a limited client of Acme and signs it in.
pub async fn limited(server: &TestServer, mut login: Value) -> (LimitedClient, Person) {
    let acme = &server.north.acme;
    login["password"] = json!(PASSWORD);
    let body = json!({ "client": acme.id, "login": login });
    let answer = send(
        server,
        &acme.office,
        Method::POST,
        "/v1/limited-clients",
        &body,
    )
    .await;
    assert_eq!(
        answer.status(),
        StatusCode::CREATED,
        "{:?}",
        answer.text().await
    );
    let made: LimitedClient = answer.json().await.unwrap();
    let realm = "north.example".to_owned();
    let (token, _) = server.sign_in(&realm, &made.username, PASSWORD).await;
    let scope = Some(Tenant::new(
        server.north.tenant.reseller,
        Scope::Client(acme.id),
    ));
    let person = Person {
        realm,
        email: made.username.clone(),
        token,
        scope,
    };
    (made, person)
}

fn kinds(feed: &Feed) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = feed
        .things
        .values()
        .map(|text| match serde_json::from_str(text).unwrap() {
            Change::Client(_) => "client",
            Change::User(_) => "user",
            Change::Profile(_) => "profile",
            Change::Number(_) => "number",
            Change::Leg(_) => "leg",
            Change::Removed(_) | Change::ScopeRemoved(_) => "gone",
        })
        .collect();
    kinds.dedup();
    kinds
}

stories! {
    async fn a_disabled_page_is_refused_by_the_server(server) {
        let acme = &server.north.acme;
        let legs = server.add_legs(server.north.tenant, acme, 2).await;
        let (login, person) = limited(&server, json!({ "username": "Night", "disabled_pages": ["calls", "numbers"] })).await;
        assert_eq!(login.username, "night");
        let me = server.json(&person, "/v1/me").await;
        assert_eq!(me["disabled_pages"], json!(["numbers", "calls"]));
        for path in [
            "/v1/numbers".to_owned(),
            format!("/v1/legs/{}/recording", legs[0]),
            format!("/v1/calls/{}/legs", legs[0]),
            "/v1/limited-clients".to_owned(),
        ] {
            problem(server.get(&person, &path).await, Code::Forbidden).await;
        }
        let routing = format!("/v1/numbers/{}/routing", acme.number);
        problem(send(&server, &person, Method::PUT, &routing, &json!("reject")).await, Code::Forbidden).await;
        let more = json!({ "client": acme.id, "login": { "username": "more" } });
        problem(send(&server, &person, Method::POST, "/v1/limited-clients", &more).await, Code::Forbidden).await;
        assert_eq!(server.json(&person, "/v1/users").await["users"].as_array().unwrap().len(), 2);
        let mut feed = Feed::default();
        feed.apply(&server.feed(&person, None).await);
        assert_eq!(kinds(&feed), ["client", "profile", "user"]);

        // Another page goes: what was synced is not to be kept, and the cursor says so.
        let path = format!("/v1/limited-clients/{}", login.id);
        let settings = json!({ "username": "night", "disabled_pages": ["users"] });
        let answer = send(&server, &server.north.owner, Method::PUT, &path, &settings).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let answer = server.feed_answer(&person, feed.cursor.as_deref(), None).await;
        problem(answer, Code::CursorGone).await;
        let mut feed = Feed::default();
        feed.apply(&server.feed(&person, None).await);
        assert_eq!(kinds(&feed), ["client", "leg", "number", "profile"]);
        let ann = format!("/v1/users/{}", acme.ann.0);
        problem(server.get(&person, &ann).await, Code::Forbidden).await;
        let extensions = format!("/v1/clients/{}/extensions", acme.id);
        problem(server.get(&person, &extensions).await, Code::Forbidden).await;
        let import = format!("/v1/users/import?client={}", acme.id);
        problem(send(&server, &person, Method::POST, &import, &json!({})).await, Code::Forbidden).await;
    }

    async fn departments_are_all_that_a_restricted_login_sees(server) {
        let acme = &server.north.acme;
        let legs = server.add_legs(server.north.tenant, acme, 2).await;
        let department = |user: pbx_api::UserId, name: &str| {
            let body = json!({ "users": [user], "set": { "department": name } });
            let server = &server;
            async move {
                let answer = send(server, &acme.office, Method::POST, "/v1/users/bulk", &body).await;
                assert_eq!(answer.status(), StatusCode::OK);
            }
        };
        department(acme.ann.0, "Sales").await;
        let (_, person) = limited(&server, json!({ "username": "sales@acme.example", "departments": ["Sales"] })).await;
        let users = server.json(&person, "/v1/users").await;
        assert_eq!(users["users"].as_array().unwrap().len(), 1);
        let bob = format!("/v1/users/{}", acme.bob.0);
        problem(server.get(&person, &bob).await, Code::NotFound).await;
        let mut feed = Feed::default();
        feed.apply(&server.feed(&person, None).await);
        assert_eq!(feed.legs().len(), 1, "Ann's, and not that of nobody");
        assert_eq!(kinds(&feed), ["client", "leg", "profile", "user"]);
        for path in ["/v1/numbers", "/v1/limited-clients"] {
            problem(server.get(&person, path).await, Code::Forbidden).await;
        }
        let (of_ann, of_nobody) = (format!("/v1/legs/{}/recording", legs[0]), format!("/v1/legs/{}/recording", legs[1]));
        // Hers is there, and has no recording; that of nobody is not there for this login.
        let none = problem(server.get(&person, &of_ann).await, Code::NotFound).await;
        assert!(none.detail.is_some());
        let gone = problem(server.get(&person, &of_nobody).await, Code::NotFound).await;
        assert!(gone.detail.is_none());

        // It can neither put a user elsewhere nor lead calls to somebody it does not see.
        let elsewhere = json!({ "client": acme.id, "user": { "first_name": "Cy", "extension": "1003", "department": "Board",
            "when_busy": { "user": acme.bob.0 } } });
        let told = refused(send(&server, &person, Method::POST, "/v1/users", &elsewhere).await).await;
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["department", "when_busy"]);
        let here = json!({ "client": acme.id, "user": { "first_name": "Cy", "extension": "1003", "department": "Sales" } });
        made(&server, &person, &here).await;
        feed.apply(&server.feed(&person, feed.cursor.clone().as_deref()).await);
        assert!(feed.things.values().any(|text| text.contains("Cy")), "what is new needs no new sync");

        // Ann moves away: what was synced of her is to go.
        department(acme.ann.0, "Board").await;
        problem(server.feed_answer(&person, feed.cursor.as_deref(), None).await, Code::CursorGone).await;
        let mut feed = Feed::default();
        feed.apply(&server.feed(&person, None).await);
        assert!(feed.legs().is_empty());
        assert!(!feed.things.values().any(|text| text.contains("Ann")));
        problem(server.get(&person, &of_ann).await, Code::NotFound).await;
        // The office goes on with its cursor: nothing of this concerns it.
        let mut office = Feed::default();
        office.apply(&server.feed(&acme.office, None).await);
        department(acme.bob.0, "Sales").await;
        office.apply(&server.feed(&acme.office, office.cursor.clone().as_deref()).await);
        assert!(office.ended);
    }

    async fn a_new_password_or_a_removal_ends_the_login(server) {
        let acme = &server.north.acme;
        let (login, person) = limited(&server, json!({ "username": "night", "read_only": true })).await;
        let ann = format!("/v1/users/{}", acme.ann.0);
        let settings = json!({ "first_name": "Eve", "extension": "1003" });
        problem(send(&server, &person, Method::PUT, &ann, &settings).await, Code::Forbidden).await;
        let path = format!("/v1/limited-clients/{}", login.id);
        let short = json!({ "username": " ", "password": "short", "departments": [""], "language": "xx" });
        let told = refused(send(&server, &acme.office, Method::PUT, &path, &short).await).await;
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["username", "language", "password", "departments"]);
        let changed = json!({ "username": "night", "password": "another one of twelve" });
        let answer = send(&server, &acme.office, Method::PUT, &path, &changed).await;
        assert_eq!(answer.status(), StatusCode::OK);
        problem(server.get(&person, "/v1/me").await, Code::Unauthenticated).await;
        let (token, _) = server.sign_in("north.example", "night", "another one of twelve").await;
        let again = Person { token, ..person };
        assert_eq!(server.get(&again, "/v1/me").await.status(), StatusCode::OK);
        let log = audited(&server).await;
        assert_eq!(log[1].0, "limited_client.change");
        assert!(log[1].1.contains(r#""password":"changed""#) && !log[1].1.contains("another one"));
        let taken = json!({ "client": acme.id, "login": { "username": "night" } });
        problem(send(&server, &acme.office, Method::POST, "/v1/limited-clients", &taken).await, Code::Taken).await;
        let gone = server.by(&acme.office, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        problem(server.get(&again, "/v1/me").await, Code::Unauthenticated).await;
    }

    async fn the_log_of_a_limited_login_is_without_the_pages_that_it_goes_without(server) {
        let (acme, owner) = (&server.north.acme, &server.north.owner);
        let all = json!(["users", "numbers", "calls", "active_calls", "phones", "blocks", "emergency"]);
        let (_, full) = limited(&server, json!({ "username": "full" })).await;
        let (bare, none) = limited(&server, json!({ "username": "none", "disabled_pages": all })).await;
        let (_, no_blocks) = limited(&server, json!({ "username": "no-blocks", "disabled_pages": ["blocks"] })).await;

        let block = json!({ "kind": "number", "number": "+1 202 555 0142", "note": "rude" });
        let caller = json!({ "dialled": "911", "caller_number": server.e164(owner, acme).await, "location": "1 Main St" });
        let settings = json!({ "first_name": "Eve", "extension": "1003" });
        for (method, path, body) in [
            (Method::POST, "/v1/blocks".to_owned(), &block),
            (Method::POST, "/v1/blocks/import".to_owned(), &json!({ "text": "number,note\n+12025550143,x\n", "dry_run": false })),
            (Method::POST, "/v1/emergency".to_owned(), &caller),
            (Method::PUT, format!("/v1/numbers/{}/routing", acme.number), &json!("reject")),
            (Method::PUT, format!("/v1/users/{}", acme.ann.0), &settings),
        ] {
            let answer = send(&server, &acme.office, method, &path, body).await;
            assert!(answer.status().is_success(), "{path}: {:?}", answer.text().await);
        }
        send(&server, owner, Method::POST, "/v1/connect", &json!({ "client": acme.id, "reason": "" })).await;
        let kinds = |entries: &[pbx_api::AuditEntry]| -> std::collections::BTreeSet<String> {
            entries.iter().map(|entry| entry.subject_kind.clone()).collect()
        };
        let told = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let office = entries(&server, &acme.office, "").await;
        assert_eq!(kinds(&office), told(&["block", "block_import", "client", "emergency", "limited_client", "number", "user"]));
        // Limited clients are on no page of theirs.
        assert_eq!(kinds(&entries(&server, &full, "").await), told(&["block", "block_import", "client", "emergency", "number", "user"]));
        assert_eq!(kinds(&entries(&server, &no_blocks, "").await), told(&["client", "emergency", "number", "user"]));
        assert_eq!(kinds(&entries(&server, &none, "").await), told(&["client"]));
        for query in ["action=block", "subject_kind=block", "action=block.create"] {
            assert!(entries(&server, &no_blocks, query).await.is_empty(), "{query}");
            assert!(!entries(&server, &full, query).await.is_empty(), "{query}");
        }
        // What it does not read it can't take back either.
        let block = office.iter().find(|entry| entry.subject_kind == "block").unwrap();
        problem(undo(&server, &no_blocks, block).await, Code::NotFound).await;

        // Of accounts and sessions it reads what is its own.
        let words = json!({ "old_password": PASSWORD, "new_password": "another one of twelve" });
        assert!(send(&server, &none, Method::POST, "/v1/me/password", &words).await.status().is_success());
        let own = entries(&server, &none, "subject_kind=account").await;
        assert_eq!(own.iter().map(|entry| entry.subject).collect::<Vec<_>>(), [bare.id.0]);
        assert!(entries(&server, &full, "subject_kind=account").await.is_empty());
    }
}
