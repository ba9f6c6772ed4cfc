//! Blocks of callers: kept by the server, tried against the calls that are here.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use pbx_api::{
    Block, BlockFile, BlockId, BlockImport, BlockKind, ClientId, InstantMs, NewBlock, Problem,
};
use pbx_numbers::Pattern;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::active::Active;
use crate::clock::now_ms;
use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

/// How far back a block is tried.
const TRIED_DAYS: u32 = 30;
const DAY_MS: InstantMs = 24 * 60 * 60 * 1000;

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeBlock {
    pub id: BlockId,
    pub block: NewBlock,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneBlock {
    pub id: BlockId,
}

/// What a block would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TriedBlock {
    /// The number as it would be kept; none: it is no number yet.
    pub number: Option<String>,
    pub days: u32,
    #[ts(type = "number")]
    pub calls: u64,
    #[ts(type = "number")]
    pub clients: u64,
}

pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<Block>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "blocks", "/v1/blocks?limit=10000").await
}

pub async fn create(desktop: Arc<Desktop>, input: NewBlock) -> Result<Block, Problem> {
    let active = desktop.active()?;
    let made = active.session.tell(Method::POST, "/v1/blocks", &input);
    let made = made.await?;
    desktop.events.changed(&[Tag::Blocks]);
    Ok(made)
}

pub async fn change(desktop: Arc<Desktop>, input: ChangeBlock) -> Result<Block, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/blocks/{}", input.id);
    let changed = active
        .session
        .tell(Method::PUT, &path, &input.block)
        .await?;
    desktop.events.changed(&[Tag::Blocks]);
    Ok(changed)
}

pub async fn remove(desktop: Arc<Desktop>, input: OneBlock) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/blocks/{}", input.id);
    active
        .session
        .order(Method::DELETE, &path, &Nothing {})
        .await?;
    desktop.events.changed(&[Tag::Blocks]);
    Ok(Nothing {})
}

pub async fn import(desktop: Arc<Desktop>, input: BlockFile) -> Result<BlockImport, Problem> {
    let active = desktop.active()?;
    let path = "/v1/blocks/import";
    let done: BlockImport = active.session.tell(Method::POST, path, &input).await?;
    if done.added > 0 {
        desktop.events.changed(&[Tag::Blocks]);
    }
    Ok(done)
}

/// What a block would have stopped in the last 30 days, from the calls that are here; offline too.
pub async fn try_block(desktop: Arc<Desktop>, input: NewBlock) -> Result<TriedBlock, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let client = input.client;
        let country = country(&active, client);
        let pattern = match input.kind {
            BlockKind::Number => Pattern::number(&input.number, &country),
            BlockKind::Prefix => Pattern::prefix(&input.number, &country),
            BlockKind::Anonymous => Some(Pattern::Anonymous),
        };
        let Some(pattern) = pattern else {
            return Ok(TriedBlock {
                number: None,
                days: TRIED_DAYS,
                calls: 0,
                clients: 0,
            });
        };
        let until_ms = now_ms();
        let from_ms = until_ms - InstantMs::from(TRIED_DAYS) * DAY_MS;
        let stops = |given: &str, e164: Option<&str>| pattern.stops(given, e164);
        let (calls, clients) = active.cache.stopped(from_ms, until_ms, client, stops);
        Ok(TriedBlock {
            number: Some(match pattern {
                Pattern::Number(number) | Pattern::Prefix(number) => number,
                Pattern::Anonymous => String::new(),
            }),
            days: TRIED_DAYS,
            calls,
            clients,
        })
    })
    .await
}

/// How national numbers are read, as the server does it: by the client, or where all clients are
/// in one country.
fn country(active: &Active, client: Option<ClientId>) -> String {
    let mut countries = active
        .cache
        .directory()
        .0
        .into_iter()
        .filter(|known| client.is_none_or(|client| client == known.id))
        .map(|known| known.country);
    let first = countries.next().unwrap_or_default();
    if countries.all(|country| country == first) {
        first
    } else {
        String::new()
    }
}
