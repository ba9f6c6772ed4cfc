//! A log that is longer than anybody reads at once, read page by page while it grows.

use std::collections::BTreeSet;

use pbx_api::{AuditId, AuditPage};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clients::send;
use crate::support::{Person, TestServer};

const USERS: usize = 210;
const ENTRIES: usize = 2_300;
/// What the desktop asks for.
const PAGE: usize = 500;

async fn staff(server: &TestServer, office: &Person) -> Vec<Value> {
    let mut file = "first_name,extension\n".to_owned();
    for place in 0..USERS {
        file += &format!("U{place},{}\n", 2000 + place);
    }
    let path = format!("/v1/users/import?client={}", server.north.acme.id);
    let request = server.by(office, Method::POST, &path).body(file);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let made = answer["made"].as_array().unwrap().iter();
    made.map(|user| user["id"].clone()).collect()
}

/// Everybody moves: an entry for each.
async fn move_all(server: &TestServer, by: &Person, staff: &[Value], department: &str) {
    let body = json!({ "users": staff, "set": { "department": department } });
    let answer = send(server, by, Method::POST, "/v1/users/bulk", &body).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

async fn page(server: &TestServer, by: &Person, after: Option<AuditId>) -> AuditPage {
    let after = after.map_or_else(String::new, |after| format!("&after={after}"));
    let page = server
        .json(by, &format!("/v1/audit?limit={PAGE}{after}"))
        .await;
    serde_json::from_value(page).unwrap()
}

/// Every page from the newest entry on; between two of them others arrive.
async fn read_through(server: &TestServer, by: &Person, staff: &[Value]) -> Vec<AuditPage> {
    let mut pages = vec![page(server, by, None).await];
    while let Some(next) = pages.last().unwrap().next {
        // Within the millisecond of what is read, and in a later one.
        let department = format!("after page {}", pages.len());
        move_all(server, by, &staff[..3], &department).await;
        server.world.advance_ms(1);
        pages.push(page(server, by, Some(next)).await);
    }
    pages
}

stories! {
    async fn a_long_log_is_read_to_its_end_without_a_gap_or_a_repeat(server) {
        let office = &server.north.acme.office;
        let staff = staff(&server, office).await;
        let mut moves = 0;
        while staff.len() * (moves + 1) < ENTRIES {
            moves += 1;
            move_all(&server, office, &staff, &format!("Move {moves}")).await;
            // Half of them share their millisecond with the ones before.
            server.world.advance_ms(i64::from(moves % 2 == 0));
        }
        let all = staff.len() * (moves + 1);
        assert!(all > 2000, "{all}");

        let pages = read_through(&server, office, &staff).await;
        assert_eq!(pages.len(), all.div_ceil(PAGE));
        let rows: Vec<_> = pages.iter().flat_map(|page| &page.rows).collect();
        assert_eq!(rows.len(), all, "all that there was, and nothing that came meanwhile");
        let ids: BTreeSet<_> = rows.iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), all, "each once");
        for pair in rows.windows(2) {
            assert!((pair[0].at_ms, pair[0].id) > (pair[1].at_ms, pair[1].id));
        }
        let of = |department: &str| {
            rows.iter().filter(|entry| entry.after.as_ref().is_some_and(|user| user["department"] == department)).count()
        };
        for place in 1..=moves {
            assert_eq!(of(&format!("Move {place}")), staff.len());
        }
        let made = rows.iter().filter(|entry| entry.action == "user.create").count();
        assert_eq!(made, staff.len(), "also the oldest");

        // Whoever asks again reads what came, and then the same as before.
        let came = page(&server, office, None).await;
        assert_eq!(came.rows[0].after.as_ref().unwrap()["department"], format!("after page {}", pages.len() - 1));
        let new = 3 * (pages.len() - 1);
        let again: Vec<_> = came.rows[new..].iter().map(|entry| entry.id).collect();
        let before: Vec<_> = rows[..PAGE - new].iter().map(|entry| entry.id).collect();
        assert_eq!(again, before);
    }
}
