//! Legs for stories, and reading the feed.

use std::collections::BTreeMap;

use pbx_api::{
    CallId, CallResult, Change, Direction, FeedLine, Leg, LegId, RecordingState, RemovedKind,
};
use pbx_core::cdrs::store::{NewLeg, insert};
use pbx_core::db::{Db, Tenant};
use reqwest::StatusCode;
use uuid::Uuid;

use super::{Company, Person, TestServer};

/// A leg of Ann's, or of nobody, in a call of its own.
pub fn leg(world: &pbx_core::clock::World, company: &Company, of_ann: bool) -> NewLeg {
    let id = world.id();
    NewLeg {
        leg: Leg {
            id: LegId(id),
            call: CallId(world.id()),
            client: company.id,
            user: of_ann.then_some(company.ann.0),
            direction: Direction::Inbound,
            result: CallResult::Answered,
            started_at_ms: 1_000,
            answered_at_ms: Some(2_000),
            ended_at_ms: 9_000,
            end_estimated: false,
            ring_seconds: 1,
            talk_seconds: 7,
            from_number: "+12025550123".into(),
            from_e164: Some("+12025550123".into()),
            from_name: "Zoë 𝒵 \"Q\"".into(),
            to_number: "1001".into(),
            to_e164: None,
            cause: None,
            sip_code: None,
            recording: RecordingState::None,
            recording_info: None,
            recording_fault: None,
            source_id: "x".into(),
        },
        fingerprint: i64::from_be_bytes(id.as_bytes()[8..].try_into().unwrap()),
        identity: String::new(),
        hidden: false,
    }
}

pub async fn write(db: &Db, tenant: Tenant, legs: &[NewLeg]) {
    let mut tx = db.begin(tenant).await.unwrap();
    insert(&mut tx, legs).await.unwrap();
    tx.commit().await.unwrap();
}

impl TestServer {
    /// Adds legs: every other one Ann's. Gives their ids.
    pub async fn add_legs(&self, tenant: Tenant, company: &Company, count: usize) -> Vec<LegId> {
        let legs: Vec<NewLeg> = (0..count)
            .map(|place| leg(&self.world, company, place % 2 == 0))
            .collect();
        write(&self.app.db, tenant, &legs).await;
        legs.iter().map(|new| new.leg.id).collect()
    }

    /// Reads the feed as a client does, to its end, from a cursor.
    pub async fn feed(&self, person: &Person, after: Option<&str>) -> Vec<FeedLine> {
        let answer = self.feed_answer(person, after, None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        lines(&answer.text().await.unwrap())
    }

    pub async fn feed_answer(
        &self,
        person: &Person,
        after: Option<&str>,
        limit: Option<u64>,
    ) -> reqwest::Response {
        let mut query = Vec::new();
        query.extend(after.map(|cursor| ("after", cursor.to_owned())));
        query.extend(limit.map(|limit| ("limit", limit.to_string())));
        self.by(person, reqwest::Method::GET, "/v1/changes")
            .query(&query)
            .send()
            .await
            .unwrap()
    }
}

pub fn lines(text: &str) -> Vec<FeedLine> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// What a client holds that applies the feed: changes go in at cursor lines only.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    pub things: BTreeMap<(String, Uuid), String>,
    pub cursor: Option<String>,
    pub ended: bool,
}

impl Feed {
    pub fn apply(&mut self, lines: &[FeedLine]) {
        let mut waiting = Vec::new();
        self.ended = false;
        for line in lines {
            match line {
                FeedLine::Begin { .. } => {}
                FeedLine::Change(change) => waiting.push(change.clone()),
                FeedLine::Cursor { cursor, .. } => {
                    for change in waiting.drain(..) {
                        self.change(change);
                    }
                    self.cursor = Some(cursor.clone());
                }
                FeedLine::End { .. } => self.ended = true,
            }
        }
    }

    fn change(&mut self, change: Change) {
        let text = serde_json::to_string(&change).unwrap();
        let mut put =
            |kind: RemovedKind, id| self.things.insert((format!("{kind:?}"), id), text.clone());
        match change {
            Change::Client(client) => put(RemovedKind::Client, client.id.0),
            Change::User(user) => put(RemovedKind::User, user.id.0),
            Change::Profile(profile) => put(RemovedKind::Profile, profile.id.0),
            Change::Number(number) => put(RemovedKind::Number, number.id.0),
            Change::Leg(leg) => put(RemovedKind::Leg, leg.id.0),
            Change::Removed(gone) => self.things.remove(&(format!("{:?}", gone.kind), gone.id)),
            Change::ScopeRemoved(client) => {
                let id = client.to_string();
                self.things.retain(|_, text| !text.contains(&id));
                None
            }
        };
    }

    pub fn legs(&self) -> Vec<Leg> {
        self.things
            .values()
            .filter_map(|text| match serde_json::from_str(text).unwrap() {
                Change::Leg(leg) => Some(leg),
                _ => None,
            })
            .collect()
    }
}

/// What the audit log of a reseller holds, as it was written: the action, and whose thing it was.
pub async fn audit(server: &TestServer, tenant: Tenant) -> Vec<(String, Option<String>)> {
    let mut tx = server.app.db.look(tenant).await.unwrap();
    let reseller = tenant.reseller.to_string();
    pbx_core::run!(tx, c => sqlx::query_as(
        "select action, client_id from audit where reseller_id = $1 order by at_ms, id",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)
    .unwrap()
}
