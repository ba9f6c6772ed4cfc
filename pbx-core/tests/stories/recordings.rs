//! Audio: ranges, rights, and deletion.

use pbx_api::{Code, Leg, LegId, RecordingState};
use pbx_core::recordings::{Attached, attach};
use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{Feed, TestServer, problem};

fn sound() -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((0..100_000_u32).map(|n| (n % 251) as u8));
    bytes
}

async fn recorded(server: &TestServer) -> LegId {
    let legs = server
        .add_legs(server.north.tenant, &server.north.acme, 1)
        .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.wav");
    std::fs::write(&path, sound()).unwrap();
    let app = &server.app;
    for expected in [Attached::Stored, Attached::AlreadyThere] {
        let done = attach(
            &app.db,
            &app.recordings,
            &app.world,
            server.north.tenant,
            legs[0],
            &path,
            "Zoë & co \"2\".wav",
        )
        .await
        .unwrap();
        assert_eq!(done, expected);
    }
    legs[0]
}

async fn show(server: &TestServer, person: &crate::support::Person, leg: LegId) -> Leg {
    let mut feed = Feed::default();
    feed.apply(&server.feed(person, None).await);
    feed.legs()
        .into_iter()
        .find(|known| known.id == leg)
        .unwrap()
}

stories! {
    async fn a_recording_is_played_whole_and_in_ranges(server) {
        let leg = recorded(&server).await;
        let path = format!("/v1/legs/{leg}/recording");
        let sound = sound();
        let hash = hex::encode(Sha256::digest(&sound));
        let info = show(&server, &server.north.owner, leg).await.recording_info.unwrap();
        assert_eq!((info.size_bytes, &info.sha256), (sound.len() as u64, &hash));

        for person in [&server.north.owner, &server.north.acme.office, &server.north.acme.ann.1] {
            let answer = server.get(person, &path).await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["content-type"], "audio/wav");
            assert_eq!(answer.headers()["etag"], format!("\"{hash}\""));
            assert_eq!(answer.headers()["content-length"], sound.len().to_string());
            assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"Zo_ & co _2_.wav\"; filename*=UTF-8''Zo%C3%AB%20%26%20co%20%222%22.wav");
            assert_eq!(answer.bytes().await.unwrap(), sound);
        }
        let head = server.by(&server.north.owner, Method::HEAD, &path).send().await.unwrap();
        assert_eq!(head.headers()["content-length"], sound.len().to_string());

        // A download that is cut again and again, resumed.
        let mut got: Vec<u8> = Vec::new();
        while got.len() < sound.len() {
            let range = format!("bytes={}-{}", got.len(), got.len() + 30_000);
            let answer = server.by(&server.north.owner, Method::GET, &path).header("range", range).header("if-range", format!("\"{hash}\"")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
            assert!(answer.headers()["content-range"].to_str().unwrap().ends_with(&format!("/{}", sound.len())));
            got.extend(answer.bytes().await.unwrap());
        }
        assert_eq!(got, sound);
        let last = server.by(&server.north.owner, Method::GET, &path).header("range", "bytes=-10").send().await.unwrap();
        assert_eq!(last.bytes().await.unwrap(), sound[sound.len() - 10..]);
        let beyond = server.by(&server.north.owner, Method::GET, &path).header("range", "bytes=100004-").send().await.unwrap();
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(beyond.headers()["content-range"], "bytes */100004");
        let known = server.by(&server.north.owner, Method::GET, &path).header("if-none-match", format!("\"{hash}\"")).send().await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    }

    async fn the_clients_switch_stops_the_client_alone(server) {
        let leg = recorded(&server).await;
        let mut tx = server.app.db.begin(server.north.tenant).await.unwrap();
        let client = pbx_core::clients::store::by_realm(&mut tx, "acme").await.unwrap().unwrap();
        pbx_core::clients::store::change(&mut tx, &pbx_api::Client { recordings_allowed: false, ..client }, 1).await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/v1/legs/{leg}/recording");
        problem(server.get(&server.north.acme.office, &path).await, Code::Forbidden).await;
        let seen = show(&server, &server.north.acme.office, leg).await;
        assert_eq!((seen.recording, seen.recording_info), (RecordingState::Available, None));
        assert_eq!(server.get(&server.north.acme.ann.1, &path).await.status(), StatusCode::OK);
        assert_eq!(server.get(&server.north.owner, &path).await.status(), StatusCode::OK);
        // Another user of the same client sees neither the leg nor its sound.
        problem(server.get(&server.north.acme.bob.1, &path).await, Code::NotFound).await;
    }

    async fn a_deletion_is_a_right_a_change_and_an_audit_entry(server) {
        let leg = recorded(&server).await;
        let path = format!("/v1/legs/{leg}/recording");
        let mut office = Feed::default();
        office.apply(&server.feed(&server.north.acme.office, None).await);
        for person in [&server.north.acme.office, &server.north.acme.ann.1] {
            problem(server.by(person, Method::DELETE, &path).send().await.unwrap(), Code::Forbidden).await;
        }
        problem(server.by(&server.south.owner, Method::DELETE, &path).send().await.unwrap(), Code::NotFound).await;
        let gone = server.by(&server.north.owner, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        problem(server.get(&server.north.owner, &path).await, Code::RecordingUnavailable).await;
        let again = server.by(&server.north.owner, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NO_CONTENT, "whoever asks twice has what it wants");
        let more = server.feed(&server.north.acme.office, office.cursor.clone().as_deref()).await;
        office.apply(&more);
        let told = office.legs().pop().unwrap();
        assert_eq!((told.recording, told.recording_info), (RecordingState::Deleted, None));
        let blobs = walk(&server.config.data_dir.join("recordings"));
        assert!(blobs.is_empty(), "{blobs:?}");
        // It does not come back by an import either.
        let file = server.config.data_dir.join("again.wav");
        std::fs::write(&file, sound()).unwrap();
        let app = &server.app;
        let again = attach(&app.db, &app.recordings, &app.world, server.north.tenant, leg, &file, "again.wav").await.unwrap();
        assert_eq!(again, Attached::AlreadyThere);
        let mut tx = app.db.look(server.north.tenant).await.unwrap();
        let entries: Vec<(String, String, String)> = pbx_core::run!(tx, c => sqlx::query_as("select action, subject_id, address from audit").fetch_all(c).await).unwrap();
        assert_eq!(entries, [("recording.delete".to_owned(), leg.to_string(), "127.0.0.1".to_owned())]);
    }

    async fn the_sweep_settles_what_a_crash_left(server) {
        let leg = recorded(&server).await;
        let tenant = server.north.tenant;
        // Marked, and then the power went.
        let mut tx = server.app.db.begin(tenant).await.unwrap();
        pbx_core::recordings::store::mark_deleting(&mut tx, leg, server.world.now_ms()).await.unwrap();
        pbx_core::cdrs::store::set_recording(&mut tx, leg, RecordingState::Deleted, None).await.unwrap();
        // A copy that began two hours ago and never ended.
        let other = server.north.acme.ann.0;
        pbx_core::recordings::store::claim(&mut tx, LegId(other.0), "y.wav", server.world.now_ms() - 7_200_000).await.unwrap();
        tx.commit().await.unwrap();
        let folder = server.config.data_dir.join("recordings");
        assert_eq!(walk(&folder).len(), 1);
        pbx_core::recordings::sweep(&server.app.db, &server.app.recordings, &server.world).await.unwrap();
        assert!(walk(&folder).is_empty());
        let mut tx = server.app.db.begin(tenant).await.unwrap();
        let free = pbx_core::recordings::store::claim(&mut tx, LegId(other.0), "y.wav", 0).await.unwrap();
        assert!(free.is_some(), "what never was whole may come again");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path())
            } else {
                files.push(entry.path())
            }
        }
    }
    files
}
