//! The file: sealed blocks, dictionaries and the directory in one SQLite database.

use std::path::Path;
use std::time::Duration;

use pbx_api::LegId;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use uuid::Uuid;

use crate::CacheError;
use crate::block::{self, Cold, Keys};
use crate::index::Index;
use crate::seal::Key;
use crate::texts::{Tails, texts_of};

/// Grows when the file's form changes; another version is rebuilt from the server.
const FORMAT: i64 = 2;
/// What opens only with the right key.
const CHECK: &[u8] = b"tandem call cache";

const SCHEMA: &str = "
    create table meta (name text primary key, value blob not null) without rowid;
    create table block (
        no integer primary key,
        id_min blob not null,
        id_max blob not null,
        hot blob not null,
        keys blob not null,
        cold blob not null
    );
    create table dictionary (
        kind text not null,
        first integer not null,
        texts blob not null,
        primary key (kind, first)
    ) without rowid;
    create table directory (
        kind text not null,
        id blob not null,
        entry blob not null,
        primary key (kind, id)
    ) without rowid;
";

/// How often a connection in memory looks whether the other one is done.
pub(crate) const MEMORY_POLL: Duration = Duration::from_millis(1);
/// How often at most: a minute.
const MEMORY_POLLS: i32 = 60_000;

/// Lets a connection to a database in memory wait for the other one. `SQLite`'s own waiting looks
/// ten times a second, and misses every gap between the steps of a sync.
pub(crate) fn wait_in_memory(db: &Connection) -> Result<(), CacheError> {
    db.busy_handler(Some(|polls| {
        std::thread::sleep(MEMORY_POLL);
        polls < MEMORY_POLLS
    }))?;
    Ok(())
}

/// Opens the file, making it when it is not there.
pub(crate) fn open(path: &Path, key: &Key) -> Result<Connection, CacheError> {
    let db = Connection::open(path)?;
    // WAL lets pages be read while a sync writes; a cursor and what it stands for are one
    // transaction, so a power cut loses at most the last step, never half of one.
    db.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;",
    )?;
    let format: i64 = db.query_row("pragma user_version", [], |row| row.get(0))?;
    match format {
        0 => {
            db.execute_batch("begin immediate")?;
            db.execute_batch(SCHEMA)?;
            db.execute(
                "insert into meta values ('check', $1)",
                [key.seal("check", CHECK)?],
            )?;
            db.execute_batch(&format!("pragma user_version = {FORMAT}; commit"))?;
        }
        FORMAT => {
            let check: Vec<u8> =
                db.query_row("select value from meta where name = 'check'", [], |row| {
                    row.get(0)
                })?;
            if key.open("check", &check).ok().as_deref() != Some(CHECK) {
                return Err(CacheError::WrongKey);
            }
        }
        other => return Err(CacheError::Damaged(format!("format {other} is not known"))),
    }
    Ok(db)
}

pub(crate) fn meta(db: &Connection, key: &Key, name: &str) -> Result<Option<Vec<u8>>, CacheError> {
    let sealed: Option<Vec<u8>> = db
        .query_row("select value from meta where name = $1", [name], |row| {
            row.get(0)
        })
        .optional()?;
    sealed.map(|sealed| key.open(name, &sealed)).transpose()
}

pub(crate) fn set_meta(
    db: &Connection,
    key: &Key,
    name: &str,
    value: &[u8],
) -> Result<(), CacheError> {
    db.execute(
        "insert into meta values ($1, $2) on conflict (name) do update set value = excluded.value",
        params![name, key.seal(name, value)?],
    )?;
    Ok(())
}

/// Every value that can be read; a row that can't be is passed over.
pub(crate) fn values(db: &Connection, key: &Key) -> Vec<(String, Vec<u8>)> {
    let all = || -> Result<Vec<(String, Vec<u8>)>, rusqlite::Error> {
        let mut rows = db.prepare("select name, value from meta where name like 'value %'")?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.filter_map(Result::ok).collect())
    };
    let opened = |(name, sealed): (String, Vec<u8>)| Some((key.open(&name, &sealed).ok()?, name));
    let values = all().unwrap_or_default().into_iter().filter_map(opened);
    values.map(|(value, name)| (name, value)).collect()
}

/// Does the error say that the content is not as it should be, rather than that it can't be
/// reached now.
pub(crate) fn is_of_the_content(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => failure.code == rusqlite::ErrorCode::Unknown,
        _ => true,
    }
}

/// The ids between which a block's legs lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdRange {
    pub(crate) min: LegId,
    pub(crate) max: LegId,
}

/// Reads the whole file into an index.
pub(crate) fn load(db: &Connection, key: &Key) -> Result<(Index, Tails, Vec<IdRange>), CacheError> {
    let mut index = Index::new();
    let mut lost = false;
    let tails = Tails {
        numbers: texts_of(db, key, "numbers", |text| index.numbers.restore(text))?,
        names: texts_of(db, key, "names", |text| index.names.restore(text))?,
        clients: texts_of(db, key, "clients", |text| match text.parse() {
            Ok(id) => drop(index.clients.number_or_add(id)),
            Err(_) => lost = true,
        })?,
        users: texts_of(db, key, "users", |text| match text.parse() {
            Ok(id) => drop(index.users.number_or_add(id)),
            Err(_) => lost = true,
        })?,
    };
    if lost {
        return Err(CacheError::Damaged("an id is not one".to_owned()));
    }
    let mut ranges = Vec::new();
    let mut rows = db.prepare("select no, id_min, id_max, hot from block order by no")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let no = ranges.len();
        if row.get::<_, i64>(0).map(usize::try_from)? != Ok(no) {
            return Err(CacheError::Damaged(format!("block {no} is missing")));
        }
        let hot = key.open(
            &format!("hot {no}"),
            row.get_ref(3)?.as_blob().unwrap_or_default(),
        )?;
        block::decode_hot(&mut index, &hot)?;
        let id = |at: usize| -> Result<LegId, rusqlite::Error> {
            Ok(LegId(Uuid::from_bytes(row.get(at)?)))
        };
        ranges.push(IdRange {
            min: id(1)?,
            max: id(2)?,
        });
    }
    index.settle_all();
    Ok((index, tails, ranges))
}

fn row_no(no: usize) -> i64 {
    i64::try_from(no).expect("fewer than 2^63 blocks")
}

pub(crate) fn put_block(
    tx: &Transaction,
    key: &Key,
    no: usize,
    hot: &[u8],
    keys: &Keys,
    cold: &[Cold],
) -> Result<IdRange, CacheError> {
    let min = keys.legs.iter().min().copied().expect("a block has a leg");
    let max = keys.legs.iter().max().copied().expect("a block has a leg");
    tx.prepare_cached(
        "insert into block values ($1, $2, $3, $4, $5, $6) on conflict (no) do update set
         id_min = excluded.id_min, id_max = excluded.id_max,
         hot = excluded.hot, keys = excluded.keys, cold = excluded.cold",
    )?
    .execute(params![
        row_no(no),
        min.0.into_bytes(),
        max.0.into_bytes(),
        key.seal(&format!("hot {no}"), hot)?,
        key.seal(&format!("keys {no}"), &block::encode_keys(keys))?,
        key.seal(&format!("cold {no}"), &block::encode_cold(cold)?)?,
    ])?;
    Ok(IdRange { min, max })
}

/// A block that the columns know must be there.
fn missing(error: rusqlite::Error, no: usize) -> CacheError {
    match error {
        rusqlite::Error::QueryReturnedNoRows => {
            CacheError::Damaged(format!("block {no} is missing"))
        }
        other => other.into(),
    }
}

pub(crate) fn keys(db: &Connection, key: &Key, no: usize) -> Result<Keys, CacheError> {
    let sealed: Vec<u8> = db
        .prepare_cached("select keys from block where no = $1")?
        .query_row([row_no(no)], |row| row.get(0))
        .map_err(|error| missing(error, no))?;
    block::decode_keys(&key.open(&format!("keys {no}"), &sealed)?)
}

pub(crate) fn cold(db: &Connection, key: &Key, no: usize) -> Result<Vec<Cold>, CacheError> {
    let sealed: Vec<u8> = db
        .prepare_cached("select cold from block where no = $1")?
        .query_row([row_no(no)], |row| row.get(0))
        .map_err(|error| missing(error, no))?;
    block::decode_cold(&key.open(&format!("cold {no}"), &sealed)?)
}

/// An entry of the directory as JSON.
pub(crate) fn put_entry(
    tx: &Transaction,
    key: &Key,
    kind: &str,
    id: Uuid,
    json: &[u8],
) -> Result<(), CacheError> {
    tx.execute(
        "insert into directory values ($1, $2, $3)
         on conflict (kind, id) do update set entry = excluded.entry",
        params![
            kind,
            id.into_bytes(),
            key.seal(&format!("{kind} {id}"), json)?
        ],
    )?;
    Ok(())
}

pub(crate) fn drop_entry(tx: &Transaction, kind: &str, id: Uuid) -> Result<(), CacheError> {
    tx.execute(
        "delete from directory where kind = $1 and id = $2",
        params![kind, id.into_bytes()],
    )?;
    Ok(())
}

pub(crate) fn entries(db: &Connection, key: &Key, kind: &str) -> Result<Vec<Vec<u8>>, CacheError> {
    let mut rows = db.prepare("select id, entry from directory where kind = $1")?;
    let mut rows = rows.query([kind])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = Uuid::from_bytes(row.get(0)?);
        let place = format!("{kind} {id}");
        found.push(key.open(&place, row.get_ref(1)?.as_blob().unwrap_or_default())?);
    }
    Ok(found)
}
