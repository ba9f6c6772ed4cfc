//! One-time codes: invitations, and for who forgot the password.

use pbx_api::{Claimed, Code};
use pbx_core::auth::codes::{Purpose, make};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::support::{TestServer, codes, problem};

const HOUR_MS: i64 = 60 * 60_000;

impl TestServer {
    pub async fn claim(&self, code: &str, password: &str) -> Response {
        let body = json!({ "code": code, "password": password });
        self.request(Method::POST, "/v1/auth/claim")
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn forgot(&self, realm: &str, email: &str) -> Response {
        let body = json!({ "realm": realm, "email": email });
        self.request(Method::POST, "/v1/auth/forgot")
            .json(&body)
            .send()
            .await
            .unwrap()
    }
}

stories! {
    async fn who_forgot_gets_a_code_by_mail(server) {
        let answer = server.forgot("North.example", "Office@Acme.example").await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let mail = server.mails.next().await;
        assert!(mail.contains("To: office@acme.example"), "{mail}");
        let code = codes(&mail).pop().unwrap();

        // A password that breaks a rule does not use the code up.
        for password in ["short", "office@acme.example"] {
            let told = problem(server.claim(&code, password).await, Code::Invalid).await;
            assert_eq!(told.errors[0].field, "password");
        }
        let claimed = server.claim(&format!(" https://tandem.example/#{code} "), "a better horse").await;
        let claimed: Claimed = claimed.json().await.unwrap();
        assert_eq!((claimed.realm.as_str(), claimed.email.as_str()), ("north.example", "office@acme.example"));
        // Every session ended, the code is used, the password is the new one.
        problem(server.get(&server.north.acme.office, "/v1/me").await, Code::Unauthenticated).await;
        let told = problem(server.claim(&code, "another good horse").await, Code::Invalid).await;
        assert_eq!(told.errors[0].field, "code");
        server.sign_in("north.example", "office@acme.example", "a better horse").await;

        let written = crate::account::audited(&server).await;
        assert_eq!(written.last().unwrap().1, "password.claim");
    }

    async fn no_answer_tells_whether_an_email_is_known(server) {
        let known = server.forgot("north.example", "owner@example.com").await;
        let unknown = server.forgot("north.example", "nobody@example.com").await;
        let nowhere = server.forgot("nowhere.example", "owner@example.com").await;
        let mut bodies = Vec::new();
        for answer in [known, unknown, nowhere] {
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            bodies.push(answer.bytes().await.unwrap());
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        server.mails.next().await;
        for _ in 0..4 {
            server.forgot("north.example", "nobody@example.com").await;
        }
        problem(server.forgot("north.example", "nobody@example.com").await, Code::TooManyRequests).await;
        assert!(server.mails.is_empty(), "one mail alone, to the one that is known");
    }

    async fn codes_end(server) {
        let account = server.json(&server.north.owner, "/v1/me").await["account"].as_str().unwrap().parse().unwrap();
        let fresh = async |purpose| {
            let mut root = server.app.db.begin_root().await.unwrap();
            let made = make(&server.world, &mut root, account, purpose).await.unwrap();
            root.commit().await.unwrap();
            made.0
        };
        for (purpose, hours) in [(Purpose::Forgotten, 24), (Purpose::Invitation, 7 * 24)] {
            let code = fresh(purpose).await;
            server.world.advance_ms(hours * HOUR_MS);
            problem(server.claim(&code, "a better horse").await, Code::Invalid).await;
        }
        // A newer one takes the place of the one before.
        let (old, new) = (fresh(Purpose::Forgotten).await, fresh(Purpose::Forgotten).await);
        problem(server.claim(&old, "a better horse").await, Code::Invalid).await;
        server.world.advance_ms(24 * HOUR_MS - 1);
        assert_eq!(server.claim(&new, "a better horse").await.status(), StatusCode::OK);
    }

    async fn a_second_factor_stays_on(server) {
        let (_, recovery) = server.turn_on(&server.north.owner).await;
        server.forgot("north.example", "owner@example.com").await;
        let code = codes(&server.mails.next().await).pop().unwrap();
        assert_eq!(server.claim(&code, "a better horse").await.status(), StatusCode::OK);
        let body = json!({ "realm": "north.example", "email": "owner@example.com", "password": "a better horse" });
        let answer = server.request(Method::POST, "/v1/auth/sign-in").json(&body).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        let ticket = &answer["second_factor_needed"]["ticket"];
        let body = json!({ "ticket": ticket, "code": recovery[0] });
        let answer = server.request(Method::POST, "/v1/auth/second-factor").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn support_gets_a_clients_message(server) {
        let office = &server.north.acme.office;
        let send = |person, text: &str| {
            let body = json!({ "subject": "No sound", "text": text });
            server.by(person, Method::POST, "/v1/support").json(&body).send()
        };
        // None is offered yet.
        problem(send(office, "Hello").await.unwrap(), Code::NotFound).await;
        let set = json!({ "name": "North", "support_email": "help@north.example", "offline_days": 30 });
        server.by(&server.north.owner, Method::PUT, "/v1/reseller").json(&set).send().await.unwrap();
        let told = problem(send(office, "  ").await.unwrap(), Code::Invalid).await;
        assert_eq!(told.errors[0].field, "text");
        problem(send(&server.north.owner, "Hello").await.unwrap(), Code::Forbidden).await;
        problem(send(&server.south.acme.office, "Hello").await.unwrap(), Code::NotFound).await;

        assert_eq!(send(office, "Line 1\nLine 2").await.unwrap().status(), StatusCode::NO_CONTENT);
        let mail = server.mails.next().await;
        for part in ["To: help@north.example", "Reply-To: office@acme.example", "No sound", "Line 2"] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
        let mut last = 0;
        while send(office, "Hello").await.unwrap().status() == StatusCode::NO_CONTENT {
            last += 1;
            assert!(last < 10, "there is a limit");
        }
    }
}
