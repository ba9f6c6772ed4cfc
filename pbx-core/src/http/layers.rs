//! The border: request ids, one log line a request, and the only shape an error has.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use pbx_api::{Code, Problem, Rule};

use super::{App, linger};
use crate::error::{Error, Failure};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id, runs it, and finishes what came back. The path is logged as its
/// pattern and never the query: ids and numbers are nobody's business in a log.
pub(super) async fn border(State(app): State<App>, request: Request, next: Next) -> Response {
    let request = request.map(linger::body);
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_plain(id))
        .map_or_else(|| app.world.id().to_string(), ToOwned::to_owned);
    let method = request.method().clone();
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(no route)".to_owned(), |path| path.as_str().to_owned());
    let began_ms = app.world.now_ms();

    let mut response = finish(next.run(request).await, &id);

    let status = response.status().as_u16();
    let took_ms = app.world.now_ms() - began_ms;
    tracing::info!(request_id = %id, %method, path, status, took_ms, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // Everything here is somebody's; a shared cache must not keep it.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-store"));
    response
}

/// A caller's request id is taken over when it can't do harm in a log.
fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Writes the problem of a failed request, whoever refused it: a handler, or a layer or extractor
/// of the framework, whose plain text becomes a problem too.
fn finish(mut response: Response, id: &str) -> Response {
    let failure = response.extensions_mut().remove::<Failure>();
    let Some(Failure {
        mut problem,
        retry_after_seconds,
        fault,
    }) = failure.or_else(|| stray(response.status(), &response))
    else {
        return response;
    };
    if let Some(fault) = fault {
        tracing::error!(request_id = %id, fault, "a fault of ours");
    }
    problem = problem.spelled_out();
    problem.request_id = Some(id.to_owned());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = retry_after_seconds {
        parts
            .headers
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if parts.status == StatusCode::UNAUTHORIZED {
        parts
            .headers
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, Body::from(body))
}

/// A refusal that no handler made.
fn stray(status: StatusCode, response: &Response) -> Option<Failure> {
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    // 416 carries its own header and no body that matters.
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        _ if status.is_server_error() => Code::Internal,
        _ => Code::Invalid,
    };
    let mut problem = Problem::new(code);
    problem.status = status.as_u16();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        problem = problem.because(Rule::TooBusy);
    }
    Some(Failure {
        problem,
        retry_after_seconds: None,
        fault: None,
    })
}

/// A panic is a fault of ours like any other. Its text may hold data, so only the log that the
/// panic hook writes has it.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Error::Internal(anyhow::anyhow!("a handler panicked")).into_response()
}
