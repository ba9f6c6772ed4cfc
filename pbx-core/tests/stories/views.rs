//! Whoever signs in has what its pages show: each page's data under its own login, and nothing of
//! a page that it goes without.

use pbx_api::{ClientPage, Code, Leg, LegId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clients::send;
use crate::limited::limited;
use crate::support::{NOW_MS, Person, TestServer, answered, dials, problem};

const ACME: &str = "acme.north.example";

/// A page of a client, where it reads from, and what is there.
struct View {
    page: Option<ClientPage>,
    path: String,
    has: String,
}

/// What Acme has: one of each, as its people and its reseller made it.
struct Things {
    leg: Leg,
    call: pbx_api::CallId,
    block: String,
    emergency: String,
    link: String,
    limited: String,
}

async fn make(server: &TestServer, by: &Person, path: &str, body: &Value) -> String {
    let answer = send(server, by, Method::POST, path, body).await;
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, StatusCode::CREATED, "{path}: {text}");
    let made: Value = serde_json::from_str(&text).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

async fn leg(server: &TestServer, id: LegId) -> Leg {
    let mut tx = server.app.db.look(server.north.tenant).await.unwrap();
    let shown = pbx_core::cdrs::store::show(&mut tx, id, false).await;
    shown.unwrap()
}

async fn plant(server: &TestServer) -> Things {
    let (north, acme) = (&server.north, &server.north.acme);
    let legs = server.add_legs(north.tenant, acme, 1).await;
    server.phones_of(acme, ACME, 1).await;
    let call = server.rings(&dials("now", "1001", ACME, "1002")).await;
    server.tell(10, vec![answered(call, "1002", NOW_MS)]).await;
    let block = json!({ "kind": "number", "number": "+12025550177", "note": "Spam" });
    let emergency = json!({
        "user": acme.ann.0, "dialled": "911", "location": "1 Main St",
        "caller_number": server.e164(&north.owner, acme).await,
    });
    let link = json!({ "title": "Wiki", "url": "https://wiki.example/", "icon": "book" });
    let limited = json!({ "client": acme.id, "login": { "username": "other" } });
    Things {
        leg: leg(server, legs[0]).await,
        call,
        block: make(server, &acme.office, "/v1/blocks", &block).await,
        emergency: make(server, &acme.office, "/v1/emergency", &emergency).await,
        link: make(server, &north.owner, "/v1/links", &link).await,
        limited: make(server, &acme.office, "/v1/limited-clients", &limited).await,
    }
}

/// Where the pages of a client read from.
fn views(server: &TestServer, things: &Things) -> Vec<View> {
    use ClientPage::{ActiveCalls, Audit, Blocks, Calls, Emergency, Numbers, Phones, Users};
    let acme = &server.north.acme;
    let ann = acme.ann.0.to_string();
    let of = |page: ClientPage, path: String, has: String| View {
        page: Some(page),
        path,
        has,
    };
    let every = |path: &str, has: String| View {
        page: None,
        path: path.to_owned(),
        has,
    };
    vec![
        of(Users, "/v1/users".into(), ann.clone()),
        of(Users, format!("/v1/users/{ann}"), "1001".into()),
        of(Users, format!("/v1/users/{ann}/phone"), ACME.into()),
        of(
            Users,
            format!("/v1/clients/{}/extensions", acme.id),
            "free".into(),
        ),
        // Legs name their user as well, and no extension.
        of(Users, "/v1/changes".into(), r#""extension":"1001""#.into()),
        of(Numbers, "/v1/numbers".into(), acme.number.to_string()),
        of(Numbers, "/v1/changes".into(), acme.number.to_string()),
        of(Calls, "/v1/changes".into(), things.leg.id.to_string()),
        of(
            Calls,
            format!("/v1/calls/{}/legs", things.leg.call),
            things.leg.id.to_string(),
        ),
        of(
            ActiveCalls,
            "/v1/live/calls".into(),
            things.call.to_string(),
        ),
        of(Phones, "/v1/live/registrations".into(), "Lab phone".into()),
        // Two phones that the story registers share one place.
        of(
            Phones,
            "/v1/live/duplicated-nat".into(),
            "203.0.113.9".into(),
        ),
        of(Blocks, "/v1/blocks".into(), things.block.clone()),
        of(Emergency, "/v1/emergency".into(), things.emergency.clone()),
        of(
            Emergency,
            "/v1/emergency/missing".into(),
            acme.bob.0.to_string(),
        ),
        of(Audit, "/v1/audit".into(), "\"rows\"".into()),
        every("/v1/changes", acme.id.to_string()),
        every("/v1/clients", acme.id.to_string()),
        every("/v1/profiles", server.north.profile.to_string()),
        every("/v1/links", things.link.clone()),
        every("/v1/branding?realm=north.example", "Reseller of".into()),
        every("/v1/me", "north.example".into()),
        every("/v1/me/sessions", "sessions".into()),
        every("/v1/me/second-factor", "on".into()),
    ]
}

/// Whether a login has what a view shows: it answers, and the thing is there.
async fn has(server: &TestServer, person: &Person, view: &View) -> bool {
    let answer = server.get(person, &view.path).await;
    let status = answer.status();
    let text = answer.text().await.unwrap();
    match status {
        StatusCode::OK => text.contains(&view.has),
        StatusCode::FORBIDDEN => false,
        other => panic!("{} of {}: {other} {text}", view.path, person.email),
    }
}

stories! {
    async fn a_client_has_what_its_pages_show(server) {
        let things = plant(&server).await;
        let acme = &server.north.acme;
        let connected = server.connect(&server.north.owner, json!({ "client": acme.id })).await;
        for person in [&acme.office, &connected] {
            for view in views(&server, &things) {
                assert!(has(&server, person, &view).await, "{}: {} is not in {}", person.email, view.has, view.path);
            }
            let logins = server.json(person, "/v1/limited-clients").await;
            assert!(logins.to_string().contains(&things.limited));
            let asked = json!({ "from": { "user": acme.ann.0 }, "number": "1002" });
            let answer = send(&server, person, Method::POST, "/v1/dial/simulate", &asked).await;
            assert_eq!(answer.status(), StatusCode::OK, "where a call would go");
        }
    }

    async fn a_limited_client_has_every_page_but_those_that_it_goes_without(server) {
        let things = plant(&server).await;
        let (_, whole) = limited(&server, json!({ "username": "whole" })).await;
        for view in views(&server, &things) {
            assert!(has(&server, &whole, &view).await, "{} is not in {}", view.has, view.path);
        }
        for page in ClientPage::ALL {
            let login = json!({ "username": format!("no-{page:?}"), "disabled_pages": [page] });
            let (_, without) = limited(&server, login).await;
            for view in views(&server, &things) {
                let shown = has(&server, &without, &view).await;
                assert_eq!(shown, view.page != Some(page), "without {page:?}: {} in {}", view.has, view.path);
            }
        }
    }

    async fn a_user_has_its_own_calls_switches_and_colleagues_as_its_profile_allows(server) {
        let things = plant(&server).await;
        let (north, acme) = (&server.north, &server.north.acme);
        let (ann, bob) = (&acme.ann, &acme.bob);
        let profile = |features: Value| {
            let mut all = json!(pbx_api::Features::default());
            all.as_object_mut().unwrap().extend(features.as_object().unwrap().clone());
            json!({ "name": "Default User Profile", "features": all, "routes": ["us"] })
        };
        let path = format!("/v1/profiles/{}", north.profile);
        let set = async |features: Value| {
            let answer = send(&server, &north.owner, Method::PUT, &path, &profile(features)).await;
            assert_eq!(answer.status(), StatusCode::OK);
        };
        let connected = server.connect(&acme.office, json!({ "user": ann.0 })).await;
        for person in [&ann.1, &connected] {
            // Its calls, itself with its switches, and nobody else's.
            let feed = server.feed_answer(person, None, None).await.text().await.unwrap();
            for own in [things.leg.id.to_string(), ann.0.to_string(), acme.id.to_string()] {
                assert!(feed.contains(&own), "{}: {own} in {feed}", person.email);
            }
            assert!(!feed.contains(&bob.0.to_string()));
            let legs = server.json(person, &format!("/v1/calls/{}/legs", things.leg.call)).await;
            assert!(legs.to_string().contains(&things.leg.id.to_string()));
            let colleagues = server.json(person, "/v1/me/colleagues").await;
            assert!(colleagues.to_string().contains(&bob.0.to_string()));
            let active = server.json(person, "/v1/live/calls").await;
            assert!(active.to_string().contains(&things.call.to_string()));
            let live = server.live(person).await;
            assert!(live.view.calls.contains_key(&things.call), "{:?}", live.view);
            assert!(live.view.colleagues.contains_key(&bob.0), "the panel's colleagues");
            let shown = server.json(person, "/v1/emergency").await;
            assert!(shown.to_string().contains(&things.emergency));
            for (path, has) in [
                ("/v1/branding?realm=north.example", "Reseller of"),
                ("/v1/me", "call_panel_page"), ("/v1/me/sessions", "sessions"), ("/v1/me/second-factor", "on"),
            ] {
                assert!(server.json(person, path).await.to_string().contains(has), "{path}");
            }
            // The office's pages are none of a user's.
            for path in ["/v1/blocks", "/v1/limited-clients", "/v1/logins"] {
                let rows = server.json(person, path).await.to_string();
                assert!(!rows.contains(&things.block) && !rows.contains(&things.limited), "{rows}");
            }
        }

        let switches = [
            ("call_forward", json!({ "forward": { "user": bob.0 } })),
            ("follow_me", json!({ "follow_me": { "order": "in_order", "steps": [
                { "destination": { "user": bob.0 }, "ring_seconds": 20 },
            ] } })),
            ("call_waiting", json!({ "call_waiting": false })),
            ("do_not_disturb", json!({ "do_not_disturb": true })),
        ];
        for (feature, body) in switches {
            let on = send(&server, &ann.1, Method::PUT, "/v1/me/calls", &body).await;
            assert_eq!(on.status(), StatusCode::OK, "{feature} is allowed");
            let off = send(&server, &ann.1, Method::PUT, "/v1/me/calls", &json!({})).await;
            assert_eq!(off.status(), StatusCode::OK);
            set(json!({ feature: false })).await;
            let refused = send(&server, &ann.1, Method::PUT, "/v1/me/calls", &body).await;
            problem(refused, Code::Invalid).await;
            assert_eq!(server.json(&ann.1, "/v1/me").await["features"][feature], false);
            set(json!({})).await;
        }

        // Either live page shows the calls; only the panel shows colleagues.
        set(json!({ "call_panel_page": false })).await;
        let live = server.live(&ann.1).await;
        assert!(live.view.calls.contains_key(&things.call) && live.view.colleagues.is_empty());
        set(json!({ "active_calls_page": false })).await;
        assert!(server.live(&ann.1).await.view.calls.contains_key(&things.call));
        set(json!({ "active_calls_page": false, "call_panel_page": false })).await;
        problem(server.get(&ann.1, "/v1/live/calls").await, Code::Forbidden).await;
        assert!(server.live(&ann.1).await.view.calls.is_empty());
    }
}
