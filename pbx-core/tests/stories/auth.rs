//! Signing in, staying signed in, and being thrown out.

use pbx_api::{Code, SignInAnswer, SignedIn};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::problem;

const MINUTE_MS: i64 = 60_000;

stories! {
    async fn a_person_signs_in_and_out(server) {
        let me = server.json(&server.north.acme.office, "/v1/me").await;
        assert_eq!(me["role"], "client");
        assert_eq!(me["client"], json!(server.north.acme.id));
        assert_eq!(me["reseller"]["realm"], "north.example");
        assert_eq!(me["may_play_recordings"], true);
        assert_eq!(me["may_delete_recordings"], false);

        let out = server.by(&server.north.acme.office, Method::POST, "/v1/auth/sign-out").send().await.unwrap();
        assert_eq!(out.status(), StatusCode::NO_CONTENT);
        problem(server.get(&server.north.acme.office, "/v1/me").await, Code::Unauthenticated).await;
        // Others stay.
        server.json(&server.north.owner, "/v1/me").await;
    }

    async fn what_does_not_fit_is_one_answer(server) {
        for (realm, email, password) in [
            ("north.example", "owner@example.com", "wrong horse"),
            ("north.example", "nobody@example.com", "correct horse"),
            ("nowhere.example", "owner@example.com", "correct horse"),
            // Another tenant's email, with its right password.
            ("south.example", "office@beta.example", "correct horse"),
        ] {
            let body = json!({ "realm": realm, "email": email, "password": password });
            let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
            let mut told = problem(answer, Code::WrongCredentials).await;
            told.request_id = None;
            assert_eq!(told, pbx_api::Problem::new(Code::WrongCredentials));
        }
    }

    async fn one_email_may_mean_several_accounts(server) {
        let tenant = server.north.acme.office.scope.unwrap();
        crate::support::account(&server.app, "north.example", tenant, pbx_api::Role::Client, "OWNER@example.com").await;
        let mut body = json!({ "realm": "North.Example", "email": "Owner@Example.com", "password": "correct horse" });
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
        let SignInAnswer::Choose(choices) = answer.json().await.unwrap() else { panic!("a choice") };
        assert_eq!(choices.len(), 2);
        for choice in choices {
            body["account"] = json!(choice.account);
            let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
            let SignInAnswer::SignedIn(signed_in) = answer.json().await.unwrap() else { panic!("signed in") };
            assert_eq!((signed_in.me.account, signed_in.me.role), (choice.account, choice.role));
        }
        body["account"] = json!(server.north.acme.id);
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
        problem(answer, Code::WrongCredentials).await;
    }

    async fn tokens_end_and_are_renewed(server) {
        let (access, refresh) = server.sign_in("north.example", "owner@example.com", "correct horse").await;
        let mut person = server.north.owner.clone();
        person.token = access;
        server.json(&person, "/v1/me").await;
        server.world.advance_ms(16 * MINUTE_MS);
        problem(server.get(&person, "/v1/me").await, Code::Unauthenticated).await;

        let body = json!({ "refresh_token": refresh });
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let renewed: SignedIn = answer.json().await.unwrap();
        assert_eq!(renewed.access_expires_at_ms, server.world.now_ms() + 15 * MINUTE_MS);
        person.token = renewed.access_token;
        server.json(&person, "/v1/me").await;

        // The old one again at once: the answer was lost on the line.
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        let again: SignedIn = answer.json().await.unwrap();
        assert_eq!(again.me.session, renewed.me.session);

        // The old one again, later: somebody has stolen it, from us or for us.
        server.world.advance_ms(MINUTE_MS);
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        problem(answer, Code::Unauthenticated).await;
        problem(server.get(&person, "/v1/me").await, Code::Unauthenticated).await;
        let body = json!({ "refresh_token": renewed.refresh_token });
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        problem(answer, Code::Unauthenticated).await;

        let (_, refresh) = server.sign_in("north.example", "owner@example.com", "correct horse").await;
        server.world.advance_ms(31 * 24 * 60 * MINUTE_MS);
        let body = json!({ "refresh_token": refresh });
        let answer = server.request(Method::POST, "/v1/auth/refresh").json(&body).send().await.unwrap();
        problem(answer, Code::Unauthenticated).await;
    }

    async fn guessing_has_to_wait(server) {
        let attempt = async |email: &str, password: &str| {
            let body = json!({ "realm": "north.example", "email": email, "password": password });
            server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap()
        };
        for _ in 0..5 {
            problem(attempt("owner@example.com", "guess").await, Code::WrongCredentials).await;
        }
        // Even the right one has to wait now, or a guesser would learn it.
        let refused = attempt("owner@example.com", "correct horse").await;
        let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=900).contains(&seconds));
        problem(refused, Code::TooManyRequests).await;
        assert_eq!(attempt("office@acme.example", "correct horse").await.status(), StatusCode::OK);
        // An unknown email is limited like a known one.
        for _ in 0..5 {
            problem(attempt("nobody@example.com", "guess").await, Code::WrongCredentials).await;
        }
        problem(attempt("nobody@example.com", "guess").await, Code::TooManyRequests).await;
        server.world.advance_ms(15 * MINUTE_MS);
        assert_eq!(attempt("owner@example.com", "correct horse").await.status(), StatusCode::OK);
    }

    async fn an_archived_clients_people_are_out_at_once(server) {
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        pbx_core::clients::archive::store::archive(&mut tx, server.north.acme.id, 1).await.unwrap();
        tx.commit().await.unwrap();
        problem(server.get(&server.north.acme.office, "/v1/me").await, Code::Unauthenticated).await;
        problem(server.get(&server.north.acme.ann.1, "/v1/changes").await, Code::Unauthenticated).await;
        let body = json!({ "realm": "north.example", "email": "office@acme.example", "password": "correct horse" });
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
        problem(answer, Code::WrongCredentials).await;
        server.json(&server.north.beta.office, "/v1/me").await;
    }
}
