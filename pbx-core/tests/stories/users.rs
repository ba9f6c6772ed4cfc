//! Users are made, changed and removed, with every rule beside its field.

use pbx_api::{Access, Code, InvitedUser, MadeUser, PhoneSettings, SipSecret, User};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Feed, Person, TestServer, codes, problem};

/// What an operation answered: its status and its body.
pub async fn send(
    server: &TestServer,
    person: &Person,
    method: Method,
    path: &str,
    body: &Value,
) -> reqwest::Response {
    server
        .by(person, method, path)
        .json(body)
        .send()
        .await
        .unwrap()
}

/// Makes a user and gives the answer.
pub async fn made(server: &TestServer, by: &Person, body: &Value) -> MadeUser {
    let answer = send(server, by, Method::POST, "/v1/users", body).await;
    assert_eq!(
        answer.status(),
        StatusCode::CREATED,
        "{:?}",
        answer.text().await
    );
    answer.json().await.unwrap()
}

/// The fields that a refusal names, with what is wrong with each.
pub async fn refused(answer: reqwest::Response) -> Vec<(String, String)> {
    let told = problem(answer, Code::Invalid).await;
    told.errors
        .into_iter()
        .map(|error| (error.field, error.message))
        .collect()
}

/// Every action that the audit log holds, with what it says of before and after.
pub async fn audited(server: &TestServer) -> Vec<(String, String)> {
    let mut tx = server.app.db.look(server.north.tenant).await.unwrap();
    let rows: Vec<(String, String)> = pbx_core::run!(tx, c => sqlx::query_as(
        "select action, coalesce(before_state, '') || ' > ' || coalesce(after_state, '')
         from audit order by at_ms, id",
    )
    .fetch_all(c)
    .await)
    .unwrap();
    rows
}

stories! {
    async fn a_user_is_made_changed_and_removed_and_all_learn_of_it(server) {
        let (owner, office) = (&server.north.owner, &server.north.acme.office);
        let acme = server.north.acme.id;
        let mut feed = Feed::default();
        feed.apply(&server.feed(office, None).await);
        let body = json!({ "client": acme, "user": {
            "first_name": " Cy ", "last_name": "Young", "extension": "1003",
            "email": "Cy@Acme.example", "department": "Sales", "dial_seconds": 30,
            "external_caller_number": "(202) 555-0100",
            "emergency_caller_number": "+12025550100",
            "when_busy": { "external": "202 555 0177" },
            "when_unavailable": { "user": server.north.acme.ann.0 },
            "devices": [{ "mac": "00:15:65:AB:CD:EF", "model": "T46" }],
        } });
        let MadeUser { user, sip_user, sip_secret } = made(&server, office, &body).await;
        assert_eq!((user.first_name.as_str(), user.email.as_str()), ("Cy", "cy@acme.example"));
        assert_eq!(user.external_caller_number, "+12025550100");
        assert_eq!(user.when_busy, Some(pbx_api::Destination::External("+12025550177".into())));
        assert_eq!(user.devices[0].mac, "001565abcdef");
        assert_eq!(user.profile, Some(server.north.profile), "the client's default");
        assert_eq!((sip_user.as_str(), sip_secret.len()), ("1003", 20));
        feed.apply(&server.feed(office, feed.cursor.clone().as_deref()).await);
        assert!(feed.things.values().any(|text| text.contains("cy@acme.example")));

        // The extension changes, what phones sign in with does not; a new 1003 gets another name.
        let path = format!("/v1/users/{}", user.id);
        let mut settings = user.clone().settings();
        settings.extension = "1013".into();
        settings.email = "cy.young@acme.example".into();
        let answer = send(&server, owner, Method::PUT, &path, &json!(settings)).await;
        let changed: User = answer.json().await.unwrap();
        assert_eq!(changed.extension, "1013");
        let phone: PhoneSettings =
            serde_json::from_value(server.json(office, &format!("{path}/phone")).await).unwrap();
        assert_eq!((phone.sip_user.as_str(), phone.realm.as_str()), ("1003", "acme.north.example"));
        assert!(phone.has_secret && phone.server == phone.realm);
        let other = json!({ "client": acme, "user": { "first_name": "Di", "extension": "1003" } });
        let di = made(&server, owner, &other).await;
        assert_eq!(di.sip_user, "1003-2");

        // The secret is nowhere but in its answer, and renewing makes another.
        let renew = format!("{path}/sip-secret");
        let answer = send(&server, office, Method::POST, &renew, &json!({})).await;
        let renewed: SipSecret = answer.json().await.unwrap();
        assert_ne!(renewed.sip_secret, sip_secret);
        for person in [owner, office] {
            let text = server.json(person, "/v1/users").await.to_string();
            assert!(!text.contains(&sip_secret) && !text.contains(&renewed.sip_secret));
        }
        let log = audited(&server).await;
        let actions: Vec<&str> = log.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["user.create", "user.change", "user.create", "user.sip_secret"]);
        assert!(log.iter().all(|(_, states)| !states.contains(&sip_secret)));
        assert!(log[3].1.contains("changed"));

        let gone = server.by(office, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        problem(server.get(office, &path).await, Code::NotFound).await;
        feed.apply(&server.feed(office, feed.cursor.clone().as_deref()).await);
        assert!(!feed.things.values().any(|text| text.contains("cy.young")));
        assert!(feed.things.values().any(|text| text.contains("Di")));
        // Its phone is free again.
        let again = json!({ "client": acme, "user": { "first_name": "Ed", "extension": "1004",
            "devices": [{ "mac": "001565abcdef", "model": "" }] } });
        made(&server, office, &again).await;
    }

    async fn every_broken_rule_is_told_beside_its_field(server) {
        let (office, acme) = (&server.north.acme.office, &server.north.acme);
        let south = &server.south.acme;
        let body = json!({ "client": acme.id, "user": {
            "first_name": "", "extension": "911", "email": "nobody", "language": "xx",
            "profile": server.south.profile, "dial_seconds": 4,
            "external_caller_number": "+13035550100", "emergency_caller_number": "1001",
            "internal_caller_number": "abc",
            "when_busy": "voicemail", "when_unavailable": { "user": south.ann.0 },
            "devices": [{ "mac": "nothing", "model": "" }],
            "calls": { "forward": { "external": "999" }, "follow_me": { "order": "in_order", "steps": [] } },
        } });
        let answer = send(&server, office, Method::POST, "/v1/users", &body).await;
        let told = refused(answer).await;
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, [
            "first_name", "extension", "profile", "email", "language", "internal_caller_number",
            "external_caller_number", "emergency_caller_number", "dial_seconds",
            "when_unavailable", "when_busy", "devices", "calls.forward", "calls.follow_me",
        ]);
        let message = |field: &str| told.iter().find(|(own, _)| own == field).unwrap().1.clone();
        assert_eq!(message("extension"), "is an emergency number");
        assert_eq!(message("when_busy"), "is voicemail, which needs a media server");
        assert_eq!(message("profile"), "is not assigned to the client");
        for (extension, words) in [
            ("1001", "is in use"),
            ("*97", "is a star code"),
            ("1", "has 2 to 8 digits"),
            ("123456789", "has 2 to 8 digits"),
            ("10a1", "has 2 to 8 digits"),
            (" ", "is needed"),
        ] {
            let body = json!({ "client": acme.id, "user": { "first_name": "Cy", "extension": extension } });
            let answer = send(&server, office, Method::POST, "/v1/users", &body).await;
            assert_eq!(refused(answer).await, [("extension".to_owned(), words.to_owned())], "{extension}");
        }
        let unknown = json!({ "client": acme.id, "user": { "first_name": "Cy", "extension": "1003", "admin": true } });
        let answer = send(&server, office, Method::POST, "/v1/users", &unknown).await;
        assert_eq!(refused(answer).await[0].0, "admin");
        assert!(audited(&server).await.is_empty(), "nothing was done");
    }

    async fn an_email_and_a_phone_are_one_users(server) {
        let (office, acme) = (&server.north.acme.office, &server.north.acme);
        let first = json!({ "client": acme.id, "user": { "first_name": "Cy", "extension": "1003",
            "email": "cy@acme.example", "devices": [{ "mac": "001565abcdef", "model": "" }] } });
        let cy = made(&server, office, &first).await.user;
        let second = json!({ "client": acme.id, "user": { "first_name": "Di", "extension": "1004",
            "email": "CY@acme.example", "devices": [{ "mac": "00-15-65-ab-cd-ef", "model": "" }] } });
        let told = refused(send(&server, office, Method::POST, "/v1/users", &second).await).await;
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["email", "devices"]);
        // A sibling may use the email, and no client of the reseller the phone.
        let beta = json!({ "client": server.north.beta.id, "user": second["user"] });
        let told = refused(send(&server, &server.north.owner, Method::POST, "/v1/users", &beta).await).await;
        assert_eq!(told[0].0, "devices");
        // Another reseller knows nothing of either.
        let south = json!({ "client": server.south.acme.id, "user": second["user"] });
        made(&server, &server.south.owner, &south).await;
        // One's own stays one's own.
        let path = format!("/v1/users/{}", cy.id);
        let same = send(&server, office, Method::PUT, &path, &json!(cy.settings())).await;
        assert_eq!(same.status(), StatusCode::OK);
    }

    async fn a_user_is_invited_and_sets_its_password(server) {
        let mut server = server;
        let office = server.north.acme.office.clone();
        let body = json!({ "client": server.north.acme.id, "user": { "first_name": "Cy", "extension": "1003", "email": "cy@acme.example", "language": "de" } });
        let cy = made(&server, &office, &body).await.user;
        let path = format!("/v1/users/{}/invitation", cy.id);
        let ask = async |server: &TestServer| -> InvitedUser {
            let answer = send(server, &office, Method::POST, &path, &json!({})).await;
            assert_eq!(answer.status(), StatusCode::OK);
            answer.json().await.unwrap()
        };
        // By mail, in the user's language, and the answer keeps the code to itself.
        let first = ask(&server).await;
        assert_eq!((first.email.as_str(), first.mailed), ("cy@acme.example", true));
        let mail = server.mails.next().await;
        assert!(mail.contains("To: cy@acme.example") && mail.contains("7 Tage"), "{mail}");
        let mailed = codes(&mail).pop().unwrap();
        // The code before works no longer.
        assert!(ask(&server).await.mailed);
        let code = codes(&server.mails.next().await).pop().unwrap();
        assert_eq!(server.claim(&mailed, "a good horse").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(server.claim(&code, "a good horse").await.status(), StatusCode::OK);
        assert_eq!(server.claim(&code, "a good horse").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        server.sign_in("north.example", "cy@acme.example", "a good horse").await;
        let log = audited(&server).await;
        let invited = log.iter().filter(|(action, _)| action == "user.invite");
        assert_eq!(invited.count(), 2);
        assert!(log.iter().all(|(_, states)| !states.contains(&code) && !states.contains(&mailed)));

        // Where no mail goes out, nobody is told a code by which it could act as the user.
        server.stop().await;
        server.config.smtp = None;
        server.start_again().await;
        assert!(!ask(&server).await.mailed);

        // Who has no email does not sign in; who may not change users invites nobody.
        let body = json!({ "client": server.north.acme.id, "user": { "first_name": "Di", "extension": "1004" } });
        let di = made(&server, &office, &body).await.user;
        let nobody = format!("/v1/users/{}/invitation", di.id);
        let told = refused(send(&server, &office, Method::POST, &nobody, &json!({})).await).await;
        assert_eq!(told[0].0, "email");
        let ann = server.north.acme.ann.1.clone();
        problem(send(&server, &ann, Method::POST, &path, &json!({})).await, Code::Forbidden).await;
        let foreign = server.south.owner.clone();
        problem(send(&server, &foreign, Method::POST, &path, &json!({})).await, Code::NotFound).await;
    }

    async fn a_user_that_gets_calls_is_not_removed(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/users/{}", acme.ann.0);
        let number = format!("/v1/numbers/{}/routing", acme.number);
        let to_ann = json!({ "user": acme.ann.0 });
        let answer = send(&server, &acme.office, Method::PUT, &number, &to_ann).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let answer = server.by(&acme.office, Method::DELETE, &path).send().await.unwrap();
        let told = refused(answer).await;
        assert!(told[0].1.contains("+12025550100"), "{told:?}");
        send(&server, &acme.office, Method::PUT, &number, &json!("reject")).await;
        let answer = server.by(&acme.office, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        // Its login ended with it.
        problem(server.get(&acme.ann.1, "/v1/me").await, Code::Unauthenticated).await;
    }

    async fn who_may_only_look_changes_nothing(server) {
        let acme = &server.north.acme;
        let mut root = server.app.db.begin_root().await.unwrap();
        pbx_core::run!(root, c => sqlx::query("update account set access = 'read_only' where email = $1")
            .bind(&acme.office.email)
            .execute(c)
            .await
            .map(|_| ()))
        .unwrap();
        root.commit().await.unwrap();
        assert_eq!(serde_json::to_value(Access::ReadOnly).unwrap(), "read_only");
        let ann = format!("/v1/users/{}", acme.ann.0);
        let settings = json!({ "first_name": "Eve", "extension": "1003" });
        for (person, method, path, body) in [
            (&acme.office, Method::POST, "/v1/users", json!({ "client": acme.id, "user": settings })),
            (&acme.office, Method::PUT, ann.as_str(), settings.clone()),
            (&acme.office, Method::DELETE, ann.as_str(), json!({})),
            (&acme.ann.1, Method::PUT, ann.as_str(), settings.clone()),
            (&acme.ann.1, Method::POST, "/v1/users", json!({ "client": acme.id, "user": settings })),
        ] {
            problem(send(&server, person, method, path, &body).await, Code::Forbidden).await;
        }
        assert_eq!(server.json(&acme.ann.1, &ann).await["first_name"], "Ann");
    }

    async fn a_user_sets_its_own_calls_as_its_profile_allows(server) {
        let (acme, profile) = (&server.north.acme, server.north.profile);
        let ann = &acme.ann.1;
        let colleagues = server.json(ann, "/v1/me/colleagues").await;
        assert_eq!(colleagues["rows"][1]["extension"], "1002");
        let set = json!({ "forward": { "user": acme.bob.0 }, "call_waiting": false, "do_not_disturb": true });
        let answer = send(&server, ann, Method::PUT, "/v1/me/calls", &set).await;
        let user: User = answer.json().await.unwrap();
        assert_eq!(user.calls.forward, Some(pbx_api::Destination::User(acme.bob.0)));
        let itself = json!({ "forward": { "user": acme.ann.0 } });
        let answer = send(&server, ann, Method::PUT, "/v1/me/calls", &itself).await;
        assert_eq!(refused(answer).await, [("forward".to_owned(), "is the user itself".to_owned())]);

        for foreign in [server.north.beta.ann.0, server.south.acme.ann.0] {
            let body = json!({ "forward": { "user": foreign } });
            let answer = send(&server, ann, Method::PUT, "/v1/me/calls", &body).await;
            assert_eq!(refused(answer).await[0].1, "is not a user of the client");
        }

        let mut root = server.app.db.begin_root().await.unwrap();
        let off = pbx_api::Profile {
            is_default: true,
            features: pbx_api::Features {
                call_forward: false, follow_me: false, call_waiting: false, do_not_disturb: false,
                ..pbx_api::Features::default()
            },
            ..pbx_api::Profile::new(profile, "Default User Profile")
        };
        pbx_core::run!(root, c => sqlx::query("update profile set wire = $2 where id = $1")
            .bind(profile.to_string())
            .bind(serde_json::to_string(&off).unwrap())
            .execute(c)
            .await
            .map(|_| ()))
        .unwrap();
        root.commit().await.unwrap();
        let all = json!({
            "forward": { "external": "+12025550177" }, "call_waiting": true, "do_not_disturb": true,
            "follow_me": { "order": "in_order", "steps": [{ "destination": { "user": acme.bob.0 }, "ring_seconds": 20 }] },
        });
        let told = refused(send(&server, ann, Method::PUT, "/v1/me/calls", &all).await).await;
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["forward", "follow_me", "call_waiting"], "do not disturb was on before");
        // What was set may be switched off.
        let answer = send(&server, ann, Method::PUT, "/v1/me/calls", &json!({ "call_waiting": false })).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let again = send(&server, ann, Method::PUT, "/v1/me/calls", &json!({ "call_waiting": false, "do_not_disturb": true })).await;
        assert_eq!(refused(again).await[0].0, "do_not_disturb");
        // Only users have calls of their own.
        let office = send(&server, &acme.office, Method::PUT, "/v1/me/calls", &json!({})).await;
        problem(office, Code::Forbidden).await;
    }

    async fn free_extensions_are_those_that_nobody_has(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/clients/{}/extensions", acme.id);
        let free = server.json(&acme.office, &path).await;
        assert_eq!((&free["free"][0], free["free"].as_array().unwrap().len()), (&json!("1003"), 50));
        let low = server.json(&acme.office, &format!("{path}?from=910")).await;
        assert_eq!(low["free"][1], "912", "911 is no extension");
        let answer = server.get(&acme.office, &format!("/v1/clients/{}/extensions", server.north.beta.id)).await;
        problem(answer, Code::NotFound).await;
    }
}
