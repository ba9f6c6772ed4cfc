//! Writes records batch by batch: each in one short transaction that sees what is there, adds what
//! is not, and is on the disk when it is counted.

use std::collections::{HashMap, HashSet};

use pbx_api::{LegId, RejectedRow};
use pbx_import::{Decision, Identity, Matcher, Record, Summary};

use super::audio::Audio;
use super::directory::{Directory, Known, Mapping};
use super::place::place;
use super::reader::Event;
use super::store::{self, Key};
use crate::cdrs::store::{NewLeg, insert};
use crate::clock::World;
use crate::db::{Db, Tenant};
use crate::error::Result;

/// An import under way.
pub struct Import<'a> {
    pub db: &'a Db,
    pub world: &'a World,
    pub tenant: Tenant,
    pub directory: &'a Directory,
    pub mapping: &'a Mapping,
    pub audio: Option<Audio>,
    pub summary: Summary,
    /// Files that were not taken, or not to their end, in words for a person.
    pub refused: Vec<String>,
    file: String,
    matcher: Matcher<Key>,
}

/// What a batch adds, until its transaction is through.
#[derive(Default)]
struct Batch {
    known: store::Known,
    new: Vec<NewLeg>,
    /// Where in `new` a leg waits.
    waiting: HashMap<LegId, usize>,
    learned: Vec<(LegId, Identity)>,
}

impl<'a> Import<'a> {
    pub fn new(
        db: &'a Db,
        world: &'a World,
        tenant: Tenant,
        directory: &'a Directory,
        mapping: &'a Mapping,
        audio: Option<Audio>,
    ) -> Self {
        Self {
            db,
            world,
            tenant,
            directory,
            mapping,
            audio,
            summary: Summary::new(),
            refused: Vec::new(),
            file: String::new(),
            matcher: Matcher::new(),
        }
    }

    /// Takes a batch. Gives the rows that were rejected, here or by the reader.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch was added.
    pub async fn take(&mut self, events: Vec<Event>) -> Result<Vec<RejectedRow>> {
        let fingerprints: HashSet<i64> = events
            .iter()
            .filter_map(|event| match event {
                Event::Row(record) => Some(store::fingerprint(&record.identity)),
                _ => None,
            })
            .collect();
        let fingerprints: Vec<i64> = fingerprints.into_iter().collect();
        let mut tx = self.db.begin(self.tenant).await?;
        // Takes the reseller's row: of two imports of one file the second waits here, and then
        // finds what the first has added.
        tx.take_seqs(0).await?;
        let mut batch = Batch {
            known: store::known(&mut tx, &fingerprints).await?,
            ..Batch::default()
        };
        let mut rejected = Vec::new();
        for event in events {
            match event {
                Event::File(name) => {
                    self.file = name;
                    self.matcher = Matcher::new();
                }
                Event::Refused(why) => self.refused.push(why),
                Event::Rejected(row) => rejected.push(row),
                Event::Row(record) => match self.directory.find(&record, self.mapping) {
                    Ok(whose) => self.row(&record, whose, &mut batch),
                    Err(reason) => rejected.push(RejectedRow {
                        file: self.file.clone(),
                        line: record.line,
                        reason,
                        row: record.raw,
                    }),
                },
            }
        }
        for (leg, learned) in &batch.learned {
            store::learn(&mut tx, *leg, learned).await?;
        }
        insert(&mut tx, &batch.new).await?;
        tx.commit().await?;
        for _ in &rejected {
            self.summary.rejected();
        }
        Ok(rejected)
    }

    fn row(&mut self, record: &Record, whose: &Known, batch: &mut Batch) {
        let fingerprint = store::fingerprint(&record.identity);
        let alike = batch.known.entry(fingerprint).or_default();
        let ((leg, call), added) = match self.matcher.decide(&record.identity, alike) {
            Decision::Add => {
                let leg = place(record, whose, self.tenant.reseller, LegId(self.world.id()));
                let key = (leg.id, leg.call);
                alike.push((key, record.identity.clone()));
                batch.waiting.insert(leg.id, batch.new.len());
                let identity = store::identity_text(&record.identity);
                batch.new.push(NewLeg {
                    hidden: false,
                    leg,
                    fingerprint,
                    identity,
                });
                self.matcher.added(key);
                (key, true)
            }
            Decision::Same { key, learned } => {
                if let Some(learned) = learned {
                    match batch.waiting.get(&key.0) {
                        Some(at) => batch.new[*at].identity = store::identity_text(&learned),
                        None => batch.learned.push((key.0, learned.clone())),
                    }
                    for (_, identity) in alike.iter_mut().filter(|(known, _)| *known == key) {
                        identity.clone_from(&learned);
                    }
                }
                (key, false)
            }
        };
        self.summary
            .taken(leg, call, added, record.answered, record.billable_seconds);
        if let Some(audio) = &mut self.audio {
            audio.offer(record, leg);
        }
    }
}
