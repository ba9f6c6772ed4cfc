//! `pbx-core import`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;
use pbx_api::ImportSummary;
use pbx_import::{Format, Options, Rules};

use super::audio::Audio;
use super::directory::{Directory, Mapping};
use super::reader::{self, Event};
use super::rejects::Rejects;
use super::write::Import;
use crate::clock::World;
use crate::config::Config;
use crate::db::{Db, Tenant};
use crate::recordings::{Attached, Store, attach};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Realm of the reseller.
    #[arg(long)]
    reseller: String,
    /// Realm of the client whose records these all are. Without it and without --map, a record's
    /// account or domain is looked for among the clients' realms.
    #[arg(long, conflicts_with = "map")]
    client: Option<String>,
    /// File of rules that say whose a record is, such as `account = acct-10* -> acme`.
    #[arg(long)]
    map: Option<PathBuf>,
    /// IANA name of the zone of the switch's clock, such as America/New_York.
    #[arg(long)]
    time_zone: String,
    /// The format, where it should not be recognised.
    #[arg(long, help = format_help())]
    format: Option<Format>,
    /// Folder of recordings, tied to records by the names and unique ids that they carry.
    #[arg(long)]
    recordings: Option<PathBuf>,
    /// Where rejected rows go; the default is a file in the data folder.
    #[arg(long)]
    rejects: Option<PathBuf>,
    /// Prints the summary as one JSON object.
    #[arg(long)]
    json: bool,
    /// Files, or folders of files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Runs the command. The exit code is 2 when a file was refused, and when no record
/// was added or there already.
///
/// # Errors
/// With words for the operator.
pub async fn run(config: &Config, world: World, asked: Arguments) -> anyhow::Result<ExitCode> {
    let time_zone = TimeZone::get(&asked.time_zone)
        .map_err(|_| anyhow::anyhow!("{} is not a time zone's IANA name", asked.time_zone))?;
    let files = reader::files(&asked.files).context("listing the files")?;
    let audio = asked
        .recordings
        .as_deref()
        .map(|folder| Audio::list(folder).with_context(|| format!("listing {}", folder.display())))
        .transpose()?;
    let mapping = mapping(&asked)?;
    let mut rejects = Rejects::new(asked.rejects.clone().unwrap_or_else(|| {
        config
            .data_dir
            .join("rejects")
            .join(format!("{}.csv", world.id()))
    }));

    let db = Db::open(&config.database).await?;
    let tenant = crate::admin::tenant(&db, &asked.reseller).await?;
    let directory = Directory::load(&db, tenant, &asked.reseller.to_lowercase()).await?;
    directory.check(&mapping).map_err(anyhow::Error::msg)?;

    let bar = progress(&files);
    let mut batches = reader::read_paths(
        files,
        Options {
            format: asked.format,
            time_zone,
        },
    );
    let mut import = Import::new(&db, &world, tenant, &directory, &mapping, audio);
    while let Some(batch) = batches.recv().await {
        let bytes: usize = batch.iter().map(row_bytes).sum();
        rejects.write(&import.take(batch).await?)?;
        bar.inc(bytes as u64);
    }
    bar.finish_and_clear();

    let stored = match &import.audio {
        Some(audio) => Some(store_audio(config, &db, &world, tenant, audio).await?),
        None => None,
    };
    let summary = import.summary.sums();
    tell(&summary, asked.json)?;
    let mut notes = std::io::stderr();
    if let Some(stored) = stored {
        writeln!(notes, "{stored}")?;
    }
    if let Some(path) = rejects.written() {
        writeln!(
            notes,
            "{} rejected rows are in {}",
            summary.rejected,
            path.display()
        )?;
    }
    for why in &import.refused {
        writeln!(notes, "pbx-core: {why}")?;
    }
    let all_taken = import.refused.is_empty();
    let nothing = nothing_taken(&summary).filter(|_| all_taken);
    if let Some(why) = nothing {
        writeln!(notes, "pbx-core: {why}")?;
    }
    drop(import);
    db.close().await;
    Ok(if all_taken && nothing.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

fn format_help() -> String {
    let names: Vec<&str> = Format::names().collect();
    format!(
        "The format, where it should not be recognised: {}",
        names.join(", ")
    )
}

/// Why an import that took no record at all did not succeed.
fn nothing_taken(summary: &ImportSummary) -> Option<&'static str> {
    if summary.added + summary.already_there > 0 {
        None
    } else if summary.read == 0 {
        Some("nothing was imported: there was no row to read")
    } else {
        Some("nothing was imported: every row was rejected")
    }
}

fn mapping(asked: &Arguments) -> anyhow::Result<Mapping> {
    if let Some(client) = &asked.client {
        return Ok(Mapping::Client(client.clone()));
    }
    let Some(path) = &asked.map else {
        return Ok(Mapping::Realm);
    };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let rules = Rules::parse(&text).with_context(|| format!("in {}", path.display()))?;
    Ok(Mapping::Rules(rules))
}

fn row_bytes(event: &Event) -> usize {
    match event {
        Event::Row(record) => record.raw.len() + 1,
        Event::Rejected(row) => row.row.len() + 1,
        Event::File(_) | Event::Refused(_) => 0,
    }
}

/// A bar over the bytes of all files, on a terminal only.
fn progress(files: &[PathBuf]) -> ProgressBar {
    let bytes = files
        .iter()
        .filter_map(|path| path.metadata().ok())
        .map(|file| file.len())
        .sum();
    let bar = ProgressBar::new(bytes);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
    ) {
        bar.set_style(style);
    }
    bar
}

/// Stores the recordings that found their legs, and says how many did.
async fn store_audio(
    config: &Config,
    db: &Db,
    world: &World,
    tenant: Tenant,
    audio: &Audio,
) -> anyhow::Result<String> {
    let store = Store::open(&config.recordings)?;
    let fitting = audio.fitting();
    let (mut stored, mut there, mut failed) = (0_usize, 0_usize, Vec::new());
    for (path, leg) in &fitting {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match attach(db, &store, world, tenant, *leg, path, &name).await {
            Ok(Attached::Stored) => stored += 1,
            Ok(Attached::AlreadyThere) => there += 1,
            Err(fault) => failed.push(format!("\npbx-core: {}: {fault}", path.display())),
        }
    }
    let left = audio.len() - fitting.len();
    Ok(format!(
        "recordings: {stored} stored, {there} already there, {left} fit no record, {} failed{}",
        failed.len(),
        failed.concat()
    ))
}

fn tell(summary: &ImportSummary, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    if json {
        writeln!(out, "{}", serde_json::to_string(summary)?)?;
    } else {
        writeln!(
            out,
            "{} rows read: {} added, {} already there, {} rejected\n\
             {} calls, {} of them answered, {} billable seconds",
            summary.read,
            summary.added,
            summary.already_there,
            summary.rejected,
            summary.calls,
            summary.answered_calls,
            summary.billable_seconds
        )?;
    }
    Ok(())
}
