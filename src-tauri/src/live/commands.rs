//! What the pages ask of what is going on now, and hanging up.

use std::sync::Arc;
use std::time::Duration;

use pbx_api::{Code, DuplicatedNat, LiveCall, Problem, Registration, Rule};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Live, LivePhase, LiveStatus, Picture};
use crate::calls::OneCall;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

/// The first picture is waited for this long: a page that opens right after signing in would
/// otherwise say that it knows nothing.
const FIRST_PICTURE: Duration = Duration::from_secs(5);

/// Rows of what is going on, and how far they can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LiveRows<T> {
    pub rows: Vec<T>,
    pub status: LiveStatus,
}

impl Live {
    /// Reads what is known, once it is.
    ///
    /// # Errors
    /// `Forbidden` where the account sees none of it; `Offline` while nothing is known.
    pub(crate) async fn known<T>(&self, read: impl FnOnce(&Picture) -> T) -> Result<T, Problem> {
        let mut phase = self.phase.subscribe();
        let settled = phase.wait_for(|phase| *phase != LivePhase::Connecting);
        let _ = tokio::time::timeout(FIRST_PICTURE, settled).await;
        let code = if *self.phase.borrow() == LivePhase::Refused {
            Code::Forbidden
        } else {
            Code::Offline
        };
        self.read(read).ok_or_else(|| Problem::new(code))
    }
}

pub async fn state(desktop: Arc<Desktop>, _: Nothing) -> Result<LiveStatus, Problem> {
    Ok(desktop.active()?.live.status())
}

/// The calls in progress, the oldest first.
pub async fn calls(desktop: Arc<Desktop>, _: Nothing) -> Result<LiveRows<LiveCall>, Problem> {
    let active = desktop.active()?;
    let read = |picture: &Picture| picture.calls.values().cloned().collect::<Vec<_>>();
    let mut rows = active.live.known(read).await?;
    rows.sort_unstable_by_key(|call| (call.started_at_ms, call.id.0));
    let status = active.live.status();
    Ok(LiveRows { rows, status })
}

/// The phones that are registered, and those that dropped.
pub async fn registrations(
    desktop: Arc<Desktop>,
    _: Nothing,
) -> Result<LiveRows<Registration>, Problem> {
    let active = desktop.active()?;
    let read = |picture: &Picture| picture.registrations.values().cloned().collect::<Vec<_>>();
    let mut rows = active.live.known(read).await?;
    rows.sort_unstable_by_key(|phone| (phone.since_ms, phone.id.0));
    let status = active.live.status();
    Ok(LiveRows { rows, status })
}

/// Devices that share an address. The server is asked: what makes two lines one device is a rule
/// that stands once.
pub async fn duplicated_nat(
    desktop: Arc<Desktop>,
    _: Nothing,
) -> Result<Listed<DuplicatedNat>, Problem> {
    let active = desktop.active()?;
    lists::read(&active, "duplicated nat", "/v1/live/duplicated-nat").await
}

/// Ends a call.
///
/// # Errors
/// `Offline` while the line is lost, what the server says otherwise. A call that is over is no
/// error: it is what was wanted.
pub async fn hang_up(desktop: Arc<Desktop>, input: OneCall) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    if active.live.status().phase != LivePhase::Live {
        return Err(Problem::new(Code::Offline).because(Rule::LineLost));
    }
    let path = format!("/v1/live/calls/{}/hang-up", input.call);
    let ended = active.session.order(Method::POST, &path, &Nothing {}).await;
    match ended {
        Err(problem) if problem.code != Code::NotFound => Err(problem),
        _ => Ok(Nothing {}),
    }
}
