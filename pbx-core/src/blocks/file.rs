//! A CSV file of blocks. Pure: what is in it, and what is wrong with it.

use std::collections::HashSet;

use pbx_api::{BlockImport, ImportError};
use pbx_numbers::{Pattern, is_anonymous};

use super::NOTE_CHARS;

/// Rows of one file.
const ROWS_MAX: usize = 10_000;
/// Errors in an answer; all of them are counted.
const ERRORS_IN_ANSWER: usize = 100;

/// What a file holds.
pub struct Read {
    pub answer: BlockImport,
    /// What to block, with its note.
    pub rows: Vec<(Pattern, String)>,
}

impl Read {
    fn wrong(&mut self, line: u64, column: &str, message: impl Into<String>) {
        self.answer.error_count += 1;
        if self.answer.errors.len() < ERRORS_IN_ANSWER {
            self.answer.errors.push(ImportError {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                column: column.to_owned(),
                message: message.into(),
            });
        }
    }
}

/// Reads a file for an owner that blocks `known` already and has room for so many more.
pub fn read(bytes: &[u8], country: &str, known: Vec<Pattern>, room: usize) -> Read {
    let mut read = Read {
        answer: BlockImport {
            rows: 0,
            added: 0,
            errors: Vec::new(),
            error_count: 0,
        },
        rows: Vec::new(),
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let semicolons = !head.contains(&b',') && head.contains(&b';');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(if semicolons { b';' } else { b',' })
        .from_reader(bytes);
    let (mut number_at, mut note_at) = (None, None);
    for (at, name) in reader.byte_headers().into_iter().flatten().enumerate() {
        match name.trim_ascii().to_ascii_lowercase().as_slice() {
            b"number" if number_at.is_none() => number_at = Some(at),
            b"note" if note_at.is_none() => note_at = Some(at),
            other => {
                let name = String::from_utf8_lossy(other);
                let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
                read.wrong(1, &name, "is not a column here: they are number and note");
            }
        }
    }
    let Some(number_at) = number_at else {
        read.wrong(1, "number", "is missing in the first line");
        return read;
    };
    if read.answer.error_count > 0 {
        return read;
    }
    let mut seen: HashSet<Pattern> = known.into_iter().collect();
    for row in reader.byte_records() {
        read.answer.rows += 1;
        if read.rows.len() + usize::try_from(read.answer.error_count).unwrap_or(0) >= ROWS_MAX {
            read.wrong(0, "", "has too many rows: 10 000 are the most in one file");
            return read;
        }
        let row = match row {
            Ok(row) => row,
            Err(_) => {
                read.wrong(0, "", "can't be read any further: it is not CSV");
                return read;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let Ok(row) = csv::StringRecord::from_byte_record(row) else {
            read.wrong(line, "", "is not UTF-8 text");
            continue;
        };
        let note = note_at
            .and_then(|at| row.get(at))
            .unwrap_or_default()
            .trim();
        if note.chars().count() > NOTE_CHARS {
            read.wrong(line, "note", format!("has at most {NOTE_CHARS} characters"));
            continue;
        }
        if note.chars().any(char::is_control) {
            read.wrong(line, "note", "has a control character");
            continue;
        }
        match pattern(row.get(number_at).unwrap_or_default().trim(), country) {
            Err(message) => read.wrong(line, "number", message),
            Ok(pattern) if seen.insert(pattern.clone()) => {
                read.rows.push((pattern, note.to_owned()));
            }
            Ok(_) => read.wrong(
                line,
                "number",
                "is blocked already, or stands in the file twice",
            ),
        }
    }
    if read.rows.len() > room {
        read.wrong(
            0,
            "",
            "has too many rows: 50 000 blocks are the most in all",
        );
    }
    read
}

fn pattern(text: &str, country: &str) -> Result<Pattern, &'static str> {
    if text.is_empty() {
        Err("is empty")
    } else if is_anonymous(text) {
        Ok(Pattern::Anonymous)
    } else if text.ends_with('*') {
        Pattern::prefix(text, country).ok_or("is not the beginning of a number, such as +1900*")
    } else {
        Pattern::number(text, country).ok_or("can't be read: write it like +15195550142")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &[u8]) -> Vec<(u32, String)> {
        let read = read(text, "US", vec![Pattern::Anonymous], 5);
        let told = read.answer.errors.into_iter();
        told.map(|error| (error.line, error.column)).collect()
    }

    #[test]
    fn rows_become_patterns() {
        let text =
            "\u{feff}Note;Number\r\n\"a; b\";202-555-0123\r\n;+1900*\r\nhidden;anonymous\r\n";
        let read = read(text.as_bytes(), "CA", Vec::new(), 3);
        assert_eq!(read.answer.errors, []);
        assert_eq!(
            read.rows,
            [
                (Pattern::Number("+12025550123".into()), "a; b".into()),
                (Pattern::Prefix("+1900".into()), String::new()),
                (Pattern::Anonymous, "hidden".into()),
            ]
        );
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let column = |line, name: &str| (line, name.to_owned());
        assert_eq!(errors(b""), [column(1, "number")]);
        assert_eq!(
            errors(b"number,colour\n+12025550123,red\n"),
            [column(1, "colour")]
        );
        assert_eq!(
            errors(b"number,note\n+12025550123,\n1001,x\n,\n2025550123,again\nanonymous,\n+1202*,\xff\n"),
            [column(3, "number"), column(4, "number"), column(5, "number"), column(6, "number"), column(7, "")]
        );
        let long = format!("number,note\n+12025550123,{}\n", "n".repeat(201));
        assert_eq!(errors(long.as_bytes()), [column(2, "note")]);
        let many: String = (0..=10_000).map(|n| format!("+1202556{n:04}\n")).collect();
        assert_eq!(
            errors(format!("number\n{many}").as_bytes()),
            [column(0, "")]
        );
    }
}
