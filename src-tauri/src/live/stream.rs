//! Keeping the line: connect, listen, and connect again.

use std::time::Duration;

use pbx_api::{Code, LIVE_SILENCE_SECONDS, LiveAlert, Problem, Rule};
use tokio::time::{Instant, timeout, timeout_at};

use super::line::Lines;
use super::{Live, LivePhase};
use crate::clock::random_share;
use crate::server::{Session, cut};

/// A line that is silent for longer is lost, whatever the network says.
const SILENCE: Duration = Duration::from_secs(2 * LIVE_SILENCE_SECONDS);
/// The wait after a lost line doubles from the first to the second.
const BACKOFF_FIRST: Duration = Duration::from_millis(500);
const BACKOFF_LAST: Duration = Duration::from_secs(15);
/// A right that was taken away can come back.
const REFUSED_WAIT: Duration = Duration::from_secs(60);

impl Live {
    /// Keeps what is going on until it is dropped; `heard` gets every alert.
    pub async fn run(&self, session: Session, heard: impl Fn(LiveAlert) + Send + Sync) {
        tokio::join!(
            self.calls.run(),
            self.phones.run(),
            self.keep(&session, &heard)
        );
    }

    async fn keep(&self, session: &Session, heard: &(impl Fn(LiveAlert) + Send + Sync)) {
        let mut backoff = BACKOFF_FIRST;
        loop {
            let problem = self.follow(session, heard).await;
            if *self.phase.borrow() == LivePhase::Live {
                backoff = BACKOFF_FIRST;
            }
            // A server that knows no such thing is one of before.
            let refused = matches!(problem.code, Code::Forbidden | Code::NotFound);
            self.lose(if refused {
                LivePhase::Refused
            } else {
                LivePhase::Lost
            });
            let wait = if refused { REFUSED_WAIT } else { backoff };
            backoff = (backoff * 2).min(BACKOFF_LAST);
            // Everybody lost a server that restarts at once, and nobody is to come back at once.
            let wait = wait.mul_f64(0.5 + random_share() / 2.0);
            let _ = timeout(wait, self.wake.notified()).await;
        }
    }

    /// One connection, until it is lost.
    async fn follow(
        &self,
        session: &Session,
        heard: &(impl Fn(LiveAlert) + Send + Sync),
    ) -> Problem {
        let silent = || Problem::new(Code::Offline).because(Rule::NoAnswerInTime);
        let mut response = match timeout(SILENCE, session.live()).await {
            Err(_) => return silent(),
            Ok(Err(problem)) => return problem,
            Ok(Ok(response)) => response,
        };
        let mut lines = Lines::default();
        let mut until = Instant::now() + SILENCE;
        loop {
            let piece = match timeout_at(until, response.chunk()).await {
                Err(_) => return silent(),
                Ok(Err(error)) => return cut(&error),
                Ok(Ok(None)) => {
                    return Problem::new(Code::Offline).because(Rule::ConnectionCut);
                }
                Ok(Ok(Some(piece))) => piece,
            };
            match lines.take(&piece) {
                Err(problem) => {
                    tracing::warn!(%problem, "what is going on now is asked for anew");
                    return problem;
                }
                Ok(whole) if whole.is_empty() => {}
                Ok(whole) => {
                    until = Instant::now() + SILENCE;
                    self.take(whole).into_iter().for_each(heard);
                }
            }
        }
    }
}
