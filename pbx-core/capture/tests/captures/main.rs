//! What becomes of captures: whole ones, and what networks and crashes do to them.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod made;

use std::net::{IpAddr, Ipv6Addr};

use pbx_capture::{Fault, Limits, Side};
use proptest::prelude::*;

use made::{
    OPUS, PACKET, Packet, Recording, USUAL, Writing, convert_file, convert_within, file, g722,
    heard, ogg_packets, recording, said, voice,
};

/// Both talk at once, and their packets arrive in turn.
fn both(packets: usize) -> Vec<Packet> {
    let caller = said(Side::Caller, &voice(1, packets), 1000);
    let callee = said(Side::Callee, &voice(2, packets), 77_000);
    caller
        .into_iter()
        .zip(callee)
        .flat_map(|(a, b)| [a, b])
        .collect()
}

fn is_whole(of: &Recording, packets: usize) {
    assert!(of.left == heard(&voice(1, packets)), "the caller's side");
    assert!(of.right == heard(&voice(2, packets)), "the callee's side");
}

#[test]
fn the_caller_is_left_and_the_callee_right() {
    let recording = recording(&both(100));
    is_whole(&recording, 100);
    assert_eq!(recording.made.samples_per_second, 8000);
    assert!(!recording.made.cut && recording.made.missing.is_empty());
}

#[test]
fn every_writing_of_the_format_is_read() {
    for big_endian in [false, true] {
        for nanoseconds in [false, true] {
            let writing = Writing {
                big_endian,
                nanoseconds,
            };
            is_whole(&convert_file(&file(&both(10), writing)).unwrap(), 10);
        }
    }
}

#[test]
fn a_call_over_ipv6_is_heard() {
    let mut packets = both(10);
    for packet in &mut packets {
        packet.from.0 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    }
    is_whole(&recording(&packets), 10);
}

#[test]
fn whoever_begins_later_is_heard_later() {
    let mut packets = both(10);
    for packet in packets.iter_mut().skip(1).step_by(2) {
        packet.at_us += 500_000;
    }
    packets.sort_by_key(|packet| packet.at_us);
    let recording = recording(&packets);
    assert_eq!(recording.right[..4000], [0; 4000]);
    assert_eq!(recording.right[4000..], heard(&voice(2, 10)));
    assert_eq!(recording.left[1600..], [0; 4000], "silence to the end");
}

#[test]
fn what_is_lost_is_silence_in_its_place() {
    let mut packets = said(Side::Caller, &voice(1, 10), 0);
    packets.drain(3..5);
    let recording = recording(&packets);
    let mut expected = heard(&voice(1, 10));
    expected[3 * PACKET..5 * PACKET].fill(0);
    assert!(recording.left == expected);
    assert!(recording.right.iter().all(|sample| *sample == 0));
}

#[test]
fn a_long_silence_costs_no_memory_and_keeps_its_length() {
    let mut packets = said(Side::Caller, &voice(1, 2), 0);
    // Minutes on hold, whose timestamps went on, and again as many whose timestamps did not.
    packets[1].at_us += 300_000_000;
    packets[1].timestamp += 300 * 8000;
    let mut again = packets[1].clone();
    again.at_us += 300_000_000;
    again.timestamp += 160;
    packets.push(again);
    let recording = recording(&packets);
    assert_eq!(recording.left.len(), 600 * 8000 + 2 * PACKET);
    let second = &heard(&voice(1, 2))[PACKET..];
    assert!(recording.left[300 * 8000 + PACKET..][..PACKET] == *second);
    assert!(recording.left[600 * 8000 + PACKET..] == *second);
}

#[test]
fn a_file_that_ends_anywhere_is_read_up_to_there() {
    let whole = file(&both(5), USUAL);
    for length in 0..whole.len() {
        match convert_file(&whole[..length]) {
            Ok(recording) => {
                let there = recording.made.samples as usize;
                assert_eq!(recording.left[..], heard(&voice(1, 5))[..there]);
            }
            Err(Fault::NoCapture(_)) => assert!(length < 24),
            Err(Fault::NoSound) => assert!(length < 24 + 16 + 214),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn what_is_no_sound_is_passed_over() {
    let mut packets = both(10);
    for (payload_type, at) in [(13, 4), (101, 6), (72, 8), (5, 10)] {
        let mut other = packets[at].clone();
        other.payload_type = payload_type;
        packets.insert(at, other);
    }
    // To the port beside, where RTCP is at home.
    let mut beside = packets[0].clone();
    beside.to += 1;
    packets.insert(0, beside);
    let recording = recording(&packets);
    is_whole(&recording, 10);
    assert_eq!(recording.made.missing, [5, 101]);
}

#[test]
fn a_call_of_the_wide_band_is_kept_as_wide() {
    let tone: Vec<i16> = (0..3200_i32)
        .map(|at| (f64::from(at) * 0.3).sin() * 9000.0)
        .map(|value| value as i16)
        .collect();
    let mut packets = said(Side::Caller, &g722(&tone), 0);
    for packet in &mut packets {
        packet.payload_type = 9;
    }
    // The other side has no such phone.
    packets.extend(said(Side::Callee, &voice(2, 10), 0));
    packets.sort_by_key(|packet| packet.at_us);
    let recording = recording(&packets);
    assert_eq!(recording.made.samples_per_second, 16_000);
    assert_eq!(recording.left.len(), 3200);
    let every_second: Vec<_> = recording.right.iter().copied().step_by(2).collect();
    assert!(every_second == heard(&voice(2, 10)));
    // The codec's filters take 22 samples.
    let (sent, came) = (&tone[..3000], &recording.left[22..3022]);
    assert!(correlation(sent, came) > 0.99);
}

#[test]
fn a_call_in_opus_is_heard() {
    let data = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/audio");
        std::fs::read(format!("{folder}/{name}")).unwrap()
    };
    // Its head and its tags come first.
    let coded = ogg_packets(&data("made/opus-mono.opus")).split_off(2);
    let packets: Vec<Packet> = said(Side::Caller, &vec![0; coded.len() * PACKET], 0)
        .into_iter()
        .zip(coded)
        .enumerate()
        // One is lost on the way.
        .filter(|(number, _)| *number != 120)
        .map(|(number, (packet, payload))| Packet {
            payload_type: OPUS,
            timestamp: u32::try_from(number * 960).unwrap(),
            payload,
            ..packet
        })
        .collect();
    let recording = recording(&packets);
    assert_eq!(recording.made.samples_per_second, 16_000);
    assert!(recording.made.missing.is_empty());
    let lost = 120 * 2 * PACKET;
    assert_eq!(recording.left[lost..][..2 * PACKET], [0; 2 * PACKET]);

    // Both sides of the conversation as one, which is what was coded.
    let wav = data("derived/stereo-legs.wav");
    let sample = |pair: &[u8]| i16::from_le_bytes([pair[0], pair[1]]);
    let spoken: Vec<i16> = wav[44..]
        .chunks_exact(4)
        .map(|frame| sample(&frame[..2]).midpoint(sample(&frame[2..])))
        .collect();
    let came: Vec<i16> = recording.left.iter().copied().step_by(2).collect();
    for (from, until) in [(4_000, 19_000), (20_000, 30_000)] {
        let spoken = &spoken[from..until];
        // The codec is late by what it looks ahead.
        let best = (0..200).map(|late| correlation(spoken, &came[from + late..until + late]));
        let best = best.fold(0.0, f64::max);
        // At 16 kbit/s it loses as much as that: ffmpeg's decoder comes to 0.95.
        assert!(best > 0.94, "{best}");
    }
}

fn correlation(a: &[i16], b: &[i16]) -> f64 {
    let product = |a: &[i16], b: &[i16]| -> f64 {
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

#[test]
fn a_capture_without_sound_says_so() {
    let fault = |packets: &[Packet]| convert_file(&file(packets, USUAL)).unwrap_err();
    assert!(matches!(fault(&[]), Fault::NoSound));
    let mut unknown = both(3);
    for packet in &mut unknown {
        packet.payload_type = 111;
    }
    let formats = fault(&unknown);
    assert!(formats.to_string().contains("111"), "{formats}");
    assert!(!formats.is_passing());
    let mut raw = file(&both(3), USUAL);
    raw[20] = 101;
    assert!(matches!(convert_file(&raw), Err(Fault::LinkType(101))));
    assert!(matches!(
        convert_file(&[b'x'; 50]),
        Err(Fault::NoCapture(_))
    ));
}

#[test]
fn a_call_without_end_is_cut() {
    let limits = Limits { seconds: 1 };
    let recording = convert_within(&file(&both(100), USUAL), limits).unwrap();
    assert!(recording.made.cut);
    assert!(recording.left == heard(&voice(1, 50)));
}

proptest! {
    /// Packets that overtake each other, come twice or not at all, from any first timestamp on.
    #[test]
    fn a_network_changes_nothing_but_what_it_loses(
        first in any::<u32>(),
        late_us in prop::collection::vec(0_i64..200_000, 60),
        fate in prop::collection::vec(prop::sample::select(vec![0_usize, 1, 1, 1, 1, 2]), 60),
    ) {
        let voice = voice(9, 60);
        let mut expected = heard(&voice);
        let mut packets = Vec::new();
        for (number, packet) in said(Side::Callee, &voice, first).into_iter().enumerate() {
            // The first one says where the stream begins.
            let copies = if number == 0 { 1 } else { fate[number] };
            if copies == 0 {
                expected[number * PACKET..][..PACKET].fill(0);
            }
            for copy in 0..copies {
                let mut packet = packet.clone();
                packet.at_us += if number == 0 { 0 } else { late_us[(number + copy) % 60] };
                packets.push(packet);
            }
        }
        packets.sort_by_key(|packet| packet.at_us);
        let recording = recording(&packets);
        // What is lost at the very end leaves nothing that would say that it was there.
        let heard_until = recording.right.len();
        prop_assert!(recording.right == expected[..heard_until]);
        prop_assert!(expected[heard_until..].iter().all(|sample| *sample == 0));
    }

    #[test]
    fn what_arrives_first_may_have_been_said_second(swapped in 1_usize..50) {
        let mut packets = said(Side::Caller, &voice(1, 60), u32::MAX - 500);
        let first = packets.remove(0);
        packets.insert(swapped, first);
        let mut at_us = made::BEGIN_US;
        for packet in &mut packets {
            packet.at_us = at_us;
            at_us += 20_000;
        }
        prop_assert!(recording(&packets).left == heard(&voice(1, 60)));
    }

    #[test]
    fn no_bytes_make_it_stumble(
        mut bytes in prop::collection::vec(any::<u8>(), 0..600),
        from in 0_usize..2000,
    ) {
        let mut file = file(&both(5), USUAL);
        let end = file.len().min(from + bytes.len());
        if from < end {
            bytes.truncate(end - from);
            file.splice(from..end, bytes);
        }
        if let Ok(recording) = convert_within(&file, Limits { seconds: 5 }) {
            prop_assert!(recording.left.len() <= 9 * 16_000);
        }
    }
}
