//! Packets of a capture file, one by one. The classic format is a header of 24 bytes, then 16 bytes
//! before each packet; which way round its numbers stand, and how fine its clock is, its first four
//! bytes say.

use std::io::Read;

use crate::Fault;

const ETHERNET: u32 = 1;
/// The most that capturing programs take of a packet. More is no length any more but a damage, and
/// nothing behind it can be found.
const LONGEST: u32 = 262_144;

/// The packets of a capture.
pub struct Packets<R> {
    source: R,
    big_endian: bool,
    /// Parts of its clock in a microsecond.
    parts_per_us: i64,
    bytes: Vec<u8>,
}

/// A packet, and when it was seen.
#[derive(Debug)]
pub struct Packet<'a> {
    pub at_us: i64,
    pub bytes: &'a [u8],
}

impl<R: Read> Packets<R> {
    pub fn begin(mut source: R) -> Result<Self, Fault> {
        let mut header = [0; 24];
        if !fill(&mut source, &mut header)? {
            return Err(Fault::NoCapture("it ends within its header"));
        }
        let [a, b, c, d, ..] = header;
        let (big_endian, parts_per_us) = match [a, b, c, d] {
            [0xd4, 0xc3, 0xb2, 0xa1] => (false, 1),
            [0xa1, 0xb2, 0xc3, 0xd4] => (true, 1),
            [0x4d, 0x3c, 0xb2, 0xa1] => (false, 1000),
            [0xa1, 0xb2, 0x3c, 0x4d] => (true, 1000),
            [0x0a, 0x0d, 0x0d, 0x0a] => {
                return Err(Fault::NoCapture("it is of the newer format, pcapng"));
            }
            _ => return Err(Fault::NoCapture("it begins like none")),
        };
        let packets = Self {
            source,
            big_endian,
            parts_per_us,
            bytes: Vec::new(),
        };
        // The upper bits say how long a checksum is that no Ethernet capture here has.
        let link = packets.number(&header, 20) & 0x0fff_ffff;
        if link == ETHERNET {
            Ok(packets)
        } else {
            Err(Fault::LinkType(link))
        }
    }

    /// The next packet; none at the end, also where the file ends within a packet, as it does when
    /// its writer was killed.
    pub fn advance(&mut self) -> Result<Option<Packet<'_>>, Fault> {
        let mut header = [0; 16];
        if !fill(&mut self.source, &mut header)? {
            return Ok(None);
        }
        let length = self.number(&header, 8);
        if length > LONGEST {
            return Ok(None);
        }
        self.bytes.resize(length as usize, 0);
        if !fill(&mut self.source, &mut self.bytes)? {
            return Ok(None);
        }
        let seconds = i64::from(self.number(&header, 0));
        let parts = i64::from(self.number(&header, 4));
        Ok(Some(Packet {
            at_us: seconds * 1_000_000 + parts / self.parts_per_us,
            bytes: &self.bytes,
        }))
    }

    /// The bytes of the packet that [`Self::advance`] gave.
    pub fn last(&self) -> &[u8] {
        &self.bytes
    }

    fn number(&self, header: &[u8], at: usize) -> u32 {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&header[at..at + 4]);
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}

/// Whether there was enough.
fn fill(source: &mut impl Read, bytes: &mut [u8]) -> Result<bool, Fault> {
    match source.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(fault) if fault.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(fault) => Err(Fault::Read(fault)),
    }
}
