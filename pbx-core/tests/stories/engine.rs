//! An engine asks and tells: what it is answered, what its calls leave, and that nothing it says
//! twice or late changes that.

use md5::{Digest as _, Md5};
use pbx_api::{
    CallResult, Code, Direction, EngineDecision, EngineKey, EngineTarget, Leg, LiveAlert,
    Registration, SipSecret,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    CARRIER, ENGINE_SECRET, Feed, NOW_MS, Person, TestServer, answered, comes_in, dials, end,
    expire, problem, register,
};

const ACME: &str = "acme.north.example";

/// The call records that a person reads in the feed, by when they began.
async fn legs(server: &TestServer, person: &Person) -> Vec<Leg> {
    let mut feed = Feed::default();
    feed.apply(&server.feed(person, None).await);
    let mut legs = feed.legs();
    legs.sort_by_key(|leg| (leg.started_at_ms, leg.id));
    legs
}

async fn route(server: &TestServer, to: Value) {
    let acme = &server.north.acme;
    let path = format!("/v1/numbers/{}/routing", acme.number);
    let answer = server
        .by(&acme.office, Method::PUT, &path)
        .json(&to)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

fn ask(user: &str, realm: &str) -> Value {
    json!({
        "method": "REGISTER", "realm": realm, "user": user,
        "source_address": "203.0.113.9", "source_port": 5060,
    })
}

stories! {
    async fn only_an_engine_is_answered(server) {
        let mut server = server;
        let paths = ["auth", "invite", "event", "trunks"].map(|path| format!("/engine/v1/{path}"));
        for path in &paths {
            let post = || server.request(Method::POST, path).json(&json!({}));
            problem(post().send().await.unwrap(), Code::Unauthenticated).await;
            problem(post().bearer_auth("an engine's own secreT").send().await.unwrap(), Code::Unauthenticated).await;
            problem(post().bearer_auth(&server.north.owner.token).send().await.unwrap(), Code::Unauthenticated).await;
            problem(post().bearer_auth(ENGINE_SECRET).send().await.unwrap(), Code::Invalid).await;
        }
        let me = server.request(Method::GET, "/v1/me").bearer_auth(ENGINE_SECRET).send().await.unwrap();
        problem(me, Code::Unauthenticated).await;
        let nul = json!({ "engine": "e\u{0}", "boot": "b", "events": [] });
        assert_eq!(problem(server.engine("event", &nul).await, Code::Invalid).await.errors[0].field, "engine");
        // Without a secret there is nothing there.
        server.stop().await;
        server.config.engine.secret = None;
        server.start_again().await;
        for path in &paths {
            let asked = server.request(Method::POST, path).bearer_auth(ENGINE_SECRET).json(&json!({}));
            problem(asked.send().await.unwrap(), Code::NotFound).await;
        }
    }

    async fn a_phone_proves_itself_while_it_may(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        problem(server.engine("auth", &ask("1001", ACME)).await, Code::Forbidden).await;
        let path = format!("/v1/users/{}/sip-secret", acme.ann.0);
        let renew = async || server.by(&acme.office, Method::POST, &path).send().await.unwrap().json::<SipSecret>().await.unwrap();
        let key = async || {
            let answer = server.engine("auth", &ask("1001", "Acme.North.Example")).await;
            answer.json::<Value>().await.unwrap()["ha1"].as_str().unwrap().to_owned()
        };
        let ha1 = |made: &SipSecret| hex::encode(Md5::digest(format!("1001:{ACME}:{}", made.sip_secret).as_bytes()));
        let first = renew().await;
        assert_eq!(key().await, ha1(&first));
        let second = renew().await;
        assert_eq!(key().await, ha1(&second), "a new secret counts at once");
        for (user, realm) in [("1009", ACME), ("1001", "acme.south.example.org"), ("1001", ""), ("1001", "north.example")] {
            problem(server.engine("auth", &ask(user, realm)).await, Code::NotFound).await;
        }
        // The same names under the other reseller are somebody else.
        problem(server.engine("auth", &ask("1001", "acme.south.example")).await, Code::Forbidden).await;
        server.client(&north.acme, |client| client.suspended = true).await;
        problem(server.engine("auth", &ask("1001", ACME)).await, Code::Forbidden).await;
        // A call may be one for help, which the engine lets out by itself where nobody answers.
        let mut invite = ask("1001", ACME);
        invite["method"] = "INVITE".into();
        let key: EngineKey = server.engine("auth", &invite).await.json().await.unwrap();
        assert!(key.emergency.iter().any(|help| help.number == "911" && !help.caller_number.is_empty()));
    }

    async fn a_call_inside_from_the_first_invite_to_its_record(server) {
        let acme = &server.north.acme;
        let asked = dials("a", "1001", ACME, "1002");
        assert_eq!(server.refused(&asked).await, 480, "Bob has no phone yet");
        server.phones_of(acme, ACME, 1).await;
        assert_eq!(server.refused(&asked).await, 480, "the same invite has the same answer");
        let asked = dials("b", "1001", ACME, "1002");
        let answer = server.asks(&asked).await;
        assert_eq!(server.asks(&asked).await, answer);
        let EngineDecision::Ring { call, stages, .. } = answer else { panic!("{answer:?}") };
        let bob = EngineTarget::Phone { user: "1002".into(), realm: ACME.into(), caller_number: "1001".into() };
        assert_eq!(stages[0].targets, [bob]);
        server.world.advance_ms(12_500);
        server.tell(10, vec![answered(call, "1002", NOW_MS + 3_200)]).await;
        server.tell(11, vec![end(call, "1002", Some(NOW_MS + 3_200))]).await;
        let legs = legs(&server, &acme.office).await;
        let legs: Vec<&Leg> = legs.iter().filter(|leg| leg.user == Some(acme.ann.0)).collect();
        assert_eq!(legs.len(), 2);
        let told = |leg: &Leg| (leg.direction, leg.result, leg.user, leg.sip_code, leg.cause);
        assert_eq!(told(legs[0]), (Direction::Internal, CallResult::NoAnswer, Some(acme.ann.0), Some(480), Some(18)));
        assert_eq!(told(legs[1]), (Direction::Internal, CallResult::Answered, Some(acme.ann.0), Some(200), Some(16)));
        let last = legs[1];
        assert_eq!((last.call, last.ring_seconds, last.talk_seconds), (call, 3, 9));
        assert_eq!((last.from_number.as_str(), last.to_number.as_str(), &last.to_e164), ("1001", "1002", &None));
        assert_eq!(last.source_id, "b");
    }

    async fn one_invite_that_comes_many_times_at_once_is_one_call(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        server.phones_of(acme, ACME, 1).await;
        route(&server, json!({ "user": acme.ann.0 })).await;
        let number = server.e164(owner, acme).await;
        let block = json!({ "kind": "number", "number": "+13035550142" });
        server.by(owner, Method::POST, "/v1/blocks").json(&block).send().await.unwrap();
        for asked in [dials("a", "1001", ACME, "1002"), comes_in("b", "+13035550142", &number)] {
            let answers = futures::future::join_all((0..8).map(|_| server.asks(&asked))).await;
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        }
        let live: Value = server.json(owner, "/v1/live/calls").await;
        assert_eq!(live["rows"].as_array().map(Vec::len), Some(1));
        let blocks = server.json(owner, "/v1/blocks").await;
        assert_eq!(blocks["rows"][0]["hits"], 1);
        assert_eq!(legs(&server, owner).await.len(), 1, "the record of the one that was stopped");
    }

    async fn nobody_calls_as_somebody_else(server) {
        let mut forged = dials("a", "1001", ACME, "1002");
        forged.from_user = "1002".into();
        let nobody = EngineDecision::Reject { call: None, sip_code: 403, reason: "From Is Somebody Else".into() };
        assert_eq!(server.asks(&forged).await, nobody);
        assert_eq!(server.refused(&dials("b", "1001", "acme.nowhere.example", "1002")).await, 403);
        assert_eq!(server.refused(&comes_in("c", "+13035550142", "+19995550100")).await, 404);
        server.client(&server.north.acme, |client| client.suspended = true).await;
        assert_eq!(server.refused(&dials("d", "1001", ACME, "3035550142")).await, 403);
        // Help is reached all the same.
        let EngineDecision::Ring { stages, .. } = server.asks(&dials("e", "1001", ACME, "911")).await else { panic!("no help") };
        assert!(matches!(&stages[0].targets[0], EngineTarget::Trunk { trunks, emergency: true, .. } if *trunks == [CARRIER]));
    }

    async fn limits_count_calls_and_give_their_slots_back(server) {
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let body = json!({ "client": acme.id, "dialled": "911", "caller_number": server.e164(owner, acme).await, "location": "1 Main St",
            "notify_desktop": true, "notify_emails": ["desk@acme.example"] });
        server.by(owner, Method::POST, "/v1/emergency").json(&body).send().await.unwrap();
        server.client(acme, |client| client.max_outbound_calls = Some(1)).await;
        let mut live = server.live(owner).await;
        let out = |name: &str| dials(name, "1001", ACME, "3035550142");
        let call = server.rings(&out("a")).await;
        let full = LiveAlert::LimitReached { client: acme.id, international: false, limit: 1 };
        live.until(|view| view.alerts == [full.clone()]).await;
        assert_eq!(server.refused(&out("b")).await, 486);
        // A call for help takes no slot, and none keeps it back; who should know is told.
        let help = server.rings(&dials("help", "1001", ACME, "911")).await;
        let told = LiveAlert::EmergencyCall { call: help, client: acme.id, user: Some(acme.ann.0), dialled: "911".into(), location: "1 Main St".into() };
        live.until(|view| view.alerts.last() == Some(&told)).await;
        let mail = server.mails.next().await;
        assert!(mail.contains("To: desk@acme.example") && mail.contains("1 Main St"), "{mail}");
        server.tell(1, vec![end(call, "", None), end(help, "", None)]).await;
        // A forwarded call goes out as well, and at most one of many at once.
        route(&server, json!({ "external": "+13035550142" })).await;
        let number = server.e164(owner, acme).await;
        let invites: Vec<_> = (0..8).map(|n| comes_in(&format!("in{n}"), "+12125550142", &number)).collect();
        let answers = futures::future::join_all(invites.iter().map(|asked| server.asks(asked))).await;
        let through: Vec<_> = answers.iter().filter(|answer| matches!(answer, EngineDecision::Ring { .. })).collect();
        assert_eq!(through.len(), 1);
        let EngineDecision::Ring { call, .. } = through[0] else { panic!() };
        server.tell(5, vec![end(*call, "", None)]).await;
        server.rings(&out("c")).await;
    }

    async fn what_a_resellers_block_stops_is_nowhere_for_its_client(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        server.phones_of(acme, ACME, 1).await;
        route(&server, json!({ "user": acme.ann.0 })).await;
        let number = server.e164(&north.owner, acme).await;
        let block = json!({ "kind": "prefix", "number": "+1303" });
        server.by(&north.owner, Method::POST, "/v1/blocks").json(&block).send().await.unwrap();
        let office = server.live(&acme.office).await;
        let before = server.feed(&acme.office, None).await.len();
        assert_eq!(server.refused(&comes_in("a", "3035550142", number.trim_start_matches('+'))).await, 603);
        let seen = legs(&server, &north.owner).await;
        assert_eq!((seen.len(), seen[0].result), (1, CallResult::Blocked));
        assert_eq!(server.feed(&acme.office, None).await.len(), before);
        assert!(legs(&server, &acme.ann.1).await.is_empty());
        let blocks = server.json(&north.owner, "/v1/blocks").await;
        assert_eq!((&blocks["rows"][0]["hits"], &blocks["rows"][0]["last_hit_at_ms"]), (&json!(1), &json!(NOW_MS)));
        // Somebody else gets through, and is the only one that the office hears of.
        let call = server.rings(&comes_in("b", "+12125550142", &number)).await;
        let mut office = office;
        office.until(|view| view.calls.contains_key(&call)).await;
        assert!(!office.view.text.contains("3035550142"));
        assert_eq!(office.view.calls[&call].user, Some(acme.ann.0));
    }

    async fn any_order_and_any_repeats_give_the_same_state(server) {
        let acme = &server.north.acme;
        server.phones_of(acme, ACME, 1).await;
        let mut outcomes = Vec::new();
        for (n, order) in [vec![0, 1, 2, 3, 4, 5, 6], vec![6, 5, 4, 3, 2, 1, 0], vec![3, 3, 6, 0, 5, 1, 0, 2, 4, 6], vec![5, 6, 4, 0, 2, 1, 3, 5]].into_iter().enumerate() {
            let engine = format!("engine {n}");
            let (mut one, mut two) = (dials(&format!("one{n}"), "1001", ACME, "1002"), dials(&format!("two{n}"), "1001", ACME, "1002"));
            (one.engine, two.engine) = (engine.clone(), engine.clone());
            let (one, two) = (server.rings(&one).await, server.rings(&two).await);
            let events = [
                register("1001", ACME),
                answered(one, "1002", NOW_MS + 1_000),
                expire("1001", ACME),
                register("1001", ACME),
                end(one, "1002", Some(NOW_MS + 1_000)),
                end(two, "", None),
                expire("1002", ACME),
            ];
            for place in order {
                let numbered = [(place as u64, events[place].clone())];
                server.tell_as(&engine, "one", &numbered).await;
            }
            let mut of_calls = legs(&server, &acme.office).await;
            of_calls.retain(|leg| leg.call == one || leg.call == two);
            outcomes.push(of_calls.into_iter().map(|leg| (leg.result, leg.user, leg.ring_seconds, leg.talk_seconds, leg.answered_at_ms)).collect::<Vec<_>>());
        }
        assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{outcomes:#?}");
        assert_eq!(outcomes[0].iter().map(|leg| leg.0).collect::<Vec<_>>(), [CallResult::Answered, CallResult::Cancelled]);
        // Each engine has said the same of the same two phones; of Bob's it said only that it is gone.
        let mut rows = server.json(&acme.office, "/v1/live/registrations").await;
        let phones: Vec<Registration> = serde_json::from_value(rows["rows"].take()).unwrap();
        let mut anns: Vec<_> = phones.iter().filter(|phone| phone.user == acme.ann.0).map(|phone| (phone.since_ms, phone.expires_at_ms, phone.offline_since_ms)).collect();
        assert_eq!((anns.len(), phones.len()), (5, 6));
        anns.dedup();
        assert_eq!(anns.len(), 1);
    }

    async fn a_new_start_of_an_engine_ends_what_it_does_not_say_again(server) {
        let acme = &server.north.acme;
        server.phones_of(acme, ACME, 1).await;
        let kept = server.rings(&dials("a", "1001", ACME, "1002")).await;
        let lost = server.rings(&dials("b", "1001", ACME, "3035550142")).await;
        server.tell(10, vec![answered(kept, "1002", NOW_MS), answered(lost, "", NOW_MS)]).await;
        let mut live = server.live(&acme.office).await;
        server.world.advance_ms(5_000);
        server.tell_as("lab", "two", &[(1, answered(kept, "1002", NOW_MS))]).await;
        // What the earlier start says late is no news.
        server.tell(12, vec![answered(kept, "1001", NOW_MS)]).await;
        live.settled().await;
        assert_eq!(live.view.calls.len(), 2, "it may still be said again");
        server.world.advance_ms(30_000);
        live.until(|view| view.calls.len() == 1).await;
        assert!(live.view.calls.contains_key(&kept));
        let legs = legs(&server, &acme.office).await;
        assert_eq!((legs.len(), legs[0].call, legs[0].talk_seconds, legs[0].sip_code), (1, lost, 5, None));
        assert!(legs[0].end_estimated);
        // The end that comes after all changes nothing.
        server.tell(13, vec![end(lost, "", Some(NOW_MS))]).await;
        assert_eq!(live.settled().await.calls.len(), 1);
    }
}
