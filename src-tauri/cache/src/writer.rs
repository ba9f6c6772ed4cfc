//! The connection that writes, and what it must know to do so.

use std::collections::HashMap;
use std::sync::Arc;

use pbx_api::LegId;
use rusqlite::Connection;

use crate::block::{Cold, Keys};
use crate::known::KnownCalls;
use crate::seal::Key;
use crate::store::IdRange;
use crate::texts::Tails;
use crate::{CacheError, store};

/// The one connection that writes, and what it must know to do so.
pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) tails: Tails,
    /// Between which ids each block's legs lie.
    pub(crate) ranges: Vec<IdRange>,
    /// The largest leg id so far.
    pub(crate) newest: Option<LegId>,
    /// Blocks whose rows are in memory: those of this step, and the last one, which still fills.
    pub(crate) open: HashMap<usize, OpenBlock>,
    /// Made at the first step, it takes a second at ten million calls.
    pub(crate) known: Option<KnownCalls>,
    /// A step began and neither ended nor was undone: memory must be read anew from the file.
    pub(crate) unfinished: bool,
}

/// Shared with whoever reads while the step is being written.
#[derive(Default)]
pub(crate) struct OpenBlock {
    pub(crate) keys: Arc<Keys>,
    pub(crate) cold: Arc<Vec<Cold>>,
}

pub(crate) fn newest(ranges: &[IdRange]) -> Option<LegId> {
    ranges.iter().map(|range| range.max).max()
}

impl Writer {
    pub(crate) fn new(db: Connection, tails: Tails, ranges: Vec<IdRange>) -> Self {
        let newest = newest(&ranges);
        Self {
            db,
            tails,
            newest,
            ranges,
            open: HashMap::new(),
            known: None,
            unfinished: false,
        }
    }

    pub(crate) fn clear(&mut self) -> Result<(), CacheError> {
        let nothing = Connection::open_in_memory()?;
        let tx = self.db.transaction()?;
        tx.execute_batch("delete from block; delete from dictionary; delete from directory;")?;
        tx.execute("delete from meta where name = 'cursor'", [])?;
        tx.commit()?;
        let db = std::mem::replace(&mut self.db, nothing);
        *self = Self::new(db, Tails::default(), Vec::new());
        Ok(())
    }

    /// Gives the room of removed rows back. A full disk can't: the file then uses it again.
    pub(crate) fn shrink(&self) {
        let _ = self
            .db
            .execute_batch("vacuum; pragma wal_checkpoint(truncate);");
    }

    /// For the tests: the file may not grow past this, as on a full disk.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: u32) {
        self.db
            .pragma_update(None, "max_page_count", pages)
            .expect("a limit");
    }

    /// Lets go of the file.
    pub(crate) fn close(&mut self) -> Result<(), CacheError> {
        *self = Self::new(Connection::open_in_memory()?, Tails::default(), Vec::new());
        Ok(())
    }

    pub(crate) fn put_back(
        &mut self,
        key: &Key,
        values: &[(String, Vec<u8>)],
    ) -> Result<(), CacheError> {
        values
            .iter()
            .try_for_each(|(name, value)| store::set_meta(&self.db, key, name, value))
    }

    pub(crate) fn set_meta(
        &mut self,
        key: &Key,
        name: &str,
        value: &[u8],
    ) -> Result<(), CacheError> {
        store::set_meta(&self.db, key, name, value)
    }
}

impl Writer {
    pub(crate) fn drop_meta(&mut self, name: &str) -> Result<(), CacheError> {
        self.db
            .execute("delete from meta where name = $1", [name])?;
        Ok(())
    }
}
