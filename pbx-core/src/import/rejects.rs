//! Rejected rows, kept aside in a file: nothing is dropped silently.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use pbx_api::RejectedRow;

/// A CSV of file, line, reason and the row as it stood; made when the first row comes.
pub struct Rejects {
    path: PathBuf,
    open: Option<BufWriter<File>>,
}

impl Rejects {
    pub fn new(path: PathBuf) -> Self {
        Self { path, open: None }
    }

    /// # Errors
    /// When the file can't be written.
    pub fn write(&mut self, rows: &[RejectedRow]) -> anyhow::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let failed = || format!("writing rejected rows to {}", self.path.display());
        if self.open.is_none() {
            if let Some(folder) = self
                .path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
            {
                std::fs::create_dir_all(folder).with_context(failed)?;
            }
            let mut file = BufWriter::new(File::create(&self.path).with_context(failed)?);
            file.write_all(b"file,line,reason,row\r\n")
                .with_context(failed)?;
            self.open = Some(file);
        }
        if let Some(file) = &mut self.open {
            for row in rows {
                let line = format!(
                    "{},{},{},{}\r\n",
                    quoted(&row.file),
                    row.line,
                    quoted(&row.reason),
                    quoted(&row.row)
                );
                file.write_all(line.as_bytes()).with_context(failed)?;
            }
            // An import that is killed has kept what it rejected.
            file.flush().with_context(failed)?;
        }
        Ok(())
    }

    /// The file, when there were rejected rows.
    pub fn written(&self) -> Option<&Path> {
        self.open.is_some().then_some(self.path.as_path())
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
