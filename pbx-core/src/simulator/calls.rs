//! Which calls are made up, and how each goes on. Pure.

use pbx_api::{CallId, EngineCall, EngineEnd, EngineEvent, InstantMs};

use super::store::Line;
use crate::sample::dice::Dice;
use crate::sample::names::AREAS;

/// Calls at a time.
const AT_ONCE: usize = 9;
/// How likely another one begins within a second.
const BEGINS: f64 = 0.25;

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Dialling {
    /// Who dials; none: somebody outside.
    pub line: Option<Line>,
    /// The number of somebody outside.
    pub from: String,
    pub to: String,
}

/// A call that rings or talks.
#[derive(Debug, Clone)]
pub struct Playing {
    call: CallId,
    /// Who answers; empty: somebody outside.
    user: String,
    answers_at_ms: Option<InstantMs>,
    is_answered: bool,
    ends_at_ms: InstantMs,
    /// The answer that ends it where nobody talks.
    sip_code: u16,
}

impl Playing {
    /// A call that rings for up to a quarter of a minute, mostly is answered, and lasts a while.
    pub fn new(call: CallId, rung: &[String], now_ms: InstantMs, dice: &mut Dice) -> Self {
        let seconds = |from: usize, more: usize, dice: &mut Dice| {
            i64::try_from(from + dice.below(more)).unwrap_or_default() * 1000
        };
        let rings_until_ms = now_ms + seconds(3, 12, dice);
        let answers = dice.chance(0.8);
        let talks_ms = if answers { seconds(15, 240, dice) } else { 0 };
        Self {
            call,
            user: if rung.is_empty() {
                String::new()
            } else {
                dice.pick(rung).clone()
            },
            answers_at_ms: answers.then_some(rings_until_ms),
            is_answered: false,
            ends_at_ms: rings_until_ms + talks_ms,
            sip_code: *dice.pick(&[480, 487, 486]),
        }
    }

    fn end(&self, at_ms: InstantMs) -> EngineEvent {
        let answered_at_ms = self.answers_at_ms.filter(|answer_ms| *answer_ms <= at_ms);
        EngineEvent::End(EngineEnd {
            call: self.call,
            answered_at_ms,
            user: self.user.clone(),
            sip_code: if answered_at_ms.is_some() {
                200
            } else {
                self.sip_code
            },
            cause: None,
            rung: Vec::new(),
        })
    }
}

/// The calls under way.
#[derive(Debug, Default)]
pub struct Under(Vec<Playing>);

impl Under {
    pub fn add(&mut self, call: Playing) {
        self.0.push(call);
    }

    /// What happens to the calls by an instant.
    pub fn due(&mut self, now_ms: InstantMs) -> Vec<EngineEvent> {
        let over = self.0.extract_if(.., |call| call.ends_at_ms <= now_ms);
        let mut events: Vec<EngineEvent> = over.map(|call| call.end(now_ms)).collect();
        for call in &mut self.0 {
            let due = call.answers_at_ms.filter(|at_ms| *at_ms <= now_ms);
            if let Some(at_ms) = due.filter(|_| !call.is_answered) {
                call.is_answered = true;
                events.push(EngineEvent::Call(EngineCall {
                    call: call.call,
                    answered_at_ms: Some(at_ms),
                    user: call.user.clone(),
                    codec: "PCMU".to_owned(),
                    rung: Vec::new(),
                }));
            }
        }
        events
    }

    /// Ends the calls that somebody asked to end.
    pub fn hang_up(&mut self, asked: &[CallId], now_ms: InstantMs) -> Vec<EngineEvent> {
        let over = self.0.extract_if(.., |call| asked.contains(&call.call));
        over.map(|call| call.end(now_ms)).collect()
    }

    /// Another call, now and then.
    pub fn begin(&self, lines: &[Line], numbers: &[String], dice: &mut Dice) -> Option<Dialling> {
        if self.0.len() >= AT_ONCE || !dice.chance(BEGINS) || lines.is_empty() {
            return None;
        }
        let line = dice.pick(lines).clone();
        let outside =
            |dice: &mut Dice| format!("+1{}55501{:02}", dice.pick(&AREAS), dice.below(100));
        Some(match dice.below(10) {
            0..4 if !numbers.is_empty() => Dialling {
                line: None,
                from: outside(dice),
                to: dice.pick(numbers).clone(),
            },
            0..6 => {
                let mates: Vec<&Line> = lines
                    .iter()
                    .filter(|mate| mate.realm == line.realm && mate.sip_user != line.sip_user)
                    .collect();
                let mate = mates.get(dice.below(mates.len()))?;
                Dialling {
                    to: mate.extension.clone(),
                    from: String::new(),
                    line: Some(line),
                }
            }
            _ => Dialling {
                line: Some(line),
                from: String::new(),
                to: outside(dice),
            },
        })
    }
}
