//! From a file to its records.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use jiff::tz::TimeZone;
use pbx_api::RejectedRow;

use crate::{
    Format, RAW_LIMIT_BYTES, Record,
    documents::DocumentRecords,
    freeswitch::stream::Kind,
    head::{FormBody, Head},
    looks::{Look, look},
    sqlite::SqliteRecords,
    table::TableRecords,
    text::bounded,
};

/// How to read a file.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format, where the caller knows it; else it is recognised.
    pub format: Option<Format>,
    /// The zone of the switch's wall clock.
    pub time_zone: TimeZone,
}

/// Why a file is not imported at all.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{file} looks like {looks_like}; nothing of it was imported")]
    LooksLike { file: String, looks_like: String },
    #[error("{file} can't be read: {source}")]
    Unreadable { file: String, source: io::Error },
}

/// A row that could not be taken, before the file's name is added.
pub(crate) struct Reject {
    pub line: u64,
    pub reason: String,
    pub row: String,
}

impl Reject {
    pub(crate) fn new(line: u64, reason: impl Into<String>, row: &[u8]) -> Self {
        Self {
            line,
            reason: reason.into(),
            row: bounded(row, RAW_LIMIT_BYTES),
        }
    }
}

/// What reading on gives.
pub(crate) type Step = io::Result<Option<Result<Record, Reject>>>;

enum Rows {
    Table(Box<TableRecords>),
    Documents(Box<DocumentRecords>),
    Sqlite(Box<SqliteRecords>),
}

/// The records of a file, in its order. Rows that can't be taken come as `Err` in their place;
/// after the end, [`Records::take_error`] says whether the file could not be read to its end.
pub struct Records {
    file: String,
    format: Format,
    rows: Rows,
    error: Option<io::Error>,
    ended: bool,
}

/// Opens a stream, such as an upload. An SQLite file is first written to a temporary file.
///
/// # Errors
/// The stream is no call record file that can be imported, or can't be read.
pub fn open(
    reader: impl Read + Send + 'static,
    file_name: &str,
    options: &Options,
) -> Result<Records, Refused> {
    let unreadable = |source| Refused::Unreadable {
        file: file_name.to_owned(),
        source,
    };
    let head = Head::read(Box::new(reader)).map_err(unreadable)?;
    match what(&head, file_name, options)? {
        Look::Sqlite => {
            let mut spool = tempfile::NamedTempFile::new().map_err(unreadable)?;
            io::copy(&mut head.into_reader(), &mut spool).map_err(unreadable)?;
            let path = spool.path().to_owned();
            open_sqlite(&path, Some(spool.into_temp_path()), file_name, options)
        }
        look => Ok(read_stream(head, look, file_name, options)),
    }
}

/// Opens a file.
///
/// # Errors
/// Like [`open`].
pub fn open_path(path: &Path, options: &Options) -> Result<Records, Refused> {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    let unreadable = |source| Refused::Unreadable {
        file: name.clone(),
        source,
    };
    if path.is_dir() {
        let looks_like = "a folder, not a file".to_owned();
        return Err(Refused::LooksLike {
            file: name,
            looks_like,
        });
    }
    let file = File::open(path).map_err(unreadable)?;
    let head = Head::read(Box::new(file)).map_err(unreadable)?;
    match what(&head, &name, options)? {
        Look::Sqlite => open_sqlite(path, None, &name, options),
        look => Ok(read_stream(head, look, &name, options)),
    }
}

/// What the stream is, where it can be imported.
fn what(head: &Head, file: &str, options: &Options) -> Result<Look, Refused> {
    let looked = look(&head.bytes, head.whole);
    let refuse = |looks_like: String| {
        Err(Refused::LooksLike {
            file: file.to_owned(),
            looks_like,
        })
    };
    let Some(format) = options.format else {
        return match looked {
            Look::Other(looks_like) => refuse(looks_like),
            look => Ok(look),
        };
    };
    if format == Format::AnyCsv {
        return match looked {
            Look::Other(looks_like) => refuse(looks_like),
            look @ (Look::Rows(_) | Look::Header) => Ok(look),
            Look::Sqlite => refuse(format!("an SQLite database, not {}", format.title())),
            Look::Json | Look::Xml | Look::Form => {
                refuse(format!("FreeSWITCH documents, not {}", format.title()))
            }
        };
    }
    // A named format is believed, except against bytes that can't be text at all.
    let named = Look::of(format, &head.bytes);
    match (looked, named) {
        (Look::Sqlite, Look::Sqlite) => Ok(Look::Sqlite),
        (Look::Sqlite, _) => refuse(format!("an SQLite database, not {}", format.title())),
        (Look::Other(looks_like), Look::Sqlite) => refuse(looks_like),
        (_, Look::Sqlite) => refuse(format!("text, not {}", format.title())),
        (Look::Other(looks_like), _) if head.bytes.trim_ascii().is_empty() || is_binary(head) => {
            refuse(looks_like)
        }
        (_, named) => Ok(named),
    }
}

fn is_binary(head: &Head) -> bool {
    let start = &head.bytes[..head.bytes.len().min(512)];
    start.iter().filter(|b| **b < 9).count() * 20 > start.len()
        || [
            &b"\x1f\x8b"[..],
            b"PK\x03\x04",
            b"%PDF",
            b"\x28\xb5\x2f\xfd",
        ]
        .iter()
        .any(|magic| start.starts_with(magic))
}

fn read_stream(head: Head, look: Look, file: &str, options: &Options) -> Records {
    let zone = options.time_zone.clone();
    let documents =
        |kind, reader| Rows::Documents(Box::new(DocumentRecords::new(kind, reader, zone.clone())));
    let (format, rows) = match look {
        Look::Json => (
            Format::FreeSwitchJson,
            documents(Kind::Json, head.into_reader()),
        ),
        Look::Xml => (
            Format::FreeSwitchXml,
            documents(Kind::Xml, head.into_reader()),
        ),
        Look::Form => {
            let blanks = head
                .bytes
                .iter()
                .take_while(|b| b.is_ascii_whitespace())
                .count();
            let body = head
                .bytes
                .get(blanks + 4..)
                .unwrap_or(b"")
                .trim_ascii_start();
            let is_xml = body.starts_with(b"<") || body.to_ascii_lowercase().starts_with(b"%3c");
            let mut reader = head.into_reader();
            // The prefix was seen in the head, so it can be skipped without an error.
            let skipped = io::copy(&mut (&mut reader).take(blanks as u64 + 4), &mut io::sink());
            let body: Box<dyn Read + Send> = match skipped {
                Ok(_) => Box::new(FormBody::new(reader)),
                Err(_) => Box::new(io::empty()),
            };
            if is_xml {
                (Format::FreeSwitchXml, documents(Kind::Xml, body))
            } else {
                (Format::FreeSwitchJson, documents(Kind::Json, body))
            }
        }
        Look::Rows(layout) => {
            let rows = TableRecords::with_layout(layout, head, zone);
            (layout.format(), Rows::Table(Box::new(rows)))
        }
        _ => (
            Format::AsteriskHeaderCsv,
            Rows::Table(Box::new(TableRecords::with_header(head, zone))),
        ),
    };
    Records {
        file: file.to_owned(),
        format,
        rows,
        error: None,
        ended: false,
    }
}

fn open_sqlite(
    path: &Path,
    spool: Option<tempfile::TempPath>,
    file: &str,
    options: &Options,
) -> Result<Records, Refused> {
    let rows =
        SqliteRecords::open(path, spool, options.time_zone.clone()).map_err(|looks_like| {
            Refused::LooksLike {
                file: file.to_owned(),
                looks_like,
            }
        })?;
    let format = rows.format();
    Ok(Records {
        file: file.to_owned(),
        format,
        rows: Rows::Sqlite(Box::new(rows)),
        error: None,
        ended: false,
    })
}

impl Records {
    /// The format that the file is read as.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The file's name, as rejected rows have it.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file
    }

    /// Why reading ended before the end of the file, if it did. Check it after the last record:
    /// rows behind the fault were not seen.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("file", &self.file)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl Iterator for Records {
    type Item = Result<Record, RejectedRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let step = match &mut self.rows {
            Rows::Table(rows) => rows.next(),
            Rows::Documents(rows) => rows.next(),
            Rows::Sqlite(rows) => rows.next(),
        };
        match step {
            Ok(Some(Ok(record))) => Some(Ok(record)),
            Ok(Some(Err(Reject { line, reason, row }))) => Some(Err(RejectedRow {
                file: self.file.clone(),
                line,
                reason,
                row,
            })),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
                None
            }
        }
    }
}

/// The reader that rows are taken from.
pub(crate) type Stream = BufReader<Box<dyn Read + Send>>;

pub(crate) fn buffered(reader: Box<dyn Read + Send>) -> Stream {
    BufReader::with_capacity(256 * 1024, reader)
}
