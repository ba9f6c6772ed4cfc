//! The words that cross the border between `pbx-core` and its clients.
//!
//! Every wire type exists once, here. No I/O, no web framework, no database: the desktop uses
//! this crate without the server's dependencies.

mod account;
mod audit;
mod auth;
mod blocks;
mod branding;
mod call_settings;
mod cdr;
mod clients;
mod dial;
mod emergency;
mod engine;
mod feed;
mod ids;
mod import;
mod limited;
mod live;
mod number;
mod people;
mod problem;
mod profile;
mod rule;
mod trunk;
mod users;

pub use account::{
    BeginSecondFactor, ChangeLogin, ChangeMe, ChangePassword, ChangeReseller, ConfirmSecondFactor,
    InvitedLogin, Login, NewLogin, OpenSession, ProveSecondFactor, RecoveryCodes, SecondFactor,
    SecondFactorSecret, SupportMessage,
};
pub use audit::{AuditEntry, AuditPage};
pub use auth::{
    AccountChoice, ChainLink, ClaimRequest, Claimed, ConnectRequest, Connected, Connection,
    ForgotRequest, Me, RefreshRequest, SecondFactorNeeded, SecondFactorRequest, ServerInfo,
    SignInAnswer, SignInRequest, SignedIn,
};
pub use blocks::{Block, BlockFile, BlockImport, BlockKind, NewBlock};
pub use branding::{BrandImage, BrandKind, Branding, CustomLink, LINK_ICONS, LinkInput, LinkOrder};
pub use call_settings::{CallSettings, Destination, FollowMe, FollowMeStep, RingOrder};
pub use cdr::{CallResult, Direction, Leg, RecordingFault, RecordingInfo, RecordingState};
pub use clients::{ArchivedClient, ClientContents, ClientDetails, ClientInput};
pub use dial::{
    Because, CallDecision, CallFrom, CallStage, CallTarget, NumberClass, OutsideCall, Refusal,
    Simulation, SkippedSetting,
};
pub use emergency::{EmergencyCallerId, NewEmergencyCallerId, Unprotected};
pub use engine::{
    ENGINE_EVENTS_MAX, EngineAccepted, EngineAuth, EngineCall, EngineCaller, EngineContact,
    EngineDecision, EngineEnd, EngineEvent, EngineEvents, EngineHelp, EngineInvite, EngineKey,
    EngineLine, EngineRegistration, EngineRung, EngineStage, EngineTarget, EngineTrunk,
    EngineTrunks, EngineTrunksAsked, NumberedEvent, SIMULATOR,
};
pub use feed::{Change, FeedLine, Removed, RemovedKind};
pub use ids::{
    AccountId, AuditId, BlockId, CallId, ClientId, EmergencyId, LegId, LinkId, NumberId, ProfileId,
    RegistrationId, ResellerId, SessionId, UserId,
};
pub use import::{ImportSummary, RejectedRow, RowError};
pub use limited::{ClientPage, LimitedClient, LimitedClientSettings, NewLimitedClient};
pub use live::{
    ColleagueState, DuplicatedNat, LIVE_SILENCE_SECONDS, LiveAlert, LiveCall, LiveLine, LiveState,
    Presence, Registration, SipTransport,
};
pub use number::{OpenTime, OpeningHours, PhoneNumber, RingGroup, Routing};
pub use people::{Access, Client, Device, Reseller, Role, User};
pub use problem::{Code, FieldError, Problem};
pub use profile::{Features, OutboundRoute, Profile, ProfileDetails, ProfileInput, ROUTES};
pub use rule::Rule;
pub use trunk::{NoTransport, TrunkTransport};
pub use users::{
    BulkDone, BulkSettings, Colleague, FreeExtensions, ImportedUser, InvitedUser, MadeUser,
    NewUser, PhoneSettings, PhoneTransport, SipSecret, UserBulk, UserImport, UserSettings,
};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
pub type InstantMs = i64;
