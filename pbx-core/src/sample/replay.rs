//! Plays a shape again: other people, another time, longer talks, and everything else as the
//! switch wrote it.

use std::collections::HashMap;

use pbx_api::{CallResult, LegId, ResellerId};
use pbx_import::{Identity, Record};
use sha2::{Digest as _, Sha256};

use super::calendar::Start;
use super::dice::Dice;
use super::people::{Cast, Company};
use super::shapes::Shape;
use crate::cdrs::store::NewLeg;
use crate::clock::World;
use crate::import;

pub struct Replay<'a> {
    cast: &'a Cast,
    reseller: ResellerId,
    world: &'a World,
    /// The serial in the switch's unique ids.
    serial: u64,
}

/// The people that take the parts of one call.
struct Parts<'a> {
    company: &'a Company,
    outside: usize,
    own_number: String,
    /// Extensions of the shape and who plays them.
    users: HashMap<String, usize>,
}

/// What the lab did not try often: how a call to a phone can end without a talk. The rows stay, with
/// another end.
#[derive(Clone, Copy)]
struct Ending {
    result: CallResult,
    /// Q.850 and SIP, as an engine tells them.
    cause: u16,
    sip_code: u16,
}

impl Ending {
    const fn new(result: CallResult, cause: u16, sip_code: u16) -> Option<Self> {
        Some(Self {
            result,
            cause,
            sip_code,
        })
    }

    /// Rolls for an answered call between a client and somebody outside.
    fn roll(shape: &Shape, dice: &mut Dice) -> Option<Self> {
        let first = &shape.rows[0];
        let talked = shape
            .rows
            .iter()
            .any(|row| row.result == CallResult::Answered);
        let outside = first.channel.contains("/trunk") || first.dst_channel.contains("/trunk");
        if !talked || !outside {
            return None;
        }
        let inbound = first.channel.contains("/trunk");
        match dice.below(1000) {
            0..45 if inbound => Self::new(CallResult::Voicemail, 16, 200),
            45..110 => Self::new(CallResult::NoAnswer, 19, 480),
            110..135 => Self::new(CallResult::Cancelled, 16, 487),
            135..160 if !inbound => Self::new(CallResult::Busy, 17, 486),
            160..168 => Self::new(CallResult::Failed, 38, 503),
            168..171 if !inbound => Self::new(CallResult::Failed, 1, 404),
            _ => None,
        }
    }
}

/// Time before the first answer runs by one factor, after it by another.
struct Tempo {
    answer_ms: f64,
    ring: f64,
    talk: f64,
}

impl Tempo {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "hours in milliseconds"
    )]
    fn at(&self, offset_ms: i64) -> i64 {
        let offset = offset_ms as f64;
        let told = if offset <= self.answer_ms {
            offset * self.ring
        } else {
            self.answer_ms * self.ring + (offset - self.answer_ms) * self.talk
        };
        told.round() as i64
    }
}

impl<'a> Replay<'a> {
    pub const fn new(cast: &'a Cast, reseller: ResellerId, world: &'a World) -> Self {
        Self {
            cast,
            reseller,
            world,
            serial: 0,
        }
    }

    /// Adds the legs of one call.
    pub fn call(&mut self, shape: &Shape, start: &Start, dice: &mut Dice, legs: &mut Vec<NewLeg>) {
        let company = &self.cast.companies[start.company];
        let mut parts = Parts {
            company,
            outside: dice.weighted(&company.contact_sums),
            own_number: dice
                .pick(&company.numbers)
                .e164
                .trim_start_matches('+')
                .to_owned(),
            users: HashMap::new(),
        };
        let ending = Ending::roll(shape, dice);
        let tempo = tempo(shape, dice);
        let began_ms = shape.rows[0].started_at_ms;
        let mut ids: HashMap<String, String> = HashMap::new();
        for row in &shape.rows {
            let mut id = |old: &str| {
                ids.entry(old.to_owned())
                    .or_insert_with(|| {
                        self.serial += 1;
                        format!(
                            "pbx{}-{}.{}",
                            start.company + 1,
                            start.at_ms / 1000,
                            self.serial
                        )
                    })
                    .clone()
            };
            let (unique_id, call_key) = (id(&row.unique_id), id(&row.call_key));
            let moment = |at_ms: i64| start.at_ms + tempo.at(at_ms - began_ms);
            let started_at_ms = moment(row.started_at_ms);
            let mut answered_at_ms = row.answered_at_ms.map(moment);
            let mut ended_at_ms = moment(row.ended_at_ms).max(started_at_ms);
            let (mut result, mut cause, mut sip_code) = (row.result, row.cause, row.sip_code);
            if let (Some(ending), Some(answer)) = (ending, answered_at_ms) {
                (result, cause, sip_code) =
                    (ending.result, Some(ending.cause), Some(ending.sip_code));
                if result == CallResult::Voicemail {
                    let greeting_and_message_ms =
                        i64::try_from(9_000 + dice.below(45_000)).unwrap_or(9_000);
                    ended_at_ms = ended_at_ms.min(answer + greeting_and_message_ms);
                } else {
                    answered_at_ms = None;
                    ended_at_ms = answer;
                }
            }
            let from_number = parts.part(&row.from_number, dice);
            let from_name = parts.name(&row.from_number, &row.from_name);
            let record = Record {
                line: 0,
                to_number: parts.part(&row.to_number, dice),
                dialled_number: parts.part(&row.dialled_number, dice),
                channel: parts.channel(&row.channel, dice),
                dst_channel: parts.channel(&row.dst_channel, dice),
                account: String::new(),
                peer_account: String::new(),
                result,
                cause,
                sip_code,
                started_at_ms,
                answered_at_ms,
                ended_at_ms,
                ring_seconds: seconds(answered_at_ms.unwrap_or(ended_at_ms) - started_at_ms),
                duration_seconds: seconds(ended_at_ms - started_at_ms),
                billable_seconds: answered_at_ms.map_or(0, |answer| seconds(ended_at_ms - answer)),
                from_number,
                from_name,
                raw: String::new(),
                identity: identity(&unique_id, self.serial, row.sequence),
                unique_id,
                call_key,
                ..row.clone()
            };
            let id = LegId(self.world.id());
            legs.push(NewLeg {
                hidden: false,
                leg: import::place::place(&record, &company.known, self.reseller, id),
                fingerprint: import::store::fingerprint(&record.identity),
                identity: import::store::identity_text(&record.identity),
            });
        }
    }
}

/// How long phones ring and people talk: most for a minute or two, a few for an hour.
#[expect(clippy::cast_precision_loss, reason = "seconds of a lab call")]
fn tempo(shape: &Shape, dice: &mut Dice) -> Tempo {
    let began_ms = shape.rows[0].started_at_ms;
    let answer = shape.rows.iter().filter_map(|row| row.answered_at_ms).min();
    let end = shape
        .rows
        .iter()
        .map(|row| row.ended_at_ms)
        .max()
        .unwrap_or(began_ms);
    let answered = shape
        .rows
        .iter()
        .any(|row| row.result == CallResult::Answered);
    let answer_ms = (answer.unwrap_or(end) - began_ms) as f64;
    let rings_ms = if answered {
        2_000.0 + 14_000.0 * dice.part()
    } else {
        4_000.0 + 36_000.0 * dice.part()
    };
    let talks_ms = 1_000.0 * (4.7 + 1.15 * dice.normal()).exp().clamp(2.0, 10_800.0);
    let talked_ms = (end - began_ms) as f64 - answer_ms;
    Tempo {
        answer_ms,
        ring: if answer_ms > 0.0 {
            rings_ms / answer_ms
        } else {
            1.0
        },
        talk: if talked_ms > 0.0 {
            talks_ms / talked_ms
        } else {
            1.0
        },
    }
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms / 1000).unwrap_or(0)
}

/// Ids of a replay are new, so that each of its rows is a record of its own.
fn identity(unique_id: &str, serial: u64, sequence: Option<i64>) -> Identity {
    let digest = Sha256::new()
        .chain_update(unique_id)
        .chain_update(serial.to_le_bytes())
        .chain_update(sequence.unwrap_or_default().to_le_bytes())
        .finalize();
    let mut fingerprint = [0; 16];
    fingerprint.copy_from_slice(&digest[..16]);
    Identity {
        fingerprint,
        unique_id: Some(unique_id.to_owned()),
        sequence,
        ..Identity::default()
    }
}

impl Parts<'_> {
    fn contact(&self) -> &super::people::Contact {
        &self.company.contacts[self.outside]
    }

    /// The user that plays an extension of the lab; in a small company two parts may be one
    /// person's.
    fn user(&mut self, extension: &str, dice: &mut Dice) -> usize {
        let count = self.company.users.len();
        if let Some(user) = self.users.get(extension) {
            return *user;
        }
        let mut user = dice.below(count);
        for _ in 0..8 {
            if !self.users.values().any(|taken| *taken == user) {
                break;
            }
            user = dice.below(count);
        }
        self.users.insert(extension.to_owned(), user);
        user
    }

    /// What stands for a number of the lab. Labels, services and withheld numbers stay.
    fn part(&mut self, number: &str, dice: &mut Dice) -> String {
        let digits = number.trim_start_matches('+');
        if number.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return if number == "NULL" {
                String::new()
            } else {
                number.to_owned()
            };
        }
        match digits {
            _ if digits.len() == 4 && digits.starts_with("100") => {
                let user = self.user(digits, dice);
                self.company.users[user].extension.clone()
            }
            // The lab's own number, and the toll-free one of its queue.
            "15550100" | "18005550199" => self.own_number.clone(),
            // A feature of the switch.
            _ if digits.len() == 3 && digits.starts_with('6') => number.to_owned(),
            // Switches write callers with and without the plus.
            _ => {
                let outside = self.contact().number.as_str();
                if number.starts_with('+') {
                    outside
                } else {
                    outside.trim_start_matches('+')
                }
                .to_owned()
            }
        }
    }

    fn name(&self, number: &str, name: &str) -> String {
        if number == "anonymous" || number.is_empty() {
            return name.to_owned();
        }
        match self.users.get(number) {
            Some(user) => {
                let user = &self.company.users[*user];
                format!("{} {}", user.first_name, user.last_name)
            }
            None => self.contact().name.clone(),
        }
    }

    /// `PJSIP/1006-00000004` with the extension of whoever plays 1006.
    fn channel(&mut self, channel: &str, dice: &mut Dice) -> String {
        let Some((technology, rest)) = channel.split_once('/') else {
            return channel.to_owned();
        };
        let (name, serial) = rest.rsplit_once('-').unwrap_or((rest, ""));
        if name.len() == 4 && name.starts_with("100") {
            let user = self.user(name, dice);
            format!(
                "{technology}/{}-{serial}",
                self.company.users[user].extension
            )
        } else {
            channel.to_owned()
        }
    }
}
