//! Decides a call that an engine asks about, and opens its record before it is answered.

use pbx_api::{
    CallDecision, CallFrom, CallId, CallResult, Direction, EngineCaller, EngineDecision,
    EngineInvite, InstantMs, Leg, LegId, LiveAlert, LiveCall, LiveState, NumberClass,
    RecordingState, Refusal, ResellerId, SIMULATOR, UserId,
};
use pbx_numbers::normalise;
use sha2::{Digest as _, Sha256};

use super::answer::{self, Lines};
use super::{store, words};
use crate::blocks;
use crate::db::{Tenant, Tx};
use crate::dial;
use crate::dial::snapshot::Snapshot;
use crate::error::Result;
use crate::http::App;
use crate::live::call::{Ongoing, direction};
use crate::live::store::{Kept, New, Slots};
use crate::live::{self, ending, presence};

/// The answer to an invite: the same one however often it is asked.
///
/// # Errors
/// A problem where the invite can't be read; when the database fails.
pub async fn decide(app: &App, asked: &EngineInvite) -> Result<EngineDecision> {
    check(asked)?;
    let invite = key(asked);
    let mut root = app.db.look_root().await?;
    if let Some(answer) = live::store::answered(root.conn(), &asked.engine, &invite).await? {
        return Ok(serde_json::from_str(&answer)?);
    }
    let from = match find(&mut root, asked).await? {
        Ok(from) => from,
        Err(nobody) => return Ok(nobody),
    };
    drop(root);
    let now_ms = app.world.now_ms();
    let mut root = app.db.begin_root().await?;
    let place = live::store::boot_place(&mut root, &asked.engine, &asked.boot, now_ms).await?;
    let mut tx = root.of(Tenant::reseller(from.reseller));
    // Takes the reseller's row: of two calls for one free slot the second waits here, and so does
    // the same invite, which then finds its answer.
    tx.take_seqs(0).await?;
    if let Some(answer) = live::store::answered(tx.conn(), &asked.engine, &invite).await? {
        return Ok(serde_json::from_str(&answer)?);
    }
    let mut call = Call {
        app,
        asked,
        invite,
        place,
        now_ms,
    };
    let (answer, alerts) = call.open(&mut tx, &from).await?;
    tx.commit().await?;
    app.live.changed(from.reseller, alerts);
    Ok(answer)
}

fn check(asked: &EngineInvite) -> Result<()> {
    let (name, realm) = match &asked.caller {
        EngineCaller::Phone { user, realm } => (user, realm.as_str()),
        EngineCaller::Trunk { name } => (name, ""),
    };
    words::check(&[
        ("engine", &asked.engine),
        ("boot", &asked.boot),
        ("sip_call_id", &asked.sip_call_id),
        ("from_tag", &asked.from_tag),
        ("caller", name),
        ("caller", realm),
        ("from_user", &asked.from_user),
        ("from_name", &asked.from_name),
        ("to", &asked.to),
    ])
}

/// What makes an invite the same one. A hash, because the parts are the caller's choice.
fn key(asked: &EngineInvite) -> String {
    let mut hash = Sha256::new();
    for part in [&asked.boot, &asked.sip_call_id, &asked.from_tag] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Whose call it is.
struct From {
    reseller: ResellerId,
    from: CallFrom,
    /// What is dialled: as a user dials it, or in E.164.
    to: String,
}

/// Whose call it is, or the refusal of somebody who is nobody's.
async fn find(
    root: &mut crate::db::Root,
    asked: &EngineInvite,
) -> Result<Result<From, EngineDecision>> {
    let nobody = |sip_code, reason: &str| EngineDecision::Reject {
        call: None,
        sip_code,
        reason: reason.to_owned(),
    };
    match &asked.caller {
        EngineCaller::Phone { user, realm } => {
            if *user != asked.from_user {
                return Ok(Err(nobody(403, "From Is Somebody Else")));
            }
            let line = store::line(root, realm, user).await?;
            Ok(line.map_or_else(
                || Err(nobody(403, "Unknown User")),
                |line| {
                    Ok(From {
                        reseller: line.reseller,
                        from: CallFrom::User(line.user),
                        to: asked.to.clone(),
                    })
                },
            ))
        }
        EngineCaller::Trunk { .. } => {
            // Trunks send the whole number, with a plus or without.
            let digits = asked.to.trim_start_matches('+');
            let Some(e164) = normalise(&format!("+{digits}"), "") else {
                return Ok(Err(nobody(404, "Not Found")));
            };
            let owner = store::owner(root, &e164).await?;
            Ok(owner.map_or_else(
                || Err(nobody(404, "Not Found")),
                |reseller| {
                    Ok(From {
                        reseller,
                        from: CallFrom::Outside(asked.from_user.clone()),
                        to: e164,
                    })
                },
            ))
        }
    }
}

struct Call<'a> {
    app: &'a App,
    asked: &'a EngineInvite,
    invite: String,
    place: i64,
    now_ms: InstantMs,
}

impl Call<'_> {
    async fn open(&mut self, tx: &mut Tx, from: &From) -> Result<(EngineDecision, Vec<LiveAlert>)> {
        let mut known = match &from.from {
            CallFrom::User(user) => dial::of_user(tx, *user, &from.to, self.now_ms).await?,
            CallFrom::Outside(given) => dial::of_caller(tx, given, &from.to, self.now_ms).await?,
        };
        let (client, users) = (known.client.id, known.users.keys().copied());
        known.present = presence::present(tx, client, users, self.now_ms).await?;
        let decision = dial::decide(&known, &from.from, &from.to);
        let ongoing = self.ongoing(&known, from, &decision);
        let slots = answer::slots(decision.first.as_ref());
        let everybody = answer::everybody(decision.first.as_ref());
        let lines = store::lines(tx, client, &everybody).await?;
        let answer = self.answer(&decision, &lines, ongoing.call.id);
        let mut kept = Kept {
            boot_place: self.place,
            hang_up_at_ms: None,
            ended_at_ms: None,
            ongoing,
        };
        if let Some(why) = decision.refusal {
            kept.ended_at_ms = Some(self.now_ms);
            self.stopped(tx, &known, &kept.ongoing, why).await?;
        }
        let new = New {
            kept,
            engine: &self.asked.engine,
            invite: &self.invite,
            answer: &serde_json::to_string(&answer)?,
            slots,
        };
        live::store::open(tx, &new).await?;
        let mut alerts = full(&known, slots);
        alerts.extend(self.help(tx, &known, from, &decision).await?);
        Ok((answer, alerts))
    }

    /// The record of a call that nothing rings for, and the hit of the block that stopped it.
    async fn stopped(
        &self,
        tx: &mut Tx,
        known: &Snapshot,
        ongoing: &Ongoing,
        why: Refusal,
    ) -> Result<()> {
        let block = known.block.as_ref().filter(|_| why == Refusal::Blocked);
        if let Some(block) = block {
            blocks::store::hit(tx, block.id, self.now_ms).await?;
        }
        let refused = answer::refused(why);
        let leg = Leg {
            result: refused.result,
            cause: Some(refused.cause),
            sip_code: Some(refused.sip_code),
            ..ongoing.record.clone()
        };
        let hidden = block.is_some_and(|block| block.client.is_none());
        ending::record(tx, leg, hidden).await
    }

    fn answer(&self, decision: &CallDecision, lines: &Lines, call: CallId) -> EngineDecision {
        if let Some(why) = decision.refusal {
            let refused = answer::refused(why);
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
            stages: answer::stages(decision, lines),
        }
    }

    fn caller_name<'a>(&'a self, decision: &'a CallDecision) -> &'a str {
        match decision.caller_name.as_str() {
            "" => &self.asked.from_name,
            name => name,
        }
    }

    /// The call as it begins.
    fn ongoing(&self, known: &Snapshot, from: &From, decision: &CallDecision) -> Ongoing {
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
        let record = Leg {
            id: LegId(self.app.world.id()),
            call: id,
            client: known.client.id,
            user: caller.or(only),
            direction,
            result: CallResult::Failed,
            started_at_ms: self.now_ms,
            answered_at_ms: None,
            ended_at_ms: self.now_ms,
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
            record,
            last: (0, 0),
        }
    }

    /// Whom a call for help is told to, where it is one.
    async fn help(
        &self,
        tx: &mut Tx,
        known: &Snapshot,
        from: &From,
        decision: &CallDecision,
    ) -> Result<Option<LiveAlert>> {
        let (Some(NumberClass::Emergency), CallFrom::User(user)) = (decision.class, &from.from)
        else {
            return Ok(None);
        };
        let rows = known.emergency.iter();
        let row = rows
            .filter(|row| row.dialled == decision.number)
            .max_by_key(|row| (row.user.is_some(), row.client.is_some()));
        let Some(row) = row else { return Ok(None) };
        if decision.number == TEST_NUMBER {
            crate::emergency::store::tested(tx, row.id, self.now_ms).await?;
        }
        Ok(row.notify_desktop.then(|| LiveAlert::EmergencyCall {
            client: known.client.id,
            user: Some(*user),
            dialled: decision.number.clone(),
            location: row.location.clone(),
        }))
    }
}

/// Answers with what the caller's location reads as: dialled to try it out.
const TEST_NUMBER: &str = "933";

/// The limits that a client reaches with a call.
fn full(known: &Snapshot, slots: Slots) -> Vec<LiveAlert> {
    let (client, present) = (&known.client, &known.present);
    let reached = |limit: Option<u32>, before: u32, new: u32| {
        limit.filter(|limit| before < *limit && before.saturating_add(new) >= *limit)
    };
    let alert = |limit, international| LiveAlert::LimitReached {
        client: client.id,
        international,
        limit,
    };
    let calls = reached(
        client.max_outbound_calls,
        present.outbound_calls,
        slots.outbound,
    );
    let abroad = reached(
        client.max_international_calls,
        present.international_calls,
        slots.international,
    );
    let calls = calls.map(|limit| alert(limit, false));
    calls
        .into_iter()
        .chain(abroad.map(|limit| alert(limit, true)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_is_known_by_all_of_its_parts() {
        let asked = |boot: &str, call: &str, tag: &str| EngineInvite {
            engine: "e".into(),
            boot: boot.into(),
            sip_call_id: call.into(),
            from_tag: tag.into(),
            caller: EngineCaller::Trunk {
                name: String::new(),
            },
            from_user: String::new(),
            from_name: String::new(),
            to: String::new(),
            source_address: String::new(),
            source_port: 0,
        };
        let one = key(&asked("b", "c", "t"));
        assert_eq!(one, key(&asked("b", "c", "t")));
        for other in [
            asked("b", "ct", ""),
            asked("", "bc", "t"),
            asked("b", "c", "u"),
        ] {
            assert_ne!(one, key(&other));
        }
    }
}
