//! Legs in the database.

use pbx_api::{
    CallId, CallResult, Direction, InstantMs, Leg, LegId, RecordingFault, RecordingInfo,
    RecordingState, RemovedKind, UserId,
};
use serde::Serialize;

use crate::changes::store::{Audience, Gone, bury};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Legs of one insert. With fourteen values a leg, both engines take it as one statement.
pub const INSERT_AT_ONCE: usize = 1000;

/// A leg to be written, with what an import knows it again by.
#[derive(Debug, Clone)]
pub struct NewLeg {
    /// Its recording must be `None`: audio is attached afterwards.
    pub leg: Leg,
    pub fingerprint: i64,
    pub identity: String,
    /// A reseller's block stopped it: for the client and its users it does not exist.
    pub hidden: bool,
}

/// What of a leg never changes once it is written: everything but ids and recording. The fields
/// are those of [`Leg`], as serde writes them.
#[derive(Serialize)]
struct Fixed<'a> {
    direction: Direction,
    result: CallResult,
    started_at_ms: InstantMs,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at_ms: Option<InstantMs>,
    ended_at_ms: InstantMs,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    end_estimated: bool,
    ring_seconds: u32,
    talk_seconds: u32,
    from_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_e164: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    from_name: &'a str,
    to_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_e164: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sip_code: Option<u16>,
    #[serde(skip_serializing_if = "str::is_empty")]
    source_id: &'a str,
}

/// The fixed part as JSON members without the braces, ready to be put into the feed's line.
fn wire(leg: &Leg) -> Result<String> {
    let json = serde_json::to_string(&Fixed {
        direction: leg.direction,
        result: leg.result,
        started_at_ms: leg.started_at_ms,
        answered_at_ms: leg.answered_at_ms,
        ended_at_ms: leg.ended_at_ms,
        end_estimated: leg.end_estimated,
        ring_seconds: leg.ring_seconds,
        talk_seconds: leg.talk_seconds,
        from_number: &leg.from_number,
        from_e164: leg.from_e164.as_deref(),
        from_name: &leg.from_name,
        to_number: &leg.to_number,
        to_e164: leg.to_e164.as_deref(),
        cause: leg.cause,
        sip_code: leg.sip_code,
        source_id: &leg.source_id,
    })?;
    let inner = json
        .strip_prefix('{')
        .and_then(|json| json.strip_suffix('}'));
    Ok(inner.unwrap_or_default().to_owned())
}

/// The snake-case name of a unit enum, as the wire and the tables have it.
fn name_of(value: &impl Serialize) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(name) => Ok(name),
        other => Err(Error::Internal(anyhow::anyhow!("{other} is no name"))),
    }
}

/// Writes legs as the next changes of the reseller, [`INSERT_AT_ONCE`] a statement.
///
/// # Errors
/// When the database fails or an id is there already.
pub async fn insert(tx: &mut Tx, legs: &[NewLeg]) -> Result<()> {
    for legs in legs.chunks(INSERT_AT_ONCE) {
        let first = tx.take_seqs(legs.len()).await?;
        let reseller = tx.reseller();
        let mut rows = Vec::with_capacity(legs.len());
        for (seq, new) in (first..).zip(legs) {
            rows.push((
                seq,
                new,
                wire(&new.leg)?,
                name_of(&new.leg.direction)?,
                name_of(&new.leg.result)?,
            ));
        }
        run!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "insert into leg (id, reseller_id, client_id, user_id, call_id, seq, started_at_ms,
                    talk_seconds, direction, result, wire, fingerprint, identity, hidden) ",
            );
            insert.push_values(&rows, |mut row, (seq, new, wire, direction, result)| {
                let leg = &new.leg;
                row.push_bind(leg.id.to_string())
                    .push_bind(&reseller)
                    .push_bind(leg.client.to_string())
                    .push_bind(leg.user.filter(|_| !new.hidden).map(|id| id.to_string()))
                    .push_bind(leg.call.to_string())
                    .push_bind(*seq)
                    .push_bind(leg.started_at_ms)
                    .push_bind(i64::from(leg.talk_seconds))
                    .push_bind(direction)
                    .push_bind(result)
                    .push_bind(wire)
                    .push_bind(new.fingerprint)
                    .push_bind(&new.identity)
                    .push_bind(new.hidden);
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    call_id: String,
    client_id: String,
    user_id: Option<String>,
    wire: String,
    recording: String,
    recording_info: String,
    recording_fault: String,
}

impl Row {
    fn into_leg(self, may_play: bool) -> Result<Leg> {
        let user = self
            .user_id
            .map(|id| format!(r#""user":"{id}","#))
            .unwrap_or_default();
        let mut leg: Leg = serde_json::from_str(&format!(
            r#"{{"id":"{}","call":"{}","client":"{}",{user}{},"recording":"{}"}}"#,
            self.id, self.call_id, self.client_id, self.wire, self.recording
        ))?;
        if may_play && !self.recording_info.is_empty() {
            leg.recording_info = Some(serde_json::from_str(&self.recording_info)?);
        }
        if !self.recording_fault.is_empty() {
            leg.recording_fault = Some(serde_json::from_value(self.recording_fault.into())?);
        }
        Ok(leg)
    }
}

/// Rows in reach of a tenant: `$1` reseller, `$2` client or null, `$3` user or null, `$5` the login
/// that is restricted to departments or null. The joined
/// empty text keeps SQLite, which has no statistics, from walking the reseller's whole index
/// instead of looking up the one id that `$4` names.
macro_rules! in_reach {
    ($rest:literal) => {
        concat!(
            "select id, call_id, client_id, user_id, wire, recording, recording_info, recording_fault
             from leg
             where reseller_id || '' = $1
               and (cast($2 as text) is null or (client_id = $2 and not hidden))
               and (cast($3 as text) is null or user_id = $3)
               and (cast($5 as text) is null or user_id in
                   (select u.id from client_user u
                    join account_department d on d.department = u.department
                    where u.client_id = $2 and d.account_id = $5))
               and client_id not in
                   (select id from client where reseller_id = $1 and archived_at_ms is not null) ",
            $rest
        )
    };
}

/// The legs of a call in reach, as they began.
///
/// # Errors
/// When the database fails.
pub async fn of_call(tx: &mut Tx, call: CallId, may_play: bool) -> Result<Vec<Leg>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let departments = tx.departments_of();
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        in_reach!("and call_id = $4 order by started_at_ms, id"),
    )
    .bind(&reseller)
    .bind(&client)
    .bind(&user)
    .bind(call.to_string())
    .bind(&departments)
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(|row| row.into_leg(may_play)).collect()
}

/// A leg in reach.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is somebody else's.
pub async fn show(tx: &mut Tx, leg: LegId, may_play: bool) -> Result<Leg> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let user = tx.tenant().user().map(|id| id.to_string());
    let departments = tx.departments_of();
    let row: Option<Row> = run!(tx, c => sqlx::query_as(in_reach!("and id = $4"))
        .bind(&reseller)
        .bind(&client)
        .bind(&user)
        .bind(leg.to_string())
        .bind(&departments)
        .fetch_optional(c)
        .await)?;
    row.ok_or_else(Error::not_found)?.into_leg(may_play)
}

/// Writes a leg's recording state, as a change.
///
/// # Errors
/// [`Error::not_found`] when the reseller has no such leg.
pub async fn set_recording(
    tx: &mut Tx,
    leg: LegId,
    state: RecordingState,
    info: Option<&RecordingInfo>,
) -> Result<()> {
    let info = info
        .map(serde_json::to_string)
        .transpose()?
        .unwrap_or_default();
    put_recording(tx, leg, &name_of(&state)?, &info, "").await
}

/// Writes that a leg has no recording though it was to have one, as a change.
///
/// # Errors
/// [`Error::not_found`] when the reseller has no such leg.
pub async fn fail_recording(tx: &mut Tx, leg: LegId, fault: RecordingFault) -> Result<()> {
    let none = name_of(&RecordingState::None)?;
    put_recording(tx, leg, &none, "", &name_of(&fault)?).await
}

async fn put_recording(
    tx: &mut Tx,
    leg: LegId,
    state: &str,
    info: &str,
    fault: &str,
) -> Result<()> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    let changed = run!(tx, c => sqlx::query(
        "update leg set recording = $3, recording_info = $4, recording_fault = $5, seq = $6
         where id = $1 and reseller_id = $2",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .bind(state)
    .bind(info)
    .bind(fault)
    .bind(seq)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    if changed == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

/// Removes a leg, as a change for everybody who could see it. Its recording must be gone before.
///
/// # Errors
/// [`Error::not_found`] when the reseller has no such leg.
pub async fn remove(tx: &mut Tx, leg: LegId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    let owner: Option<(String, Option<String>, bool)> = run!(tx, c => sqlx::query_as(
        "delete from leg where id = $1 and reseller_id = $2 returning client_id, user_id, hidden",
    )
    .bind(leg.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    let (client, user, hidden) = owner.ok_or_else(Error::not_found)?;
    let client = db::id(&client)?;
    let audience = Audience {
        reseller: true,
        // Nobody is told that a thing is gone that was never there for them.
        client: (!hidden).then_some(client),
        user: user.as_deref().map(db::id).transpose()?,
    };
    bury(tx, Gone::One(RemovedKind::Leg, leg.0), audience, now_ms).await
}

/// Takes a user off its legs, each of them as a change.
///
/// # Errors
/// When the database fails.
pub async fn forget_user(tx: &mut Tx, user: UserId) -> Result<()> {
    let (reseller, user) = (tx.reseller(), user.to_string());
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from leg where user_id = $1 and reseller_id || '' = $2",
    )
    .bind(&user)
    .bind(&reseller)
    .fetch_one(c)
    .await)?;
    if count == 0 {
        return Ok(());
    }
    let first = tx
        .take_seqs(usize::try_from(count).unwrap_or_default())
        .await?;
    run!(tx, c => sqlx::query(
        "update leg set user_id = null, seq = $3 + moved.place
         from (select id, row_number() over (order by seq) - 1 as place
               from leg where user_id = $1 and reseller_id || '' = $2) as moved
         where moved.id = leg.id",
    )
    .bind(&user)
    .bind(&reseller)
    .bind(first)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg() -> Leg {
        let id = uuid::Uuid::from_u128(7);
        Leg {
            id: LegId(id),
            call: CallId(id),
            client: pbx_api::ClientId(id),
            user: Some(UserId(id)),
            direction: Direction::Inbound,
            result: CallResult::NoAnswer,
            started_at_ms: 1,
            answered_at_ms: Some(2),
            ended_at_ms: 3,
            end_estimated: true,
            ring_seconds: 4,
            talk_seconds: 5,
            from_number: "+12025550123".into(),
            from_e164: Some("+12025550123".into()),
            from_name: "Zoë \"Ann\" \\ 𝒵\u{1}".into(),
            to_number: "1001".into(),
            to_e164: Some("+12025550199".into()),
            cause: Some(16),
            sip_code: Some(200),
            recording: RecordingState::Available,
            recording_info: None,
            recording_fault: None,
            source_id: "pbx-1.2".into(),
        }
    }

    /// A field that is added to the wire type must not be forgotten here.
    #[test]
    fn the_stored_parts_make_the_leg_again() {
        let leg = leg();
        let row = Row {
            id: leg.id.to_string(),
            call_id: leg.call.to_string(),
            client_id: leg.client.to_string(),
            user_id: leg.user.map(|id| id.to_string()),
            wire: wire(&leg).unwrap(),
            recording: "available".into(),
            recording_info: String::new(),
            recording_fault: String::new(),
        };
        assert_eq!(row.into_leg(true).unwrap(), leg);
    }
}
