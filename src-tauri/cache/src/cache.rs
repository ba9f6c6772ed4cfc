//! The cache as the rest of the desktop sees it.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use pbx_api::{
    CallId, CallResult, Client, ClientId, InstantMs, Leg, LegId, PhoneNumber, Profile, User, UserId,
};
use rusqlite::Connection;

use crate::block::{BLOCK_LEGS, Cold, Keys};
use crate::dict::Entries;
use crate::filter::{CallFilter, Sort, fold};
use crate::index::{Flags, Index, NIL, RESULTS, number_forms, number_shown};
use crate::order::Found;
use crate::page::{CallPage, CallRow, CallTotals, ResultCounts};
use crate::scan::{self, Conditions};
use crate::seal::Key;
use crate::write::Writer;
use crate::{CacheError, store};

/// Rows that one page may hold.
const PAGE_MAX: usize = 500;
/// Answered filters kept for the next page; each holds at most 5 bytes a matching call.
const FOUND_KEPT: usize = 8;
/// Opened blocks kept: 256 blocks of ids are 8 MB.
const BLOCKS_KEPT: usize = 256;
const FILE: &str = "calls.sqlite3";

/// A leg with everything that is known of it, and what the directory calls its client and user.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLeg {
    pub leg: Leg,
    pub client_name: String,
    pub user_name: String,
}

/// What opening found.
#[derive(Debug)]
pub struct Opened {
    pub cache: Cache,
    /// The damaged file that was set aside; the cache is empty and is filled anew by the next sync.
    pub set_aside: Option<PathBuf>,
}

/// Clients, users and what else is not a call.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) clients: HashMap<ClientId, Client>,
    pub(crate) users: HashMap<UserId, User>,
    pub(crate) profiles: HashMap<uuid::Uuid, Profile>,
    pub(crate) numbers: HashMap<uuid::Uuid, PhoneNumber>,
}

/// The call log of one account on this computer. One process owns it at a time.
pub struct Cache {
    folder: PathBuf,
    pub(crate) key: Key,
    pub(crate) index: RwLock<Index>,
    pub(crate) directory: RwLock<Directory>,
    pub(crate) writer: Mutex<Writer>,
    reader: Mutex<Reader>,
    found: Mutex<Vec<((CallFilter, Sort), Arc<Found>)>>,
    _lock: File,
}

/// A second connection, so that a page is read while a sync writes.
struct Reader {
    db: Connection,
    keys: Recent<Keys>,
    cold: Recent<Vec<Cold>>,
}

/// The blocks used last.
struct Recent<T>(Vec<(usize, Arc<T>)>);

impl<T> Recent<T> {
    fn get(
        &mut self,
        no: usize,
        read: impl FnOnce() -> Result<T, CacheError>,
    ) -> Result<Arc<T>, CacheError> {
        if let Some(at) = self.0.iter().position(|(known, _)| *known == no) {
            let entry = self.0.remove(at);
            self.0.push(entry);
        } else {
            let entry = (no, Arc::new(read()?));
            if self.0.len() >= BLOCKS_KEPT {
                self.0.remove(0);
            }
            self.0.push(entry);
        }
        Ok(Arc::clone(&self.0[self.0.len() - 1].1))
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// A panic while a lock is held leaves columns of unequal length at worst, and those panic again:
/// going on reading is safe.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> Result<(), std::io::Error> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// On Windows the folder lies under the user's own profile, which others can't read.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> Result<(), std::io::Error> {
    fs::create_dir_all(folder)
}

impl Cache {
    /// Opens the cache in a folder of its own, making both when they are not there. A damaged file
    /// is set aside, not deleted, and the cache starts empty.
    ///
    /// # Errors
    /// `InUse` when another process owns it, `WrongKey` when the key doesn't open it, `Disk` and
    /// `Io` when the folder can't be used.
    pub fn open(folder: &Path, key: &Key) -> Result<Opened, CacheError> {
        make_private(folder)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CacheError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let (parts, set_aside) = match Self::load(folder, key) {
            Err(CacheError::Damaged(_)) => {
                let aside = set_aside(folder)?;
                (Self::load(folder, key)?, Some(aside))
            }
            other => (other?, None),
        };
        let (index, directory, writer, reader) = parts;
        let cache = Self {
            folder: folder.to_owned(),
            key: key.clone(),
            index: RwLock::new(index),
            directory: RwLock::new(directory),
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            found: Mutex::new(Vec::new()),
            _lock: lock,
        };
        cache.rank_names();
        Ok(Opened { cache, set_aside })
    }

    fn load(folder: &Path, key: &Key) -> Result<(Index, Directory, Writer, Reader), CacheError> {
        let path = folder.join(FILE);
        let db = store::open(&path, key)?;
        let (index, tails, ranges) = store::load(&db, key)?;
        let directory = Directory::load(&db, key)?;
        let reader = Reader {
            db: store::open(&path, key)?,
            keys: Recent(Vec::new()),
            cold: Recent(Vec::new()),
        };
        Ok((index, directory, Writer::new(db, tails, ranges), reader))
    }

    /// Removes everything that the cache holds. The folder stays owned.
    ///
    /// # Errors
    /// `Disk` or `Io` when the files can't be removed.
    pub fn wipe(&self) -> Result<(), CacheError> {
        let mut writer = lock(&self.writer);
        let mut reader = lock(&self.reader);
        let mut index = write(&self.index);
        let mut directory = write(&self.directory);
        writer.clear(&self.key)?;
        reader.keys.0.clear();
        reader.cold.0.clear();
        let revision = index.revision;
        *index = Index::new();
        index.revision = revision + 1;
        *directory = Directory::default();
        lock(&self.found).clear();
        Ok(())
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The state that pages are read from; grows with each change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        read(&self.index).revision
    }

    /// Calls and legs in the cache.
    #[must_use]
    pub fn size(&self) -> (u64, u64) {
        let index = read(&self.index);
        (index.order.len() as u64, index.live_legs)
    }

    /// The start of the oldest call.
    #[must_use]
    pub fn oldest_ms(&self) -> Option<InstantMs> {
        let index = read(&self.index);
        index.order.first().map(|call| index.call_started_ms(*call))
    }

    /// Bytes of the file, with what was not yet written back into it.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        [FILE.to_owned(), format!("{FILE}-wal")]
            .iter()
            .filter_map(|name| fs::metadata(self.folder.join(name)).ok())
            .map(|meta| meta.len())
            .sum()
    }

    /// A small sealed value kept beside the calls, such as the saved filters.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn value(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
        store::meta(&lock(&self.reader).db, &self.key, &format!("value {name}"))
    }

    /// # Errors
    /// When the file can't be written.
    pub fn set_value(&self, name: &str, value: &[u8]) -> Result<(), CacheError> {
        lock(&self.writer).set_meta(&self.key, &format!("value {name}"), value)
    }

    /// # Errors
    /// When the file can't be written.
    pub fn drop_value(&self, name: &str) -> Result<(), CacheError> {
        lock(&self.writer).drop_meta(&format!("value {name}"))
    }

    /// How far the feed was applied.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn cursor(&self) -> Result<Option<String>, CacheError> {
        let text = store::meta(&lock(&self.reader).db, &self.key, "cursor")?;
        Ok(text.and_then(|text| String::from_utf8(text).ok()))
    }

    fn found(
        &self,
        index: &Index,
        filter: &CallFilter,
        sort: Sort,
    ) -> Result<Arc<Found>, CacheError> {
        let wanted = (filter.clone(), sort);
        let known = |kept: &[((CallFilter, Sort), Arc<Found>)]| {
            kept.iter()
                .find(|(asked, found)| *asked == wanted && found.revision == index.revision)
                .map(|(_, found)| Arc::clone(found))
        };
        if let Some(found) = known(&lock(&self.found)) {
            return Ok(found);
        }
        let found = Arc::new(if filter.is_empty() {
            Found::all(index)
        } else {
            let conditions = Conditions::new(filter, index, &*read(&self.directory))?;
            Found::some(index, scan::matching_calls(index, &conditions))
        });
        let mut kept = lock(&self.found);
        kept.retain(|(asked, found)| found.revision == index.revision && *asked != wanted);
        if kept.len() >= FOUND_KEPT {
            kept.remove(0);
        }
        kept.push((wanted, Arc::clone(&found)));
        Ok(found)
    }

    /// Forgets answered filters, so that the next question is answered from the columns.
    pub fn forget_answers(&self) {
        lock(&self.found).clear();
    }

    /// A stretch of the list. The newest page of any filter is bounded: one pass over the columns.
    ///
    /// # Errors
    /// `Filter` when the filter can't be answered; others when the file can't be read.
    pub fn page(
        &self,
        filter: &CallFilter,
        sort: Sort,
        offset: u64,
        limit: usize,
    ) -> Result<CallPage, CacheError> {
        let index = read(&self.index);
        let found = self.found(&index, filter, sort)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let calls = found.slice(&index, sort, from, limit.min(PAGE_MAX));
        let rows = calls
            .into_iter()
            .filter(|call| index.calls.lead[*call as usize] != NIL)
            .map(|call| self.row(&index, call))
            .collect::<Result<_, _>>()?;
        Ok(CallPage {
            offset,
            rows,
            revision: index.revision,
            matching: found.count as u64,
        })
    }

    fn row(&self, index: &Index, call: u32) -> Result<CallRow, CacheError> {
        let directory = read(&self.directory);
        let lead = index.calls.lead[call as usize] as usize;
        let (legs, flags) = (&index.legs, Flags(index.calls.flags[call as usize]));
        let client = index.clients.all[usize::from(legs.client[lead])];
        let user = index.user_of(lead);
        let recording_leg = index
            .legs_of(call)
            .filter(|leg| Flags(legs.flags[*leg as usize]).recording() == flags.recording())
            .min()
            .filter(|_| flags.recording() == pbx_api::RecordingState::Available)
            .map(|leg| self.leg_ids(leg).map(|(leg, _)| leg))
            .transpose()?;
        Ok(CallRow {
            call: self.leg_ids(index.calls.lead[call as usize])?.1,
            legs: index.calls.legs[call as usize],
            started_at_ms: legs.started_ms[lead],
            direction: flags.direction(),
            client,
            client_name: directory.client_name(client),
            user,
            user_name: user
                .map(|user| directory.user_name(user))
                .unwrap_or_default(),
            from_number: number_shown(index.numbers.text(legs.from[lead])).to_owned(),
            from_name: index.names.text(legs.name[lead]).to_owned(),
            to_number: number_shown(index.numbers.text(legs.to[lead])).to_owned(),
            ring_seconds: legs.ring[lead],
            talk_seconds: index.calls.talk[call as usize],
            result: flags.result(),
            cause: (legs.cause[lead] != 0).then_some(legs.cause[lead]),
            recording: flags.recording(),
            recording_leg,
            kept_offline: false,
        })
    }

    fn leg_ids(&self, leg: u32) -> Result<(LegId, CallId), CacheError> {
        let keys = self.keys(leg as usize / BLOCK_LEGS)?;
        let at = leg as usize % BLOCK_LEGS;
        Ok((keys.legs[at], keys.calls[at]))
    }

    pub(crate) fn keys(&self, no: usize) -> Result<Arc<Keys>, CacheError> {
        let reader = &mut *lock(&self.reader);
        reader
            .keys
            .get(no, || store::keys(&reader.db, &self.key, no))
    }

    pub(crate) fn cold(&self, no: usize) -> Result<Arc<Vec<Cold>>, CacheError> {
        let reader = &mut *lock(&self.reader);
        reader
            .cold
            .get(no, || store::cold(&reader.db, &self.key, no))
    }

    /// Forgets opened blocks that were written anew.
    pub(crate) fn forget_blocks(&self, written: &[usize]) {
        let mut reader = lock(&self.reader);
        reader.keys.0.retain(|(no, _)| !written.contains(no));
        reader.cold.0.retain(|(no, _)| !written.contains(no));
    }

    /// What a filter matches, altogether.
    ///
    /// # Errors
    /// `Filter` when the filter can't be answered.
    pub fn totals(&self, filter: &CallFilter) -> Result<CallTotals, CacheError> {
        let index = read(&self.index);
        let found = self.found(&index, filter, Sort::default())?;
        let mut totals = CallTotals {
            of_calls: index.order.len() as u64,
            revision: index.revision,
            ..CallTotals::default()
        };
        found.each(&index, |call| {
            let at = call as usize;
            let answered = Flags(index.calls.flags[at]).result() == CallResult::Answered;
            totals.calls += 1;
            totals.legs += u64::from(index.calls.legs[at]);
            totals.answered_calls += u64::from(answered);
            totals.talk_seconds += u64::from(index.calls.talk[at]);
        });
        Ok(totals)
    }

    /// The legs of a call, in the order in which they started. Empty when there is no such call.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn legs(&self, call: CallId) -> Result<Vec<StoredLeg>, CacheError> {
        let Some(row) = self.call_row(call)? else {
            return Ok(Vec::new());
        };
        let index = read(&self.index);
        self.stored_legs(&index, row)
    }

    /// One leg by its id.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn leg(&self, id: LegId) -> Result<Option<StoredLeg>, CacheError> {
        let row = self.leg_row(id)?;
        let index = read(&self.index);
        let alive = row.filter(|leg| !Flags(index.legs.flags[*leg as usize]).is_dead());
        alive.map(|leg| self.stored_leg(&index, leg)).transpose()
    }

    fn stored_legs(&self, index: &Index, call: u32) -> Result<Vec<StoredLeg>, CacheError> {
        let mut legs: Vec<u32> = index.legs_of(call).collect();
        legs.sort_unstable_by_key(|leg| (index.legs.started_ms[*leg as usize], *leg));
        legs.into_iter()
            .map(|leg| self.stored_leg(index, leg))
            .collect()
    }

    fn stored_leg(&self, index: &Index, row: u32) -> Result<StoredLeg, CacheError> {
        let at = row as usize;
        let (keys, cold) = (self.keys(at / BLOCK_LEGS)?, self.cold(at / BLOCK_LEGS)?);
        let cold = &cold[at % BLOCK_LEGS];
        let (legs, flags) = (&index.legs, Flags(index.legs.flags[at]));
        let (from_number, from_e164) = number_forms(index.numbers.text(legs.from[at]));
        let (to_number, to_e164) = number_forms(index.numbers.text(legs.to[at]));
        let (client, user) = (
            index.clients.all[usize::from(legs.client[at])],
            index.user_of(at),
        );
        let directory = read(&self.directory);
        Ok(StoredLeg {
            client_name: directory.client_name(client),
            user_name: user
                .map(|user| directory.user_name(user))
                .unwrap_or_default(),
            leg: Leg {
                id: keys.legs[at % BLOCK_LEGS],
                call: keys.calls[at % BLOCK_LEGS],
                client,
                user,
                direction: flags.direction(),
                result: flags.result(),
                started_at_ms: legs.started_ms[at],
                answered_at_ms: cold.answered_at_ms,
                ended_at_ms: cold.ended_at_ms,
                ring_seconds: cold.ring_seconds,
                talk_seconds: legs.talk[at],
                from_number: from_number.to_owned(),
                from_e164: from_e164.map(str::to_owned),
                from_name: index.names.text(legs.name[at]).to_owned(),
                to_number: to_number.to_owned(),
                to_e164: to_e164.map(str::to_owned),
                cause: (legs.cause[at] != 0).then_some(u16::from(legs.cause[at])),
                sip_code: cold.sip_code,
                recording: flags.recording(),
                recording_info: cold.recording_info.clone(),
                source_id: cold.source_id.clone(),
            },
        })
    }

    /// Visits the legs of every call that matches, newest call first, until `visit` says false.
    /// The log is locked a batch of calls at a time, so a long export doesn't hold up a sync; calls
    /// that arrive meanwhile are not in it.
    ///
    /// # Errors
    /// `Filter`, or when the file can't be read.
    pub fn each_leg(
        &self,
        filter: &CallFilter,
        mut visit: impl FnMut(StoredLeg) -> bool,
    ) -> Result<(), CacheError> {
        const CALLS_AT_ONCE: usize = 1000;
        let (found, count) = {
            let index = read(&self.index);
            let found = self.found(&index, filter, Sort::default())?;
            let calls = found.slice(&index, Sort::default(), 0, usize::MAX);
            (calls, found.count)
        };
        debug_assert!(
            found.len() <= count,
            "a list is never longer than its count"
        );
        for calls in found.chunks(CALLS_AT_ONCE) {
            let index = read(&self.index);
            for call in calls {
                for leg in self.stored_legs(&index, *call)? {
                    if !visit(leg) {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Calls by result between each two neighbouring instants (which must rise).
    #[must_use]
    pub fn histogram(&self, bounds_ms: &[InstantMs]) -> Vec<ResultCounts> {
        let index = read(&self.index);
        let mut counts = vec![ResultCounts::default(); bounds_ms.len().saturating_sub(1)];
        for (from_until, counts) in bounds_ms.windows(2).zip(&mut counts) {
            for call in index.between(from_until[0], from_until[1]) {
                let result = Flags(index.calls.flags[*call as usize]).result();
                let at = RESULTS
                    .iter()
                    .position(|known| *known == result)
                    .expect("all are listed");
                counts.0[at] += 1;
            }
        }
        counts
    }

    /// Calls, answered calls and talk seconds of each client since an instant.
    #[must_use]
    pub fn by_client(
        &self,
        from_ms: InstantMs,
        until_ms: InstantMs,
    ) -> Vec<(ClientId, String, [u64; 3])> {
        let index = read(&self.index);
        let mut sums = vec![[0_u64; 3]; index.clients.all.len()];
        for call in index.between(from_ms, until_ms) {
            let at = *call as usize;
            let sums = &mut sums[usize::from(index.legs.client[index.calls.lead[at] as usize])];
            sums[0] += 1;
            sums[1] += u64::from(Flags(index.calls.flags[at]).result() == CallResult::Answered);
            sums[2] += u64::from(index.calls.talk[at]);
        }
        let directory = read(&self.directory);
        let named =
            |(client, sums): (&ClientId, [u64; 3])| (*client, directory.client_name(*client), sums);
        index
            .clients
            .all
            .iter()
            .zip(sums)
            .filter(|(_, sums)| sums[0] > 0)
            .map(named)
            .collect()
    }

    /// Clients by name and users by client and extension.
    #[must_use]
    pub fn directory(&self) -> (Vec<Client>, Vec<User>) {
        let directory = read(&self.directory);
        let mut clients: Vec<Client> = directory.clients.values().cloned().collect();
        clients.sort_by_cached_key(|client| (fold(&client.name), client.id));
        let mut users: Vec<User> = directory.users.values().cloned().collect();
        users.sort_by_cached_key(|user| (user.client, user.extension.clone(), user.id));
        (clients, users)
    }

    /// Ranks of names for sorting, after the directory or the ids changed.
    pub(crate) fn rank_names(&self) {
        let mut index = write(&self.index);
        let directory = read(&self.directory);
        let clients = index
            .clients
            .all
            .iter()
            .map(|id| directory.client_name(*id));
        let client_ranks = ranks(clients);
        let users = index.users.all.iter().map(|id| directory.user_name(*id));
        let user_ranks = ranks(std::iter::once(String::new()).chain(users));
        index.client_ranks = client_ranks;
        index.user_ranks = user_ranks;
    }
}

fn ranks(names: impl Iterator<Item = String>) -> Vec<u32> {
    let folded: Vec<String> = names.map(|name| fold(&name)).collect();
    let mut sorted: Vec<&String> = folded.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |name| {
        sorted
            .binary_search(&name)
            .expect("every name was sorted in")
    };
    folded
        .iter()
        .map(|name| u32::try_from(rank(name)).expect("as many as ids"))
        .collect()
}

/// Moves a damaged file out of the way, so that a person can still have it looked at.
fn set_aside(folder: &Path) -> Result<PathBuf, CacheError> {
    let free = (1..).map(|n| folder.join(format!("calls.damaged-{n}.sqlite3")));
    let aside = free
        .into_iter()
        .find(|path| !path.exists())
        .expect("the numbers don't run out");
    fs::rename(folder.join(FILE), &aside)?;
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(folder.join(format!("{FILE}{suffix}"))) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(aside)
}

impl Directory {
    pub(crate) fn load(db: &Connection, key: &Key) -> Result<Self, CacheError> {
        fn all<T: serde::de::DeserializeOwned>(
            db: &Connection,
            key: &Key,
            kind: &str,
        ) -> Result<Vec<T>, CacheError> {
            let parse = |json: Vec<u8>| {
                serde_json::from_slice(&json).map_err(|e| CacheError::Damaged(e.to_string()))
            };
            store::entries(db, key, kind)?
                .into_iter()
                .map(parse)
                .collect()
        }
        Ok(Self {
            clients: all(db, key, "client")?
                .into_iter()
                .map(|c: Client| (c.id, c))
                .collect(),
            users: all(db, key, "user")?
                .into_iter()
                .map(|u: User| (u.id, u))
                .collect(),
            profiles: all(db, key, "profile")?
                .into_iter()
                .map(|p: Profile| (p.id.0, p))
                .collect(),
            numbers: all(db, key, "number")?
                .into_iter()
                .map(|n: PhoneNumber| (n.id.0, n))
                .collect(),
        })
    }

    /// Empty while the client's entry has not arrived.
    fn client_name(&self, client: ClientId) -> String {
        self.clients
            .get(&client)
            .map(|client| client.name.clone())
            .unwrap_or_default()
    }

    fn user_name(&self, user: UserId) -> String {
        self.users.get(&user).map(user_name).unwrap_or_default()
    }
}

fn user_name(user: &User) -> String {
    let name = format!("{} {}", user.first_name, user.last_name);
    let name = name.trim();
    if name.is_empty() {
        user.extension.clone()
    } else {
        name.to_owned()
    }
}

impl scan::Names for Directory {
    fn clients_containing(&self, folded: &str, index: &Index) -> Entries {
        let ids = index.clients.all.iter().enumerate();
        let hits = ids.filter(|(_, id)| fold(&self.client_name(**id)).contains(folded));
        Entries::of(index.clients.all.len(), hits.map(|(at, _)| at))
    }

    fn users_containing(&self, folded: &str, index: &Index) -> Entries {
        let hit = |id: &UserId| {
            self.users.get(id).is_some_and(|user| {
                fold(&user_name(user)).contains(folded) || user.extension == folded
            })
        };
        let hits = index
            .users
            .all
            .iter()
            .enumerate()
            .filter(|(_, id)| hit(id))
            .map(|(at, _)| at + 1);
        Entries::of(index.users.all.len() + 1, hits)
    }
}

impl Index {
    fn user_of(&self, leg: usize) -> Option<UserId> {
        let number = self.legs.user[leg] as usize;
        (number > 0).then(|| self.users.all[number - 1])
    }

    /// The calls that started in a stretch of time, oldest first.
    fn between(&self, from_ms: InstantMs, until_ms: InstantMs) -> &[u32] {
        let at = |ms| {
            self.order
                .partition_point(|call| self.call_started_ms(*call) < ms)
        };
        let (from, until) = (at(from_ms), at(until_ms));
        &self.order[from..until.max(from)]
    }
}
