//! Many writers at once: no change becomes visible behind a reader's back.

use std::collections::BTreeSet;
use std::time::Duration;

use pbx_api::{Change, FeedLine, LegId};

use crate::support::{Feed, leg, write};

const WRITERS: usize = 6;
const ROUNDS: usize = 15;

stories! {
    async fn no_change_is_skipped_while_many_write(server) {
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let (db, world) = (server.app.db.clone(), server.world.clone());
            let (tenant, company) = (server.north.tenant, server.north.acme.clone());
            writers.push(tokio::spawn(async move {
                let mut added = Vec::new();
                for round in 0..ROUNDS {
                    let legs: Vec<_> = (0..=(writer * 7 + round) % 20).map(|_| leg(&world, &company, true)).collect();
                    added.extend(legs.iter().map(|new| new.leg.id));
                    if round % 3 == writer % 3 {
                        // Takes its numbers, and commits late: a later number must not overtake.
                        let mut tx = db.begin(tenant).await.unwrap();
                        pbx_core::cdrs::store::insert(&mut tx, &legs).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(3)).await;
                        tx.commit().await.unwrap();
                    } else {
                        write(&db, tenant, &legs).await;
                    }
                }
                added
            }));
        }
        // Reads as fast as it can meanwhile, always from its last cursor.
        let mut feed = Feed::default();
        let mut seen: Vec<LegId> = Vec::new();
        while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
            read(&server, &mut feed, &mut seen).await;
        }
        let mut added = BTreeSet::new();
        for writer in writers {
            added.extend(writer.await.unwrap());
        }
        read(&server, &mut feed, &mut seen).await;
        assert_eq!(seen.len(), added.len(), "none twice: nothing was written twice");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), added);
        assert_eq!(feed.legs().len(), added.len());
    }
}

async fn read(server: &crate::support::TestServer, feed: &mut Feed, seen: &mut Vec<LegId>) {
    let lines = server
        .feed(&server.north.acme.ann.1, feed.cursor.clone().as_deref())
        .await;
    seen.extend(lines.iter().filter_map(|line| match line {
        FeedLine::Change(Change::Leg(leg)) => Some(leg.id),
        _ => None,
    }));
    feed.apply(&lines);
    assert!(feed.ended);
}
