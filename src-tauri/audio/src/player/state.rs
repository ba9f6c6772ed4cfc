//! What the controls want, and what is told of it.

use std::sync::Arc;

use super::output::Output;
use super::transport::Transport;
use crate::decoded::frames_to_ms;
use crate::{Decoded, DeviceError};

/// A snapshot of the player.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PlayerState {
    pub loaded: bool,
    pub duration_ms: u64,
    /// In the recording's own time; ahead of the ear by what the system buffers, some 0.2 s.
    pub position_ms: u64,
    /// Wanted and not ended; while a device opens the position stands.
    pub playing: bool,
    /// It came to its end and was not moved since.
    pub ended: bool,
    pub speed: f32,
    pub volume: f32,
    /// The chosen output; `None` is the default one.
    pub device: Option<String>,
    /// Why nothing is heard; gone after the next `play` or `set_device`.
    pub error: Option<DeviceError>,
}

/// What the controls want. Changed under a lock by them, brought about by the keeper.
pub(super) struct Desk {
    pub(super) recording: Option<Decoded>,
    pub(super) transport: Arc<Transport>,
    pub(super) wants_play: bool,
    pub(super) speed: f32,
    pub(super) volume: f32,
    pub(super) device: Option<String>,
    pub(super) error: Option<DeviceError>,
    pub(super) output: Output,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            recording: None,
            transport: Arc::new(Transport::new(1.0, 1.0)),
            wants_play: false,
            speed: 1.0,
            volume: 1.0,
            device: None,
            error: None,
            output: Output::Closed,
        }
    }

    pub(super) fn load(&mut self, recording: Option<Decoded>) {
        self.transport.close();
        self.transport = Arc::new(Transport::new(self.speed, self.volume));
        self.wants_play = false;
        self.error = None;
        self.recording = recording;
    }

    pub(super) fn play(&mut self) {
        if self.recording.is_none() {
            return;
        }
        if self.transport.ended() {
            self.transport.seek(0);
        }
        self.error = None;
        self.wants_play = true;
    }

    pub(super) fn stop(&mut self) {
        self.wants_play = false;
        self.renew_transport(0);
        self.output = Output::Closed;
    }

    pub(super) fn seek(&mut self, position_ms: u64) {
        let Some(recording) = &self.recording else {
            return;
        };
        let frame = u128::from(position_ms) * u128::from(recording.rate_hz()) / 1000;
        self.transport.seek(
            usize::try_from(frame)
                .unwrap_or(usize::MAX)
                .min(recording.frames()),
        );
    }

    pub(super) fn choose(&mut self, device: Option<String>) {
        if self.device == device {
            return;
        }
        self.device = device;
        self.error = None;
        self.let_go();
    }

    /// Closes the output and stays at the same place.
    pub(super) fn let_go(&mut self) {
        let ended = self.transport.ended();
        self.renew_transport(self.transport.place());
        if ended {
            self.transport.take_seek();
            self.transport.report_end();
        }
        self.output = Output::Closed;
    }

    /// The sound's thread keeps the old controls until it ends, and can't disturb the new.
    fn renew_transport(&mut self, frame: usize) {
        self.transport.close();
        self.transport = Arc::new(Transport::new(self.speed, self.volume));
        self.transport.seek(frame);
    }

    pub(super) fn state(&self) -> PlayerState {
        let place = self.transport.place();
        let position_ms = self
            .recording
            .as_ref()
            .map(|r| frames_to_ms(place, r.rate_hz()));
        let ended = self.transport.ended();
        PlayerState {
            loaded: self.recording.is_some(),
            duration_ms: self.recording.as_ref().map_or(0, Decoded::duration_ms),
            position_ms: position_ms.unwrap_or(0),
            playing: self.wants_play && !ended,
            ended,
            speed: self.speed,
            volume: self.volume,
            device: self.device.clone(),
            error: self.error.clone(),
        }
    }
}
