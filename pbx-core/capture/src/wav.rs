//! A WAV of two sides, 16 bits a sample. Its sizes stand in its header and are known at its end.

use std::io::{BufWriter, Seek, SeekFrom, Write};

use crate::Fault;

const SIDES: u16 = 2;
const BYTES_PER_FRAME: u16 = SIDES * 2;
const HEADER: u32 = 44;

pub struct Wav<W: Write + Seek> {
    out: BufWriter<W>,
    samples_per_second: u32,
    bytes: u32,
}

impl<W: Write + Seek> Wav<W> {
    pub fn begin(out: W, samples_per_second: u32) -> Result<Self, Fault> {
        let mut wav = Self {
            out: BufWriter::with_capacity(1 << 16, out),
            samples_per_second,
            bytes: 0,
        };
        wav.header().map_err(Fault::Write)?;
        Ok(wav)
    }

    pub fn frame(&mut self, left: i16, right: i16) -> Result<(), Fault> {
        let ([a, b], [c, d]) = (left.to_le_bytes(), right.to_le_bytes());
        // The limit on the length of a call keeps it far from the end of the number.
        self.bytes = self.bytes.saturating_add(u32::from(BYTES_PER_FRAME));
        self.out.write_all(&[a, b, c, d]).map_err(Fault::Write)
    }

    /// Says in the header how long it became.
    pub fn finish(mut self) -> Result<(), Fault> {
        self.out
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.header())
            .and_then(|()| self.out.flush())
            .map_err(Fault::Write)
    }

    fn header(&mut self) -> std::io::Result<()> {
        let per_second = self.samples_per_second * u32::from(BYTES_PER_FRAME);
        let mut header = Vec::with_capacity(HEADER as usize);
        header.extend(b"RIFF");
        header.extend((HEADER - 8 + self.bytes).to_le_bytes());
        header.extend(b"WAVEfmt ");
        header.extend(16_u32.to_le_bytes());
        header.extend(1_u16.to_le_bytes());
        header.extend(SIDES.to_le_bytes());
        header.extend(self.samples_per_second.to_le_bytes());
        header.extend(per_second.to_le_bytes());
        header.extend(BYTES_PER_FRAME.to_le_bytes());
        header.extend(16_u16.to_le_bytes());
        header.extend(b"data");
        header.extend(self.bytes.to_le_bytes());
        self.out.write_all(&header)
    }
}
