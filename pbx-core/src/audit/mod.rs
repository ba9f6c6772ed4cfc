//! The audit log: who did what, when, from where, before and after. Written in the transaction of
//! the change itself, so that there is none without the other.

mod store;

use pbx_api::ClientId;
use uuid::Uuid;

pub use store::write;

/// What was done.
pub struct Entry {
    /// Thing and verb, such as `recording.delete`; the verbs are create, change, remove and what
    /// else the feature does.
    pub action: &'static str,
    /// The client whose thing it was.
    pub client: Option<ClientId>,
    /// Kind and id of what was changed.
    pub subject: (&'static str, Uuid),
    /// JSON of the wire type; secrets are left out of it.
    pub before: Option<String>,
    /// JSON of the wire type; secrets are left out of it.
    pub after: Option<String>,
}
