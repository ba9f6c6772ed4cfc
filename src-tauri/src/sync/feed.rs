//! One answer of the change feed: lines to steps.
//!
//! Lines are parsed and applied on a thread of their own while the next ones are still on the wire.
//! Several of the server's steps become one of ours: a transaction a thousand calls would cost more
//! than the calls.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pbx_api::{Change, Code, FeedLine, Problem, Rule};
use reqwest::Response;
use tandem_cache::{Cache, CacheError};
use tokio::sync::mpsc;

/// Changes gathered before a step is written.
const STEP_CHANGES: usize = 20_000;
/// A step is written after this long even when it is small, so that calls appear as they come.
const STEP_TIME: Duration = Duration::from_millis(500);
/// A line is a change, at most some kilobytes.
const LINE_LIMIT_BYTES: usize = 1024 * 1024;
/// Chunks read ahead of the parser.
const CHUNKS_AHEAD: usize = 64;

/// What one answer brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub applied: u64,
    /// The server had nothing more to say.
    pub caught_up: bool,
    /// Into which filling of the cache it went.
    pub epoch: u64,
}

/// Applies an answer, telling after each step how many changes are in and how many remain. When the
/// answer is cut, what stood before its last cursor is kept and the rest is asked for again.
pub(super) async fn read(
    mut response: Response,
    cache: &Arc<Cache>,
    epoch: u64,
    mut tell: impl FnMut(u64, u64),
) -> Result<Outcome, Problem> {
    let (chunks, arriving) = mpsc::channel(CHUNKS_AHEAD);
    let (steps, mut applied) = mpsc::unbounded_channel();
    let cache = Arc::clone(cache);
    let applying =
        tokio::task::spawn_blocking(move || Applying::new(&cache, epoch, steps).all(arriving));
    // Owns the channel's end, so that the applying thread ends when the answer does.
    let reading = async move {
        while let Some(chunk) = response.chunk().await.map_err(|e| crate::server::cut(&e))? {
            if chunks.send(chunk).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let telling = async {
        while let Some((done, remaining)) = applied.recv().await {
            tell(done, remaining);
        }
    };
    let (read, ()): (Result<(), Problem>, ()) = tokio::join!(reading, telling);
    let outcome = applying
        .await
        .map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))??;
    read?;
    outcome.ok_or_else(|| Problem::new(Code::Offline).because(Rule::ConnectionCut))
}

struct Applying<'a> {
    cache: &'a Cache,
    epoch: u64,
    /// The cache was emptied meanwhile: what comes has nothing to stand on.
    superseded: bool,
    steps: mpsc::UnboundedSender<(u64, u64)>,
    pending: Vec<Change>,
    /// The last cursor line, how many of the pending changes it stands for, and what remains.
    cursor: Option<(String, usize, u64)>,
    applied: u64,
    since: Instant,
    caught_up: Option<bool>,
}

impl<'a> Applying<'a> {
    fn new(cache: &'a Cache, epoch: u64, steps: mpsc::UnboundedSender<(u64, u64)>) -> Self {
        Self {
            cache,
            epoch,
            superseded: false,
            steps,
            pending: Vec::with_capacity(STEP_CHANGES),
            cursor: None,
            applied: 0,
            since: Instant::now(),
            caught_up: None,
        }
    }

    /// `None`: the answer ended before its last line.
    fn all<B: AsRef<[u8]>>(
        mut self,
        mut arriving: mpsc::Receiver<B>,
    ) -> Result<Option<Outcome>, Problem> {
        let mut rest = Vec::new();
        while let Some(chunk) = arriving.blocking_recv() {
            let mut chunk = chunk.as_ref();
            while let Some((line, after)) = split_line(chunk) {
                if rest.is_empty() {
                    self.line(line)?;
                } else {
                    rest.extend_from_slice(line);
                    let whole = std::mem::take(&mut rest);
                    self.line(&whole)?;
                }
                chunk = after;
            }
            if self.superseded {
                break;
            }
            rest.extend_from_slice(chunk);
            if rest.len() > LINE_LIMIT_BYTES {
                return Err(Problem::new(Code::Internal).detail("the server sent an endless line"));
            }
        }
        self.write()?;
        let outcome = |caught_up| Outcome {
            applied: self.applied,
            caught_up,
            epoch: self.epoch,
        };
        // It is asked again, from the beginning.
        let superseded = self.superseded.then_some(false);
        Ok(superseded.or(self.caught_up).map(outcome))
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Problem> {
        if line.is_empty() {
            return Ok(());
        }
        match parse(line)? {
            None => {}
            Some(FeedLine::Begin { remaining }) => {
                let _ = self.steps.send((self.applied, remaining));
            }
            Some(FeedLine::Change(change)) => self.pending.push(change),
            Some(FeedLine::Cursor { cursor, remaining }) => {
                self.cursor = Some((cursor, self.pending.len(), remaining));
                if self.pending.len() >= STEP_CHANGES || self.since.elapsed() >= STEP_TIME {
                    self.write()?;
                }
            }
            Some(FeedLine::End { caught_up }) => self.caught_up = Some(caught_up),
        }
        Ok(())
    }

    /// Writes what stands before the last cursor.
    fn write(&mut self) -> Result<(), Problem> {
        let Some((cursor, count, remaining)) = self.cursor.take() else {
            return Ok(());
        };
        match self
            .cache
            .apply_in(self.epoch, &self.pending[..count], &cursor)
        {
            Err(CacheError::Rebuilt) => {
                self.superseded = true;
                return Ok(());
            }
            done => done.map_err(crate::calls::problem)?,
        }
        self.pending.drain(..count);
        self.applied += count as u64;
        self.since = Instant::now();
        let _ = self.steps.send((self.applied, remaining));
        Ok(())
    }
}

fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    Some((&text[..end], &text[end + 1..]))
}

/// A newer server may send kinds of changes that this version doesn't know: those are passed over.
fn parse(line: &[u8]) -> Result<Option<FeedLine>, Problem> {
    serde_json::from_slice(line).map(Some).or_else(|error| {
        let newer = serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|line| {
            line.get("change")
                .is_some_and(|change| !change.is_null() && !is_known(change))
        });
        if newer {
            return Ok(None);
        }
        Err(Problem::new(Code::Internal)
            .detail(format!("the server sent a line that is no change: {error}")))
    })
}

fn is_known(change: &serde_json::Value) -> bool {
    const KNOWN: [&str; 7] = [
        "client",
        "user",
        "profile",
        "number",
        "leg",
        "removed",
        "scope_removed",
    ];
    change
        .as_object()
        .is_some_and(|change| change.keys().any(|kind| KNOWN.contains(&kind.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_change_from_a_newer_server_is_passed_over() {
        assert!(
            parse(br#"{"change":{"fax":{"pages":3}}}"#)
                .expect("passed over")
                .is_none()
        );
    }

    #[test]
    fn half_a_line_and_a_broken_leg_are_no_changes() {
        parse(br#"{"change":{"leg":{"id":"x"}}}"#).expect_err("a known kind that is broken");
        parse(br#"{"chan"#).expect_err("half a line");
    }
}
