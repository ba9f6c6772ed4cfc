//! Dictionaries in the file: their texts in rows of some thousand, the last row still filling.

use rusqlite::{Connection, Transaction, params};

use crate::CacheError;
use crate::dict::Dict;
use crate::index::Index;
use crate::seal::Key;

/// Texts in one row of a dictionary before the next row begins.
const CHUNK_TEXTS: usize = 4096;

/// Which dictionaries there are, and where the row of each begins that is still filling.
#[derive(Debug, Default)]
pub(crate) struct Tails {
    pub(crate) numbers: usize,
    pub(crate) names: usize,
    pub(crate) clients: usize,
    pub(crate) users: usize,
}

pub(crate) fn texts_of(
    db: &Connection,
    key: &Key,
    kind: &str,
    mut take: impl FnMut(&str),
) -> Result<usize, CacheError> {
    let mut rows =
        db.prepare("select first, texts from dictionary where kind = $1 order by first")?;
    let mut rows = rows.query([kind])?;
    let (mut tail, mut count) = (0, 0);
    while let Some(row) = rows.next()? {
        let first: i64 = row.get(0)?;
        let place = format!("{kind} {first}");
        let texts = key.open(&place, row.get_ref(1)?.as_blob().unwrap_or_default())?;
        let texts = String::from_utf8(texts).map_err(|_| CacheError::Damaged(place.clone()))?;
        if usize::try_from(first) != Ok(count) {
            return Err(CacheError::Damaged(format!("{place} is out of order")));
        }
        let mut chunk = 0;
        for text in texts.split_terminator('\n') {
            take(text);
            chunk += 1;
        }
        tail = if chunk < CHUNK_TEXTS {
            count
        } else {
            count + chunk
        };
        count += chunk;
    }
    Ok(tail)
}

fn put_texts<'a>(
    tx: &Transaction,
    key: &Key,
    kind: &str,
    tail: &mut usize,
    len: usize,
    texts: impl Iterator<Item = std::borrow::Cow<'a, str>>,
) -> Result<(), CacheError> {
    let mut joined = String::new();
    for text in texts {
        joined.push_str(&text);
        joined.push('\n');
    }
    let first = i64::try_from(*tail).expect("fewer than 2^63 texts");
    tx.execute(
        "insert into dictionary values ($1, $2, $3)
         on conflict (kind, first) do update set texts = excluded.texts",
        params![
            kind,
            first,
            key.seal(&format!("{kind} {first}"), joined.as_bytes())?
        ],
    )?;
    if len - *tail >= CHUNK_TEXTS {
        *tail = len;
    }
    Ok(())
}

/// Sizes of the dictionaries at the last write: what is past them is new.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) numbers: usize,
    pub(crate) names: usize,
    pub(crate) clients: usize,
    pub(crate) users: usize,
}

impl Sizes {
    pub(crate) fn of(index: &Index) -> Self {
        Self {
            numbers: index.numbers.len(),
            names: index.names.len(),
            clients: index.clients.all.len(),
            users: index.users.all.len(),
        }
    }

    /// How many clients and users have calls.
    pub(crate) const fn ids(self) -> (usize, usize) {
        (self.clients, self.users)
    }
}

/// Writes the dictionary texts that came since `before`. They are stored without entry 0, the
/// empty text, which every dictionary has.
pub(crate) fn put_dictionaries(
    tx: &Transaction,
    key: &Key,
    index: &Index,
    tails: &mut Tails,
    before: Sizes,
) -> Result<(), CacheError> {
    let dicts: [(&str, &Dict, usize, &mut usize); 2] = [
        (
            "numbers",
            &index.numbers,
            before.numbers,
            &mut tails.numbers,
        ),
        ("names", &index.names, before.names, &mut tails.names),
    ];
    for (kind, dict, before, tail) in dicts {
        if dict.len() > before {
            let texts = dict.texts_from(*tail + 1).map(Into::into);
            put_texts(tx, key, kind, tail, dict.len() - 1, texts)?;
        }
    }
    if index.clients.all.len() > before.clients {
        let texts = index.clients.all[tails.clients..]
            .iter()
            .map(|id| id.to_string().into());
        put_texts(
            tx,
            key,
            "clients",
            &mut tails.clients,
            index.clients.all.len(),
            texts,
        )?;
    }
    if index.users.all.len() > before.users {
        let texts = index.users.all[tails.users..]
            .iter()
            .map(|id| id.to_string().into());
        put_texts(
            tx,
            key,
            "users",
            &mut tails.users,
            index.users.all.len(),
            texts,
        )?;
    }
    Ok(())
}
