//! What engines have and what the server knows become the same again: after a secret changed, a
//! client was suspended, somebody was removed, and after either side was away.

use pbx_api::{
    EngineAccepted, EngineContact, EngineEvent, EngineKey, EngineLine, EngineRegistration, Leg,
    Registration,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Feed, NOW_MS, TestServer, View, answered, dials, end, expire, register};

const ACME: &str = "acme.north.example";

fn phone(user: &str, mark: Option<u32>) -> EngineRegistration {
    match register(user, ACME) {
        EngineEvent::Register(phone) => EngineRegistration { mark, ..phone },
        other => panic!("{other:?}"),
    }
}

fn line(user: &str) -> EngineLine {
    EngineLine {
        user: user.into(),
        realm: ACME.into(),
    }
}

impl TestServer {
    /// What a phone of Ann's is known by that registers now.
    async fn mark(&self) -> u32 {
        let asked = json!({
            "method": "INVITE", "realm": ACME, "user": "1001",
            "source_address": "203.0.113.9", "source_port": 5060,
        });
        let key: EngineKey = self.engine("auth", &asked).await.json().await.unwrap();
        key.mark
    }

    async fn renew(&self) {
        let acme = &self.north.acme;
        let path = format!("/v1/users/{}/sip-secret", acme.ann.0);
        let made = self
            .by(&acme.office, Method::POST, &path)
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), StatusCode::OK);
    }

    /// Asks what is to be done.
    async fn asked(&self) -> EngineAccepted {
        self.told("lab", "one", &[]).await
    }

    async fn registers(&self, sequence: u64, phone: &EngineRegistration) -> EngineAccepted {
        let event = EngineEvent::Register(phone.clone());
        self.told("lab", "one", &[(sequence, event)]).await
    }

    async fn removes(&self, path: &str) {
        let gone = self
            .by(&self.north.owner, Method::DELETE, path)
            .send()
            .await
            .unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT, "{path}");
    }

    async fn legs_of_acme(&self) -> Vec<Leg> {
        let mut feed = Feed::default();
        feed.apply(&self.feed(&self.north.acme.office, None).await);
        let mut legs = feed.legs();
        legs.sort_by_key(|leg| (leg.started_at_ms, leg.id));
        legs
    }
}

stories! {
    async fn a_phone_goes_with_its_secret_and_with_a_suspension(server) {
        server.renew().await;
        let old = phone("1001", Some(server.mark().await));
        assert_eq!(server.registers(1, &old).await.remove, []);
        let mut live = server.live(&server.north.owner).await;
        assert_eq!(live.view.online(), 1);

        server.renew().await;
        live.until(|view| view.online() == 0).await;
        let asked = [EngineContact::from(&old)];
        assert_eq!(server.asked().await.remove, asked);
        // What it says of the old one, however late, brings nothing back.
        assert_eq!(server.registers(2, &old).await.remove, asked);
        assert_eq!(live.settled().await.online(), 0);
        let new = phone("1001", Some(server.mark().await));
        assert_ne!(new.mark, old.mark);
        assert_eq!(server.registers(4, &new).await.remove, [], "it is there as it may be");
        live.until(|view| view.online() == 1).await;
        assert_eq!(server.told("lab", "one", &[(3, expire("1001", ACME))]).await.remove, []);
        assert_eq!(live.settled().await.online(), 1, "the end of the old one was overtaken");

        server.client(&server.north.acme, |client| client.suspended = true).await;
        live.until(|view| view.online() == 0).await;
        assert_eq!(server.asked().await.remove, [EngineContact::from(&new)]);
        server.client(&server.north.acme, |client| client.suspended = false).await;
        assert_eq!(server.asked().await.remove, [EngineContact::from(&new)], "it signs in anew");
        assert_eq!(server.told("lab", "one", &[(5, expire("1001", ACME))]).await.remove, []);
        let again = phone("1001", Some(server.mark().await));
        assert_ne!(again.mark, new.mark);
        assert_eq!(server.registers(6, &again).await.remove, []);
        live.until(|view| view.online() == 1).await;
    }

    async fn of_who_is_removed_nothing_is_left_in_any_engine(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        server.phones_of(acme, ACME, 1).await;
        server.told("other", "one", &[]).await;
        let mut live = server.live(&north.owner).await;
        server.removes(&format!("/v1/users/{}", acme.bob.0)).await;
        live.until(|view| view.online() == 1).await;
        let bobs = [EngineContact::from(&phone("1002", None))];
        let asked = server.asked().await;
        assert_eq!((&asked.remove[..], &asked.forget[..]), (&bobs[..], &[line("1002")][..]));
        let other = server.told("other", "one", &[]).await;
        assert_eq!((other.remove, other.forget), (vec![], vec![line("1002")]));
        let done = [(5, expire("1002", ACME)), (6, EngineEvent::Forgotten(line("1002")))];
        let asked = server.told("lab", "one", &done).await;
        assert_eq!((asked.remove, asked.forget), (vec![], vec![]));
        assert_eq!(server.told("other", "one", &[]).await.forget, [line("1002")], "each for itself");
        // A phone that registered in the last moment.
        assert_eq!(server.registers(7, &phone("1002", None)).await.remove, bobs);

        server.removes(&format!("/v1/clients/{}", acme.id)).await;
        live.until(|view| view.online() == 0).await;
        let asked = server.asked().await;
        assert_eq!(asked.remove.len(), 2);
        assert!(asked.forget.contains(&line("1001")));
        let path = format!("/v1/clients/{}/restore", acme.id);
        assert_eq!(server.by(&north.owner, Method::POST, &path).send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(server.asked().await.forget, [], "who is there again is not forgotten");
    }

    async fn what_an_engine_does_not_name_is_over(server) {
        let acme = &server.north.acme;
        server.phones_of(acme, ACME, 1).await;
        let kept = server.rings(&dials("a", "1001", ACME, "1002")).await;
        let lost = server.rings(&dials("b", "1001", ACME, "3035550142")).await;
        let said = [(10, answered(kept, "1002", NOW_MS)), (11, answered(lost, "", NOW_MS))];
        assert!(server.told("lab", "one", &said).await.tell_all, "nobody knows what it has");
        server.world.advance_ms(20_000);
        let young = server.rings(&dials("c", "1001", ACME, "3035550143")).await;
        let mut live = server.live(&acme.office).await;
        // Ann's phone and a call are named; the call's word is overtaken by the last one.
        let all = [(20, register("1001", ACME)), (22, EngineEvent::All { since: 20 })];
        server.told("lab", "one", &[(21, answered(kept, "1002", NOW_MS))]).await;
        assert!(!server.told("lab", "one", &all).await.tell_all);
        live.until(|view| view.online() == 1 && view.calls.len() == 2).await;
        assert!(live.view.calls.contains_key(&kept) && live.view.calls.contains_key(&young));
        let online = |view: &View| {
            let online = |phone: &&Registration| phone.offline_since_ms.is_none();
            view.phones.values().filter(online).map(|phone| phone.user).collect::<Vec<_>>()
        };
        assert_eq!(online(&live.view), [acme.ann.0]);
        let legs = server.legs_of_acme().await;
        assert_eq!((legs.len(), legs[0].call, legs[0].talk_seconds), (1, lost, 20));
        assert!(legs[0].end_estimated && legs[0].sip_code.is_none());
        // All of it again changes nothing.
        server.told("lab", "one", &all).await;
        assert_eq!(live.settled().await.calls.len(), 2);
        assert_eq!(server.legs_of_acme().await, legs);

        // A later start that names nothing has nothing.
        server.told("lab", "two", &[(23, EngineEvent::All { since: 23 })]).await;
        live.until(|view| view.online() == 0 && view.calls.is_empty()).await;
        server.told("lab", "two", &[(24, end(kept, "1002", Some(NOW_MS)))]).await;
        assert!(server.legs_of_acme().await.iter().all(|leg| leg.end_estimated), "too late");
    }

    async fn a_server_that_starts_asks_for_everything(server) {
        let mut server = server;
        assert!(server.asked().await.tell_all);
        assert!(!server.told("lab", "one", &[(1, EngineEvent::All { since: 1 })]).await.tell_all);
        assert!(!server.asked().await.tell_all);
        server.stop().await;
        server.start_again().await;
        assert!(server.asked().await.tell_all);
    }

    async fn an_engine_is_asked_again_now_and_then_and_what_was_too_young_is_over_then(server) {
        let acme = &server.north.acme;
        server.phones_of(acme, ACME, 1).await;
        let lost = server.rings(&dials("a", "1001", ACME, "1002")).await;
        server.told("lab", "one", &[(10, answered(lost, "1002", NOW_MS))]).await;
        // It names neither phone and no call, but they have only just come.
        assert!(!server.told("lab", "one", &[(20, EngineEvent::All { since: 20 })]).await.tell_all);
        let mut live = server.live(&acme.office).await;
        assert_eq!((live.view.online(), live.view.calls.len()), (2, 1));
        // It asks all the time what is to be done.
        for _ in 0..14 {
            server.world.advance_ms(20_000);
            assert!(!server.asked().await.tell_all);
        }
        assert_eq!(live.settled().await.online(), 2);
        server.world.advance_ms(20_000);
        assert!(server.asked().await.tell_all, "five minutes");
        let named = [(30, register("1001", ACME)), (31, EngineEvent::All { since: 30 })];
        assert!(!server.told("lab", "one", &named).await.tell_all);
        live.until(|view| view.online() == 1 && view.calls.is_empty()).await;
        let legs = server.legs_of_acme().await;
        assert_eq!((legs.len(), legs[0].call), (1, lost));
        assert!(legs[0].end_estimated);
    }
}
