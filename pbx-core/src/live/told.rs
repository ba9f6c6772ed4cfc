//! What the reader of a stream was told, so that it hears what is different and nothing else. Pure.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use pbx_api::{
    CallId, ColleagueState, LiveCall, LiveLine, Presence, Registration, RegistrationId, UserId,
};

use crate::error::Result;

/// What was said of each thing, as a hash: a reader of thousands of phones costs little.
#[derive(Debug, Default)]
pub struct Told {
    calls: HashMap<CallId, u64>,
    phones: HashMap<RegistrationId, u64>,
    colleagues: HashMap<UserId, Presence>,
}

/// Everything that there is to see.
#[derive(Debug, Default)]
pub struct Seen {
    pub calls: Vec<LiveCall>,
    pub phones: Vec<Registration>,
    pub colleagues: Vec<ColleagueState>,
}

impl Told {
    /// Tells what is different from everything that there is.
    ///
    /// # Errors
    /// When something can't be written as JSON.
    pub fn all(&mut self, seen: Seen, lines: &mut Vec<LiveLine>) -> Result<()> {
        let calls = seen.calls.iter().map(|call| call.id).collect::<Vec<_>>();
        for gone in missing(&mut self.calls, &calls) {
            lines.push(LiveLine::CallEnded(gone));
        }
        let phones = seen.phones.iter().map(|phone| phone.id).collect::<Vec<_>>();
        for gone in missing(&mut self.phones, &phones) {
            lines.push(LiveLine::RegistrationGone(gone));
        }
        let colleagues = seen.colleagues.iter().map(|state| state.user);
        missing(&mut self.colleagues, &colleagues.collect::<Vec<_>>());
        for call in seen.calls {
            self.call(call.id, Some(call), lines)?;
        }
        for phone in seen.phones {
            self.phone(phone.id, Some(phone), lines)?;
        }
        self.colleagues(seen.colleagues, lines);
        Ok(())
    }

    /// Tells of a call; none where it is over, or no longer for this reader.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn call(
        &mut self,
        id: CallId,
        call: Option<LiveCall>,
        lines: &mut Vec<LiveLine>,
    ) -> Result<()> {
        match call {
            Some(call) => {
                let line = LiveLine::Call(call);
                if is_news(&mut self.calls, id, &line)? {
                    lines.push(line);
                }
            }
            None => {
                // Nobody is told of the end of what it never heard of.
                if self.calls.remove(&id).is_some() {
                    lines.push(LiveLine::CallEnded(id));
                }
            }
        }
        Ok(())
    }

    /// Tells of a phone; none where it is not for this reader.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn phone(
        &mut self,
        id: RegistrationId,
        phone: Option<Registration>,
        lines: &mut Vec<LiveLine>,
    ) -> Result<()> {
        match phone {
            Some(phone) => {
                let line = LiveLine::Registration(phone);
                if is_news(&mut self.phones, id, &line)? {
                    lines.push(line);
                }
            }
            None => {
                if self.phones.remove(&id).is_some() {
                    lines.push(LiveLine::RegistrationGone(id));
                }
            }
        }
        Ok(())
    }

    /// Tells what colleagues are doing.
    pub fn colleagues(&mut self, states: Vec<ColleagueState>, lines: &mut Vec<LiveLine>) {
        for state in states {
            if self.colleagues.insert(state.user, state.state) != Some(state.state) {
                lines.push(LiveLine::Colleague(state));
            }
        }
    }
}

/// Notes what is said of a thing; true where it was not said before.
fn is_news<K: Eq + Hash>(known: &mut HashMap<K, u64>, id: K, line: &LiveLine) -> Result<bool> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(line)?.hash(&mut hasher);
    let print = hasher.finish();
    Ok(known.insert(id, print) != Some(print))
}

/// Forgets what is not there any more, and names it.
fn missing<K: Eq + Hash + Copy, V>(known: &mut HashMap<K, V>, there: &[K]) -> Vec<K> {
    let there: std::collections::HashSet<K> = there.iter().copied().collect();
    known
        .extract_if(|id, _| !there.contains(id))
        .map(|(id, _)| id)
        .collect()
}
