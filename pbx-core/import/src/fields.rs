//! A row as named values, whatever it was read from.

use std::borrow::Cow;

use crate::{csv::split::Cells, text::decode};

/// Named values of one record.
pub(crate) trait Fields {
    /// The value under exactly this name; `None` where the row has no such column.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;

    /// The first of the names that has a value; trimmed.
    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let value = self.get(name)?;
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        })
    }

    /// The value, trimmed; empty where there is none.
    fn text(&self, name: &str) -> String {
        self.first(&[name]).unwrap_or_default()
    }
}

/// Cells under the names of a layout (or of a file's first line).
pub(crate) struct NamedCells<'a, N> {
    pub names: [&'a [N]; 2],
    pub cells: &'a Cells,
}

impl<N: AsRef<str>> Fields for NamedCells<'_, N> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let [first, rest] = self.names;
        let at = first
            .iter()
            .position(|known| known.as_ref() == name)
            .or_else(|| {
                let at = rest.iter().position(|known| known.as_ref() == name)?;
                Some(first.len() + at)
            })?;
        self.cells.get(at).map(decode)
    }
}

/// Names and values side by side: JSON, XML, SQLite.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pairs(pub Vec<(Cow<'static, str>, String)>);

impl Fields for Pairs {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(Cow::Borrowed(value))
    }
}
