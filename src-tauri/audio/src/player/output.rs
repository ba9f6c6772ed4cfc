//! One opened output, on a thread of its own: on some systems a stream may not change its
//! thread, and on all of them opening may hang.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use super::device;
use super::keeper::Message;
use super::transport::Transport;
use super::voice::Voice;
use crate::{Decoded, DeviceError};

/// A recording to play, with its controls.
pub(super) type Job = (Decoded, Arc<Transport>);

/// Where the output stands. Letting go of the sender closes it.
pub(super) enum Output {
    Closed,
    Opening {
        number: u64,
        since: Instant,
        jobs: Sender<Job>,
    },
    Open {
        number: u64,
        jobs: Sender<Job>,
    },
}

impl Output {
    /// Whether news of the output with this number concern the one that is wanted now.
    pub(super) fn is(&self, wanted: u64) -> bool {
        match self {
            Self::Closed => false,
            Self::Opening { number, .. } | Self::Open { number, .. } => *number == wanted,
        }
    }

    /// Begins to open an output; the outcome comes as a message with this number.
    pub(super) fn open(
        number: u64,
        id: Option<String>,
        news: Sender<Message>,
    ) -> Result<Self, DeviceError> {
        let (jobs, todo) = channel();
        thread::Builder::new()
            .name("audio-output".to_owned())
            .spawn(move || run(number, id.as_deref(), &todo, &news))
            .map_err(|e| DeviceError::Failed {
                what: e.to_string(),
            })?;
        Ok(Self::Opening {
            number,
            since: Instant::now(),
            jobs,
        })
    }
}

fn run(number: u64, id: Option<&str>, todo: &Receiver<Job>, news: &Sender<Message>) {
    let lost = {
        let news = news.clone();
        move |error| {
            let _ = news.send(Message::Lost { number, error });
        }
    };
    let sink = match device::open(id, lost.clone()) {
        Ok(sink) => sink,
        Err(error) => return lost(error),
    };
    // Nobody left to hear the news: nobody left to play for.
    if news.send(Message::Opened { number }).is_err() {
        return;
    }
    let (channels, rate_hz) = (sink.config().channel_count(), sink.config().sample_rate());
    while let Ok((recording, transport)) = todo.recv() {
        sink.mixer()
            .add(Voice::new(recording, transport, channels, rate_hz));
    }
}
