//! Emergency caller IDs: whose they are, what they must be, and who has none.

use pbx_api::{Code, EmergencyCallerId, Unprotected};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestServer, problem};

async fn create(server: &TestServer, by: &Person, body: &Value) -> EmergencyCallerId {
    let answer = server
        .by(by, Method::POST, "/v1/emergency")
        .json(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "{body}");
    answer.json().await.unwrap()
}

async fn refused(server: &TestServer, by: &Person, body: &Value, code: Code) -> Vec<String> {
    let answer = server
        .by(by, Method::POST, "/v1/emergency")
        .json(body)
        .send()
        .await
        .unwrap();
    let told = problem(answer, code).await.errors.into_iter();
    told.map(|error| format!("{} {}", error.field, error.message))
        .collect()
}

async fn listed(server: &TestServer, by: &Person) -> Vec<EmergencyCallerId> {
    serde_json::from_value(server.json(by, "/v1/emergency").await["rows"].take()).unwrap()
}

async fn missing(server: &TestServer, by: &Person) -> Vec<Unprotected> {
    serde_json::from_value(server.json(by, "/v1/emergency/missing").await["rows"].take()).unwrap()
}

stories! {
    async fn a_caller_id_is_made_changed_and_removed(server) {
        let (acme, owner) = (&server.north.acme, &server.north.owner);
        let e164 = server.e164(owner, acme).await;
        let mut body = json!({ "dialled": " 911 ", "caller_number": &e164[2..], "location": " 1 Main St ", "notify_emails": ["Desk@Acme.example"], "notify_desktop": true });
        let made = create(&server, &acme.office, &body).await;
        assert_eq!((made.client, made.user, made.dialled.as_str()), (Some(acme.id), None, "911"));
        assert_eq!((made.caller_number.as_str(), made.location.as_str(), made.valid), (e164.as_str(), "1 Main St", true));
        assert_eq!((made.notify_emails[0].as_str(), made.last_test_at_ms), ("desk@acme.example", None));
        assert_eq!(refused(&server, &acme.office, &body, Code::Taken).await, ["dialled has an emergency caller ID here"]);
        // Another number to dial, and a user of the client, are other rows.
        body["dialled"] = json!("933");
        create(&server, &acme.office, &body).await;
        body["dialled"] = json!("911");
        body["user"] = json!(acme.ann.0);
        let anns: EmergencyCallerId = create(&server, owner, &body).await;
        assert_eq!((anns.client, anns.user), (Some(acme.id), Some(acme.ann.0)));
        assert_eq!(listed(&server, &acme.office).await.len(), 3);
        assert_eq!(listed(&server, &acme.ann.1).await, [anns]);
        assert_eq!(listed(&server, &acme.bob.1).await, []);
        assert_eq!(listed(&server, &server.north.beta.office).await, []);

        let path = format!("/v1/emergency/{}", made.id);
        let body = json!({ "dialled": "112", "caller_number": e164, "location": "2 Main St" });
        let changed: EmergencyCallerId = server.by(&acme.office, Method::PUT, &path).json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!((changed.dialled.as_str(), changed.location.as_str(), changed.notify_desktop), ("112", "2 Main St", false));
        problem(server.by(&server.north.beta.office, Method::PUT, &path).json(&body).send().await.unwrap(), Code::NotFound).await;
        problem(server.by(&acme.ann.1, Method::PUT, &path).json(&body).send().await.unwrap(), Code::Forbidden).await;
        let moved = json!({ "user": acme.bob.0, "dialled": "112", "caller_number": e164, "location": "2 Main St" });
        let answer = server.by(&acme.office, Method::PUT, &path).json(&moved).send().await.unwrap();
        assert_eq!(problem(answer, Code::Invalid).await.errors[0].field, "user");
        let gone = server.by(&acme.office, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        problem(server.by(&acme.office, Method::DELETE, &path).send().await.unwrap(), Code::NotFound).await;
        let actions: Vec<String> = crate::support::audit(&server, server.north.tenant).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(actions, ["emergency.create", "emergency.create", "emergency.create", "emergency.change", "emergency.remove"]);
        // What hangs on a user goes with it.
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        pbx_core::users::store::remove(&mut tx, acme.ann.0, 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(listed(&server, &acme.office).await.len(), 1);
    }

    async fn what_is_wrong_stands_beside_its_field(server) {
        let north = &server.north;
        let others = server.e164(&north.owner, &north.beta).await;
        let body = json!({ "dialled": "411", "caller_number": others, "location": "  ", "notify_emails": ["x", ""] });
        assert_eq!(refused(&server, &north.acme.office, &body, Code::Invalid).await, [
            "dialled is not an emergency number there",
            "caller_number is not a validated number of this client",
            "location is needed",
            "notify_emails is not an email address",
            "notify_emails has an empty address",
        ]);
        let good = |client: Value, user: Value| json!({ "client": client, "user": user, "dialled": "911", "caller_number": "+12025550100", "location": "x" });
        for (client, user) in [
            (json!(north.beta.id), Value::Null),
            (Value::Null, json!(north.beta.ann.0)),
            (Value::Null, json!(server.south.acme.ann.0)),
        ] {
            refused(&server, &north.acme.office, &good(client, user), Code::NotFound).await;
        }
        // A user of another client of the same reseller is not this client's.
        refused(&server, &north.owner, &good(json!(north.beta.id), json!(north.acme.ann.0)), Code::NotFound).await;
    }

    async fn who_has_none_is_told(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let e164 = server.e164(&north.owner, acme).await;
        assert_eq!(missing(&server, &north.owner).await.len(), 4);
        assert_eq!(missing(&server, &acme.office).await.len(), 2);
        let own = missing(&server, &acme.ann.1).await;
        assert_eq!(own, [Unprotected { client: acme.id, user: acme.ann.0, dialled: "911".into(), fallback: false }]);
        // The reseller's fallback is better than nothing, and still told.
        let body = json!({ "dialled": "911", "caller_number": e164, "location": "Somewhere" });
        create(&server, &north.owner, &body).await;
        assert!(missing(&server, &north.owner).await.iter().all(|user| user.fallback));
        assert_eq!(listed(&server, &acme.office).await, []);
        let of_bob = json!({ "user": acme.bob.0, "dialled": "911", "caller_number": e164, "location": "Bob's" });
        create(&server, &acme.office, &of_bob).await;
        assert_eq!(missing(&server, &acme.office).await.len(), 1);
        let of_all = json!({ "dialled": "911", "caller_number": e164, "location": "All" });
        let made = create(&server, &acme.office, &of_all).await;
        assert_eq!(missing(&server, &acme.office).await, []);
        assert_eq!(missing(&server, &acme.ann.1).await, []);
        // A number that goes leaves its users without.
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::numbers::store::remove(&mut tx, acme.number, 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(missing(&server, &acme.office).await.len(), 2);
        let seen = listed(&server, &acme.office).await.into_iter().find(|row| row.id == made.id).unwrap();
        assert!(!seen.valid);
    }
}
