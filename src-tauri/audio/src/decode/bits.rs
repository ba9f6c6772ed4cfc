//! Bits read from the least significant end, as WAV49 and Vorbis pack them.

pub(crate) struct BitsLsb<'a> {
    bytes: &'a [u8],
    bit: usize,
}

impl<'a> BitsLsb<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, bit: 0 }
    }

    /// The next `count` bits (at most 32); `None` past the end.
    pub(crate) fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0_u32;
        for shift in 0..count {
            let byte = *self.bytes.get(self.bit / 8)?;
            value |= u32::from(byte >> (self.bit % 8) & 1) << shift;
            self.bit += 1;
        }
        Some(value)
    }

    pub(crate) fn skip(&mut self, count: usize) {
        self.bit = self.bit.saturating_add(count);
    }
}
