//! Applying the change feed: columns in memory and blocks in the file, a step at a time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pbx_api::{CallId, Change, ClientId, InstantMs, Leg, LegId, RemovedKind};

use crate::block::{self, BLOCK_LEGS, Cold};
use crate::cache::{Cache, Directory, lock, read, write};
use crate::flags::Flags;
use crate::index::{Index, LegRow};
use crate::known::KnownCalls;
use crate::store::IdRange;
use crate::texts::Sizes;
use crate::writer::{OpenBlock, Writer, newest};
use crate::{CacheError, store, texts};

/// What a step touched.
#[derive(Default)]
struct Touched {
    blocks: Vec<usize>,
    /// The calls, with where each stood in the order of time before the step.
    calls: HashMap<u32, Option<(InstantMs, u32)>>,
    directory: bool,
}

impl Touched {
    /// Before a call changes.
    fn note(&mut self, index: &Index, call: u32) {
        self.calls
            .entry(call)
            .or_insert_with(|| index.key_in_order(call));
    }
}

impl Cache {
    /// Applies changes and the cursor that stands for them as one step: after a crash either both
    /// are there or neither. The same changes again leave the same state.
    ///
    /// # Errors
    /// `Disk` when the file can't be written: the cache is then as it was before the step.
    pub fn apply(&self, changes: &[Change], cursor: &str) -> Result<(), CacheError> {
        self.noted(self.apply_to(None, changes, cursor))
    }

    /// Applies what a feed brought that was asked for in an [epoch](Cache::epoch) of the cache.
    ///
    /// # Errors
    /// `Rebuilt` when the cache was emptied since: what came before these changes is not in it any
    /// more, and the cursor would hide that. Else as [`Cache::apply`].
    pub fn apply_in(&self, epoch: u64, changes: &[Change], cursor: &str) -> Result<(), CacheError> {
        self.noted(self.apply_to(Some(epoch), changes, cursor))
    }

    fn apply_to(
        &self,
        epoch: Option<u64>,
        changes: &[Change],
        cursor: &str,
    ) -> Result<(), CacheError> {
        let writer = &mut *lock(&self.writer);
        if writer.unfinished {
            self.reload(writer)?;
        }
        if epoch.is_some_and(|epoch| epoch != self.epoch()) {
            return Err(CacheError::Rebuilt);
        }
        let before = Sizes::of(&read(&self.index));
        if writer.known.is_none() {
            writer.known = Some(self.learn_calls(writer)?);
        }
        writer.unfinished = true;
        let done = self.step(writer, changes).and_then(|touched| {
            self.save(writer, &touched, changes, cursor, before)?;
            Ok(touched)
        });
        match done {
            Ok(touched) => {
                writer.unfinished = false;
                self.forget_blocks(&touched.blocks);
                let last = read(&self.index).leg_count() / BLOCK_LEGS;
                writer.open.retain(|no, _| *no == last);
                if touched.directory || Sizes::of(&read(&self.index)).ids_grew(before) {
                    self.rank_names();
                }
                self.let_readers_in();
                Ok(())
            }
            Err(error) => {
                // Where even reading fails now, the next step begins with it.
                let _ = self.reload(writer);
                Err(error)
            }
        }
    }

    /// Goes back to what the file says.
    fn reload(&self, writer: &mut Writer) -> Result<(), CacheError> {
        let (index, tails, ranges) = store::load(&writer.db, &self.key)?;
        let directory = Directory::load(&writer.db, &self.key)?;
        {
            let mut current = write(&self.index);
            *current = index.after(&current);
            *write(&self.directory) = directory;
            self.forget_all_blocks();
        }
        writer.tails = tails;
        writer.newest = newest(&ranges);
        writer.ranges = ranges;
        writer.open.clear();
        writer.known = None;
        writer.unfinished = false;
        self.rank_names();
        Ok(())
    }

    fn learn_calls(&self, writer: &Writer) -> Result<KnownCalls, CacheError> {
        let index = read(&self.index);
        let mut known = KnownCalls::with_capacity(index.call_count());
        for no in 0..writer.ranges.len() {
            let keys = store::keys(&writer.db, &self.key, no)?;
            for (at, call) in keys.calls.iter().enumerate() {
                known.put_if_next(*call, index.legs.call[no * BLOCK_LEGS + at]);
            }
        }
        Ok(known)
    }

    /// Changes the columns. Whoever reads them before the file is written finds the ids and
    /// details of new rows in memory.
    fn step(&self, writer: &mut Writer, changes: &[Change]) -> Result<Touched, CacheError> {
        let index = &mut *write(&self.index);
        let touched = self.change(writer, index, changes);
        let blocks = writer.open.iter();
        self.show_fresh(
            blocks
                .map(|(no, block)| (*no, (Arc::clone(&block.keys), Arc::clone(&block.cold))))
                .collect(),
        );
        touched
    }

    fn change(
        &self,
        writer: &mut Writer,
        index: &mut Index,
        changes: &[Change],
    ) -> Result<Touched, CacheError> {
        let mut touched = Touched::default();
        for change in changes {
            match change {
                Change::Leg(leg) => self.put_leg(writer, index, leg, &mut touched)?,
                Change::Removed(gone) if gone.kind == RemovedKind::Leg => {
                    if let Some(row) = self.find(writer, LegId(gone.id))? {
                        self.kill(writer, index, row, &mut touched)?;
                    }
                }
                Change::ScopeRemoved(client) => {
                    self.kill_client(writer, index, *client, &mut touched)?;
                }
                _ => touched.directory = true,
            }
        }
        // Only calls that are new to the order, moved in it or left it change the order: a recording
        // that was stored does not.
        let mut leaving = HashSet::new();
        let mut changed = Vec::new();
        for (call, before) in touched.calls.drain() {
            index.settle(call);
            if before != index.key_in_order(call) {
                changed.push(call);
                leaving.extend(before.map(|_| call));
            }
        }
        index.reorder(&leaving, changed);
        index.revision += 1;
        touched.blocks.sort_unstable();
        touched.blocks.dedup();
        Ok(touched)
    }

    fn put_leg(
        &self,
        writer: &mut Writer,
        index: &mut Index,
        leg: &Leg,
        touched: &mut Touched,
    ) -> Result<(), CacheError> {
        let place = self.find(writer, leg.id)?;
        if let Some(row) = place {
            let no = row as usize / BLOCK_LEGS;
            self.open_block(writer, no)?;
            touched.note(index, index.legs.call[row as usize]);
            let columns = index.row_of(leg);
            index.overwrite(row, &columns);
            let block = writer.open.get_mut(&no).expect("it was opened above");
            Arc::make_mut(&mut block.cold)[row as usize % BLOCK_LEGS] = Cold::of(leg);
            touched.blocks.push(no);
            return Ok(());
        }
        let no = index.leg_count() / BLOCK_LEGS;
        self.open_block(writer, no)?;
        let known = writer.known.as_mut().expect("made before the step");
        let next = u32::try_from(index.call_count()).expect("under 2^32 calls");
        let call = known.get_or_put(leg.call, next);
        if call == next {
            touched.calls.insert(call, None);
        } else {
            touched.note(index, call);
        }
        let columns = index.row_of(leg);
        index.push(call, &columns);
        let block = writer.open.get_mut(&no).expect("it was opened above");
        let keys = Arc::make_mut(&mut block.keys);
        keys.legs.push(leg.id);
        keys.calls.push(leg.call);
        Arc::make_mut(&mut block.cold).push(Cold::of(leg));
        touched.blocks.push(no);
        writer.newest = writer.newest.max(Some(leg.id));
        let range = IdRange {
            min: leg.id,
            max: leg.id,
        };
        match writer.ranges.get_mut(no) {
            Some(known) => {
                known.min = known.min.min(leg.id);
                known.max = known.max.max(leg.id);
            }
            None => writer.ranges.push(range),
        }
        Ok(())
    }

    fn kill(
        &self,
        writer: &mut Writer,
        index: &mut Index,
        row: u32,
        touched: &mut Touched,
    ) -> Result<(), CacheError> {
        let no = row as usize / BLOCK_LEGS;
        self.open_block(writer, no)?;
        let nothing = LegRow {
            flags: Flags::DEAD,
            user: 0,
            from: 0,
            to: 0,
            name: 0,
            ring: 0,
            talk: 0,
            cause: 0,
            ..index.row(row as usize)
        };
        touched.note(index, index.legs.call[row as usize]);
        index.overwrite(row, &nothing);
        touched.blocks.push(no);
        let block = writer.open.get_mut(&no).expect("it was opened above");
        Arc::make_mut(&mut block.cold)[row as usize % BLOCK_LEGS] = Cold::default();
        Ok(())
    }

    fn kill_client(
        &self,
        writer: &mut Writer,
        index: &mut Index,
        client: ClientId,
        touched: &mut Touched,
    ) -> Result<(), CacheError> {
        touched.directory = true;
        let Some(number) = index.clients.number(client) else {
            return Ok(());
        };
        for leg in 0..index.leg_count() {
            let is_live = !Flags(index.legs.flags[leg]).is_dead();
            if is_live && usize::from(index.legs.client[leg]) == number {
                let row = u32::try_from(leg).expect("legs are numbered in 32 bits");
                self.kill(writer, index, row, touched)?;
            }
        }
        Ok(())
    }

    /// Brings a block's rows into memory, to be changed.
    fn open_block(&self, writer: &mut Writer, no: usize) -> Result<(), CacheError> {
        if writer.open.contains_key(&no) {
            return Ok(());
        }
        let block = if no < writer.ranges.len() {
            OpenBlock {
                keys: Arc::new(store::keys(&writer.db, &self.key, no)?),
                cold: Arc::new(store::cold(&writer.db, &self.key, no)?),
            }
        } else {
            OpenBlock::default()
        };
        writer.open.insert(no, block);
        Ok(())
    }

    /// The row of a leg that is already there.
    fn find(&self, writer: &Writer, id: LegId) -> Result<Option<u32>, CacheError> {
        // New legs have rising ids: nothing to look for.
        if writer.newest.is_none_or(|newest| id > newest) {
            return Ok(None);
        }
        for (no, range) in writer.ranges.iter().enumerate().rev() {
            if id < range.min || id > range.max {
                continue;
            }
            let at = match writer.open.get(&no) {
                Some(block) => block.keys.legs.iter().position(|known| *known == id),
                None => self.keys(no)?.legs.iter().position(|known| *known == id),
            };
            if let Some(at) = at {
                let row = no * BLOCK_LEGS + at;
                return Ok(Some(
                    u32::try_from(row).expect("legs are numbered in 32 bits"),
                ));
            }
        }
        Ok(None)
    }

    pub(crate) fn leg_row(&self, id: LegId) -> Result<Option<u32>, CacheError> {
        self.find(&lock(&self.writer), id)
    }

    pub(crate) fn call_row(&self, id: CallId) -> Result<Option<u32>, CacheError> {
        let mut writer = lock(&self.writer);
        if writer.known.is_none() {
            writer.known = Some(self.learn_calls(&writer)?);
        }
        Ok(writer.known.as_ref().and_then(|known| known.get(id)))
    }

    /// Writes what the step touched, and the cursor, in one transaction.
    fn save(
        &self,
        writer: &mut Writer,
        touched: &Touched,
        changes: &[Change],
        cursor: &str,
        before: Sizes,
    ) -> Result<(), CacheError> {
        let Writer {
            db,
            tails,
            ranges,
            open,
            ..
        } = writer;
        let tx = db.transaction()?;
        let index = read(&self.index);
        texts::put_dictionaries(&tx, &self.key, &index, tails, before)?;
        for no in &touched.blocks {
            let block = open.get(no).expect("a touched block is open");
            let hot = block::encode_hot(&index, no * BLOCK_LEGS, block.keys.legs.len());
            ranges[*no] = store::put_block(&tx, &self.key, *no, &hot, &block.keys, &block.cold)?;
        }
        drop(index);
        let mut directory = write(&self.directory);
        for change in changes {
            directory.apply(&tx, &self.key, change)?;
        }
        store::set_meta(&tx, &self.key, "cursor", cursor.as_bytes())?;
        tx.commit()?;
        Ok(())
    }
}

impl Sizes {
    fn ids_grew(self, before: Self) -> bool {
        self.ids() != before.ids()
    }
}

impl Index {
    /// For the tests: every column has as many rows.
    #[cfg(test)]
    pub(crate) fn is_sound(&self) -> bool {
        self.legs.call.len() == self.legs.cause.len()
            && self.calls.lead.len() == self.calls.flags.len()
    }
}
