//! A look at the boxes of an MP4 file before its demuxer sees them.
//!
//! The demuxer believes the counts in an index and reserves memory for them; here they are
//! compared with the size of their box. The same walk finds the edit list, which says what
//! the encoder put in front of the sound.

use crate::DecodeError;

/// Boxes in boxes deeper than this are no file that anybody writes.
const DEPTH_MAX: usize = 8;

/// The part of a track that is to be heard.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edit {
    /// In units of the track.
    skip: u64,
    track_scale: u64,
    /// In units of the movie; 0 for all the rest.
    len: u64,
    movie_scale: u64,
}

impl Edit {
    /// Frames of sound to leave out, and how many to keep after them.
    pub(super) fn frames(&self, rate_hz: u32) -> (usize, Option<usize>) {
        let frames = |units: u64, scale: u64| {
            let exact = u128::from(units) * u128::from(rate_hz) / u128::from(scale.max(1));
            usize::try_from(exact).unwrap_or(usize::MAX)
        };
        let len = frames(self.len, self.movie_scale);
        (
            frames(self.skip, self.track_scale),
            (len > 0).then_some(len),
        )
    }
}

struct Walk<'a> {
    bytes: &'a mut [u8],
    movie_scale: u64,
    track: Edit,
    is_sound: bool,
    found: Option<Edit>,
}

/// Refuses an index that can't be true and hides the tags, whose lengths nobody checks.
/// Gives the edit of the first track of sound.
pub(super) fn check(bytes: &mut [u8]) -> Result<Option<Edit>, DecodeError> {
    let end = bytes.len();
    let mut walk = Walk {
        bytes,
        movie_scale: 0,
        track: Edit::default(),
        is_sound: false,
        found: None,
    };
    walk.boxes(0, end, 0)?;
    Ok(walk.found.map(|edit| Edit {
        movie_scale: walk.movie_scale,
        ..edit
    }))
}

fn lie() -> DecodeError {
    DecodeError::damaged("its index contradicts itself")
}

impl Walk<'_> {
    fn u32(&self, at: usize) -> u64 {
        self.bytes
            .get(at..at + 4)
            .map_or(0, |raw| raw.iter().fold(0, |v, &b| v << 8 | u64::from(b)))
    }

    fn u64(&self, at: usize) -> u64 {
        self.u32(at) << 32 | self.u32(at + 4)
    }

    fn boxes(&mut self, mut at: usize, end: usize, depth: usize) -> Result<(), DecodeError> {
        if depth > DEPTH_MAX {
            return Err(lie());
        }
        while at + 8 <= end {
            let (size, start) = match self.u32(at) {
                0 => ((end - at) as u64, at + 8),
                1 => (self.u64(at + 8), at + 16),
                size => (size, at + 8),
            };
            let stop = (at as u64).saturating_add(size);
            if stop < start as u64 {
                return Err(lie());
            }
            let cut = stop > end as u64;
            let stop = stop.min(end as u64) as usize;
            let name: [u8; 4] = self.bytes[at + 4..at + 8].try_into().unwrap_or_default();
            if cut && &name != b"mdat" {
                return Err(DecodeError::damaged(
                    "it was cut before its index was written",
                ));
            }
            if matches!(&name, b"udta" | b"meta") {
                self.bytes[at + 4..at + 8].copy_from_slice(b"free");
            }
            self.one(name, start.min(stop), stop, depth)?;
            at = stop;
        }
        Ok(())
    }

    fn one(
        &mut self,
        name: [u8; 4],
        start: usize,
        stop: usize,
        depth: usize,
    ) -> Result<(), DecodeError> {
        let room = (stop - start) as u64;
        let table = |count: u64, entry: u64, head: u64| {
            if count.saturating_mul(entry).saturating_add(head) > room {
                Err(lie())
            } else {
                Ok(())
            }
        };
        match &name {
            b"moov" | b"mdia" | b"minf" | b"stbl" | b"edts" | b"mvex" | b"moof" | b"traf" => {
                self.boxes(start, stop, depth + 1)?;
            }
            b"trak" => {
                (self.track, self.is_sound) = (Edit::default(), false);
                self.boxes(start, stop, depth + 1)?;
                if self.is_sound && self.found.is_none() {
                    self.found = Some(self.track);
                }
            }
            b"stsz" => self.sample_sizes(start, room)?,
            b"stco" | b"stss" => table(self.u32(start + 4), 4, 8)?,
            b"co64" | b"stts" | b"ctts" => table(self.u32(start + 4), 8, 8)?,
            b"stsc" => table(self.u32(start + 4), 12, 8)?,
            b"trex" => self.possible(self.u32(start + 16))?,
            b"tfhd" => self.fragment_defaults(start)?,
            b"trun" => self.fragment_sizes(start, room)?,
            b"hdlr" => self.is_sound = self.bytes.get(start + 8..start + 12) == Some(b"soun"),
            b"mvhd" => self.movie_scale = self.scale(start),
            b"mdhd" => self.track.track_scale = self.scale(start),
            b"elst" => self.edits(start),
            _ => {}
        }
        Ok(())
    }

    /// The time units of a second, behind two dates whose width depends on the version.
    fn scale(&self, start: usize) -> u64 {
        let long = self.bytes.get(start) == Some(&1);
        self.u32(start + if long { 20 } else { 12 })
    }

    fn edits(&mut self, start: usize) {
        let long = self.bytes.get(start) == Some(&1);
        let (entry, unset) = if long {
            (20, u64::MAX)
        } else {
            (12, u64::from(u32::MAX))
        };
        // An entry without a place is a pause before the sound.
        for number in 0..self.u32(start + 4).min(4) as usize {
            let at = start + 8 + number * entry;
            let (len, skip) = if long {
                (self.u64(at), self.u64(at + 8))
            } else {
                (self.u32(at), self.u32(at + 4))
            };
            if skip != unset {
                (self.track.len, self.track.skip) = (len, skip);
                return;
            }
        }
    }

    /// The demuxer reserves memory for a sample before it finds that the file has no such.
    fn possible(&self, sample_bytes: u64) -> Result<(), DecodeError> {
        if sample_bytes > self.bytes.len() as u64 {
            Err(lie())
        } else {
            Ok(())
        }
    }

    /// The size of samples in a fragment that do not say their own (flag 0x10), behind the
    /// other optional fields.
    fn fragment_defaults(&self, start: usize) -> Result<(), DecodeError> {
        let flags = self.u32(start);
        let skipped: usize = [(0x1, 8), (0x2, 4), (0x8, 4)]
            .into_iter()
            .map(|(flag, size)| if flags & flag != 0 { size } else { 0 })
            .sum();
        if flags & 0x10 != 0 {
            self.possible(self.u32(start + 8 + skipped))
        } else {
            Ok(())
        }
    }

    /// The samples of a fragment: up to four fields each, the size (flag 0x200) behind the
    /// duration (flag 0x100).
    fn fragment_sizes(&self, start: usize, room: u64) -> Result<(), DecodeError> {
        let (flags, count) = (self.u32(start), self.u32(start + 4));
        let head = 8 + 4 * u64::from((flags & 0x5).count_ones());
        let entry = 4 * u64::from((flags & 0xF00).count_ones());
        if count.saturating_mul(entry).saturating_add(head) > room {
            return Err(lie());
        }
        if flags & 0x200 == 0 {
            return Ok(());
        }
        let size_at = start + head as usize + if flags & 0x100 != 0 { 4 } else { 0 };
        (0..count as usize).try_for_each(|i| self.possible(self.u32(size_at + i * entry as usize)))
    }

    fn sample_sizes(&self, start: usize, room: u64) -> Result<(), DecodeError> {
        let (same, count) = (self.u32(start + 4), self.u32(start + 8));
        self.possible(same)?;
        let total = if same > 0 {
            count.saturating_mul(same)
        } else if count.saturating_mul(4).saturating_add(12) > room {
            return Err(lie());
        } else {
            (0..count as usize)
                .map(|i| self.u32(start + 12 + 4 * i))
                .sum()
        };
        // A cut file has less than its index says; a hundred times less is a lie.
        if total > (self.bytes.len() as u64).saturating_mul(100) {
            Err(lie())
        } else {
            Ok(())
        }
    }
}
