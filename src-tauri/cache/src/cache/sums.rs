//! Sums over stretches of time, for Home.

use pbx_api::{CallResult, ClientId, InstantMs};

use super::{Cache, read};
use crate::flags::{Flags, RESULTS};
use crate::index::Index;
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
