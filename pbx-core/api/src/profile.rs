//! User profiles: features and outbound routes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ProfileId;

/// A user profile: what its users may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Profile {
    pub id: ProfileId,
    pub name: String,
    /// The one that every reseller has; it can be changed and not removed.
    pub is_default: bool,
    #[serde(default)]
    pub features: Features,
    /// Keys of the outbound routes that may be dialled, such as `toll_free`.
    #[serde(default = "usual_routes")]
    pub routes: Vec<String>,
}

/// The routes that every platform has, in the order of the screens.
pub const ROUTES: [&str; 4] = ["toll_free", "canada", "us", "international"];

fn usual_routes() -> Vec<String> {
    ["toll_free", "canada", "us"].map(str::to_owned).into()
}

impl Profile {
    /// A profile with the usual settings: everything but calls to other countries and recording.
    #[must_use]
    pub fn new(id: ProfileId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            is_default: false,
            features: Features::default(),
            routes: usual_routes(),
        }
    }
}

/// The switches of a profile.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that a person sees"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Features {
    pub call_forward: bool,
    pub follow_me: bool,
    pub call_waiting: bool,
    pub do_not_disturb: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub voicemail_box_disabled: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub conference_page_disabled: bool,
    /// Every call of its users is recorded.
    pub call_recording: bool,
    /// Needs a media server: saved, and changes nothing until there is one.
    pub queue_page_disabled: bool,
    pub active_calls_page: bool,
    pub call_panel_page: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            call_forward: true,
            follow_me: true,
            call_waiting: true,
            do_not_disturb: true,
            voicemail_box_disabled: false,
            conference_page_disabled: false,
            call_recording: false,
            queue_page_disabled: false,
            active_calls_page: true,
            call_panel_page: true,
        }
    }
}

/// A profile as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileInput {
    pub name: String,
    pub features: Features,
    /// Keys of the outbound routes that may be dialled.
    pub routes: Vec<String>,
}

/// A profile with how much hangs on it, of what the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct ProfileDetails {
    pub profile: Profile,
    /// Users that have it.
    #[ts(type = "number")]
    pub users: u64,
    /// Clients whose new users get it.
    #[ts(type = "number")]
    pub default_of: u64,
}

/// A way out that a profile permits or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct OutboundRoute {
    pub key: String,
    /// As the operator named it; empty for those that every platform has.
    pub name: String,
}
