//! Sums over stretches of time, for Home.

use std::collections::{HashMap, HashSet};

use pbx_api::{CallResult, ClientId, Direction, InstantMs};

use super::{Cache, read};
use crate::flags::{Flags, RESULTS};
use crate::index::Index;
use crate::numbers::number_forms;
use crate::page::ResultCounts;

impl Cache {
    /// Calls by result between each two neighbouring instants (which must rise).
    #[must_use]
    pub fn histogram(&self, bounds_ms: &[InstantMs]) -> Vec<ResultCounts> {
        let index = read(&self.index);
        let mut counts = vec![ResultCounts::default(); bounds_ms.len().saturating_sub(1)];
        for (from_until, counts) in bounds_ms.windows(2).zip(&mut counts) {
            for call in index.between(from_until[0], from_until[1]) {
                let result = Flags(index.calls.flags[*call as usize]).result();
                let at = RESULTS
                    .iter()
                    .position(|known| *known == result)
                    .expect("all are listed");
                counts.0[at] += 1;
            }
        }
        counts
    }

    /// Calls, answered calls and talk seconds of each client since an instant.
    #[must_use]
    pub fn by_client(
        &self,
        from_ms: InstantMs,
        until_ms: InstantMs,
    ) -> Vec<(ClientId, String, [u64; 3])> {
        let index = read(&self.index);
        let mut sums = vec![[0_u64; 3]; index.clients.all.len()];
        for call in index.between(from_ms, until_ms) {
            let at = *call as usize;
            let sums = &mut sums[usize::from(index.legs.client[index.calls.lead[at] as usize])];
            sums[0] += 1;
            sums[1] += u64::from(Flags(index.calls.flags[at]).result() == CallResult::Answered);
            sums[2] += u64::from(index.calls.talk[at]);
        }
        let directory = read(&self.directory);
        let named =
            |(client, sums): (&ClientId, [u64; 3])| (*client, directory.client_name(*client), sums);
        index
            .clients
            .all
            .iter()
            .zip(sums)
            .filter(|(_, sums)| sums[0] > 0)
            .map(named)
            .collect()
    }

    /// How many inbound calls of a stretch of time `stops` picks by the caller, as given and in
    /// E.164, and of how many clients. A client narrows it to its own.
    #[must_use]
    pub fn stopped(
        &self,
        from_ms: InstantMs,
        until_ms: InstantMs,
        client: Option<ClientId>,
        stops: impl Fn(&str, Option<&str>) -> bool,
    ) -> (u64, u64) {
        let index = read(&self.index);
        let only = client.map(|id| index.clients.number(id));
        let mut known: HashMap<u32, bool> = HashMap::new();
        let mut clients = HashSet::new();
        let mut calls = 0;
        for call in index.between(from_ms, until_ms) {
            let lead = index.calls.lead[*call as usize] as usize;
            let of = usize::from(index.legs.client[lead]);
            let inbound = Flags(index.legs.flags[lead]).direction() == Direction::Inbound;
            if !inbound || only.is_some_and(|only| only != Some(of)) {
                continue;
            }
            let from = index.legs.from[lead];
            let stopped = *known.entry(from).or_insert_with(|| {
                let (given, e164) = number_forms(index.numbers.text(from));
                stops(given, e164)
            });
            if stopped {
                calls += 1;
                clients.insert(of);
            }
        }
        (calls, clients.len() as u64)
    }
}

impl Index {
    /// The calls that started in a stretch of time, oldest first.
    fn between(&self, from_ms: InstantMs, until_ms: InstantMs) -> &[u32] {
        let at = |ms| {
            self.order
                .partition_point(|call| self.call_started_ms(*call) < ms)
        };
        let (from, until) = (at(from_ms), at(until_ms));
        &self.order[from..until.max(from)]
    }
}
