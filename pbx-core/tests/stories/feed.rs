//! The change feed, as a client reads it.

use pbx_api::{Change, Code, FeedLine, Removed, RemovedKind};
use reqwest::StatusCode;

use crate::support::{Feed, lines, problem};

fn cursors(lines: &[FeedLine]) -> Vec<(String, u64)> {
    lines
        .iter()
        .filter_map(|line| match line {
            FeedLine::Cursor { cursor, remaining } => Some((cursor.clone(), *remaining)),
            _ => None,
        })
        .collect()
}

stories! {
    /// Reads k lines, is cut, and goes on from the last cursor it saw: whatever k is, the result is
    /// that of the answer that nobody cut.
    async fn a_cut_at_any_line_loses_nothing(server) {
        server.add_legs(server.north.tenant, &server.north.acme, 2_500).await;
        let all = server.feed(&server.north.owner, None).await;
        let mut whole = Feed::default();
        whole.apply(&all);
        assert!(whole.ended);
        assert_eq!(whole.legs().len(), 2_500);
        let FeedLine::Begin { remaining } = all[0] else { panic!("the first line") };
        assert_eq!(remaining, 2_500 + 2 + 4 + 2 + 1);
        let told: Vec<u64> = cursors(&all).into_iter().map(|(_, remaining)| remaining).collect();
        assert_eq!(told, [1_509, 509, 0]);
        assert_eq!(all.last(), Some(&FeedLine::End { caught_up: true }));

        let borders: Vec<usize> = all
            .iter()
            .enumerate()
            .filter(|(_, line)| matches!(line, FeedLine::Cursor { .. }))
            .flat_map(|(at, _)| [at - 1, at, at + 1, at + 2, at + 100])
            .chain([0, 1, 2])
            .filter(|cut| *cut <= all.len())
            .collect();
        for cut in borders {
            let mut resumed = Feed::default();
            resumed.apply(&all[..cut]);
            let rest = server.feed(&server.north.owner, resumed.cursor.clone().as_deref()).await;
            resumed.apply(&rest);
            assert_eq!(resumed.things, whole.things, "cut after line {cut}");
        }
    }

    async fn a_limit_ends_an_answer_early_and_says_so(server) {
        server.add_legs(server.north.tenant, &server.north.acme, 1_700).await;
        let mut feed = Feed::default();
        let mut rounds = 0;
        loop {
            let answer = server.feed_answer(&server.north.owner, feed.cursor.clone().as_deref(), Some(700)).await;
            let lines = lines(&answer.text().await.unwrap());
            assert!(lines.iter().filter(|line| matches!(line, FeedLine::Change(_))).count() <= 700);
            feed.apply(&lines);
            rounds += 1;
            if lines.last() == Some(&FeedLine::End { caught_up: true }) {
                break;
            }
        }
        assert_eq!((rounds, feed.legs().len()), (3, 1_700));
    }

    async fn compressed_and_plain_are_the_same(server) {
        server.add_legs(server.north.tenant, &server.north.acme, 1_100).await;
        let plain = reqwest::Client::builder().no_proxy().no_zstd().build().unwrap();
        let address = format!("{}/v1/changes", server.url);
        let token = &server.north.owner.token;
        let as_it_is = plain.get(&address).bearer_auth(token).send().await.unwrap();
        assert!(as_it_is.headers().get("content-encoding").is_none());
        let expected = as_it_is.text().await.unwrap();
        let packed = plain.get(&address).bearer_auth(token).header("accept-encoding", "gzip;q=0.5, zstd").send().await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "zstd");
        let bytes = packed.bytes().await.unwrap();
        assert!(bytes.len() * 4 < expected.len());
        let unpacked = zstd::decode_all(&bytes[..]).unwrap();
        let mut one = Feed::default();
        one.apply(&lines(&expected));
        let mut other = Feed::default();
        other.apply(&lines(std::str::from_utf8(&unpacked).unwrap()));
        assert_eq!(one.things, other.things);
        // Half of the packed bytes give every batch that is in them.
        let mut half = Vec::new();
        let mut decoder = zstd::stream::read::Decoder::new(&bytes[..bytes.len() - 40]).unwrap();
        let _cut = std::io::Read::read_to_end(&mut decoder, &mut half);
        assert!(String::from_utf8_lossy(&half).contains("\"cursor\""));
        let gzip = plain.get(&address).bearer_auth(token).header("accept-encoding", "gzip").send().await.unwrap();
        assert_eq!(gzip.headers()["content-encoding"], "gzip");
    }

    async fn what_goes_and_what_changes_is_told(server) {
        let north = &server.north;
        let legs = server.add_legs(north.tenant, &north.acme, 10).await;
        let mut owner = Feed::default();
        owner.apply(&server.feed(&north.owner, None).await);
        let mut office = Feed::default();
        office.apply(&server.feed(&north.acme.office, None).await);
        let mut ann = Feed::default();
        ann.apply(&server.feed(&north.acme.ann.1, None).await);
        assert_eq!((owner.legs().len(), office.legs().len(), ann.legs().len()), (10, 10, 5));

        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::cdrs::store::remove(&mut tx, legs[0], 5).await.unwrap();
        pbx_core::numbers::store::remove(&mut tx, north.acme.number, 5).await.unwrap();
        tx.commit().await.unwrap();
        let told = server.feed(&north.acme.ann.1, ann.cursor.as_deref()).await;
        assert!(told.contains(&FeedLine::Change(Change::Removed(Removed { kind: RemovedKind::Leg, id: legs[0].0 }))));
        for (feed, person, legs) in [(&mut owner, &north.owner, 9), (&mut office, &north.acme.office, 9), (&mut ann, &north.acme.ann.1, 4)] {
            let more = server.feed(person, feed.cursor.clone().as_deref()).await;
            feed.apply(&more);
            assert_eq!(feed.legs().len(), legs);
            assert!(!feed.things.contains_key(&("Number".into(), north.acme.number.0)));
        }

        // A user goes: its records stay, as nobody's.
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::users::store::remove(&mut tx, north.acme.ann.0, 6).await.unwrap();
        tx.commit().await.unwrap();
        problem(server.get(&north.acme.ann.1, "/v1/me").await, Code::Unauthenticated).await;
        let more = server.feed(&north.acme.office, office.cursor.clone().as_deref()).await;
        office.apply(&more);
        assert_eq!(office.legs().len(), 9);
        assert!(office.legs().iter().all(|leg| leg.user.is_none()));
        assert!(!office.things.contains_key(&("User".into(), north.acme.ann.0.0)));

        // A client goes: one line, not ten, and a new sync knows nothing of it.
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::clients::archive::store::archive(&mut tx, north.acme.id, 7).await.unwrap();
        tx.commit().await.unwrap();
        let more = server.feed(&north.owner, owner.cursor.clone().as_deref()).await;
        assert!(more.contains(&FeedLine::Change(Change::ScopeRemoved(north.acme.id))));
        owner.apply(&more);
        let mut fresh = Feed::default();
        fresh.apply(&server.feed(&north.owner, None).await);
        assert_eq!(owner.things, fresh.things);
        assert!(fresh.legs().is_empty());
        assert!(!serde_json::to_string(&fresh.things.values().collect::<Vec<_>>()).unwrap().contains(&north.acme.id.to_string()));
    }

    async fn a_cursor_works_for_its_holder_and_its_generation_only(server) {
        let north = &server.north;
        server.add_legs(north.tenant, &north.acme, 3).await;
        let mut owner = Feed::default();
        owner.apply(&server.feed(&north.owner, None).await);
        let cursor = owner.cursor.clone().unwrap();
        for person in [&server.south.owner, &north.acme.office, &north.acme.ann.1] {
            let refused = problem(server.feed_answer(person, Some(&cursor), None).await, Code::Invalid).await;
            assert_eq!(refused.errors[0].field, "after");
        }
        for garbage in ["", "x", "%00", &cursor[1..], &cursor.replace(&cursor[..4], "AAAA")] {
            problem(server.feed_answer(&north.owner, Some(garbage), None).await, Code::Invalid).await;
        }
        // All cursors look alike: none tells how much there is.
        let mut ann = Feed::default();
        ann.apply(&server.feed(&north.acme.ann.1, None).await);
        assert_eq!(ann.cursor.unwrap().len(), cursor.len());

        let mut root = server.app.db.begin_root().await.unwrap();
        pbx_core::changes::begin_generation(&mut root, &server.world).await.unwrap();
        root.commit().await.unwrap();
        problem(server.feed_answer(&north.owner, Some(&cursor), None).await, Code::CursorGone).await;
    }

    async fn purged_marks_send_old_cursors_back_to_the_start(server) {
        let north = &server.north;
        let legs = server.add_legs(north.tenant, &north.acme, 3).await;
        let mut old = Feed::default();
        old.apply(&server.feed(&north.owner, None).await);
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        pbx_core::cdrs::store::remove(&mut tx, legs[0], 5).await.unwrap();
        tx.commit().await.unwrap();
        // Its sync begins after the removal, and is cut in the middle.
        let cut = server.feed_answer(&north.owner, None, Some(2)).await.text().await.unwrap();
        let mut young = Feed::default();
        young.apply(&lines(&cut));
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        assert_eq!(pbx_core::changes::store::purge(&mut tx, 6).await.unwrap(), 1);
        tx.commit().await.unwrap();
        problem(server.feed_answer(&north.owner, old.cursor.as_deref(), None).await, Code::CursorGone).await;
        let rest = server.feed(&north.owner, young.cursor.clone().as_deref()).await;
        young.apply(&rest);
        assert_eq!(young.legs().len(), 2);
    }

    async fn a_right_that_was_taken_starts_the_sync_anew(server) {
        let north = &server.north;
        let mut office = Feed::default();
        office.apply(&server.feed(&north.acme.office, None).await);
        let mut tx = server.app.db.begin(north.tenant).await.unwrap();
        let client = pbx_core::clients::store::by_realm(&mut tx, "acme").await.unwrap().unwrap();
        let client = pbx_api::Client { recordings_allowed: false, ..client };
        pbx_core::clients::store::change(&mut tx, &client, 1).await.unwrap();
        tx.commit().await.unwrap();
        problem(server.feed_answer(&north.acme.office, office.cursor.as_deref(), None).await, Code::CursorGone).await;
        assert_eq!(server.json(&north.acme.office, "/v1/me").await["may_play_recordings"], false);
        assert_eq!(server.json(&north.acme.ann.1, "/v1/me").await["may_play_recordings"], true);
    }

    async fn a_server_that_stops_cuts_the_feed_and_nothing_is_lost(server) {
        let mut server = server;
        server.add_legs(server.north.tenant, &server.north.acme, 30_000).await;
        let answer = server.feed_answer(&server.north.owner, None, None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        server.stop().await;
        let text = match answer.text().await {
            Ok(text) => text,
            Err(_) => return,
        };
        // Whatever came is a beginning: with an end line it is whole.
        let read = lines(&text);
        if read.last() == Some(&FeedLine::End { caught_up: true }) {
            assert_eq!(read.iter().filter(|line| matches!(line, FeedLine::Change(Change::Leg(_)))).count(), 30_000);
        }
    }
}
