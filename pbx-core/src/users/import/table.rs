//! A CSV file as people's programs save it: commas, semicolons or tabs, quotes, a byte order mark.

/// Longest file, in rows of users.
pub const ROWS: usize = 10_000;
const COLUMNS: usize = 64;
const CELL_BYTES: usize = 2000;

/// A header and rows, each with the line of the file where it begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Why a file is no table, and in which line.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    pub line: u32,
    pub message: String,
}

fn broken<T>(line: u32, message: impl Into<String>) -> Result<T, Broken> {
    Err(Broken {
        line,
        message: message.into(),
    })
}

/// Reads a file. Empty rows are passed over; a row may have fewer cells than the header.
///
/// # Errors
/// What is broken, with the line.
pub fn read(bytes: &[u8]) -> Result<Table, Broken> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).or_else(|fault| {
        let before = &bytes[..fault.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        broken(line, "is not UTF-8; save the file as CSV UTF-8")
    })?;
    if text.contains('\0') {
        return broken(1, "has NUL characters, as a file that is no CSV has");
    }
    let mut reader = Reader {
        rest: text,
        line: 1,
        parting: parting(text),
    };
    let mut table = Table::default();
    while let Some((line, cells)) = reader.row()? {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if table.header.is_empty() {
            table.header = cells;
        } else if cells.len() > table.header.len() {
            return broken(line, "has more cells than the header");
        } else if table.rows.len() == ROWS {
            return broken(line, "is past the 10 000 rows that a file may have");
        } else {
            table.rows.push((line, cells));
        }
    }
    if table.header.is_empty() {
        return broken(1, "has no header");
    }
    Ok(table)
}

/// What parts the cells: of the three, the one that is most frequent in the header.
fn parting(text: &str) -> char {
    let header = text.trim_start().lines().next().unwrap_or_default();
    let count = |parting: &char| {
        let mut quoted = false;
        header
            .chars()
            .filter(|c| {
                quoted ^= *c == '"';
                !quoted && c == parting
            })
            .count()
    };
    [',', '\t', ';']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(',')
}

struct Reader<'a> {
    rest: &'a str,
    /// Line of what is read next.
    line: u32,
    parting: char,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    /// The next row and the line where it begins.
    fn row(&mut self) -> Result<Option<(u32, Vec<String>)>, Broken> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            let (cell, ended) = self.cell(line)?;
            if cell.len() > CELL_BYTES {
                return broken(line, "has a cell that is too long");
            }
            cells.push(cell);
            if cells.len() > COLUMNS {
                return broken(line, "has more than 64 cells");
            }
            if ended {
                return Ok(Some((line, cells)));
            }
        }
    }

    /// The next cell, and whether the row ends behind it.
    fn cell(&mut self, line: u32) -> Result<(String, bool), Broken> {
        let mut cell = String::new();
        let blanks = self.rest.len() - self.rest.trim_start_matches(' ').len();
        if self.rest[blanks..].starts_with('"') {
            self.rest = &self.rest[blanks + 1..];
            loop {
                match self.next() {
                    None => return broken(line, "has a quote that is not closed"),
                    Some('"') if self.rest.starts_with('"') => {
                        self.next();
                        cell.push('"');
                    }
                    Some('"') => break,
                    Some(c) => cell.push(c),
                }
            }
            self.rest = self.rest.trim_start_matches(' ');
            return match self.end() {
                Some(ended) => Ok((cell, ended)),
                None => broken(line, "has text behind a closing quote"),
            };
        }
        loop {
            if let Some(ended) = self.end() {
                return Ok((cell, ended));
            }
            cell.extend(self.next());
        }
    }

    /// Passes over what ends a cell: whether it ends the row too.
    fn end(&mut self) -> Option<bool> {
        if self.rest.is_empty() {
            return Some(true);
        }
        let parting = self.parting;
        if self.rest.starts_with(parting) {
            self.next();
            return Some(false);
        }
        if self.rest.starts_with("\r\n") {
            self.next();
        }
        if self.rest.starts_with('\n') {
            self.next();
            return Some(true);
        }
        None
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
            "name;note\n\"Zoë, \"\"Z\"\"\"; \"a\nb\" \n\n;\nBob;",
            "name\tnote\nZoë, \"Z\"\t\"a\nb\"\nBob\t\n",
        ] {
            assert_eq!(rows(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_broken_is_said_with_its_line() {
        let line = |bytes: &[u8]| read(bytes).unwrap_err().line;
        assert_eq!(line(b""), 1);
        assert_eq!(line(b"a,b\n1,2\n\"x\n\n"), 3);
        assert_eq!(line(b"a,b\n\"1\n\",2\n\"x\"y,1"), 4);
        assert_eq!(line(b"a,b\n1,2,3"), 2);
        assert_eq!(line(b"a,b\n1,\xff"), 2);
        assert_eq!(line(b"a\n1\0"), 1);
        let many = "a\n".to_owned() + &"1\n".repeat(ROWS + 1);
        assert_eq!(line(many.as_bytes()), u32::try_from(ROWS).unwrap() + 2);
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
