//! Calls to outside by what was dialled, the newest first.

use pbx_api::{CallId, ClientId, Direction, InstantMs, UserId};

use super::{Cache, read};
use crate::CacheError;
use crate::flags::Flags;
use crate::numbers::number_shown;

/// What somebody dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialled {
    pub call: CallId,
    pub client: ClientId,
    pub user: Option<UserId>,
    /// E.164 where it is a public number, else as the switch wrote it.
    pub number: String,
    pub started_at_ms: InstantMs,
}

impl Cache {
    /// The calls since an instant of which one leg went to a number outside that is asked for, at
    /// most so many. Looks at no older calls.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn dialled(
        &self,
        since_ms: InstantMs,
        most: usize,
        is_asked: impl Fn(&str, ClientId) -> bool,
    ) -> Result<Vec<Dialled>, CacheError> {
        let index = read(&self.index);
        let legs = &index.legs;
        let number = |leg: u32| number_shown(index.numbers.text(legs.to[leg as usize]));
        let client = |leg: u32| index.clients.all[usize::from(legs.client[leg as usize])];
        let is_hit = |leg: &u32| {
            Flags(legs.flags[*leg as usize]).direction() == Direction::Outbound
                && is_asked(number(*leg), client(*leg))
        };
        let newest = index.order.iter().rev();
        newest
            .take_while(|call| index.call_started_ms(**call) >= since_ms)
            .filter_map(|call| index.legs_of(*call).find(is_hit))
            .take(most)
            .map(|leg| {
                Ok(Dialled {
                    call: self.leg_ids(leg)?.1,
                    client: client(leg),
                    user: index.user_of(leg as usize),
                    number: number(leg).to_owned(),
                    started_at_ms: legs.started_ms[leg as usize],
                })
            })
            .collect()
    }
}
