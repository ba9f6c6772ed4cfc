//! How long an answer took stands in the answer (`Server-Timing` of the W3C), so that whoever asks can tell
//! the server's time from the network's.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Milliseconds from the request's head to the whole answer.
pub async fn say(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let mut answer = next.run(request).await;
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    if let Ok(value) = HeaderValue::try_from(format!("answer;dur={ms:.3}")) {
        answer.headers_mut().insert(SERVER_TIMING, value);
    }
    answer
}
