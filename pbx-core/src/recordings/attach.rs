//! Stores the audio of a leg.

use std::path::Path;

use anyhow::Context as _;
use object_store::buffered::BufWriter;
use pbx_api::{LegId, RecordingInfo, RecordingState};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Store, store};
use crate::cdrs;
use crate::clock::World;
use crate::db::{Db, Tenant};
use crate::error::Result;

/// How an attachment went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    Stored,
    /// The leg has, or had, a recording: it is not stored twice, nor again after a deletion.
    AlreadyThere,
}

/// Copies a file into the store under a name and ties it to a leg.
///
/// # Errors
/// When the file can't be read, the store or the database fails, or the reseller has no such leg.
pub async fn attach(
    db: &Db,
    recordings: &Store,
    world: &World,
    tenant: Tenant,
    leg: LegId,
    file: &Path,
    name: &str,
) -> Result<Attached> {
    let mut source = tokio::fs::File::open(file)
        .await
        .with_context(|| format!("opening {}", file.display()))?;

    let mut tx = db.begin(tenant).await?;
    cdrs::store::show(&mut tx, leg, false).await?;
    let Some(key) = store::claim(&mut tx, leg, name, world.now_ms()).await? else {
        return Ok(Attached::AlreadyThere);
    };
    tx.commit().await?;

    let mut sink = BufWriter::new(std::sync::Arc::clone(recordings.objects()), key.clone());
    let mut digest = Sha256::new();
    let mut head = Vec::new();
    let mut size_bytes = 0_u64;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = source
            .read(&mut buffer)
            .await
            .context("reading a recording")?;
        if count == 0 {
            break;
        }
        let part = &buffer[..count];
        if head.len() < 16 {
            head.extend_from_slice(&part[..part.len().min(16)]);
        }
        digest.update(part);
        size_bytes += count as u64;
        sink.write_all(part).await.context("storing a recording")?;
    }
    sink.shutdown().await.context("storing a recording")?;
    recordings.settle(&key).await?;

    let info = RecordingInfo {
        size_bytes,
        sha256: hex::encode(digest.finalize()),
        file_name: name.to_owned(),
    };
    let mut tx = db.begin(tenant).await?;
    store::stored(
        &mut tx,
        leg,
        &info,
        content_type(&head, &info.file_name),
        world.now_ms(),
    )
    .await?;
    cdrs::store::set_recording(&mut tx, leg, RecordingState::Available, Some(&info)).await?;
    tx.commit().await?;
    Ok(Attached::Stored)
}

/// The media type by content, and by name for audio without a header.
fn content_type(head: &[u8], name: &str) -> &'static str {
    match head {
        [b'R', b'I', b'F', b'F' | b'X', ..] | [b'R', b'F', b'6', b'4', ..] => "audio/wav",
        [b'I', b'D', b'3', ..] | [0xFF, 0xE0..=0xFF, ..] => "audio/mpeg",
        [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
        [b'f', b'L', b'a', b'C', ..] => "audio/flac",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "audio/mp4",
        [b'.', b's', b'n', b'd', ..] => "audio/basic",
        [b'F', b'O', b'R', b'M', ..] => "audio/aiff",
        _ => match name
            .rsplit('.')
            .next()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("ulaw" | "ul" | "pcm" | "mu") => "audio/PCMU",
            Some("alaw" | "al") => "audio/PCMA",
            Some("gsm") => "audio/GSM",
            _ => "application/octet-stream",
        },
    }
}
