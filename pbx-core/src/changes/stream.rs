//! Sends the feed: batch by batch out of short transactions, through a bounded channel, so that a
//! slow line holds up neither the database nor the memory.

use std::io::Write as _;

use bytes::Bytes;
use pbx_api::FeedLine;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::Cursor;
use super::store::{self, Batch};
use crate::error::Result;
use crate::http::App;
use crate::limited::Limits;

/// Batches between the database and the socket. One is about half a megabyte.
const IN_FLIGHT: usize = 3;
/// The feed is as fast as the line on any level; this one costs the least.
const ZSTD_LEVEL: i32 = 1;

type Chunk = std::io::Result<Bytes>;

/// Starts sending after `cursor`, at most `limit` changes.
///
/// # Errors
/// When the compressor can't be made.
pub(super) fn start(
    app: App,
    cursor: Cursor,
    limits: Option<Limits>,
    remaining: u64,
    limit: u64,
    zstd: bool,
) -> Result<ReceiverStream<Chunk>> {
    let (to_socket, body) = mpsc::channel(IN_FLIGHT);
    let wire = Wire::new(zstd)?;
    tokio::spawn(async move {
        let sent = send(&app, cursor, limits, remaining, limit, wire, &to_socket).await;
        if let Err(fault) = sent {
            tracing::error!(%fault, "the change feed was cut");
            // Without this the answer would end like a whole one, short of its last line.
            let cut = std::io::Error::other("the feed was cut");
            let _gone = to_socket.send(Err(cut)).await;
        }
    });
    Ok(ReceiverStream::new(body))
}

async fn send(
    app: &App,
    mut cursor: Cursor,
    limits: Option<Limits>,
    mut remaining: u64,
    limit: u64,
    mut wire: Wire,
    to_socket: &mpsc::Sender<Chunk>,
) -> Result<()> {
    let mut left = limit;
    let mut text = line(&FeedLine::Begin { remaining })?;
    loop {
        let Batch {
            count,
            seq,
            lines,
            last,
        } = {
            let mut tx = app.db.look(cursor.tenant).await?;
            store::batch(&mut tx, limits.as_ref(), &cursor, left).await?
        };
        left -= count.min(left);
        cursor.seq = seq.max(cursor.seq);
        remaining = if last {
            0
        } else {
            remaining.saturating_sub(count)
        };
        if count > 0 {
            text.push_str(&lines);
            text.push('\n');
        }
        text.push_str(&line(&FeedLine::Cursor {
            cursor: app.seal.close(&cursor)?,
            remaining,
        })?);
        let over = last || left == 0;
        if over {
            text.push_str(&line(&FeedLine::End { caught_up: last })?);
        }
        let chunk;
        (wire, chunk) = wire.pack(std::mem::take(&mut text), over).await?;
        let reader_is_there = to_socket.send(Ok(chunk)).await.is_ok();
        if over || !reader_is_there || app.stopping.is_cancelled() {
            return Ok(());
        }
    }
}

fn line(line: &FeedLine) -> Result<String> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    Ok(text)
}

/// What the text passes on its way out.
enum Wire {
    Plain,
    Zstd(Box<zstd::stream::write::Encoder<'static, Vec<u8>>>),
}

impl Wire {
    fn new(zstd: bool) -> Result<Self> {
        Ok(if zstd {
            let encoder = zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)
                .map_err(anyhow::Error::new)?;
            Self::Zstd(Box::new(encoder))
        } else {
            Self::Plain
        })
    }

    /// Packs a batch so that all of it can be read without what comes after.
    async fn pack(self, text: String, last: bool) -> Result<(Self, Bytes)> {
        match self {
            Self::Plain => Ok((Self::Plain, text.into())),
            Self::Zstd(mut encoder) => tokio::task::spawn_blocking(move || {
                encoder.write_all(text.as_bytes())?;
                if last {
                    return Ok((Self::Plain, encoder.finish()?.into()));
                }
                encoder.flush()?;
                let packed = std::mem::take(encoder.get_mut()).into();
                Ok((Self::Zstd(encoder), packed))
            })
            .await
            .map_err(anyhow::Error::new)?
            .map_err(|fault: std::io::Error| anyhow::Error::new(fault).into()),
        }
    }
}
