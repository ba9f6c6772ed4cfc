//! Clients: added, changed, suspended, gone and back.

use pbx_api::{Change, ClientDetails, Code, FeedLine};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Feed, Person, TestServer, Tree, problem};

/// A client as its form sends it.
pub fn form(tree: &Tree, realm: &str) -> Value {
    json!({
        "name": "Gamma", "realm": realm, "first_name": "Gus", "last_name": "Gray",
        "email": "gus@gamma.example", "language": "fr", "time_zone": "America/Toronto",
        "country": "ca", "max_outbound_calls": 4, "max_international_calls": 0,
        "memo": "Pays late", "production": false, "suspended": false,
        "recordings_allowed": true, "profiles": [tree.profile], "default_profile": tree.profile,
    })
}

pub async fn send(
    server: &TestServer,
    by: &Person,
    method: Method,
    path: &str,
    body: &Value,
) -> Response {
    server.by(by, method, path).json(body).send().await.unwrap()
}

async fn add(server: &TestServer, realm: &str) -> ClientDetails {
    let body = form(&server.north, realm);
    let answer = send(
        server,
        &server.north.owner,
        Method::POST,
        "/v1/clients",
        &body,
    )
    .await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json().await.unwrap()
}

/// The form of a client as it stands.
async fn form_of(server: &TestServer, path: &str) -> Value {
    let details = server.json(&server.north.owner, path).await;
    let mut form = details["client"].clone();
    for field in ["first_name", "last_name", "email"] {
        if form[field].is_null() {
            form[field] = json!("");
        }
    }
    form.as_object_mut().unwrap().remove("id");
    form["memo"] = details["memo"].clone();
    form
}

fn fields(problem: &pbx_api::Problem) -> Vec<&str> {
    problem.errors.iter().map(|e| e.field.as_str()).collect()
}

stories! {
    async fn a_client_is_added_shown_and_changed(server) {
        let made = add(&server, "Gamma").await;
        assert_eq!(made.full_realm, "gamma.north.example");
        assert_eq!((made.client.realm.as_str(), made.client.country.as_str()), ("gamma", "CA"));
        let path = format!("/v1/clients/{}", made.client.id);
        // It has a login, whose password nobody knows before a link was sent.
        let mut body = form_of(&server, &path).await;
        body["password"] = json!("a good long one");
        body["email"] = json!("gus2@gamma.example");
        body["memo"] = json!("Pays in time");
        body["max_outbound_calls"] = Value::Null;
        let changed = send(&server, &server.north.owner, Method::PUT, &path, &body).await;
        assert_eq!(changed.status(), StatusCode::OK);
        server.sign_in("north.example", "gus2@gamma.example", "a good long one").await;

        let shown = server.json(&server.north.owner, &path).await;
        assert_eq!((&shown["memo"], &shown["client"]["max_outbound_calls"]), (&json!("Pays in time"), &Value::Null));
        assert_eq!(shown["client"]["max_international_calls"], 0);
        let other = pbx_core::http::App::open(&server.config, server.world.clone()).await.unwrap();
        let mut tx = other.db.look(server.north.tenant).await.unwrap();
        let kept = pbx_core::clients::store::show(&mut tx, made.client.id).await.unwrap();
        assert_eq!(serde_json::to_value(kept).unwrap(), shown["client"]);

        // The password's change stands in the log, and not the password.
        let log = server.get(&server.north.owner, "/v1/audit").await.text().await.unwrap();
        assert!(log.contains("account.password") && !log.contains("a good long one"));
    }

    async fn every_wrong_field_is_told_at_once(server) {
        let owner = &server.north.owner;
        let mut body = form(&server.north, "-bad-");
        for (field, value) in [
            ("name", json!(" ")), ("email", json!("nobody")), ("language", json!("xx")),
            ("time_zone", json!("Mars/Olympus")), ("country", json!("CAN")), ("memo", json!("\u{7}")),
            ("max_outbound_calls", json!(100_001)), ("profiles", json!([server.south.profile])),
            ("default_profile", json!(uuid::Uuid::nil())), ("password", json!("short")),
        ] {
            body[field] = value;
        }
        let told = problem(send(&server, owner, Method::POST, "/v1/clients", &body).await, Code::Invalid).await;
        assert_eq!(fields(&told), [
            "name", "realm", "email", "language", "time_zone", "country", "memo",
            "max_outbound_calls", "password", "profiles", "default_profile",
        ]);
        let mut none = form(&server.north, "gamma");
        none["profiles"] = json!([]);
        let told = problem(send(&server, owner, Method::POST, "/v1/clients", &none).await, Code::Invalid).await;
        assert_eq!(fields(&told), ["profiles"]);
        // A realm of another reseller's is free, one's own is not; afterwards it stays.
        let taken = form(&server.north, "acme");
        let told = problem(send(&server, owner, Method::POST, "/v1/clients", &taken).await, Code::Taken).await;
        assert_eq!(fields(&told), ["realm"]);
        add(&server, "only-south").await;
        let path = format!("/v1/clients/{}", server.north.acme.id);
        let mut body = form_of(&server, &path).await;
        body["realm"] = json!("acme2");
        let told = problem(send(&server, owner, Method::PUT, &path, &body).await, Code::Invalid).await;
        assert_eq!(fields(&told), ["realm"]);
        let mut unknown = form(&server.north, "delta");
        unknown["colour"] = json!("red");
        problem(send(&server, owner, Method::POST, "/v1/clients", &unknown).await, Code::Invalid).await;
    }

    async fn only_the_resellers_people_who_may_write_change_clients(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/clients/{}", acme.id);
        let body = form_of(&server, &path).await;
        let mut root = server.app.db.begin_root().await.unwrap();
        pbx_core::run!(root, c => sqlx::query("update account set access = 'read_only' where email = 'owner@example.com'")
            .execute(c).await.map(|_| ())).unwrap();
        root.commit().await.unwrap();
        for person in [&acme.office, &acme.ann.1, &server.north.owner] {
            problem(send(&server, person, Method::POST, "/v1/clients", &body).await, Code::Forbidden).await;
            problem(send(&server, person, Method::PUT, &path, &body).await, Code::Forbidden).await;
            problem(send(&server, person, Method::DELETE, &path, &body).await, Code::Forbidden).await;
        }
        // The memo is the reseller's alone; limits, contacts and email are not a user's to see.
        let made = server.json(&acme.office, &path).await;
        assert!(made.get("memo").is_none());
        let seen = server.json(&acme.ann.1, &path).await;
        assert_eq!(seen["client"]["profiles"], json!([]));
    }

    async fn a_user_sees_no_limits_contacts_or_email_of_its_client(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/clients/{}", acme.id);
        let mut ann = Feed::default();
        ann.apply(&server.feed(&acme.ann.1, None).await);
        let mut body = form_of(&server, &path).await;
        body["email"] = json!("boss@acme.example");
        body["last_name"] = json!("Secretname");
        body["max_outbound_calls"] = json!(4321);
        body["memo"] = json!("memo-text");
        let changed = send(&server, &server.north.owner, Method::PUT, &path, &body).await;
        assert_eq!(changed.status(), StatusCode::OK);
        for (person, sees) in [(&server.north.owner, true), (&acme.office, true), (&acme.ann.1, false)] {
            let feed = server.feed_answer(person, None, None).await.text().await.unwrap();
            let list = server.get(person, "/v1/clients").await.text().await.unwrap();
            let one = server.get(person, &path).await.text().await.unwrap();
            for text in [&feed, &list, &one] {
                for secret in ["boss@acme.example", "Secretname", "4321"] {
                    assert_eq!(text.contains(secret), sees, "{}: {secret} in {text}", person.email);
                }
            }
            assert!(!feed.contains("memo-text") && !list.contains("memo-text"));
        }
        let more = server.feed(&acme.ann.1, ann.cursor.as_deref()).await;
        let told = more.iter().any(|line| matches!(line, FeedLine::Change(Change::Client(client)) if client.email.is_empty()));
        assert!(told, "{more:?}");
    }

    async fn a_suspended_clients_people_are_out_until_it_is_not(server) {
        let acme = &server.north.acme;
        let (_, refresh) = server.sign_in("north.example", &acme.office.email, "correct horse").await;
        let path = format!("/v1/clients/{}", acme.id);
        let mut body = form_of(&server, &path).await;
        body["suspended"] = json!(true);
        assert_eq!(send(&server, &server.north.owner, Method::PUT, &path, &body).await.status(), StatusCode::OK);
        for person in [&acme.office, &acme.ann.1] {
            problem(server.get(person, "/v1/me").await, Code::Unauthenticated).await;
        }
        let renew = json!({ "refresh_token": refresh });
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&renew).send().await.unwrap();
        problem(answer, Code::Unauthenticated).await;
        let sign_in = json!({ "realm": "north.example", "email": acme.office.email, "password": "correct horse" });
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&sign_in).send().await.unwrap();
        problem(answer, Code::WrongCredentials).await;
        assert_eq!(server.json(&server.north.owner, &path).await["client"]["suspended"], true);
        assert_eq!(server.get(&server.north.beta.office, "/v1/me").await.status(), StatusCode::OK);

        body["suspended"] = json!(false);
        assert_eq!(send(&server, &server.north.owner, Method::PUT, &path, &body).await.status(), StatusCode::OK);
        assert_eq!(server.get(&acme.office, "/v1/me").await.status(), StatusCode::OK);
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&renew).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn an_archived_client_comes_back_whole_for_every_reader(server) {
        let north = &server.north;
        server.add_legs(north.tenant, &north.acme, 2500).await;
        server.add_legs(north.tenant, &north.beta, 3).await;
        let path = format!("/v1/clients/{}", north.acme.id);
        let contents = server.json(&north.owner, &format!("{path}/contents")).await;
        assert_eq!(contents, json!({ "users": 2, "numbers": 1, "logins": 3, "calls": 2500 }));

        // Three readers: one that was told, one that was away all the time, and one that began
        // while the client was gone.
        let (mut told, mut away, mut new) = (Feed::default(), Feed::default(), Feed::default());
        let mut office = Feed::default();
        told.apply(&server.feed(&north.owner, None).await);
        away.apply(&server.feed(&north.owner, None).await);
        office.apply(&server.feed(&north.acme.office, None).await);
        let before = told.things.clone();
        assert_eq!(send(&server, &north.owner, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        let cursor = told.cursor.clone();
        told.apply(&server.feed(&north.owner, cursor.as_deref()).await);
        new.apply(&server.feed(&north.owner, None).await);
        assert_eq!((told.legs().len(), new.legs().len()), (3, 3));
        problem(server.get(&north.owner, &path).await, Code::NotFound).await;
        problem(server.get(&north.acme.office, "/v1/me").await, Code::Unauthenticated).await;
        // Its realm stays its own.
        problem(send(&server, &north.owner, Method::POST, "/v1/clients", &form(north, "acme")).await, Code::Taken).await;
        let archived = server.json(&north.owner, "/v1/clients/archived").await;
        assert_eq!(archived["rows"][0]["realm"], "acme");
        assert_eq!(server.json(&server.south.owner, "/v1/clients/archived").await["rows"], json!([]));

        let restore = format!("{path}/restore");
        problem(send(&server, &server.south.owner, Method::POST, &restore, &json!(null)).await, Code::NotFound).await;
        assert_eq!(send(&server, &north.owner, Method::POST, &restore, &json!(null)).await.status(), StatusCode::OK);
        problem(send(&server, &north.owner, Method::POST, &restore, &json!(null)).await, Code::NotFound).await;
        for feed in [&mut told, &mut away, &mut new] {
            let more = server.feed(&north.owner, feed.cursor.clone().as_deref()).await;
            feed.apply(&more);
            assert_eq!(feed.things, before);
        }
        let own = office.things.clone();
        let more = server.feed(&north.acme.office, office.cursor.clone().as_deref()).await;
        office.apply(&more);
        assert_eq!(office.things, own);
        assert_eq!(server.json(&north.owner, "/v1/clients/archived").await["rows"], json!([]));

        // What a stopped server leaves is finished by the next one.
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::clients::archive::store::archive(&mut tx, north.acme.id, server.world.now_ms()).await.unwrap();
        tx.commit().await.unwrap();
        told.apply(&server.feed(&north.owner, told.cursor.clone().as_deref()).await);
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::clients::archive::bring_back(&server.world, &mut tx, north.acme.id).await.unwrap();
        tx.commit().await.unwrap();
        pbx_core::clients::settle(&server.app.db, &server.world).await.unwrap();
        told.apply(&server.feed(&north.owner, told.cursor.clone().as_deref()).await);
        assert_eq!(told.things, before);
    }

    async fn after_thirty_days_a_client_stays_gone(server) {
        let north = &server.north;
        let path = format!("/v1/clients/{}", north.acme.id);
        let long_ago = server.world.now_ms() - 30 * 24 * 60 * 60 * 1000;
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::clients::archive::store::archive(&mut tx, north.acme.id, long_ago).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(server.json(&north.owner, "/v1/clients/archived").await["rows"], json!([]));
        let restore = format!("{path}/restore");
        problem(send(&server, &north.owner, Method::POST, &restore, &json!(null)).await, Code::NotFound).await;
    }
}
