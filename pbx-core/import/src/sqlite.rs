//! Records from SQLite files: Asterisk's `master.db` and FreeSWITCH's `cdr_sqlite`.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use rusqlite::{Connection, OpenFlags, types::ValueRef};

use crate::{
    Format, RAW_LIMIT_BYTES, asterisk,
    clock::Clock,
    fields::Pairs,
    freeswitch,
    open::{Reject, Step},
    table::start_of,
    text::{bounded, decode},
};

/// Rows that are read at once.
const PAGE: usize = 512;

enum Switch {
    Asterisk(asterisk::Reader),
    FreeSwitch(freeswitch::record::Reader),
}

pub(crate) struct SqliteRecords {
    connection: Connection,
    table: String,
    switch: Switch,
    page: std::vec::IntoIter<(u64, Pairs)>,
    /// Rows that were fetched.
    offset: u64,
    last_rowid: i64,
    has_rowid: bool,
    ended: bool,
    /// Removed when the reading ends.
    _spool: Option<tempfile::TempPath>,
    _folder: Option<tempfile::TempDir>,
}

impl SqliteRecords {
    /// Opens the file read-only; else what it looks like.
    pub(crate) fn open(
        path: &Path,
        spool: Option<tempfile::TempPath>,
        zone: TimeZone,
    ) -> Result<Self, String> {
        let broken = |error: rusqlite::Error| format!("a damaged SQLite database ({error})");
        let (connection, folder) = connect(path)?;
        let (table, columns) = find_table(&connection).map_err(broken)??;
        let switch = if is_asterisk(&columns) {
            Switch::Asterisk(asterisk::Reader::new(Clock::new(zone)))
        } else {
            Switch::FreeSwitch(freeswitch::record::Reader::new(Clock::new(zone)))
        };
        let has_rowid = connection
            .prepare(&format!("select rowid from {table}"))
            .is_ok();
        let mut records = Self {
            connection,
            table,
            switch,
            page: Vec::new().into_iter(),
            offset: 0,
            last_rowid: i64::MIN,
            has_rowid,
            ended: false,
            _spool: spool,
            _folder: folder,
        };
        let page = records.fetch().map_err(broken)?;
        let starts: Vec<(i64, i64)> = page.iter().filter_map(|(_, row)| start_of(row)).collect();
        match &mut records.switch {
            Switch::Asterisk(reader) => reader.clock.learn(starts),
            Switch::FreeSwitch(reader) => reader.clock.learn(starts),
        }
        records.page = page.into_iter();
        Ok(records)
    }

    pub(crate) fn format(&self) -> Format {
        match self.switch {
            Switch::Asterisk(_) => Format::AsteriskSqlite,
            Switch::FreeSwitch(_) => Format::FreeSwitchSqlite,
        }
    }

    pub(crate) fn next(&mut self) -> Step {
        if self.page.len() == 0 && !self.ended {
            self.page = self.fetch().map_err(io::Error::other)?.into_iter();
        }
        let Some((number, row)) = self.page.next() else {
            return Ok(None);
        };
        let read = match &mut self.switch {
            Switch::Asterisk(reader) => reader.record(&row),
            Switch::FreeSwitch(reader) => reader.record(&row),
        };
        let text: serde_json::Map<String, serde_json::Value> = row
            .0
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.into()))
            .collect();
        let raw = serde_json::Value::Object(text).to_string();
        Ok(Some(match read {
            Ok(mut record) => {
                record.line = number;
                record.raw = bounded(raw.as_bytes(), RAW_LIMIT_BYTES);
                Ok(record)
            }
            Err(reason) => Err(Reject::new(number, reason, raw.as_bytes())),
        }))
    }

    /// The next rows with their numbers.
    fn fetch(&mut self) -> rusqlite::Result<Vec<(u64, Pairs)>> {
        let table = &self.table;
        let (text, after) = if self.has_rowid {
            let text = format!(
                "select rowid, * from {table} where rowid > ?1 order by rowid limit {PAGE}"
            );
            (text, self.last_rowid)
        } else {
            let text = format!("select 0, * from {table} limit {PAGE} offset ?1");
            (text, i64::try_from(self.offset).unwrap_or(i64::MAX))
        };
        let mut statement = self.connection.prepare_cached(&text)?;
        let names: Vec<String> = statement
            .column_names()
            .iter()
            .skip(1)
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let mut rows = statement.query([after])?;
        let mut page = Vec::with_capacity(PAGE);
        while let Some(row) = rows.next()? {
            self.last_rowid = row.get(0)?;
            self.offset += 1;
            let mut pairs = Vec::with_capacity(names.len());
            for (at, name) in names.iter().enumerate() {
                pairs.push((Cow::Owned(name.clone()), text_of(row.get_ref(at + 1)?)));
            }
            page.push((self.offset, Pairs(pairs)));
        }
        self.ended = page.len() < PAGE;
        Ok(page)
    }
}

fn text_of(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:.6}"),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => decode(bytes).into_owned(),
    }
}

/// A connection that changes nothing. A database that a switch is writing to has a journal beside
/// it; then a copy of both is read, so that neither a lock nor a half-written page gets in the way.
fn connect(path: &Path) -> Result<(Connection, Option<tempfile::TempDir>), String> {
    let unreadable = |error: &dyn std::fmt::Display| {
        format!("an SQLite database that can't be opened ({error})")
    };
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let journals: Vec<&str> = ["-wal", "-journal"]
        .into_iter()
        .filter(|ending| fs::metadata(beside(ending)).is_ok_and(|file| file.len() > 0))
        .collect();
    if journals.is_empty() {
        let absolute = fs::canonicalize(path).map_err(|error| unreadable(&error))?;
        let escaped: String = absolute
            .to_string_lossy()
            .chars()
            .map(|c| match c {
                '%' => "%25".to_owned(),
                '?' => "%3f".to_owned(),
                '#' => "%23".to_owned(),
                '\\' => "/".to_owned(),
                c => c.to_string(),
            })
            .collect();
        // On Windows a drive follows the slashes: file:///C:/….
        let root = if escaped.starts_with('/') { "" } else { "/" };
        let uri = format!("file://{root}{escaped}?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection =
            Connection::open_with_flags(uri, flags).map_err(|error| unreadable(&error))?;
        return Ok((connection, None));
    }
    let folder = tempfile::tempdir().map_err(|error| unreadable(&error))?;
    let copy = folder.path().join("copy.db");
    fs::copy(path, &copy).map_err(|error| unreadable(&error))?;
    for ending in journals {
        let to = folder.path().join(format!("copy.db{ending}"));
        fs::copy(beside(ending), to).map_err(|error| unreadable(&error))?;
    }
    let connection = Connection::open(copy).map_err(|error| unreadable(&error))?;
    Ok((connection, Some(folder)))
}

/// The quoted name and the columns of the table with the records; else what the file is.
fn find_table(connection: &Connection) -> rusqlite::Result<Result<(String, Vec<String>), String>> {
    let mut names = connection.prepare(
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' \
         order by lower(name) <> 'cdr', name",
    )?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut is_cel = false;
    for name in &names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let statement = connection.prepare(&format!("select * from {quoted}"))?;
        let columns: Vec<String> = statement
            .column_names()
            .iter()
            .map(|column| column.to_ascii_lowercase())
            .collect();
        if is_asterisk(&columns) || is_freeswitch(&columns) {
            return Ok(Ok((quoted, columns)));
        }
        is_cel |= columns.iter().any(|column| column == "eventtype");
    }
    let shown = names
        .iter()
        .take(5)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    Ok(Err(if names.is_empty() {
        "an SQLite database without tables".to_owned()
    } else if is_cel {
        format!(
            "an SQLite database of Asterisk channel events (CEL), not call records (its tables: {shown})"
        )
    } else {
        format!("an SQLite database without call records (its tables: {shown})")
    }))
}

fn is_asterisk(columns: &[String]) -> bool {
    let any = |names: &[&str]| {
        names
            .iter()
            .any(|name| columns.iter().any(|column| column == name))
    };
    any(&asterisk::START)
        && any(&["src", "source"])
        && any(&["dst", "destination"])
        && any(&["duration", "end"])
        && any(&["disposition"])
}

fn is_freeswitch(columns: &[String]) -> bool {
    [
        "caller_id_number",
        "destination_number",
        "start_stamp",
        "hangup_cause",
    ]
    .iter()
    .all(|name| columns.iter().any(|column| column == name))
}
