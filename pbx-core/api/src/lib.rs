//! The words that cross the border between `pbx-core` and its clients.
//!
//! Every wire type exists once, here. No I/O, no web framework, no database: the desktop uses
//! this crate without the server's dependencies.

mod auth;
mod cdr;
mod feed;
mod ids;
mod import;
mod people;
mod problem;

pub use auth::{
    AccountChoice, Me, RefreshRequest, ServerInfo, SignInAnswer, SignInRequest, SignedIn,
};
pub use cdr::{CallResult, Direction, Leg, RecordingInfo, RecordingState};
pub use feed::{Change, FeedLine, Removed, RemovedKind};
pub use ids::{
    AccountId, CallId, ClientId, LegId, NumberId, ProfileId, ResellerId, SessionId, UserId,
};
pub use import::{ImportSummary, RejectedRow};
pub use people::{
    Access, CallSettings, Client, Destination, Device, Features, FollowMe, FollowMeStep, OpenTime,
    OpeningHours, PhoneNumber, Profile, ROUTES, Reseller, RingGroup, RingOrder, Role, Routing,
    User,
};
pub use problem::{Code, FieldError, Problem};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
pub type InstantMs = i64;
