use proptest::prelude::*;

use super::{Decision, Matcher};
use crate::Identity;

/// A record as the switch knows it; `group` stands for the fingerprint.
#[derive(Debug, Clone)]
struct Leg {
    group: u8,
    channel: u8,
    dst_channel: u8,
    started_at_us: i64,
}

/// What a format carries of it.
#[derive(Debug, Clone, Copy)]
enum Projection {
    /// 21 columns, FreePBX, master.db: everything but fractions.
    Full,
    /// 18 columns: no sequence.
    NoSequence,
    /// 16 columns: channels only.
    ChannelsOnly,
    /// Epochs: fractions only.
    Epochs,
    /// A master.db with fractions.
    FullWithFractions,
}

const ALL: [Projection; 5] = [
    Projection::Full,
    Projection::NoSequence,
    Projection::ChannelsOnly,
    Projection::Epochs,
    Projection::FullWithFractions,
];

fn identity(leg: &Leg, sequence: usize, projection: Projection) -> Identity {
    let unique_id = Some(format!("1795408839.{}", leg.channel));
    let (channel, dst) = (
        Some(leg.channel.to_string()),
        Some(leg.dst_channel.to_string()),
    );
    let duration_us = Some(leg.started_at_us % 7);
    let mut identity = Identity {
        fingerprint: [leg.group; 16],
        ..Identity::default()
    };
    let sequence = i64::try_from(sequence).ok();
    match projection {
        Projection::Full => {
            identity = Identity {
                unique_id,
                sequence,
                channel,
                dst_channel: dst,
                ..identity
            };
        }
        Projection::NoSequence => {
            identity = Identity {
                unique_id,
                channel,
                dst_channel: dst,
                ..identity
            };
        }
        Projection::ChannelsOnly => {
            identity = Identity {
                channel,
                dst_channel: dst,
                ..identity
            };
        }
        Projection::Epochs => {
            identity.started_at_us = Some(leg.started_at_us);
            identity.duration_us = duration_us;
        }
        Projection::FullWithFractions => {
            identity = Identity {
                unique_id,
                sequence,
                channel,
                dst_channel: dst,
                ..identity
            };
            identity.started_at_us = Some(leg.started_at_us);
            identity.duration_us = duration_us;
        }
    }
    identity
}

/// A store that does what the server does.
#[derive(Default)]
struct Store(Vec<Identity>);

impl Store {
    /// Imports a file; the number of records added.
    fn import(&mut self, rows: impl IntoIterator<Item = Identity>) -> usize {
        let before = self.0.len();
        let mut matcher = Matcher::new();
        for row in rows {
            let known: Vec<(usize, Identity)> = self
                .0
                .iter()
                .enumerate()
                .filter(|(_, known)| known.fingerprint == row.fingerprint)
                .map(|(key, known)| (key, known.clone()))
                .collect();
            match matcher.decide(&row, &known) {
                Decision::Add => {
                    matcher.added(self.0.len());
                    self.0.push(row);
                }
                Decision::Same { key, learned } => {
                    if let Some(learned) = learned {
                        self.0[key] = learned;
                    }
                }
            }
        }
        self.0.len() - before
    }
}

fn legs() -> impl Strategy<Value = Vec<Leg>> {
    let leg = (0_u8..4, 0_u8..3, 0_u8..3, 0_i64..3).prop_map(
        |(group, channel, dst_channel, started_at_us)| Leg {
            group,
            channel,
            dst_channel,
            started_at_us,
        },
    );
    prop::collection::vec(leg, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whole logs in any formats, any order, any number of times: each record once.
    #[test]
    fn whole_logs_in_any_format_add_each_record_once(
        legs in legs(),
        formats in prop::collection::vec(prop::sample::select(&ALL[..]), 1..6),
    ) {
        let mut store = Store::default();
        for (at, format) in formats.iter().enumerate() {
            let rows = legs.iter().enumerate().map(|(n, leg)| identity(leg, n, *format));
            let added = store.import(rows);
            prop_assert_eq!(added, if at == 0 { legs.len() } else { 0 }, "file {}", at);
        }
    }

    /// Per-account copies (formats with full ids) before and after the whole log.
    #[test]
    fn account_copies_add_nothing_twice(
        legs in legs(),
        picks in prop::collection::vec(any::<bool>(), 14),
        whole in prop::sample::select(&[Projection::Full, Projection::FullWithFractions][..]),
        copy in prop::sample::select(&[Projection::Full, Projection::FullWithFractions][..]),
        copy_first in any::<bool>(),
    ) {
        let mut store = Store::default();
        let all: Vec<Identity> =
            legs.iter().enumerate().map(|(n, leg)| identity(leg, n, whole)).collect();
        let some: Vec<Identity> = legs
            .iter()
            .enumerate()
            .filter(|(n, _)| picks[*n])
            .map(|(n, leg)| identity(leg, n, copy))
            .collect();
        let files = if copy_first { [some, all] } else { [all, some] };
        for file in files {
            store.import(file);
        }
        prop_assert_eq!(store.0.len(), legs.len());
    }

    /// Different unique ids, sequences or peers are never merged.
    #[test]
    fn different_legs_are_never_merged(legs in legs()) {
        let mut store = Store::default();
        for (n, leg) in legs.iter().enumerate() {
            prop_assert_eq!(store.import([identity(leg, n, Projection::Full)]), 1);
        }
    }
}

#[test]
fn a_repeated_row_with_its_number_is_the_same_record() {
    let leg = Leg {
        group: 1,
        channel: 1,
        dst_channel: 1,
        started_at_us: 1,
    };
    let mut store = Store::default();
    let full = identity(&leg, 1, Projection::Full);
    assert_eq!(store.import([full.clone(), full]), 1);
    // Without a number the rows of one file stay apart.
    let mut store = Store::default();
    let plain = identity(&leg, 1, Projection::Epochs);
    assert_eq!(store.import([plain.clone(), plain.clone()]), 2);
    assert_eq!(store.import([plain.clone(), plain]), 0);
}
