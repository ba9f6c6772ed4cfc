//! Export to CSV: what is filtered, in files of at most 100 000 rows.

pub(crate) mod csv;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use pbx_api::{Code, Problem, Rule};
use serde::{Deserialize, Serialize};
use tandem_cache::CallFilter;
use ts_rs::TS;

use crate::active::Active;
use crate::calls::Filtered;
use crate::jobs::{Job, JobKind, Running, Unit};
use crate::{Desktop, notify};

/// Records in one file: a rule of the server's as well.
pub const ROWS_MAX: u64 = 100_000;
const NAME_MAX: usize = 120;

#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct ExportPlan {
    /// Rows that would be written: one a leg.
    pub legs: u64,
    pub files: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChoosePath {
    pub suggested: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChosenPath {
    /// None: the person cancelled.
    pub path: Option<String>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ExportStart {
    pub filter: CallFilter,
    /// IANA name, or `client` for each client's own zone.
    pub zone: String,
    /// As the dialog gave it. Several files are numbered.
    pub path: String,
    /// Also write what was exported, with the hash of each file.
    pub manifest: bool,
    /// False: only the newest 100 000 rows.
    pub all_files: bool,
}

/// In which zone a row's times are written.
#[derive(Debug, Clone)]
pub(crate) enum Zones {
    One(TimeZone),
    Clients(std::collections::HashMap<pbx_api::ClientId, TimeZone>),
}

pub async fn plan(desktop: Arc<Desktop>, input: Filtered) -> Result<ExportPlan, Problem> {
    let active = desktop.active()?;
    let legs = crate::blocking(move || {
        Ok(active
            .cache
            .totals(&input.filter)
            .map_err(crate::calls::problem)?
            .legs)
    })
    .await?;
    Ok(ExportPlan {
        legs,
        files: legs.div_ceil(ROWS_MAX).max(1),
        limit: ROWS_MAX,
    })
}

/// A name that a dialog may suggest: no folders, nothing hidden.
pub(crate) fn file_name(suggested: &str) -> String {
    let name: String = suggested
        .chars()
        .map(|c| {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                '-'
            } else {
                c
            }
        })
        .take(NAME_MAX)
        .collect();
    let name = name.trim_start_matches(['.', ' ']);
    if name.is_empty() {
        "calls.csv".to_owned()
    } else {
        name.to_owned()
    }
}

pub async fn choose_path(desktop: Arc<Desktop>, input: ChoosePath) -> Result<ChosenPath, Problem> {
    let chosen = desktop.shell.save_dialog(file_name(&input.suggested)).await;
    Ok(ChosenPath {
        path: chosen.map(|path| desktop.allow_path(path)),
    })
}

/// Where the files go: as chosen when there is one, else numbered.
fn paths(chosen: &Path, files: u64) -> Vec<PathBuf> {
    if files <= 1 {
        return vec![chosen.to_owned()];
    }
    let stem = chosen.file_stem().unwrap_or_default().to_string_lossy();
    let ending = chosen
        .extension()
        .map_or_else(|| "csv".into(), |e| e.to_string_lossy());
    (1..=files)
        .map(|n| chosen.with_file_name(format!("{stem}-{n}.{ending}")))
        .collect()
}

pub async fn start(desktop: Arc<Desktop>, input: ExportStart) -> Result<Job, Problem> {
    let active = desktop.active()?;
    let chosen = desktop.take_path(&input.path)?;
    let zones = if input.zone == "client" {
        let clients = active.cache.directory().0;
        Zones::Clients(
            clients
                .into_iter()
                .filter_map(|client| Some((client.id, TimeZone::get(&client.time_zone).ok()?)))
                .collect(),
        )
    } else {
        Zones::One(crate::home::zone(&input.zone)?)
    };
    let plan = plan(
        Arc::clone(&desktop),
        Filtered {
            filter: input.filter.clone(),
        },
    )
    .await?;
    let files = if input.all_files { plan.files } else { 1 };
    let paths = paths(&chosen, files);
    // The dialog asked about the chosen name only.
    if let Some(there) = paths
        .iter()
        .skip(usize::from(files <= 1))
        .find(|path| path.exists())
    {
        let name = there.file_name().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        return Err(Problem::broken("path", Rule::FileThere { name }));
    }
    let rows = plan.legs.min(files * ROWS_MAX);
    let title = chosen
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let (started, first) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let mut running = desktop.jobs.start(JobKind::Export, title, rows, Unit::Rows);
        let _ = started.send(running.job().clone());
        let result = write(&active, &input, &zones, &paths, &mut running);
        notify::ended(&desktop, &running.end(result));
    });
    first
        .await
        .map_err(|_| Problem::new(Code::Internal).because(Rule::BrokeOff))
}

/// Writes all files beside their places and moves them there at the end, so that an export that
/// fails or is cancelled leaves nothing.
fn write(
    active: &Active,
    input: &ExportStart,
    zones: &Zones,
    paths: &[PathBuf],
    running: &mut Running,
) -> Result<Vec<PathBuf>, Problem> {
    let folder = paths[0].parent().unwrap_or_else(|| Path::new("."));
    let mut written: Vec<csv::Written> = Vec::new();
    let mut file = csv::CsvFile::create(folder, csv::LEG_COLUMNS.into_iter())?;
    let mut rows = 0;
    let mut failed = None;
    active
        .cache
        .each_leg(&input.filter, |leg| {
            if running.is_cancelled() {
                return false;
            }
            if file.rows() == ROWS_MAX {
                if written.len() + 1 == paths.len() {
                    return false;
                }
                match csv::CsvFile::create(folder, csv::LEG_COLUMNS.into_iter())
                    .map(|next| std::mem::replace(&mut file, next))
                    .and_then(csv::CsvFile::finish)
                {
                    Ok(full) => written.push(full),
                    Err(problem) => {
                        failed = Some(problem);
                        return false;
                    }
                }
            }
            if let Err(problem) = file.row(&leg, zones) {
                failed = Some(problem);
                return false;
            }
            rows += 1;
            running.progress(rows);
            true
        })
        .map_err(crate::calls::problem)?;
    if let Some(problem) = failed {
        return Err(problem);
    }
    if running.is_cancelled() {
        return Ok(Vec::new());
    }
    written.push(file.finish()?);
    let mut placed = Vec::new();
    let done = place(active, input, written, paths, rows, &mut placed);
    if let Err(problem) = done {
        // The first of several is no export. One file alone took the place that was confirmed.
        if paths.len() > 1 {
            for path in placed {
                let _ = std::fs::remove_file(path);
            }
        }
        return Err(problem);
    }
    Ok(placed)
}

/// Moves whole files to their places. Calls that went away meanwhile can make the last paths
/// unnecessary, never the other way round.
fn place(
    active: &Active,
    input: &ExportStart,
    written: Vec<csv::Written>,
    paths: &[PathBuf],
    rows: u64,
    placed: &mut Vec<PathBuf>,
) -> Result<(), Problem> {
    let files: Vec<_> = written
        .iter()
        .zip(paths)
        .map(|(file, path)| {
            serde_json::json!({
                "name": path.file_name().unwrap_or_default().to_string_lossy(),
                "rows": file.rows,
                "sha256": file.sha256,
            })
        })
        .collect();
    for (file, path) in written.into_iter().zip(paths) {
        // The dialog asked about one name only: numbered ones replace nothing.
        file.place(path, paths.len() == 1)?;
        placed.push(path.clone());
    }
    if input.manifest {
        let path = PathBuf::from(format!("{}.manifest.json", paths[0].display()));
        crate::files::write_json(
            &path,
            &serde_json::json!({
                "account": active.account().email,
                "filter": input.filter,
                "zone": input.zone,
                "rows": rows,
                "files": files,
            }),
        )?;
        placed.push(path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_numbered_and_one_keeps_its_name() {
        let chosen = Path::new("/tmp/May 2026.csv");
        assert_eq!(paths(chosen, 1), [chosen]);
        assert_eq!(
            paths(chosen, 2),
            [
                Path::new("/tmp/May 2026-1.csv"),
                Path::new("/tmp/May 2026-2.csv")
            ]
        );
        assert_eq!(
            paths(Path::new("/tmp/calls"), 2)[1],
            Path::new("/tmp/calls-2.csv")
        );
    }

    #[test]
    fn a_suggested_name_stays_in_its_folder() {
        assert_eq!(file_name("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(file_name(""), "calls.csv");
        assert_eq!(file_name("out-+1202:2.wav"), "out-+1202-2.wav");
    }
}
