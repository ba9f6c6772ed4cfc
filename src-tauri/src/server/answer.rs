//! Reading what the server answers: the thing that was asked for, or the problem.

use pbx_api::{Code, Problem, Rule};
use reqwest::Response;
use serde::de::DeserializeOwned;

/// An answer that is not a stream is never larger.
const ANSWER_LIMIT_BYTES: usize = 8 * 1024 * 1024;

/// A cut or silent line, as the problem that it is for a person.
#[must_use]
pub(crate) fn cut(error: &reqwest::Error) -> Problem {
    let why = if error.is_timeout() {
        Rule::NoAnswerInTime
    } else if error.is_connect() {
        Rule::NoConnection
    } else {
        Rule::ConnectionCut
    };
    Problem::new(Code::Offline).because(why)
}

/// Reads an answer's problem, or makes one where the answer has none (a proxy's page, say).
pub(super) async fn problem_of(response: Response) -> Problem {
    let status = response.status();
    match body_of(response)
        .await
        .ok()
        .and_then(|body| serde_json::from_slice::<Problem>(&body).ok())
    {
        Some(problem) => problem,
        None => {
            let code = if status.is_server_error() {
                Code::Offline
            } else {
                Code::Internal
            };
            let status = status.as_u16();
            Problem::new(code).because(Rule::AnswerStatus { status })
        }
    }
}

async fn body_of(mut response: Response) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| cut(&e))? {
        if body.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(Problem::new(Code::TooLarge).because(Rule::AnswerTooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) async fn json_of<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    if !response.status().is_success() {
        return Err(problem_of(response).await);
    }
    let body = body_of(response).await?;
    serde_json::from_slice(&body)
        .map_err(|_| Problem::new(Code::Internal).because(Rule::UnknownAnswer))
}
