//! What the controls and the sound's own thread share: atomics only, since the sound may
//! never wait for a lock.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

const NO_SEEK: u64 = u64::MAX;

/// The controls of one loaded recording.
pub(super) struct Transport {
    playing: AtomicBool,
    ended: AtomicBool,
    /// The sound's thread is to let go of this recording.
    closed: AtomicBool,
    speed: AtomicU32,
    volume: AtomicU32,
    seek_to: AtomicU64,
    place: AtomicU64,
}

impl Transport {
    pub(super) fn new(speed: f32, volume: f32) -> Self {
        Self {
            playing: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            speed: AtomicU32::new(speed.to_bits()),
            volume: AtomicU32::new(volume.to_bits()),
            seek_to: AtomicU64::new(NO_SEEK),
            place: AtomicU64::new(0),
        }
    }

    pub(super) fn set_playing(&self, playing: bool) {
        self.playing.store(playing, Ordering::Release);
    }

    pub(super) fn playing(&self) -> bool {
        self.playing.load(Ordering::Acquire)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(super) fn closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn set_speed(&self, speed: f32) {
        self.speed.store(speed.to_bits(), Ordering::Release);
    }

    pub(super) fn speed(&self) -> f32 {
        f32::from_bits(self.speed.load(Ordering::Acquire))
    }

    pub(super) fn set_volume(&self, volume: f32) {
        self.volume.store(volume.to_bits(), Ordering::Release);
    }

    pub(super) fn volume(&self) -> f32 {
        f32::from_bits(self.volume.load(Ordering::Acquire))
    }

    pub(super) fn seek(&self, frame: usize) {
        self.place.store(frame as u64, Ordering::Release);
        self.seek_to.store(frame as u64, Ordering::Release);
        self.ended.store(false, Ordering::Release);
    }

    /// A wish that was not taken yet counts as the place already.
    pub(super) fn place(&self) -> usize {
        match self.seek_to.load(Ordering::Acquire) {
            NO_SEEK => self.place.load(Ordering::Acquire) as usize,
            wish => wish as usize,
        }
    }

    pub(super) fn ended(&self) -> bool {
        self.ended.load(Ordering::Acquire) && self.seek_to.load(Ordering::Acquire) == NO_SEEK
    }

    /// For the sound's thread: the wish to go elsewhere, once.
    pub(super) fn take_seek(&self) -> Option<usize> {
        if self.seek_to.load(Ordering::Acquire) == NO_SEEK {
            return None;
        }
        let wish = self.seek_to.swap(NO_SEEK, Ordering::AcqRel);
        // The end may have been reported between the wish and now.
        self.ended.store(false, Ordering::Release);
        (wish != NO_SEEK).then_some(wish as usize)
    }

    /// For the sound's thread.
    pub(super) fn report(&self, place: usize) {
        self.place.store(place as u64, Ordering::Release);
    }

    /// For the sound's thread.
    pub(super) fn report_end(&self) {
        self.ended.store(true, Ordering::Release);
    }
}
