//! What is known when a call is decided.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use pbx_api::{
    Block, CallDecision, CallFrom, CallTarget, Client, EmergencyCallerId, InstantMs, NumberClass,
    PhoneNumber, Profile, ProfileId, Refusal, Routing, User, UserId,
};

use crate::numbers::resolve;

/// The state of things at one moment. Nothing in it is of another client.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub client: Client,
    /// Everybody whom the call may come to.
    pub users: HashMap<UserId, User>,
    pub profiles: HashMap<ProfileId, Profile>,
    /// The profile of who has none: the client's default.
    pub default_profile: Option<ProfileId>,
    /// The client's numbers that the call is about: the one that is called, and the client's
    /// first, which is shown where a user has no external caller ID.
    pub numbers: Vec<PhoneNumber>,
    /// The block that stops this caller.
    pub block: Option<Block>,
    /// What applies to the caller: its own rows, its client's and the reseller's.
    pub emergency: Vec<EmergencyCallerId>,
    pub present: Present,
    /// When the call comes, and the client's time zone.
    pub at_ms: InstantMs,
    pub zone: TimeZone,
}

/// The calls and phones of the client at this moment.
#[derive(Debug, Clone, Default)]
pub struct Present {
    pub outbound_calls: u32,
    pub international_calls: u32,
    /// Who is in a call.
    pub busy: HashSet<UserId>,
    /// Who has no phone that is registered.
    pub offline: HashSet<UserId>,
}

/// Calls to outside that a stage rings beside the one in question: each takes a place of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside {
    outbound: u32,
    international: u32,
}

impl Beside {
    pub fn add(&mut self, target: &CallTarget) {
        if let CallTarget::Outside(call) = target {
            self.outbound += 1;
            self.international += u32::from(call.class.is_international());
        }
    }
}

impl Snapshot {
    #[must_use]
    pub fn by_extension(&self, extension: &str) -> Option<&User> {
        self.users.values().find(|user| user.extension == extension)
    }

    /// The user whom a call is meant for: whose extension was dialled, or whom the number that was
    /// called leads to at this moment.
    #[must_use]
    pub fn meant(&self, from: &CallFrom, decision: &CallDecision) -> Option<&User> {
        match from {
            CallFrom::User(_) if decision.class == Some(NumberClass::Extension) => {
                self.by_extension(&decision.number)
            }
            CallFrom::User(_) => None,
            CallFrom::Outside(_) => {
                let mut numbers = self.numbers.iter();
                let number = numbers.find(|number| number.e164 == decision.number)?;
                match resolve(&number.routing, self.at_ms, &self.zone) {
                    Routing::User(user) => self.users.get(user),
                    _ => None,
                }
            }
        }
    }

    #[must_use]
    pub fn profile(&self, of: Option<&User>) -> Option<&Profile> {
        let own = of.and_then(|user| user.profile);
        self.profiles.get(&own.or(self.default_profile)?)
    }

    /// Whether a call to outside may be made by a user, or by the client as such.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub fn permits(
        &self,
        user: Option<&User>,
        class: NumberClass,
        beside: Beside,
    ) -> Result<(), Refusal> {
        if user.is_some_and(|user| user.vanity) {
            return Err(Refusal::Vanity);
        }
        if let Some(route) = class.route() {
            let profile = self.profile(user);
            let has = profile.is_some_and(|profile| profile.routes.iter().any(|r| r == route));
            if !has {
                return Err(Refusal::Route);
            }
        }
        let full = |limit: Option<u32>, present: u32| limit.is_some_and(|limit| present >= limit);
        let outbound = self.present.outbound_calls + beside.outbound;
        if full(self.client.max_outbound_calls, outbound) {
            return Err(Refusal::OutboundLimit);
        }
        let international = self.present.international_calls + beside.international;
        let limit = self.client.max_international_calls;
        if class.is_international() && full(limit, international) {
            return Err(Refusal::InternationalLimit);
        }
        Ok(())
    }

    /// The number that a callee outside sees.
    #[must_use]
    pub fn external_number(&self, user: Option<&User>) -> String {
        let own = user.map(|user| user.external_caller_number.as_str());
        match own.filter(|number| !number.is_empty()) {
            Some(number) => number.to_owned(),
            None => self
                .numbers
                .iter()
                .min_by_key(|number| number.id)
                .map(|number| number.e164.clone())
                .unwrap_or_default(),
        }
    }

    /// What an emergency call of a user is sent with, and whether that is a validated number:
    /// the user's before the client's before the reseller's, but a validated one before all.
    #[must_use]
    pub fn emergency_number(&self, user: &User, dialled: &str) -> (String, bool) {
        let level = |row: &EmergencyCallerId| match (row.user, row.client) {
            (Some(_), _) => 0,
            (None, Some(_)) => 2,
            (None, None) => 3,
        };
        let own = &user.emergency_caller_number;
        let own_valid = self
            .numbers
            .iter()
            .any(|number| number.e164 == *own && number.emergency_validated);
        let own_row = (!own.is_empty()).then_some((!own_valid, 1, false, own));
        let rows = self.emergency.iter().filter(|row| {
            row.user.is_none_or(|of| of == user.id)
                && row.client.is_none_or(|of| of == self.client.id)
        });
        let best = rows
            .map(|row| {
                (
                    !row.valid,
                    level(row),
                    row.dialled != dialled,
                    &row.caller_number,
                )
            })
            .chain(own_row)
            .min();
        match best {
            Some((invalid, _, _, number)) => (number.clone(), !invalid),
            None => (self.external_number(Some(user)), false),
        }
    }
}
