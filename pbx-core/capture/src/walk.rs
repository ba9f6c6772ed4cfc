//! Through a capture from its beginning: the packets that are sound of this call, each with its
//! place. Both times it is read, the same comes of it.

use std::collections::BTreeSet;
use std::io::{BufReader, Read};

use crate::codec::{Codec, Kind, TICKS_PER_SECOND};
use crate::metadata::{Ports, Side};
use crate::packet::Rtp;
use crate::pcap::Packets;
use crate::place::Streams;
use crate::{Fault, Limits};

/// Ten times what any phone puts into a packet. What is longer is none.
const LONGEST: usize = 1600;

const US_PER_TICK: i64 = 1_000_000 / TICKS_PER_SECOND;

/// A packet that is heard.
#[derive(Debug)]
pub struct Sound<'a> {
    pub stream: usize,
    pub side: Side,
    /// In ticks after the first packet.
    pub at: i64,
    /// When it arrived, never before what came before it.
    pub now: i64,
    pub codec: Codec,
    pub payload: &'a [u8],
}

pub struct Walk<'a, R> {
    packets: Packets<BufReader<R>>,
    ports: &'a Ports,
    streams: Streams,
    begun_us: Option<i64>,
    now: i64,
    end: i64,
    cut: bool,
    unread: BTreeSet<u8>,
}

impl<'a, R: Read> Walk<'a, R> {
    pub fn begin(capture: R, ports: &'a Ports, limits: Limits) -> Result<Self, Fault> {
        Ok(Self {
            packets: Packets::begin(BufReader::with_capacity(1 << 18, capture))?,
            ports,
            streams: Streams::default(),
            begun_us: None,
            now: 0,
            end: i64::from(limits.seconds) * TICKS_PER_SECOND,
            cut: false,
            unread: BTreeSet::new(),
        })
    }

    /// The next packet that is heard; none at the end.
    pub fn advance(&mut self) -> Result<Option<Sound<'_>>, Fault> {
        // In two steps: what is given away borrows the packet, and the loop goes on to another.
        let Some((stream, side, at, codec)) = self.find()? else {
            return Ok(None);
        };
        Ok(Rtp::read(self.packets.last()).map(|rtp| Sound {
            stream,
            side,
            at,
            now: self.now,
            codec,
            payload: rtp.payload,
        }))
    }

    fn find(&mut self) -> Result<Option<(usize, Side, i64, Codec)>, Fault> {
        while let Some(packet) = self.packets.advance()? {
            let Some(rtp) = Rtp::read(packet.bytes) else {
                continue;
            };
            let Some(side) = self.ports.side(rtp.to.port()) else {
                continue;
            };
            let codec = match self.ports.kind(rtp.to.port(), rtp.payload_type) {
                Kind::Sound(codec) => codec,
                Kind::Silent => continue,
                Kind::Unread => {
                    self.unread.insert(rtp.payload_type);
                    continue;
                }
            };
            if rtp.payload.is_empty() || rtp.payload.len() > LONGEST {
                continue;
            }
            let begun_us = *self.begun_us.get_or_insert(packet.at_us);
            let arrived = (packet.at_us - begun_us) / US_PER_TICK;
            // A clock that is put back takes nothing back.
            self.now = self.now.max(arrived);
            if self.now >= self.end {
                self.cut = true;
                return Ok(None);
            }
            if let Some(place) = self.streams.place(&rtp, side, codec.clock(), self.now) {
                return Ok(Some((place.stream, place.side, place.at, codec)));
            }
        }
        Ok(None)
    }

    /// Whether there was more than the limit.
    pub const fn cut(&self) -> bool {
        self.cut
    }

    /// The payload types that were passed over.
    pub fn unread(&self) -> impl Iterator<Item = u8> + '_ {
        self.unread.iter().copied()
    }
}
