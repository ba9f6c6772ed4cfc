//! What a handler can fail with: a problem that the caller is told, or a fault that only the log
//! is told.

use axum::response::{IntoResponse, Response};
use pbx_api::{Code, Problem, Rule};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    /// Words for the caller.
    Problem(Problem),
    /// Too many tries; the caller may come back after this many seconds.
    Wait { seconds: u64 },
    /// Ours. The caller gets a request id, the log the rest.
    Internal(anyhow::Error),
}

impl Error {
    /// A foreign id and one that does not exist are the same answer.
    #[must_use]
    pub fn not_found() -> Self {
        Self::Problem(Problem::new(Code::NotFound))
    }

    #[must_use]
    pub fn code(code: Code) -> Self {
        Self::Problem(Problem::new(code))
    }

    /// What the caller is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => problem.clone(),
            Self::Wait { seconds } => {
                Problem::new(Code::TooManyRequests).because(Rule::WaitSeconds {
                    seconds: u32::try_from(*seconds).unwrap_or(u32::MAX),
                })
            }
            Self::Internal(_) => Problem::new(Code::Internal),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internal(fault) => write!(f, "{fault:#}"),
            told => told.problem().fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<anyhow::Error> for Error {
    fn from(fault: anyhow::Error) -> Self {
        Self::Internal(fault)
    }
}

impl From<sqlx::Error> for Error {
    fn from(fault: sqlx::Error) -> Self {
        Self::Internal(anyhow::Error::new(fault).context("database"))
    }
}

impl From<serde_json::Error> for Error {
    fn from(fault: serde_json::Error) -> Self {
        Self::Internal(anyhow::Error::new(fault).context("stored JSON"))
    }
}

impl From<object_store::Error> for Error {
    fn from(fault: object_store::Error) -> Self {
        Self::Internal(anyhow::Error::new(fault).context("recording store"))
    }
}

/// What a failed handler leaves for the border layer, which adds the request id, writes the body
/// and logs once.
#[derive(Clone)]
pub(crate) struct Failure {
    pub problem: Problem,
    pub retry_after_seconds: Option<u64>,
    pub fault: Option<String>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let failure = Failure {
            problem: self.problem(),
            retry_after_seconds: match self {
                Self::Wait { seconds } => Some(seconds),
                _ => None,
            },
            fault: match &self {
                Self::Internal(fault) => Some(format!("{fault:#}")),
                _ => None,
            },
        };
        let mut response = Response::default();
        *response.status_mut() = axum::http::StatusCode::from_u16(failure.problem.status)
            .unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
        response.extensions_mut().insert(failure);
        response
    }
}
