//! Blocks: whose they are, what they say, and that a reseller's does not exist for its clients.

use pbx_api::{Block, BlockImport, CallResult, Code};
use pbx_core::cdrs::store::NewLeg;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestServer, leg, problem, write};

async fn create(server: &TestServer, by: &Person, body: &Value) -> Block {
    let answer = server
        .by(by, Method::POST, "/v1/blocks")
        .json(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "{body}");
    answer.json().await.unwrap()
}

async fn refused(server: &TestServer, by: &Person, body: &Value, code: Code) -> Vec<String> {
    let answer = server
        .by(by, Method::POST, "/v1/blocks")
        .json(body)
        .send()
        .await
        .unwrap();
    let told = problem(answer, code).await.errors.into_iter();
    told.map(|error| format!("{} {}", error.field, error.message))
        .collect()
}

async fn import(server: &TestServer, by: &Person, dry_run: bool, text: &str) -> BlockImport {
    let body = json!({ "text": text, "dry_run": dry_run });
    let answer = server
        .by(by, Method::POST, "/v1/blocks/import")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{text}");
    answer.json().await.unwrap()
}

async fn listed(server: &TestServer, by: &Person) -> Vec<Block> {
    serde_json::from_value(server.json(by, "/v1/blocks").await["rows"].take()).unwrap()
}

/// A leg that the reseller's block stopped.
fn stopped(server: &TestServer) -> NewLeg {
    let mut new = leg(&server.world, &server.north.acme, true);
    new.leg.result = CallResult::Blocked;
    new.hidden = true;
    new
}

/// Every answer of every GET operation, without times, ids and what is sealed.
async fn answers(
    server: &TestServer,
    person: &Person,
    places: &[(&str, String)],
) -> Vec<(String, u16, String)> {
    let document = serde_json::to_value(pbx_core::http::document()).unwrap();
    let mut answers = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_none() {
            continue;
        }
        let filled = places
            .iter()
            .fold(path.clone(), |path, (place, id)| path.replace(place, id));
        let filled: String = filled
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    server.north.acme.id.to_string()
                } else {
                    part.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        let (status, text) = if path == "/v1/live" {
            // It does not end.
            (200, server.live(person).await.view.text)
        } else {
            let answer = server.get(person, &filled).await;
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let stable: Vec<String> = text
            .split('"')
            .filter(|part| part.len() < 60 && uuid::Uuid::parse_str(part).is_err())
            .map(|part| {
                part.chars()
                    .filter(|c| !c.is_ascii_digit() || part.len() < 13)
                    .collect()
            })
            .collect();
        answers.push((path.clone(), status, stable.join("\"")));
    }
    answers
}

stories! {
    async fn a_block_is_made_changed_and_removed(server) {
        let office = &server.north.acme.office;
        let made = create(&server, office, &json!({ "kind": "number", "number": "(202) 555-0142", "note": " rude " })).await;
        assert_eq!((made.number.as_str(), made.note.as_str(), made.client), ("+12025550142", "rude", Some(server.north.acme.id)));
        assert_eq!((made.created_by.as_str(), made.created_at_ms, made.hits), ("F L", server.world.now_ms(), 0));
        // The same number in another writing, beside the field.
        let again = json!({ "kind": "number", "number": "+1 202 555 0142" });
        assert_eq!(refused(&server, office, &again, Code::Taken).await, ["number is blocked already"]);
        // Another client may block it as well.
        create(&server, &server.north.beta.office, &again).await;

        let path = format!("/v1/blocks/{}", made.id);
        let body = json!({ "kind": "prefix", "number": "1900*", "note": "" });
        let changed: Block = server.by(office, Method::PUT, &path).json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!((changed.kind, changed.number.as_str()), (pbx_api::BlockKind::Prefix, "+1900"));
        create(&server, office, &again).await;
        let taken = server.by(office, Method::PUT, &path).json(&again).send().await.unwrap();
        problem(taken, Code::Taken).await;
        let moved = json!({ "client": server.north.beta.id, "kind": "anonymous" });
        let answer = server.by(office, Method::PUT, &path).json(&moved).send().await.unwrap();
        assert_eq!(problem(answer, Code::Invalid).await.errors[0].field, "client");
        // Another client's is a missing one.
        problem(server.by(&server.north.beta.office, Method::PUT, &path).json(&body).send().await.unwrap(), Code::NotFound).await;
        problem(server.by(&server.north.beta.office, Method::DELETE, &path).send().await.unwrap(), Code::NotFound).await;
        assert_eq!(listed(&server, office).await.len(), 2);
        let gone = server.by(office, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        problem(server.by(office, Method::DELETE, &path).send().await.unwrap(), Code::NotFound).await;
        assert_eq!(listed(&server, office).await.len(), 1);
    }

    async fn what_is_wrong_stands_beside_its_field(server) {
        let office = &server.north.acme.office;
        for (body, told) in [
            (json!({ "kind": "number", "number": "1001" }), "number can't be read: write it like +1 519 555 0142"),
            (json!({ "kind": "number", "number": "" }), "number can't be read: write it like +1 519 555 0142"),
            (json!({ "kind": "prefix", "number": "x" }), "number is not the beginning of a number, such as +1900"),
            (json!({ "kind": "anonymous", "note": "n".repeat(201) }), "note has at most 200 characters"),
        ] {
            assert_eq!(refused(&server, office, &body, Code::Invalid).await, [told]);
        }
        assert_eq!(refused(&server, office, &json!({ "kind": "anonymous", "colour": 1 }), Code::Invalid).await, ["colour unknown field `colour`"]);
        // A foreign client in the body is a missing one.
        for client in [server.north.beta.id, server.south.acme.id] {
            refused(&server, office, &json!({ "client": client, "kind": "anonymous" }), Code::NotFound).await;
        }
        refused(&server, &server.north.owner, &json!({ "client": server.south.acme.id, "kind": "anonymous" }), Code::NotFound).await;
        // Users block nobody, nor does who may only read.
        refused(&server, &server.north.acme.ann.1, &json!({ "kind": "anonymous" }), Code::Forbidden).await;
        assert_eq!(listed(&server, &server.north.acme.ann.1).await, []);
    }

    async fn a_file_is_taken_whole_or_not_at_all(server) {
        let office = &server.north.acme.office;
        let good = "number,note\n202-555-0142,rude\n+1900*,\nanonymous,hidden\n";
        let look = import(&server, office, true, good).await;
        assert_eq!((look.rows, look.added, look.error_count), (3, 0, 0));
        assert_eq!(listed(&server, office).await, []);
        let broken = "number,note\n202-555-0142,\n12,\n";
        let look = import(&server, office, false, broken).await;
        assert_eq!((look.added, look.errors[0].line, look.errors[0].column.as_str()), (0, 3, "number"));
        assert_eq!(listed(&server, office).await, []);
        assert_eq!(import(&server, office, false, good).await.added, 3);
        assert_eq!(listed(&server, office).await.len(), 3);
        // The same file again would be three duplicates.
        let again = import(&server, office, false, good).await;
        assert_eq!((again.added, again.error_count), (0, 3));
        let many: String = (0..10_000).map(|n| format!("+1202556{n:04}\n")).collect();
        assert_eq!(import(&server, &server.north.owner, false, &format!("number\n{many}")).await.added, 10_000);
        assert_eq!(listed(&server, office).await.len(), 3);
        let foreign = json!({ "client": server.north.beta.id, "text": "number\n" });
        problem(server.by(office, Method::POST, "/v1/blocks/import").json(&foreign).send().await.unwrap(), Code::NotFound).await;
    }

    async fn every_change_is_written_down(server) {
        let office = &server.north.acme.office;
        let made = create(&server, office, &json!({ "kind": "anonymous" })).await;
        let path = format!("/v1/blocks/{}", made.id);
        server.by(office, Method::PUT, &path).json(&json!({ "kind": "anonymous", "note": "n" })).send().await.unwrap();
        server.by(office, Method::DELETE, &path).send().await.unwrap();
        import(&server, office, false, "number\n+12025550142\n").await;
        create(&server, &server.north.owner, &json!({ "kind": "anonymous" })).await;
        let entries = crate::support::audit(&server, server.north.tenant).await;
        let of_acme: Vec<&str> = entries.iter().filter(|(_, client)| client.is_some()).map(|(action, _)| action.as_str()).collect();
        assert_eq!(of_acme, ["block.create", "block.change", "block.remove", "block.import"]);
        // The reseller's own names no client, so no client reads it.
        assert_eq!(entries.last().unwrap(), &("block.create".to_owned(), None));
    }

    async fn the_clients_own_block_counts_first(server) {
        let acme = &server.north.acme;
        let resellers = create(&server, &server.north.owner, &json!({ "kind": "prefix", "number": "+1202" })).await;
        let stopping = async |tenant, given: &str| {
            let mut tx = server.app.db.look(tenant).await.unwrap();
            let e164 = pbx_numbers::normalise(given, "US");
            let found = pbx_core::blocks::store::stopping(&mut tx, acme.id, given, e164.as_deref()).await.unwrap();
            found.map(|block| block.id)
        };
        assert_eq!(stopping(server.north.tenant, "2025550142").await, Some(resellers.id));
        assert_eq!(stopping(server.north.tenant, "3035550142").await, None);
        assert_eq!(stopping(server.north.tenant, "anonymous").await, None);
        // Through a client's login it is not there.
        assert_eq!(stopping(acme.office.scope.unwrap(), "2025550142").await, None);
        // Nor for another reseller.
        assert_eq!(stopping(server.south.tenant, "2025550142").await, None);
        let own = create(&server, &acme.office, &json!({ "kind": "number", "number": "2025550142" })).await;
        assert_eq!(stopping(server.north.tenant, "2025550142").await, Some(own.id));
        let hidden = create(&server, &acme.office, &json!({ "kind": "anonymous" })).await;
        assert_eq!(stopping(server.north.tenant, "Restricted").await, Some(hidden.id));

        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        pbx_core::blocks::store::hit(&mut tx, own.id, 5).await.unwrap();
        pbx_core::blocks::store::hit(&mut tx, own.id, 7).await.unwrap();
        tx.commit().await.unwrap();
        let seen = listed(&server, &acme.office).await.into_iter().find(|block| block.id == own.id).unwrap();
        assert_eq!((seen.hits, seen.last_hit_at_ms), (2, Some(7)));
    }

    async fn a_resellers_block_does_not_exist_for_its_clients(server) {
        let north = &server.north;
        let visible = server.add_legs(north.tenant, &north.acme, 2).await;
        let mut places = vec![("{leg}", visible[0].to_string()), ("{client}", north.acme.id.to_string()), ("{user}", north.acme.ann.0.to_string()), ("{number}", north.acme.number.to_string()), ("{profile}", north.profile.to_string())];
        let people = [&north.acme.office, &north.acme.ann.1, &north.acme.bob.1, &north.beta.office];
        let mut before = Vec::new();
        for person in people {
            before.push(answers(&server, person, &places).await);
        }
        let mut cursors = Vec::new();
        for person in people {
            let lines = server.feed(person, None).await;
            let cursor = lines.iter().rev().find_map(|line| match line { pbx_api::FeedLine::Cursor { cursor, .. } => Some(cursor.clone()), _ => None });
            cursors.push(cursor.unwrap());
        }

        let block = create(&server, &north.owner, &json!({ "kind": "prefix", "number": "+1202", "note": "spam" })).await;
        let call = stopped(&server);
        write(&server.app.db, north.tenant, std::slice::from_ref(&call)).await;
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::blocks::store::hit(&mut tx, block.id, 5).await.unwrap();
        tx.commit().await.unwrap();

        for (person, before) in people.into_iter().zip(before) {
            let after = answers(&server, person, &places).await;
            for (before, after) in before.into_iter().zip(after) {
                assert_eq!(before, after, "{}", person.email);
            }
        }
        for (person, cursor) in people.into_iter().zip(&cursors) {
            let lines = server.feed(person, Some(cursor)).await;
            assert!(lines.iter().all(|line| !matches!(line, pbx_api::FeedLine::Change(_))), "{lines:?}");
            assert!(matches!(lines[0], pbx_api::FeedLine::Begin { remaining: 0 }));
            for path in [format!("/v1/legs/{}/recording", call.leg.id), format!("/v1/calls/{}/legs", call.leg.call)] {
                problem(server.get(person, &path).await, Code::NotFound).await;
            }
            problem(server.by(person, Method::DELETE, &format!("/v1/blocks/{}", block.id)).send().await.unwrap(), if person.scope.unwrap().user().is_some() { Code::Forbidden } else { Code::NotFound }).await;
        }
        // The client may block the same callers itself, and is not told that they are.
        create(&server, &north.acme.office, &json!({ "kind": "prefix", "number": "+1202" })).await;

        // The reseller has all of it.
        places[0].1 = call.leg.id.to_string();
        let text = server.get(&north.owner, "/v1/changes").await.text().await.unwrap();
        assert!(text.contains(&call.leg.id.to_string()) && text.contains("blocked"));
        assert_eq!(server.get(&north.owner, &format!("/v1/calls/{}/legs", call.leg.call)).await.status(), StatusCode::OK);
        // And when it goes, nobody is told who never knew.
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::cdrs::store::remove(&mut tx, call.leg.id, 9).await.unwrap();
        tx.commit().await.unwrap();
        for (person, cursor) in people.into_iter().zip(&cursors) {
            let text = server.feed_answer(person, Some(cursor), None).await.text().await.unwrap();
            assert!(!text.contains(&call.leg.id.to_string()), "{text}");
        }
    }

    async fn who_may_only_read_changes_nothing(server) {
        let (office, owner) = (&server.north.acme.office, &server.north.owner);
        let made = create(&server, office, &json!({ "kind": "anonymous" })).await;
        let mut root = server.app.db.begin_root().await.unwrap();
        pbx_core::run!(root, c => sqlx::query("update account set access = 'read_only'").execute(c).await.map(|_| ())).unwrap();
        root.commit().await.unwrap();
        for by in [office, owner] {
            assert_eq!(listed(&server, by).await.len(), 1);
            refused(&server, by, &json!({ "kind": "anonymous" }), Code::Forbidden).await;
            let path = format!("/v1/blocks/{}", made.id);
            problem(server.by(by, Method::DELETE, &path).send().await.unwrap(), Code::Forbidden).await;
            let row = json!({ "dialled": "911", "caller_number": "+12025550100", "location": "x" });
            let answer = server.by(by, Method::POST, "/v1/emergency").json(&row).send().await.unwrap();
            problem(answer, Code::Forbidden).await;
            // Looking where a call would go changes nothing.
            let call = json!({ "from": { "user": server.north.acme.ann.0 }, "number": "1002" });
            let answer = server.by(by, Method::POST, "/v1/dial/simulate").json(&call).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }
}
