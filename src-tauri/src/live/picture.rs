//! What the lines of `GET /v1/live` add up to. No clock and no network in it.

use std::collections::HashMap;

use pbx_api::{
    CallId, InstantMs, LiveAlert, LiveCall, LiveLine, Presence, Registration, RegistrationId,
    UserId,
};

/// Calls, phones and colleagues, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    pub calls: HashMap<CallId, LiveCall>,
    pub registrations: HashMap<RegistrationId, Registration>,
    /// What a user's colleagues are doing; only a user with a call panel is told.
    pub colleagues: HashMap<UserId, Presence>,
}

/// What a line changed of what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    Nothing,
    Calls,
    Registrations,
    /// Everything was replaced.
    All,
    Alert(LiveAlert),
    Alive {
        now_ms: InstantMs,
    },
}

/// What is shown, and what takes its place once it is complete.
#[derive(Debug, Default)]
pub struct Watched {
    /// None until the server said everything for the first time.
    shown: Option<Picture>,
    /// What came since `Begin`. A picture that is half there would show calls as ended that go on.
    coming: Option<Picture>,
    ready: bool,
}

impl Watched {
    /// Takes a line. What comes before any `Begin` has nothing to stand on and is passed over.
    pub fn apply(&mut self, line: LiveLine) -> Applied {
        match line {
            LiveLine::Begin => {
                self.coming = Some(Picture::default());
                Applied::Nothing
            }
            LiveLine::Ready => {
                let Some(picture) = self.coming.take() else {
                    return Applied::Nothing;
                };
                self.shown = Some(picture);
                self.ready = true;
                Applied::All
            }
            LiveLine::Call(call) => self.change(Applied::Calls, |picture| {
                picture.calls.insert(call.id, call);
            }),
            LiveLine::CallEnded(call) => self.change(Applied::Calls, |picture| {
                picture.calls.remove(&call);
            }),
            LiveLine::Registration(phone) => self.change(Applied::Registrations, |picture| {
                picture.registrations.insert(phone.id, phone);
            }),
            LiveLine::RegistrationGone(phone) => self.change(Applied::Registrations, |picture| {
                picture.registrations.remove(&phone);
            }),
            LiveLine::Colleague(one) => self.change(Applied::Calls, |picture| {
                picture.colleagues.insert(one.user, one.state);
            }),
            LiveLine::Alert(alert) => Applied::Alert(alert),
            LiveLine::Alive { now_ms } => Applied::Alive { now_ms },
        }
    }

    fn change(&mut self, applied: Applied, change: impl FnOnce(&mut Picture)) -> Applied {
        if let Some(coming) = &mut self.coming {
            change(coming);
            return Applied::Nothing;
        }
        match &mut self.shown {
            Some(shown) if self.ready => {
                change(shown);
                applied
            }
            _ => Applied::Nothing,
        }
    }

    /// The line is lost: what is shown stays as it was last known, and is live no more.
    pub fn lose(&mut self) {
        self.coming = None;
        self.ready = false;
    }

    /// What is shown is what the server has.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.ready
    }

    /// Nothing until the server said everything for the first time.
    #[must_use]
    pub fn shown(&self) -> Option<&Picture> {
        self.shown.as_ref()
    }
}
