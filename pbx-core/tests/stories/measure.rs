//! How long the way to a phone and back takes, as its engine tells it.

use pbx_api::{EngineEvent, EngineRegistration, Registration};

use crate::support::{NOW_MS, TestServer, expire, register};

const ACME: &str = "acme.north.example";

/// A registration of Ann's that says nothing of it, or what was measured.
fn registers(round_trip_ms: Option<u32>) -> EngineEvent {
    match register("1001", ACME) {
        EngineEvent::Register(phone) => EngineEvent::Register(EngineRegistration {
            round_trip_ms,
            expires_at_ms: NOW_MS + 3_600_000,
            ..phone
        }),
        other => panic!("{other:?}"),
    }
}

fn measured(round_trip_ms: Option<u32>) -> EngineEvent {
    match register("1001", ACME) {
        EngineEvent::Register(phone) => EngineEvent::Measured {
            user: phone.user,
            realm: phone.realm,
            contact: phone.contact,
            round_trip_ms,
        },
        other => panic!("{other:?}"),
    }
}

impl TestServer {
    /// The phone that is online, as its reseller sees it.
    async fn phone(&self) -> Registration {
        let mut body = self.json(&self.north.owner, "/v1/live/registrations").await;
        let rows: Vec<Registration> = serde_json::from_value(body["rows"].take()).unwrap();
        let mut online = rows
            .into_iter()
            .filter(|phone| phone.offline_since_ms.is_none());
        let phone = online.next().unwrap();
        assert_eq!(online.next(), None);
        phone
    }
}

stories! {
    async fn the_latest_measure_counts_in_whatever_order_it_comes_and_however_often(server) {
        let words = [
            (1, registers(None)),
            (2, measured(Some(12))),
            (3, measured(None)),
            (4, measured(Some(31))),
            (5, registers(None)),
        ];
        // Through another engine it is another phone.
        for (turn, order) in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [3, 0, 4, 2, 1], [2, 3, 4, 1, 0]].iter().enumerate() {
            let engine = format!("lab-{turn}");
            for place in order.iter().chain(order) {
                server.told(&engine, "one", &[words[*place].clone()]).await;
            }
            let phone = server.phone().await;
            assert_eq!(phone.round_trip_ms, Some(31), "{order:?}");
            // A start anew is later than whatever was told before.
            server.told(&engine, "two", &[(1, measured(None))]).await;
            server.told(&engine, "one", &[words[3].clone()]).await;
            assert_eq!(server.phone().await.round_trip_ms, None, "{order:?}");
            server.told(&engine, "two", &[(2, expire("1001", ACME))]).await;
        }
    }

    async fn a_measure_is_pushed_and_goes_with_the_phone(server) {
        let mut live = server.live(&server.north.owner).await;
        server.tell(1, vec![measured(Some(12))]).await;
        assert_eq!(live.settled().await.phones.len(), 0, "of a phone that never registered");
        server.tell(2, vec![registers(None)]).await;
        live.until(|view| view.phones.values().any(|phone| phone.round_trip_ms == Some(12))).await;
        server.tell(3, vec![measured(Some(40))]).await;
        live.until(|view| view.phones.values().any(|phone| phone.round_trip_ms == Some(40))).await;
        server.tell(4, vec![measured(None)]).await;
        live.until(|view| view.phones.values().any(|phone| phone.round_trip_ms.is_none())).await;
        assert_eq!(live.view.online(), 1, "it is registered all the same");
        // What its registration says counts too, where it says something.
        server.tell(5, vec![registers(Some(7)), registers(None)]).await;
        live.until(|view| view.phones.values().any(|phone| phone.round_trip_ms == Some(7))).await;

        server.world.advance_ms(1_000);
        server.tell(7, vec![expire("1001", ACME)]).await;
        live.until(|view| view.online() == 0).await;
        assert!(live.view.phones.values().all(|phone| phone.round_trip_ms.is_none()), "it would look like one of now");
        server.world.advance_ms(1_000);
        server.tell(8, vec![registers(None)]).await;
        live.until(|view| view.online() == 1).await;
        assert_eq!(server.phone().await.round_trip_ms, None, "what was measured before it went");
        server.tell(9, vec![measured(Some(9))]).await;
        live.until(|view| view.phones.values().any(|phone| phone.round_trip_ms == Some(9))).await;
    }
}
