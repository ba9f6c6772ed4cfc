//! User profiles: what clients' users may have, and where they go when one is taken away.

use pbx_api::{Code, Profile, ProfileId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clients::send;
use crate::support::{Feed, Person, TestServer, problem};

fn sales() -> Value {
    json!({
        "name": "Sales",
        "features": {
            "call_forward": true, "follow_me": false, "call_waiting": true, "do_not_disturb": true,
            "voicemail_box_disabled": true, "conference_page_disabled": false, "call_recording": true,
            "queue_page_disabled": false, "active_calls_page": false, "call_panel_page": true,
        },
        "routes": ["us", "toll_free"],
    })
}

async fn add(server: &TestServer) -> ProfileId {
    let answer = send(
        server,
        &server.north.owner,
        Method::POST,
        "/v1/profiles",
        &sales(),
    )
    .await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let details: Value = answer.json().await.unwrap();
    assert_eq!(
        details["profile"]["routes"],
        json!(["toll_free", "us"]),
        "in the order of the screens"
    );
    details["profile"]["id"].as_str().unwrap().parse().unwrap()
}

/// Sets the profiles of the first client.
async fn assign(
    server: &TestServer,
    profiles: &[ProfileId],
    default: ProfileId,
    to: Option<ProfileId>,
) -> reqwest::Response {
    let path = format!("/v1/clients/{}", server.north.acme.id);
    let mut body = server.json(&server.north.owner, &path).await["client"].clone();
    body.as_object_mut().unwrap().remove("id");
    for (field, value) in [
        ("first_name", json!("")),
        ("last_name", json!("")),
        ("email", json!("")),
        ("memo", json!("")),
        ("profiles", json!(profiles)),
        ("default_profile", json!(default)),
        ("move_users_to", json!(to)),
    ] {
        body[field] = value;
    }
    send(server, &server.north.owner, Method::PUT, &path, &body).await
}

async fn read(server: &TestServer, person: &Person, feed: &mut Feed) {
    let more = server.feed(person, feed.cursor.clone().as_deref()).await;
    feed.apply(&more);
}

fn has(feed: &Feed, profile: ProfileId) -> bool {
    feed.things.contains_key(&("Profile".into(), profile.0))
}

stories! {
    async fn a_profile_is_seen_by_those_who_have_it_and_no_longer(server) {
        let north = &server.north;
        let (mut office, mut ann) = (Feed::default(), Feed::default());
        let sales = add(&server).await;
        read(&server, &north.acme.office, &mut office).await;
        read(&server, &north.acme.ann.1, &mut ann).await;
        assert!(!has(&office, sales) && has(&office, north.profile));
        problem(server.get(&north.acme.office, &format!("/v1/profiles/{sales}")).await, Code::NotFound).await;

        assert_eq!(assign(&server, &[north.profile, sales], north.profile, None).await.status(), StatusCode::OK);
        read(&server, &north.acme.office, &mut office).await;
        assert!(has(&office, sales) && has(&office, north.profile));
        let seen = server.json(&north.acme.office, &format!("/v1/profiles/{sales}")).await;
        assert_eq!((&seen["users"], &seen["default_of"]), (&json!(0), &json!(0)));

        // Two users have the other one: without a place for them it is not taken away.
        let refused = problem(assign(&server, &[sales], sales, None).await, Code::InUse).await;
        assert_eq!(refused.errors[0].field, "profiles");
        assert!(refused.detail.unwrap().starts_with("2 users have"));
        assert_eq!(assign(&server, &[sales], sales, Some(sales)).await.status(), StatusCode::OK);
        read(&server, &north.acme.office, &mut office).await;
        read(&server, &north.acme.ann.1, &mut ann).await;
        for feed in [&office, &ann] {
            assert!(has(feed, sales) && !has(feed, north.profile));
        }
        let mut fresh = Feed::default();
        read(&server, &north.acme.ann.1, &mut fresh).await;
        assert_eq!(fresh.things, ann.things);
        let users = server.json(&north.acme.office, "/v1/users").await;
        assert!(users["users"].as_array().unwrap().iter().all(|user| user["profile"] == json!(sales)));
        let log = server.json(&north.owner, "/v1/audit?action=user.change").await;
        assert_eq!(log["rows"].as_array().unwrap().len(), 2, "one for each that was moved");

        let mut check = pbx_core::check::Check::default();
        let mut tx = server.app.db.look(north.tenant).await.unwrap();
        for (profile, fits) in [(sales, true), (north.profile, false), (server.south.profile, false)] {
            let assigned = pbx_core::profiles::assigned::store::is_assigned(&mut tx, north.acme.id, profile).await.unwrap();
            assert_eq!(assigned, fits);
            pbx_core::profiles::assigned::check_user(&mut tx, &mut check, north.acme.id, profile).await.unwrap();
        }
        let Err(pbx_core::error::Error::Problem(told)) = check.done() else { panic!("two are not assigned") };
        assert_eq!(told.errors.len(), 2);
    }

    async fn a_profile_goes_when_its_users_have_another(server) {
        let north = &server.north;
        let path = format!("/v1/profiles/{}", north.profile);
        let refused = problem(send(&server, &north.owner, Method::DELETE, &path, &json!(null)).await, Code::Forbidden).await;
        assert!(refused.detail.unwrap().contains("default"));

        let sales = add(&server).await;
        assert_eq!(assign(&server, &[sales], sales, Some(sales)).await.status(), StatusCode::OK);
        let path = format!("/v1/profiles/{sales}");
        let details = server.json(&north.owner, &path).await;
        assert_eq!((&details["users"], &details["default_of"]), (&json!(2), &json!(1)));
        let refused = problem(send(&server, &north.owner, Method::DELETE, &path, &json!(null)).await, Code::InUse).await;
        assert_eq!(refused.detail.unwrap(), "2 users have it, and it is the default of 1 client. Name another profile for them.");
        for other in [sales, server.south.profile] {
            let path = format!("{path}?move_users_to={other}");
            problem(send(&server, &north.owner, Method::DELETE, &path, &json!(null)).await, Code::Invalid).await;
        }
        let (mut owner, mut office, mut ann) = (Feed::default(), Feed::default(), Feed::default());
        read(&server, &north.owner, &mut owner).await;
        read(&server, &north.acme.office, &mut office).await;
        read(&server, &north.acme.ann.1, &mut ann).await;
        let with = format!("{path}?move_users_to={}", north.profile);
        assert_eq!(send(&server, &north.owner, Method::DELETE, &with, &json!(null)).await.status(), StatusCode::NO_CONTENT);
        for (person, feed) in [(&north.owner, &mut owner), (&north.acme.office, &mut office), (&north.acme.ann.1, &mut ann)] {
            read(&server, person, feed).await;
            assert!(!has(feed, sales) && has(feed, north.profile), "{}", person.email);
            let mut fresh = Feed::default();
            read(&server, person, &mut fresh).await;
            assert_eq!(feed.things, fresh.things, "{}", person.email);
        }
        let client = server.json(&north.owner, &format!("/v1/clients/{}", north.acme.id)).await;
        assert_eq!(client["client"]["default_profile"], json!(north.profile));
    }

    async fn a_profile_keeps_its_rules(server) {
        let north = &server.north;
        let path = format!("/v1/profiles/{}", add(&server).await);
        let mut body = sales();
        body["name"] = json!("");
        body["routes"] = json!(["us", "moon"]);
        let told = problem(send(&server, &north.owner, Method::PUT, &path, &body).await, Code::Invalid).await;
        assert_eq!(told.errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["name", "routes"]);
        problem(send(&server, &north.owner, Method::POST, "/v1/profiles", &sales()).await, Code::Taken).await;
        body["name"] = json!("Default User Profile");
        body["routes"] = json!([]);
        problem(send(&server, &north.owner, Method::PUT, &path, &body).await, Code::Taken).await;

        // A way out that the operator adds can be permitted from then on.
        let mut root = server.app.db.begin_root().await.unwrap();
        let route = pbx_api::OutboundRoute { key: "moon".into(), name: "The Moon".into() };
        pbx_core::profiles::store::add_route(&mut root, &route, 1).await.unwrap();
        root.commit().await.unwrap();
        let known = server.json(&north.acme.ann.1, "/v1/routes").await;
        assert_eq!(known["rows"].as_array().unwrap().len(), 5);
        body["name"] = json!("Moon");
        body["routes"] = json!(["moon", "us"]);
        let changed = send(&server, &north.owner, Method::PUT, &path, &body).await;
        assert_eq!(changed.status(), StatusCode::OK);
        let changed: Value = changed.json().await.unwrap();
        let profile: Profile = serde_json::from_value(changed["profile"].clone()).unwrap();
        assert_eq!((profile.name.as_str(), profile.routes.as_slice()), ("Moon", &["us".to_owned(), "moon".to_owned()][..]));
        for person in [&north.acme.office, &north.acme.ann.1] {
            problem(send(&server, person, Method::POST, "/v1/profiles", &sales()).await, Code::Forbidden).await;
            problem(send(&server, person, Method::PUT, &path, &sales()).await, Code::Forbidden).await;
        }
        problem(send(&server, &server.south.owner, Method::PUT, &path, &sales()).await, Code::NotFound).await;
    }
}
