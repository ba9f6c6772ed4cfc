//! FreeSWITCH's channel variables into a record.

use pbx_api::{CallResult, Direction};

use super::cause::q850;
use crate::{
    Identity, Record, Source,
    calls::Pairs,
    clid,
    clock::{Clock, Walls},
    fields::Fields,
    identity::fingerprint,
    text::shown,
    value::{When, is_audio_file, is_uuid, span, uuid_epoch, when},
};

/// Reads records of one file.
#[derive(Debug)]
pub(crate) struct Reader {
    pub clock: Clock,
    pairs: Pairs,
}

/// The caller's profile comes before variables of the same name.
pub(crate) const PROFILE: &str = "profile.";
/// The number dialled first, before any transfer.
pub(crate) const FIRST_DESTINATION: &str = "first.destination_number";
/// What the dialplan's `record_session` was told.
pub(crate) const RECORD_SESSION: &str = "app.record_session";

struct Times {
    start_us: i64,
    answered_us: Option<i64>,
    end_us: i64,
    duration_seconds: u32,
    billable_seconds: u32,
}

impl Reader {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            pairs: Pairs::default(),
        }
    }

    /// The record, or why there is none.
    pub(crate) fn record(&mut self, row: &impl Fields) -> Result<Record, String> {
        let uuid = row
            .first(&["uuid", "profile.uuid"])
            .unwrap_or_default()
            .to_ascii_lowercase();
        let times = self.times(row, &uuid)?;
        let hangup = row.text("hangup_cause").to_ascii_uppercase();
        let (clid_name, clid_number) = clid::parse(&row.text("caller_id"));
        let from_number = row
            .first(&[
                "profile.caller_id_number",
                "caller_id_number",
                "ani",
                "sip_from_user",
            ])
            .unwrap_or(clid_number);
        let name = row
            .first(&["profile.caller_id_name", "caller_id_name"])
            .unwrap_or(clid_name);
        let to_number = row
            .first(&[
                "profile.destination_number",
                "destination_number",
                "sip_req_user",
                "sip_to_user",
            ])
            .unwrap_or_default();
        let first = row.text(FIRST_DESTINATION);
        let answered = times.answered_us.is_some();
        let start_second = times.start_us.div_euclid(1_000_000).to_string();
        let parts = if uuid.is_empty() {
            let (duration, billable) = (
                times.duration_seconds.to_string(),
                times.billable_seconds.to_string(),
            );
            fingerprint(&[
                "freeswitch",
                &start_second,
                &duration,
                &billable,
                &from_number,
                &to_number,
                &hangup,
            ])
        } else {
            fingerprint(&["freeswitch", &uuid])
        };
        let identity = Identity {
            fingerprint: parts,
            unique_id: (!uuid.is_empty()).then(|| uuid.clone()),
            // One record a uuid: what comes again under it is the same.
            sequence: (!uuid.is_empty()).then_some(0),
            ..Identity::default()
        };
        let call_key_inferred = uuid.is_empty();
        let call_key = if uuid.is_empty() {
            format!("inferred:{start_second}:{from_number}")
        } else {
            self.call_key(row, &uuid)
        };
        Ok(Record {
            line: 0,
            source: Source::FreeSwitch,
            unique_id: uuid,
            call_key,
            call_key_inferred,
            sequence: None,
            account: row.text("accountcode"),
            peer_account: String::new(),
            domain: row
                .first(&[
                    "domain_name",
                    "sip_auth_realm",
                    "dialed_domain",
                    "sip_from_host",
                ])
                .unwrap_or_default(),
            context: row
                .first(&["profile.context", "context", "user_context"])
                .unwrap_or_default(),
            channel: row
                .first(&["channel_name", "profile.chan_name"])
                .unwrap_or_default(),
            dst_channel: row.text("bridge_channel"),
            last_app: row.text("last_app"),
            started_at_ms: times.start_us.div_euclid(1000),
            answered_at_ms: times.answered_us.map(|us| us.div_euclid(1000)),
            ended_at_ms: times.end_us.div_euclid(1000),
            ring_seconds: times
                .duration_seconds
                .saturating_sub(times.billable_seconds),
            duration_seconds: times.duration_seconds,
            billable_seconds: times.billable_seconds,
            from_name: if name == from_number {
                String::new()
            } else {
                name
            },
            from_number,
            dialled_number: if first == to_number {
                String::new()
            } else {
                first
            },
            to_number,
            result: result(row, &hangup, answered),
            answered,
            cause: row
                .first(&["hangup_cause_q850"])
                .and_then(|text| text.parse().ok())
                .filter(|cause| (1..=127).contains(cause))
                .or_else(|| q850(&hangup)),
            sip_code: sip_code(row),
            direction: direction(row),
            recording_file: recording(row),
            raw: String::new(),
            identity,
        })
    }

    /// The leg that started the call. A called leg names it (`originating_leg_uuid`); where it
    /// does not, `call_uuid` does, unless a hangup already reset that to the leg itself. Rows
    /// that only name the other leg (`bleg_uuid`, `signal_bond`) are paired as they come.
    fn call_key(&mut self, row: &impl Fields, uuid: &str) -> String {
        let other = |names: &[&str]| {
            let id = row.first(names)?.to_ascii_lowercase();
            (is_uuid(&id) && id != uuid).then_some(id)
        };
        let origin = [
            "originating_leg_uuid",
            "originator",
            "ent_originate_aleg_uuid",
            "call_uuid",
        ];
        if let Some(origin) = origin.iter().find_map(|name| other(&[name])) {
            return origin;
        }
        let peers = ["bridge_uuid", "signal_bond", "last_bridge_to", "bleg_uuid"];
        let peer = peers
            .iter()
            .find_map(|name| other(&[name]))
            .unwrap_or_default();
        match row.text("direction").as_str() {
            _ if row.get("originated_legs").is_some() => uuid.to_owned(),
            // Records with variables say who they are; lines of cdr_csv don't.
            "inbound" if row.get("signal_bond").is_none() || row.get("call_uuid").is_some() => {
                uuid.to_owned()
            }
            "outbound" if row.get("call_uuid").is_some() && !peer.is_empty() => peer,
            _ if row.get("call_uuid").is_some() => uuid.to_owned(),
            _ => self.pairs.key(uuid, &peer),
        }
    }

    fn times(&self, row: &impl Fields, uuid: &str) -> Result<Times, String> {
        let read = |names: &[&str], what: &str| match row.first(names) {
            Some(text) => when(&text, what),
            None => Ok(When::Never),
        };
        let moment = |what: &str, profile: &str| {
            for name in [
                format!("{what}_uepoch"),
                profile.to_owned(),
                format!("{what}_epoch"),
            ] {
                let found = read(&[&name], &name)?;
                if found != When::Never {
                    return Ok::<When, String>(found);
                }
            }
            read(&[&format!("{what}_stamp")], &format!("{what}_stamp"))
        };
        let (start, answer, end) = (
            moment("start", "times.created_time")?,
            moment("answer", "times.answered_time")?,
            moment("end", "times.hangup_time")?,
        );
        let length = |name: &str| match row.get(name) {
            Some(cell) => span(&cell, name).map(|span| span.map(|span| span.seconds)),
            None => Ok(None),
        };
        let duration = length("duration")?;
        let billable = length("billsec")?;
        let wall = |when: When| match when {
            When::Wall { seconds, .. } => Some(seconds),
            _ => None,
        };
        let micros = |when: When, near: i64| match when {
            When::Never => None,
            When::Instant { micros, .. } => Some(micros),
            When::Wall { seconds, .. } => Some(self.clock.nearest(seconds, near, None) * 1_000_000),
        };
        let start_us = match start {
            When::Instant { micros, .. } => micros,
            When::Wall { seconds, .. } => {
                let start = self.clock.start(&Walls {
                    start: seconds,
                    end: wall(end),
                    duration_seconds: duration,
                    epoch: uuid_epoch(uuid),
                });
                if let Some(end) = wall(end)
                    && !self.clock.can_end(end, start, seconds)
                {
                    return Err("the call ends before it starts".to_owned());
                }
                start * 1_000_000
            }
            // The template "opencdrrate" has no start; an answered call starts with its answer.
            When::Never => {
                let first = if answer == When::Never { end } else { answer };
                let near = uuid_epoch(uuid).unwrap_or(wall(first).unwrap_or(0));
                micros(first, near).ok_or("the start is missing")?
            }
        };
        let start_s = start_us.div_euclid(1_000_000);
        let end_us = micros(end, start_s + i64::from(duration.unwrap_or(0)));
        // Whole seconds: one of the two may have lost its fraction.
        if let (When::Instant { micros: start, .. }, When::Instant { micros: end, .. }) =
            (start, end)
            && end.div_euclid(1_000_000) < start.div_euclid(1_000_000)
        {
            return Err("the call ends before it starts".to_owned());
        }
        let duration_seconds = match (duration, end_us) {
            (Some(duration), _) => duration,
            (None, Some(end)) => u32::try_from((end - start_us).max(0) / 1_000_000).unwrap_or(0),
            (None, None) => return Err("the end and the duration are missing".to_owned()),
        };
        let near = start_s + i64::from(duration_seconds.saturating_sub(billable.unwrap_or(0)));
        let answered_us = micros(answer, near);
        let billable_seconds = match (answered_us, billable) {
            // Old versions count from the epoch when nobody answered.
            (None, _) => 0,
            (Some(_), Some(billable)) => billable,
            (Some(answer), None) => {
                let end = end_us.unwrap_or(start_us + i64::from(duration_seconds) * 1_000_000);
                u32::try_from((end - answer).max(0) / 1_000_000).unwrap_or(0)
            }
        };
        let by_duration = start_us + i64::from(duration_seconds) * 1_000_000;
        // An exact end within a second of the whole duration is the better one.
        let end_us = end_us
            .filter(|end| (0..=1_000_000).contains(&(end - by_duration)))
            .unwrap_or(by_duration);
        let answered_us = answered_us.map(|answer| answer.clamp(start_us, end_us.max(start_us)));
        Ok(Times {
            start_us,
            answered_us,
            end_us,
            duration_seconds,
            billable_seconds,
        })
    }
}

fn result(row: &impl Fields, hangup: &str, answered: bool) -> CallResult {
    if answered {
        let leaves_message = row.text("last_app").eq_ignore_ascii_case("voicemail")
            && !row.text("last_arg").starts_with("check");
        let saved =
            row.text("voicemail_action") == "save" || row.text("voicemail_message") == "true";
        return if leaves_message || saved {
            CallResult::Voicemail
        } else {
            CallResult::Answered
        };
    }
    match hangup {
        "ORIGINATOR_CANCEL" => CallResult::Cancelled,
        "USER_BUSY" => CallResult::Busy,
        "NORMAL_CLEARING" | "" if row.text("sip_hangup_disposition") == "recv_cancel" => {
            CallResult::Cancelled
        }
        // Nobody took it: no answer in time, or another phone was faster.
        "NO_ANSWER" | "NO_USER_RESPONSE" | "ALLOTTED_TIMEOUT" | "PROGRESS_TIMEOUT"
        | "LOSE_RACE" | "PICKED_OFF" | "NORMAL_CLEARING" | "BLIND_TRANSFER"
        | "ATTENDED_TRANSFER" | "SUCCESS" | "NONE" | "" => CallResult::NoAnswer,
        _ => CallResult::Failed,
    }
}

/// `sip_term_status` is a number; the others are `sip:486`.
fn sip_code(row: &impl Fields) -> Option<u16> {
    let names = [
        "sip_term_status",
        "proto_specific_hangup_cause",
        "sip_invite_failure_status",
        "last_bridge_proto_specific_hangup_cause",
    ];
    names.iter().find_map(|name| {
        let text = row.first(&[name])?;
        let code = text.strip_prefix("sip:").unwrap_or(&text).parse().ok()?;
        (100..=699).contains(&code).then_some(code)
    })
}

/// FusionPBX says it; elsewhere a gateway means out and the public context means in.
fn direction(row: &impl Fields) -> Option<Direction> {
    match row.text("call_direction").as_str() {
        "inbound" => return Some(Direction::Inbound),
        "outbound" => return Some(Direction::Outbound),
        "local" | "internal" => return Some(Direction::Internal),
        _ => {}
    }
    if row.first(&["sip_gateway_name"]).is_some() {
        return Some(Direction::Outbound);
    }
    let context = row.first(&["profile.context", "context"])?;
    (context == "public").then_some(Direction::Inbound)
}

fn recording(row: &impl Fields) -> Option<String> {
    if let Some(name) = row.first(&["record_name"]) {
        let path = row.text("record_path");
        return Some(if path.is_empty() {
            name
        } else {
            format!("{}/{name}", path.trim_end_matches('/'))
        });
    }
    let names = [
        "recording_file",
        "record_file",
        "cc_record_filename",
        "sofia_record_file",
        RECORD_SESSION,
    ];
    row.first(&names)
        .or_else(|| row.first(&["userfield"]).filter(|text| is_audio_file(text)))
}

/// A document without any of these is no call record.
pub(crate) fn missing(row: &impl Fields) -> Option<String> {
    let has_time = row
        .first(&[
            "start_uepoch",
            "start_epoch",
            "start_stamp",
            "times.created_time",
            "end_stamp",
            "end_epoch",
        ])
        .is_some();
    (!has_time).then(|| {
        let uuid = row.first(&["uuid"]).unwrap_or_default();
        format!("the record {} has no times", shown(&uuid))
    })
}
