//! Reads on for a moment when a handler refuses a body before its end. Without it the connection
//! is reset while the caller still writes, and the caller never sees why.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, HttpBody as _};
use bytes::Bytes;
use futures::{Stream, StreamExt as _};

/// How long a refused body is read and thrown away.
const LIMIT: Duration = Duration::from_secs(2);

/// Wraps a request's body.
pub(super) fn body(body: Body) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::from_stream(Lingering(Some(body.into_data_stream())))
}

/// A body, until its end was read.
struct Lingering(Option<BodyDataStream>);

impl Stream for Lingering {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let polled = body.poll_next_unpin(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let (Some(mut rest), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(tokio::time::timeout(LIMIT, async move {
            while let Some(Ok(_)) = rest.next().await {}
        }));
    }
}
