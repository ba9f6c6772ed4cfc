//! What is shown of calls and phones: what goes on by a desktop, as whoever sits at it sees it, and the
//! records by the server.

use anyhow::{Context, Result};
use pbx_api::{
    CallResult, Change, DuplicatedNat, FeedLine, Leg, LegId, LiveAlert, LiveCall, RecordingState,
    Registration,
};
use serde_json::Value;
use tandem_stage::wait;

use crate::PATIENCE;
use crate::office::Office;

/// What goes on at an instant.
#[derive(Debug, Default)]
pub struct Now {
    pub calls: Vec<LiveCall>,
    pub phones: Vec<Registration>,
}

impl Office {
    /// What goes on at this moment.
    pub fn now(&self) -> Result<Now> {
        self.sees("what goes on", |_| true)
    }

    /// Waits until what is shown is as it should be.
    pub fn sees(&self, what: &str, is: impl Fn(&Now) -> bool) -> Result<Now> {
        let desk = self.desk()?;
        wait::until(what, PATIENCE, || Ok(desk.now()?.filter(&is)))
    }

    /// What is told from now on without being asked for.
    pub fn alerts(&self) -> Result<impl Iterator<Item = Result<LiveAlert>>> {
        // Nothing is told before the line stands.
        self.now()?;
        Ok(self.desk()?.alerts())
    }

    /// Places where the NAT mixes devices up.
    pub fn duplicated_nat(&self) -> Result<Vec<DuplicatedNat>> {
        let all: Value = self.api.get("/v1/live/duplicated-nat")?;
        Ok(serde_json::from_value(all["rows"].clone())?)
    }

    /// Waits until just the phones of these users are online.
    pub fn online(&self, extensions: &[&str]) -> Result<Now> {
        let mut expected = extensions
            .iter()
            .map(|extension| self.user(extension))
            .collect::<Result<Vec<_>>>()?;
        expected.sort_unstable();
        self.sees(&format!("{extensions:?} online"), |now| {
            let online = |phone: &&Registration| phone.offline_since_ms.is_none();
            let mut users: Vec<_> = now
                .phones
                .iter()
                .filter(online)
                .map(|phone| phone.user)
                .collect();
            users.sort_unstable();
            users == expected
        })
    }

    /// The records of every call, oldest first; of a call the one of how it came first.
    pub fn calls(&self) -> Result<Vec<Vec<Leg>>> {
        let mut calls: Vec<Vec<Leg>> = Vec::new();
        for leg in self.legs()? {
            match calls.iter_mut().find(|call| call[0].call == leg.call) {
                Some(call) => call.push(leg),
                None => calls.push(vec![leg]),
            }
        }
        Ok(calls)
    }

    /// Every call record, oldest first.
    pub fn legs(&self) -> Result<Vec<Leg>> {
        let mut legs = Vec::new();
        for line in self.api.lines("/v1/changes")? {
            if let FeedLine::Change(Change::Leg(leg)) = serde_json::from_str(&line?)? {
                legs.push(leg);
            }
        }
        legs.sort_by_key(|leg| (leg.started_at_ms, leg.id.to_string()));
        Ok(legs)
    }

    /// Waits until the recording of a call can be played, and gives its record.
    pub fn recorded(&self, leg: LegId) -> Result<Leg> {
        wait::until("the recording", PATIENCE, || {
            let of = self.legs()?.into_iter().find(|of| of.id == leg);
            Ok(of.filter(|of| of.recording == RecordingState::Available))
        })
    }

    /// Waits for the record of a call by its Call-ID.
    pub fn record(&self, sip_call_id: &str) -> Result<Leg> {
        wait::until("the call record", PATIENCE, || {
            Ok(self
                .legs()?
                .into_iter()
                .find(|leg| leg.source_id == sip_call_id))
        })
    }

    /// Waits until so many calls are recorded, and gives the result, the SIP code and the first record
    /// of the newest.
    pub fn newest(&self, count: usize) -> Result<(CallResult, Option<u16>, Leg)> {
        let leg = self.newest_call(count)?.swap_remove(0);
        Ok((leg.result, leg.sip_code, leg))
    }

    /// Waits until so many calls are recorded, and gives all records of the newest.
    pub fn newest_call(&self, count: usize) -> Result<Vec<Leg>> {
        let what = format!("the records of {count} calls");
        let mut calls = wait::until(&what, PATIENCE, || {
            Ok(Some(self.calls()?).filter(|calls| calls.len() >= count))
        })?;
        calls.pop().context("a call")
    }
}
