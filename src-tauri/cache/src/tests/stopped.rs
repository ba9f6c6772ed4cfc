//! What a block would have stopped.

use pbx_api::{Change, ClientId, Direction};

use super::{id, leg, open};

#[test]
fn callers_are_counted_by_call_and_by_client() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    let changes: Vec<Change> = (0..40)
        .map(|n| {
            let mut leg = leg(n, n / 2);
            leg.client = ClientId(id(3, n / 2 % 3));
            if n / 2 % 4 == 1 {
                (leg.from_number, leg.from_e164) = ("anonymous".to_owned(), None);
            }
            if n / 2 % 4 == 3 {
                leg.direction = Direction::Outbound;
            }
            Change::Leg(leg)
        })
        .collect();
    cache.apply(&changes, "c").expect("apply");
    let all = |client| {
        let stops =
            |_: &str, e164: Option<&str>| e164.is_some_and(|e164| e164.starts_with("+1202"));
        cache.stopped(0, i64::MAX, client, stops)
    };
    assert_eq!(all(None), (10, 3));
    assert_eq!(all(Some(ClientId(id(3, 0)))).1, 1);
    assert_eq!(all(Some(ClientId(id(3, 9)))), (0, 0));
    let hidden = |given: &str, e164: Option<&str>| e164.is_none() && given == "anonymous";
    assert_eq!(cache.stopped(0, i64::MAX, None, hidden), (5, 3));
    // The second half of them.
    let half_ms = 1_700_000_000_000 + 20_000;
    assert_eq!(cache.stopped(half_ms, i64::MAX, None, |_, _| true).0, 7);
    assert_eq!(cache.stopped(half_ms, half_ms, None, |_, _| true), (0, 0));
}
