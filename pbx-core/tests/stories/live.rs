//! What is going on now: who sees it, that nothing stays that is over, and who may end it.

use pbx_api::{
    Access, Code, DuplicatedNat, LiveAlert, LiveCall, LiveState, Presence, Registration,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::limited::limited;
use crate::support::{
    NOW_MS, Person, TestServer, Tree, View, answered, audit, comes_in, dials, end, expire, problem,
    register,
};

const ACME: &str = "acme.north.example";
const BETA: &str = "beta.north.example";

async fn calls(server: &TestServer, person: &Person) -> Vec<LiveCall> {
    let mut body = server.json(person, "/v1/live/calls").await;
    serde_json::from_value(body["rows"].take()).unwrap()
}

async fn phones(server: &TestServer, person: &Person) -> Vec<Registration> {
    let mut body = server.json(person, "/v1/live/registrations").await;
    serde_json::from_value(body["rows"].take()).unwrap()
}

/// Ann of Acme calls Bob, who answers; somebody outside calls nobody yet.
async fn ann_calls_bob(server: &TestServer) -> pbx_api::CallId {
    server.phones_of(&server.north.acme, ACME, 1).await;
    let call = server.rings(&dials("ann-bob", "1001", ACME, "1002")).await;
    server.tell(10, vec![answered(call, "1002", NOW_MS)]).await;
    call
}

/// Sets which live pages users have.
async fn pages(server: &TestServer, tree: &Tree, active_calls: bool, panel: bool) {
    let mut features = serde_json::to_value(pbx_api::Features::default()).unwrap();
    features["active_calls_page"] = json!(active_calls);
    features["call_panel_page"] = json!(panel);
    let path = format!("/v1/profiles/{}", tree.profile);
    let body = json!({ "name": "Default User Profile", "features": features, "routes": ["us"] });
    let answer = server
        .by(&tree.owner, Method::PUT, &path)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
}

async fn hang_up(server: &TestServer, by: &Person, call: pbx_api::CallId) -> reqwest::Response {
    let path = format!("/v1/live/calls/{call}/hang-up");
    server.by(by, Method::POST, &path).send().await.unwrap()
}

stories! {
    async fn everybody_sees_what_is_theirs_and_nothing_else(server) {
        let (north, south) = (&server.north, &server.south);
        let call = ann_calls_bob(&server).await;
        server.tell(20, vec![register("1001", BETA), register("1001", "acme.south.example")]).await;
        // Whoever sees all of Acme, and how many phones.
        for (person, count) in [(&north.owner, 3), (&north.acme.office, 2)] {
            let live = server.live(person).await;
            assert_eq!(live.view.calls[&call].user, Some(north.acme.ann.0), "{}", person.email);
            assert_eq!((live.view.online(), live.view.calls.len()), (count, 1), "{}", person.email);
            assert_eq!(calls(&server, person).await, Vec::from_iter(live.view.calls.into_values()));
            assert_eq!(phones(&server, person).await, Vec::from_iter(live.view.phones.into_values()));
        }
        // Each end of the call has it as its own.
        for (user, person) in [&north.acme.ann, &north.acme.bob] {
            let live = server.live(person).await;
            assert_eq!(live.view.calls[&call].user, Some(*user), "{}", person.email);
            assert_eq!(live.view.phones.values().map(|phone| phone.user).collect::<Vec<_>>(), [*user]);
        }
        for person in [&north.beta.office, &north.beta.ann.1, &north.beta.bob.1, &south.owner, &south.acme.office, &south.beta.ann.1] {
            let live = server.live(person).await;
            assert!(live.view.calls.is_empty() && !live.view.text.contains(ACME), "{}", live.view.text);
            assert!(calls(&server, person).await.is_empty());
            assert!(phones(&server, person).await.iter().all(|phone| phone.aor != format!("1001@{ACME}")));
        }
        // A chain has no more than its end.
        let ann = server.connect(&north.owner, json!({ "user": north.acme.ann.0 })).await;
        assert_eq!(server.live(&ann).await.view.phones.len(), 1);
    }

    async fn what_is_over_is_gone_and_what_was_missed_is_there_again(server) {
        let north = &server.north;
        server.phones_of(&north.acme, ACME, 1).await;
        let mut live = server.live(&north.owner).await;
        let call = server.rings(&dials("a", "1001", ACME, "1002")).await;
        live.until(|view| view.calls.contains_key(&call)).await;
        server.tell(10, vec![answered(call, "1002", NOW_MS + 5)]).await;
        let view = live.until(|view| view.calls[&call].state == LiveState::Answered).await;
        assert_eq!((view.calls[&call].answered_at_ms, view.calls[&call].codec.as_str()), (Some(NOW_MS + 5), "PCMU"));
        let mut late = server.live(&north.acme.office).await;
        assert_eq!(late.view.calls[&call], live.view.calls[&call]);
        server.tell(11, vec![end(call, "1002", Some(NOW_MS + 5))]).await;
        for reader in [&mut live, &mut late] {
            reader.until(|view| view.calls.is_empty()).await;
        }
        // Somebody who comes now hears nothing of it, and of an end that nobody saw neither.
        assert!(!server.live(&north.owner).await.view.text.contains(&call.to_string()));
        server.tell(12, vec![expire("1002", ACME)]).await;
        live.until(|view| view.online() == 1 && view.phones.len() == 2).await;
        // Signs of life come by themselves.
        live.settled().await;
    }

    async fn the_state_outlives_a_start_of_the_server(server) {
        let mut server = server;
        let call = ann_calls_bob(&server).await;
        let before = (calls(&server, &server.north.owner).await, phones(&server, &server.north.owner).await);
        assert_eq!((before.0.len(), before.1.len()), (1, 2));
        let live = server.live(&server.north.owner).await;
        server.stop().await;
        // A stream ends in peace when the server does.
        live.end().await;
        server.start_again().await;
        let owner = &server.north.owner;
        assert_eq!((calls(&server, owner).await, phones(&server, owner).await), before);
        let mut live = server.live(owner).await;
        assert!(live.view.calls.contains_key(&call));
        server.tell(11, vec![end(call, "1002", Some(NOW_MS))]).await;
        live.until(|view| view.calls.is_empty()).await;
    }

    async fn who_may_end_a_call_and_that_it_is_written_down(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let call = ann_calls_bob(&server).await;
        let other = server.rings(&dials("b", "1001", ACME, "1002")).await;
        let acme_id = Some(json!(acme.id));
        let (_, clerk) = server.login(&north.owner, acme_id, "clerk@acme.example", Access::ReadOnly).await;
        problem(hang_up(&server, &clerk, call).await, Code::Forbidden).await;
        for person in [&north.beta.office, &north.beta.ann.1, &server.south.owner] {
            problem(hang_up(&server, person, call).await, Code::NotFound).await;
        }
        // Bob is in this call, and rings in the other: both are his.
        assert_eq!(hang_up(&server, &acme.bob.1, call).await.status(), StatusCode::ACCEPTED);
        assert_eq!(hang_up(&server, &acme.office, call).await.status(), StatusCode::ACCEPTED, "asked twice is asked once");
        assert_eq!(hang_up(&server, &north.owner, other).await.status(), StatusCode::ACCEPTED);
        let written = audit(&server, north.tenant).await;
        let ends: Vec<_> = written.iter().filter(|(action, _)| action == "call.hang_up").collect();
        assert_eq!(ends.len(), 2);
        assert!(ends.iter().all(|(_, client)| *client == Some(acme.id.to_string())));
        // The engine hears of it until the calls are over; they are not over before.
        assert_eq!(server.tell(20, vec![]).await, [call, other]);
        assert_eq!(calls(&server, &acme.office).await.len(), 2);
        assert_eq!(server.tell_as("another", "one", &[]).await, []);
        assert_eq!(server.tell(20, vec![end(call, "1002", Some(NOW_MS))]).await, [other]);
        problem(hang_up(&server, &acme.bob.1, call).await, Code::NotFound).await;
    }

    async fn a_right_that_goes_takes_what_it_showed(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let call = ann_calls_bob(&server).await;
        let me: pbx_api::Me = serde_json::from_value(server.json(&acme.ann.1, "/v1/me").await).unwrap();
        assert!(me.features.unwrap().call_panel_page);
        let mut ann = server.live(&acme.ann.1).await;
        assert_eq!(ann.view.colleagues[&acme.bob.0], Presence::Busy);
        assert!(!ann.view.colleagues.contains_key(&acme.ann.0));
        pages(&server, north, false, false).await;
        ann.until(|view| view.is_ready && view.calls.is_empty() && view.colleagues.is_empty()).await;
        problem(server.get(&acme.ann.1, "/v1/live/calls").await, Code::Forbidden).await;
        problem(hang_up(&server, &acme.ann.1, call).await, Code::NotFound).await;
        let blind = server.live(&acme.bob.1).await;
        assert!(blind.view.calls.is_empty() && blind.view.colleagues.is_empty());
        pages(&server, north, true, false).await;
        ann.until(|view| view.calls.contains_key(&call)).await;
        assert!(server.live(&acme.bob.1).await.view.colleagues.is_empty());
        let me: pbx_api::Me = serde_json::from_value(server.json(&acme.ann.1, "/v1/me").await).unwrap();
        assert!(!me.features.unwrap().call_panel_page);
        // Signing out ends the stream, and a suspension that of everybody there.
        let office = server.live(&acme.office).await;
        let out = server.by(&acme.ann.1, Method::POST, "/v1/auth/sign-out").send().await.unwrap();
        assert_eq!(out.status(), StatusCode::NO_CONTENT);
        ann.end().await;
        server.client(&north.acme, |client| client.suspended = true).await;
        office.end().await;
    }

    async fn departments_see_their_own(server) {
        let acme = &server.north.acme;
        let body = json!({ "users": [acme.bob.0], "set": { "department": "Sales" } });
        server.by(&acme.office, Method::POST, "/v1/users/bulk").json(&body).send().await.unwrap();
        let (_, sales) = limited(&server, json!({ "username": "sales", "departments": ["Sales"] })).await;
        let (_, night) = limited(&server, json!({ "username": "night", "disabled_pages": ["phones"] })).await;
        let call = ann_calls_bob(&server).await;
        let out = server.rings(&dials("out", "1001", ACME, "3035550142")).await;
        let mut live = server.live(&sales).await;
        assert_eq!(live.view.calls.values().map(|call| (call.id, call.user)).collect::<Vec<_>>(), [(call, Some(acme.bob.0))]);
        assert_eq!(live.view.phones.values().map(|phone| phone.user).collect::<Vec<_>>(), [acme.bob.0]);
        assert_eq!(calls(&server, &sales).await.len(), 1);
        problem(hang_up(&server, &sales, out).await, Code::NotFound).await;
        assert_eq!(hang_up(&server, &sales, call).await.status(), StatusCode::ACCEPTED);
        let view = server.live(&night).await.view;
        assert_eq!((view.calls.len(), view.phones.len()), (2, 0));
        problem(server.get(&night, "/v1/live/registrations").await, Code::Forbidden).await;
        problem(server.get(&night, "/v1/live/duplicated-nat").await, Code::Forbidden).await;
        // Bob leaves the department, and with him what it saw of him.
        let body = json!({ "users": [acme.bob.0], "set": { "department": "Board" } });
        server.by(&acme.office, Method::POST, "/v1/users/bulk").json(&body).send().await.unwrap();
        live.until(|view| view.calls.is_empty() && view.phones.is_empty()).await;
    }

    async fn a_panel_shows_what_colleagues_are_doing(server) {
        let acme = &server.north.acme;
        let mut ann = server.live(&acme.ann.1).await;
        let state = |state: Presence| move |view: &View| view.colleagues.get(&acme.bob.0) == Some(&state);
        ann.until(state(Presence::Offline)).await;
        server.phones_of(acme, ACME, 1).await;
        ann.until(state(Presence::Free)).await;
        let number = server.e164(&server.north.owner, acme).await;
        let path = format!("/v1/numbers/{}/routing", acme.number);
        let routed = server.by(&acme.office, Method::PUT, &path).json(&json!({ "user": acme.bob.0 })).send().await.unwrap();
        assert_eq!(routed.status(), StatusCode::OK);
        let call = server.rings(&comes_in("in", "+13035550142", &number)).await;
        ann.until(state(Presence::Ringing)).await;
        server.tell(10, vec![answered(call, "1002", NOW_MS)]).await;
        ann.until(state(Presence::Busy)).await;
        // What he talks about is his.
        assert!(ann.view.calls.is_empty() && !ann.view.text.contains("3035550142"));
        server.tell(11, vec![end(call, "1002", Some(NOW_MS))]).await;
        ann.until(state(Presence::Free)).await;
    }

    async fn phones_that_share_a_place_and_phones_that_drop_together(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        server.phones_of(acme, ACME, 1).await;
        server.tell(10, vec![register("1001", BETA)]).await;
        let shared = |mut body: Value| -> Vec<DuplicatedNat> { serde_json::from_value(body["rows"].take()).unwrap() };
        let path = "/v1/live/duplicated-nat";
        // The reseller sees three devices there, the client its two, and Beta its only one.
        for (person, count) in [(&north.owner, 3), (&acme.office, 2)] {
            let found = shared(server.json(person, path).await);
            assert_eq!((found.len(), found[0].registrations.len()), (1, count), "{}", person.email);
        }
        for person in [&north.beta.office, &acme.ann.1] {
            assert_eq!(shared(server.json(person, path).await), [], "{}", person.email);
        }
        let mut office = server.live(&acme.office).await;
        let mut owner = server.live(&north.owner).await;
        let mut ann = server.live(&acme.ann.1).await;
        let third = match register("1001", ACME) {
            pbx_api::EngineEvent::Register(mut phone) => {
                phone.contact = "sip:1001@192.0.2.77".into();
                pbx_api::EngineEvent::Register(phone)
            }
            _ => unreachable!(),
        };
        server.tell(20, vec![third]).await;
        office.until(|view| view.online() == 3).await;
        // Nobody says them again in time.
        server.world.advance_ms(600_000);
        for reader in [&mut office, &mut owner] {
            reader.until(|view| view.online() == 0 && !view.alerts.is_empty()).await;
            let dropped = LiveAlert::PhonesDropped { client: acme.id, public_address: "203.0.113.9".into(), phones: 3 };
            assert_eq!(reader.view.alerts, [dropped]);
        }
        ann.until(|view| view.online() == 0).await;
        assert!(ann.view.alerts.is_empty());
        assert_eq!(phones(&server, &acme.office).await.len(), 3, "what dropped stays for a day");
    }
}
