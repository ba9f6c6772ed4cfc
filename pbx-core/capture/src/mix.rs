//! Puts packets into the two sides of a recording, in the order in which they were said.
//!
//! What arrives now may belong a little before or behind now, so packets wait until nothing that
//! belongs before them can come any more. Then they are decoded and written; where nothing is,
//! there is silence.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Seek, Write};

use crate::Fault;
use crate::codec::{Codec, Decoding, TICKS_PER_SECOND};
use crate::metadata::Side;
use crate::place::APART;
use crate::walk::Sound;
use crate::wav::Wav;

/// Packets of one stream that wait. At twenty milliseconds each they are three hundred; a stream
/// that has more is heard in the order in which it comes.
const WAITING: usize = 2048;
/// Frames that are written at once.
const BLOCK: usize = 4096;

pub struct Mix<W: Write + Seek> {
    wav: Wav<W>,
    origin: i64,
    samples_per_second: u32,
    streams: Vec<Queue>,
    caller: Track,
    callee: Track,
    /// Frames that are written.
    written: u64,
}

/// The packets of a stream that wait, by their places.
struct Queue {
    side: Side,
    waiting: BTreeMap<i64, (Codec, Vec<u8>)>,
    decoding: Decoding,
    /// Up to here it was heard: what comes again is not heard twice.
    heard: i64,
}

/// The samples of a side that are not written yet.
#[derive(Default)]
struct Track {
    samples: VecDeque<i16>,
}

impl<W: Write + Seek> Mix<W> {
    pub fn begin(out: W, origin: i64, samples_per_second: u32) -> Result<Self, Fault> {
        Ok(Self {
            wav: Wav::begin(out, samples_per_second)?,
            origin,
            samples_per_second,
            streams: Vec::new(),
            caller: Track::default(),
            callee: Track::default(),
            written: 0,
        })
    }

    pub fn hear(&mut self, sound: &Sound<'_>) -> Result<(), Fault> {
        // Streams are numbered as they come.
        if sound.stream == self.streams.len() {
            self.streams.push(Queue {
                side: sound.side,
                waiting: BTreeMap::new(),
                decoding: Decoding::default(),
                heard: i64::MIN,
            });
        }
        let queue = &mut self.streams[sound.stream];
        if sound.at >= queue.heard {
            queue
                .waiting
                .entry(sound.at)
                .or_insert_with(|| (sound.codec, sound.payload.to_vec()));
        }
        if queue.waiting.len() > WAITING {
            self.release_first(sound.stream);
        }
        self.release_until(sound.now - APART)
    }

    /// Writes what is left; gives the samples of a side.
    pub fn finish(mut self) -> Result<u64, Fault> {
        self.release_until(i64::MAX)?;
        let rest = self.caller.samples.len().max(self.callee.samples.len());
        self.write(self.written + rest as u64)?;
        self.wav.finish()?;
        Ok(self.written)
    }

    /// Nothing that belongs before `horizon` can come any more.
    fn release_until(&mut self, horizon: i64) -> Result<(), Fault> {
        for number in 0..self.streams.len() {
            while self.streams[number]
                .waiting
                .first_key_value()
                .is_some_and(|(at, _)| *at < horizon)
            {
                self.release_first(number);
            }
        }
        if horizon == i64::MAX {
            return Ok(());
        }
        self.write(self.frame(horizon))
    }

    fn release_first(&mut self, number: usize) {
        let each = self.each();
        let queue = &mut self.streams[number];
        let Some((at, (codec, payload))) = queue.waiting.pop_first() else {
            return;
        };
        let samples = queue
            .decoding
            .decode(codec, &payload, self.samples_per_second);
        // Where a packet begins before the end of the one before it, as its sender's clock stumbled, that
        // part was heard.
        let begin = at.max(queue.heard);
        let end = at + i64::try_from(samples.len()).unwrap_or_default() / each;
        queue.heard = queue.heard.max(end);
        let side = queue.side;
        let from = self.frame(begin);
        let skipped = usize::try_from(from - self.frame(at)).unwrap_or(usize::MAX);
        let Some(samples) = samples.get(skipped..) else {
            return;
        };
        let place = usize::try_from(from.saturating_sub(self.written)).unwrap_or(usize::MAX);
        match side {
            Side::Caller => self.caller.add(place, samples),
            Side::Callee => self.callee.add(place, samples),
        }
    }

    /// The frame of a tick. Everything is at the origin or behind it.
    fn frame(&self, at: i64) -> u64 {
        u64::try_from((at - self.origin) * self.each()).unwrap_or_default()
    }

    /// Frames of a tick.
    fn each(&self) -> i64 {
        i64::from(self.samples_per_second) / TICKS_PER_SECOND
    }

    fn write(&mut self, until: u64) -> Result<(), Fault> {
        while self.written < until {
            let count = usize::try_from(until - self.written)
                .unwrap_or(BLOCK)
                .min(BLOCK);
            for _ in 0..count {
                self.wav.frame(self.caller.next(), self.callee.next())?;
            }
            self.written += count as u64;
        }
        Ok(())
    }
}

impl Track {
    /// Two streams of one side at a time are both heard.
    fn add(&mut self, place: usize, samples: &[i16]) {
        let end = place + samples.len();
        if self.samples.len() < end {
            self.samples.resize(end, 0);
        }
        for (there, new) in self.samples.range_mut(place..).zip(samples) {
            *there = there.saturating_add(*new);
        }
    }

    fn next(&mut self) -> i16 {
        self.samples.pop_front().unwrap_or_default()
    }
}
