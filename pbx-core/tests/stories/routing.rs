//! Where calls to a number go is the client's to say.

use pbx_api::{Code, PhoneNumber};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Feed, problem};
use crate::users::{audited, refused, send};

stories! {
    async fn a_client_routes_its_number_and_the_reseller_only_looks(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/numbers/{}/routing", acme.number);
        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.owner, None).await);
        let hours = json!({ "hours": {
            "weekly": [{ "weekday": 1, "from_minute": 540, "until_minute": 1020 }],
            "holidays": ["2026-12-25", "2026-01-01", "2026-12-25"],
            "open": { "ring_group": { "order": "in_order", "members": [acme.ann.0, acme.bob.0], "ring_seconds": 20 } },
            "closed": { "external": "(202) 555-0177" },
        } });
        let answer = send(&server, &acme.office, Method::PUT, &path, &hours).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let number: PhoneNumber = answer.json().await.unwrap();
        let pbx_api::Routing::Hours(stored) = &number.routing else { panic!("hours") };
        assert_eq!(stored.holidays, ["2026-01-01", "2026-12-25"]);
        assert_eq!(*stored.closed, pbx_api::Routing::External("+12025550177".into()));
        feed.apply(&server.feed(&server.north.owner, feed.cursor.clone().as_deref()).await);
        assert!(feed.things.values().any(|text| text.contains("+12025550177")));
        let log = audited(&server).await;
        assert_eq!(log[0].0, "number.routing");
        assert!(log[0].1.contains("unrouted") && log[0].1.contains("2026-12-25"));

        for person in [&server.north.owner, &acme.ann.1] {
            problem(send(&server, person, Method::PUT, &path, &json!("reject")).await, Code::Forbidden).await;
        }
        let sibling = send(&server, &server.north.beta.office, Method::PUT, &path, &json!("reject")).await;
        problem(sibling, Code::NotFound).await;
        let user = server.north.beta.ann.0;
        let foreign = send(&server, &acme.office, Method::PUT, &path, &json!({ "user": user })).await;
        assert_eq!(refused(foreign).await, [("user".to_owned(), "is not a user of the client".to_owned())]);
    }

    async fn a_routing_that_can_not_be_is_refused_beside_its_field(server) {
        let acme = &server.north.acme;
        let path = format!("/v1/numbers/{}/routing", acme.number);
        let group = |members: Vec<pbx_api::UserId>| json!({ "ring_group": {
            "order": "all_at_once", "members": members, "ring_seconds": 20 } });
        let inner = json!({ "hours": { "weekly": [{ "weekday": 1, "from_minute": 0, "until_minute": 1 }],
            "open": "reject", "closed": "reject" } });
        let hours = |weekly: serde_json::Value, holidays: serde_json::Value, open: &serde_json::Value| json!({
            "hours": { "weekly": weekly, "holidays": holidays, "open": open, "closed": "reject" } });
        let time = |weekday: u8, from: u16, until: u16| json!([{ "weekday": weekday, "from_minute": from, "until_minute": until }]);
        let good = time(7, 0, 1440);
        let reject = json!("reject");
        for (body, field) in [
            (group(vec![]), "members"),
            (group(vec![acme.ann.0, acme.ann.0]), "members"),
            (group(vec![acme.ann.0, server.south.acme.ann.0]), "members"),
            (group((0..21).map(|_| acme.ann.0).collect()), "members"),
            (json!({ "external": "911" }), "external"),
            (json!({ "external": "1001" }), "external"),
            (hours(time(8, 0, 1), json!([]), &reject), "weekly"),
            (hours(time(1, 60, 60), json!([]), &reject), "weekly"),
            (hours(time(1, 0, 1441), json!([]), &reject), "weekly"),
            (hours(json!([]), json!([]), &reject), "weekly"),
            (hours(good.clone(), json!(["2026-02-30"]), &reject), "holidays"),
            (hours(good.clone(), json!(["tomorrow"]), &reject), "holidays"),
            (hours(good.clone(), json!([]), &inner), "open"),
            (hours(good, json!([]), &json!({ "user": server.north.beta.ann.0 })), "open.user"),
        ] {
            let told = refused(send(&server, &acme.office, Method::PUT, &path, &body).await).await;
            assert_eq!(told[0].0, field, "{body}");
        }
        assert!(audited(&server).await.is_empty());
    }
}
