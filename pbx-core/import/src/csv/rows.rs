//! Lines into rows: cells may hold line ends, and a quote that never closes costs its own row.

use std::{io, io::BufRead, mem};

use super::{
    layout::Layout,
    lines::{Line, Lines},
    split::{Cells, Dialect, Ended},
};
use crate::ROW_LIMIT_BYTES;

/// How far an open quote is followed.
const LOOK_AHEAD_LINES: usize = 32;

/// The rows of a file. After `next`, `line` is the row's text and `cells` its cells.
pub(crate) struct Rows<R> {
    lines: Lines<R>,
    pub line: Line,
    pub cells: Cells,
    spare: Cells,
    layout: Option<Layout>,
    /// The width of the last good row.
    usual_width: usize,
}

/// What `next` found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Row,
    /// `line` is a row that can't be split, for this reason.
    Broken(String),
    End,
}

impl<R: BufRead> Rows<R> {
    /// `layout` is none for a CSV whose first line names the columns.
    pub(crate) fn new(reader: R, layout: Option<Layout>) -> Self {
        Self {
            lines: Lines::new(reader),
            line: Line::default(),
            cells: Cells::default(),
            spare: Cells::default(),
            layout,
            usual_width: 0,
        }
    }

    pub(crate) fn next(&mut self) -> io::Result<Found> {
        loop {
            if !self.lines.next_into(&mut self.line)? {
                return Ok(Found::End);
            }
            if self.line.number == 1 && self.line.bytes.starts_with(b"\xef\xbb\xbf") {
                self.line.bytes.drain(..3);
            }
            if !self.line.bytes.trim_ascii().is_empty() {
                break;
            }
        }
        if self.line.too_long {
            return Ok(Found::Broken(format!(
                "the row is longer than {} KiB",
                ROW_LIMIT_BYTES / 1024
            )));
        }
        self.drop_leading_nuls();
        if self.line.bytes.is_empty() {
            return Ok(Found::Broken("the row is nothing but NUL bytes".to_owned()));
        }
        self.undo_sql();
        let dialect = self.layout.map_or(Dialect::Lenient, Layout::dialect);
        let found = match self.cells.split(&self.line.bytes, dialect) {
            Ended::InQuotes(column) => self.follow_quote(column)?,
            Ended::Whole => {
                self.try_dialects();
                Found::Row
            }
        };
        if found == Found::Row {
            if self.line.unended && self.cells.len() < self.usual_width {
                return Ok(Found::Broken("the file is cut off in this row".to_owned()));
            }
            if self.fits() {
                self.usual_width = self.cells.len();
            }
        }
        Ok(found)
    }

    fn fits(&self) -> bool {
        self.layout.is_none_or(|layout| layout.fits(&self.cells))
    }

    /// A crash leaves a run of NULs where the next row begins.
    fn drop_leading_nuls(&mut self) {
        let nuls = self.line.bytes.iter().take_while(|b| **b == 0).count();
        self.line.bytes.drain(..nuls);
    }

    /// FreeSWITCH's template "sql" is "example" in an insert statement.
    fn undo_sql(&mut self) {
        if self.layout != Some(Layout::FsExample) {
            return;
        }
        if let Some(values) = sql_values(&self.line.bytes) {
            self.line.bytes = values.to_vec();
        }
    }

    /// A row that does not fit may fit when its quotes are read in another way.
    fn try_dialects(&mut self) {
        if self.fits() || self.layout.is_none() || memchr::memchr(b'"', &self.line.bytes).is_none()
        {
            return;
        }
        let Some(layout) = self.layout else { return };
        for dialect in [Dialect::Backslash, Dialect::Bare] {
            let ended = self.spare.split(&self.line.bytes, dialect);
            if ended == Ended::Whole && layout.fits(&self.spare) {
                mem::swap(&mut self.cells, &mut self.spare);
                return;
            }
        }
    }

    /// The row ends inside quotes: the cell goes on in the next lines, or its quote is missing.
    fn follow_quote(&mut self, column: usize) -> io::Result<Found> {
        if self.whole_in_other_dialect() {
            return Ok(Found::Row);
        }
        let mut joined = self.line.bytes.clone();
        let mut ahead: Vec<Line> = Vec::new();
        while ahead.len() < LOOK_AHEAD_LINES && joined.len() < ROW_LIMIT_BYTES {
            let mut next = Line::default();
            if !self.lines.next_into(&mut next)? {
                break;
            }
            let starts_anew = self.is_row(&next.bytes);
            joined.push(b'\n');
            joined.extend_from_slice(&next.bytes);
            let closes = memchr::memchr(b'"', &next.bytes).is_some();
            ahead.push(next);
            if starts_anew {
                break;
            }
            if closes && self.cells.split(&joined, Dialect::Lenient) == Ended::Whole {
                if !self.fits() {
                    break;
                }
                self.line.unended = ahead.last().is_some_and(|line| line.unended);
                self.line.bytes = joined;
                return Ok(Found::Row);
            }
        }
        self.lines.give_back(ahead);
        Ok(Found::Broken(format!(
            "the quote that opens column {column} is never closed"
        )))
    }

    fn whole_in_other_dialect(&mut self) -> bool {
        let layout = self.layout;
        [Dialect::Backslash, Dialect::Bare]
            .into_iter()
            .any(|dialect| {
                self.cells.split(&self.line.bytes, dialect) == Ended::Whole
                    && layout.is_some_and(|layout| layout.fits(&self.cells))
                    && (dialect == Dialect::Backslash || self.line.bytes.ends_with(b"\""))
            })
    }

    /// Is the line a whole row by itself?
    fn is_row(&mut self, line: &[u8]) -> bool {
        let whole = self.spare.split(line, Dialect::Lenient) == Ended::Whole;
        match self.layout {
            Some(layout) => whole && layout.fits(&self.spare),
            None => whole && self.usual_width > 1 && self.spare.len() == self.usual_width,
        }
    }
}

/// What stands between the brackets of `INSERT INTO cdr VALUES ( … );`.
pub(crate) fn sql_values(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    if !line.get(..11)?.eq_ignore_ascii_case(b"insert into") {
        return None;
    }
    let open = memchr::memchr(b'(', line)?;
    let close = memchr::memrchr(b')', line)?;
    line.get(open + 1..close)
}

#[cfg(test)]
mod tests {
    use super::{Found, Rows};
    use crate::csv::layout::Layout;

    const GOOD: &str = r#""","100","200","in","<100>","SIP/a-1","","Dial","x","2009-01-14 23:51:15",,"2009-01-14 23:51:20",5,0,"NO ANSWER","DOCUMENTATION""#;

    /// (first line, is it a row) of everything found.
    fn rows(text: &str) -> Vec<(u64, bool)> {
        let mut rows = Rows::new(text.as_bytes(), Some(Layout::Master));
        let mut all = Vec::new();
        loop {
            match rows.next().unwrap() {
                Found::End => return all,
                found => all.push((rows.line.number, found == Found::Row)),
            }
        }
    }

    #[test]
    fn an_open_quote_costs_one_row() {
        let open = GOOD.replace(r#""<100>""#, r#""<100>"#);
        let never = GOOD.replace(r#""DOCUMENTATION""#, r#""DOCUMENTATION"#);
        assert_eq!(
            rows(&format!("{GOOD}\n{never}\n{GOOD}\n")),
            [(1, true), (2, false), (3, true)]
        );
        assert_eq!(rows(&format!("{open}\n{GOOD}\n")), [(1, true), (2, true)]);
        let twice = format!("{never}\n{never}\n{GOOD}\n{never}");
        assert_eq!(
            rows(&twice),
            [(1, false), (2, false), (3, true), (4, false)]
        );
    }

    #[test]
    fn a_cell_may_hold_line_ends() {
        let lines = GOOD.replace("\"x\"", "\"x\n\ny\"");
        assert_eq!(
            rows(&format!("{lines}\r\n\r\n{GOOD}")),
            [(1, true), (5, true)]
        );
    }

    #[test]
    fn a_row_that_the_end_of_the_file_cuts_is_broken() {
        let cut = &GOOD[..GOOD.len() - 20];
        assert_eq!(
            rows(&format!("\u{feff}{GOOD}\n{cut}")),
            [(1, true), (2, false)]
        );
        assert_eq!(
            rows(&format!("{GOOD}\n\0\0\0\n\0\0{GOOD}")),
            [(1, true), (2, false), (3, true)]
        );
    }
}
