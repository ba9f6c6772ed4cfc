//! Two who call each other.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tandem_stage::interrupt;

use super::{Party, Voices};
use crate::phone::{Incoming, Outgoing, PART};

/// Sound of a packet.
const PACKET: Duration = Duration::from_millis(20);
/// Between two calls of a pair.
const REST: Duration = Duration::from_secs(6);
/// After a call that went wrong, so that what is left of it runs out.
const CALM: Duration = Duration::from_secs(10);

/// What becomes of a call.
#[derive(Debug, Clone, Copy)]
enum Course {
    Talks { rings_seconds: u64, seconds: u64 },
    GivesUp { rings_seconds: u64 },
    Busy,
}

/// One after the other; each pair begins at another place.
const COURSES: [Course; 7] = [
    Course::Talks {
        rings_seconds: 4,
        seconds: 35,
    },
    Course::Talks {
        rings_seconds: 2,
        seconds: 20,
    },
    Course::GivesUp { rings_seconds: 12 },
    Course::Talks {
        rings_seconds: 6,
        seconds: 50,
    },
    Course::Busy,
    Course::Talks {
        rings_seconds: 3,
        seconds: 12,
    },
    Course::Talks {
        rings_seconds: 5,
        seconds: 28,
    },
];

pub(super) struct Pair {
    one: Party,
    other: Party,
}

impl Pair {
    pub fn new(one: Party, other: Party) -> Self {
        Self { one, other }
    }

    /// Calls until somebody asks to end.
    pub fn run(&mut self, voices: &Voices, place: usize) {
        for turn in place.. {
            if interrupt::asked() {
                return;
            }
            // Before the first one too: the engine tells of the phones a moment after they registered.
            let done = Party::rest(&mut self.one, &mut self.other, REST)
                .and_then(|()| self.call(voices, COURSES[turn % COURSES.len()]));
            self.one.phone.forget();
            self.other.phone.forget();
            if let Err(fault) = done {
                eprintln!("a call went wrong: {fault:#}");
                if let Err(fault) = Party::rest(&mut self.one, &mut self.other, CALM) {
                    eprintln!("a phone has trouble: {fault:#}");
                }
            }
            // The other one calls next.
            std::mem::swap(&mut self.one, &mut self.other);
        }
    }

    fn call(&mut self, voices: &Voices, course: Course) -> Result<()> {
        let mut call = self.one.phone.dial(&self.other.number)?;
        let incoming = self.other.phone.is_called()?;
        if let Course::Busy = course {
            self.other.phone.refuse(&incoming, 486)?;
            return self.one.phone.outcome(&mut call).map(drop);
        }
        self.other.phone.ring(&incoming)?;
        let (Course::Talks { rings_seconds, .. } | Course::GivesUp { rings_seconds }) = course
        else {
            return Ok(());
        };
        Party::rest(
            &mut self.one,
            &mut self.other,
            Duration::from_secs(rings_seconds),
        )?;
        match course {
            Course::Talks { seconds, .. } => {
                self.other.phone.accept(&incoming)?;
                ensure!(
                    self.one.phone.outcome(&mut call)? == 200,
                    "it is not answered"
                );
                self.other.phone.talks(&incoming)?;
                self.talk(&mut call, &incoming, voices, Duration::from_secs(seconds))
            }
            Course::GivesUp { .. } | Course::Busy => {
                self.one.phone.cancel(&call)?;
                self.other.phone.is_let_go(&incoming)?;
                self.one.phone.outcome(&mut call).map(drop)
            }
        }
    }

    /// Both speak, until the time is over or somebody ends the call for them.
    fn talk(
        &mut self,
        call: &mut Outgoing,
        incoming: &Incoming,
        voices: &Voices,
        long: Duration,
    ) -> Result<()> {
        let begun = Instant::now();
        let (left, right) = (&voices.0, &voices.1);
        let parts = left.chunks_exact(PART).zip(right.chunks_exact(PART));
        for (number, (said, answered)) in (0_u16..).zip(parts.cycle()) {
            if interrupt::asked() || begun.elapsed() >= long {
                break;
            }
            self.one.phone.sends(said, number)?;
            self.other.phone.sends(answered, number)?;
            let ended = [
                self.one.phone.attend(call.id())?,
                self.other.phone.attend(incoming.id())?,
            ];
            if ended != [false, false] {
                return self.is_over(call, incoming, ended);
            }
            let due = PACKET * (u32::from(number) + 1);
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        }
        self.one.phone.hang_up(call)?;
        self.other.phone.is_hung_up(call.id())?;
        self.one.phone.hung_up(call).map(drop)
    }

    /// Somebody ended the call for both of them: whoever did not hear of it yet does.
    fn is_over(&mut self, call: &Outgoing, incoming: &Incoming, ended: [bool; 2]) -> Result<()> {
        match ended {
            [true, false] => self.other.phone.is_hung_up(incoming.id()).map(drop),
            [false, true] => self.one.phone.is_hung_up(call.id()).map(drop),
            _ => Ok(()),
        }
    }
}
