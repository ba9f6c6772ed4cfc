//! RTP in an Ethernet frame: IPv4 or IPv6, UDP, and RFC 3550's header.

use std::net::{IpAddr, SocketAddr};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};

/// A packet of sound, as far as its header says.
#[derive(Debug, PartialEq, Eq)]
pub struct Rtp<'a> {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub ssrc: u32,
    pub timestamp: u32,
    pub payload_type: u8,
    pub payload: &'a [u8],
}

impl<'a> Rtp<'a> {
    /// None: the frame carries something else, or half of it.
    pub fn read(frame: &'a [u8]) -> Option<Self> {
        let packet = SlicedPacket::from_ethernet(frame).ok()?;
        let (from, to) = match packet.net? {
            NetSlice::Ipv4(ip) => {
                let header = ip.header();
                let (from, to) = (header.source_addr(), header.destination_addr());
                (IpAddr::V4(from), IpAddr::V4(to))
            }
            NetSlice::Ipv6(ip) => {
                let header = ip.header();
                let (from, to) = (header.source_addr(), header.destination_addr());
                (IpAddr::V6(from), IpAddr::V6(to))
            }
            NetSlice::Arp(_) => return None,
        };
        // A fragment has no transport: it is no whole packet of sound.
        let Some(TransportSlice::Udp(udp)) = packet.transport else {
            return None;
        };
        Self::of(
            SocketAddr::new(from, udp.source_port()),
            SocketAddr::new(to, udp.destination_port()),
            udp.payload(),
        )
    }

    fn of(from: SocketAddr, to: SocketAddr, bytes: &'a [u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_first_chunk::<12>()?;
        let [first, second, _, _, t0, t1, t2, t3, s0, s1, s2, s3] = *header;
        if first >> 6 != 2 {
            return None;
        }
        rest = rest.get(4 * usize::from(first & 0x0f)..)?;
        if first & 0x10 != 0 {
            let ([_, _, high, low], after) = rest.split_first_chunk::<4>()?;
            rest = after.get(4 * usize::from(u16::from_be_bytes([*high, *low]))..)?;
        }
        if first & 0x20 != 0 {
            let padding = usize::from(*rest.last()?);
            rest = rest.get(..rest.len().checked_sub(padding)?)?;
        }
        Some(Self {
            from,
            to,
            ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            payload_type: second & 0x7f,
            payload: rest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], 4000))
    }

    fn payload(bytes: &[u8]) -> Option<&[u8]> {
        Rtp::of(here(), here(), bytes).map(|rtp| rtp.payload)
    }

    #[test]
    fn what_stands_between_header_and_sound_is_passed_over() {
        let plain = [0x80, 0x80, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 7, 8];
        let rtp = Rtp::of(here(), here(), &plain).unwrap();
        assert_eq!((rtp.payload_type, rtp.timestamp, rtp.ssrc), (0, 2, 3));
        assert_eq!(rtp.payload, [7, 8]);
        // One contributing source, an extension of one word, and two bytes of padding.
        let full = [
            0xb1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 7, 8,
            0, 2,
        ];
        assert_eq!(payload(&full), Some(&[7, 8][..]));
    }

    #[test]
    fn half_a_packet_is_none() {
        let full = [
            0xb1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 0xbe, 0xde, 0, 1, 9, 9, 9, 9,
        ];
        for length in 0..full.len() {
            assert_eq!(payload(&full[..length]), None, "{length}");
        }
        // Another version, and padding that is longer than the packet.
        assert_eq!(payload(&[0; 20]), None);
        let padded = [0xa0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9];
        assert_eq!(payload(&padded), None);
    }
}
