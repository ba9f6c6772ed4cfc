//! What a SIP engine asks the server, and what it tells.
//!
//! `POST /engine/v1/auth` gives what a digest is checked with, `POST /engine/v1/invite` decides a
//! call and opens its record, `POST /engine/v1/event` tells what became of it, and
//! `POST /engine/v1/trunks` gives the trunks. All are behind a secret of their own. An event is
//! accepted once it is on the disk. An engine that gets no answer sends it again; repeats, and events
//! that overtake each other, give the same state.

use serde::{Deserialize, Serialize};

use crate::{CallId, InstantMs, SipTransport, TrunkTransport};

/// Most events in one request.
pub const ENGINE_EVENTS_MAX: usize = 500;

/// The engine that nobody talks through: what it tells is shown as simulated.
pub const SIMULATOR: &str = "simulator";

/// Events of one start of one engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineEvents {
    /// Names the engine among those of this server.
    pub engine: String,
    /// Another one after each start of the engine: calls of an earlier start are over half a minute
    /// later, unless [`EngineEvent::Call`] says them again, and at once with [`EngineEvent::All`].
    pub boot: String,
    /// None: only to hear what is to be done.
    pub events: Vec<NumberedEvent>,
}

/// The events are on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineAccepted {
    /// Calls of this start that somebody asked to end. They stand here until their
    /// [`EngineEvent::End`] came.
    pub hang_up: Vec<CallId>,
    /// [`EngineTrunks::version`] as it is now: an engine that knows another one asks.
    pub trunks: String,
    /// Contacts that are to go: their secret changed, their client was suspended, their user was
    /// removed. They stand here until their [`EngineEvent::Expire`] came, which an engine also says
    /// of one that it does not have.
    pub remove: Vec<EngineContact>,
    /// Users of whom nothing is to be kept, not even their calls for help. They stand here until
    /// their [`EngineEvent::Forgotten`] came.
    pub forget: Vec<EngineLine>,
    /// Everything that the engine has is to be said again, up to an [`EngineEvent::All`]: the server
    /// has not heard all of it from this start, not since it lost contact, or not for some minutes.
    pub tell_all: bool,
}

/// A contact as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineContact {
    /// The SIP user name.
    pub user: String,
    /// The full realm.
    pub realm: String,
    pub contact: String,
    /// What [`EngineKey::mark`] was when it registered: one that registered anew since then has
    /// another and stays. None: it goes in any case.
    #[serde(default)]
    pub mark: Option<u32>,
}

impl From<&EngineRegistration> for EngineContact {
    fn from(said: &EngineRegistration) -> Self {
        Self {
            user: said.user.clone(),
            realm: said.realm.clone(),
            contact: said.contact.clone(),
            mark: said.mark,
        }
    }
}

/// A user as its phones sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineLine {
    /// The SIP user name.
    pub user: String,
    /// The full realm.
    pub realm: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberedEvent {
    /// Counts up within a start.
    pub sequence: u64,
    pub at_ms: InstantMs,
    pub event: EngineEvent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngineEvent {
    Register(EngineRegistration),
    /// A registration ran out or was withdrawn.
    Expire {
        /// The SIP user name.
        user: String,
        /// The full realm.
        realm: String,
        contact: String,
    },
    /// How long the way to a registered phone and back takes, where that is new or changed by more
    /// than a person would care about.
    Measured {
        /// The SIP user name.
        user: String,
        /// The full realm.
        realm: String,
        contact: String,
        /// None: it was asked and did not answer.
        #[serde(default)]
        round_trip_ms: Option<u32>,
    },
    /// A call, as the engine knows it now.
    Call(EngineCall),
    /// A call is over.
    End(EngineEnd),
    /// Nothing is kept of a user any more.
    Forgotten(EngineLine),
    /// Whatever the engine has it said since a number: calls and registrations that it did not name
    /// from there on are over.
    All {
        since: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineRegistration {
    /// The SIP user name.
    pub user: String,
    /// The full realm.
    pub realm: String,
    pub contact: String,
    #[serde(default)]
    pub user_agent: String,
    #[serde(default)]
    pub instance: String,
    #[serde(default)]
    pub lan_address: String,
    pub public_address: String,
    pub public_port: u16,
    pub transport: SipTransport,
    pub expires_at_ms: InstantMs,
    /// As it was last measured. None: this says nothing of it, and what was told before counts.
    #[serde(default)]
    pub round_trip_ms: Option<u32>,
    /// The [`EngineKey::mark`] of what it proved itself with.
    #[serde(default)]
    pub mark: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineCall {
    /// The server's id of the call, from its answer to the invite.
    pub call: CallId,
    #[serde(default)]
    pub answered_at_ms: Option<InstantMs>,
    /// The SIP user name of who rings or talks, in the call's own realm; empty: as decided.
    #[serde(default)]
    pub user: String,
    #[serde(default)]
    pub codec: String,
    /// What rang so far.
    #[serde(default)]
    pub rung: Vec<EngineRung>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineEnd {
    pub call: CallId,
    /// When it was answered, if ever. Said again here, so that an end that overtakes the answer
    /// says all that the record needs.
    #[serde(default)]
    pub answered_at_ms: Option<InstantMs>,
    /// The SIP user name of who talked, in the call's own realm; empty: as decided.
    #[serde(default)]
    pub user: String,
    /// The final SIP answer; 200 where it was answered, 487 where the caller gave up.
    pub sip_code: u16,
    /// Q.850, where the engine knows it.
    #[serde(default)]
    pub cause: Option<u16>,
    /// All that rang.
    #[serde(default)]
    pub rung: Vec<EngineRung>,
}

/// A target of a stage of [`EngineDecision::Ring`], and how long it rang.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineRung {
    /// A place in the list of stages.
    pub stage: u32,
    /// A place in the list of the stage's targets.
    pub target: u32,
    pub started_at_ms: InstantMs,
    /// When it stopped to ring without an answer. None: it rings, or it answered.
    #[serde(default)]
    pub ended_at_ms: Option<InstantMs>,
    /// Its final SIP answer: 200 where it answered, 408 where nobody did in its time, 487 where it
    /// was let go because somebody else answered or the caller gave up, 480 where it has no phone
    /// to ring. None: it rings, or what ended the call ended it.
    #[serde(default)]
    pub sip_code: Option<u16>,
}

/// A request with a digest: `POST /engine/v1/auth`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineAuth {
    /// `REGISTER` or `INVITE`.
    pub method: String,
    pub realm: String,
    /// The SIP user name.
    pub user: String,
    pub source_address: String,
    pub source_port: u16,
    #[serde(default)]
    pub user_agent: String,
}

/// What the digest is checked with. Who may not register is refused with 403 or 404 instead; a call
/// of somebody who is suspended is not, because it may be one for help: the answer to the invite is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineKey {
    /// HA1 of RFC 2617, in hexadecimal.
    pub ha1: String,
    /// Another one after each change of the secret and each suspension, below 2^22: what is kept of
    /// a registration says by it whether it still counts.
    pub mark: u32,
    /// The user's calls for help, for when the server does not answer: the engine keeps the last
    /// that it heard, and lets such a call go out by itself.
    pub emergency: Vec<EngineHelp>,
}

/// A number that calls for help, and how a call to it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineHelp {
    /// As it is dialled.
    pub number: String,
    pub caller_number: String,
}

/// The first INVITE of a call: `POST /engine/v1/invite`. The same engine, boot, SIP call id and tag
/// is the same call, and gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineInvite {
    pub engine: String,
    pub boot: String,
    /// The `Call-ID` header.
    pub sip_call_id: String,
    pub from_tag: String,
    pub caller: EngineCaller,
    /// The user part of the From header.
    pub from_user: String,
    #[serde(default)]
    pub from_name: String,
    /// The user part of the request URI.
    pub to: String,
    pub source_address: String,
    pub source_port: u16,
    /// When it came, where the server could not be asked at the time: a call for help that went out
    /// all the same.
    #[serde(default)]
    pub at_ms: Option<InstantMs>,
}

/// Who sends an INVITE, as the engine proved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngineCaller {
    /// A phone, by its digest.
    Phone { user: String, realm: String },
    /// A trunk, by its address.
    Trunk { name: String },
}

/// What the engine is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngineDecision {
    Reject {
        /// None where no record was opened: the caller is nobody.
        call: Option<CallId>,
        sip_code: u16,
        reason: String,
    },
    Ring {
        call: CallId,
        record: bool,
        caller_name: String,
        /// What rings, one stage after the other. The engine goes on to `next` of a stage by its
        /// place in this list when nobody answered, to `if_busy` when all are busy.
        stages: Vec<EngineStage>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineStage {
    pub targets: Vec<EngineTarget>,
    pub ring_seconds: u32,
    /// A place in the list of stages. None: the call ends unanswered.
    pub next: Option<u32>,
    /// None: as when it is unanswered.
    pub if_busy: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EngineTarget {
    /// The phones of an address of record, with what they see as the caller.
    Phone {
        user: String,
        realm: String,
        caller_number: String,
    },
    /// Out by a trunk.
    Trunk {
        /// By name, the preferred one first. The next one is tried where nobody answers at any
        /// address of one, or it can't carry the call.
        trunks: Vec<String>,
        /// In E.164, or an emergency number.
        number: String,
        caller_number: String,
        emergency: bool,
    },
}

/// Which engine asks for its trunks: `POST /engine/v1/trunks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineTrunksAsked {
    pub engine: String,
}

/// What an engine keeps, over restarts too: calls for help leave by it when the server does not
/// answer, and calls are known to come from a trunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineTrunks {
    /// The same for the same trunks, and another one for others.
    pub version: String,
    /// Those that are enabled.
    pub trunks: Vec<EngineTrunk>,
    /// What carries calls for help, by name, the preferred one first.
    pub emergency: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EngineTrunk {
    pub name: String,
    /// IP addresses with their ports, the preferred one first, of IPv6 with all eight groups. A call
    /// from one of these addresses, whatever its port, comes from the trunk.
    pub addresses: Vec<String>,
    pub transport: TrunkTransport,
    /// What the carrier's challenge is answered with; empty: it has none.
    pub user: String,
    pub password: String,
}

/// Without the password.
impl std::fmt::Debug for EngineTrunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineTrunk")
            .field("name", &self.name)
            .field("addresses", &self.addresses)
            .field("transport", &self.transport)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
