//! The monthly report by client and user, beside the same sums in SQL.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use pbx_api::{CallResult, Direction, NumberClass};
use rusqlite::{Connection, params};
use tandem::reports::{Report, ReportFigures, ReportInput, report};
use tandem_cache::{Cache, CallFilter};

use super::plain::PRAGMAS;
use super::{corpus, median, ratio, timed};

/// The report is asked for this often, and the middle time counts.
const ASKED: usize = 5;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Month, client and user; a call can be nobody's.
type Key = (String, String, Option<String>);

/// One table of calls as an application would keep it for reports: what a call comes to is worked
/// out when it is written, its class, month and hour too, so that a question is one `group by`.
struct Peer(Connection);

const TABLE: &str = "create table call (id text primary key, client text, user text, month text,
    weekday integer, hour integer, class text, answered integer, talk integer) without rowid";

/// What the table of the report shows.
const ROWS: &str = "select month, client, user, count(*), sum(answered), sum(talk),
        coalesce(sum(talk) filter (where class = 'inbound'), 0),
        coalesce(sum(talk) filter (where class = 'internal'), 0),
        coalesce(sum(talk) filter (where class = 'emergency'), 0),
        coalesce(sum(talk) filter (where class = 'toll_free'), 0),
        coalesce(sum(talk) filter (where class = 'canada'), 0),
        coalesce(sum(talk) filter (where class = 'us'), 0),
        coalesce(sum(talk) filter (where class = 'other_nanp'), 0),
        coalesce(sum(talk) filter (where class = 'international'), 0),
        coalesce(sum(talk) filter (where class = 'other'), 0)
    from call group by month, client, user";
/// From which the busiest hour of a row is seen.
const HOURS: &str =
    "select month, client, user, hour, count(*) from call group by month, client, user, hour";
const WEEK: &str = "select weekday, hour, count(*) from call group by weekday, hour";

impl Peer {
    fn fill(path: &Path, calls: u64) -> Result<Self> {
        let mut db = Connection::open(path)?;
        db.execute_batch(PRAGMAS)?;
        db.execute_batch(TABLE)?;
        let tx = db.transaction()?;
        {
            let mut insert = tx.prepare(
                "insert into call values (?1, ?2, ?3, strftime('%Y-%m', ?4, 'unixepoch'),
                    (strftime('%w', ?4, 'unixepoch') + 6) % 7, strftime('%H', ?4, 'unixepoch'),
                    ?5, ?6, ?7)",
            )?;
            for call in 0..calls {
                let legs = corpus::legs(call, calls);
                let first = legs.first().context("a call has a leg")?;
                let answered = legs.iter().any(|leg| leg.result == CallResult::Answered);
                let class = match first.direction {
                    Direction::Inbound => "inbound",
                    Direction::Internal => "internal",
                    Direction::Outbound => class(&first.to_number),
                };
                insert.execute(params![
                    first.call.to_string(),
                    first.client.to_string(),
                    first.user.map(|user| user.to_string()),
                    first.started_at_ms.div_euclid(1000),
                    class,
                    answered,
                    legs.iter().map(|leg| leg.talk_seconds).max(),
                ])?;
            }
        }
        tx.commit()?;
        db.execute_batch("analyze")?;
        Ok(Self(db))
    }

    /// The whole report, each figure of it read.
    fn report(&self) -> Result<HashMap<Key, ReportFigures>> {
        let key = |row: &rusqlite::Row| -> rusqlite::Result<Key> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        };
        // SQLite counts with a sign.
        let sum = |row: &rusqlite::Row, at: usize| -> Result<u64> {
            Ok(u64::try_from(row.get::<_, i64>(at)?)?)
        };
        let mut told = HashMap::new();
        let mut statement = self.0.prepare(ROWS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let outbound = tandem::reports::ClassSeconds {
                emergency: sum(row, 8)?,
                toll_free: sum(row, 9)?,
                canada: sum(row, 10)?,
                us: sum(row, 11)?,
                other_nanp: sum(row, 12)?,
                international: sum(row, 13)?,
                other: sum(row, 14)?,
            };
            let figures = ReportFigures {
                calls: sum(row, 3)?,
                answered_calls: sum(row, 4)?,
                talk_seconds: sum(row, 5)?,
                inbound_seconds: sum(row, 6)?,
                internal_seconds: sum(row, 7)?,
                outbound,
                busiest_hour: None,
            };
            told.insert(key(row)?, figures);
        }
        let mut busiest: HashMap<Key, (i64, u8)> = HashMap::new();
        let mut statement = self.0.prepare(HOURS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (hour, calls): (u8, i64) = (row.get(3)?, row.get(4)?);
            let most = busiest.entry(key(row)?).or_insert((calls, hour));
            // The first of hours with as many calls, as ours has it.
            if calls > most.0 {
                *most = (calls, hour);
            }
        }
        for (key, (_, hour)) in busiest {
            if let Some(figures) = told.get_mut(&key) {
                figures.busiest_hour = Some(hour);
            }
        }
        let mut statement = self.0.prepare(WEEK)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let _: (u8, u8, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        }
        Ok(told)
    }
}

fn class(number: &str) -> &'static str {
    let dialled = pbx_numbers::classify(number, corpus::COUNTRY, |_| false);
    match dialled.map(|dialled| dialled.class) {
        Some(NumberClass::Emergency) => "emergency",
        Some(NumberClass::TollFree) => "toll_free",
        Some(NumberClass::Canada) => "canada",
        Some(NumberClass::Us) => "us",
        Some(NumberClass::OtherNanp) => "other_nanp",
        Some(NumberClass::International) => "international",
        Some(NumberClass::Extension) | None => "other",
    }
}

/// Measures the report of a filled cache.
///
/// # Errors
/// When the peer can't be filled or asked, or answers something else.
pub fn measure(cache: &Cache, folder: &Path, calls: u64) -> Result<()> {
    let input = ReportInput {
        filter: CallFilter::default(),
        zone: "UTC".to_owned(),
        by_month: true,
        by_client: true,
        by_user: true,
    };
    println!("Monthly report by client and user over {calls} calls");
    println!("peer: one SQLite table of calls with their class, month and hour; {PRAGMAS}");
    let peer = Peer::fill(&folder.join("report.sqlite3"), calls)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut told = None;
    for _ in 0..ASKED {
        cache.forget_answers();
        let (answer, took) = timed(|| report(cache, &input, corpus::NEWEST_MS + DAY_MS));
        ours.push(took);
        let (expected, took) = timed(|| peer.report());
        theirs.push(took);
        told = Some((answer?, expected?));
    }
    let (answer, expected) = told.context("it was asked for")?;
    compare(&answer, &expected)?;
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "{} rows: {:.1} ms, the peer {:.1} ms, ratio {:.1} (goal 1.0)\n",
        expected.len(),
        ours.as_secs_f64() * 1000.0,
        theirs.as_secs_f64() * 1000.0,
        ratio(ours, theirs)
    );
    Ok(())
}

/// Both say the same, or the times mean nothing. A table leaves out what it does not hold.
fn compare(answer: &Report, expected: &HashMap<Key, ReportFigures>) -> Result<()> {
    let all = answer.rows.len() as u64 + answer.left_out;
    ensure!(
        all == expected.len() as u64,
        "{all} rows, the peer has {}",
        expected.len()
    );
    for row in &answer.rows {
        let key = (
            row.month.clone().unwrap_or_default(),
            row.client.map(|id| id.to_string()).unwrap_or_default(),
            row.user.map(|id| id.to_string()),
        );
        ensure!(
            expected.get(&key) == Some(&row.figures),
            "{key:?}: {:?}, the peer has {:?}",
            row.figures,
            expected.get(&key)
        );
    }
    let calls: u64 = expected.values().map(|figures| figures.calls).sum();
    ensure!(
        answer.total.calls == calls,
        "{} calls, the peer has {calls}",
        answer.total.calls
    );
    Ok(())
}
