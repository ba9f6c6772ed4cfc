//! What is going on now: calls in progress and the phones that are registered.
//!
//! `GET /v1/live` answers newline-delimited JSON, one [`LiveLine`] a line, and does not end. It
//! begins with everything that there is; a reader that lost the line asks again and forgets what it
//! knew. What a caller may not see is not in it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CallId, ClientId, Direction, InstantMs, RegistrationId, UserId};

/// Longest silence of `GET /v1/live`, in seconds: after it a [`LiveLine::Alive`] is due.
pub const LIVE_SILENCE_SECONDS: u64 = 5;

/// A call in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct LiveCall {
    pub id: CallId,
    pub client: ClientId,
    /// The user who calls, or is called; none where a call rings nobody in particular.
    #[serde(default)]
    pub user: Option<UserId>,
    pub direction: Direction,
    pub state: LiveState,
    /// As it is shown: E.164, an extension, or what the caller sent; empty for a hidden number.
    pub from_number: String,
    pub from_name: String,
    pub to_number: String,
    #[ts(type = "number")]
    pub started_at_ms: InstantMs,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub answered_at_ms: Option<InstantMs>,
    /// As SDP names it; empty until both sides agreed.
    pub codec: String,
    pub recorded: bool,
    /// It comes from a simulator and nobody talks.
    pub simulated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveState {
    Ringing,
    Answered,
}

/// A phone at an address, or one that was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Registration {
    pub id: RegistrationId,
    pub client: ClientId,
    pub user: UserId,
    /// The address of record: SIP user name and full realm.
    pub aor: String,
    /// The contact as the phone gave it.
    pub contact: String,
    pub user_agent: String,
    /// `+sip.instance` (RFC 5626), which all lines of a phone share; empty where it sent none.
    pub instance: String,
    /// Host and port as the phone knows itself; empty where unknown.
    pub lan_address: String,
    /// Where its packets come from.
    pub public_address: String,
    pub public_port: u16,
    pub transport: SipTransport,
    #[ts(type = "number")]
    pub since_ms: InstantMs,
    #[ts(type = "number")]
    pub expires_at_ms: InstantMs,
    /// How long the phone takes to answer an OPTIONS request.
    #[serde(default)]
    pub round_trip_ms: Option<u32>,
    /// When it dropped. None: it is online. What dropped stays for a day.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub offline_since_ms: Option<InstantMs>,
    /// It comes from a simulator.
    pub simulated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SipTransport {
    Udp,
    Tcp,
    Tls,
    Ws,
}

/// Devices behind one public address, port and transport: their NAT mixes them up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct DuplicatedNat {
    pub public_address: String,
    pub public_port: u16,
    pub transport: SipTransport,
    /// One a device at least, of what the caller may see.
    pub registrations: Vec<Registration>,
}

/// Something that a person is told of though nobody asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveAlert {
    /// Phones of one place dropped within a short time.
    PhonesDropped {
        client: ClientId,
        public_address: String,
        phones: u32,
    },
    /// Somebody dialled for help, at a number whose desktop notice is switched on.
    EmergencyCall {
        call: CallId,
        client: ClientId,
        user: Option<UserId>,
        dialled: String,
        location: String,
    },
    /// A client has as many calls at once as it may.
    LimitReached {
        client: ClientId,
        international: bool,
        limit: u32,
    },
}

/// What a colleague is doing, for the call panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ColleagueState {
    pub user: UserId,
    pub state: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Free,
    /// A phone of the colleague's rings.
    Ringing,
    /// In a call, or calling.
    Busy,
    /// No phone is registered.
    Offline,
}

/// One line of `GET /v1/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveLine {
    /// Everything follows: what was known before is void.
    Begin,
    /// A call, new or changed.
    Call(LiveCall),
    CallEnded(CallId),
    /// A phone, new or changed.
    Registration(Registration),
    /// It is no longer listed, or the caller may not see it any more.
    RegistrationGone(RegistrationId),
    /// A colleague, new or changed; only for users whose profile has the call panel.
    Colleague(ColleagueState),
    /// Everything that there is was sent; from here on it is what changes.
    Ready,
    Alert(LiveAlert),
    /// A sign of life.
    Alive {
        now_ms: InstantMs,
    },
}
