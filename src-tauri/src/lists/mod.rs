//! Lists that are not in the change feed: asked of the server, kept for when it can't be reached.
//! And any list of a page, written to a file.

mod export;
#[cfg(test)]
mod tests;

use pbx_api::{Code, InstantMs, Problem};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::active::Active;
use crate::clock::now_ms;

pub use export::{ExportList, ExportedList, export};

/// Rows that a page shows at most.
pub const ROWS_MAX: usize = 100_000;
/// A server that always has another page is not believed for ever.
const PAGES_MAX: usize = 1000;
/// A longer answer is shown and not kept.
const KEPT_MAX_BYTES: usize = 16 * 1024 * 1024;

/// A list and how fresh it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    /// When the server said so.
    #[ts(type = "number")]
    pub as_of_ms: InstantMs,
    /// The server can't be reached: this is what it said last.
    pub offline: bool,
}

/// What a server answers to a list: everything, or a page of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    All(Vec<T>),
    Page {
        rows: Vec<T>,
        #[serde(default)]
        next: Option<String>,
    },
}

#[derive(Serialize)]
struct Keep<'a, T> {
    as_of_ms: InstantMs,
    rows: &'a [T],
}

#[derive(Deserialize)]
struct Kept<T> {
    as_of_ms: InstantMs,
    rows: Vec<T>,
}

/// Reads a list by its path on the server, such as `/v1/blocks`: all pages, each asked for by
/// `after=` and what the page before said is next. `name` is what the answer is kept by; a list
/// that is asked in several ways has a name for each.
///
/// A write then says `desktop.events.changed(&[Tag::…])`, and whoever shows the list reads it anew.
///
/// # Errors
/// What the server says; `Offline` when it can't be reached and nothing was kept.
pub async fn read<T>(active: &Active, name: &str, path: &str) -> Result<Listed<T>, Problem>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    read_first(active, name, path, ROWS_MAX).await
}

/// Reads the first rows of a list that can be longer than anybody looks through.
///
/// # Errors
/// What the server says; `Offline` when it can't be reached and nothing was kept.
pub async fn read_first<T>(
    active: &Active,
    name: &str,
    path: &str,
    most: usize,
) -> Result<Listed<T>, Problem>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let name = format!("list {name}");
    match first(active, path, most).await {
        Ok(rows) => {
            let as_of_ms = now_ms();
            keep(active, name, as_of_ms, &rows).await;
            Ok(Listed {
                rows,
                as_of_ms,
                offline: false,
            })
        }
        Err(problem) if problem.code == Code::Offline => kept(active, name).await.ok_or(problem),
        Err(problem) => Err(problem),
    }
}

/// What a list had when it was last read, without asking for it; nothing where it never was.
pub async fn last<T>(active: &Active, name: &str) -> Option<Vec<T>>
where
    T: DeserializeOwned + Send + 'static,
{
    let listed = kept(active, format!("list {name}")).await?;
    Some(listed.rows)
}

async fn first<T: DeserializeOwned>(
    active: &Active,
    path: &str,
    most: usize,
) -> Result<Vec<T>, Problem> {
    let mut all = Vec::new();
    let mut asked = path.to_owned();
    for _ in 0..PAGES_MAX {
        match active.session.get(&asked).await? {
            Answer::All(rows) => return Ok(rows),
            Answer::Page { rows, next } => {
                all.extend(rows);
                let Some(next) = next else { return Ok(all) };
                asked = after(path, &next);
            }
        }
        if all.len() >= most {
            break;
        }
    }
    all.truncate(most);
    Ok(all)
}

fn after(path: &str, next: &str) -> String {
    let mut url = Url::parse("http://server")
        .and_then(|server| server.join(path))
        .expect("paths are written in this program");
    url.query_pairs_mut().append_pair("after", next);
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// A list that can't be kept is still shown.
async fn keep<T: Serialize>(active: &Active, name: String, as_of_ms: InstantMs, rows: &[T]) {
    let text = serde_json::to_vec(&Keep { as_of_ms, rows }).unwrap_or_default();
    let cache = std::sync::Arc::clone(&active.cache);
    let kept = crate::blocking(move || {
        if text.is_empty() || text.len() > KEPT_MAX_BYTES {
            cache.drop_value(&name)
        } else {
            cache.set_value(&name, &text)
        }
        .map_err(crate::calls::problem)
    });
    if let Err(problem) = kept.await {
        tracing::warn!(%problem, "a list was not kept");
    }
}

/// Nothing where nothing was kept, or where another version or damage made it unreadable.
async fn kept<T: DeserializeOwned + Send + 'static>(
    active: &Active,
    name: String,
) -> Option<Listed<T>> {
    let cache = std::sync::Arc::clone(&active.cache);
    let text = crate::blocking(move || cache.value(&name).map_err(crate::calls::problem));
    let Kept { as_of_ms, rows } = serde_json::from_slice(&text.await.ok().flatten()?).ok()?;
    Some(Listed {
        rows,
        as_of_ms,
        offline: true,
    })
}
