//! The audit log: who did what, when, from where, before and after. Written in the transaction of
//! the change itself, so that there is none without the other.

mod store;

use pbx_api::ClientId;
use uuid::Uuid;

pub use store::write;

/// What was done.
pub struct Entry {
    /// Thing and verb, such as `recording.delete`.
    pub action: &'static str,
    /// The client whose thing it was.
    pub client: Option<ClientId>,
    /// Kind and id of what was changed.
    pub subject: (&'static str, Uuid),
    /// JSON.
    pub before: Option<String>,
    /// JSON.
    pub after: Option<String>,
}
