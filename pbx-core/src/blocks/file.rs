//! A CSV file of blocks. Pure: what is in it, and what is wrong with it.

use std::collections::HashSet;

use pbx_api::{BlockImport, RowError, Rule};
use pbx_numbers::{Pattern, is_anonymous};

use super::{BLOCKS_MAX, NOTE_CHARS};
use crate::table::{self, Columns};

/// Errors in an answer; all of them are counted.
const ERRORS_IN_ANSWER: usize = 100;

/// What a file holds.
pub struct Read {
    pub answer: BlockImport,
    /// What to block, with its note.
    pub rows: Vec<(Pattern, String)>,
}

/// Reads a file for an owner that blocks `known` already and has room for so many more.
pub fn read(bytes: &[u8], country: &str, known: Vec<Pattern>, room: usize) -> Read {
    let (mut rows, mut errors, mut all) = (Vec::new(), Vec::new(), 0);
    match table::read(bytes) {
        Err(error) => errors.push(error),
        Ok(table) => {
            all = table.rows.len();
            match Columns::of(&table, &["number", "note"], &["number"]) {
                Err(wrong) => errors = wrong,
                Ok(columns) => {
                    let mut seen: HashSet<Pattern> = known.into_iter().collect();
                    for (line, row) in &table.rows {
                        match block(&columns, row, country, &mut seen) {
                            Ok(block) => rows.push(block),
                            Err((column, rule)) => {
                                errors.push(RowError::broken(*line, columns.title(column), rule));
                            }
                        }
                    }
                }
            }
        }
    }
    if rows.len() > room {
        let most = BLOCKS_MAX;
        errors.push(RowError::broken(0, "", Rule::TooManyBlocks { most }));
    }
    let count = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let error_count = count(errors.len());
    errors.truncate(ERRORS_IN_ANSWER);
    Read {
        answer: BlockImport {
            rows: count(all),
            added: 0,
            errors,
            error_count,
        },
        rows,
    }
}

/// What a row blocks, or its column that is wrong and why.
fn block(
    columns: &Columns<'_>,
    row: &[String],
    country: &str,
    seen: &mut HashSet<Pattern>,
) -> Result<(Pattern, String), (&'static str, Rule)> {
    let note = columns.cell(row, "note");
    if note.chars().count() > NOTE_CHARS as usize {
        return Err(("note", Rule::CharactersAtMost { most: NOTE_CHARS }));
    }
    if note.chars().any(char::is_control) {
        return Err(("note", Rule::ControlCharacter));
    }
    let pattern = pattern(columns.cell(row, "number"), country).map_err(|rule| ("number", rule))?;
    if seen.insert(pattern.clone()) {
        Ok((pattern, note.to_owned()))
    } else {
        Err(("number", Rule::BlockedOrTwice))
    }
}

fn pattern(text: &str, country: &str) -> Result<Pattern, Rule> {
    if text.is_empty() {
        Err(Rule::Empty)
    } else if is_anonymous(text) {
        Ok(Pattern::Anonymous)
    } else if text.ends_with('*') {
        Pattern::prefix(text, country).ok_or_else(|| Rule::NotAPrefix {
            example: "+1900*".into(),
        })
    } else {
        Pattern::number(text, country).ok_or_else(|| Rule::UnreadableNumber {
            example: "+15195550142".into(),
        })
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
        assert_eq!(errors(b""), [column(1, "")]);
        assert_eq!(
            errors(b"number,colour\n+12025550123,red\n"),
            [column(1, "colour")]
        );
        assert_eq!(
            errors(b"number,note\n+12025550123,\n1001,x\n,what\n2025550123,again\nanonymous,\n"),
            [
                column(3, "number"),
                column(4, "number"),
                column(5, "number"),
                column(6, "number")
            ]
        );
        let long = format!("number,note\n+12025550123,{}\n", "n".repeat(201));
        assert_eq!(errors(long.as_bytes()), [column(2, "note")]);
        let many: String = (0..=10_000).map(|n| format!("+1202556{n:04}\n")).collect();
        assert_eq!(
            errors(format!("number\n{many}").as_bytes()),
            [column(10_002, "")]
        );
        let full: String = (0..6).map(|n| format!("+1202556000{n}\n")).collect();
        assert_eq!(
            errors(format!("number\n{full}").as_bytes()),
            [column(0, "")]
        );
    }
}
