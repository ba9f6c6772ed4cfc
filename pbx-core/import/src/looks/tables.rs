//! Files of rows: the layouts that can be imported, and everything else that is text.

use super::{Look, counted, text};
use crate::{
    csv::{
        layout::Layout,
        lines::{Line, Lines},
        rows::sql_values,
        split::{Cells, Dialect, Ended},
    },
    text::decode,
};

/// Rows that are looked at.
const LOOKED_AT: usize = 400;

/// What a file of lines is.
pub(super) fn look(head: &[u8], whole: bool) -> Look {
    let lines = lines(head, whole);
    if lines.is_empty() {
        return Look::Other("a file of blank lines only".to_owned());
    }
    if names_asterisk_columns(&lines[0]) {
        return Look::Header;
    }
    let best = best_layout(head, &Layout::ALL);
    let known = text::describe(&lines);
    match (best, known) {
        // A row that fits is better evidence than any guess about the others, unless most of them
        // are surely something else.
        (Some((layout, count)), Some(_)) if count * 2 >= lines.len() => Look::Rows(layout),
        (_, Some(known)) => Look::Other(known),
        (Some((layout, _)), None) => Look::Rows(layout),
        (None, None) => Look::Other(describe_unknown(&lines)),
    }
}

/// The lines of the beginning, without blank ones and without one that the look cut.
fn lines(head: &[u8], whole: bool) -> Vec<Vec<u8>> {
    let mut reader = Lines::new(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let mut all = Vec::new();
    let mut line = Line::default();
    while all.len() < LOOKED_AT && matches!(reader.next_into(&mut line), Ok(true)) {
        let cut = line.unended && !whole && !all.is_empty();
        let nuls = line.bytes.iter().take_while(|b| **b == 0).count();
        let bytes = &line.bytes[nuls..];
        if !cut && !bytes.trim_ascii().is_empty() {
            all.push(bytes.to_vec());
        }
    }
    all
}

/// The layout that most rows fit, and how many do.
pub(super) fn best_layout(head: &[u8], layouts: &[Layout]) -> Option<(Layout, usize)> {
    let lines = lines(head, true);
    let mut cells = Cells::default();
    let mut best: Option<(Layout, usize)> = None;
    for layout in layouts {
        let dialects: &[Dialect] = match layout {
            Layout::Epochs => &[Dialect::Epochs],
            _ => &[Dialect::Lenient, Dialect::Backslash, Dialect::Bare],
        };
        let fits = |line: &&Vec<u8>| {
            let row = match layout {
                Layout::FsExample => sql_values(line).unwrap_or(line),
                _ => line,
            };
            dialects.iter().any(|dialect| {
                // An open quote still shows the columns before it.
                let open = cells.split(row, *dialect) != Ended::Whole;
                layout.fits(&cells) && !(open && cells.len() < *layout.width().start())
            })
        };
        let count = lines.iter().filter(fits).count();
        if count > best.map_or(0, |(_, best)| best) {
            best = Some((*layout, count));
        }
    }
    best
}

/// Does the line name the columns of Asterisk's CDR table?
fn names_asterisk_columns(line: &[u8]) -> bool {
    let names = header_names(line);
    let has = |name: &str| names.iter().any(|known| known == name);
    let any = |some: &[&str]| some.iter().any(|name| has(name));
    any(&crate::asterisk::START)
        && any(&["src", "source"])
        && any(&["dst", "destination"])
        && has("duration")
        && has("disposition")
}

/// The cells of a first line as column names.
pub(crate) fn header_names(line: &[u8]) -> Vec<String> {
    let mut cells = Cells::default();
    cells.split(line, Dialect::Lenient);
    (0..cells.len())
        .map(|at| cells.text(at).to_ascii_lowercase())
        .collect()
}

/// Lines of no known kind, described by what they have in common.
fn describe_unknown(lines: &[Vec<u8>]) -> String {
    let mut cells = Cells::default();
    let first = decode(&lines[0]);
    for (separator, name) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
        let width = first.matches(separator).count() + 1;
        if width >= 3 && first.matches(',').count() < width {
            return format!(
                "{} separated by {name}, of no known kind of call record",
                counted(width, "value")
            );
        }
    }
    cells.split(&lines[0], Dialect::Lenient);
    let width = cells.len();
    if width < 3 {
        return "plain text without columns".to_owned();
    }
    let is_name = |at: usize| {
        let text = cells.text(at);
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b' ' | b'-' | b'.'))
    };
    if (0..width).all(|at| is_name(at) || cells.text(at).is_empty()) {
        let names: Vec<&str> = (0..width.min(4)).map(|at| cells.text(at)).collect();
        return format!(
            "a CSV of another kind (its columns: {}, …)",
            names.join(", ")
        );
    }
    format!(
        "a CSV with {} that match no known kind of call record",
        counted(width, "column")
    )
}
