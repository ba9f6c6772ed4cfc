//! The decision on a call as an engine is told it. Pure.

use std::collections::HashMap;

use pbx_api::{
    Because, CallDecision, CallResult, CallStage, CallTarget, EngineStage, EngineTarget,
    NumberClass, Refusal, UserId,
};

use crate::live::legs::{Callee, Outside, Party};
use crate::live::store::Slots;
use crate::trunks::{EMERGENCY, Routes};

/// What phones of users sign in with: of everybody whom a call may come to.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    pub realm: String,
    pub users: HashMap<UserId, LineUser>,
}

#[derive(Debug, Clone)]
pub struct LineUser {
    pub sip_user: String,
    pub extension: String,
    /// Has a phone that is registered.
    pub online: bool,
}

/// Puts a decision into the words of an engine.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    pub decision: &'a CallDecision,
    pub lines: &'a Lines,
    pub routes: &'a Routes,
}

/// What an engine is told to ring.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Each stage before those that follow it.
    pub stages: Vec<EngineStage>,
    /// Who the targets of each stage are.
    pub parties: Vec<Vec<Party>>,
}

impl Wording<'_> {
    #[must_use]
    pub fn plan(self) -> Plan {
        let mut plan = Plan::default();
        if let Some(first) = &self.decision.first {
            self.add(first, &mut plan);
        }
        plan
    }

    fn add(self, stage: &CallStage, plan: &mut Plan) -> u32 {
        let place = plan.stages.len();
        let behalf = behalf(stage);
        let targets = stage.targets.iter();
        let (targets, parties) = targets.filter_map(|to| self.target(to, behalf)).unzip();
        plan.parties.push(parties);
        plan.stages.push(EngineStage {
            targets,
            ring_seconds: stage.ring_seconds,
            next: None,
            if_busy: None,
        });
        let next = stage.if_unanswered.as_deref();
        plan.stages[place].next = next.map(|stage| self.add(stage, plan));
        let busy = stage.if_busy.as_deref();
        plan.stages[place].if_busy = busy.map(|stage| self.add(stage, plan));
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// None for a user who is gone by now, and where no trunk carries the call.
    fn target(self, to: &CallTarget, behalf: Option<UserId>) -> Option<(EngineTarget, Party)> {
        match to {
            CallTarget::User(user) => {
                let line = self.lines.users.get(user)?;
                let target = EngineTarget::Phone {
                    user: line.sip_user.clone(),
                    realm: self.lines.realm.clone(),
                    caller_number: self.decision.caller_number.clone(),
                };
                let callee = Callee {
                    user: *user,
                    extension: line.extension.clone(),
                };
                Some((target, Party::User(callee)))
            }
            CallTarget::Outside(call) => {
                let route = call.class.route().unwrap_or(EMERGENCY);
                let trunks = self.routes.of(route).to_vec();
                if trunks.is_empty() {
                    tracing::error!(route, "no trunk carries the route");
                    return None;
                }
                let target = EngineTarget::Trunk {
                    trunks,
                    number: call.number.clone(),
                    caller_number: call.caller_number.clone(),
                    emergency: call.class == NumberClass::Emergency,
                };
                let outside = Outside {
                    behalf,
                    number: call.number.clone(),
                    caller_number: call.caller_number.clone(),
                };
                Some((target, Party::Outside(outside)))
            }
        }
    }
}

/// The user whose settings let a stage's calls go out.
fn behalf(stage: &CallStage) -> Option<UserId> {
    match (stage.because, stage.targets.first()) {
        (Because::FollowMe(user), _) => Some(user),
        // All of a follow-me at once: the user's own phones are first.
        (_, Some(CallTarget::User(user))) => Some(*user),
        (Because::Forward(user) | Because::Unavailable(user) | Because::Busy(user), _) => {
            Some(user)
        }
        (Because::Dialled | Because::Number, _) => None,
    }
}

/// Whether a decision leads outside, and nothing of it can ring because no trunk carries it.
#[must_use]
pub fn nothing_carries(first: Option<&CallStage>, stages: &[EngineStage]) -> bool {
    stages.iter().all(|stage| stage.targets.is_empty()) && first.is_some_and(leads_outside)
}

fn leads_outside(stage: &CallStage) -> bool {
    let is_outside = |target: &CallTarget| matches!(target, CallTarget::Outside(_));
    let mut later = [&stage.if_unanswered, &stage.if_busy].into_iter().flatten();
    stage.targets.iter().any(is_outside) || later.any(|stage| leads_outside(stage))
}

/// The calls to outside that a decision may make at once: those of its fullest stage. A call for
/// help takes nobody's place.
#[must_use]
pub fn slots(first: Option<&CallStage>) -> Slots {
    let Some(stage) = first else {
        return Slots::default();
    };
    let classes = || {
        stage.targets.iter().filter_map(|target| match target {
            CallTarget::Outside(call) if call.class != NumberClass::Emergency => Some(call.class),
            CallTarget::Outside(_) | CallTarget::User(_) => None,
        })
    };
    let count = |counted: usize| u32::try_from(counted).unwrap_or(u32::MAX);
    let own = Slots {
        outbound: count(classes().count()),
        international: count(classes().filter(|class| class.is_international()).count()),
    };
    let later = [stage.if_unanswered.as_deref(), stage.if_busy.as_deref()];
    later.into_iter().map(slots).fold(own, |most, later| Slots {
        outbound: most.outbound.max(later.outbound),
        international: most.international.max(later.international),
    })
}

/// The users whom a stage rings.
#[must_use]
pub fn users(stage: Option<&CallStage>) -> Vec<UserId> {
    let targets = stage.into_iter().flat_map(|stage| &stage.targets);
    targets
        .filter_map(|target| match target {
            CallTarget::User(user) => Some(*user),
            CallTarget::Outside(_) => None,
        })
        .collect()
}

/// How a call that nothing rings for is refused, and what stands in its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub sip_code: u16,
    /// Q.850.
    pub cause: u16,
    pub result: CallResult,
    /// The reason phrase that the caller's phone may show.
    pub reason: &'static str,
}

/// A call that may go out, and nothing carries it.
pub const NO_TRUNK: Refused = Refused {
    sip_code: 503,
    // No route to destination.
    cause: 3,
    result: CallResult::Failed,
    reason: "No Trunk",
};

/// The SIP answer to a refusal (RFC 3261, section 21, causes as RFC 3398 maps them).
#[must_use]
pub const fn refused(why: Refusal) -> Refused {
    let (sip_code, cause, result, reason) = match why {
        Refusal::NotANumber => (484, 28, CallResult::Failed, "Address Incomplete"),
        Refusal::UnknownNumber | Refusal::UnknownUser | Refusal::Unrouted => {
            (404, 1, CallResult::Failed, "Not Found")
        }
        Refusal::Vanity | Refusal::Route => (403, 21, CallResult::Failed, "Not Allowed"),
        Refusal::Suspended => (403, 21, CallResult::Failed, "Suspended"),
        Refusal::OutboundLimit | Refusal::InternationalLimit => {
            (486, 34, CallResult::Failed, "Too Many Calls")
        }
        Refusal::Blocked => (603, 21, CallResult::Blocked, "Decline"),
        Refusal::Rejected => (603, 21, CallResult::Failed, "Decline"),
        Refusal::DoNotDisturb | Refusal::Busy => (486, 17, CallResult::Busy, "Busy Here"),
        Refusal::Unavailable | Refusal::NeedsMediaServer => {
            (480, 18, CallResult::NoAnswer, "Temporarily Unavailable")
        }
        Refusal::Loop => (482, 25, CallResult::Failed, "Loop Detected"),
    };
    Refused {
        sip_code,
        cause,
        result,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::{Because, OutsideCall};
    use uuid::Uuid;

    use super::*;

    const ANN: UserId = UserId(Uuid::from_u128(1));

    fn outside(class: NumberClass) -> CallTarget {
        CallTarget::Outside(OutsideCall {
            number: "+13035550142".into(),
            class,
            caller_number: "+12025550100".into(),
        })
    }

    fn stage(
        targets: Vec<CallTarget>,
        next: Option<CallStage>,
        busy: Option<CallStage>,
    ) -> CallStage {
        CallStage {
            because: Because::Dialled,
            targets,
            ring_seconds: 20,
            if_unanswered: next.map(Box::new),
            if_busy: busy.map(Box::new),
        }
    }

    #[test]
    fn a_tree_of_stages_becomes_a_list_that_names_places() {
        let last = stage(vec![outside(NumberClass::Us)], None, None);
        let next = stage(
            vec![
                outside(NumberClass::International),
                outside(NumberClass::Us),
            ],
            Some(last.clone()),
            None,
        );
        let first = stage(vec![CallTarget::User(ANN)], Some(next), Some(last));
        let decision = CallDecision {
            number: String::new(),
            class: None,
            refusal: None,
            caller_number: "1002".into(),
            caller_name: String::new(),
            block: None,
            emergency_valid: None,
            recorded: false,
            first: Some(first.clone()),
            skipped: Vec::new(),
        };
        let lines = Lines {
            realm: "acme.north.example".into(),
            users: HashMap::from([(
                ANN,
                LineUser {
                    sip_user: "a7".into(),
                    extension: "1001".into(),
                    online: true,
                },
            )]),
        };
        let pair = |route: &str, trunk: &str| (route.to_owned(), trunk.to_owned());
        let routes = Routes::new([
            pair("international", "b"),
            pair("international", "a"),
            pair("default", "c"),
        ]);
        let wording = |routes| Wording {
            decision: &decision,
            lines: &lines,
            routes,
        };
        let Plan {
            stages: list,
            parties,
        } = wording(&routes).plan();
        let places: Vec<_> = list
            .iter()
            .map(|stage| (stage.next, stage.if_busy))
            .collect();
        assert_eq!(
            places,
            [
                (Some(1), Some(3)),
                (Some(2), None),
                (None, None),
                (None, None)
            ]
        );
        assert!(
            matches!(&list[0].targets[0], EngineTarget::Phone { caller_number, .. } if caller_number == "1002")
        );
        assert!(
            matches!(&list[1].targets[0], EngineTarget::Trunk { trunks, .. } if *trunks == ["b", "a"])
        );
        assert!(
            matches!(&list[1].targets[1], EngineTarget::Trunk { trunks, .. } if *trunks == ["c"])
        );
        let counts: Vec<_> = parties.iter().map(Vec::len).collect();
        assert_eq!(counts, [1, 2, 1, 1], "each target has its party");
        let phones_alone = wording(&Routes::default()).plan().stages;
        let left: Vec<_> = phones_alone
            .iter()
            .map(|stage| stage.targets.len())
            .collect();
        assert_eq!(left, [1, 0, 0, 0], "nothing goes out without a trunk");
        let carried = |from: usize| !nothing_carries(Some(&first), &phones_alone[from..]);
        assert!(carried(0) && !carried(1));
        let phone = stage(vec![CallTarget::User(ANN)], None, None);
        assert!(
            !nothing_carries(Some(&phone), &[]),
            "who has no phone needs no trunk"
        );
        assert_eq!(
            slots(Some(&first)),
            Slots {
                outbound: 2,
                international: 1
            }
        );
        assert_eq!(
            slots(Some(&stage(
                vec![outside(NumberClass::Emergency)],
                None,
                None
            ))),
            Slots::default()
        );
    }
}
