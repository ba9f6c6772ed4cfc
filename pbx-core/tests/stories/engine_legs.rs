//! Each leg of a call has a record: whoever was rung finds it in its own calls, and what went out on
//! somebody's behalf is there as the outbound call that it was.

use pbx_api::{
    CallId, CallResult, Code, Direction, EngineDecision, EngineEnd, EngineEvent, EngineRung,
    EngineTarget, Leg, UserId,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Feed, NOW_MS, Person, TestServer, answered, comes_in, dials, expire, problem,
};

const ACME: &str = "acme.north.example";

type Told = (Option<UserId>, Direction, CallResult, String, u32);

/// Whose they are, what became of them, whom they called and how long they talked.
async fn legs(server: &TestServer, person: &Person) -> Vec<Told> {
    let mut feed = Feed::default();
    feed.apply(&server.feed(person, None).await);
    let mut legs = feed.legs();
    legs.sort_by_key(|leg| (leg.started_at_ms, leg.to_number.clone()));
    let told = |leg: Leg| {
        (
            leg.user,
            leg.direction,
            leg.result,
            leg.to_number,
            leg.talk_seconds,
        )
    };
    legs.into_iter().map(told).collect()
}

/// Ann sets what her calls do.
async fn ann_sets(server: &TestServer, calls: Value) {
    let (_, ann) = &server.north.acme.ann;
    let answer = server.by(ann, Method::PUT, "/v1/me/calls").json(&calls);
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK);
}

/// A target that rang from one second of the story to another.
fn rang(stage: u32, target: u32, seconds: (i64, i64), sip_code: u16) -> EngineRung {
    EngineRung {
        stage,
        target,
        started_at_ms: NOW_MS + seconds.0 * 1000,
        ended_at_ms: (sip_code != 200).then_some(NOW_MS + seconds.1 * 1000),
        sip_code: Some(sip_code),
    }
}

/// The end of a call, ten seconds after its answer where it has one.
fn over(call: CallId, answered_at: Option<i64>, user: &str, rung: Vec<EngineRung>) -> EngineEvent {
    EngineEvent::End(EngineEnd {
        call,
        answered_at_ms: answered_at.map(|second| NOW_MS + second * 1000),
        user: user.into(),
        sip_code: if answered_at.is_some() { 200 } else { 480 },
        cause: None,
        rung,
    })
}

stories! {
    async fn who_is_called_inside_finds_it_in_its_own_calls(server) {
        let acme = &server.north.acme;
        let (ann, bob) = (acme.ann.0, acme.bob.0);
        // Bob has no phone yet: he is told of the call that he missed.
        assert_eq!(server.refused(&dials("a", "1001", ACME, "1002")).await, 480);
        let of_bob = legs(&server, &acme.bob.1).await;
        assert_eq!(of_bob, [(Some(bob), Direction::Internal, CallResult::NoAnswer, "1002".into(), 0)]);
        server.phones_of(acme, ACME, 1).await;
        let call = server.rings(&dials("b", "1001", ACME, "1002")).await;
        server.world.advance_ms(20_000);
        // The end may overtake what was said before, and everything comes twice.
        let words = [
            over(call, Some(4), "1002", vec![rang(0, 0, (1, 4), 200)]),
            answered(call, "1002", NOW_MS + 4_000),
        ];
        for (sequence, word) in [(11, &words[0]), (10, &words[1]), (11, &words[0])] {
            server.tell_as("lab", "one", &[(sequence, word.clone())]).await;
        }
        let answered_leg = |user| (Some(user), Direction::Internal, CallResult::Answered, "1002".to_owned(), 16);
        assert_eq!(legs(&server, &acme.bob.1).await[1..], [answered_leg(bob)]);
        assert_eq!(legs(&server, &acme.ann.1).await[1..], [answered_leg(ann)]);
        let all = legs(&server, &acme.office).await;
        assert_eq!(all.len(), 4, "a call has as many records as people: {all:?}");
    }

    async fn what_goes_out_on_somebodys_behalf_is_there_as_an_outbound_call(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let (ann, number) = (acme.ann.0, server.e164(&north.owner, acme).await);
        server.phones_of(acme, ACME, 1).await;
        let path = format!("/v1/numbers/{}/routing", acme.number);
        let routed = server.by(&acme.office, Method::PUT, &path).json(&json!({ "user": ann })).send();
        assert_eq!(routed.await.unwrap().status(), StatusCode::OK);
        let steps = json!([
            { "destination": { "user": acme.bob.0 }, "ring_seconds": 20 },
            { "destination": { "external": "+13035550142" }, "ring_seconds": 20 },
        ]);
        ann_sets(&server, json!({ "follow_me": { "order": "all_at_once", "steps": steps } })).await;
        let EngineDecision::Ring { call, stages, .. } = server.asks(&comes_in("a", "+12125550142", &number)).await else { panic!("refused") };
        assert!(matches!(&stages[0].targets[..], [EngineTarget::Phone { .. }, EngineTarget::Phone { .. }, EngineTarget::Trunk { .. }]));
        server.world.advance_ms(20_000);
        let rung = vec![rang(0, 0, (1, 6), 487), rang(0, 1, (1, 2), 486), rang(0, 2, (1, 6), 200)];
        server.tell(10, vec![over(call, Some(6), "", rung)]).await;
        let all = legs(&server, &north.owner).await;
        assert_eq!(all, [
            (Some(ann), Direction::Inbound, CallResult::Answered, number.clone(), 14),
            (Some(ann), Direction::Outbound, CallResult::Answered, "+13035550142".into(), 14),
            (Some(acme.bob.0), Direction::Inbound, CallResult::Busy, "1002".into(), 0),
        ]);
        assert_eq!(legs(&server, &acme.bob.1).await, all[2..]);

        // A phone that is gone: the call is Ann's all the same, and Bob's, who took it.
        ann_sets(&server, json!({ "forward": null })).await;
        server.tell(11, vec![expire("1001", ACME)]).await;
        assert_eq!(server.refused(&comes_in("b", "+12125550142", &number)).await, 480);
        assert_eq!(legs(&server, &acme.ann.1).await[2].2, CallResult::NoAnswer);
    }

    async fn more_than_any_call_can_ring_is_not_taken(server) {
        let acme = &server.north.acme;
        server.phones_of(acme, ACME, 1).await;
        let call = server.rings(&dials("a", "1001", ACME, "1002")).await;
        let too_many = vec![rang(0, 0, (1, 2), 408); 1001];
        let events = json!({ "engine": "lab", "boot": "one", "events": [
            { "sequence": 9, "at_ms": NOW_MS, "event": over(call, None, "", too_many) },
        ] });
        let refused = problem(server.engine("event", &events).await, Code::Invalid).await;
        assert_eq!(refused.errors[0].field, "rung");
    }
}
