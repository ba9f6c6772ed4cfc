//! Asterisk's CDR fields into a record.

use pbx_api::{CallResult, Direction};

use crate::{
    Identity, Record, Source,
    calls::{CallGuess, Hint},
    clid,
    clock::{Clock, Walls},
    csv::layout::is_disposition,
    fields::Fields,
    identity::fingerprint,
    text::shown,
    value::{Span, When, is_audio_file, span, unique_id_epoch, when},
};

/// Column names under which exports keep the same thing.
pub(crate) const START: [&str; 3] = ["start", "calldate", "starttime"];
const ANSWER: [&str; 3] = ["answer", "answerdate", "answertime"];
const END: [&str; 3] = ["end", "enddate", "endtime"];
const SRC: [&str; 2] = ["src", "source"];
const DST: [&str; 2] = ["dst", "destination"];

/// Reads rows of one file; keeps what only several rows together say.
#[derive(Debug)]
pub(crate) struct Reader {
    pub clock: Clock,
    guess: CallGuess,
}

/// When the row's call was, in UTC.
struct Times {
    start_s: i64,
    /// Start with its fraction, where the row has one.
    start_us: Option<i64>,
    answered_us: Option<i64>,
    duration: Span,
    billable: Span,
}

impl Reader {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            guess: CallGuess::default(),
        }
    }

    /// The record, or why there is none. `line` and `raw` are the caller's to set.
    pub(crate) fn record(&mut self, row: &impl Fields) -> Result<Record, String> {
        let disposition = row.text("disposition").to_ascii_uppercase();
        if !is_disposition(&disposition) {
            return Err(format!(
                "disposition {} is not one of Asterisk's",
                shown(&disposition)
            ));
        }
        let disposition = disposition.replace("NOANSWER", "NO ANSWER");
        let answered = disposition == "ANSWERED";
        let unique_id = row.first(&["uniqueid"]);
        let linked_id = row.first(&["linkedid"]);
        let times = self.times(row, unique_id.as_deref().or(linked_id.as_deref()), answered)?;

        let to_number = row.first(&DST).unwrap_or_default();
        let clid = row.text("clid");
        let (clid_name, clid_number) = clid::parse(&clid);
        let src = row.first(&SRC).unwrap_or_default();
        let user_field = row.text("userfield");
        let channel = row.text("channel");
        let dst_channel = row.text("dstchannel");
        let sequence = row.first(&["sequence"]).and_then(|text| text.parse().ok());
        let context = row.text("dcontext");
        let last_app = row.text("lastapp");

        let start_us = times.start_us.unwrap_or(times.start_s * 1_000_000);
        let exact = times.duration.micros;
        let end_us = start_us + exact.unwrap_or(i64::from(times.duration.seconds) * 1_000_000);
        let start_second = times.start_s.to_string();
        let identity = Identity {
            fingerprint: fingerprint(&[
                "asterisk",
                &start_second,
                &times.duration.seconds.to_string(),
                &times.billable.seconds.to_string(),
                &src,
                &to_number,
                &disposition,
            ]),
            unique_id: unique_id.clone(),
            sequence,
            channel: row.get("channel").map(|_| channel.clone()),
            dst_channel: row.get("dstchannel").map(|_| dst_channel.clone()),
            started_at_us: times.start_us,
            duration_us: exact,
        };
        let known_key = linked_id.or_else(|| unique_id.clone());
        let call_key_inferred = known_key.is_none();
        let call_key = known_key.unwrap_or_else(|| {
            self.guess.key(&Hint {
                caller: &src,
                caller_id: &clid,
                channel: &channel,
                start_us,
                end_us,
                exact: times.start_us.is_some(),
            })
        });
        let billable_seconds = times.billable.seconds;
        Ok(Record {
            line: 0,
            source: Source::Asterisk,
            unique_id: unique_id.unwrap_or_default(),
            call_key,
            call_key_inferred,
            sequence,
            account: row.text("accountcode"),
            peer_account: row.text("peeraccount"),
            domain: String::new(),
            direction: direction(&context),
            context,
            channel,
            dst_channel,
            started_at_ms: start_us.div_euclid(1000),
            answered_at_ms: times.answered_us.map(|us| us.div_euclid(1000)),
            ended_at_ms: end_us.div_euclid(1000),
            ring_seconds: times.duration.seconds.saturating_sub(billable_seconds),
            duration_seconds: times.duration.seconds,
            billable_seconds,
            from_name: if clid_name.is_empty() {
                row.text("cnam")
            } else {
                clid_name
            },
            from_number: if src.is_empty() { clid_number } else { src },
            dialled_number: dialled(row, &user_field, &to_number),
            to_number,
            result: result(&disposition, &last_app),
            last_app,
            answered,
            cause: row.first(&["hangupcause"]).and_then(|text| cause(&text)),
            sip_code: None,
            recording_file: recording(row, &user_field),
            raw: String::new(),
            identity,
        })
    }

    fn times(&self, row: &impl Fields, id: Option<&str>, answered: bool) -> Result<Times, String> {
        let read =
            |names: &[&str], column: &str| when(&row.first(names).unwrap_or_default(), column);
        let start = read(&START, "start")?;
        let answer = read(&ANSWER, "answer")?;
        let end = read(&END, "end")?;
        let length = |name: &str| match row.get(name) {
            Some(cell) => span(&cell, name),
            None => Ok(None),
        };
        let duration = length("duration")?;
        let billable = length("billsec")?;
        let (start_s, start_us) = match start {
            When::Never => return Err("the start is missing".to_owned()),
            When::Instant { micros, exact } => {
                (micros.div_euclid(1_000_000), exact.then_some(micros))
            }
            When::Wall { seconds, micros } => {
                let walls = Walls {
                    start: seconds,
                    end: wall_seconds(end),
                    duration_seconds: duration.map(|duration| duration.seconds),
                    epoch: id.and_then(unique_id_epoch),
                };
                let start = self.clock.start(&walls);
                if let Some(end) = walls.end
                    && !self.clock.can_end(end, start, seconds)
                {
                    return Err("the call ends before it starts".to_owned());
                }
                (
                    start,
                    micros.map(|micros| start * 1_000_000 + i64::from(micros)),
                )
            }
        };
        let from = start_us.unwrap_or(start_s * 1_000_000);
        if let When::Instant { micros, .. } = end
            && micros < from
        {
            return Err("the call ends before it starts".to_owned());
        }
        let duration = match (duration, end) {
            (Some(duration), _) => duration,
            (None, When::Instant { micros, exact }) => {
                let length = micros - from;
                let seconds = u32::try_from(length / 1_000_000).unwrap_or(0);
                Span {
                    seconds,
                    micros: exact.then_some(length),
                }
            }
            (None, When::Wall { seconds, .. }) => {
                let end = self.clock.nearest(seconds, start_s, None);
                Span {
                    seconds: u32::try_from(end - start_s).unwrap_or(0),
                    micros: None,
                }
            }
            (None, When::Never) => return Err("the duration is missing".to_owned()),
        };
        let billable = billable.unwrap_or(if answered {
            duration
        } else {
            Span {
                seconds: 0,
                micros: None,
            }
        });
        let length = duration
            .micros
            .unwrap_or(i64::from(duration.seconds) * 1_000_000);
        let talk = billable
            .micros
            .unwrap_or(i64::from(billable.seconds) * 1_000_000);
        let expected = from + (length - talk).max(0);
        let given = match answer {
            When::Never => None,
            When::Instant { micros, .. } => Some(micros),
            When::Wall { seconds, micros } => {
                let near = expected.div_euclid(1_000_000);
                let second = self
                    .clock
                    .nearest(seconds, near, id.and_then(unique_id_epoch));
                Some(second * 1_000_000 + i64::from(micros.unwrap_or(0)))
            }
        };
        // A truncated duration may end up to a second before a truncated answer.
        let possible = from..=from + length + 1_000_000;
        let answered_us = given.filter(|us| possible.contains(us)).unwrap_or(expected);
        Ok(Times {
            start_s,
            start_us,
            answered_us: answered.then_some(answered_us),
            duration,
            billable,
        })
    }
}

pub(crate) fn wall_seconds(when: When) -> Option<i64> {
    match when {
        When::Wall { seconds, .. } => Some(seconds),
        _ => None,
    }
}

fn result(disposition: &str, last_app: &str) -> CallResult {
    match disposition {
        // Leaving a message; VoiceMailMain is listening to one's own.
        "ANSWERED" if last_app.eq_ignore_ascii_case("voicemail") => CallResult::Voicemail,
        "ANSWERED" => CallResult::Answered,
        "NO ANSWER" => CallResult::NoAnswer,
        "BUSY" => CallResult::Busy,
        _ => CallResult::Failed,
    }
}

fn cause(text: &str) -> Option<u16> {
    text.parse().ok().filter(|cause| (1..=127).contains(cause))
}

/// Only the contexts that FreePBX and common samples use for trunks say a direction.
fn direction(context: &str) -> Option<Direction> {
    const INBOUND: [&str; 9] = [
        "from-trunk",
        "from-pstn",
        "from-did",
        "ext-did",
        "from-zaptel",
        "from-dahdi",
        "from-sip-external",
        "inbound",
        "incoming",
    ];
    INBOUND
        .iter()
        .any(|start| context.starts_with(start))
        .then_some(Direction::Inbound)
}

/// The number really dialled: FreePBX's `did` column, or `did=` in the user field.
fn dialled(row: &impl Fields, user_field: &str, to_number: &str) -> String {
    let in_user_field = user_field.split([';', ',', '&', ' ']).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let name = name.trim();
        (name.eq_ignore_ascii_case("did") || name.eq_ignore_ascii_case("dnid"))
            .then(|| value.trim().to_owned())
    });
    let number = row.first(&["did"]).or(in_user_field).unwrap_or_default();
    if number == to_number {
        String::new()
    } else {
        number
    }
}

/// FreePBX's column, or a user field that names an audio file (older ones wrote `audio:` before).
fn recording(row: &impl Fields, user_field: &str) -> Option<String> {
    let user_field = user_field.strip_prefix("audio:").unwrap_or(user_field);
    row.first(&["recordingfile", "recording"])
        .or_else(|| is_audio_file(user_field).then(|| user_field.to_owned()))
}
