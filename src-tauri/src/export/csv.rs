//! One CSV file: RFC 4180, UTF-8, safe to open in a spreadsheet.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pbx_api::{InstantMs, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tandem_cache::StoredLeg;
use tempfile::NamedTempFile;

use super::Zones;
use crate::files::disk_problem;

/// The columns of a file of calls.
pub(super) const LEG_COLUMNS: [&str; 21] = [
    "started",
    "answered",
    "ended",
    "direction",
    "result",
    "client",
    "user",
    "from_number",
    "from_e164",
    "from_name",
    "to_number",
    "to_e164",
    "ring_seconds",
    "talk_seconds",
    "cause",
    "sip_code",
    "recording",
    "call_id",
    "leg_id",
    "source_id",
    "end_estimated",
];
const BUFFER_BYTES: usize = 256 * 1024;

/// A file that is being written, not in its place yet.
pub(crate) struct CsvFile {
    folder: PathBuf,
    out: BufWriter<NamedTempFile>,
    hash: Sha256,
    rows: u64,
    line: String,
}

/// A whole file, not in its place yet.
pub(crate) struct Written {
    file: NamedTempFile,
    pub(crate) rows: u64,
    pub(super) sha256: String,
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe before it, as spreadsheets
/// themselves mark text. A number such as `+15551234567` or `-5` is none.
fn harmless(text: &str) -> Cow<'_, str> {
    let mut chars = text.chars();
    let runs = match chars.next() {
        Some('=' | '@' | '\t' | '\r' | '\n' | '＝' | '＠' | '＋' | '－') => true,
        Some('+' | '-') => chars.as_str().is_empty() || !chars.all(|c| c.is_ascii_digit()),
        _ => false,
    };
    if runs {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn put(line: &mut String, text: &str) {
    let text = harmless(text);
    if text.contains(['"', ',', '\r', '\n']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&text);
    }
    line.push(',');
}

/// RFC 3339 with the offset of the zone at that instant.
fn time(ms: InstantMs, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(ms).map_or_else(
        |_| ms.to_string(),
        |at| {
            at.to_zoned(zone.clone())
                .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
                .to_string()
        },
    )
}

/// The name of a value on the wire, such as `no_answer`.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

impl CsvFile {
    /// Begins a file whose first line names the columns.
    pub(crate) fn create<'a>(
        folder: &Path,
        columns: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Problem> {
        let file = NamedTempFile::new_in(folder).map_err(|e| disk_problem(folder, &e))?;
        let mut made = Self {
            folder: folder.to_owned(),
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
            hash: Sha256::new(),
            rows: 0,
            line: String::new(),
        };
        made.cells(columns)?;
        made.rows = 0;
        Ok(made)
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes a row.
    pub(crate) fn cells<'a>(
        &mut self,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<(), Problem> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        cells.for_each(|cell| put(&mut line, cell));
        self.end(line)
    }

    fn end(&mut self, mut line: String) -> Result<(), Problem> {
        line.pop();
        line.push_str("\r\n");
        self.line = line;
        self.rows += 1;
        self.write_line()
    }

    fn write_line(&mut self) -> Result<(), Problem> {
        self.hash.update(self.line.as_bytes());
        self.out
            .write_all(self.line.as_bytes())
            .map_err(|e| disk_problem(&self.folder, &e))
    }

    pub(super) fn row(&mut self, stored: &StoredLeg, zones: &Zones) -> Result<(), Problem> {
        let leg = &stored.leg;
        let utc = TimeZone::UTC;
        let zone = match zones {
            Zones::One(zone) => zone,
            Zones::Clients(zones) => zones.get(&leg.client).unwrap_or(&utc),
        };
        let number = |value: Option<u16>| value.map(|value| value.to_string()).unwrap_or_default();
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        put(&mut line, &time(leg.started_at_ms, zone));
        put(
            &mut line,
            &leg.answered_at_ms
                .map(|ms| time(ms, zone))
                .unwrap_or_default(),
        );
        put(&mut line, &time(leg.ended_at_ms, zone));
        put(&mut line, &word(leg.direction));
        put(&mut line, &word(leg.result));
        put(&mut line, &stored.client_name);
        put(&mut line, &stored.user_name);
        put(&mut line, &leg.from_number);
        put(&mut line, leg.from_e164.as_deref().unwrap_or_default());
        put(&mut line, &leg.from_name);
        put(&mut line, &leg.to_number);
        put(&mut line, leg.to_e164.as_deref().unwrap_or_default());
        put(&mut line, &leg.ring_seconds.to_string());
        put(&mut line, &leg.talk_seconds.to_string());
        put(&mut line, &number(leg.cause));
        put(&mut line, &number(leg.sip_code));
        put(&mut line, &word(leg.recording));
        put(&mut line, &leg.call.to_string());
        put(&mut line, &leg.id.to_string());
        put(&mut line, &leg.source_id);
        put(&mut line, if leg.end_estimated { "true" } else { "" });
        self.end(line)
    }

    pub(crate) fn finish(self) -> Result<Written, Problem> {
        let failed = |e: &std::io::Error| disk_problem(&self.folder, e);
        let file = self.out.into_inner().map_err(|e| failed(e.error()))?;
        file.as_file().sync_all().map_err(|e| failed(&e))?;
        Ok(Written {
            file,
            rows: self.rows,
            sha256: hex::encode(self.hash.finalize()),
        })
    }
}

impl Written {
    /// Moves the file to its place, over what is there only when that was agreed to.
    pub(crate) fn place(self, path: &Path, over: bool) -> Result<(), Problem> {
        let placed = if over {
            self.file.persist(path)
        } else {
            self.file.persist_noclobber(path)
        };
        let file = placed.map_err(|e| disk_problem(path, &e.error))?;
        readable_by_its_owner_as_usual(&file).map_err(|e| disk_problem(path, &e))
    }
}

/// Temporary files are private; an export is an ordinary document of its person.
#[cfg(unix)]
fn readable_by_its_owner_as_usual(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_its_owner_as_usual(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_numbers_stay_readable() {
        for safe in ["+15551234567", "-5", "Ana", "", "1001", "a=b", "*97"] {
            assert_eq!(harmless(safe), safe);
        }
        for formula in [
            "=HYPERLINK(\"x\")",
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "+",
            "＝1",
        ] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted() {
        let mut line = String::new();
        put(&mut line, "O'Brien, \"Seán\"");
        put(&mut line, "two\nlines");
        assert_eq!(line, "\"O'Brien, \"\"Seán\"\"\",\"two\nlines\",");
    }

    #[test]
    fn a_time_has_the_offset_of_its_zone_on_that_day() {
        let toronto = TimeZone::get("America/Toronto").expect("a zone");
        assert_eq!(
            time(1_762_059_330_500, &toronto),
            "2025-11-02T00:55:30.500-04:00"
        );
        assert_eq!(
            time(1_762_070_000_000, &toronto),
            "2025-11-02T02:53:20.000-05:00"
        );
    }
}
