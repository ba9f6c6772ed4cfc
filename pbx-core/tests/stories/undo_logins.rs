//! Undoing what was done with logins and limited clients, and what of them never comes back.

use pbx_api::{Access, AuditEntry, Code};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::audit::{entries, undo};
use crate::clients::send;
use crate::limited::{PASSWORD, limited};
use crate::support::{Person, TestServer, problem};

/// The newest entry of a kind of thing, as its client's own login reads it.
async fn newest(server: &TestServer, by: &Person, query: &str) -> AuditEntry {
    entries(server, by, query).await.remove(0)
}

async fn limited_now(server: &TestServer) -> Value {
    let rows = server
        .json(&server.north.acme.office, "/v1/limited-clients")
        .await;
    rows["rows"][0].clone()
}

stories! {
    async fn a_limited_client_goes_back_and_its_password_does_not(server) {
        let (owner, office) = (&server.north.owner, &server.north.acme.office);
        let (login, person) = limited(&server, json!({ "username": "night" })).await;
        let path = format!("/v1/limited-clients/{}", login.id);
        let made = limited_now(&server).await;
        server.world.advance_ms(1000);
        let other = json!({
            "username": "day", "first_name": "Zoë", "last_name": "Žižek", "language": "fr", "read_only": true,
            "disabled_pages": ["calls"], "departments": ["Sales"], "password": "another one of twelve",
        });
        assert_eq!(send(&server, office, Method::PUT, &path, &other).await.status(), StatusCode::OK);
        let changed = newest(&server, office, "action=limited_client.change").await;
        assert!(changed.can_undo);
        assert!(newest(&server, owner, "action=limited_client.change").await.can_undo);
        // Who may not change one undoes nothing of it: itself, a stranger, who only acts as the client.
        let (token, _) = server.sign_in("north.example", "day", "another one of twelve").await;
        let day = Person { token, ..person };
        problem(undo(&server, &day, &changed).await, Code::Forbidden).await;
        problem(undo(&server, &server.north.beta.office, &changed).await, Code::NotFound).await;
        let connected = server.connect(owner, json!({ "client": server.north.acme.id })).await;
        assert!(!newest(&server, &connected, "action=limited_client.change").await.can_undo);
        problem(undo(&server, &connected, &changed).await, Code::Forbidden).await;

        assert_eq!(undo(&server, office, &changed).await.status(), StatusCode::OK);
        assert_eq!(limited_now(&server).await, made, "all of it, departments and pages too");
        // The password is no part of it: the new one stays, and the old one stays away.
        server.sign_in("north.example", "night", "another one of twelve").await;
        let old = json!({ "realm": "north.example", "email": "night", "password": PASSWORD });
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&old).send().await.unwrap();
        problem(answer, Code::WrongCredentials).await;

        // A change of nothing but the password has nothing to go back to.
        server.world.advance_ms(1000);
        let only = json!({ "username": "night", "password": "one more of twelve" });
        assert_eq!(send(&server, office, Method::PUT, &path, &only).await.status(), StatusCode::OK);
        let only = newest(&server, office, "action=limited_client").await;
        assert_eq!(only.after.as_ref().unwrap()["password"], "changed");
        assert!(!only.can_undo);
        problem(undo(&server, office, &only).await, Code::Forbidden).await;

        // The rules of its form hold: the name is another's by now.
        server.world.advance_ms(1000);
        let away = json!({ "username": "evening" });
        assert_eq!(send(&server, office, Method::PUT, &path, &away).await.status(), StatusCode::OK);
        let away = newest(&server, office, "action=limited_client").await;
        limited(&server, json!({ "username": "night" })).await;
        let told = problem(undo(&server, office, &away).await, Code::Taken).await;
        assert_eq!(told.errors[0].field, "username");
    }

    async fn a_limited_client_that_was_added_goes_and_stays_away(server) {
        let office = &server.north.acme.office;
        let (_, person) = limited(&server, json!({ "username": "night" })).await;
        let created = newest(&server, office, "action=limited_client.create").await;
        assert_eq!((created.subject_name.as_str(), created.can_undo), ("night", true));
        assert_eq!(created.after.as_ref().unwrap()["password"], "changed");
        assert_eq!(undo(&server, office, &created).await.status(), StatusCode::OK);
        problem(server.get(&person, "/v1/me").await, Code::Unauthenticated).await;
        let gone = newest(&server, office, "action=limited_client.undo").await;
        assert!(!gone.can_undo);
        problem(undo(&server, office, &gone).await, Code::Forbidden).await;

        let (login, _) = limited(&server, json!({ "username": "night" })).await;
        let path = format!("/v1/limited-clients/{}", login.id);
        assert_eq!(send(&server, office, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        let removed = newest(&server, office, "action=limited_client.remove").await;
        assert!(!removed.can_undo);
        problem(undo(&server, office, &removed).await, Code::Forbidden).await;
    }

    async fn a_login_goes_back_by_the_rules_of_its_form(server) {
        let owner = &server.north.owner;
        let (login, sam) = server.login(owner, None, "sam@north.example", Access::Support).await;
        let path = format!("/v1/logins/{}", login.id);
        server.world.advance_ms(1000);
        let body = json!({
            "first_name": "Zoë", "last_name": "Žižek", "language": "de", "access": "owner",
            "may_delete_recordings": true,
        });
        assert_eq!(send(&server, owner, Method::PUT, &path, &body).await.status(), StatusCode::OK);
        let changed = newest(&server, owner, "action=login.change").await;
        assert!(changed.can_undo);
        // Its own person makes another email of it, which is its own to have.
        let me = json!({
            "first_name": "Zoë", "last_name": "Žižek", "language": "de",
            "email": "zoe@north.example", "password": "a good horse",
        });
        assert_eq!(send(&server, &sam, Method::PUT, "/v1/me", &me).await.status(), StatusCode::OK);
        assert_eq!(undo(&server, owner, &changed).await.status(), StatusCode::OK);
        let now = server.json(&sam, "/v1/me").await;
        let is = |field: &str| now[field].as_str().unwrap().to_owned();
        assert_eq!((is("first_name"), is("language"), is("access")), ("Sam".into(), "en".into(), "support".into()));
        assert_eq!(is("email"), "zoe@north.example");
        // Support undoes nothing of the logins, and a client reads nothing of the reseller's.
        let undone = newest(&server, owner, "action=login.undo").await;
        assert!(undone.can_undo);
        assert!(!newest(&server, &sam, "action=login.undo").await.can_undo);
        problem(undo(&server, &sam, &undone).await, Code::Forbidden).await;
        problem(undo(&server, &server.north.acme.office, &undone).await, Code::NotFound).await;

        // Undone in turn it is an owner again, the last one once the other steps down.
        server.world.advance_ms(1000);
        assert_eq!(undo(&server, owner, &undone).await.status(), StatusCode::OK);
        let again = newest(&server, owner, "action=login.undo").await;
        let me = server.json(owner, "/v1/me").await["account"].as_str().unwrap().to_owned();
        let down = json!({
            "first_name": "F", "last_name": "L", "language": "en", "access": "support",
            "may_delete_recordings": true,
        });
        assert_eq!(send(&server, &sam, Method::PUT, &format!("/v1/logins/{me}"), &down).await.status(), StatusCode::OK);
        let told = problem(undo(&server, &sam, &again).await, Code::Invalid).await;
        assert_eq!(told.errors[0].field, "access");
    }

    async fn an_invited_login_goes_and_a_removed_one_stays_away(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let (login, sue) = server.login(owner, Some(json!(acme.id)), "sue@acme.example", Access::Support).await;
        let created = newest(&server, &acme.office, "action=login.create").await;
        // Invited once more, which is no change of it.
        let path = format!("/v1/logins/{}", login.id);
        let invited = send(&server, owner, Method::POST, &format!("{path}/invitation"), &json!(null)).await;
        assert_eq!(invited.status(), StatusCode::OK);
        let invited = newest(&server, owner, "action=login.invite").await;
        assert!(!invited.can_undo);
        problem(undo(&server, owner, &invited).await, Code::Forbidden).await;

        assert_eq!(undo(&server, &acme.office, &created).await.status(), StatusCode::OK);
        problem(server.get(&sue, "/v1/me").await, Code::Unauthenticated).await;
        let code = crate::support::codes(&server.mails.next().await).pop().unwrap();
        problem(server.claim(&code, "a better horse").await, Code::Invalid).await;
        let gone = newest(&server, owner, "action=login.undo").await;
        assert!(!gone.can_undo);

        let (login, _) = server.login(owner, Some(json!(acme.id)), "sue@acme.example", Access::Support).await;
        let path = format!("/v1/logins/{}", login.id);
        assert_eq!(send(&server, owner, Method::DELETE, &path, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        let removed = newest(&server, owner, "action=login.remove").await;
        assert!(!removed.can_undo);
        problem(undo(&server, owner, &removed).await, Code::Forbidden).await;
    }
}
