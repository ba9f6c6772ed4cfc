//! An exported CSV file, compared with what the server holds.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use pbx_api::{InstantMs, Leg};

use crate::truth::Truth;

/// Fails unless the file has exactly these legs, each with what the server knows of it.
pub fn compare(file: &Path, truth: &Truth, legs: &[&Leg]) -> Result<()> {
    let mut reader = csv::Reader::from_path(file)
        .with_context(|| format!("{} can't be read", file.display()))?;
    let names: HashMap<String, usize> = reader
        .headers()?
        .iter()
        .enumerate()
        .map(|(at, name)| (name.to_owned(), at))
        .collect();
    let mut expected: HashMap<String, &Leg> =
        legs.iter().map(|leg| (leg.id.to_string(), *leg)).collect();
    for (line, row) in reader.records().enumerate() {
        let row = row?;
        let cell = |name: &str| -> Result<&str> {
            names
                .get(name)
                .and_then(|at| row.get(*at))
                .with_context(|| format!("no column {name}"))
        };
        let id = cell("leg_id")?;
        let leg = expected.remove(id).with_context(|| {
            format!("row {}: {id} is not expected, or is there twice", line + 2)
        })?;
        let client = truth
            .clients
            .iter()
            .find(|client| client.id == leg.client)
            .map_or("", |client| client.name.as_str());
        let texts = [
            ("client", client),
            ("from_number", &leg.from_number),
            ("from_e164", leg.from_e164.as_deref().unwrap_or_default()),
            ("from_name", &leg.from_name),
            ("to_number", &leg.to_number),
            ("to_e164", leg.to_e164.as_deref().unwrap_or_default()),
            ("source_id", &leg.source_id),
        ];
        for (name, wanted) in texts {
            // A cell that a spreadsheet would run has an apostrophe before it.
            let there = cell(name)?;
            ensure!(
                there == wanted || there.strip_prefix('\'') == Some(wanted),
                "{id}: {name} is {there:?}, not {wanted:?}"
            );
        }
        let words = [
            ("direction", serde_json::to_value(leg.direction)?),
            ("result", serde_json::to_value(leg.result)?),
            ("recording", serde_json::to_value(leg.recording)?),
        ];
        for (name, wanted) in words {
            ensure!(
                wanted == cell(name)?,
                "{id}: {name} is {:?}, not {wanted}",
                cell(name)?
            );
        }
        for (name, wanted) in [
            ("ring_seconds", leg.ring_seconds),
            ("talk_seconds", leg.talk_seconds),
        ] {
            ensure!(
                cell(name)? == wanted.to_string(),
                "{id}: {name} is {:?}, not {wanted}",
                cell(name)?
            );
        }
        ensure!(
            cell("call_id")? == leg.call.to_string(),
            "{id}: another call"
        );
        ensure!(
            instant(cell("started")?)? == Some(leg.started_at_ms),
            "{id}: started {:?}",
            cell("started")?
        );
        ensure!(
            instant(cell("answered")?)? == leg.answered_at_ms,
            "{id}: answered {:?}",
            cell("answered")?
        );
        ensure!(
            instant(cell("ended")?)? == Some(leg.ended_at_ms),
            "{id}: ended {:?}",
            cell("ended")?
        );
    }
    ensure!(
        expected.is_empty(),
        "{} legs are not in the file",
        expected.len()
    );
    Ok(())
}

fn instant(text: &str) -> Result<Option<InstantMs>> {
    if text.is_empty() {
        return Ok(None);
    }
    let at: Timestamp = text
        .parse()
        .with_context(|| format!("{text:?} is no time with an offset"))?;
    Ok(Some(at.as_millisecond()))
}
