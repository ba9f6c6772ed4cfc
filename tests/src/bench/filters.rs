//! The forty recorded questions, from a file, and how they are put to the cache.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;
use tandem_cache::{CallFilter, Sort};

use super::corpus;

const COUNT: usize = 40;

/// A question as the file has it. Clients go by their number in the corpus.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub name: String,
    #[serde(default)]
    clients: Vec<u64>,
    #[serde(default)]
    pub filter: CallFilter,
    #[serde(default)]
    pub sort: Sort,
}

/// # Errors
/// When the file is not there, can't be read, or doesn't hold forty.
pub fn read(root: &Path) -> Result<Vec<Question>> {
    let path = root.join("tests/bench/filters.json");
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let mut questions: Vec<Question> = serde_json::from_slice(&text)?;
    ensure!(
        questions.len() == COUNT,
        "{} questions, not {COUNT}",
        questions.len()
    );
    for question in &mut questions {
        let clients = question.clients.iter().map(|n| corpus::client_id(*n));
        question.filter.clients.extend(clients);
    }
    Ok(questions)
}
