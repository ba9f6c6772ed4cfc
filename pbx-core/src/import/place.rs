//! From a switch's record to a leg of ours: which way it went, whose user it was, what its numbers
//! are, which call it belongs to. Pure.

use pbx_api::{CallId, Direction, Leg, LegId, RecordingState, ResellerId, UserId};
use pbx_import::{Record, Source};
use pbx_numbers::normalise;
use uuid::Uuid;

use super::directory::Known;

/// Longest text of a leg, in characters. Longer ones are cut: they are somebody's mistake, and
/// each of them goes to every cache.
const TEXT_CHARS: usize = 256;

/// Makes a leg of a record.
#[must_use]
pub fn place(record: &Record, known: &Known, reseller: ResellerId, id: LegId) -> Leg {
    let country = &known.client.country;
    let (direction, user) = seen_from_the_client(record, known);
    let from_e164 = normalise(&record.from_number, country);
    // A call that came in by a number and rang an extension: the extension is where it went, the
    // number what was dialled.
    let to_e164 = normalise(&record.to_number, country)
        .or_else(|| normalise(&record.dialled_number, country))
        .filter(|_| direction != Direction::Internal);
    Leg {
        id,
        call: call_id(reseller, record.source, &record.call_key),
        client: known.client.id,
        user,
        direction,
        result: record.result,
        started_at_ms: record.started_at_ms,
        answered_at_ms: record.answered_at_ms,
        ended_at_ms: record.ended_at_ms,
        end_estimated: false,
        ring_seconds: record.ring_seconds,
        talk_seconds: record.billable_seconds,
        from_number: cut(&record.from_number),
        from_e164,
        from_name: cut(&record.from_name),
        to_number: cut(&record.to_number),
        to_e164,
        cause: record.cause.filter(|cause| (1..=127).contains(cause)),
        sip_code: record.sip_code.filter(|code| (100..=699).contains(code)),
        recording: RecordingState::None,
        recording_info: None,
        recording_fault: None,
        source_id: cut(&record.unique_id),
    }
}

/// The same call has the same id whenever and in whatever format its records come.
#[must_use]
pub fn call_id(reseller: ResellerId, source: Source, key: &str) -> CallId {
    let source = match source {
        Source::Asterisk => "asterisk",
        Source::FreeSwitch => "freeswitch",
    };
    CallId(Uuid::new_v5(
        &reseller.0,
        format!("{source}:{key}").as_bytes(),
    ))
}

fn cut(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\0')
        .take(TEXT_CHARS)
        .collect()
}

/// Which way a leg goes and whose it is: its caller's where a user calls, its callee's where one
/// is called.
fn seen_from_the_client(record: &Record, known: &Known) -> (Direction, Option<UserId>) {
    let caller = user_of(known, [&record.from_number, endpoint(&record.channel)]);
    let callee = user_of(known, [endpoint(&record.dst_channel), &record.to_number]);
    let direction = record.direction.unwrap_or_else(|| {
        let from = Side::of(&record.from_number, caller, known);
        let to = Side::of(&record.to_number, callee, known);
        match (from, to) {
            // A trunk's context outweighs what the numbers look like: callers from outside may
            // have short numbers or none.
            _ if caller.is_none() && is_trunk(&record.context) => Direction::Inbound,
            (Side::Inside, Side::Inside | Side::Unclear) => Direction::Internal,
            (Side::Inside, Side::Outside) => Direction::Outbound,
            (Side::Outside, _) => {
                // A call from one public number to another: the client's own number says which
                // end is inside.
                let own = |number: &str| {
                    normalise(number, &known.client.country)
                        .is_some_and(|number| known.numbers.contains(&number))
                };
                if own(&record.from_number) && to == Side::Outside && !own(&record.to_number) {
                    Direction::Outbound
                } else {
                    Direction::Inbound
                }
            }
            (Side::Unclear, Side::Outside) => Direction::Outbound,
            (Side::Unclear, _) => Direction::Internal,
        }
    });
    let user = match direction {
        Direction::Inbound => callee,
        Direction::Outbound => caller,
        Direction::Internal => caller.or(callee),
    };
    (direction, user)
}

fn user_of(known: &Known, texts: [&str; 2]) -> Option<UserId> {
    texts
        .into_iter()
        .find_map(|text| known.extensions.get(text).copied())
}

/// The name in a channel: `1006` of `PJSIP/1006-00000004`, `SIP/1006-1a2b` or
/// `Local/1006@from-queue-00000001;1`; `1006` of FreeSWITCH's `sofia/internal/1006@acme.example`.
fn endpoint(channel: &str) -> &str {
    let Some((technology, rest)) = channel.split_once('/') else {
        return "";
    };
    if technology == "sofia" {
        let address = rest.rsplit('/').next().unwrap_or_default();
        return address.split('@').next().unwrap_or_default();
    }
    let name = rest.split('@').next().unwrap_or_default();
    if name.len() < rest.len() {
        name
    } else {
        name.rsplit_once('-').map_or(name, |(name, _)| name)
    }
}

/// Contexts into which trunks lead, as switches' stock configurations and most guides name them.
fn is_trunk(context: &str) -> bool {
    let context = context.to_ascii_lowercase();
    [
        "trunk",
        "pstn",
        "from-did",
        "incoming",
        "inbound",
        "from-sip-external",
        "ext-did",
        "from-dahdi",
        "from-zaptel",
        "default-in",
    ]
    .iter()
    .any(|part| context.contains(part))
        || context == "public"
}

/// Where the other end of a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Outside,
    Unclear,
}

impl Side {
    fn of(number: &str, user: Option<UserId>, known: &Known) -> Self {
        if user.is_some() {
            return Self::Inside;
        }
        if normalise(number, &known.client.country).is_some() {
            return Self::Outside;
        }
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        match number.as_bytes() {
            // Feature codes and short numbers are the client's own.
            [b'*' | b'#', ..] => Self::Inside,
            _ if (1..=6).contains(&digits) && digits == number.len() => Self::Inside,
            // Too long for an extension, in a form that the country's plan does not know.
            _ if digits >= 7 => Self::Outside,
            _ => Self::Unclear,
        }
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
