//! A CSV file that a person saved: what its first row names, and the rows below it.

use std::collections::HashMap;

use pbx_api::{RowError, Rule};

/// Longest file, in rows below the header.
pub const ROWS: usize = 10_000;
const COLUMNS: usize = 64;
const CELL_BYTES: usize = 2000;

/// A header and rows, each with the line of the file where it begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<(u32, Vec<String>)>,
}

/// What is wrong with a row as such.
fn broken<T>(line: u64, rule: Rule) -> Result<T, RowError> {
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    Err(RowError::broken(line, "", rule))
}

/// Reads a file: cells parted by commas, semicolons or tabs, with or without quotes and a byte
/// order mark. Empty rows are passed over; a row may have fewer cells than the header.
///
/// # Errors
/// What keeps it from being a table, with its line.
pub fn read(bytes: &[u8]) -> Result<Table, RowError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).or_else(|fault| {
        let before = &bytes[..fault.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        broken(line as u64, Rule::NotUtf8)
    })?;
    if text.contains('\0') {
        return broken(1, Rule::NotCsv);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(parting(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut last, mut counted) = (1, 0);
    for row in reader.records() {
        let Ok(row) = row else {
            return broken(last, Rule::Unreadable);
        };
        // The reader's own count takes the line breaks before a row for a part of it.
        let at = row.position().map_or(counted as u64, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(counted).max(counted);
        let blank = text[at..].len() - text[at..].trim_start_matches(['\r', '\n']).len();
        let passed = &text[counted..at + blank];
        last += passed.matches('\n').count() as u64;
        counted = at + blank;
        if row.len() > COLUMNS {
            return broken(last, Rule::CellsAtMost { most: 64 });
        }
        if row.iter().any(|cell| cell.len() > CELL_BYTES) {
            return broken(last, Rule::CellTooLong);
        }
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        if table.header.is_empty() {
            table.header = cells;
        } else if cells.len() > table.header.len() {
            return broken(last, Rule::MoreCellsThanHeader);
        } else if table.rows.len() == ROWS {
            return broken(last, Rule::RowsAtMost { most: 10_000 });
        } else {
            table
                .rows
                .push((u32::try_from(last).unwrap_or(u32::MAX), cells));
        }
    }
    // The reader takes the end of the file for the end of a quote, and the rows in it for text.
    if text.matches('"').count() % 2 == 1 {
        return broken(last, Rule::OpenQuote);
    }
    if table.header.is_empty() {
        return broken(1, Rule::NoHeader);
    }
    Ok(table)
}

/// What parts the cells: of the three, the one that is most frequent in the header.
fn parting(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let count = |parting: &u8| {
        let mut quoted = false;
        header
            .bytes()
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && byte == parting
            })
            .count()
    };
    *b";\t,"
        .iter()
        .max_by_key(|parting| count(parting))
        .unwrap_or(&b',')
}

/// Where a table has the columns that it may have.
#[derive(Debug)]
pub struct Columns<'a> {
    table: &'a Table,
    places: HashMap<String, usize>,
}

impl<'a> Columns<'a> {
    /// Finds the columns by their names, in any order; upper case, blanks and hyphens don't matter.
    ///
    /// # Errors
    /// Columns that are not `known`, stand twice, or are `needed` and not there.
    pub fn of(table: &'a Table, known: &[&str], needed: &[&str]) -> Result<Self, Vec<RowError>> {
        let mut errors = Vec::new();
        let mut places = HashMap::new();
        for (at, title) in table.header.iter().enumerate() {
            let name = title.trim().to_lowercase().replace([' ', '-'], "_");
            let title: String = title.trim().chars().take(40).collect();
            if !known.contains(&name.as_str()) {
                errors.push(RowError::broken(1, title.as_str(), Rule::UnknownColumn));
            } else if places.insert(name, at).is_some() {
                errors.push(RowError::broken(1, title.as_str(), Rule::ColumnTwice));
            }
        }
        for name in needed.iter().filter(|name| !places.contains_key(**name)) {
            errors.push(RowError::broken(1, *name, Rule::ColumnMissing));
        }
        if errors.is_empty() && table.rows.is_empty() {
            errors.push(RowError::broken(1, "", Rule::NoRows));
        }
        if errors.is_empty() {
            Ok(Self { table, places })
        } else {
            Err(errors)
        }
    }

    /// A row's cell, without blanks around it; empty where the row or the file has none.
    #[must_use]
    pub fn cell<'r>(&self, row: &'r [String], column: &str) -> &'r str {
        let place = self.places.get(column);
        place
            .and_then(|at| row.get(*at))
            .map_or("", |cell| cell.trim())
    }

    /// A column's name as the file has it.
    #[must_use]
    pub fn title(&self, column: &str) -> String {
        let title = self.places.get(column).map(|at| &self.table.header[*at]);
        title.map_or(column, |title| title.trim()).to_owned()
    }
}

/// A yes or a no as people write them; none: neither.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let table = read(text.as_bytes()).unwrap();
        let rows = table.rows.into_iter().map(|(_, cells)| cells);
        std::iter::once(table.header).chain(rows).collect()
    }

    #[test]
    fn it_reads_what_programs_save() {
        let want = [["name", "note"], ["Zoë, \"Z\"", "a\nb"], ["Bob", ""]];
        for text in [
            "\u{feff}name,note\r\n\"Zoë, \"\"Z\"\"\",\"a\nb\"\r\nBob,\r\n",
            "name;note\n\"Zoë, \"\"Z\"\"\";\"a\nb\"\n\n;\nBob;",
            "name\tnote\n\"Zoë, \"\"Z\"\"\"\t\"a\nb\"\nBob\t\n",
        ] {
            assert_eq!(rows(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_broken_is_said_with_its_line() {
        let line = |bytes: &[u8]| read(bytes).unwrap_err().line;
        assert_eq!(line(b""), 1);
        assert_eq!(line(b"a,b\r\n\r\n1,2\r\n\"x\r\n\r\n"), 4);
        assert_eq!(line(b"a,b\n1,2\n\"x\n\n"), 3);
        assert_eq!(line(b"a,b\n\"1\n\",2\n\"x,1"), 4);
        assert_eq!(line(b"a,b\n1,2,3"), 2);
        assert_eq!(line(b"a,b\n1,\xff"), 2);
        assert_eq!(line(b"a\n1\0"), 1);
        let swallowed = format!("a,b\n\"1,2\n{}", "3,4\n".repeat(1000));
        assert_eq!(line(swallowed.as_bytes()), 2);
        let many = "a\n".to_owned() + &"1\n".repeat(ROWS + 1);
        assert_eq!(line(many.as_bytes()), u32::try_from(ROWS).unwrap() + 2);
    }

    #[test]
    fn columns_are_found_by_name_and_misnamed_ones_are_told() {
        let table = read(b"First Name, E-Mail \nCy, c@x.example\n").unwrap();
        let known = ["first_name", "e_mail", "note"];
        let columns = Columns::of(&table, &known, &["e_mail"]).unwrap();
        let row = &table.rows[0].1;
        assert_eq!(columns.cell(row, "e_mail"), "c@x.example");
        assert_eq!(
            (columns.cell(row, "note"), columns.title("e_mail")),
            ("", "E-Mail".into())
        );
        let told = |text: &str, needed: &[&str]| {
            let table = read(text.as_bytes()).unwrap();
            let errors = Columns::of(&table, &known, needed).unwrap_err();
            errors.into_iter().map(|e| e.column).collect::<Vec<_>>()
        };
        assert_eq!(
            told("note,Note,age\n1,2,3", &["e_mail"]),
            ["Note", "age", "e_mail"]
        );
        assert_eq!(told("note\n", &[]), [""]);
    }

    fn written(table: &[Vec<String>], parting: char, end: &str) -> String {
        let mut text = String::new();
        for row in table {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
                .collect();
            text.push_str(&cells.join(&parting.to_string()));
            text.push_str(end);
        }
        text
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            table in (1_usize..6).prop_flat_map(|columns| {
                // A first cell that is not blank: empty rows are passed over.
                let row = ("[^\0]{0,8}x", prop::collection::vec("[^\0]{0,12}", columns));
                prop::collection::vec(row.prop_map(|(first, mut row)| { row[0] = first; row }), 1..8)
            }),
            parting in prop::sample::select(vec![',', ';', '\t']),
            end in prop::sample::select(vec!["\n", "\r\n"]),
        ) {
            // The header's own cells decide what parts them: they have none of the three.
            let mut table = table;
            for (place, cell) in table[0].iter_mut().enumerate() {
                *cell = format!("h{place}");
            }
            prop_assume!(table[0].len() > 1);
            prop_assert_eq!(rows(&written(&table, parting, end)), table);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(read(&bytes));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[a\",;\r\n\t é]{0,60}") {
            drop(read(text.as_bytes()));
        }
    }
}
