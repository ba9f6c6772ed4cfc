//! Where a packet's sound belongs, by the clock of who sent it.
//!
//! A stream begins where its first packet arrived, and from there on its timestamps count: what was
//! late is put where it belongs, and what was lost leaves its room. A timestamp that has nothing to
//! do with the arrival, as after a phone began to count anew, makes the stream begin again.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::codec::TICKS_PER_SECOND;
use crate::metadata::Side;
use crate::packet::Rtp;

/// Longer than packets wait on their way, shorter than what a person would miss between two who
/// talk. Everything that is remembered is remembered for this long.
pub const APART: i64 = 3 * TICKS_PER_SECOND;
/// More than phones, transfers and forks make of one call.
const STREAMS: usize = 32;

/// Two streams may have the same number: only with their path they are one each.
type Key = (SocketAddr, SocketAddr, u32);

/// A stream by its number among those of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub stream: usize,
    pub side: Side,
    /// In ticks after the first packet of all; before it for what was overtaken by that.
    pub at: i64,
}

struct Stream {
    side: Side,
    timestamp: u32,
    at: i64,
}

/// The streams of a call.
#[derive(Default)]
pub struct Streams {
    numbers: HashMap<Key, usize>,
    all: Vec<Stream>,
}

impl Streams {
    /// Where a packet belongs that arrived at `now`, given the steps of its timestamps in a tick. None: of
    /// one stream too many.
    pub fn place(&mut self, rtp: &Rtp<'_>, side: Side, clock: i64, now: i64) -> Option<Place> {
        let key = (rtp.from, rtp.to, rtp.ssrc);
        let Some(&number) = self.numbers.get(&key) else {
            let number = self.all.len();
            if number == STREAMS {
                return None;
            }
            self.numbers.insert(key, number);
            self.all.push(Stream {
                side,
                timestamp: rtp.timestamp,
                at: now,
            });
            return Some(Place {
                stream: number,
                side,
                at: now,
            });
        };
        let stream = &mut self.all[number];
        // The shorter way round: timestamps begin anew after the highest.
        let step = rtp.timestamp.wrapping_sub(stream.timestamp).cast_signed();
        let meant = stream.at + i64::from(step) / clock;
        stream.at = if (meant - now).abs() > APART {
            now
        } else {
            meant
        };
        stream.timestamp = rtp.timestamp;
        Some(Place {
            stream: number,
            side: stream.side,
            at: stream.at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rtp(port: u16, timestamp: u32) -> Rtp<'static> {
        Rtp {
            from: SocketAddr::from(([192, 0, 2, 1], port)),
            to: SocketAddr::from(([192, 0, 2, 9], 30_000)),
            ssrc: 7,
            timestamp,
            payload_type: 0,
            payload: &[],
        }
    }

    #[test]
    fn timestamps_say_where_and_not_the_arrival() {
        let mut streams = Streams::default();
        let mut at = |timestamp, now| {
            let place = streams.place(&rtp(4000, timestamp), Side::Caller, 1, now);
            place.unwrap().at
        };
        assert_eq!(at(u32::MAX - 159, 800), 800);
        assert_eq!(at(160, 1100), 1120, "over the highest, and one is missing");
        assert_eq!(at(0, 1101), 960, "which comes later");
        assert_eq!(at(320, 1290), 1280);
        assert_eq!(at(90_000, 1440), 1440, "it counts anew");
        assert_eq!(at(90_160, 1610), 1600);
    }

    #[test]
    fn the_path_tells_streams_of_one_number_apart() {
        let mut streams = Streams::default();
        for port in 0..32 {
            let place = streams.place(&rtp(port, 0), Side::Callee, 1, 0);
            assert_eq!(place.unwrap().stream, usize::from(port));
        }
        assert_eq!(streams.place(&rtp(99, 0), Side::Callee, 1, 0), None);
        assert!(streams.place(&rtp(5, 160), Side::Callee, 1, 160).is_some());
    }
}
