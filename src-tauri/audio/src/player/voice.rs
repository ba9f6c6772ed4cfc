//! A recording as an endless source of samples: stretched, resampled, with its controls.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use rodio::Source;

use super::device::BUFFER_MS;
use super::transport::Transport;
use crate::resample::Resampler;
use crate::{Decoded, Stretch};

/// From silence to full volume and back: no click.
const RAMP_MS: f32 = 8.0;
/// Silence that is played after the last sample before the end is reported: what is in the
/// buffers of the system is heard before the output closes.
const TAIL_MS: u32 = 2 * BUFFER_MS + 200;

pub(super) struct Voice {
    transport: Arc<Transport>,
    stretch: Stretch,
    resampler: Resampler,
    channels: NonZero<u16>,
    rate_hz: NonZero<u32>,
    piece: Vec<[f32; 2]>,
    taken: usize,
    gain: f32,
    gain_step: f32,
    /// Output frames of silence still to come after the last sample.
    tail: u32,
    frame: [f32; 2],
    channel: u16,
}

impl Voice {
    pub(super) fn new(
        recording: Decoded,
        transport: Arc<Transport>,
        channels: NonZero<u16>,
        rate_hz: NonZero<u32>,
    ) -> Self {
        let resampler = Resampler::new(recording.rate_hz(), rate_hz.get());
        let mut stretch = Stretch::new(recording);
        transport.take_seek();
        stretch.restart(transport.place());
        Self {
            transport,
            stretch,
            resampler,
            channels,
            rate_hz,
            piece: Vec::new(),
            taken: 0,
            gain: 0.0,
            gain_step: 1000.0 / (RAMP_MS * rate_hz.get() as f32),
            tail: tail_frames(rate_hz),
            frame: [0.0; 2],
            channel: 0,
        }
    }

    /// The next frame for the device, with the volume on its way to where it should be.
    fn next_frame(&mut self) -> [f32; 2] {
        let wanted = if self.transport.playing() {
            self.transport.volume()
        } else {
            0.0
        };
        self.gain += (wanted - self.gain).clamp(-self.gain_step, self.gain_step);
        if self.gain == 0.0 && !self.transport.playing() {
            self.jump_while_silent();
            return [0.0; 2];
        }
        let Self {
            transport,
            stretch,
            piece,
            taken,
            tail,
            rate_hz,
            ..
        } = self;
        let mut over = false;
        let frame = self.resampler.next(|| {
            if *taken == piece.len() {
                piece.clear();
                *taken = 0;
                if let Some(frame) = transport.take_seek() {
                    stretch.seek(frame);
                    *tail = tail_frames(*rate_hz);
                }
                stretch.set_speed(transport.speed());
                let more = stretch.next_piece(piece);
                transport.report(stretch.place());
                if !more {
                    over = true;
                    return [0.0; 2];
                }
            }
            *taken += 1;
            piece[*taken - 1]
        });
        if over || self.tail < tail_frames(self.rate_hz) {
            self.tail = self.tail.saturating_sub(1);
            if self.tail == 0 {
                self.transport.report_end();
            }
        }
        let gain = self.gain;
        frame.map(|sample| (sample * gain).clamp(-1.0, 1.0))
    }

    /// A wish to go elsewhere is taken during a pause too, and nothing old is heard after it.
    fn jump_while_silent(&mut self) {
        if let Some(frame) = self.transport.take_seek() {
            self.stretch.restart(frame);
            self.piece.clear();
            self.taken = 0;
            self.tail = tail_frames(self.rate_hz);
            self.transport.report(frame);
        }
    }
}

fn tail_frames(rate_hz: NonZero<u32>) -> u32 {
    (rate_hz.get() / 1000 * TAIL_MS).max(1)
}

impl Iterator for Voice {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.channel == 0 {
            if self.transport.closed() {
                return None;
            }
            self.frame = self.next_frame();
        }
        let channel = usize::from(self.channel);
        self.channel = (self.channel + 1) % self.channels;
        Some(match (self.channels.get(), channel) {
            (1, _) => (self.frame[0] + self.frame[1]) / 2.0,
            (_, 0 | 1) => self.frame[channel],
            _ => 0.0,
        })
    }
}

impl Source for Voice {
    fn current_span_len(&self) -> Option<usize> {
        None
    }
    fn channels(&self) -> NonZero<u16> {
        self.channels
    }
    fn sample_rate(&self) -> NonZero<u32> {
        self.rate_hz
    }
    fn total_duration(&self) -> Option<Duration> {
        None
    }
}
