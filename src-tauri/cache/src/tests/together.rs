//! Several at once: pages are read while a sync writes and while the cache is emptied.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use pbx_api::Change;

use super::{leg, open};
use crate::{CacheError, CallFilter, Sort};

const STEPS: u32 = 40;
const STEP_LEGS: u32 = 300;

fn step(number: u32) -> Vec<Change> {
    (0..STEP_LEGS)
        .map(|n| number * STEP_LEGS + n)
        .map(|n| Change::Leg(leg(n, n)))
        .collect()
}

#[test]
fn pages_legs_and_exports_are_right_while_steps_are_written_and_the_cache_is_emptied() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let page = cache.page(&CallFilter::default(), Sort::default(), 0, 100);
                    let page = page.expect("a page at any time");
                    for row in page.rows.iter().take(3) {
                        cache.legs(row.call).expect("legs at any time");
                    }
                }
            });
        }
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                match cache.each_leg(&CallFilter::default(), |_| true) {
                    Ok(()) | Err(CacheError::Rebuilt) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        });
        for number in 0..STEPS {
            cache.apply(&step(number), "c").expect("apply");
            if number % 10 == 9 {
                cache.wipe().expect("wipe");
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(cache.size(), (0, 0));
}

#[test]
fn what_an_older_feed_still_brings_is_refused_after_the_cache_was_emptied() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    let epoch = cache.epoch();
    cache.apply_in(epoch, &step(0), "c").expect("apply");
    cache.wipe().expect("wipe");
    let late = cache.apply_in(epoch, &step(1), "d");
    assert!(matches!(late, Err(CacheError::Rebuilt)), "{late:?}");
    assert_eq!(
        cache.cursor().expect("cursor"),
        None,
        "nothing hides the gap"
    );
    cache.apply_in(cache.epoch(), &step(0), "c").expect("anew");
}
