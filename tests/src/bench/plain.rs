//! The peer: the same legs in a plain SQLite table, asked in SQL.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use pbx_api::Leg;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use tandem_cache::{CallFilter, Sort, SortBy};

use super::timed;

/// Printed with the figures: the peer runs as a careful application would run it.
pub const PRAGMAS: &str = "pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -262144; pragma mmap_size = 4294967296;";
const PAGE: i64 = 100;

/// One table, with an index on time.
pub struct Plain(Connection);

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Plain {
    /// # Errors
    /// When the file can't be written.
    pub fn fill(
        path: &Path,
        legs: impl Iterator<Item = Leg>,
        client_name: impl Fn(&Leg) -> String,
    ) -> Result<Self> {
        let mut db = Connection::open(path)?;
        db.execute_batch(PRAGMAS)?;
        db.execute_batch(
            "create table leg (id text primary key, call text, client text, client_name text, user text,
             direction text, result text, started_at_ms integer, ring integer, talk integer, from_number text,
             from_name text, to_number text, cause integer, recording text) without rowid",
        )?;
        let tx = db.transaction()?;
        {
            let mut insert =
                tx.prepare("insert into leg values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")?;
            for leg in legs {
                insert.execute(params![
                    leg.id.to_string(),
                    leg.call.to_string(),
                    leg.client.to_string(),
                    client_name(&leg),
                    leg.user.map(|user| user.to_string()),
                    word(leg.direction),
                    word(leg.result),
                    leg.started_at_ms,
                    leg.ring_seconds,
                    leg.talk_seconds,
                    leg.from_e164.unwrap_or(leg.from_number),
                    leg.from_name,
                    leg.to_e164.unwrap_or(leg.to_number),
                    leg.cause,
                    word(leg.recording),
                ])?;
            }
        }
        tx.commit()?;
        db.execute_batch("create index leg_time on leg (started_at_ms); analyze")?;
        Ok(Self(db))
    }

    /// How long the first page of a question takes.
    ///
    /// # Errors
    /// When the question can't be asked.
    pub fn first_page(&self, filter: &CallFilter, sort: Sort) -> Result<Duration> {
        let (condition, values) = condition(filter);
        let column = match sort.by {
            SortBy::StartedAt | SortBy::Legs => "started_at_ms",
            SortBy::Direction => "direction",
            SortBy::Client => "client_name",
            SortBy::User => "user",
            SortBy::From => "from_number",
            SortBy::To => "to_number",
            SortBy::Name => "from_name",
            SortBy::Ring => "ring",
            SortBy::Talk => "talk",
            SortBy::Result => "result",
            SortBy::Cause => "cause",
            SortBy::Recording => "recording",
        };
        let way = if sort.descending { "desc" } else { "asc" };
        let sql = format!(
            "select * from leg where {condition} order by {column} {way}, started_at_ms desc limit {PAGE}"
        );
        let mut statement = self.0.prepare(&sql)?;
        let (rows, took) = timed(|| -> Result<usize> {
            let mut rows = statement.query(params_from_iter(values))?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                let _: String = row.get(0)?;
                count += 1;
            }
            Ok(count)
        });
        rows?;
        Ok(took)
    }
}

fn condition(filter: &CallFilter) -> (String, Vec<Value>) {
    let mut all = vec!["1".to_owned()];
    let mut values = Vec::new();
    let mut add = |sql: &str, value: Value| {
        values.push(value);
        all.push(sql.to_owned());
    };
    if let Some(ms) = filter.from_ms {
        add("started_at_ms >= ?", ms.into());
    }
    if let Some(ms) = filter.until_ms {
        add("started_at_ms < ?", ms.into());
    }
    if let Some(seconds) = filter.talk_min_seconds {
        add("talk >= ?", i64::from(seconds).into());
    }
    let digits: String = filter.number.chars().filter(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        add(
            "instr(from_number || ' ' || to_number, ?) > 0",
            digits.into(),
        );
    }
    if !filter.name.is_empty() {
        add(
            "instr(lower(from_name), ?) > 0",
            filter.name.to_lowercase().into(),
        );
    }
    if !filter.text.is_empty() {
        let text = filter.text.to_lowercase();
        add(
            "instr(lower(from_name || ' ' || from_number || ' ' || to_number || ' ' || client_name), ?) > 0",
            text.into(),
        );
    }
    if filter.recorded {
        add("recording = ?", "available".to_owned().into());
    }
    let lists: [(&str, Vec<String>); 3] = [
        (
            "client",
            filter.clients.iter().map(ToString::to_string).collect(),
        ),
        ("direction", filter.directions.iter().map(word).collect()),
        ("result", filter.results.iter().map(word).collect()),
    ];
    for (column, list) in lists {
        if !list.is_empty() {
            all.push(format!("{column} in ({})", vec!["?"; list.len()].join(",")));
            values.extend(list.into_iter().map(Value::from));
        }
    }
    (all.join(" and "), values)
}
