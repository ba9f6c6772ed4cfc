//! Callers that are stopped.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{BlockId, ClientId, InstantMs, RowError};

/// Which callers a block stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Number,
    /// Every number that begins so.
    Prefix,
    /// Callers that hide their number.
    Anonymous,
}

/// A block of callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Block {
    pub id: BlockId,
    /// Whose calls it stops. None: those of all clients, and none of them learns of it.
    #[serde(default)]
    pub client: Option<ClientId>,
    pub kind: BlockKind,
    /// In E.164, or the beginning of it; empty for hidden numbers.
    pub number: String,
    #[serde(default)]
    pub note: String,
    /// Who made it: the name of the login then.
    pub created_by: String,
    #[ts(type = "number")]
    pub created_at_ms: InstantMs,
    /// Calls that it stopped.
    #[ts(type = "number")]
    pub hits: u64,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub last_hit_at_ms: Option<InstantMs>,
}

/// What a person sets of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// None: a client's login blocks for its client, a reseller's for all of them. It can't be
    /// changed afterwards.
    #[serde(default)]
    pub client: Option<ClientId>,
    pub kind: BlockKind,
    /// As people write it; national form where the client's country is known.
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub note: String,
}

/// A CSV file of blocks, with the columns `number` and `note`, at most 10 000 rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockFile {
    /// Whose blocks they become; as in [`NewBlock`].
    #[serde(default)]
    pub client: Option<ClientId>,
    pub text: String,
    /// Only looks; writes nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What an import of blocks did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct BlockImport {
    /// Rows without the head.
    pub rows: u32,
    /// Written: all rows, or none.
    pub added: u32,
    /// The first hundred. With one of them nothing is written.
    pub errors: Vec<RowError>,
    pub error_count: u32,
}
