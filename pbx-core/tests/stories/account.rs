//! My Account: details, password, sessions, the reseller's own settings.

use pbx_api::{Code, Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestServer, account, problem};

/// Emails and actions of the audit log, oldest first.
pub async fn audited(server: &TestServer) -> Vec<(String, String, String)> {
    let mut root = server.app.db.look_root().await.unwrap();
    pbx_core::run!(root, c => sqlx::query_as(
        "select coalesce(a.email, ''), e.action, coalesce(e.after_state, '')
         from audit e left join account a on a.id = e.account_id order by e.id",
    )
    .fetch_all(c)
    .await)
    .unwrap()
}

stories! {
    async fn a_person_changes_its_details(server) {
        let person = &server.north.acme.office;
        let change = |body: Value| server.by(person, Method::PUT, "/v1/me").json(&body).send();
        let mut body = json!({ "first_name": " Zoë ", "last_name": "Long", "email": "Office@Acme.example", "language": "fr" });
        let answer = change(body.clone()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let me = server.json(person, "/v1/me").await;
        assert_eq!((&me["first_name"], &me["language"], &me["email"]), (&json!("Zoë"), &json!("fr"), &json!("office@acme.example")));

        // Another email is another login: it asks for the password.
        body["email"] = json!("new@acme.example");
        let told = problem(change(body.clone()).await.unwrap(), Code::Invalid).await;
        assert_eq!(told.errors[0].field, "password");
        body["password"] = json!("wrong horse");
        problem(change(body.clone()).await.unwrap(), Code::Invalid).await;
        body["password"] = json!("correct horse");
        assert_eq!(change(body.clone()).await.unwrap().status(), StatusCode::OK);
        server.sign_in("north.example", "new@acme.example", "correct horse").await;

        // One that another login of the client has.
        account(&server.app, "north.example", person.scope.unwrap(), Role::Client, "two@acme.example").await;
        body["email"] = json!("two@acme.example");
        let told = problem(change(body.clone()).await.unwrap(), Code::Taken).await;
        assert_eq!(told.errors[0].field, "email");

        body["email"] = json!("nothing");
        body["language"] = json!("xx");
        let told = problem(change(body).await.unwrap(), Code::Invalid).await;
        let fields: Vec<_> = told.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["email", "language"]);

        let written = audited(&server).await;
        assert_eq!(written.len(), 2, "{written:?}");
        assert!(written.iter().all(|(_, action, _)| action == "account.change"));
    }

    async fn another_password_ends_the_other_sessions(server) {
        let person = &server.north.owner;
        let (_, refresh) = server.sign_in("north.example", "owner@example.com", "correct horse").await;
        let change = |old: &str, new: &str| {
            let body = json!({ "old_password": old, "new_password": new });
            server.by(person, Method::POST, "/v1/me/password").json(&body).send()
        };
        for (old, new, field) in [
            ("correct horse", "short", "new_password"),
            ("correct horse", "owner@example.com", "new_password"),
            ("correct horse", "correct horse", "new_password"),
            ("wrong horse", "a better horse", "old_password"),
        ] {
            let told = problem(change(old, new).await.unwrap(), Code::Invalid).await;
            assert_eq!(told.errors[0].field, field, "{new}");
        }
        assert_eq!(change("correct horse", "a better horse").await.unwrap().status(), StatusCode::NO_CONTENT);
        // This session goes on, the other one does not.
        server.json(person, "/v1/me").await;
        let body = json!({ "refresh_token": refresh });
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        problem(answer, Code::Unauthenticated).await;
        server.sign_in("north.example", "owner@example.com", "a better horse").await;

        let written = audited(&server).await;
        let last = written.last().unwrap();
        assert_eq!((last.1.as_str(), last.2.as_str()), ("password.change", r#"{"password":"changed"}"#));
    }

    async fn guessing_the_old_password_has_to_wait(server) {
        let body = json!({ "old_password": "guess", "new_password": "a better horse" });
        let attempt = || server.by(&server.north.owner, Method::POST, "/v1/me/password").json(&body).send();
        for _ in 0..5 {
            problem(attempt().await.unwrap(), Code::Invalid).await;
        }
        problem(attempt().await.unwrap(), Code::TooManyRequests).await;
    }

    async fn sessions_are_shown_and_ended(server) {
        let person = &server.north.owner;
        server.world.advance_ms(1000);
        let mut other = person.clone();
        other.token = server.sign_in("north.example", "owner@example.com", "correct horse").await.0;
        let list = server.json(person, "/v1/me/sessions").await;
        let sessions = list["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
        assert_eq!(sessions[0]["address"], "127.0.0.1");
        let theirs = sessions.iter().find(|session| session["current"] == false).unwrap();

        // Nobody else ends it.
        let path = format!("/v1/me/sessions/{}", theirs["id"].as_str().unwrap());
        let foreign = server.by(&server.south.owner, Method::DELETE, &path).send().await.unwrap();
        problem(foreign, Code::NotFound).await;
        server.json(&other, "/v1/me").await;

        let ended = server.by(person, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(ended.status(), StatusCode::NO_CONTENT);
        problem(server.get(&other, "/v1/me").await, Code::Unauthenticated).await;
        let again = server.by(person, Method::DELETE, &path).send().await.unwrap();
        problem(again, Code::NotFound).await;
        assert_eq!(server.json(person, "/v1/me/sessions").await["sessions"].as_array().unwrap().len(), 1);
    }

    async fn a_resellers_owner_sets_support_and_offline_days(server) {
        let mut body = json!({ "name": "North Voice", "support_email": "Help@North.example", "offline_days": 7 });
        let put = |person, body: &Value| server.by(person, Method::PUT, "/v1/reseller").json(body).send();
        assert_eq!(put(&server.north.owner, &body).await.unwrap().status(), StatusCode::OK);
        let me = server.json(&server.north.acme.office, "/v1/me").await;
        assert_eq!(me["reseller"]["support_email"], "help@north.example");
        assert_eq!(me["reseller"]["offline_days"], 7);
        let south = server.json(&server.south.owner, "/v1/me").await;
        assert_eq!(south["reseller"]["offline_days"], 30);

        for person in [&server.north.acme.office, &server.north.acme.ann.1] {
            problem(put(person, &body).await.unwrap(), Code::Forbidden).await;
        }
        body["offline_days"] = json!(0);
        let told = problem(put(&server.north.owner, &body).await.unwrap(), Code::Invalid).await;
        assert_eq!(told.errors[0].field, "offline_days");
    }
}
