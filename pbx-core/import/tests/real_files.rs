//! Real files: those of the lab that the repository carries, and those in the folder beside it,
//! where it exists. Totals, times, calls, recognition across formats, refusal of other kinds.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use pbx_api::{CallResult, ImportSummary};
use pbx_import::{Decision, Identity, Matcher, Options, Record, Summary, open_path};

/// The lab files that the repository carries.
fn lab() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/cdr")
}

fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    folder.is_dir().then_some(folder)
}

fn options() -> Options {
    Options {
        format: None,
        time_zone: TimeZone::get("America/New_York").expect("a zone that exists"),
    }
}

fn records(path: &Path) -> Vec<Record> {
    let mut records = open_path(path, &options()).unwrap_or_else(|refused| panic!("{refused}"));
    let all: Vec<Record> = records
        .by_ref()
        .map(|row| row.unwrap_or_else(|reject| panic!("{}: {reject:?}", path.display())))
        .collect();
    assert!(records.take_error().is_none());
    all
}

/// What a server stores, as far as recognition needs it: identity and call.
#[derive(Default)]
struct Store {
    legs: Vec<(Identity, String)>,
    by_fingerprint: HashMap<[u8; 16], Vec<usize>>,
}

impl Store {
    fn import(&mut self, files: &[&Path]) -> ImportSummary {
        let mut summary = Summary::new();
        for file in files {
            let mut matcher = Matcher::new();
            for record in records(file) {
                let same = self
                    .by_fingerprint
                    .entry(record.identity.fingerprint)
                    .or_default();
                let known: Vec<(usize, Identity)> = same
                    .iter()
                    .map(|at| (*at, self.legs[*at].0.clone()))
                    .collect();
                let (leg, added) = match matcher.decide(&record.identity, &known) {
                    Decision::Add => {
                        let leg = self.legs.len();
                        matcher.added(leg);
                        same.push(leg);
                        self.legs
                            .push((record.identity.clone(), record.call_key.clone()));
                        (leg, true)
                    }
                    Decision::Same { key, learned } => {
                        if let Some(learned) = learned {
                            self.legs[key].0 = learned;
                        }
                        (key, false)
                    }
                };
                let call = &self.legs[leg].1;
                summary.taken(leg, call, added, record.answered, record.billable_seconds);
            }
        }
        summary.sums()
    }
}

/// "rows 62 (Python csv)", "sum duration 195 s": the number behind the words.
fn fact(facts: &str, words: &str) -> Option<u64> {
    let rest = &facts[facts.find(words)? + words.len()..];
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[test]
fn totals_are_the_facts() {
    let Some(data) = data() else { return };
    let text = std::fs::read_to_string(data.join("facts.json")).unwrap();
    let facts: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (name, fact_of) in &facts {
        let facts = fact_of["facts"].as_str().unwrap_or("");
        let is_master = facts.contains("disposition") && facts.contains("awk NR");
        if !name.starts_with("cdr/") || !is_master || !data.join(name).exists() {
            continue;
        }
        let all = records(&data.join(name));
        let mut store = Store::default();
        let sums = store.import(&[&data.join(name)]);
        assert_eq!(Some(sums.read), fact(facts, "rows "), "{name}");
        assert_eq!(sums.added, sums.read, "{name}");
        assert_eq!(
            Some(sums.billable_seconds),
            fact(facts, "sum billsec "),
            "{name}"
        );
        let duration: u64 = all
            .iter()
            .map(|record| u64::from(record.duration_seconds))
            .sum();
        assert_eq!(Some(duration), fact(facts, "sum duration "), "{name}");
        let answered = all.iter().filter(|record| record.answered).count() as u64;
        assert_eq!(Some(answered), fact(facts, "ANSWERED "), "{name}");
        let calls = fact(facts, "so ").or_else(|| fact(facts, "distinct uniqueid "));
        assert_eq!(Some(sums.calls), calls, "{name}");
        if let Some(answered_calls) = fact(facts, "of them ") {
            assert_eq!(sums.answered_calls, answered_calls, "{name}");
        }
        assert_eq!(store.import(&[&data.join(name)]).added, 0, "{name} again");
        checked += 1;
    }
    assert!(checked >= 7, "only {checked} files were checked");
}

#[test]
fn all_forms_of_the_same_calls_give_the_same_in_any_order() {
    let folder = lab().join("asterisk22-newyork");
    let names = [
        "Master.csv",
        "Custom-FreePBX-like.csv",
        "Simple-float.csv",
        "master.db",
        "acct-1006.csv",
    ];
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    for path in &paths[..4] {
        let sums = Store::default().import(&[path]);
        let found = (
            sums.read,
            sums.added,
            sums.calls,
            sums.answered_calls,
            sums.billable_seconds,
        );
        assert_eq!(found, (62, 62, 40, 34, 140), "{}", path.display());
    }
    // Every order of the five files.
    let mut orders = vec![vec![]];
    for at in 0..paths.len() {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, at);
                    order
                })
            })
            .collect();
    }
    assert_eq!(orders.len(), 120);
    for order in orders {
        let files: Vec<&Path> = order.iter().map(|at| paths[*at].as_path()).collect();
        let mut store = Store::default();
        let sums = store.import(&files);
        assert_eq!(store.legs.len(), 62, "{order:?}");
        assert_eq!(
            (sums.read, sums.added, sums.already_there),
            (274, 62, 212),
            "{order:?}"
        );
        assert_eq!(sums.billable_seconds, 140, "{order:?}");
        // The account's copy knows all its calls by id: with it first, ids stay.
        assert_eq!(sums.answered_calls, 34, "{order:?}");
        assert_eq!(sums.calls, 40, "{order:?}");
    }
}

#[test]
fn starts_are_true_where_clocks_change() {
    let all = records(&lab().join("asterisk22-dst-fallback-newyork/Master.csv"));
    for record in &all {
        let epoch: i64 = record
            .unique_id
            .split(['-', '.'])
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(record.started_at_ms, epoch * 1000, "{}", record.unique_id);
        let length = i64::from(record.duration_seconds) * 1000;
        assert_eq!(record.ended_at_ms, record.started_at_ms + length);
        let answered = record.answered_at_ms.unwrap();
        assert!(
            (0..=1000).contains(&(answered - record.started_at_ms)),
            "{}",
            record.unique_id
        );
    }
    let Some(data) = data() else { return };
    let utc = records(&data.join("cdr/asterisk-testsuite/good.csv"));
    assert!(
        utc.iter()
            .all(|record| record.started_at_ms == 1_231_977_075_000)
    );
    let results: Vec<CallResult> = utc.iter().map(|record| record.result).collect();
    assert_eq!(
        results[2..],
        [CallResult::Failed, CallResult::NoAnswer, CallResult::Busy]
    );
}

#[test]
fn callers_and_dialled_numbers_read_well() {
    let all = records(&lab().join("asterisk22-newyork/Master.csv"));
    let name = |number: &str| {
        all.iter()
            .find(|record| record.from_number == number)
            .unwrap()
            .from_name
            .clone()
    };
    assert_eq!(name("+353012345678"), "O'Brien, Seán");
    assert_eq!(name("12025550123"), "Robert \"Bob\" Tables");
    assert_eq!(name("12025550125"), "=HYPERLINK(\"http://x\",\"y\")");
    assert_eq!(name("+81312345678"), "日本語 テスト");
    assert!(name("12025550128").starts_with("Very Long Caller Name"));
    let moved = all
        .iter()
        .find(|record| record.to_number == "1003" && record.dialled_number == "15550100");
    assert_eq!(moved.unwrap().from_number, "12025550140");
}

#[test]
fn a_freeswitch_record_is_read_whole() {
    let Some(data) = data() else { return };
    let all = records(&data.join("cdr/cgrates/freeswitch-json-cdr-1.json"));
    let [record] = &all[..] else {
        panic!("{all:?}")
    };
    assert_eq!(record.unique_id, "3da8bf84-c133-4959-9e24-e72875cb33a1");
    assert_eq!(record.call_key, record.unique_id);
    assert_eq!(
        (record.from_number.as_str(), record.to_number.as_str()),
        ("1001", "1002")
    );
    assert_eq!((record.duration_seconds, record.billable_seconds), (71, 68));
    assert_eq!(record.started_at_ms, 1_515_666_344_534);
    assert_eq!(record.answered_at_ms, Some(1_515_666_347_954));
    assert_eq!((record.cause, record.sip_code), (Some(16), Some(200)));
    assert_eq!(record.result, CallResult::Answered);
    assert_eq!(record.channel, "sofia/internal/1001@10.10.10.204");
}

/// Every file that is no call record, and a word of what it must be called.
#[test]
fn everything_else_is_refused_as_what_it_looks_like() {
    for (name, word) in [("CEL-Master.csv", "CEL"), ("queue_log", "queue_log")] {
        let path = lab().join("asterisk22-newyork").join(name);
        let refused = open_path(&path, &options()).expect_err(name).to_string();
        assert!(refused.contains(word), "{name}: {refused}");
    }
    let Some(data) = data() else { return };
    let known = [
        ("cdr/asterisk22-newyork/CEL-Master.csv", "CEL"),
        ("cdr/asterisk-testsuite/CELMaster1.csv", "CEL"),
        ("cdr/asterisk22-newyork/queue_log", "queue_log"),
        ("cdr/cisco-cucm/cdr.txt", "CUCM CDR"),
        ("cdr/cisco-cucm/cmr.txt", "CMR"),
        (
            "cdr/kamailio-acc/acc_missed_cdrs.sql",
            "SQL dump of Kamailio",
        ),
        ("cdr/kamailio-acc/acc-syslog.txt", "acc"),
        ("cdr/cgrates/opensips-flatstore-answered.txt", "OpenSIPS"),
        ("cdr/cgrates/opensips-flatstore-missed.txt", "OpenSIPS"),
        (
            "cdr/cgrates/freeswitch-channel-hangup-complete-1.txt",
            "event socket",
        ),
        (
            "cdr/cgrates/asterisk-ari-stasisstart.json",
            "ARI event (StasisStart)",
        ),
        ("cdr/cgrates/carrier-partial.csv", "11 columns"),
        ("cdr/cgrates/ers-semicolon.csv", "semicolons"),
        ("cdr/cdr-stats/CDRImport-2015-10-26.csv", "CDR-Stats"),
    ];
    for (name, word) in known {
        let refused = open_path(&data.join(name), &options())
            .expect_err(name)
            .to_string();
        assert!(refused.contains(word), "{name}: {refused}");
    }
    let mut folders: Vec<PathBuf> = ["live", "audio", "pcap", "numbering", "licences"]
        .map(|name| data.join(name))
        .to_vec();
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let refused = open_path(&path, &options());
            assert!(
                refused.is_err(),
                "{} was taken as {refused:?}",
                path.display()
            );
            count += 1;
            if std::env::var_os("SHOW_REFUSALS").is_some() {
                eprintln!("{}", refused.unwrap_err());
            }
        }
    }
    assert!(count > 100);
}

/// An upload of a database, and one with a journal beside it.
#[test]
fn databases_are_read_from_streams_and_beside_a_journal() {
    let master = lab().join("asterisk22-newyork/master.db");
    let file = std::fs::File::open(&master).unwrap();
    let uploaded = pbx_import::open(file, "upload", &options()).unwrap();
    assert_eq!(uploaded.format(), pbx_import::Format::AsteriskSqlite);
    assert_eq!(uploaded.filter(Result::is_ok).count(), 62);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live #1.db");
    let writer = rusqlite::Connection::open(&path).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    writer
        .execute_batch(
            "create table cdr (calldate, src, dst, duration real, disposition, uniqueid);
             insert into cdr values ('2026-11-22 23:40:39', '1', '2', 4.3, 'BUSY', '1795408839.7'),
             ('2026-11-22 23:40:39', null, '2', 'x', 'BUSY', null);",
        )
        .unwrap();
    let rows: Vec<_> = open_path(&path, &options()).unwrap().collect();
    let [Ok(record), Err(reject)] = &rows[..] else {
        panic!("{rows:?}")
    };
    assert_eq!(record.started_at_ms, 1_795_408_839_000);
    assert_eq!(record.identity.duration_us, Some(4_300_000));
    assert_eq!(
        (reject.line, reject.reason.as_str()),
        (2, "duration \"x\" is not a number of seconds")
    );
    writer
        .execute_batch("drop table cdr; create table cel (eventtype, eventtime)")
        .unwrap();
    assert!(
        open_path(&path, &options())
            .unwrap_err()
            .to_string()
            .contains("CEL")
    );
}
