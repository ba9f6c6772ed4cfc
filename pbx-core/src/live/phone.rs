//! A phone at an address, from what an engine said of it: in whatever order that came, and however
//! often, it gives the same state. Pure.

pub mod store;

use pbx_api::{
    ClientId, EngineRegistration, InstantMs, Registration, RegistrationId, SIMULATOR, UserId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::measure::Measured;

/// Words that overtake each other are never further apart; what is older is summed up.
const OVERTAKES_MS: InstantMs = 60 * 60 * 1000;

/// What says which of two words is the later one: the place of the engine's start, and the sequence
/// within it.
pub type Order = (i64, u64);

/// What was said of a phone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Said {
    /// By order.
    words: Vec<Word>,
    /// What the latest registration said of itself.
    last: Option<(Order, EngineRegistration)>,
    /// Since when it may not be registered any more as it is, where its engine has not removed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    turned_away_at_ms: Option<InstantMs>,
    #[serde(default, skip_serializing_if = "Measured::is_unknown")]
    measured: Measured,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Word {
    order: Order,
    at_ms: InstantMs,
    /// How long it is registered from here. None: not any more.
    until_ms: Option<InstantMs>,
    /// It is over only where nothing registered it from here on: its engine said all that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unless_since: Option<Order>,
}

/// An engine's list is of what is on its disk: a registration of the same start that is younger may
/// not be in it.
const LISTED_AFTER_MS: InstantMs = 10_000;

impl Word {
    /// Whether it says anything after a registration.
    fn counts_after(&self, registered: Option<&Self>) -> bool {
        let (Some(since), Some(registered)) = (self.unless_since, registered) else {
            return true;
        };
        let is_earlier_start = registered.order.0 < since.0;
        let is_listed = registered.at_ms + LISTED_AFTER_MS <= self.at_ms;
        registered.order < since && (is_earlier_start || is_listed)
    }
}

/// When a phone was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    pub since_ms: InstantMs,
    /// When it ends, or ended.
    pub until_ms: InstantMs,
    /// It was withdrawn, or somebody said that it ran out.
    pub is_over: bool,
}

impl Stay {
    /// When it dropped, as seen at an instant. None: it is online.
    #[must_use]
    pub fn offline_since_ms(&self, now_ms: InstantMs) -> Option<InstantMs> {
        (self.is_over || self.until_ms <= now_ms).then_some(self.until_ms)
    }
}

impl Said {
    /// Hears a word; `registration` is none where it ran out. False: it was known.
    pub fn hear(
        &mut self,
        order: Order,
        at_ms: InstantMs,
        registration: Option<&EngineRegistration>,
    ) -> bool {
        let Err(place) = self.words.binary_search_by_key(&order, |word| word.order) else {
            return false;
        };
        if let Some(round_trip_ms) = registration.and_then(|said| said.round_trip_ms) {
            self.hear_measured(order, at_ms, Some(round_trip_ms));
        }
        let word = Word {
            order,
            at_ms,
            until_ms: registration.map(|said| said.expires_at_ms),
            unless_since: None,
        };
        self.words.insert(place, word);
        if let Some(said) = registration
            && self.last.as_ref().is_none_or(|(known, _)| *known < order)
        {
            self.last = Some((order, said.clone()));
        }
        self.sum_up();
        true
    }

    /// Hears how long the way to it and back takes; none where it did not answer. False: it was
    /// known, or a later one is.
    pub fn hear_measured(
        &mut self,
        order: Order,
        at_ms: InstantMs,
        round_trip_ms: Option<u32>,
    ) -> bool {
        self.measured.hear(order, at_ms, round_trip_ms)
    }

    /// Hears that its engine said all that it has, from `since` on. False: the phone was among it,
    /// or is gone anyhow.
    pub fn hear_all(&mut self, order: Order, at_ms: InstantMs, since: Order) -> bool {
        let Err(place) = self.words.binary_search_by_key(&order, |word| word.order) else {
            return false;
        };
        let word = Word {
            order,
            at_ms,
            until_ms: None,
            unless_since: Some(since),
        };
        let before = self.stay();
        self.words.insert(place, word);
        if self.stay() == before {
            self.words.remove(place);
            return false;
        }
        true
    }

    /// Notes whether it may be registered as it is.
    pub fn turn_away(&mut self, away: bool, now_ms: InstantMs) {
        self.turned_away_at_ms = away.then(|| self.turned_away_at_ms.unwrap_or(now_ms));
    }

    /// What the latest registration said of itself.
    #[must_use]
    pub fn last(&self) -> Option<&EngineRegistration> {
        self.last.as_ref().map(|(_, said)| said)
    }

    /// When it dropped, as seen at an instant. None: it is online.
    #[must_use]
    pub fn offline_since_ms(&self, now_ms: InstantMs) -> Option<InstantMs> {
        let Some(stay) = self.stay() else {
            return Some(now_ms);
        };
        stay.offline_since_ms(now_ms).or(self.turned_away_at_ms)
    }

    /// Leaves of what is too old to be overtaken only how it was at the end of it.
    fn sum_up(&mut self) {
        let newest = self.words.iter().map(|word| word.at_ms).max();
        let old = newest.unwrap_or_default() - OVERTAKES_MS;
        while let [first, second, ..] = &self.words[..]
            && first.at_ms < old
            && second.at_ms < old
        {
            let goes_on = first.until_ms.is_some_and(|until| second.at_ms <= until);
            if first.until_ms.is_some() && !second.counts_after(Some(first)) {
                self.words.remove(1);
            } else if let (true, Some(until_ms)) = (goes_on, second.until_ms) {
                // The later one, so that an old word that comes again changes nothing.
                self.words[0].until_ms = first.until_ms.max(Some(until_ms));
                self.words.remove(1);
            } else {
                self.words.remove(0);
            }
        }
    }

    /// The last stay. None: nothing but its end is known.
    #[must_use]
    pub fn stay(&self) -> Option<Stay> {
        let mut stay: Option<Stay> = None;
        let mut registered = None;
        for word in &self.words {
            if !word.counts_after(registered) {
                continue;
            }
            if word.until_ms.is_some() {
                registered = Some(word);
            }
            stay = match (stay, word.until_ms) {
                (Some(stay), Some(until_ms)) if !stay.is_over && word.at_ms <= stay.until_ms => {
                    Some(Stay { until_ms, ..stay })
                }
                (_, Some(until_ms)) => Some(Stay {
                    since_ms: word.at_ms,
                    until_ms,
                    is_over: false,
                }),
                (Some(stay), None) if !stay.is_over => Some(Stay {
                    until_ms: stay.until_ms.min(word.at_ms),
                    is_over: true,
                    ..stay
                }),
                (stay, None) => stay,
            };
        }
        stay
    }

    /// Where its packets come from; empty where it never registered.
    #[must_use]
    pub fn public_address(&self) -> &str {
        self.last
            .as_ref()
            .map_or("", |(_, said)| said.public_address.as_str())
    }
}

/// A phone with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub id: RegistrationId,
    pub client: ClientId,
    pub user: UserId,
    pub engine: String,
    pub said: Said,
}

impl Phone {
    /// The same contact of the same user is the same phone, through the same engine.
    #[must_use]
    pub fn id(user: UserId, engine: &str, contact: &str) -> RegistrationId {
        RegistrationId(Uuid::new_v5(
            &user.0,
            format!("{engine}\n{contact}").as_bytes(),
        ))
    }

    /// As it is shown at an instant. None: only its end is known so far.
    #[must_use]
    pub fn shown(&self, now_ms: InstantMs) -> Option<Registration> {
        let (stay, (_, said)) = (self.said.stay()?, self.said.last.as_ref()?);
        let offline_since_ms = self.said.offline_since_ms(now_ms);
        // Of a phone that is gone it would look like one of now.
        let measured = self.said.measured.during(stay);
        Some(Registration {
            id: self.id,
            client: self.client,
            user: self.user,
            aor: format!("{}@{}", said.user, said.realm),
            contact: said.contact.clone(),
            user_agent: said.user_agent.clone(),
            instance: said.instance.clone(),
            lan_address: said.lan_address.clone(),
            public_address: said.public_address.clone(),
            public_port: said.public_port,
            transport: said.transport,
            since_ms: stay.since_ms,
            expires_at_ms: stay.until_ms,
            round_trip_ms: measured.filter(|_| offline_since_ms.is_none()),
            offline_since_ms,
            simulated: self.engine == SIMULATOR,
        })
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::SipTransport;
    use proptest::prelude::*;

    use super::*;

    const MINUTE_MS: InstantMs = 60_000;

    fn registration(expires_at_ms: InstantMs) -> EngineRegistration {
        EngineRegistration {
            user: "1001".into(),
            realm: "acme.north.example".into(),
            contact: format!("sip:1001@192.0.2.1;until={expires_at_ms}"),
            user_agent: String::new(),
            instance: String::new(),
            lan_address: String::new(),
            public_address: "192.0.2.1".into(),
            public_port: 5060,
            transport: SipTransport::Udp,
            expires_at_ms,
            round_trip_ms: None,
            mark: None,
        }
    }

    /// Minutes at which something was said; positive lengths register, others end.
    fn said(words: &[(u64, i64, i64)]) -> Said {
        let mut said = Said::default();
        for &(sequence, minute, minutes) in words {
            let at_ms = minute * MINUTE_MS;
            let new = registration(at_ms + minutes * MINUTE_MS);
            said.hear((1, sequence), at_ms, (minutes > 0).then_some(&new));
        }
        said
    }

    fn stay(words: &[(u64, i64, i64)]) -> (i64, i64, bool) {
        let stay = said(words).stay().unwrap();
        (
            stay.since_ms / MINUTE_MS,
            stay.until_ms / MINUTE_MS,
            stay.is_over,
        )
    }

    #[test]
    fn a_phone_is_there_since_it_came_and_not_since_it_came_again() {
        assert_eq!(stay(&[(1, 0, 10), (2, 9, 10)]), (0, 19, false));
        // It ran out in between, or somebody said so.
        assert_eq!(stay(&[(1, 0, 10), (2, 11, 10)]), (11, 21, false));
        assert_eq!(stay(&[(1, 0, 10), (2, 5, 0), (3, 6, 10)]), (6, 16, false));
        assert_eq!(stay(&[(1, 0, 10), (2, 5, 0)]), (0, 5, true));
        assert_eq!(said(&[(1, 0, 0)]).stay(), None);
        let dropped = said(&[(1, 0, 10)]).stay().unwrap();
        assert_eq!(dropped.offline_since_ms(10 * MINUTE_MS - 1), None);
        assert_eq!(
            dropped.offline_since_ms(10 * MINUTE_MS),
            Some(10 * MINUTE_MS)
        );
    }

    #[test]
    fn a_phone_that_its_engine_does_not_name_is_gone() {
        let all = |minute: i64, number: u64, since: u64| {
            let mut phone = said(&[(4, 0, 10), (5, 2, 10)]);
            let news = phone.hear_all((1, number), minute * MINUTE_MS, (1, since));
            (news, phone.stay().unwrap().is_over, phone)
        };
        assert!(matches!(all(3, 9, 5), (false, false, _)), "it was named");
        assert!(
            matches!(all(2, 9, 6), (false, false, _)),
            "it is too young to be"
        );
        let (news, is_over, mut phone) = all(3, 9, 6);
        assert!(news && is_over);
        // What was overtaken names it after all.
        phone.hear((1, 7), 2 * MINUTE_MS, Some(&registration(12 * MINUTE_MS)));
        assert!(!phone.stay().unwrap().is_over);
        // A later start has read all that is on the disk.
        assert!(phone.hear_all((2, 3), 2 * MINUTE_MS + 1, (2, 1)));
        assert!(phone.stay().unwrap().is_over);
    }

    #[test]
    fn a_phone_that_is_turned_away_is_offline_until_it_registers_anew() {
        let mut phone = said(&[(1, 0, 10)]);
        phone.turn_away(true, MINUTE_MS);
        phone.turn_away(true, 2 * MINUTE_MS);
        assert_eq!(phone.offline_since_ms(3 * MINUTE_MS), Some(MINUTE_MS));
        phone.turn_away(false, 4 * MINUTE_MS);
        assert_eq!(phone.offline_since_ms(4 * MINUTE_MS), None);
    }

    #[test]
    fn a_phone_that_stays_for_months_does_not_grow() {
        let words: Vec<_> = (0_u64..10_000)
            .map(|n| (n, n.cast_signed() * 5, 6))
            .collect();
        let said = said(&words);
        assert!(said.words.len() < 20, "{}", said.words.len());
        assert_eq!(said.stay().unwrap().since_ms, 0);
    }

    proptest! {
        #[test]
        fn any_order_and_any_repeats_give_the_same_state(
            words in prop::collection::vec((0_i64..50, -2_i64..20), 1..12),
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        ) {
            // Within a start later words are said later.
            let mut minutes: Vec<_> = words.iter().map(|word| word.0).collect();
            minutes.sort_unstable();
            let words: Vec<_> = (0_u64..)
                .zip(minutes.iter().zip(&words))
                .map(|(sequence, (minute, word))| (sequence, *minute, word.1))
                .collect();
            let mut heard: Vec<_> = places.iter().map(|place| *place.get(&words)).collect();
            heard.extend(words.iter().rev());
            prop_assert_eq!(said(&heard), said(&words));
        }
    }
}
