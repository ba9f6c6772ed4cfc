//! Opens a call: decides it on what is known at this moment, and writes its record and its slots
//! before the engine is answered.

use pbx_api::{
    Because, Block, CallDecision, CallFrom, CallId, CallResult, Direction, EngineDecision,
    EngineInvite, EngineStage, InstantMs, Leg, LegId, LiveCall, LiveState, NumberClass,
    RecordingState, Refusal, SIMULATOR, UserId,
};
use pbx_numbers::normalise;

use super::alerts::{self, Told};
use super::answer::{self, Lines, Plan, Refused, Wording};
use super::invite::From;
use crate::db::Tx;
use crate::dial::snapshot::Snapshot;
use crate::error::Result;
use crate::http::App;
use crate::live::call::{Ongoing, direction};
use crate::live::legs::{Callee, Missed};
use crate::live::store::{Kept, New};
use crate::live::{self, ending, presence};
use crate::trunks::Routes;
use crate::{blocks, dial};

/// An invite of somebody who is somebody's.
pub(super) struct Opening<'a> {
    pub app: &'a App,
    pub asked: &'a EngineInvite,
    /// What makes it the same one.
    pub invite: &'a str,
    pub from: &'a From,
    /// All but the calls that there are.
    pub known: Snapshot,
    /// Of everybody whom it may come to.
    pub lines: Lines,
    /// What carries calls to outside.
    pub routes: Routes,
    /// The engine's start.
    pub place: i64,
    pub now_ms: InstantMs,
}

/// What was opened.
pub(super) struct Opened {
    pub answer: EngineDecision,
    pub told: Told,
}

impl Opening<'_> {
    /// Decides the call and opens its record. None where the same invite has one: nothing that
    /// was written may stay then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(mut self, tx: &mut Tx) -> Result<Option<Opened>> {
        // Takes the reseller's row: of two calls for one free slot the second waits here.
        let seq = tx.take_seqs(1).await?;
        let client = self.known.client.id;
        presence::add_calls(tx, client, &mut self.known.present).await?;
        let (known, from) = (&self.known, self.from);
        let decision = dial::decide(known, &from.from, &from.to);
        let mut ongoing = self.ongoing(&decision);
        let slots = answer::slots(decision.first.as_ref());
        let Plan { stages, parties } = Wording {
            decision: &decision,
            lines: &self.lines,
            routes: &self.routes,
        }
        .plan();
        ongoing.plan = parties;
        let refused = match decision.refusal {
            Some(why) => Some(answer::refused(why)),
            None => answer::nothing_carries(decision.first.as_ref(), &stages)
                .then_some(answer::NO_TRUNK),
        };
        let call = ongoing.call.id;
        let answer = self.answer(&decision, stages, refused, call);
        let mut kept = Kept {
            boot_place: self.place,
            hang_up_at_ms: None,
            ended_at_ms: None,
            ongoing,
        };
        if let Some(refused) = refused {
            kept.ended_at_ms = Some(self.now_ms);
            let block = known.block.as_ref();
            let block = block.filter(|_| decision.refusal == Some(Refusal::Blocked));
            self.stopped(tx, block, &kept.ongoing, refused).await?;
        }
        let new = New {
            kept,
            engine: &self.asked.engine,
            invite: self.invite,
            answer: &serde_json::to_string(&answer)?,
            slots,
            seq,
        };
        if !live::store::open(tx, &new).await? {
            return Ok(None);
        }
        let mut told = alerts::help(tx, known, from, call, &decision, self.now_ms).await?;
        told.alerts.extend(alerts::full(known, slots));
        Ok(Some(Opened { answer, told }))
    }

    /// The records of a call that nothing rings for, and the hit of the block that stopped it.
    async fn stopped(
        &self,
        tx: &mut Tx,
        block: Option<&Block>,
        ongoing: &Ongoing,
        refused: Refused,
    ) -> Result<()> {
        if let Some(block) = block {
            blocks::store::hit(tx, block.id, self.now_ms).await?;
        }
        let leg = Leg {
            result: refused.result,
            cause: Some(refused.cause),
            sip_code: Some(refused.sip_code),
            ..ongoing.record.clone()
        };
        let hidden = block.is_some_and(|block| block.client.is_none());
        let legs = ongoing.beside(leg, || LegId(self.app.world.id()));
        ending::record(tx, legs, hidden).await
    }

    fn answer(
        &self,
        decision: &CallDecision,
        stages: Vec<EngineStage>,
        refused: Option<Refused>,
        call: CallId,
    ) -> EngineDecision {
        if let Some(refused) = refused {
            return EngineDecision::Reject {
                call: Some(call),
                sip_code: refused.sip_code,
                reason: refused.reason.to_owned(),
            };
        }
        EngineDecision::Ring {
            call,
            record: decision.recorded,
            caller_name: self.caller_name(decision).to_owned(),
            stages,
        }
    }

    fn caller_name<'a>(&'a self, decision: &'a CallDecision) -> &'a str {
        match decision.caller_name.as_str() {
            "" => &self.asked.from_name,
            name => name,
        }
    }

    /// The call as it begins.
    fn ongoing(&self, decision: &CallDecision) -> Ongoing {
        let (known, from) = (&self.known, self.from);
        let id = CallId(self.app.world.id());
        let caller: Option<UserId> = match from.from {
            CallFrom::User(user) => Some(user),
            CallFrom::Outside(_) => None,
        };
        let decided = answer::users(decision.first.as_ref());
        let to_inside = decision.class == Some(NumberClass::Extension) || !decided.is_empty();
        let direction = direction(caller.is_some(), to_inside);
        let only = match decided[..] {
            [only] => Some(only),
            _ => None,
        };
        let country = &known.client.country;
        let from_number = match (caller, direction) {
            (Some(user), Direction::Internal) => known
                .users
                .get(&user)
                .map_or_else(String::new, |user| user.extension.clone()),
            _ => decision.caller_number.clone(),
        };
        let outside = direction != Direction::Internal;
        let to_e164 = normalise(&decision.number, country).filter(|_| outside);
        let missed = missed(decision);
        let meant = known.meant(&from.from, decision);
        // A block, or a suspension, stopped the call before it was anybody's.
        let meant = meant.filter(|_| decision.refusal.is_none() || missed.is_some());
        let record = Leg {
            id: LegId(self.app.world.id()),
            call: id,
            client: known.client.id,
            user: caller.or(only).or(meant.map(|user| user.id)),
            direction,
            result: CallResult::Failed,
            started_at_ms: self.now_ms,
            answered_at_ms: None,
            ended_at_ms: self.now_ms,
            end_estimated: false,
            ring_seconds: 0,
            talk_seconds: 0,
            from_e164: normalise(&from_number, country).filter(|_| outside),
            from_number,
            from_name: self.caller_name(decision).to_owned(),
            to_number: decision.number.clone(),
            to_e164,
            cause: None,
            sip_code: None,
            recording: RecordingState::None,
            recording_info: None,
            recording_fault: None,
            source_id: self.asked.sip_call_id.clone(),
        };
        let call = LiveCall {
            id,
            client: known.client.id,
            user: record.user,
            direction,
            state: LiveState::Ringing,
            from_number: record.from_number.clone(),
            from_name: record.from_name.clone(),
            to_number: record.to_number.clone(),
            started_at_ms: self.now_ms,
            answered_at_ms: None,
            codec: String::new(),
            recorded: decision.recorded,
            simulated: self.asked.engine == SIMULATOR,
        };
        Ongoing {
            call,
            caller,
            decided,
            talker: None,
            meant: meant.map(|user| Callee {
                user: user.id,
                extension: user.extension.clone(),
            }),
            missed,
            plan: Vec::new(),
            rung: Vec::new(),
            record,
            last: (0, 0),
            counts: (false, (0, 0)),
        }
    }
}

/// Why the phones of the user whom a call is meant for don't ring, where that is what became of it.
fn missed(decision: &CallDecision) -> Option<Missed> {
    match (decision.refusal, &decision.first) {
        (Some(Refusal::Busy | Refusal::DoNotDisturb), _) => Some(Missed::Busy),
        (Some(Refusal::Unavailable | Refusal::NeedsMediaServer), _) => Some(Missed::Unavailable),
        (Some(_), _) | (None, None) => None,
        (None, Some(first)) => match first.because {
            Because::Busy(_) => Some(Missed::Busy),
            Because::Unavailable(_) => Some(Missed::Unavailable),
            Because::Dialled | Because::Number | Because::Forward(_) | Because::FollowMe(_) => None,
        },
    }
}
