//! Where a call would go, asked through the simulator.

use pbx_api::{Because, CallDecision, CallTarget, Code, NumberClass, Refusal};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestServer, problem};

async fn simulate(server: &TestServer, by: &Person, body: &Value) -> CallDecision {
    let answer = server
        .by(by, Method::POST, "/v1/dial/simulate")
        .json(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{body}");
    answer.json().await.unwrap()
}

async fn refused(server: &TestServer, by: &Person, body: &Value, code: Code) {
    let answer = server
        .by(by, Method::POST, "/v1/dial/simulate")
        .json(body)
        .send()
        .await
        .unwrap();
    problem(answer, code).await;
}

stories! {
    async fn a_user_dials(server) {
        let (acme, owner) = (&server.north.acme, &server.north.owner);
        let e164 = server.e164(owner, acme).await;
        let from = |number: &str| json!({ "from": { "user": acme.ann.0 }, "number": number });
        let out = simulate(&server, owner, &from("(303) 555-0142")).await;
        assert_eq!((out.class, out.number.as_str(), out.caller_number.as_str()), (Some(NumberClass::Us), "+13035550142", e164.as_str()));
        assert!(matches!(&out.first.unwrap().targets[0], CallTarget::Outside(call) if call.number == "+13035550142"));
        let inside = simulate(&server, &acme.office, &from("1002")).await;
        assert_eq!((inside.class, inside.caller_number.as_str()), (Some(NumberClass::Extension), "1001"));
        let stage = inside.first.unwrap();
        assert_eq!((stage.targets, stage.because), (vec![CallTarget::User(acme.bob.0)], Because::Dialled));
        // The usual profile has no other countries, and no islands.
        for number in ["011442079460018", "8765550142"] {
            assert_eq!(simulate(&server, owner, &from(number)).await.refusal, Some(Refusal::Route), "{number}");
        }
        assert_eq!(simulate(&server, owner, &from("777")).await.refusal, Some(Refusal::NotANumber));
        // Help, with nothing set up, goes out with the client's number and says that it is not good.
        let help = simulate(&server, owner, &from("911")).await;
        assert_eq!((help.class, help.refusal, help.emergency_valid), (Some(NumberClass::Emergency), None, Some(false)));
        let body = json!({ "client": acme.id, "dialled": "911", "caller_number": e164, "location": "1 Main St" });
        server.by(owner, Method::POST, "/v1/emergency").json(&body).send().await.unwrap();
        assert_eq!(simulate(&server, owner, &from("911")).await.emergency_valid, Some(true));
    }

    async fn a_caller_outside_dials(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let e164 = server.e164(&north.owner, acme).await;
        let body = json!({ "from": { "outside": "+13035550142" }, "number": e164 });
        assert_eq!(simulate(&server, &acme.office, &body).await.refusal, Some(Refusal::Unrouted));
        // What the reseller blocks does not exist for the client; its own does.
        let block = async |by: &Person| {
            let body = json!({ "kind": "prefix", "number": "+1303" });
            server.by(by, Method::POST, "/v1/blocks").json(&body).send().await.unwrap().json::<pbx_api::Block>().await.unwrap().id
        };
        let before = simulate(&server, &acme.office, &body).await;
        let resellers = block(&north.owner).await;
        let seen = simulate(&server, &north.owner, &body).await;
        assert_eq!((seen.refusal, seen.block), (Some(Refusal::Blocked), Some(resellers)));
        assert_eq!(simulate(&server, &acme.office, &body).await, before);
        let own = block(&acme.office).await;
        for by in [&acme.office, &north.owner] {
            let seen = simulate(&server, by, &body).await;
            assert_eq!((seen.refusal, seen.block), (Some(Refusal::Blocked), Some(own)));
        }
    }

    async fn nobody_asks_about_another(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let foreign = json!({ "from": { "user": north.beta.ann.0 }, "number": "1002" });
        refused(&server, &acme.office, &foreign, Code::NotFound).await;
        refused(&server, &server.south.owner, &foreign, Code::NotFound).await;
        let e164 = server.e164(&north.owner, &north.beta).await;
        refused(&server, &acme.office, &json!({ "from": { "outside": "" }, "number": e164 }), Code::NotFound).await;
        let own = json!({ "from": { "user": acme.ann.0 }, "number": "1002" });
        refused(&server, &acme.ann.1, &own, Code::Forbidden).await;
        for body in [
            json!({ "from": { "user": acme.ann.0 }, "number": " " }),
            json!({ "from": { "user": acme.ann.0 }, "number": "1".repeat(65) }),
            json!({ "from": { "outside": "" }, "number": "x" }),
            json!({ "from": { "nobody": "" }, "number": "1002" }),
        ] {
            refused(&server, &north.owner, &body, Code::Invalid).await;
        }
    }
}
