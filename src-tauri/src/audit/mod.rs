//! The audit log, as far as it is asked for, and undoing an entry of it.

use std::sync::Arc;

use pbx_api::{AccountId, AuditEntry, AuditId, ClientId, InstantMs, Problem};
use reqwest::Method;
use serde::Deserialize;
use ts_rs::TS;
use uuid::Uuid;

use crate::Desktop;
use crate::events::Tag;
use crate::lists::{self, Listed, ROWS_MAX};

const PAGE: u16 = 500;

/// Which entries are asked for.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AuditOf {
    #[ts(type = "number | null")]
    pub from_ms: Option<InstantMs>,
    #[ts(type = "number | null")]
    pub until_ms: Option<InstantMs>,
    /// A kind of thing, such as `client`.
    pub subject_kind: Option<String>,
    #[ts(as = "Option<String>")]
    pub subject: Option<Uuid>,
    pub account: Option<AccountId>,
    pub client: Option<ClientId>,
    /// How many of the newest; whoever looks further back asks for more.
    pub most: u32,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneEntry {
    pub entry: AuditId,
}

/// The newest entries that are asked for. The last answer to the same question is shown where the
/// server can't be reached.
///
/// # Errors
/// What the server says; `Offline` where nothing was seen before.
pub async fn list(desktop: Arc<Desktop>, asked: AuditOf) -> Result<Listed<AuditEntry>, Problem> {
    let active = desktop.active()?;
    let mut path = format!("/v1/audit?limit={PAGE}");
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            path += &format!("&{name}={value}");
        }
    };
    add("from_ms", asked.from_ms.map(|ms| ms.to_string()));
    add("until_ms", asked.until_ms.map(|ms| ms.to_string()));
    let word = |kind: String| {
        kind.chars()
            .filter(|c| c.is_ascii_lowercase() || *c == '_')
            .collect()
    };
    add("subject_kind", asked.subject_kind.clone().map(word));
    add("subject", asked.subject.map(|id| id.to_string()));
    add("account", asked.account.map(|id| id.to_string()));
    add("client", asked.client.map(|id| id.to_string()));
    // A period moves on; what is kept is the last answer about the same things.
    let name = format!(
        "audit {:?} {:?} {:?} {:?}",
        asked.subject_kind, asked.subject, asked.account, asked.client
    );
    let most = usize::try_from(asked.most).map_or(ROWS_MAX, |most| most.min(ROWS_MAX));
    let mut listed: Listed<AuditEntry> = lists::read_first(&active, &name, &path, most).await?;
    listed.rows.retain(|entry| {
        asked.from_ms.is_none_or(|from_ms| entry.at_ms >= from_ms)
            && asked.until_ms.is_none_or(|until_ms| entry.at_ms < until_ms)
    });
    Ok(listed)
}

/// Undoes an entry, and gives the one that says so.
///
/// # Errors
/// What the server says, `Changed` where the thing is not what the entry made it; `Offline`.
pub async fn undo(desktop: Arc<Desktop>, input: OneEntry) -> Result<AuditEntry, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/audit/{}/undo", input.entry);
    let made = active.session.tell(Method::POST, &path, &()).await?;
    active.sync.now();
    desktop
        .events
        .changed(&[Tag::Directory, Tag::Archive, Tag::Audit]);
    Ok(made)
}
