//! Work that takes a while and shows how far it is.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pbx_api::{Code, Problem, Rule};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::events::{Event, Events};
use crate::{Desktop, Nothing};

/// Between two events of one job.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// Finished jobs that are still listed.
const LISTED: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    Export,
    Download,
    Offline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Running,
    Paused,
    Done,
    Cancelled,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Rows,
    Bytes,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Job {
    pub id: u32,
    pub kind: JobKind,
    pub state: JobState,
    pub title: String,
    pub done: u64,
    pub total: u64,
    pub unit: Unit,
    pub paths: Vec<String>,
    pub problem: Option<Problem>,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneJob {
    pub id: u32,
}

#[derive(Debug)]
pub struct Jobs {
    events: Events,
    next: AtomicU32,
    all: Mutex<Vec<(Job, Arc<AtomicBool>)>>,
}

/// A running job, in the hands of who does it.
#[derive(Debug)]
pub struct Running<'a> {
    jobs: &'a Jobs,
    job: Job,
    cancelled: Arc<AtomicBool>,
    told: Instant,
}

impl Jobs {
    #[must_use]
    pub fn new(events: Events) -> Self {
        Self {
            events,
            next: AtomicU32::new(1),
            all: Mutex::new(Vec::new()),
        }
    }

    pub fn start(&self, kind: JobKind, title: String, total: u64, unit: Unit) -> Running<'_> {
        let job = Job {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            kind,
            state: JobState::Running,
            title,
            done: 0,
            total,
            unit,
            paths: Vec::new(),
            problem: None,
        };
        let cancelled = Arc::new(AtomicBool::new(false));
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= LISTED
            && let Some(old) = all
                .iter()
                .position(|(job, _)| job.state != JobState::Running)
        {
            all.remove(old);
        }
        all.push((job.clone(), Arc::clone(&cancelled)));
        drop(all);
        self.events.send(Event::Job(job.clone()));
        Running {
            jobs: self,
            job,
            cancelled,
            told: Instant::now(),
        }
    }

    fn note(&self, job: &Job) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, _)) = all.iter_mut().find(|(known, _)| known.id == job.id) {
            known.clone_from(job);
        }
        drop(all);
        self.events.send(Event::Job(job.clone()));
    }

    fn list(&self) -> Vec<Job> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(job, _)| job.clone()).collect()
    }

    /// Ends what is running, when its account is closed.
    pub(crate) fn cancel_all(&self) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .for_each(|(_, cancelled)| cancelled.store(true, Ordering::Relaxed));
    }

    fn cancel(&self, id: u32) -> bool {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|(job, _)| job.id == id);
        found
            .inspect(|(_, cancelled)| cancelled.store(true, Ordering::Relaxed))
            .is_some()
    }
}

impl Drop for Running<'_> {
    /// Work that ended without a word (it panicked) is not shown as running for ever.
    fn drop(&mut self) {
        if self.job.state == JobState::Running {
            self.job.state = JobState::Failed;
            self.job.problem = Some(Problem::new(Code::Internal).because(Rule::BrokeOff));
            self.jobs.note(&self.job);
        }
    }
}

impl Running<'_> {
    #[must_use]
    pub fn job(&self) -> &Job {
        &self.job
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub fn set_total(&mut self, total: u64) {
        self.job.total = total;
    }

    pub fn progress(&mut self, done: u64) {
        self.job.done = done;
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            self.jobs.note(&self.job);
        }
    }

    /// Ends the job: with the files it wrote, or with why not.
    pub fn end(mut self, result: Result<Vec<PathBuf>, Problem>) -> Job {
        match result {
            // Cancelled too late is done: the files are there.
            Ok(paths) if !paths.is_empty() || !self.is_cancelled() => {
                self.job.state = JobState::Done;
                self.job.done = self.job.total;
                self.job.paths = paths
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
            }
            _ if self.is_cancelled() => self.job.state = JobState::Cancelled,
            Ok(_) => {}
            Err(problem) => {
                self.job.state = JobState::Failed;
                self.job.problem = Some(problem);
            }
        }
        self.jobs.note(&self.job);
        self.job.clone()
    }
}

pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<Job>, Problem> {
    Ok(desktop.jobs.list())
}

pub async fn cancel(desktop: Arc<Desktop>, input: OneJob) -> Result<Nothing, Problem> {
    if desktop.jobs.cancel(input.id) {
        Ok(Nothing {})
    } else {
        Err(Problem::new(Code::NotFound))
    }
}
