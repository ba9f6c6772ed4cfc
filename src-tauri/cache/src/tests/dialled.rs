//! What was dialled since an instant.

use pbx_api::{Change, ClientId, Direction};

use super::{id, leg, open};
use crate::Dialled;

#[test]
fn the_newest_calls_to_a_number_are_found_by_any_of_their_legs() {
    let folder = tempfile::tempdir().expect("temp dir");
    let cache = open(folder.path());
    let changes: Vec<Change> = (0..3000)
        .map(|n| {
            // Two legs a call; the second one of every third goes to the number.
            let mut leg = leg(n, n / 2);
            leg.client = ClientId(id(3, n % 5));
            if n % 2 == 1 && n / 2 % 3 == 0 {
                leg.direction = Direction::Outbound;
                leg.to_number = "911".to_owned();
            }
            Change::Leg(leg)
        })
        .collect();
    cache.apply(&changes, "c").expect("apply");
    let legs = || {
        changes.iter().rev().filter_map(|change| match change {
            Change::Leg(leg) if leg.to_number == "911" => Some(leg),
            _ => None,
        })
    };
    let expected = |since_ms: i64, client: Option<ClientId>| -> Vec<Dialled> {
        let asked = legs().filter(|leg| client.is_none_or(|client| leg.client == client));
        // A call begins with its first leg, a second before.
        let since = asked.filter(|leg| leg.started_at_ms - 1000 >= since_ms);
        since
            .map(|leg| Dialled {
                call: leg.call,
                client: leg.client,
                user: None,
                number: "911".to_owned(),
                started_at_ms: leg.started_at_ms,
            })
            .collect()
    };
    let found = |since_ms, most, client: Option<ClientId>| {
        let is_asked = |number: &str, of: ClientId| {
            number == "911" && client.is_none_or(|client| of == client)
        };
        cache.dialled(since_ms, most, is_asked).expect("reads")
    };
    assert_eq!(found(0, 10_000, None), expected(0, None));
    assert_eq!(found(0, 7, None), expected(0, None)[..7]);
    let one = Some(ClientId(id(3, 2)));
    assert_eq!(found(0, 10_000, one), expected(0, one));
    let half_ms = 1_700_000_000_000 + 1_500_000;
    assert_eq!(found(half_ms, 10_000, None), expected(half_ms, None));
    assert!(expected(half_ms, None).len() > 200);
    let no = cache.dialled(0, 10_000, |_, _| false).expect("reads");
    assert_eq!(no, []);
}
