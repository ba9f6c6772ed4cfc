//! A call in progress: what was decided, what engines said of it, and the record that it leaves.
//! Pure.

use pbx_api::{
    CallResult, Direction, EngineCall, EngineEnd, EngineRung, InstantMs, Leg, LiveCall, LiveState,
    UserId,
};
use serde::{Deserialize, Serialize};

use super::legs::{Callee, Missed, Party};
use super::phone::Order;

/// A call that was opened and is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ongoing {
    pub call: LiveCall,
    /// The user who calls. None: somebody outside.
    pub caller: Option<UserId>,
    /// Whom the decision lets ring first.
    pub decided: Vec<UserId>,
    /// Who rings or talks, as the engine said. None: as decided.
    pub talker: Option<UserId>,
    /// The user whom the call is meant for, where it is one.
    #[serde(default)]
    pub meant: Option<Callee>,
    /// Why that user's phones were passed over.
    #[serde(default)]
    pub missed: Option<Missed>,
    /// The targets of each stage that the engine was given.
    #[serde(default)]
    pub plan: Vec<Vec<Party>>,
    /// What rang of them, as the engine said.
    #[serde(default)]
    pub rung: Vec<EngineRung>,
    /// The record as it is written at the end.
    pub record: Leg,
    /// The last word about it: it is there, whatever the word says.
    pub last: Order,
    /// The word that says how it is: the last one, but an answered call never rings again.
    #[serde(default)]
    pub counts: (bool, Order),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub at_ms: InstantMs,
    pub answered_at_ms: Option<InstantMs>,
    pub talker: Option<UserId>,
    pub sip_code: Option<u16>,
    pub cause: Option<u16>,
}

impl Ongoing {
    /// Takes what an engine knows of the call. False: it knew better already.
    pub fn hear(&mut self, order: Order, said: &EngineCall, talker: Option<UserId>) -> bool {
        // Whoever was answered does not ring again, whatever overtook what.
        let counts = (said.answered_at_ms.is_some(), order);
        let is_news = self.rings(&said.rung) || order > self.last;
        self.last = self.last.max(order);
        if counts <= self.counts {
            return is_news;
        }
        self.counts = counts;
        let started = self.call.started_at_ms;
        self.call.answered_at_ms = said.answered_at_ms.map(|at_ms| at_ms.max(started));
        self.call.state = match said.answered_at_ms {
            Some(_) => LiveState::Answered,
            None => LiveState::Ringing,
        };
        self.call.codec.clone_from(&said.codec);
        self.talker = talker;
        self.call.user = self.whose(talker);
        true
    }

    /// Everybody inside whose phones take part.
    #[must_use]
    pub fn parties(&self) -> Vec<UserId> {
        self.caller.into_iter().chain(self.callees()).collect()
    }

    /// Whom it rings, or who talks.
    pub fn callees(&self) -> impl Iterator<Item = UserId> + '_ {
        let decided: &[UserId] = if self.talker.is_some() {
            &[]
        } else {
            &self.decided
        };
        self.talker.into_iter().chain(decided.iter().copied())
    }

    /// Who is in a call: who calls, and who answered.
    #[must_use]
    pub fn busy(&self) -> Vec<UserId> {
        match self.call.state {
            LiveState::Ringing => self.caller.into_iter().collect(),
            LiveState::Answered => self.parties(),
        }
    }

    /// Whose call it is: its caller's where a user calls, else the callee's where there is one, or
    /// that of the user whom it was meant for.
    fn whose(&self, talker: Option<UserId>) -> Option<UserId> {
        let only = match self.decided[..] {
            [only] => Some(only),
            _ => None,
        };
        let meant = self.meant.as_ref().map(|callee| callee.user);
        self.caller.or(talker).or(only).or(meant)
    }

    /// The end where nobody told of it: all that is known is that it is over.
    #[must_use]
    pub const fn given_up(&self, at_ms: InstantMs) -> Ended {
        Ended {
            at_ms,
            answered_at_ms: self.call.answered_at_ms,
            talker: self.talker,
            sip_code: None,
            cause: None,
        }
    }

    /// The record of the call, closed.
    #[must_use]
    pub fn closed(&self, ended: &Ended) -> Leg {
        let started_at_ms = self.record.started_at_ms;
        // Engines have clocks of their own; nothing is before it began.
        let ended_at_ms = ended.at_ms.max(started_at_ms);
        let answered_at_ms = ended
            .answered_at_ms
            .map(|at_ms| at_ms.clamp(started_at_ms, ended_at_ms));
        let rang_until_ms = answered_at_ms.unwrap_or(ended_at_ms);
        Leg {
            user: self.whose(ended.talker),
            result: result(answered_at_ms, ended.sip_code),
            answered_at_ms,
            ended_at_ms,
            ring_seconds: seconds(rang_until_ms - started_at_ms),
            talk_seconds: seconds(ended_at_ms - rang_until_ms),
            cause: ended.cause.filter(|cause| (1..=127).contains(cause)),
            sip_code: ended.sip_code.filter(|code| (100..=699).contains(code)),
            ..self.record.clone()
        }
    }
}

impl Ended {
    #[must_use]
    pub const fn of(said: &EngineEnd, at_ms: InstantMs, talker: Option<UserId>) -> Self {
        Self {
            at_ms,
            answered_at_ms: said.answered_at_ms,
            talker,
            sip_code: Some(said.sip_code),
            cause: said.cause,
        }
    }
}

/// What became of a call that was let through, by RFC 3261's answers.
pub(super) fn result(answered_at_ms: Option<InstantMs>, sip_code: Option<u16>) -> CallResult {
    match (answered_at_ms, sip_code) {
        (Some(_), _) => CallResult::Answered,
        (None, Some(486 | 600 | 603)) => CallResult::Busy,
        (None, Some(487)) => CallResult::Cancelled,
        (None, Some(408 | 480)) => CallResult::NoAnswer,
        (None, _) => CallResult::Failed,
    }
}

/// Whole seconds, as switches bill.
pub(super) fn seconds(ms: InstantMs) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(u32::MAX)
}

/// Which way a call goes, seen from the client, by who takes part.
#[must_use]
pub const fn direction(from_inside: bool, to_inside: bool) -> Direction {
    match (from_inside, to_inside) {
        (true, true) => Direction::Internal,
        (true, false) => Direction::Outbound,
        (false, _) => Direction::Inbound,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use pbx_api::{CallId, ClientId, LegId, RecordingState};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const ANN: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));

    /// A call from outside that rings two users.
    pub(in crate::live) fn rings_two() -> Ongoing {
        let (id, client) = (CallId(Uuid::from_u128(7)), ClientId(Uuid::from_u128(8)));
        let record = Leg {
            id: LegId(id.0),
            call: id,
            client,
            user: None,
            direction: Direction::Inbound,
            result: CallResult::Failed,
            started_at_ms: 1_000,
            answered_at_ms: None,
            ended_at_ms: 1_000,
            end_estimated: false,
            ring_seconds: 0,
            talk_seconds: 0,
            from_number: String::new(),
            from_e164: None,
            from_name: String::new(),
            to_number: String::new(),
            to_e164: None,
            cause: None,
            sip_code: None,
            recording: RecordingState::None,
            recording_info: None,
            recording_fault: None,
            source_id: String::new(),
        };
        Ongoing {
            call: LiveCall {
                id,
                client,
                user: None,
                direction: Direction::Inbound,
                state: LiveState::Ringing,
                from_number: String::new(),
                from_name: String::new(),
                to_number: String::new(),
                started_at_ms: 1_000,
                answered_at_ms: None,
                codec: String::new(),
                recorded: false,
                simulated: false,
            },
            caller: None,
            decided: vec![ANN, BOB],
            talker: None,
            meant: None,
            missed: None,
            plan: Vec::new(),
            rung: Vec::new(),
            record,
            last: (0, 0),
            counts: (false, (0, 0)),
        }
    }

    fn said(answered_at_ms: Option<InstantMs>) -> EngineCall {
        EngineCall {
            call: CallId(Uuid::from_u128(7)),
            answered_at_ms,
            user: String::new(),
            codec: "PCMU".into(),
            rung: Vec::new(),
        }
    }

    #[test]
    fn who_answered_talks_and_the_others_do_not() {
        let mut call = rings_two();
        assert_eq!(
            (call.parties(), call.busy(), call.call.user),
            (vec![ANN, BOB], vec![], None)
        );
        assert!(call.hear((1, 4), &said(Some(3_500)), Some(BOB)));
        assert_eq!(
            (call.parties(), call.busy(), call.call.user),
            (vec![BOB], vec![BOB], Some(BOB))
        );
        assert!(!call.hear((1, 3), &said(None), None), "it was overtaken");
        assert!(call.hear((1, 5), &said(None), None), "it is there");
        assert_eq!(
            call.call.state,
            LiveState::Answered,
            "it does not ring again"
        );
        assert!(
            call.hear((2, 0), &said(Some(3_500)), Some(BOB)),
            "a later start"
        );
        let ended = call.given_up(9_900);
        let leg = call.closed(&ended);
        assert_eq!((leg.user, leg.result), (Some(BOB), CallResult::Answered));
        assert_eq!((leg.ring_seconds, leg.talk_seconds), (2, 6));
    }

    #[test]
    fn an_end_says_what_became_of_it() {
        let end = |sip_code, answered_at_ms| {
            let said = EngineEnd {
                call: CallId(Uuid::from_u128(7)),
                answered_at_ms,
                user: String::new(),
                sip_code,
                cause: Some(16),
                rung: Vec::new(),
            };
            rings_two().closed(&Ended::of(&said, 5_000, None))
        };
        for (code, result) in [
            (486, CallResult::Busy),
            (487, CallResult::Cancelled),
            (480, CallResult::NoAnswer),
            (500, CallResult::Failed),
        ] {
            let leg = end(code, None);
            assert_eq!(
                (leg.result, leg.ring_seconds, leg.talk_seconds),
                (result, 4, 0)
            );
        }
        // An engine whose clock is late neither rings nor talks for less than no time.
        let leg = end(200, Some(-9_000));
        assert_eq!(
            (leg.answered_at_ms, leg.ring_seconds, leg.talk_seconds),
            (Some(1_000), 0, 4)
        );
    }

    proptest! {
        #[test]
        fn any_order_and_any_repeats_give_the_same_state(
            words in prop::collection::vec((any::<Option<u16>>(), any::<bool>()), 1..10),
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
        ) {
            let words: Vec<_> = (1_u64..).zip(words).collect();
            let heard = |order: Vec<&(u64, (Option<u16>, bool))>| {
                let mut call = rings_two();
                for (sequence, (answered, bob)) in order {
                    let talker = bob.then_some(BOB);
                    call.hear((1, *sequence), &said(answered.map(i64::from)), talker);
                }
                call
            };
            let mut shuffled: Vec<_> = places.iter().map(|place| place.get(&words)).collect();
            shuffled.extend(words.iter().rev());
            prop_assert_eq!(heard(shuffled), heard(words.iter().collect()));
        }
    }
}
