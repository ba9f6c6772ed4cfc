//! The file: closed and opened, owned once, sealed, damaged, full.

use pbx_api::{Change, Leg, LegId, RecordingState, Removed, RemovedKind};
use rusqlite::Connection;

use super::{KEY, directory, id, leg, list, open};
use crate::cache::lock;
use crate::{Cache, CacheError, CallFilter, Key, Opened, Sort};

#[test]
fn legs_of_many_blocks_come_back_after_closing() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    for batch in 0..5_u32 {
        let changes: Vec<Change> = (0..3000)
            .map(|n| Change::Leg(leg(batch * 3000 + n, (batch * 3000 + n) / 2)))
            .collect();
        cache.apply(&changes, "c").expect("apply");
    }
    // A leg in the first block changes, one in the third goes.
    let changed = Leg {
        recording: RecordingState::Pending,
        talk_seconds: 999,
        ..leg(17, 8)
    };
    let gone = Change::Removed(Removed {
        kind: RemovedKind::Leg,
        id: id(1, 9000),
    });
    cache
        .apply(&[Change::Leg(changed.clone()), gone], "d")
        .expect("apply");
    let before = list(&cache, &CallFilter::default(), Sort::default());
    drop(cache);
    let cache = open(folder.path());
    assert_eq!(
        list(&cache, &CallFilter::default(), Sort::default()),
        before
    );
    assert_eq!(cache.size(), (7500, 14_999));
    assert_eq!(
        cache.leg(changed.id).expect("leg").expect("there").leg,
        changed
    );
    assert_eq!(cache.leg(LegId(id(1, 9000))).expect("leg"), None);
    assert_eq!(cache.cursor().expect("cursor").as_deref(), Some("d"));
}

#[test]
fn one_in_memory_is_read_while_it_is_written_and_leaves_nothing() {
    let made = |name: &str| Cache::in_memory(name, &Key::new(&KEY)).expect("opens");
    let (cache, other) = (made("one"), made("two"));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            for batch in 0..20_u32 {
                let legs = (0..500).map(|n| Change::Leg(leg(batch * 500 + n, batch * 500 + n)));
                let changes: Vec<Change> = legs.collect();
                cache.apply(&changes, "c").expect("apply");
            }
        });
        for _ in 0..200 {
            list(&cache, &CallFilter::default(), Sort::default());
            cache.set_value("a filter", b"x").expect("a value");
            assert_eq!(
                cache.value("a filter").expect("a value").as_deref(),
                Some(&b"x"[..])
            );
        }
    });
    assert_eq!(cache.size(), (10_000, 10_000));
    assert_eq!(
        cache.leg(leg(7, 7).id).expect("leg").expect("there").leg,
        leg(7, 7)
    );
    assert_eq!(cache.cursor().expect("cursor").as_deref(), Some("c"));
    assert_eq!(
        (other.size(), other.cursor().expect("cursor")),
        ((0, 0), None)
    );
    assert_eq!(
        (cache.folder(), cache.file_bytes()),
        (std::path::Path::new(""), 0)
    );
    cache.wipe().expect("empties");
    assert_eq!(cache.size(), (0, 0));
    drop(cache);
    assert_eq!(
        made("one").cursor().expect("cursor"),
        None,
        "nobody finds it again"
    );
}

#[test]
fn one_process_owns_a_cache() {
    let folder = tempfile::tempdir().expect("temp dir");
    let _first = open(folder.path());
    assert!(matches!(
        Cache::open(folder.path(), &Key::new(&KEY)),
        Err(CacheError::InUse)
    ));
}

#[test]
fn another_key_does_not_open_it_and_nothing_readable_is_on_the_disk() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    cache
        .apply(
            &[Change::Leg(leg(1, 1)), directory().remove(0)],
            "secret-cursor",
        )
        .expect("apply");
    drop(cache);
    assert!(matches!(
        Cache::open(folder.path(), &Key::new(&[8; 32])),
        Err(CacheError::WrongKey)
    ));
    for file in std::fs::read_dir(folder.path()).expect("dir") {
        let bytes = std::fs::read(file.expect("entry").path()).expect("file");
        for text in ["2025550100", "Ana", "Brook", "secret-cursor", "pbx7-1"] {
            assert!(
                memchr::memmem::find(&bytes, text.as_bytes()).is_none(),
                "{text} is readable"
            );
        }
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_the_cache_starts_empty() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    cache.apply(&[Change::Leg(leg(1, 1))], "c").expect("apply");
    drop(cache);
    std::fs::write(
        folder.path().join("calls.sqlite3"),
        b"this is no database, it is a text of some length",
    )
    .expect("write");
    let opened = Cache::open(folder.path(), &Key::new(&KEY)).expect("opens");
    assert!(opened.set_aside.expect("set aside").exists());
    assert_eq!(opened.cache.size(), (0, 0));
    assert_eq!(opened.cache.cursor().expect("cursor"), None);
    opened
        .cache
        .apply(&[Change::Leg(leg(1, 1))], "c")
        .expect("usable");
}

#[test]
fn wiping_leaves_nothing_and_the_cache_is_usable() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    cache.apply(&[Change::Leg(leg(1, 1))], "c").expect("apply");
    cache.wipe().expect("wipe");
    assert_eq!(
        (cache.size(), cache.cursor().expect("cursor")),
        ((0, 0), None)
    );
    cache.apply(&[Change::Leg(leg(2, 2))], "e").expect("apply");
    drop(cache);
    assert_eq!(open(folder.path()).size(), (1, 1));
}

#[cfg(unix)]
#[test]
fn the_folder_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("temp dir");
    let path = folder.path().join("cache");
    let _cache = open(&path);
    assert_eq!(
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777,
        0o700
    );
}

fn filled(folder: &std::path::Path) {
    let cache = open(folder);
    let legs: Vec<Change> = (0..3000).map(|n| Change::Leg(leg(n, n))).collect();
    cache.apply(&legs, "c").expect("apply");
    cache.set_value("saved", b"by hand").expect("value");
}

fn reopened(folder: &std::path::Path) -> Opened {
    Cache::open(folder, &Key::new(&KEY)).expect("opens")
}

#[test]
fn what_is_not_as_it_was_made_is_set_aside_and_what_a_person_made_is_saved() {
    for damage in [
        "drop table block",
        "delete from meta where name = 'check'",
        "update block set hot = zeroblob(10) where no = 1",
        "update block set id_min = 'text' where no = 1",
        "delete from block where no = 1",
        "pragma user_version = 99",
    ] {
        let folder = tempfile::tempdir().expect("temp dir");
        filled(folder.path());
        let db = Connection::open(folder.path().join("calls.sqlite3")).expect("a database");
        db.execute_batch(damage).expect("damages");
        drop(db);
        let opened = reopened(folder.path());
        assert!(
            opened.set_aside.is_some_and(|path| path.exists()),
            "{damage}"
        );
        let cache = opened.cache;
        assert_eq!(cache.size(), (0, 0), "{damage}");
        assert_eq!(cache.cursor().expect("cursor"), None, "{damage}");
        let saved = cache.value("saved").expect("value");
        assert_eq!(saved.as_deref(), Some(&b"by hand"[..]), "{damage}");
    }
}

#[test]
fn damage_that_shows_late_is_remembered_and_set_aside_while_open() {
    let folder = tempfile::tempdir().expect("temp dir");
    filled(folder.path());
    let db = Connection::open(folder.path().join("calls.sqlite3")).expect("a database");
    db.execute_batch("update block set keys = zeroblob(99) where no = 0")
        .expect("damages");
    drop(db);
    let opened = reopened(folder.path());
    assert!(
        opened.set_aside.is_none(),
        "ids are read when they are needed"
    );
    let cache = opened.cache;
    assert!(!cache.is_damaged());
    let failed = cache.apply(&[Change::Leg(leg(9000, 9000))], "d");
    assert!(matches!(failed, Err(CacheError::Damaged(_))), "{failed:?}");
    assert!(cache.is_damaged());
    let epoch = cache.epoch();
    assert!(cache.set_aside().expect("moves").exists());
    assert!(!cache.is_damaged());
    let late = cache.apply_in(epoch, &[Change::Leg(leg(1, 1))], "e");
    assert!(matches!(late, Err(CacheError::Rebuilt)), "{late:?}");
    assert_eq!(cache.cursor().expect("cursor"), None);
    let saved = cache.value("saved").expect("value");
    assert_eq!(saved.as_deref(), Some(&b"by hand"[..]));
    cache.apply(&[Change::Leg(leg(1, 1))], "c").expect("usable");
    drop(cache);
    assert_eq!(open(folder.path()).size(), (1, 1));
}

#[test]
fn a_full_disk_leaves_the_step_before_and_the_next_one_fits_again() {
    let folder = tempfile::tempdir().expect("temp dir");
    filled(folder.path());
    let cache = open(folder.path());
    let before = list(&cache, &CallFilter::default(), Sort::default());
    let many: Vec<Change> = (3000..9000)
        .map(|n| Change::Leg(leg(n, n)))
        .chain(directory())
        .collect();
    lock(&cache.writer).limit_pages(1);
    for _ in 0..2 {
        let full = cache.apply(&many, "d");
        assert!(matches!(full, Err(CacheError::Disk(_))), "{full:?}");
        assert_eq!(cache.cursor().expect("cursor").as_deref(), Some("c"));
        assert_eq!(
            list(&cache, &CallFilter::default(), Sort::default()),
            before
        );
    }
    lock(&cache.writer).limit_pages(u32::MAX);
    cache.apply(&many, "d").expect("there is room");
    let after = list(&cache, &CallFilter::default(), Sort::default());
    drop(cache);
    let cache = open(folder.path());
    assert_eq!(cache.size(), (9000, 9000));
    assert_eq!(list(&cache, &CallFilter::default(), Sort::default()), after);
}
