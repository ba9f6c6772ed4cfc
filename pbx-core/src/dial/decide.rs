//! The decision on a call. Pure: what is known comes in, what is to happen goes out.

use pbx_api::{
    Because, CallDecision, CallFrom, CallStage, CallTarget, Destination, NumberClass, OutsideCall,
    Refusal, RingOrder, Routing, SkippedSetting, User, UserId,
};
use pbx_numbers::{class_of, classify, normalise};

use super::snapshot::{Beside, Snapshot};
use crate::numbers::resolve;

/// Users that a call comes to one after the other. A chain that is longer is a mistake.
const HOPS_MAX: usize = 5;
/// How long a call to outside rings where nobody says.
const OUTSIDE_SECONDS: u32 = 60;

/// Decides a call. An emergency call always goes out: no profile, limit, block or suspension is
/// looked at before it.
#[must_use]
pub fn decide(snapshot: &Snapshot, from: &CallFrom, number: &str) -> CallDecision {
    let mut call = Call {
        snapshot,
        skipped: Vec::new(),
        recorded: false,
    };
    let mut decision = CallDecision {
        number: number.trim().to_owned(),
        class: None,
        refusal: None,
        caller_number: String::new(),
        caller_name: String::new(),
        block: None,
        emergency_valid: None,
        recorded: false,
        first: None,
        skipped: Vec::new(),
    };
    let outcome = match from {
        CallFrom::User(user) => match snapshot.users.get(user) {
            Some(user) => call.user_dials(user, &mut decision),
            None => Err(Refusal::UnknownUser),
        },
        CallFrom::Outside(given) => call.somebody_calls(given, &mut decision),
    };
    match outcome {
        Ok(stage) => decision.first = Some(stage),
        Err(why) => decision.refusal = Some(why),
    }
    decision.recorded = call.recorded && decision.first.is_some();
    decision.skipped = call.skipped;
    decision
}

struct Call<'a> {
    snapshot: &'a Snapshot,
    skipped: Vec<SkippedSetting>,
    /// Somebody takes part whose calls are recorded.
    recorded: bool,
}

impl<'a> Call<'a> {
    fn user_dials(&mut self, user: &User, out: &mut CallDecision) -> Result<CallStage, Refusal> {
        let snapshot = self.snapshot;
        let known = |extension: &str| snapshot.by_extension(extension).is_some();
        let dialled =
            classify(&out.number, &snapshot.client.country, known).ok_or(Refusal::NotANumber)?;
        out.number.clone_from(&dialled.number);
        out.class = Some(dialled.class);
        let name = format!("{} {}", user.first_name, user.last_name);
        let or = |own: &str, other: &str| if own.is_empty() { other } else { own }.to_owned();
        self.takes_part(user);
        if dialled.class == NumberClass::Emergency {
            let (number, valid) = snapshot.emergency_number(user, &dialled.number);
            out.caller_name = or(&user.external_caller_name, name.trim());
            out.caller_number.clone_from(&number);
            out.emergency_valid = Some(valid);
            let outside = OutsideCall {
                number: dialled.number,
                class: dialled.class,
                caller_number: number,
            };
            return Ok(stage(Because::Dialled, CallTarget::Outside(outside)));
        }
        if dialled.class == NumberClass::Extension {
            out.caller_name = or(&user.internal_caller_name, name.trim());
            out.caller_number = or(&user.internal_caller_number, &user.extension);
        } else {
            out.caller_name = or(&user.external_caller_name, name.trim());
            out.caller_number = snapshot.external_number(Some(user));
        }
        if snapshot.client.suspended {
            return Err(Refusal::Suspended);
        }
        if user.vanity {
            return Err(Refusal::Vanity);
        }
        match snapshot.by_extension(&dialled.number) {
            Some(callee) if dialled.class == NumberClass::Extension => {
                self.reach(callee, Because::Dialled, &mut Vec::new())
            }
            _ => self.outside(Some(user), &dialled.number, Because::Dialled),
        }
    }

    fn somebody_calls(
        &mut self,
        given: &str,
        out: &mut CallDecision,
    ) -> Result<CallStage, Refusal> {
        let snapshot = self.snapshot;
        let country = &snapshot.client.country;
        out.caller_number = normalise(given, country).unwrap_or_else(|| given.trim().to_owned());
        let e164 = normalise(&out.number, country).ok_or(Refusal::NotANumber)?;
        out.number.clone_from(&e164);
        let number = snapshot.numbers.iter().find(|number| number.e164 == e164);
        let number = number.ok_or(Refusal::UnknownNumber)?;
        if snapshot.client.suspended {
            return Err(Refusal::Suspended);
        }
        if let Some(block) = &snapshot.block {
            out.block = Some(block.id);
            return Err(Refusal::Blocked);
        }
        self.route(&number.routing)
    }

    fn route(&mut self, routing: &Routing) -> Result<CallStage, Refusal> {
        match resolve(routing, self.snapshot.at_ms, &self.snapshot.zone) {
            // Hours within hours are refused where a number is set; here they lead nowhere.
            Routing::Unrouted | Routing::Hours(_) => Err(Refusal::Unrouted),
            Routing::Reject => Err(Refusal::Rejected),
            Routing::External(number) => self.outside(None, number, Because::Number),
            Routing::User(user) => {
                let user = self.user(*user)?;
                self.reach(user, Because::Number, &mut Vec::new())
            }
            Routing::RingGroup(group) => {
                let mut targets = Vec::new();
                for member in &group.members {
                    match self.phones(*member) {
                        Ok(target) => targets.push((target, group.ring_seconds)),
                        Err(why) => self.skip(Because::Number, why),
                    }
                }
                ring(Because::Number, group.order, targets, None).ok_or(Refusal::Unavailable)
            }
        }
    }

    /// Where a call to a user goes by what the user and its profile say.
    fn reach(
        &mut self,
        user: &User,
        because: Because,
        path: &mut Vec<UserId>,
    ) -> Result<CallStage, Refusal> {
        if path.contains(&user.id) || path.len() >= HOPS_MAX {
            return Err(Refusal::Loop);
        }
        path.push(user.id);
        let stage = self.at(user, because, path);
        path.pop();
        stage
    }

    fn at(
        &mut self,
        user: &User,
        because: Because,
        path: &mut Vec<UserId>,
    ) -> Result<CallStage, Refusal> {
        let snapshot = self.snapshot;
        let features = snapshot
            .profile(Some(user))
            .map(|profile| profile.features)
            .unwrap_or_default();
        self.takes_part(user);
        if features.call_forward
            && let Some(to) = &user.calls.forward
        {
            let forward = Because::Forward(user.id);
            let otherwise = matches!(because, Because::Busy(_) | Because::Unavailable(_));
            match self.lead(user, to, forward, path) {
                // Everybody from the first on wants calls to go to the next: nobody's phone is the right one.
                Err(Refusal::Loop) if !otherwise => return Err(Refusal::Loop),
                Err(why) => self.skip(forward, why),
                Ok(stage) => return Ok(stage),
            }
        }
        let busy = Because::Busy(user.id);
        let when_busy = user.when_busy.as_ref();
        let mut refuse = |call: &mut Self, why| {
            let stage = when_busy.and_then(|to| call.go(user, to, busy, path));
            stage.ok_or(why)
        };
        if features.do_not_disturb && user.calls.do_not_disturb {
            return refuse(self, Refusal::DoNotDisturb);
        }
        let waiting = features.call_waiting && user.calls.call_waiting;
        if snapshot.present.busy.contains(&user.id) && !waiting {
            return refuse(self, Refusal::Busy);
        }
        let if_busy = refuse(self, Refusal::Busy).ok();
        let unavailable = Because::Unavailable(user.id);
        let when_unavailable = user.when_unavailable.as_ref();
        let unanswered = when_unavailable.and_then(|to| self.go(user, to, unavailable, path));

        let mut targets = Vec::new();
        if !snapshot.present.offline.contains(&user.id) {
            targets.push((CallTarget::User(user.id), user.dial_seconds));
        }
        let mut order = RingOrder::InOrder;
        if features.follow_me
            && let Some(follow) = &user.calls.follow_me
        {
            order = follow.order;
            let mut beside = Beside::default();
            for step in &follow.steps {
                match self.step(user, &step.destination, beside) {
                    Ok(target) => {
                        if order == RingOrder::AllAtOnce {
                            beside.add(&target);
                        }
                        targets.push((target, step.ring_seconds));
                    }
                    Err(why) => self.skip(Because::FollowMe(user.id), why),
                }
            }
        }
        let following = Because::FollowMe(user.id);
        let first_is_phone =
            matches!(targets.first(), Some((CallTarget::User(id), _)) if *id == user.id);
        let rest = if order == RingOrder::InOrder && first_is_phone {
            let rest = targets.split_off(1);
            ring(following, order, rest, unanswered)
        } else {
            unanswered
        };
        if targets.is_empty() {
            // No phone and nowhere to follow: what unavailable says goes at once.
            return rest.ok_or(Refusal::Unavailable);
        }
        let because = if first_is_phone { because } else { following };
        let stage = ring(because, order, targets, rest).ok_or(Refusal::Unavailable)?;
        Ok(CallStage {
            if_busy: if_busy.map(Box::new),
            ..stage
        })
    }

    /// A destination of a user's, or nothing and a note why not.
    fn go(
        &mut self,
        user: &User,
        to: &Destination,
        because: Because,
        path: &mut Vec<UserId>,
    ) -> Option<CallStage> {
        let stage = self.lead(user, to, because, path);
        stage.map_err(|why| self.skip(because, why)).ok()
    }

    /// Where a destination of a user's leads.
    fn lead(
        &mut self,
        user: &User,
        to: &Destination,
        because: Because,
        path: &mut Vec<UserId>,
    ) -> Result<CallStage, Refusal> {
        match to {
            Destination::User(id) => self
                .user(*id)
                .and_then(|other| self.reach(other, because, path)),
            Destination::External(number) => self.outside(Some(user), number, because),
            Destination::Voicemail => Err(Refusal::NeedsMediaServer),
        }
    }

    /// A step of a follow-me: it rings there, and what is set there is not followed.
    fn step(
        &mut self,
        user: &User,
        to: &Destination,
        beside: Beside,
    ) -> Result<CallTarget, Refusal> {
        match to {
            Destination::User(id) if *id == user.id => Err(Refusal::Loop),
            Destination::User(id) => self.phones(*id),
            Destination::External(number) => self
                .outside_call(Some(user), number, beside)
                .map(CallTarget::Outside),
            Destination::Voicemail => Err(Refusal::NeedsMediaServer),
        }
    }

    /// The phones of somebody who wants to be called.
    fn phones(&mut self, id: UserId) -> Result<CallTarget, Refusal> {
        let user = self.user(id)?;
        let features = self
            .snapshot
            .profile(Some(user))
            .map(|profile| profile.features);
        if user.calls.do_not_disturb && features.unwrap_or_default().do_not_disturb {
            return Err(Refusal::DoNotDisturb);
        }
        if self.snapshot.present.offline.contains(&id) {
            return Err(Refusal::Unavailable);
        }
        self.takes_part(user);
        Ok(CallTarget::User(id))
    }

    fn outside(
        &mut self,
        user: Option<&User>,
        number: &str,
        because: Because,
    ) -> Result<CallStage, Refusal> {
        let outside = self.outside_call(user, number, Beside::default())?;
        Ok(stage(because, CallTarget::Outside(outside)))
    }

    fn outside_call(
        &self,
        user: Option<&User>,
        number: &str,
        beside: Beside,
    ) -> Result<OutsideCall, Refusal> {
        let class = class_of(number).ok_or(Refusal::NotANumber)?;
        self.snapshot.permits(user, class, beside)?;
        Ok(OutsideCall {
            number: number.to_owned(),
            class,
            caller_number: self.snapshot.external_number(user),
        })
    }

    fn user(&self, id: UserId) -> Result<&'a User, Refusal> {
        self.snapshot.users.get(&id).ok_or(Refusal::UnknownUser)
    }

    fn takes_part(&mut self, user: &User) {
        let profile = self.snapshot.profile(Some(user));
        self.recorded |= profile.is_some_and(|profile| profile.features.call_recording);
    }

    fn skip(&mut self, because: Because, why: Refusal) {
        let skipped = SkippedSetting { because, why };
        if !self.skipped.contains(&skipped) {
            self.skipped.push(skipped);
        }
    }
}

fn stage(because: Because, target: CallTarget) -> CallStage {
    CallStage {
        because,
        targets: vec![target],
        ring_seconds: OUTSIDE_SECONDS,
        if_unanswered: None,
        if_busy: None,
    }
}

/// Rings targets together or one after the other, then what comes last.
fn ring(
    because: Because,
    order: RingOrder,
    targets: Vec<(CallTarget, u32)>,
    last: Option<CallStage>,
) -> Option<CallStage> {
    if targets.is_empty() {
        return last;
    }
    if order == RingOrder::AllAtOnce {
        let ring_seconds = targets.iter().map(|(_, seconds)| *seconds).max()?;
        return Some(CallStage {
            because,
            targets: targets.into_iter().map(|(target, _)| target).collect(),
            ring_seconds,
            if_unanswered: last.map(Box::new),
            if_busy: None,
        });
    }
    targets
        .into_iter()
        .rev()
        .fold(last, |next, (target, ring_seconds)| {
            Some(CallStage {
                because,
                targets: vec![target],
                ring_seconds,
                if_unanswered: next.map(Box::new),
                if_busy: None,
            })
        })
}
