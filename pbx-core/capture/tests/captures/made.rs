//! Captures as an engine would write them, made from what was said.

use std::io::Cursor;
use std::net::IpAddr;

use audio_codec::pcmu::PcmuDecoder;
use audio_codec::{Decoder as _, Encoder as _};
use pbx_capture::{Fault, Limits, Made, Ports, Side, convert};

pub const CALLER_PORT: u16 = 30_010;
pub const CALLEE_PORT: u16 = 30_000;
/// Bytes and ticks of a packet of twenty milliseconds.
pub const PACKET: usize = 160;
/// What a port of the caller's is told to be Opus.
pub const OPUS: u8 = 96;
pub const BEGIN_US: i64 = 1_795_807_842_000_000;

/// How a file says its numbers.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    pub big_endian: bool,
    pub nanoseconds: bool,
}

pub const USUAL: Writing = Writing {
    big_endian: false,
    nanoseconds: false,
};

#[derive(Debug, Clone)]
pub struct Packet {
    pub at_us: i64,
    pub from: (IpAddr, u16),
    pub to: u16,
    pub payload_type: u8,
    pub timestamp: u32,
    pub ssrc: u32,
    pub payload: Vec<u8>,
}

/// What one side said: each packet a part, sent as it is said.
pub fn said(side: Side, bytes: &[u8], first_timestamp: u32) -> Vec<Packet> {
    let (port, to) = match side {
        Side::Caller => (4000, CALLER_PORT),
        Side::Callee => (5000, CALLEE_PORT),
    };
    let parts = bytes.chunks(PACKET).zip(0_u32..);
    parts
        .map(|(part, number)| Packet {
            at_us: BEGIN_US + i64::from(number) * 20_000,
            from: (IpAddr::from([192, 0, 2, 7]), port),
            to,
            payload_type: 0,
            timestamp: first_timestamp.wrapping_add(number * 160),
            // Nothing keeps two phones from taking the same number.
            ssrc: 1,
            payload: part.to_vec(),
        })
        .collect()
}

/// A voice that is like no other part of itself.
pub fn voice(seed: u32, packets: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..packets * PACKET).map(|_| next()).collect()
}

pub fn heard(bytes: &[u8]) -> Vec<i16> {
    let mut samples = vec![0; bytes.len()];
    let count = PcmuDecoder::new().decode_into(bytes, &mut samples).unwrap();
    samples.truncate(count);
    samples
}

pub fn g722(samples: &[i16]) -> Vec<u8> {
    let mut bytes = vec![0; samples.len()];
    let mut encoder = audio_codec::g722::G722Encoder::new();
    let count = encoder.encode_into(samples, &mut bytes).unwrap();
    bytes.truncate(count);
    bytes
}

/// The packets of an Ogg file (RFC 3533), each whole: those of a voice fit into their page.
pub fn ogg_packets(mut file: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while !file.is_empty() {
        let (head, rest) = file.split_at(27);
        assert_eq!(head[..4], *b"OggS");
        let (lengths, mut body) = rest.split_at(usize::from(head[26]));
        let mut packet = Vec::new();
        for length in lengths {
            let (part, after) = body.split_at(usize::from(*length));
            packet.extend_from_slice(part);
            body = after;
            // A full segment goes on in the next one.
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        file = body;
    }
    packets
}

pub fn file(packets: &[Packet], writing: Writing) -> Vec<u8> {
    let number = |value: u32| {
        if writing.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let magic = if writing.nanoseconds {
        0xa1b2_3c4d
    } else {
        0xa1b2_c3d4
    };
    // Version, zone, accuracy, the longest packet, Ethernet: only the last one is read.
    let mut bytes: Vec<u8> = [magic, 0x0004_0002, 0, 0, 65_535, 1]
        .into_iter()
        .flat_map(number)
        .collect();
    for packet in packets {
        let frame = frame(packet);
        let length = u32::try_from(frame.len()).unwrap();
        let parts = u32::try_from(packet.at_us % 1_000_000).unwrap();
        let parts = parts * if writing.nanoseconds { 1000 } else { 1 };
        let seconds = u32::try_from(packet.at_us / 1_000_000).unwrap();
        bytes.extend(
            [seconds, parts, length, length]
                .into_iter()
                .flat_map(number),
        );
        bytes.extend(frame);
    }
    bytes
}

fn frame(packet: &Packet) -> Vec<u8> {
    let mut rtp = vec![0x80, packet.payload_type, 0, 0];
    rtp.extend(packet.timestamp.to_be_bytes());
    rtp.extend(packet.ssrc.to_be_bytes());
    rtp.extend(&packet.payload);
    let udp_length = u16::try_from(rtp.len() + 8).unwrap();
    let mut frame = vec![0; 12];
    match packet.from.0 {
        IpAddr::V4(ip) => {
            frame.extend([0x08, 0x00, 0x45, 0]);
            frame.extend((udp_length + 20).to_be_bytes());
            frame.extend([0, 0, 0, 0, 64, 17, 0, 0]);
            frame.extend(ip.octets());
            frame.extend([192, 0, 2, 9]);
        }
        IpAddr::V6(ip) => {
            frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
            frame.extend(udp_length.to_be_bytes());
            frame.extend([17, 64]);
            frame.extend(ip.octets());
            frame.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
        }
    }
    frame.extend(packet.from.1.to_be_bytes());
    frame.extend(packet.to.to_be_bytes());
    frame.extend(udp_length.to_be_bytes());
    frame.extend([0, 0]);
    frame.extend(rtp);
    frame
}

/// A recording as a player reads it.
#[derive(Debug, PartialEq, Eq)]
pub struct Recording {
    pub made: Made,
    pub left: Vec<i16>,
    pub right: Vec<i16>,
}

pub fn convert_file(file: &[u8]) -> Result<Recording, Fault> {
    convert_within(file, Limits::default())
}

pub fn convert_within(file: &[u8], limits: Limits) -> Result<Recording, Fault> {
    let mut ports = Ports::default();
    ports.hears(CALLER_PORT, Side::Caller);
    ports.hears(CALLEE_PORT, Side::Callee);
    ports.names(CALLER_PORT, OPUS, "opus/48000/2");
    let mut out = Cursor::new(Vec::new());
    let made = convert(Cursor::new(file), &ports, limits, &mut out)?;
    let wav = out.into_inner();
    let word = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().unwrap());
    assert_eq!((&wav[..4], &wav[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    assert_eq!(word(4) as usize, wav.len() - 8);
    assert_eq!(wav[20..24], [1, 0, 2, 0], "PCM of two sides");
    assert_eq!(word(24), made.samples_per_second);
    assert_eq!(word(40) as usize, wav.len() - 44);
    let sample = |pair: &[u8]| i16::from_le_bytes(pair.try_into().unwrap());
    let frames = wav[44..].chunks(4);
    let (left, right): (Vec<_>, Vec<_>) = frames
        .map(|frame| (sample(&frame[..2]), sample(&frame[2..])))
        .unzip();
    assert_eq!(left.len() as u64, made.samples);
    Ok(Recording { made, left, right })
}

/// What packets become, in the order in which they arrived.
pub fn recording(packets: &[Packet]) -> Recording {
    convert_file(&file(packets, USUAL)).unwrap()
}
