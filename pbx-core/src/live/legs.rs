//! The records that a call leaves: that of how it came, and one for everybody else whom it rang and
//! for each call that went out on somebody's behalf. Pure.

use pbx_api::{CallResult, Direction, EngineRung, InstantMs, Leg, LegId, RecordingState, UserId};
use serde::{Deserialize, Serialize};

use super::call::{Ongoing, result, seconds};

/// The record of how a call came stays the first of it in any order by time.
const LATER_MS: InstantMs = 1;
/// Q.850: another one answered.
const NON_SELECTED: u16 = 26;

/// Whom a target of a stage is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    User(Callee),
    Outside(Outside),
}

/// A user who is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callee {
    pub user: UserId,
    pub extension: String,
}

/// A call that goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// Who wants it to. None: the client, whose number leads there.
    pub behalf: Option<UserId>,
    /// In E.164, or an emergency number.
    pub number: String,
    pub caller_number: String,
}

/// Why a user was not rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    Busy,
    Unavailable,
}

impl Ongoing {
    /// Takes what rang. True: it was not known yet.
    pub fn rings(&mut self, said: &[EngineRung]) -> bool {
        let mut is_news = false;
        for rung in said {
            let place = |of: &EngineRung| (of.stage, of.target);
            match self
                .rung
                .iter_mut()
                .find(|known| place(known) == place(rung))
            {
                None => self.rung.push(*rung),
                // What is over does not ring again, whatever overtook what.
                Some(known) if known.sip_code.is_none() && rung.sip_code.is_some() => {
                    *known = *rung
                }
                Some(_) => continue,
            }
            is_news = true;
        }
        self.rung
            .sort_unstable_by_key(|rung| (rung.stage, rung.target));
        is_news
    }

    /// All records of a call, from the one of how it came, which is closed.
    #[must_use]
    pub fn beside(&self, lead: Leg, mut mint: impl FnMut() -> LegId) -> Vec<Leg> {
        let others: Vec<Leg> = self
            .missed_leg(&lead)
            .into_iter()
            .chain(self.rung.iter().filter_map(|rung| self.leg_of(rung, &lead)))
            .map(|leg| Leg { id: mint(), ..leg })
            .collect();
        [vec![lead], others].concat()
    }

    /// That of who missed it without a phone that rang.
    fn missed_leg(&self, lead: &Leg) -> Option<Leg> {
        let (callee, missed) = (self.meant.as_ref()?, self.missed?);
        if lead.user == Some(callee.user) {
            return None;
        }
        let (result, sip_code, cause) = match missed {
            Missed::Busy => (CallResult::Busy, 486, 17),
            Missed::Unavailable => (CallResult::NoAnswer, 480, 18),
        };
        Some(Leg {
            result,
            started_at_ms: lead.started_at_ms + LATER_MS,
            answered_at_ms: None,
            ended_at_ms: lead.started_at_ms + LATER_MS,
            ring_seconds: 0,
            talk_seconds: 0,
            cause: Some(cause),
            sip_code: Some(sip_code),
            ..to(callee, lead)
        })
    }

    /// That of a target that rang, where it is another one than the call itself.
    fn leg_of(&self, rung: &EngineRung, lead: &Leg) -> Option<Leg> {
        let stage = self.plan.get(usize::try_from(rung.stage).ok()?)?;
        let leg = match stage.get(usize::try_from(rung.target).ok()?)? {
            Party::User(callee) if lead.user == Some(callee.user) => return None,
            Party::User(callee) => to(callee, lead),
            // Who dials a number outside makes one call, not two.
            Party::Outside(_) if lead.direction == Direction::Outbound => return None,
            Party::Outside(outside) => out(outside, lead),
        };
        Some(timed(leg, rung, lead))
    }
}

/// The leg to a user.
fn to(callee: &Callee, lead: &Leg) -> Leg {
    Leg {
        user: Some(callee.user),
        to_number: callee.extension.clone(),
        to_e164: None,
        ..silent(lead)
    }
}

/// The leg that goes out.
fn out(outside: &Outside, lead: &Leg) -> Leg {
    let e164 = |number: &str| number.starts_with('+').then(|| number.to_owned());
    Leg {
        user: outside.behalf,
        direction: Direction::Outbound,
        from_number: outside.caller_number.clone(),
        from_e164: e164(&outside.caller_number),
        to_number: outside.number.clone(),
        to_e164: e164(&outside.number),
        ..silent(lead)
    }
}

/// What was recorded of a call is with the leg that it came by.
fn silent(lead: &Leg) -> Leg {
    Leg {
        recording: RecordingState::None,
        recording_info: None,
        recording_fault: None,
        ..lead.clone()
    }
}

/// When it rang, and what became of it. Nothing is outside the time of the call.
fn timed(leg: Leg, rung: &EngineRung, lead: &Leg) -> Leg {
    let began_at_ms = lead.started_at_ms + LATER_MS;
    let end_ms = lead.ended_at_ms.max(began_at_ms);
    let started_at_ms = rung.started_at_ms.clamp(began_at_ms, end_ms);
    let within = |at_ms: InstantMs| at_ms.clamp(started_at_ms, end_ms);
    let sip_code = rung.sip_code.or(match lead.answered_at_ms {
        Some(_) => Some(487),
        None => lead.sip_code,
    });
    let answered_at_ms = lead.answered_at_ms.filter(|_| sip_code == Some(200));
    let answered_at_ms = answered_at_ms.map(within);
    let ended_at_ms = match answered_at_ms {
        Some(_) => end_ms,
        None => within(rung.ended_at_ms.or(lead.answered_at_ms).unwrap_or(end_ms)),
    };
    let rang_until_ms = answered_at_ms.unwrap_or(ended_at_ms);
    let elsewhere = lead.answered_at_ms.is_some() && sip_code == Some(487);
    Leg {
        result: result(answered_at_ms, sip_code),
        started_at_ms,
        answered_at_ms,
        ended_at_ms,
        end_estimated: lead.end_estimated && ended_at_ms == end_ms,
        ring_seconds: seconds(rang_until_ms - started_at_ms),
        talk_seconds: seconds(ended_at_ms - rang_until_ms),
        cause: match answered_at_ms {
            Some(_) => lead.cause,
            None => elsewhere.then_some(NON_SELECTED),
        },
        sip_code: sip_code.filter(|code| (100..=699).contains(code)),
        ..leg
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::live::call::Ended;
    use crate::live::call::tests::rings_two;

    const ANN: UserId = UserId(Uuid::from_u128(1));
    const BOB: UserId = UserId(Uuid::from_u128(2));

    fn callee(user: UserId, extension: &str) -> Callee {
        Callee {
            user,
            extension: extension.into(),
        }
    }

    fn rung(stage: u32, target: u32, from_ms: i64, over: Option<(i64, u16)>) -> EngineRung {
        EngineRung {
            stage,
            target,
            started_at_ms: from_ms,
            ended_at_ms: over
                .filter(|(_, code)| *code != 200)
                .map(|(at_ms, _)| at_ms),
            sip_code: over.map(|(_, code)| code),
        }
    }

    /// A call from outside that rings Ann and Bob together, and then a number of Ann's.
    fn call() -> Ongoing {
        let mut call = rings_two();
        let ann_outside = Outside {
            behalf: Some(ANN),
            number: "+13035550142".into(),
            caller_number: "+12025550100".into(),
        };
        call.plan = vec![
            vec![
                Party::User(callee(ANN, "1001")),
                Party::User(callee(BOB, "1002")),
            ],
            vec![Party::Outside(ann_outside)],
        ];
        call
    }

    fn ended(answered_at_ms: Option<i64>, talker: Option<UserId>, code: u16) -> Ended {
        Ended {
            at_ms: 20_000,
            answered_at_ms,
            talker,
            sip_code: Some(code),
            cause: Some(16),
        }
    }

    /// The records of a call that ended.
    fn legs(call: &Ongoing, ended: &Ended) -> Vec<Leg> {
        call.beside(call.closed(ended), || LegId(Uuid::from_u128(9)))
    }

    #[test]
    fn whoever_was_rung_has_a_record_of_it() {
        let mut call = call();
        let own = [
            rung(0, 0, 1_500, Some((6_500, 487))),
            rung(0, 1, 1_500, Some((6_500, 200))),
        ];
        assert!(call.rings(&own));
        let legs = legs(&call, &ended(Some(6_500), Some(BOB), 200));
        let [of_bob, of_ann] = &legs[..] else {
            panic!("{legs:?}")
        };
        assert_eq!(
            (of_bob.user, of_bob.result),
            (Some(BOB), CallResult::Answered)
        );
        assert_eq!(
            (of_ann.user, of_ann.result, of_ann.cause),
            (Some(ANN), CallResult::Cancelled, Some(NON_SELECTED))
        );
        assert_eq!(
            (of_ann.ring_seconds, of_ann.talk_seconds, of_ann.ended_at_ms),
            (5, 0, 6_500)
        );
        assert_eq!((of_ann.call, &*of_ann.to_number), (of_bob.call, "1001"));
    }

    #[test]
    fn what_goes_out_on_somebodys_behalf_is_an_outbound_call() {
        let mut call = call();
        let all = [
            rung(0, 0, 1_500, Some((9_000, 408))),
            rung(0, 1, 1_500, Some((3_000, 486))),
            rung(1, 0, 9_000, Some((12_000, 200))),
        ];
        call.rings(&all);
        let legs = legs(&call, &ended(Some(12_000), None, 200));
        let told: Vec<_> = legs
            .iter()
            .map(|leg| (leg.user, leg.direction, leg.result, leg.talk_seconds))
            .collect();
        let inbound = Direction::Inbound;
        assert_eq!(
            told,
            [
                (None, inbound, CallResult::Answered, 8),
                (Some(ANN), inbound, CallResult::NoAnswer, 0),
                (Some(BOB), inbound, CallResult::Busy, 0),
                (Some(ANN), Direction::Outbound, CallResult::Answered, 8),
            ]
        );
        let out = &legs[3];
        assert_eq!(
            (out.to_e164.as_deref(), out.from_e164.as_deref()),
            (Some("+13035550142"), Some("+12025550100"))
        );
        assert_eq!((out.started_at_ms, out.ring_seconds), (9_000, 3));
    }

    #[test]
    fn who_was_passed_over_missed_it() {
        let mut call = call();
        call.meant = Some(callee(UserId(Uuid::from_u128(3)), "1003"));
        call.missed = Some(Missed::Unavailable);
        call.rings(&[rung(0, 0, 1_500, None), rung(0, 1, 1_500, None)]);
        let legs = legs(&call, &ended(None, None, 487));
        let told: Vec<_> = legs
            .iter()
            .map(|leg| (&*leg.to_number, leg.result))
            .collect();
        assert_eq!(
            told,
            [
                // Whoever it was meant for has the call itself where nobody else answered.
                ("", CallResult::Cancelled),
                ("1001", CallResult::Cancelled),
                ("1002", CallResult::Cancelled),
            ]
        );
        assert_eq!(legs[0].user, call.meant.as_ref().map(|callee| callee.user));
        let answered = self::legs(&call, &ended(Some(4_000), Some(BOB), 200));
        let missed = &answered[1];
        assert_eq!(
            (&*missed.to_number, missed.result, missed.ring_seconds),
            ("1003", CallResult::NoAnswer, 0)
        );
    }

    #[test]
    fn who_dials_a_number_outside_makes_one_call() {
        let mut call = call();
        call.record.direction = Direction::Outbound;
        call.record.user = Some(ANN);
        call.caller = Some(ANN);
        call.rings(&[rung(1, 0, 1_100, Some((3_000, 200)))]);
        assert_eq!(legs(&call, &ended(Some(3_000), None, 200)).len(), 1);
    }

    #[test]
    fn nothing_is_outside_the_time_of_the_call() {
        let mut call = call();
        // An engine whose clock is wrong, and places that nobody gave it.
        call.rings(&[
            rung(0, 0, -70_000, Some((i64::MAX, 408))),
            rung(7, 0, 0, None),
            rung(0, 7, 0, None),
        ]);
        let legs = legs(&call, &ended(Some(6_000), Some(BOB), 200));
        assert_eq!(legs.len(), 2);
        assert_eq!(
            (legs[1].started_at_ms, legs[1].ended_at_ms),
            (1_001, 20_000)
        );
    }

    proptest! {
        #[test]
        fn any_order_and_any_repeats_say_the_same(
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let words = [
                vec![rung(0, 0, 1_500, None)],
                vec![rung(0, 0, 1_500, Some((5_000, 408))), rung(0, 1, 1_500, None)],
                vec![rung(0, 1, 1_500, Some((6_000, 486))), rung(1, 0, 6_000, None)],
            ];
            let heard = |order: Vec<&Vec<EngineRung>>| {
                let mut call = call();
                for word in order {
                    call.rings(word);
                }
                call.rung
            };
            let mut shuffled: Vec<_> = places.iter().map(|place| place.get(&words)).collect();
            shuffled.extend(words.iter().rev());
            prop_assert_eq!(heard(shuffled), heard(words.iter().collect()));
        }
    }
}
