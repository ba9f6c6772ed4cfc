//! Commands that are run one after the other, each with its time; what they print is kept and shown when one fails.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tandem_stage::process::Running;
use tandem_stage::{interrupt, workspace};

use crate::counts::{self, Counts};

/// How much of a failed step's output is shown. All of it stands in its log file.
const SHOWN_LINES: usize = 300;
/// A build server may end a job that is silent for long, and a person wants to see that something moves.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);

/// The steps so far.
pub struct Steps {
    logs: PathBuf,
    begun: Instant,
    done: Vec<(String, Duration)>,
    pub counts: Counts,
    /// Go on after a failed step, and remember why it failed.
    pub keep_going: bool,
    pub failures: Vec<anyhow::Error>,
}

impl Steps {
    /// Their logs go to `target/xtask/<of>`.
    pub fn new(root: &Path, of: &str) -> Result<Self> {
        let logs = workspace::target(root).join("xtask").join(of);
        std::fs::create_dir_all(&logs)?;
        Ok(Self {
            logs,
            begun: Instant::now(),
            done: Vec::new(),
            counts: Counts::default(),
            keep_going: false,
            failures: Vec::new(),
        })
    }

    /// Runs a command to its end. Tests that it counted are added up; one that counts none is one check itself.
    pub fn command(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let log = self.logs.join(format!(
            "{:02}-{}.log",
            self.done.len() + 1,
            file_name(name)
        ));
        self.step(name, || attend(command, name, &log))
    }

    /// Runs a function that says how many tests it ran.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> (Counts, Result<()>)) -> Result<()> {
        interrupt::check()?;
        println!("▶ {name}");
        let begun = Instant::now();
        let (mut counts, outcome) = work();
        match &outcome {
            Ok(()) if counts == Counts::default() => counts.passed = 1,
            Err(_) if counts.failed == 0 => counts.failed = 1,
            _ => {}
        }
        self.counts += counts;
        let took = begun.elapsed();
        let mark = if outcome.is_ok() { "✔" } else { "✘" };
        let tests = if counts.passed > 1 {
            format!(", {} passed", counts.passed)
        } else {
            String::new()
        };
        println!("{mark} {name} ({}{tests})", seconds(took));
        self.done.push((name.to_owned(), took));
        match outcome.with_context(|| format!("step \"{name}\"")) {
            // Who wants to end wants that of all steps.
            Err(why) if self.keep_going && !interrupt::asked() => {
                self.failures.push(why);
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// What took how long.
    pub fn summary(&self) {
        println!();
        for (name, took) in &self.done {
            println!("{:>9}  {name}", seconds(*took));
        }
        println!("{:>9}  altogether", seconds(self.begun.elapsed()));
    }
}

/// Runs the command with its output going to `log`, and shows the end of it when it fails.
fn attend(command: &mut Command, name: &str, log: &Path) -> (Counts, Result<()>) {
    let mut counts = Counts::default();
    let outcome = attend_to(command, name, log, &mut counts);
    (counts, outcome)
}

fn attend_to(command: &mut Command, name: &str, log: &Path, counts: &mut Counts) -> Result<()> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut file = File::create(log)?;
    let mut running = Running::start(name, command)?;
    let (send, lines) = channel();
    for part in [running.lines()?, running.error_lines()?] {
        let send = send.clone();
        std::thread::spawn(move || part.into_iter().try_for_each(|line| send.send(line)));
    }
    drop(send);
    let begun = Instant::now();
    let mut said = Duration::ZERO;
    let mut last = VecDeque::new();
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                let line = counts::plain(&line);
                writeln!(file, "{line}")?;
                *counts += counts::read([line.as_str()]);
                last.push_back(line);
                if last.len() > SHOWN_LINES {
                    last.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            // Both ends are closed: it has ended, and everything it started that held them.
            Err(RecvTimeoutError::Disconnected) => break,
        }
        interrupt::check()?;
        if begun.elapsed() > said + SIGN_OF_LIFE {
            said = begun.elapsed();
            println!(
                "  … {}: {}",
                seconds(said),
                last.back().map_or("", |line| line.trim())
            );
        }
    }
    let status = tandem_stage::wait::until(name, Duration::from_secs(30), || running.ended())?;
    if !status.success() {
        for line in &last {
            println!("  {line}");
        }
        bail!("{status}; everything it printed: {}", log.display());
    }
    Ok(())
}

fn file_name(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{}:{:02} min", whole / 60, whole % 60)
    }
}
