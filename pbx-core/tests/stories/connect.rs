//! Connect As: whose rights count, who is written down, and when it ends.

use pbx_api::{Access, Code, Connection, Role};
use pbx_core::clients;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Company, Person, TestServer, problem};

const MINUTE_MS: i64 = 60_000;

/// Who, as whom, the client and the user of that, and what came of it.
type Written = (String, String, Option<String>, Option<String>, String);

impl TestServer {
    pub async fn try_connect(&self, by: &Person, to: Value) -> Response {
        self.by(by, Method::POST, "/v1/connect")
            .json(&to)
            .send()
            .await
            .unwrap()
    }

    pub async fn connect(&self, by: &Person, to: Value) -> Person {
        let answer = self.try_connect(by, to.clone()).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{} to {to}", by.email);
        let connection: Connection = answer.json().await.unwrap();
        let tenant = pbx_core::db::Tenant::new(
            connection.me.reseller.id,
            match (connection.me.client, connection.me.user) {
                (Some(client), Some(user)) => pbx_core::db::Scope::User(client, user),
                (Some(client), None) => pbx_core::db::Scope::Client(client),
                _ => panic!("connected as nobody"),
            },
        );
        Person {
            email: format!("{} as {to}", by.email),
            token: connection.access_token,
            scope: Some(tenant),
            ..by.clone()
        }
    }

    pub async fn client(&self, company: &Company, change: impl FnOnce(&mut pbx_api::Client)) {
        let mut tx = self.app.db.begin(self.north.tenant).await.unwrap();
        let page = pbx_core::http::extract::Page {
            after: None,
            limit: 100,
        };
        let all = clients::store::list(&mut tx, &page).await.unwrap();
        let mut client = all
            .into_iter()
            .find(|client| client.id == company.id)
            .unwrap();
        change(&mut client);
        clients::store::change(&mut tx, &client, self.world.now_ms())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

stories! {
    async fn a_reseller_is_its_client_and_then_its_user(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let client = server.connect(owner, json!({ "client": acme.id, "reason": "They asked" })).await;
        let me = server.json(&client, "/v1/me").await;
        assert_eq!((&me["role"], &me["client"]), (&json!("client"), &json!(acme.id)));
        assert_eq!(me["email"], "owner@example.com", "the person stays who it is");
        let user = server.connect(&client, json!({ "user": acme.ann.0 })).await;
        let me = server.json(&user, "/v1/me").await;
        assert_eq!((&me["role"], &me["user"]), (&json!("user"), &json!(acme.ann.0)));
        let names: Vec<_> = me["connected"]["chain"].as_array().unwrap().iter().map(|link| link["name"].clone()).collect();
        assert_eq!(names, ["Reseller of north.example", "acme of north.example", "Ann acme"]);
        assert_eq!(me["connected"]["ends_at_ms"], server.world.now_ms() + 60 * MINUTE_MS);
        // It is the deepest.
        problem(server.try_connect(&user, json!({ "user": acme.ann.0 })).await, Code::Forbidden).await;

        // The feed is the user's alone.
        let legs = server.add_legs(server.north.tenant, acme, 4).await;
        let text = server.get(&user, "/v1/changes").await.text().await.unwrap();
        assert!(text.contains(&legs[0].to_string()) && !text.contains(&legs[1].to_string()));

        // The person's list of sessions says so.
        let sessions = server.json(owner, "/v1/me/sessions").await;
        let mut names: Vec<_> = sessions["sessions"].as_array().unwrap().iter()
            .map(|session| session["connected_as"].as_str().unwrap_or_default().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["", "Ann acme", "acme of north.example"]);
    }

    async fn nobody_connects_out_of_reach(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let ann = json!({ "user": acme.ann.0 });
        let client = json!({ "client": acme.id });
        for by in [&server.south.owner, &north.beta.office, &server.south.acme.office] {
            problem(server.try_connect(by, ann.clone()).await, Code::NotFound).await;
            problem(server.try_connect(by, client.clone()).await, Code::NotFound).await;
        }
        for by in [&acme.ann.1, &acme.bob.1] {
            problem(server.try_connect(by, ann.clone()).await, Code::Forbidden).await;
        }
        // A client is not another client, nor itself.
        problem(server.try_connect(&acme.office, client).await, Code::NotFound).await;
        problem(server.try_connect(&north.owner, json!({})).await, Code::Invalid).await;
        let both = json!({ "user": acme.ann.0, "client": acme.id });
        problem(server.try_connect(&north.owner, both).await, Code::Invalid).await;
        let through = server.connect(&north.owner, json!({ "client": north.beta.id })).await;
        problem(server.try_connect(&through, ann).await, Code::NotFound).await;
    }

    async fn it_ends(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        // In time, and never after the one it comes from.
        let client = server.connect(owner, json!({ "client": acme.id })).await;
        server.world.advance_ms(50 * MINUTE_MS);
        let user = server.connect(&client, json!({ "user": acme.ann.0 })).await;
        server.json(&user, "/v1/me").await;
        server.world.advance_ms(10 * MINUTE_MS);
        problem(server.get(&client, "/v1/me").await, Code::Unauthenticated).await;
        problem(server.get(&user, "/v1/me").await, Code::Unauthenticated).await;

        // With the session it comes from; the other way round the parent stays.
        let mut owner = owner.clone();
        owner.token = server.sign_in("north.example", "owner@example.com", "correct horse").await.0;
        let client = server.connect(&owner, json!({ "client": acme.id })).await;
        let user = server.connect(&client, json!({ "user": acme.ann.0 })).await;
        server.by(&user, Method::POST, "/v1/auth/sign-out").send().await.unwrap();
        problem(server.get(&user, "/v1/me").await, Code::Unauthenticated).await;
        server.json(&client, "/v1/me").await;
        let user = server.connect(&client, json!({ "user": acme.ann.0 })).await;
        server.by(&owner, Method::POST, "/v1/auth/sign-out").send().await.unwrap();
        for person in [&client, &user] {
            problem(server.get(person, "/v1/me").await, Code::Unauthenticated).await;
        }
    }

    async fn what_is_gone_is_nobody(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let client = server.connect(owner, json!({ "client": acme.id })).await;
        let user = server.connect(&client, json!({ "user": acme.ann.0 })).await;
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        pbx_core::users::store::remove(&mut tx, acme.ann.0, 1).await.unwrap();
        tx.commit().await.unwrap();
        problem(server.get(&user, "/v1/me").await, Code::Unauthenticated).await;
        server.json(&client, "/v1/me").await;
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        clients::archive::store::archive(&mut tx, acme.id, 1).await.unwrap();
        tx.commit().await.unwrap();
        problem(server.get(&client, "/v1/me").await, Code::Unauthenticated).await;
    }

    async fn it_plays_no_more_than_every_link(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        server.client(acme, |client| client.recordings_allowed = false).await;
        let plays = async |person: &Person| server.json(person, "/v1/me").await["may_play_recordings"] == true;
        let client = server.connect(owner, json!({ "client": acme.id })).await;
        assert!(!plays(&client).await);
        assert!(!plays(&server.connect(&client, json!({ "user": acme.ann.0 })).await).await);
        assert!(!plays(&server.connect(&acme.office, json!({ "user": acme.ann.0 })).await).await);
        // The reseller may, and so may the user, and so the one as the other.
        assert!(plays(&server.connect(owner, json!({ "user": acme.ann.0 })).await).await);
        server.client(acme, |client| client.recordings_allowed = true).await;
        assert!(plays(&client).await, "asked at each request");
        assert_eq!(server.json(&client, "/v1/me").await["may_delete_recordings"], false);
    }

    async fn read_only_and_suspended_stay_so(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let (_, reader) = server.login(owner, None, "reader@north.example", Access::ReadOnly).await;
        let client = server.connect(&reader, json!({ "client": acme.id })).await;
        assert_eq!(server.json(&client, "/v1/me").await["access"], "read_only");
        let client = server.connect(owner, json!({ "client": acme.id })).await;
        assert_eq!(server.json(&client, "/v1/me").await["access"], "owner");
        // A suspended client's people are out, and so is whoever acts as one of them.
        server.client(acme, |client| client.suspended = true).await;
        problem(server.get(&client, "/v1/me").await, Code::Unauthenticated).await;
        problem(server.try_connect(owner, json!({ "client": acme.id })).await, Code::Forbidden).await;
        server.client(acme, |client| client.suspended = false).await;
        server.json(&client, "/v1/me").await;
    }

    async fn logins_are_out_of_its_reach(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let client = server.connect(owner, json!({ "client": acme.id })).await;
        let logins = server.json(&client, "/v1/logins").await;
        let login = logins["logins"][0]["id"].as_str().unwrap().to_owned();
        let session = server.json(owner, "/v1/me").await["session"].as_str().unwrap().to_owned();
        for (method, path) in [
            (Method::PUT, "/v1/me".to_owned()),
            (Method::PUT, "/v1/reseller".to_owned()),
            (Method::POST, "/v1/me/password".to_owned()),
            (Method::DELETE, format!("/v1/me/sessions/{session}")),
            (Method::POST, "/v1/me/second-factor".to_owned()),
            (Method::POST, "/v1/me/second-factor/confirm".to_owned()),
            (Method::POST, "/v1/me/second-factor/off".to_owned()),
            (Method::POST, "/v1/me/second-factor/recovery-codes".to_owned()),
            (Method::POST, "/v1/logins".to_owned()),
            (Method::POST, format!("/v1/logins/{login}/invitation")),
            (Method::PUT, format!("/v1/logins/{login}")),
            (Method::DELETE, format!("/v1/logins/{login}")),
        ] {
            let answer = server.by(&client, method.clone(), &path).json(&json!({})).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
        }
    }

    async fn what_it_does_is_written_under_both_names(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let client = server.connect(owner, json!({ "client": acme.id, "reason": "They asked" })).await;
        server.connect(&client, json!({ "user": acme.ann.0 })).await;
        let mut root = server.app.db.look_root().await.unwrap();
        let written: Vec<Written> = pbx_core::run!(root, c => sqlx::query_as(
            "select a.email, e.acting_as, e.as_client_id, e.as_user_id, e.after_state from audit e
             join account a on a.id = e.account_id order by e.id",
        )
        .fetch_all(c)
        .await)
        .unwrap();
        let owner = "owner@example.com".to_owned();
        assert_eq!(written, [
            (owner.clone(), String::new(), None, None, r#"{"reason":"They asked"}"#.to_owned()),
            (owner, "acme of north.example".to_owned(), Some(acme.id.to_string()), None, r#"{"reason":""}"#.to_owned()),
        ]);
        let chain: pbx_api::Me = serde_json::from_value(server.json(&client, "/v1/me").await).unwrap();
        assert_eq!(chain.connected.unwrap().chain[0].role, Role::Reseller);
    }
}
