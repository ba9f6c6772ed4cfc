//! A list as it is shown, written to a file that the person chooses.

use std::path::Path;
use std::sync::Arc;

use pbx_api::{Problem, Rule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ROWS_MAX;
use crate::Desktop;
use crate::export::csv::CsvFile;
use crate::export::file_name;

const COLUMNS_MAX: usize = 50;

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ExportList {
    /// What the list is called; the dialog suggests it as the file's name.
    pub name: String,
    /// The columns as they are shown, in their order.
    pub header: Vec<String>,
    /// At most 100 000, as they are shown, in their order.
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportedList {
    pub path: String,
    #[ts(type = "number")]
    pub rows: u64,
}

/// Asks where to and writes the file. Nothing: the person cancelled.
///
/// # Errors
/// `Invalid` when there is too much; `Disk` when the file can't be written.
pub async fn export(
    desktop: Arc<Desktop>,
    input: ExportList,
) -> Result<Option<ExportedList>, Problem> {
    let columns = input.header.len();
    if columns == 0 || columns > COLUMNS_MAX || input.rows.iter().any(|row| row.len() != columns) {
        return Err(Problem::broken("header", Rule::MoreCellsThanHeader));
    }
    if input.rows.len() > ROWS_MAX {
        let most = u32::try_from(ROWS_MAX).unwrap_or(u32::MAX);
        return Err(Problem::broken("rows", Rule::TableRowsAtMost { most }));
    }
    let suggested = file_name(&format!("{}.csv", input.name));
    let Some(path) = desktop.shell.save_dialog(suggested).await else {
        return Ok(None);
    };
    crate::blocking(move || {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let mut file = CsvFile::create(folder, input.header.iter().map(String::as_str))?;
        for row in &input.rows {
            file.cells(row.iter().map(String::as_str))?;
        }
        let written = file.finish()?;
        let rows = written.rows;
        written.place(&path, true)?;
        Ok(Some(ExportedList {
            path: path.display().to_string(),
            rows,
        }))
    })
    .await
}
