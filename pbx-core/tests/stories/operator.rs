//! The operator's command line, run as it is: numbers from a file, a backup of the running server.

use std::process::{Command, Output, Stdio};

use pbx_api::{LegId, RecordingState};
use pbx_core::config::Config;
use pbx_core::recordings::attach;
use reqwest::{Method, StatusCode};

use crate::support::{Database, Feed, TestServer, core};

fn admin(server: &TestServer, arguments: &[&str]) -> Output {
    let mut command = core(server);
    command.arg("admin").args(arguments);
    output(&mut command)
}

fn output(command: &mut Command) -> Output {
    command.stderr(Stdio::piped()).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", complained(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn record(server: &TestServer, leg: LegId, sound: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.wav");
    std::fs::write(&path, sound).unwrap();
    let app = &server.app;
    let tenant = server.north.tenant;
    attach(
        &app.db,
        &app.recordings,
        &app.world,
        tenant,
        leg,
        &path,
        "x.wav",
    )
    .await
    .unwrap();
}

stories! {
    async fn numbers_come_from_a_file_all_or_none(server) {
        let file = server.config.data_dir.join("numbers.csv");
        let name = file.display().to_string();
        let import = |extra: &[&str]| {
            let arguments = [&["number", "import", "--reseller", "north.example"], extra, &[&name]];
            admin(&server, &arguments.concat())
        };
        std::fs::write(&file, "number,client\n2025550199,acme\n2025550100,acme\nx,beta\n").unwrap();
        let refused = import(&[]);
        assert!(!refused.status.success());
        let words = complained(&refused);
        assert!(words.contains("line 3: number is in use") && words.contains("line 4: number is not"), "{words}");

        std::fs::write(&file, "Number;Client;Emergency validated\n2025550198;acme;yes\n2025550199;BETA;\n").unwrap();
        assert!(said(&import(&["--dry-run"])).contains("2 numbers would be added"));
        let numbers = async || server.json(&server.north.owner, "/v1/numbers").await["numbers"].as_array().unwrap().clone();
        assert_eq!(numbers().await.len(), 2);
        assert!(said(&import(&[])).contains("2 numbers added"));
        let all = numbers().await;
        let added = all.iter().find(|number| number["e164"] == "+12025550198").unwrap();
        assert_eq!((all.len(), &added["emergency_validated"]), (4, &true.into()));
        let id = added["id"].as_str().unwrap();
        said(&admin(&server, &["number", "validate", "--reseller", "north.example", "--id", id, "--emergency-validated", "false"]));
        let all = numbers().await;
        let added = all.iter().find(|number| number["id"] == id).unwrap();
        assert_eq!(added["emergency_validated"], false);
    }

    async fn a_running_server_is_saved_and_comes_back(server) {
        let legs = server.add_legs(server.north.tenant, &server.north.acme, 3).await;
        record(&server, legs[0], b"RIFF the first").await;
        record(&server, legs[1], b"RIFF the second").await;
        let place = server.config.data_dir.join("saved");
        let saved = place.display().to_string();
        assert!(said(&admin(&server, &["backup", &saved])).contains("2 copied, 0 already there"));

        // What came after the backup is not in it; what went after it comes back.
        server.add_legs(server.north.tenant, &server.north.acme, 1).await;
        let removed = server.by(&server.north.owner, Method::DELETE, &format!("/v1/legs/{}/recording", legs[1])).send().await.unwrap();
        assert_eq!(removed.status(), StatusCode::NO_CONTENT);
        let before = server.feed(&server.north.owner, None).await;

        let database = matches!(server.app.db, pbx_core::db::Db::Postgres(_)).then(Database::create);
        let folder = server.config.data_dir.join("restored");
        let config = Config {
            database: database.as_ref().map_or_else(
                || format!("sqlite:{}", folder.join("pbx-core.sqlite").display()),
                |database| database.url.clone(),
            ),
            recordings: folder.join("recordings").display().to_string(),
            data_dir: folder,
            ..server.config.clone()
        };
        // A recording that the backup lost is written down as deleted, not promised.
        let blobs = place.join("recordings");
        let second = walk(&blobs).into_iter().find(|path| std::fs::read(path).unwrap().ends_with(b"second")).unwrap();
        std::fs::remove_file(second).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pbx-core"));
        command.args(["--database", &config.database, "--data-dir"]).arg(&config.data_dir).args(["admin", "restore", &saved]);
        let told = said(&output(&mut command));
        assert!(told.contains("1 copied, 0 already there, 1 not in the backup"), "{told}");
        // Never over something that is there.
        let again = output(&mut command);
        assert!(!again.status.success() && complained(&again).contains("restore into"), "{}", complained(&again));

        let mut server = server;
        server.stop().await;
        server.config = config;
        server.start_again().await;
        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.owner, None).await);
        let mut known: Vec<_> = feed.legs().into_iter().map(|leg| (leg.id, leg.recording)).collect();
        known.sort_by_key(|(id, _)| legs.iter().position(|leg| leg == id));
        assert_eq!(known, [
            (legs[0], RecordingState::Available), (legs[1], RecordingState::Deleted), (legs[2], RecordingState::None),
        ]);
        let sound = server.get(&server.north.owner, &format!("/v1/legs/{}/recording", legs[0])).await;
        assert_eq!(sound.bytes().await.unwrap(), &b"RIFF the first"[..]);
        // A cursor from before the restore tells of another generation.
        let mut old = Feed::default();
        old.apply(&before);
        let answer = server.feed_answer(&server.north.owner, old.cursor.as_deref(), None).await;
        assert_eq!(answer.status(), StatusCode::GONE);
        server.stop().await;
        server.app.db.close().await;
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![path],
        })
        .collect()
}
