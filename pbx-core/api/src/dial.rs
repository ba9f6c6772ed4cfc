//! Numbers as they are dialled, and what a call does.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{BlockId, InstantMs, UserId};

/// Of which class a dialled number is, which says by which route it may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberClass {
    Emergency,
    /// A user of the same client.
    Extension,
    TollFree,
    Canada,
    Us,
    /// Under country code 1, but neither Canada nor the US.
    OtherNanp,
    International,
}

impl NumberClass {
    /// The key of the route that a profile must have, one of [`crate::ROUTES`]. Emergency calls
    /// and calls inside need none.
    #[must_use]
    pub const fn route(self) -> Option<&'static str> {
        match self {
            Self::Emergency | Self::Extension => None,
            Self::TollFree => Some("toll_free"),
            Self::Canada => Some("canada"),
            Self::Us => Some("us"),
            Self::OtherNanp | Self::International => Some("international"),
        }
    }

    /// Whether a call counts against the limit of calls to other countries.
    #[must_use]
    pub const fn is_international(self) -> bool {
        matches!(self, Self::OtherNanp | Self::International)
    }
}

/// A call to think through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    pub from: CallFrom,
    /// What is dialled, as a person dials it.
    pub number: String,
    /// When; left out: now.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub at_ms: Option<InstantMs>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallFrom {
    User(UserId),
    /// A number as it arrives; empty: hidden.
    Outside(String),
}

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct CallDecision {
    /// What was dialled: in E.164 where it is a public number, else its digits.
    pub number: String,
    /// None: it is no number, or the call comes from outside.
    #[serde(default)]
    pub class: Option<NumberClass>,
    /// Why nothing rings. None: `first` rings.
    #[serde(default)]
    pub refusal: Option<Refusal>,
    pub caller_number: String,
    pub caller_name: String,
    /// The block that stopped it.
    #[serde(default)]
    pub block: Option<BlockId>,
    /// Of an emergency call: whether the caller ID is a validated number.
    #[serde(default)]
    pub emergency_valid: Option<bool>,
    pub recorded: bool,
    #[serde(default)]
    pub first: Option<CallStage>,
    /// Settings that would have sent the call elsewhere and could not.
    #[serde(default)]
    pub skipped: Vec<SkippedSetting>,
}

/// What rings at a time, and what comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct CallStage {
    pub because: Because,
    pub targets: Vec<CallTarget>,
    pub ring_seconds: u32,
    /// None: the call ends unanswered.
    #[serde(default)]
    #[schema(no_recursion)]
    pub if_unanswered: Option<Box<CallStage>>,
    /// None: as when it is unanswered.
    #[serde(default)]
    #[schema(no_recursion)]
    pub if_busy: Option<Box<CallStage>>,
}

/// Why a call comes to a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    Dialled,
    /// The number that was called leads there.
    Number,
    /// A user forwards all calls.
    Forward(UserId),
    FollowMe(UserId),
    Unavailable(UserId),
    Busy(UserId),
}

/// What rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallTarget {
    /// The phones of a user.
    User(UserId),
    Outside(OutsideCall),
}

/// A call that goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct OutsideCall {
    /// In E.164, or an emergency number.
    pub number: String,
    pub class: NumberClass,
    /// What the callee sees.
    pub caller_number: String,
}

/// Why a call, or a part of it, does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    NotANumber,
    /// No client has the number that was called.
    UnknownNumber,
    UnknownUser,
    /// The user receives calls and makes none.
    Vanity,
    /// The profile has not the number's route.
    Route,
    OutboundLimit,
    InternationalLimit,
    Suspended,
    Blocked,
    /// Nobody said where the number leads.
    Unrouted,
    /// The number rejects its calls.
    Rejected,
    DoNotDisturb,
    Busy,
    Unavailable,
    /// It came back to where it was.
    Loop,
    NeedsMediaServer,
}

/// A setting that did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct SkippedSetting {
    /// What would have led there.
    pub because: Because,
    pub why: Refusal,
}
