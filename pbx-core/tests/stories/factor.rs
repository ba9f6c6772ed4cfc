//! The second factor, from its QR code to its recovery codes.

use pbx_api::{Code, SecondFactorSecret, SignInAnswer};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::{Person, TestServer, problem};

const STEP_MS: i64 = 30_000;

impl TestServer {
    /// What an authenticator with that secret shows now.
    pub fn code_of(&self, secret: &str) -> String {
        let secret = Secret::try_from_base32(secret).unwrap();
        let totp = Builder::new()
            .with_secret(secret)
            .with_account_name("x")
            .build()
            .unwrap();
        totp.generate(u64::try_from(self.world.now_ms() / 1000).unwrap())
            .to_string()
    }

    async fn post(&self, person: &Person, path: &str, body: Value) -> Response {
        self.by(person, Method::POST, path)
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    /// Secret and recovery codes.
    pub async fn turn_on(&self, person: &Person) -> (String, Vec<String>) {
        let begun = self
            .post(
                person,
                "/v1/me/second-factor",
                json!({ "password": "correct horse" }),
            )
            .await;
        assert_eq!(begun.status(), StatusCode::OK);
        let SecondFactorSecret { secret, url } = begun.json().await.unwrap();
        assert!(
            url.starts_with("otpauth://totp/") && url.contains(&secret),
            "{url}"
        );
        let confirm = json!({ "code": self.code_of(&secret) });
        let codes = self
            .post(person, "/v1/me/second-factor/confirm", confirm)
            .await;
        assert_eq!(codes.status(), StatusCode::OK);
        let codes: pbx_api::RecoveryCodes = codes.json().await.unwrap();
        (secret, codes.codes)
    }

    async fn password_alone(&self) -> Response {
        let body = json!({ "realm": "north.example", "email": "owner@example.com", "password": "correct horse", "device": "D" });
        self.request(Method::POST, "/v1/auth/sign-in")
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn ticket(&self) -> String {
        let answer = self.password_alone().await.json().await.unwrap();
        let SignInAnswer::SecondFactorNeeded(needed) = answer else {
            panic!("a code is needed")
        };
        assert_eq!(needed.expires_at_ms, self.world.now_ms() + 300_000);
        needed.ticket
    }

    async fn with_code(&self, ticket: &str, code: &str) -> Response {
        let body = json!({ "ticket": ticket, "code": code });
        self.request(Method::POST, "/v1/auth/second-factor")
            .json(&body)
            .send()
            .await
            .unwrap()
    }
}

stories! {
    async fn a_sign_in_asks_for_the_code(server) {
        let person = &server.north.owner;
        let (secret, codes) = server.turn_on(person).await;
        assert_eq!(codes.len(), 10);
        let state = server.json(person, "/v1/me/second-factor").await;
        assert_eq!((&state["on"], &state["recovery_codes_left"]), (&json!(true), &json!(10)));
        assert!(!state.to_string().contains(&secret));

        // The code that turned it on was taken with that.
        let ticket = server.ticket().await;
        problem(server.with_code(&ticket, &server.code_of(&secret)).await, Code::Invalid).await;
        server.world.advance_ms(STEP_MS);
        let code = server.code_of(&secret);
        let signed_in = server.with_code(&ticket, &code).await;
        assert_eq!(signed_in.status(), StatusCode::OK);
        let signed_in: pbx_api::SignedIn = signed_in.json().await.unwrap();
        let mut again = person.clone();
        again.token = signed_in.access_token;
        let sessions = server.json(&again, "/v1/me/sessions").await;
        assert!(sessions.to_string().contains("\"D\""), "the device of the sign-in: {sessions}");

        // Neither the ticket nor the code work twice.
        problem(server.with_code(&ticket, &code).await, Code::Unauthenticated).await;
        problem(server.with_code(&server.ticket().await, &code).await, Code::Invalid).await;

        // A clock that is a step slow, but never a code of before the last one.
        server.world.advance_ms(2 * STEP_MS);
        let late = server.code_of(&secret);
        server.world.advance_ms(STEP_MS);
        let ticket = server.ticket().await;
        assert_eq!(server.with_code(&ticket, &late).await.status(), StatusCode::OK);
        server.world.advance_ms(2 * STEP_MS);
        problem(server.with_code(&server.ticket().await, &late).await, Code::Invalid).await;
    }

    async fn a_recovery_code_works_once(server) {
        let (_, codes) = server.turn_on(&server.north.owner).await;
        let typed = codes[3].to_lowercase().replace('-', " ");
        assert_eq!(server.with_code(&server.ticket().await, &typed).await.status(), StatusCode::OK);
        problem(server.with_code(&server.ticket().await, &codes[3]).await, Code::Invalid).await;
        let state = server.json(&server.north.owner, "/v1/me/second-factor").await;
        assert_eq!(state["recovery_codes_left"], 9);
    }

    async fn tickets_and_tries_are_few(server) {
        server.turn_on(&server.north.owner).await;
        let ticket = server.ticket().await;
        for _ in 0..5 {
            problem(server.with_code(&ticket, "000000").await, Code::Invalid).await;
        }
        // This ticket had its tries, and a fresh one does not help: the account had its own.
        problem(server.with_code(&ticket, "000000").await, Code::Unauthenticated).await;
        problem(server.with_code(&server.ticket().await, "000000").await, Code::TooManyRequests).await;
        server.world.advance_ms(15 * 60_000);
        let old = server.ticket().await;
        server.world.advance_ms(300_000);
        problem(server.with_code(&old, "000000").await, Code::Unauthenticated).await;
        problem(server.with_code("nobody's", "000000").await, Code::Unauthenticated).await;
    }

    async fn turning_it_off_asks_for_both(server) {
        let person = &server.north.owner;
        let (secret, codes) = server.turn_on(person).await;
        let off = "/v1/me/second-factor/off";
        for (password, code, field) in [("wrong horse", codes[0].as_str(), "password"), ("correct horse", "123", "code")] {
            let told = problem(server.post(person, off, json!({ "password": password, "code": code })).await, Code::Invalid).await;
            assert_eq!(told.errors[0].field, field);
        }
        let begin = server.post(person, "/v1/me/second-factor", json!({ "password": "correct horse" })).await;
        problem(begin, Code::Taken).await;
        server.world.advance_ms(STEP_MS);
        let body = json!({ "password": "correct horse", "code": server.code_of(&secret) });
        let fresh = server.post(person, "/v1/me/second-factor/recovery-codes", body).await;
        let fresh: pbx_api::RecoveryCodes = fresh.json().await.unwrap();
        let old = json!({ "password": "correct horse", "code": codes[0] });
        problem(server.post(person, off, old).await, Code::Invalid).await;
        let body = json!({ "password": "correct horse", "code": fresh.codes[0] });
        assert_eq!(server.post(person, off, body).await.status(), StatusCode::NO_CONTENT);
        server.sign_in("north.example", "owner@example.com", "correct horse").await;

        let written = crate::account::audited(&server).await;
        let actions: Vec<_> = written.iter().map(|(_, action, _)| action.as_str()).collect();
        assert_eq!(actions, ["second_factor.create", "second_factor.change", "second_factor.remove"]);
        let text = format!("{written:?}");
        assert!(!text.contains(&secret) && !text.contains(&codes[1]), "{text}");
    }

    async fn the_secret_is_sealed_and_the_codes_are_hashed(server) {
        let (secret, codes) = server.turn_on(&server.north.owner).await;
        let state = server.json(&server.north.owner, "/v1/me/second-factor").await;
        assert_eq!(state["on"], json!(true));
        let mut root = server.app.db.look_root().await.unwrap();
        let kept: Vec<String> = pbx_core::run!(root, c => sqlx::query_scalar(
            "select coalesce(totp_secret, '') from account union all select hash from recovery_code",
        )
        .fetch_all(c)
        .await)
        .unwrap();
        let kept = kept.join(" ");
        assert!(!kept.contains(&secret));
        assert!(codes.iter().all(|code| !kept.contains(code.as_str())));
    }
}
