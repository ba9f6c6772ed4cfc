//! Call records in from files, by HTTP and by the command.

use std::path::Path;
use std::process::Command;

use pbx_api::{Code, ImportSummary};
use reqwest::{Method, StatusCode};

use crate::support::{Feed, TestServer, problem};

const NEW_YORK: &str = include_str!("../../../tests/data/cdr/asterisk22-newyork/Master.csv");

async fn import(
    server: &TestServer,
    query: &str,
    body: impl Into<reqwest::Body>,
) -> reqwest::Response {
    let path = format!("/v1/cdrs/import?time_zone=America/New_York&{query}");
    server
        .by(&server.north.owner, Method::POST, &path)
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn summary(answer: reqwest::Response) -> (ImportSummary, Vec<pbx_api::RejectedRow>) {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    (
        serde_json::from_value(value["summary"].clone()).unwrap(),
        serde_json::from_value(value["rejected"].clone()).unwrap(),
    )
}

stories! {
    async fn the_same_file_twice_adds_nothing(server) {
        let (first, rejected) = summary(import(&server, "client=acme", NEW_YORK).await).await;
        let expected = ImportSummary { read: 62, added: 62, already_there: 0, rejected: 0, calls: 40, answered_calls: 34, billable_seconds: 140 };
        assert_eq!(first, expected);
        assert!(rejected.is_empty());
        let (again, _) = summary(import(&server, "client=acme", NEW_YORK).await).await;
        assert_eq!(again, ImportSummary { added: 0, already_there: 62, ..expected });

        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.acme.office, None).await);
        let legs = feed.legs();
        assert_eq!(legs.len(), 62);
        let calls: std::collections::BTreeSet<_> = legs.iter().map(|leg| leg.call).collect();
        assert_eq!(calls.len(), 40);
        let mut ann = Feed::default();
        ann.apply(&server.feed(&server.north.acme.ann.1, None).await);
        assert!(!ann.legs().is_empty() && ann.legs().len() < 62);
        let detail = server.json(&server.north.owner, &format!("/v1/calls/{}/legs", legs[0].call)).await;
        assert!(!detail["legs"].as_array().unwrap().is_empty());
    }

    async fn two_imports_of_one_file_at_once_add_it_once(server) {
        let (one, two) = tokio::join!(import(&server, "client=acme", NEW_YORK), import(&server, "client=acme", NEW_YORK));
        let (one, two) = (summary(one).await.0, summary(two).await.0);
        assert_eq!((one.added + two.added, one.already_there + two.already_there), (62, 62));
    }

    async fn bad_rows_are_told_and_the_rest_is_taken(server) {
        let mut lines: Vec<&str> = NEW_YORK.lines().take(10).collect();
        lines[3] = "\"acct-1006\",\"1006\",\"1004";
        lines[6] = "what is this";
        let (sum, rejected) = summary(import(&server, "client=acme&name=Bad.csv", lines.join("\n")).await).await;
        assert_eq!(sum.read, sum.added + sum.already_there + sum.rejected);
        assert_eq!((sum.added, sum.rejected), (8, 2), "{rejected:?}");
        assert_eq!(rejected.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 7]);
        assert!(rejected.iter().all(|row| row.file == "Bad.csv" && !row.reason.is_empty()));
    }

    async fn accounts_and_domains_find_their_clients(server) {
        let rules = "account = acct-1006 -> acme\ndefault -> beta";
        let query = format!("map={}", rules.replace(' ', "%20").replace('\n', "%0A").replace('>', "%3E"));
        let (sum, _) = summary(import(&server, &query, NEW_YORK).await).await;
        assert_eq!(sum.added, 62);
        let mut acme = Feed::default();
        acme.apply(&server.feed(&server.north.acme.office, None).await);
        let mut beta = Feed::default();
        beta.apply(&server.feed(&server.north.beta.office, None).await);
        assert_eq!(acme.legs().len() + beta.legs().len(), 62);
        assert!(!acme.legs().is_empty() && !beta.legs().is_empty());

        // Without a rule and without a realm in the rows nobody's call becomes somebody's.
        let (sum, rejected) = summary(import(&server, "", NEW_YORK).await).await;
        assert_eq!((sum.added, sum.rejected), (0, 62));
        assert!(rejected[0].reason.contains("realm"), "{}", rejected[0].reason);
        for bad in ["client=nobody", "map=account", "map=default%20-%3E%20nobody", "client=acme&map=default%20-%3E%20acme"] {
            problem(import(&server, bad, NEW_YORK).await, Code::Invalid).await;
        }
        let zone = server.by(&server.north.owner, Method::POST, "/v1/cdrs/import?time_zone=Mars&client=acme").body(NEW_YORK).send().await.unwrap();
        assert_eq!(problem(zone, Code::Invalid).await.errors[0].field, "time_zone");
        problem(import(&server, "client=acme&format=word", NEW_YORK).await, Code::Invalid).await;
    }

    async fn other_files_are_refused_as_what_they_look_like(server) {
        for body in ["", "%PDF-1.7", "{\"hello\": 1}", "a,b,c\n1,2,3\n", "<html></html>", "\u{0}\u{1}\u{2}"] {
            let told = problem(import(&server, "client=acme", body).await, Code::UnknownFormat).await;
            assert!(told.detail.unwrap().contains("looks like"));
        }
        assert!(server.feed(&server.north.acme.office, None).await.len() < 12);
    }

    /// Names, quotes, four-byte characters and bytes that are no text come through as they are.
    async fn texts_come_through(server) {
        let row = |name: &str, id: usize| format!("\"\",\"2025550100\",\"1001\",\"from-trunk\",\"\"\"{name}\"\" <2025550100>\",\"PJSIP/trunk-1\",\"PJSIP/1001-2\",\"Dial\",\"x\",\"2026-11-22 23:40:39\",\"2026-11-22 23:40:40\",\"2026-11-22 23:40:43\",4,3,\"ANSWERED\",\"DOCUMENTATION\",\"179540883{id}.1\",\"\"\n");
        let mut body = row("Zo\u{eb} 𝒵🦀 \u{627}", 7).into_bytes();
        body.extend(row("=cmd|x'!A1", 8).bytes());
        body.extend(row("Caf", 9).bytes().flat_map(|b| if b == b'f' { vec![b'f', 0xe9] } else { vec![b] }));
        let (sum, rejected) = summary(import(&server, "client=acme", body).await).await;
        assert_eq!(sum.added, 3, "{rejected:?}");
        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.owner, None).await);
        let mut names: Vec<String> = feed.legs().into_iter().map(|leg| leg.from_name).collect();
        names.sort();
        assert_eq!(names, ["=cmd|x'!A1", "Café", "Zoë 𝒵🦀 ا"]);
    }

    /// The files of the folder of real data, where it is there, through the command: the totals
    /// are those that its manifest states, whatever format comes first.
    async fn the_command_gives_the_manifests_totals(server) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/cdr");
        let carried = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/cdr");
        let lab = if data.is_dir() { &data } else { &carried };
        let sums = |json: &str| -> ImportSummary { serde_json::from_str(json).expect(json) };
        let newyork = lab.join("asterisk22-newyork");
        let mut files = vec![(newyork.join("Master.csv"), 62)];
        if data.is_dir() {
            for other in ["Custom-FreePBX-like.csv", "Simple-float.csv", "master.db"] {
                files.push((newyork.join(other), 0));
            }
        }
        for (file, added) in &files {
            let (code, out, errors) = command(&server, &["--client", "acme", "--json"], file);
            assert_eq!(code, Some(0), "{errors}");
            let expected = ImportSummary { read: 62, added: *added, already_there: 62 - added, rejected: 0, calls: 40, answered_calls: 34, billable_seconds: 140 };
            assert_eq!(sums(&out), expected, "{}", file.display());
        }
        let (_, out, _) = command(&server, &["--client", "acme", "--json"], &lab.join("asterisk22-dst-fallback-newyork/Master.csv"));
        let told = sums(&out);
        assert_eq!((told.read, told.added, told.calls, told.billable_seconds), (20, 20, 10, 27_240));
        // The true start is in the unique id, in the hour that came twice as well.
        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.owner, None).await);
        for leg in feed.legs().iter().filter(|leg| leg.source_id.starts_with("pbx7-1762")) {
            let epoch: i64 = leg.source_id["pbx7-".len()..].split('.').next().unwrap().parse().unwrap();
            assert!((leg.started_at_ms / 1000 - epoch).abs() <= 5, "{leg:?}");
        }
        if data.is_dir() {
            let before = feed.things.len();
            for other in ["asterisk22-newyork/CEL-Master.csv", "asterisk22-newyork/queue_log", "cisco-cucm/cdr.txt", "cisco-cucm/cmr.txt", "kamailio-acc/acc_missed_cdrs.sql", "kamailio-acc/acc-syslog.txt", "cgrates/opensips-flatstore-answered.txt", "cdr-stats/CDRImport-2015-10-26.csv"] {
                let (code, out, errors) = command(&server, &["--client", "acme", "--json"], &data.join(other));
                assert_eq!(code, Some(2), "{other}");
                assert_eq!(sums(&out), ImportSummary::default());
                assert!(errors.contains("looks like"), "{errors}");
            }
            let mut after = Feed::default();
            after.apply(&server.feed(&server.north.owner, None).await);
            assert_eq!(after.things.len(), before);
        }
    }

    async fn a_command_that_takes_nothing_fails(server) {
        let folder = tempfile::tempdir().unwrap();
        let (code, out, errors) = command(&server, &["--client", "acme", "--json"], folder.path());
        assert_eq!(code, Some(2), "{errors}");
        assert_eq!(serde_json::from_str::<ImportSummary>(&out).unwrap(), ImportSummary::default());
        assert!(errors.contains("no row to read"), "{errors}");
        let file = folder.path().join("Master.csv");
        std::fs::write(&file, NEW_YORK).unwrap();
        // No rule and no realm says whose the rows are.
        let (code, _, errors) = command(&server, &["--json"], &file);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("every row was rejected"), "{errors}");
        for _ in 0..2 {
            let (code, _, errors) = command(&server, &["--client", "acme", "--format", "cdr_csv"], &file);
            assert_eq!(code, Some(0), "{errors}");
        }
    }

    async fn the_command_keeps_rejects_and_attaches_recordings(server) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Master.csv");
        let mut lines: Vec<&str> = NEW_YORK.lines().collect();
        lines.insert(2, "broken,\"row");
        std::fs::write(&file, lines.join("\n")).unwrap();
        let sounds = folder.path().join("sounds/2026/11");
        std::fs::create_dir_all(&sounds).unwrap();
        std::fs::write(sounds.join("in-1001-20261122-1795408916.57.wav"), b"RIFF....WAVE").unwrap();
        std::fs::write(sounds.join("unrelated.wav"), b"RIFF").unwrap();
        std::fs::write(sounds.join("notes.txt"), b"x").unwrap();
        let rejects = folder.path().join("rejects.csv");
        let args = ["--client", "acme", "--rejects", rejects.to_str().unwrap(), "--recordings", folder.path().to_str().unwrap()];
        let (code, out, errors) = command(&server, &args, &file);
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.contains("63 rows read: 62 added, 0 already there, 1 rejected"), "{out}");
        assert!(errors.contains("recordings: 1 stored, 0 already there, 1 fit no record"), "{errors}");
        let kept = std::fs::read_to_string(&rejects).unwrap();
        assert!(kept.starts_with("file,line,reason,row\r\n\"Master.csv\",3,"), "{kept}");
        let (_, _, errors) = command(&server, &args, &file);
        assert!(errors.contains("recordings: 0 stored, 1 already there"), "{errors}");
        let mut feed = Feed::default();
        feed.apply(&server.feed(&server.north.owner, None).await);
        let recorded: Vec<_> = feed.legs().into_iter().filter(|leg| leg.recording_info.is_some()).collect();
        // Of the two rows of that call, the one that was answered has it.
        assert_eq!(recorded.len(), 1);
        assert_eq!((recorded[0].source_id.as_str(), recorded[0].result), ("pbx7-1795408916.57", pbx_api::CallResult::Answered));
        let answer = server.get(&server.north.owner, &format!("/v1/legs/{}/recording", recorded[0].id)).await;
        assert_eq!(answer.text().await.unwrap(), "RIFF....WAVE");
    }
}

/// The real binary against the story's database, while its server runs.
fn command(server: &TestServer, args: &[&str], file: &Path) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pbx-core"))
        .args(["--database", &server.config.database, "--data-dir"])
        .arg(&server.config.data_dir)
        .args([
            "import",
            "--reseller",
            "north.example",
            "--time-zone",
            "America/New_York",
        ])
        .args(args)
        .arg(file)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}
