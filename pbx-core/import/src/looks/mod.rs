//! What a file looks like: a format that can be imported, or a sentence that says what else.

mod binary;
mod documents;
mod tables;
mod text;

pub(crate) use tables::header_names;

use crate::{Format, csv::layout::Layout};

/// What the beginning of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Look {
    /// Rows of this layout.
    Rows(Layout),
    /// A CSV whose first line names Asterisk's columns.
    Header,
    Json,
    Xml,
    /// `cdr=` before an encoded document.
    Form,
    Sqlite,
    /// Nothing that can be imported: ends the sentence "it looks like …".
    Other(String),
}

impl Look {
    /// The look that a named format stands for; `head` chooses among FreeSWITCH's templates.
    pub(crate) fn of(format: Format, head: &[u8]) -> Self {
        let best = |layouts: &[Layout]| {
            Self::Rows(tables::best_layout(head, layouts).map_or(layouts[0], |(layout, _)| layout))
        };
        match format {
            Format::AsteriskCsv => Self::Rows(Layout::Master),
            Format::AsteriskCustom => Self::Rows(Layout::Custom),
            Format::FreePbxCsv => Self::Rows(Layout::FreePbx),
            Format::AsteriskSimple => Self::Rows(Layout::Epochs),
            Format::AsteriskHeaderCsv => Self::Header,
            Format::FreeSwitchCsv => {
                best(&[Layout::FsExample, Layout::FsAsterisk, Layout::FsOpenCdrRate])
            }
            Format::FreeSwitchJson if head.trim_ascii_start().starts_with(b"cdr=") => Self::Form,
            Format::FreeSwitchXml if head.trim_ascii_start().starts_with(b"cdr=") => Self::Form,
            Format::FreeSwitchJson => Self::Json,
            Format::FreeSwitchXml => Self::Xml,
            Format::AsteriskSqlite | Format::FreeSwitchSqlite => Self::Sqlite,
            Format::AnyCsv => tables::look(head, false),
        }
    }
}

/// Looks at the beginning of a file. `whole` says that there is no more of it.
pub(crate) fn look(head: &[u8], whole: bool) -> Look {
    let other = |what: &str| Look::Other(what.to_owned());
    if head.is_empty() {
        return other("an empty file");
    }
    if let Some(look) = binary::look(head) {
        return look;
    }
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = &start[start
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || **b == 0)
        .count()..];
    let described = match start.first() {
        None if whole => return other("a file of blank lines and NUL bytes only"),
        None => return other("a file that begins with nothing but blanks and NUL bytes"),
        Some(b'c') if start.starts_with(b"cdr=") => return Look::Form,
        Some(b'{' | b'[') => documents::json(start, whole),
        Some(b'<') => Some(documents::xml(start)),
        Some(_) => None,
    };
    if let Some(found @ (Look::Json | Look::Xml)) = described {
        return found;
    }
    // The first bytes may be what is damaged: whole records further on are better evidence.
    let rows = tables::look(head, whole);
    if !matches!(rows, Look::Other(_)) {
        return rows;
    }
    let further_on = [
        documents::json(start, whole).filter(|look| *look == Look::Json),
        Some(documents::xml(start)).filter(|look| *look == Look::Xml),
    ];
    further_on
        .into_iter()
        .flatten()
        .next()
        .or(described)
        .unwrap_or(rows)
}

/// "1 line", "2 lines".
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
