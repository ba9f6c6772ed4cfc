//! `tandem-bench [--calls N] [--large] [--only PART]`: what Tandem takes, beside a peer in the same run.
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use pbx_api::Change;
use tandem_cache::{Cache, Key, Sort};
use tandem_tests::bench::{
    corpus, decisions, filters, median, plain, plain::Plain, ratio, report, timed, transfer,
};

const STEP_CALLS: u64 = 10_000;
const PAGE: usize = 100;
/// Each question is asked this often, and its middle time counts.
const ASKED: usize = 5;
const FIRST_PAGE_LIMIT: Duration = Duration::from_millis(50);
const LARGE: u64 = 10_000_000;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut calls, mut large, mut only) = (1_000_000, false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--large" => large = true,
            "--calls" => calls = arguments.next().unwrap_or_default().parse()?,
            "--only" => only = arguments.next(),
            other => anyhow::bail!("{other} is no option"),
        }
    }
    let root = tandem_stage::workspace::root()?;
    let folder = tempfile::tempdir()?;
    let wanted = |part: &str| only.as_deref().is_none_or(|only| only == part);
    if wanted("log") {
        questions(&root, folder.path(), calls)?;
    }
    if wanted("transfer") {
        transfer::measure(&root, folder.path(), calls)?;
    }
    if wanted("decisions") {
        decisions::measure(&root, folder.path(), usize::try_from(calls)?)?;
    }
    if large {
        ten_million(&root, folder.path())?;
    }
    Ok(())
}

fn fill(folder: &Path, calls: u64) -> Result<Cache> {
    let cache = Cache::open(folder, &Key::new(&[1; 32]))?.cache;
    cache.apply(&corpus::directory(), "directory")?;
    let mut call = 0;
    while call < calls {
        let step: Vec<Change> = (call..(call + STEP_CALLS).min(calls))
            .flat_map(|call| corpus::legs(call, calls))
            .map(Change::Leg)
            .collect();
        cache.apply(&step, &call.to_string())?;
        call += STEP_CALLS;
    }
    Ok(cache)
}

/// The time of a first page, never from an answer that is still known.
fn first_page(cache: &Cache, question: &filters::Question) -> Result<(Duration, u64)> {
    let mut times = Vec::new();
    let mut matching = 0;
    for _ in 0..ASKED {
        cache.forget_answers();
        let (page, took) = timed(|| cache.page(&question.filter, question.sort, 0, PAGE));
        matching = page?.matching;
        times.push(took);
    }
    Ok((median(times), matching))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn questions(root: &Path, folder: &Path, calls: u64) -> Result<()> {
    let questions = filters::read(root)?;
    println!("Call log of {calls} calls: 40 recorded questions, first page of {PAGE}");
    println!(
        "peer: one SQLite table with an index on time; {}",
        plain::PRAGMAS
    );
    let (cache, filled) = timed(|| fill(&folder.join("cache"), calls));
    let cache = cache?;
    println!(
        "cache filled in {:.1} s, file {} MB",
        filled.as_secs_f64(),
        cache.file_bytes() / 1_000_000
    );
    let names: std::collections::HashMap<_, _> = cache
        .directory()
        .0
        .into_iter()
        .map(|client| (client.id, client.name))
        .collect();
    let legs = (0..calls).flat_map(|call| corpus::legs(call, calls));
    let plain = Plain::fill(&folder.join("plain.sqlite3"), legs, |leg| {
        names[&leg.client].clone()
    })?;
    let mut slowest: Option<(Duration, Duration, &str)> = None;
    println!(
        "{:>10} {:>10} {:>8} {:>10}  question",
        "ours ms", "peer ms", "ratio", "matching"
    );
    for question in &questions {
        let (ours, matching) = first_page(&cache, question)?;
        let theirs = plain.first_page(&question.filter, question.sort)?;
        println!(
            "{:>10.2} {:>10.2} {:>8.1} {matching:>10}  {}",
            ms(ours),
            ms(theirs),
            ratio(ours, theirs),
            question.name
        );
        if slowest.is_none_or(|(time, ..)| ours > time) {
            slowest = Some((ours, theirs, &question.name));
        }
    }
    if let Some((ours, theirs, name)) = slowest {
        println!(
            "slowest of ours: {name}: {:.2} ms, the peer {:.2} ms, ratio {:.1}\n",
            ms(ours),
            ms(theirs),
            ratio(ours, theirs)
        );
    }
    report::measure(&cache, folder, calls)
}

fn ten_million(root: &Path, folder: &Path) -> Result<()> {
    println!("Call log of {LARGE} calls");
    let place = folder.join("large");
    let (cache, filled) = timed(|| fill(&place, LARGE));
    let cache = cache?;
    let (calls, legs) = cache.size();
    println!(
        "{calls} calls, {legs} legs, filled in {:.0} s, file {} MB",
        filled.as_secs_f64(),
        cache.file_bytes() / 1_000_000
    );
    drop(cache);
    let (opened, took) = timed(|| Cache::open(&place, &Key::new(&[1; 32])));
    let cache = opened?.cache;
    println!(
        "opened in {:.1} s, memory {} MB",
        took.as_secs_f64(),
        resident_mb()
    );
    let mut over = 0;
    let (mut slowest, mut slowest_name) = (Duration::ZERO, "");
    let questions = filters::read(root)?;
    for question in &questions {
        let (time, matching) = first_page(&cache, question)?;
        let newest_first = question.sort == Sort::default();
        let (totals, total_time) = timed(|| cache.totals(&question.filter));
        ensure!(totals?.calls == matching, "the totals differ from the list");
        println!(
            "{:>10.2} ms  {matching:>9} calls, totals {:>8.2} ms  {}",
            ms(time),
            ms(total_time),
            question.name
        );
        if newest_first && time > slowest {
            (slowest, slowest_name) = (time, &question.name);
        }
        over += usize::from(newest_first && time > FIRST_PAGE_LIMIT);
    }
    println!(
        "slowest first page, newest first: {slowest_name}: {:.2} ms, {:.2} of the limit of {} ms; {over} over it",
        ms(slowest),
        slowest.as_secs_f64() / FIRST_PAGE_LIMIT.as_secs_f64(),
        ms(FIRST_PAGE_LIMIT),
    );
    cache.forget_answers();
    let filter = tandem_cache::CallFilter {
        directions: vec![pbx_api::Direction::Inbound],
        ..Default::default()
    };
    let middle = cache.totals(&filter)?.calls / 2;
    let (page, took) = timed(|| cache.page(&filter, Sort::default(), middle, PAGE));
    ensure!(page?.rows.len() == PAGE, "the middle has rows");
    println!(
        "scroll to the middle of the inbound calls ({middle}): {:.2} ms",
        ms(took)
    );
    let (page, again) = timed(|| cache.page(&filter, Sort::default(), middle + 5000, PAGE));
    ensure!(page?.rows.len() == PAGE, "the middle has rows");
    println!("scroll on from there: {:.2} ms", ms(again));
    Ok(())
}

/// Memory of this process in MB, where the system says it.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kb.unwrap_or(0) / 1000
}
