//! The feed against a model: whatever happens, and wherever answers are cut, what a reader holds
//! is what a naive look at everything would give it.

use std::collections::BTreeMap;

use pbx_api::{LegId, RecordingState, UserId};
use pbx_core::cdrs;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::{Feed, Person, TestServer, lines};

/// One thing that happens. Places are taken modulo what is there.
#[derive(Debug, Clone)]
enum Event {
    Add {
        beta: bool,
        count: usize,
    },
    Remove {
        place: usize,
    },
    Record {
        place: usize,
        deleted: bool,
    },
    /// A reader asks, takes so many changes at most, and loses the answer after so many lines.
    Read {
        reader: usize,
        limit: u64,
        cut: usize,
    },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (any::<bool>(), 1..40_usize).prop_map(|(beta, count)| Event::Add { beta, count }),
        2 => any::<usize>().prop_map(|place| Event::Remove { place }),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(place, deleted)| Event::Record { place, deleted }),
        5 => (0..4_usize, 1..60_u64, 0..70_usize).prop_map(|(reader, limit, cut)| Event::Read { reader, limit, cut }),
    ]
}

/// What the server holds, as the story knows it.
#[derive(Default)]
struct Model(BTreeMap<LegId, (pbx_api::ClientId, Option<UserId>, RecordingState)>);

impl Model {
    fn seen_by(&self, person: &Person) -> BTreeMap<LegId, RecordingState> {
        let tenant = person.scope.unwrap();
        self.0
            .iter()
            .filter(|(_, (client, user, _))| {
                tenant.client().is_none_or(|own| own == *client)
                    && tenant.user().is_none_or(|own| Some(own) == *user)
            })
            .map(|(leg, (_, _, recording))| (*leg, *recording))
            .collect()
    }

    fn at(&self, place: usize) -> Option<LegId> {
        self.0.keys().nth(place.checked_rem(self.0.len())?).copied()
    }
}

async fn happen(server: &TestServer, model: &mut Model, event: &Event) {
    let north = &server.north;
    match *event {
        Event::Add { beta, count } => {
            let company = if beta { &north.beta } else { &north.acme };
            let legs = server.add_legs(north.tenant, company, count).await;
            for (place, leg) in legs.into_iter().enumerate() {
                let user = (place % 2 == 0).then_some(company.ann.0);
                model
                    .0
                    .insert(leg, (company.id, user, RecordingState::None));
            }
        }
        Event::Remove { place } => {
            let Some(leg) = model.at(place) else { return };
            let mut tx = server.app.db.begin(north.tenant).await.unwrap();
            cdrs::store::remove(&mut tx, leg, 1).await.unwrap();
            tx.commit().await.unwrap();
            model.0.remove(&leg);
        }
        Event::Record { place, deleted } => {
            let Some(leg) = model.at(place) else { return };
            let state = if deleted {
                RecordingState::Deleted
            } else {
                RecordingState::Pending
            };
            let mut tx = server.app.db.begin(north.tenant).await.unwrap();
            cdrs::store::set_recording(&mut tx, leg, state, None)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            model.0.get_mut(&leg).unwrap().2 = state;
        }
        Event::Read { .. } => {}
    }
}

stories! {
    async fn readers_hold_what_a_naive_look_gives(server) {
        let mut runner = TestRunner::deterministic();
        let events = proptest::collection::vec(event(), 250).new_tree(&mut runner).unwrap().current();
        let north = &server.north;
        let people = [&north.owner, &north.acme.office, &north.beta.office, &north.acme.ann.1];
        let mut feeds: [Feed; 4] = std::array::from_fn(|_| Feed::default());
        let mut model = Model::default();
        for event in &events {
            happen(&server, &mut model, event).await;
            if let Event::Read { reader, limit, cut } = *event {
                let answer = server.feed_answer(people[reader], feeds[reader].cursor.clone().as_deref(), Some(limit)).await;
                let all = lines(&answer.text().await.unwrap());
                feeds[reader].apply(&all[..cut.min(all.len())]);
            }
        }
        assert!(!model.0.is_empty());
        for (person, feed) in people.into_iter().zip(&mut feeds) {
            let rest = server.feed(person, feed.cursor.clone().as_deref()).await;
            feed.apply(&rest);
            let held: BTreeMap<_, _> = feed.legs().into_iter().map(|leg| (leg.id, leg.recording)).collect();
            assert_eq!(held, model.seen_by(person), "{}", person.email);
            let mut fresh = Feed::default();
            fresh.apply(&server.feed(person, None).await);
            assert_eq!(feed.things, fresh.things, "{}", person.email);
        }
    }
}
