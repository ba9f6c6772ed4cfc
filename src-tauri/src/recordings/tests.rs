//! Downloads from a server whose line is cut again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pbx_api::{Code, LegId, RecordingInfo};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::{check_hash, fetch};
use crate::server::{Server, Session};

const AUDIO_BYTES: usize = 100_000;
/// What gets through before each cut.
const CUT_AFTER_BYTES: usize = 40_000;

struct Line {
    asked: AtomicUsize,
    /// Answers ranges, as `pbx-core` does.
    resumes: bool,
}

fn audio() -> Vec<u8> {
    (0..AUDIO_BYTES)
        .map(|n| u8::try_from(n * 7 % 251).expect("under 251"))
        .collect()
}

fn info() -> RecordingInfo {
    RecordingInfo {
        size_bytes: AUDIO_BYTES as u64,
        sha256: hex::encode(Sha256::digest(audio())),
        file_name: "a.wav".to_owned(),
    }
}

/// Sends some of what was asked for and then breaks the line.
async fn answer(mut stream: TcpStream, line: Arc<Line>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    line.asked.fetch_add(1, Ordering::Relaxed);
    let request = String::from_utf8_lossy(&request).to_lowercase();
    let asked = request.lines().find_map(|header| {
        header
            .strip_prefix("range: bytes=")?
            .strip_suffix('-')?
            .parse()
            .ok()
    });
    let from: usize = asked.filter(|_| line.resumes).unwrap_or(0);
    let audio = audio();
    let until = (from + CUT_AFTER_BYTES).min(audio.len());
    let status = if from > 0 {
        "206 Partial Content"
    } else {
        "200 OK"
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
        audio.len() - from
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&audio[from..until]).await?;
    stream.shutdown().await
}

async fn session(resumes: bool) -> (Session, Arc<Line>) {
    let line = Arc::new(Line {
        asked: AtomicUsize::new(0),
        resumes,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let shared = Arc::clone(&line);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&shared)));
        }
    });
    let server = Server::new(&format!("http://{address}")).expect("an address of this computer");
    (
        server.session("token".to_owned(), String::new(), Arc::new(|_| {})),
        line,
    )
}

#[tokio::test]
async fn a_cut_line_is_taken_up_where_it_broke() {
    let (session, line) = session(true).await;
    let mut bytes = Vec::new();
    fetch(&session, LegId(Uuid::nil()), &info(), &mut bytes, |_| true)
        .await
        .expect("comes in the end");
    assert_eq!(
        line.asked.load(Ordering::Relaxed),
        3,
        "100 000 bytes at 40 000 a try"
    );
    assert_eq!(bytes, audio());
    check_hash(&Sha256::digest(&bytes), &info()).expect("whole");
}

#[tokio::test]
async fn a_server_that_starts_over_is_not_mistaken_for_one_that_goes_on() {
    let (session, _) = session(false).await;
    let mut bytes = Vec::new();
    let problem = fetch(&session, LegId(Uuid::nil()), &info(), &mut bytes, |_| true)
        .await
        .expect_err("no ranges");
    assert_eq!(problem.code, Code::Internal);
    assert_eq!(bytes, audio()[..CUT_AFTER_BYTES], "nothing was added twice");
}

#[tokio::test]
async fn nobody_there_is_offline() {
    let server = Server::new("http://127.0.0.1:9").expect("an address");
    let session = server.session("token".to_owned(), String::new(), Arc::new(|_| {}));
    let problem = fetch(
        &session,
        LegId(Uuid::nil()),
        &info(),
        &mut Vec::new(),
        |_| true,
    )
    .await
    .expect_err("nobody");
    assert_eq!(problem.code, Code::Offline);
}
