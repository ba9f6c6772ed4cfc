//! The audit log: who reads what of it, and what can be undone.

use pbx_api::{AuditEntry, AuditPage, Code, Rule};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clients::{form, send};
use crate::support::{Person, TestServer, problem};
use crate::users::made;

pub async fn entries(server: &TestServer, by: &Person, query: &str) -> Vec<AuditEntry> {
    let page = server.json(by, &format!("/v1/audit?{query}")).await;
    serde_json::from_value::<AuditPage>(page).unwrap().rows
}

pub async fn undo(server: &TestServer, by: &Person, entry: &AuditEntry) -> reqwest::Response {
    let path = format!("/v1/audit/{}/undo", entry.id);
    send(server, by, Method::POST, &path, &json!(null)).await
}

/// Adds a client and renames it twice.
async fn history(server: &TestServer) -> String {
    let owner = &server.north.owner;
    let mut body = form(&server.north, "gamma");
    let made = send(server, owner, Method::POST, "/v1/clients", &body).await;
    let made: Value = made.json().await.unwrap();
    let path = format!("/v1/clients/{}", made["client"]["id"].as_str().unwrap());
    for name in ["Gamma One", "Gamma Two"] {
        server.world.advance_ms(1000);
        body["name"] = json!(name);
        assert_eq!(
            send(server, owner, Method::PUT, &path, &body)
                .await
                .status(),
            StatusCode::OK
        );
    }
    path
}

stories! {
    async fn the_log_has_names_of_its_time_pages_and_filters(server) {
        let owner = &server.north.owner;
        let path = history(&server).await;
        let all = entries(&server, owner, "").await;
        let told: Vec<_> = all.iter().map(|entry| (entry.action.as_str(), entry.subject_name.as_str())).collect();
        assert_eq!(told, [
            ("client.change", "Gamma Two"), ("client.change", "Gamma One"),
            ("client_memo.change", "Gamma"), ("client.create", "Gamma"),
        ]);
        assert_eq!((all[0].account_name.as_str(), all[0].client_name.as_str()), ("F L", "Gamma Two"));
        assert_eq!(all[1].client_name, "Gamma One");
        assert_eq!(all[0].address, "127.0.0.1");
        assert_eq!(all[0].before.as_ref().unwrap()["name"], "Gamma One");
        let page = server.json(owner, "/v1/audit?limit=1").await;
        assert_eq!(page["next"], json!(all[0].id));
        let rest = entries(&server, owner, &format!("after={}", all[0].id)).await;
        assert_eq!(rest, all[1..]);
        let client = path.rsplit('/').next().unwrap();
        let now = server.world.now_ms();
        for (query, count) in [
            ("action=client.change".to_owned(), 2), ("action=client".to_owned(), 3),
            (format!("client={client}"), 3), (format!("subject={client}"), 4),
            ("subject_kind=client_memo".to_owned(), 1), (format!("from_ms={now}"), 1),
            (format!("until_ms={now}"), 3), (format!("account={}", all[0].account.unwrap()), 4),
            (format!("account={}", uuid::Uuid::nil()), 0),
        ] {
            assert_eq!(entries(&server, owner, &query).await.len(), count, "{query}");
        }
        problem(server.get(owner, "/v1/audit?from_ms=x").await, Code::Invalid).await;
    }

    async fn each_reads_its_own_entries_only(server) {
        history(&server).await;
        let (north, acme) = (&server.north, &server.north.acme);
        let path = format!("/v1/clients/{}", acme.id);
        let mut body = form(north, "acme");
        body["memo"] = json!("the client must not read this");
        assert_eq!(send(&server, &north.owner, Method::PUT, &path, &body).await.status(), StatusCode::OK);
        let own = entries(&server, &acme.office, "").await;
        assert_eq!(own.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["client.change"]);
        assert!(!serde_json::to_string(&own).unwrap().contains("must not read"));
        assert!(own.iter().all(|entry| !entry.can_undo));
        for person in [&acme.ann.1, &north.beta.office, &server.south.owner] {
            assert!(entries(&server, person, "").await.is_empty(), "{}", person.email);
            problem(undo(&server, person, &own[0]).await, if person.scope.unwrap().user().is_some() { Code::Forbidden } else { Code::NotFound }).await;
        }
        problem(undo(&server, &acme.office, &own[0]).await, Code::Forbidden).await;
    }

    async fn a_change_is_undone_while_nothing_came_after_it(server) {
        let owner = &server.north.owner;
        let path = history(&server).await;
        let all = entries(&server, owner, "action=client").await;
        let (second, first, created) = (&all[0], &all[1], &all[2]);
        let told = problem(undo(&server, owner, first).await, Code::Changed).await;
        assert_eq!(told.detail.unwrap(), "Different since: name.");
        assert_eq!(told.errors[0].rule, Some(Rule::DifferentSince { fields: vec!["name".into()] }));

        let made: AuditEntry = undo(&server, owner, second).await.json().await.unwrap();
        assert_eq!((made.action.as_str(), made.undoes), ("client.undo", Some(second.id)));
        assert_eq!(server.json(owner, &path).await["client"]["name"], "Gamma One");
        problem(undo(&server, owner, second).await, Code::Forbidden).await;
        let again = entries(&server, owner, "action=client").await;
        assert_eq!(again[1].undone_by, Some(made.id));
        assert!(again[0].can_undo && !again[1].can_undo);

        // Undone in turn, back to the beginning, and out of the archive.
        assert_eq!(undo(&server, owner, first).await.status(), StatusCode::OK);
        assert_eq!(undo(&server, owner, created).await.status(), StatusCode::OK);
        problem(server.get(owner, &path).await, Code::NotFound).await;
        let gone = &entries(&server, owner, "action=client").await[0];
        assert_eq!(undo(&server, owner, gone).await.status(), StatusCode::OK);
        assert_eq!(server.json(owner, &path).await["client"]["name"], "Gamma");
        let memo = &entries(&server, owner, "action=client_memo").await[0];
        assert_eq!(undo(&server, owner, memo).await.status(), StatusCode::OK);
        assert_eq!(server.json(owner, &path).await["memo"], "");
    }

    async fn a_client_undoes_what_is_its_own(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let body = json!({ "kind": "number", "number": "+12025550199", "note": "Spam" });
        let made: Value = send(&server, &acme.office, Method::POST, "/v1/blocks", &body).await.json().await.unwrap();
        let path = format!("/v1/blocks/{}", made["id"].as_str().unwrap());
        assert_eq!(send(&server, &acme.office, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        let gone = &entries(&server, &acme.office, "action=block.remove").await[0];
        assert!(gone.can_undo);
        problem(undo(&server, &server.north.beta.office, gone).await, Code::NotFound).await;
        assert_eq!(undo(&server, &acme.office, gone).await.status(), StatusCode::OK);
        // Calls that it stopped since are no change that a person made.
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        let block = made["id"].as_str().unwrap().parse().unwrap();
        pbx_core::blocks::store::hit(&mut tx, block, 5).await.unwrap();
        tx.commit().await.unwrap();
        let back = &entries(&server, &acme.office, "action=block.undo").await[0];
        assert_eq!(undo(&server, &acme.office, back).await.status(), StatusCode::OK);
        assert_eq!(server.json(&acme.office, "/v1/blocks").await["rows"], json!([]));

        // What the reseller blocks for all is nothing that a client reads of.
        let made: Value = send(&server, owner, Method::POST, "/v1/blocks", &body).await.json().await.unwrap();
        let of_all = &entries(&server, owner, "action=block.create").await[0];
        assert_eq!(of_all.subject.to_string(), made["id"].as_str().unwrap());
        problem(undo(&server, &acme.office, of_all).await, Code::NotFound).await;
        let read = entries(&server, &acme.office, "").await;
        assert!(read.iter().all(|entry| entry.subject != of_all.subject));
        assert_eq!(undo(&server, owner, of_all).await.status(), StatusCode::OK);
    }

    async fn users_and_routing_go_back_and_who_was_removed_does_not(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let body = json!({ "client": acme.id, "user": {
            "first_name": "Cy", "extension": "1003", "email": "cy@acme.example",
        } });
        let user = made(&server, &acme.office, &body).await.user;
        let path = format!("/v1/users/{}", user.id);
        let mut settings = user.clone().settings();
        (settings.extension, settings.email) = ("1013".into(), String::new());
        assert_eq!(send(&server, owner, Method::PUT, &path, &json!(settings)).await.status(), StatusCode::OK);
        let log = entries(&server, &acme.office, "subject_kind=user").await;
        problem(undo(&server, &acme.bob.1, &log[0]).await, Code::Forbidden).await;
        assert_eq!(undo(&server, &acme.office, &log[0]).await.status(), StatusCode::OK);
        assert_eq!(server.json(owner, &path).await, json!(user));

        let routing = format!("/v1/numbers/{}/routing", acme.number);
        let to_cy = json!({ "user": user.id });
        assert_eq!(send(&server, &acme.office, Method::PUT, &routing, &to_cy).await.status(), StatusCode::OK);
        // Added is undone as removed: not while calls are led there.
        server.world.advance_ms(1000);
        let back = entries(&server, &acme.office, "subject_kind=user").await;
        assert_eq!(undo(&server, &acme.office, &back[0]).await.status(), StatusCode::OK);
        let forth = entries(&server, &acme.office, "subject_kind=user").await;
        assert_eq!(undo(&server, &acme.office, &forth[0]).await.status(), StatusCode::OK);
        let created = entries(&server, &acme.office, "action=user.create").await;
        problem(undo(&server, &acme.office, &created[0]).await, Code::Invalid).await;
        let led = entries(&server, &acme.office, "subject_kind=number").await;
        // The reseller connects as the client for what is the client's to route.
        problem(undo(&server, owner, &led[0]).await, Code::Forbidden).await;
        assert_eq!(undo(&server, &acme.office, &led[0]).await.status(), StatusCode::OK);
        let numbers = server.json(owner, "/v1/numbers").await;
        assert!(!numbers.to_string().contains(&user.id.to_string()));

        assert_eq!(undo(&server, &acme.office, &created[0]).await.status(), StatusCode::OK);
        problem(server.get(owner, &path).await, Code::NotFound).await;
        let gone = &entries(&server, &acme.office, "subject_kind=user").await[0];
        assert!(!gone.can_undo);
        problem(undo(&server, &acme.office, gone).await, Code::Forbidden).await;

        // What was done with a thing is no change of it.
        server.connect(owner, json!({ "client": acme.id })).await;
        let connected = &entries(&server, owner, "action=session.connect").await[0];
        assert!(!connected.can_undo);
        problem(undo(&server, owner, connected).await, Code::Forbidden).await;
    }

    async fn undoing_keeps_the_rules(server) {
        let owner = &server.north.owner;
        let body = json!({
            "name": "Sales", "routes": ["us"],
            "features": serde_json::to_value(pbx_api::Features::default()).unwrap(),
        });
        let made: Value = send(&server, owner, Method::POST, "/v1/profiles", &body).await.json().await.unwrap();
        let path = format!("/v1/profiles/{}", made["profile"]["id"].as_str().unwrap());
        assert_eq!(send(&server, owner, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(send(&server, owner, Method::POST, "/v1/profiles", &body).await.status(), StatusCode::CREATED);
        let log = entries(&server, owner, "action=profile.remove").await;
        problem(undo(&server, owner, &log[0]).await, Code::Taken).await;
        let mut renamed = body.clone();
        renamed["name"] = json!("Sales 2");
        let other = entries(&server, owner, "action=profile.create").await[0].subject;
        assert_eq!(send(&server, owner, Method::PUT, &format!("/v1/profiles/{other}"), &renamed).await.status(), StatusCode::OK);
        assert_eq!(undo(&server, owner, &log[0]).await.status(), StatusCode::OK);
        assert_eq!(server.json(owner, &path).await["profile"]["name"], "Sales");
        // What no rule can bring back is said.
        let leg = server.add_legs(server.north.tenant, &server.north.acme, 1).await[0];
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        let caller = pbx_core::auth::caller_of_access(&mut server.app.db.look_root().await.unwrap(), &hash(&owner.token), server.world.now_ms()).await.unwrap().unwrap();
        let entry = pbx_core::audit::Entry {
            action: "recording.delete",
            client: Some(server.north.acme.id),
            subject: ("leg", leg.0),
            before: Some("{}".into()),
            after: None,
        };
        pbx_core::audit::write(&mut tx, &server.world, &caller, entry).await.unwrap();
        tx.commit().await.unwrap();
        let log = entries(&server, owner, "action=recording.delete").await;
        assert!(!log[0].can_undo);
        problem(undo(&server, owner, &log[0]).await, Code::Forbidden).await;
    }
}

fn hash(token: &str) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(token.as_bytes()))
}
