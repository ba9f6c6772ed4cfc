//! One row into its cells, forgiving what switches write.

/// How quotes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// RFC 4180, but a quote that no comma or line end follows is text: FreeSWITCH does not
    /// double quotes.
    Lenient,
    /// A backslash makes the next quote text.
    Backslash,
    /// Every cell is in quotes and only `","` parts them.
    Bare,
    /// No quotes at all; the ninth cell is the rest of the line.
    Epochs,
}

/// The cells of one row, in one buffer that is used again for the next.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// Did the row end, or is a quote still open?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Whole,
    /// The 1-based column whose quote is open.
    InQuotes(usize),
}

impl Cells {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(&self.bytes[start..end])
    }

    /// The cell as text, empty where there is none or it is not UTF-8. For shape tests only.
    pub(crate) fn text(&self, index: usize) -> &str {
        self.get(index)
            .and_then(|cell| std::str::from_utf8(cell).ok())
            .unwrap_or("")
            .trim()
    }

    pub(crate) fn split(&mut self, row: &[u8], dialect: Dialect) -> Ended {
        self.bytes.clear();
        self.ends.clear();
        match dialect {
            Dialect::Bare => self.split_bare(row),
            Dialect::Epochs => self.split_epochs(row),
            Dialect::Lenient => self.split_quoted(row, false),
            Dialect::Backslash => self.split_quoted(row, true),
        }
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn split_quoted(&mut self, row: &[u8], backslash: bool) -> Ended {
        let mut at = 0;
        loop {
            let blanks = row[at..].iter().take_while(|b| **b == b' ').count();
            if row.get(at + blanks) == Some(&b'"') {
                match self.quoted(row, at + blanks + 1, backslash) {
                    Some(next) => at = next,
                    None => {
                        self.end_cell();
                        return Ended::InQuotes(self.ends.len());
                    }
                }
            } else {
                let end = memchr::memchr(b',', &row[at..]).map_or(row.len(), |end| at + end);
                self.bytes.extend_from_slice(&row[at..end]);
                at = end;
            }
            self.end_cell();
            if at >= row.len() {
                return Ended::Whole;
            }
            at += 1; // the comma
        }
    }

    /// Reads a cell from behind its opening quote; the place of the comma (or end) behind it.
    fn quoted(&mut self, row: &[u8], mut at: usize, backslash: bool) -> Option<usize> {
        loop {
            let quote = at + memchr::memchr(b'"', &row[at..])?;
            self.bytes.extend_from_slice(&row[at..quote]);
            at = quote + 1;
            if backslash && self.bytes.last() == Some(&b'\\') && quote > 0 {
                self.bytes.pop();
                self.bytes.push(b'"');
                continue;
            }
            if row.get(at) == Some(&b'"') {
                self.bytes.push(b'"');
                at += 1;
                continue;
            }
            let blanks = row[at..].iter().take_while(|b| **b == b' ').count();
            match row.get(at + blanks) {
                None => return Some(row.len()),
                Some(b',') => return Some(at + blanks),
                Some(_) => self.bytes.push(b'"'),
            }
        }
    }

    fn split_bare(&mut self, row: &[u8]) -> Ended {
        let row = row.trim_ascii();
        let inner = row.strip_prefix(b"\"").unwrap_or(row);
        let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
        let mut at = 0;
        for end in memchr::memmem::find_iter(inner, b"\",") {
            let blanks = inner[end + 2..].iter().take_while(|b| **b == b' ').count();
            if end < at || inner.get(end + 2 + blanks) != Some(&b'"') {
                continue;
            }
            self.bytes.extend_from_slice(&inner[at..end]);
            self.end_cell();
            at = end + 3 + blanks;
        }
        self.bytes.extend_from_slice(inner.get(at..).unwrap_or(b""));
        self.end_cell();
        Ended::Whole
    }

    fn split_epochs(&mut self, row: &[u8]) -> Ended {
        for (index, cell) in row.splitn(9, |b| *b == b',').enumerate() {
            let whole = index < 8 || cell.starts_with(b"\"\"\"");
            let inner = cell
                .strip_prefix(b"\"")
                .and_then(|cell| cell.strip_suffix(b"\""));
            match inner {
                Some(inner) if whole => {
                    let text = String::from_utf8_lossy(inner).replace("\"\"", "\"");
                    let utf8 = std::str::from_utf8(inner).is_ok();
                    self.bytes
                        .extend_from_slice(if utf8 { text.as_bytes() } else { inner });
                }
                _ => self.bytes.extend_from_slice(cell),
            }
            self.end_cell();
        }
        Ended::Whole
    }
}

#[cfg(test)]
mod tests {
    use super::{Cells, Dialect, Ended};
    use proptest::prelude::*;

    fn split(row: &str, dialect: Dialect) -> (Vec<String>, Ended) {
        let mut cells = Cells::default();
        let ended = cells.split(row.as_bytes(), dialect);
        (
            (0..cells.len())
                .map(|at| cells.text(at).to_owned())
                .collect(),
            ended,
        )
    }

    #[test]
    fn quotes_as_switches_write_them() {
        let cases: [(&str, Dialect, &[&str]); 9] = [
            (r#""a",1,,"b""#, Dialect::Lenient, &["a", "1", "", "b"]),
            (
                r#""""1006"" <1006>","x""#,
                Dialect::Lenient,
                &["\"1006\" <1006>", "x"],
            ),
            (
                r#"""1006" <1006>","x""#,
                Dialect::Lenient,
                &["\"1006\" <1006>", "x"],
            ),
            (
                r#""Bob "Jr" Doe","x""#,
                Dialect::Lenient,
                &["Bob \"Jr\" Doe", "x"],
            ),
            (r#""a", "b""#, Dialect::Lenient, &["a", "b"]),
            (r#""a\"","b""#, Dialect::Backslash, &["a\"", "b"]),
            (
                r#""Bob "Jr"","x", "y""#,
                Dialect::Bare,
                &["Bob \"Jr\"", "x", "y"],
            ),
            (r#""","","""#, Dialect::Bare, &["", "", ""]),
            (
                r#""\\""Bob"" T","x""#,
                Dialect::Lenient,
                &["\\\\\"Bob\" T", "x"],
            ),
        ];
        for (row, dialect, want) in cases {
            let (cells, ended) = split(row, dialect);
            assert_eq!(
                (cells.as_slice(), ended),
                (&*want.map_owned(), Ended::Whole),
                "{row}"
            );
        }
    }

    trait Owned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl Owned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|cell| (*cell).to_owned()).collect()
        }
    }

    #[test]
    fn an_open_quote_is_said_with_its_column() {
        assert_eq!(split(r#""a","b"#, Dialect::Lenient).1, Ended::InQuotes(2));
    }

    #[test]
    fn epoch_rows_keep_the_callers_commas() {
        let (cells, _) = split("1,0,2,1,0,a,b,ANSWERED,\"O'Brien, S\" <1>", Dialect::Epochs);
        assert_eq!(cells.len(), 9);
        assert_eq!(cells[8], "\"O'Brien, S\" <1>");
    }

    proptest! {
        #[test]
        fn what_was_quoted_comes_back(cells in prop::collection::vec("[^\0]{0,12}", 1..8)) {
            let row: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let mut split = Cells::default();
            let ended = split.split(row.join(",").as_bytes(), Dialect::Lenient);
            prop_assert_eq!(ended, Ended::Whole);
            prop_assert_eq!(split.len(), cells.len());
            for (at, cell) in cells.iter().enumerate() {
                prop_assert_eq!(split.get(at), Some(cell.as_bytes()));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(row in prop::collection::vec(any::<u8>(), 0..200)) {
            for dialect in [Dialect::Lenient, Dialect::Backslash, Dialect::Bare, Dialect::Epochs] {
                let mut cells = Cells::default();
                cells.split(&row, dialect);
                prop_assert!(cells.len() >= 1);
            }
        }
    }
}
