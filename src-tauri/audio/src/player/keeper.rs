//! The thread that keeps the output as the controls want it and tells of changes.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::lock;
use super::output::Output;
use super::state::{Desk, PlayerState};
use super::transport::Transport;
use crate::DeviceError;

/// How often the position is told while playing.
const TICK: Duration = Duration::from_millis(250);
/// How often one looks for the end and for what hangs.
const LOOK: Duration = Duration::from_millis(50);
/// An output that takes longer to open is given up.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);
/// A device that takes no sound for this long is gone, whatever it says.
const STALL_TIMEOUT: Duration = Duration::from_secs(4);
/// Without play the device is let go after this, so that it can sleep and others can have it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) enum Message {
    /// The controls want something else.
    Changed,
    Opened {
        number: u64,
    },
    Lost {
        number: u64,
        error: DeviceError,
    },
    Quit,
}

type OnChange = Box<dyn Fn(PlayerState) + Send>;

struct Keeper {
    desk: Arc<Mutex<Desk>>,
    news: Sender<Message>,
    on_change: OnChange,
    outputs: u64,
    /// The controls that the output has got.
    given: Option<Arc<Transport>>,
    told: Option<PlayerState>,
    told_at: Instant,
    /// Since when nothing plays.
    idle_since: Instant,
    /// The last place that was seen, and when it was new.
    moved: (usize, Instant),
}

pub(super) fn start(
    desk: Arc<Mutex<Desk>>,
    on_change: OnChange,
) -> Result<Sender<Message>, DeviceError> {
    let (tell, told) = channel();
    let now = Instant::now();
    let keeper = Keeper {
        desk,
        news: tell.clone(),
        on_change,
        outputs: 0,
        given: None,
        told: None,
        told_at: now,
        idle_since: now,
        moved: (0, now),
    };
    thread::Builder::new()
        .name("audio-player".to_owned())
        .spawn(move || keeper.run(&told))
        .map_err(|e| DeviceError::Failed {
            what: e.to_string(),
        })?;
    Ok(tell)
}

impl Keeper {
    fn run(mut self, told: &Receiver<Message>) {
        loop {
            let message = match self.wait() {
                Some(time) => told.recv_timeout(time),
                None => told.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.note(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.keep();
            self.tell();
        }
        let mut desk = lock(&self.desk);
        desk.transport.close();
        desk.output = Output::Closed;
    }

    /// How long nothing will happen by itself; `None` for as long as nobody asks.
    fn wait(&self) -> Option<Duration> {
        let desk = lock(&self.desk);
        match desk.output {
            Output::Closed => None,
            Output::Opening { .. } => Some(LOOK),
            Output::Open { .. } if desk.wants_play => Some(LOOK),
            Output::Open { .. } => Some(IDLE_TIMEOUT),
        }
    }

    fn note(&mut self, message: Message) {
        let mut desk = lock(&self.desk);
        match message {
            Message::Opened { number } if desk.output.is(number) => {
                if let Output::Opening { jobs, .. } =
                    std::mem::replace(&mut desk.output, Output::Closed)
                {
                    desk.output = Output::Open { number, jobs };
                }
            }
            Message::Lost { number, error } if desk.output.is(number) => give_up(&mut desk, error),
            // News of an output that is not wanted any more.
            _ => {}
        }
    }

    /// Makes the output what the controls want.
    fn keep(&mut self) {
        let now = Instant::now();
        let mut desk = lock(&self.desk);
        if desk.transport.ended() {
            desk.wants_play = false;
        }
        if desk.recording.is_none() {
            desk.output = Output::Closed;
        }
        match &desk.output {
            Output::Opening { since, .. } if now.duration_since(*since) > OPEN_TIMEOUT => {
                give_up(&mut desk, DeviceError::Timeout);
            }
            Output::Closed if desk.wants_play => {
                self.outputs += 1;
                match Output::open(self.outputs, desk.device.clone(), self.news.clone()) {
                    Ok(output) => desk.output = output,
                    Err(error) => give_up(&mut desk, error),
                }
            }
            Output::Open { jobs, .. } if desk.wants_play => {
                let given = self
                    .given
                    .as_ref()
                    .is_some_and(|given| Arc::ptr_eq(given, &desk.transport));
                let sent = match &desk.recording {
                    Some(recording) if !given => {
                        self.moved = (desk.transport.place(), now);
                        self.given = Some(Arc::clone(&desk.transport));
                        jobs.send((recording.clone(), Arc::clone(&desk.transport)))
                            .is_ok()
                    }
                    _ => true,
                };
                let place = desk.transport.place();
                if place != self.moved.0 || !desk.transport.playing() || place >= frames(&desk) {
                    self.moved = (place, now);
                }
                if !sent || now.duration_since(self.moved.1) > STALL_TIMEOUT {
                    give_up(&mut desk, DeviceError::Gone);
                }
            }
            Output::Open { .. } if now.duration_since(self.idle_since) > IDLE_TIMEOUT => {
                desk.let_go()
            }
            _ => {}
        }
        if desk.wants_play {
            self.idle_since = now;
        }
        desk.transport.set_playing(desk.wants_play);
    }

    fn tell(&mut self) {
        let state = lock(&self.desk).state();
        let still = |told: &PlayerState| {
            PlayerState {
                position_ms: state.position_ms,
                ..told.clone()
            } == state
        };
        let changed = match &self.told {
            None => true,
            Some(told) if !state.playing => *told != state,
            // While it plays the place changes all the time; a jump back is told at once.
            Some(told) => !still(told) || state.position_ms < told.position_ms,
        };
        if changed || (state.playing && self.told_at.elapsed() >= TICK) {
            self.told = Some(state.clone());
            self.told_at = Instant::now();
            (self.on_change)(state);
        }
    }
}

fn frames(desk: &Desk) -> usize {
    desk.recording.as_ref().map_or(0, crate::Decoded::frames)
}

fn give_up(desk: &mut Desk, error: DeviceError) {
    desk.wants_play = false;
    desk.error = Some(error);
    desk.let_go();
}
