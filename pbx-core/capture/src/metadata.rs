//! What rtpengine writes beside a capture when the call is over: where the capture lies, every SDP
//! that it gave away with the label of whose it was, and what the engine wants to find again.

use std::collections::BTreeMap;

use crate::Fault;
use crate::codec::Kind;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Caller,
    Callee,
}

/// Which of the engine's ports hears whom. Addresses say nothing: behind a NAT the one that is
/// given away is not the one that packets arrive at, and one engine has one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ports {
    all: BTreeMap<u16, Side>,
    /// What the numbers of formats mean that are sent to a port.
    formats: BTreeMap<(u16, u8), Kind>,
}

impl Ports {
    /// Notes who sends to a port. What was said first stays: a port that comes back in a later SDP
    /// is still the same one's.
    pub fn hears(&mut self, port: u16, side: Side) {
        self.all.entry(port).or_insert(side);
    }

    /// Notes what a number of a format means at a port, as `rtpmap` says it: `opus/48000/2`. As with the port,
    /// what was said first stays.
    pub fn names(&mut self, port: u16, payload_type: u8, encoding: &str) {
        self.formats
            .entry((port, payload_type))
            .or_insert_with(|| Kind::named(encoding));
    }

    /// What a number means at a port.
    pub(crate) fn kind(&self, port: u16, payload_type: u8) -> Kind {
        let named = self.formats.get(&(port, payload_type));
        named.copied().unwrap_or_else(|| Kind::of(payload_type))
    }

    #[must_use]
    pub fn side(&self, port: u16) -> Option<Side> {
        self.all.get(&port).copied()
    }
}

/// The text beside a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The capture's name, without the folder, which may have another name where it is read.
    pub file: String,
    /// What the engine's configuration said of the call.
    pub call: String,
    pub ports: Ports,
}

/// What the configuration of the engine puts before the call's id.
const CALL: &str = "call:";

impl Metadata {
    /// # Errors
    /// When it names no capture or no call.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let path = text.lines().next().unwrap_or_default().trim();
        let file = path.rsplit('/').next().unwrap_or_default();
        if file.is_empty() || file.starts_with('.') {
            return Err(Fault::Metadata("it names no capture"));
        }
        // Written at the very end, behind all that a phone could have put into an SDP.
        let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
        let call = last.and_then(|line| line.strip_prefix(CALL));
        let call = call.ok_or(Fault::Metadata("it names no call"))?;
        Ok(Self {
            file: file.to_owned(),
            call: call.to_owned(),
            ports: ports(text),
        })
    }
}

/// An SDP that came from one side says where the other side is to send, and what its numbers mean.
fn ports(text: &str) -> Ports {
    let mut ports = Ports::default();
    let mut speaker = None;
    let mut port = None;
    for line in text.lines().map(str::trim) {
        if let Some(label) = line.strip_prefix("Label: ") {
            port = None;
            speaker = match label {
                "caller" => Some(Side::Callee),
                "callee" => Some(Side::Caller),
                _ => None,
            };
        } else if let Some(sound) = line.strip_prefix("m=audio ") {
            let given = sound.split([' ', '/']).next().unwrap_or_default();
            port = given.parse::<u16>().ok().filter(|port| *port != 0);
            if let Some((port, side)) = port.zip(speaker) {
                ports.hears(port, side);
            }
        } else if line.starts_with("m=") {
            port = None;
        } else if let Some((port, (number, encoding))) =
            port.zip(line.strip_prefix("a=rtpmap:").and_then(rtpmap))
        {
            ports.names(port, number, encoding);
        }
    }
    ports
}

fn rtpmap(value: &str) -> Option<(u8, &str)> {
    let (number, encoding) = value.split_once(' ')?;
    Some((number.parse().ok()?, encoding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Codec;

    /// As rtpengine 10.5 wrote it; the callee put the call on hold and took it back.
    const WRITTEN: &str = "/var/spool/tandem/pcaps/a%40b-4cced7de9e25fa42.pcap\n\n\nLabel: caller\n\
        Timestamp started ms: 1795808024880.278\nSDP mode: offer\nSDP before RTP packet: 1\n\n\
        v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\na=rtcp:30001\r\n\n\
        Label: callee\nTimestamp started ms: 1795808024880.281\nSDP mode: answer\nSDP before RTP packet: 1\n\n\
        v=0\r\nm=audio 30010 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n\n\
        Label: callee\nSDP mode: offer\nSDP before RTP packet: 11\n\nv=0\r\nm=audio 30010 RTP/AVP 0\r\n\n\
        Label: caller\nSDP mode: answer\nSDP before RTP packet: 11\n\nv=0\r\nm=audio 30030 RTP/AVP 0\r\n\n\
        Timestamp terminated ms(first monologue): 1795808024984.221\n\ncall start time: 2026-11-27T19:33:44\n\
        call end time: 2026-11-27T19:33:44\n\n\ncall:0198-abc\n";

    #[test]
    fn whoever_sent_an_sdp_hears_at_its_port() {
        let metadata = Metadata::read(WRITTEN).unwrap();
        assert_eq!(metadata.file, "a%40b-4cced7de9e25fa42.pcap");
        assert_eq!(metadata.call, "0198-abc");
        for (port, side) in [
            (30_000, Some(Side::Callee)),
            (30_010, Some(Side::Caller)),
            (30_030, Some(Side::Callee)),
            (30_001, None),
            (0, None),
        ] {
            assert_eq!(metadata.ports.side(port), side, "{port}");
        }
    }

    #[test]
    fn numbers_mean_what_the_sdp_of_their_port_says() {
        let named = WRITTEN.replace(
            "a=rtcp:30001\r\n",
            "a=rtpmap:96 opus/48000/2\r\nm=video 30002 RTP/AVP 97\r\na=rtpmap:97 opus/48000/2\r\n",
        );
        let ports = Metadata::read(&named).unwrap().ports;
        let opus = Kind::Sound(Codec::Opus);
        assert_eq!(ports.kind(30_000, 96), opus);
        assert_eq!(ports.kind(30_000, 97), Kind::Unread);
        assert_eq!(ports.kind(30_010, 96), Kind::Unread);
        assert_eq!(ports.kind(30_010, 0), Kind::Sound(Codec::Pcmu));
    }

    #[test]
    fn a_phone_can_name_no_other_call() {
        let forged = WRITTEN.replace("s=-", "s=-\r\ncall:0198-other");
        assert_eq!(Metadata::read(&forged).unwrap().call, "0198-abc");
        let cut = forged.replace("call:0198-abc\n", "");
        assert!(Metadata::read(&cut).is_err());
        for text in ["", "\n", "/a/b/..\n\ncall:1\n", "a.pcap"] {
            assert!(Metadata::read(text).is_err(), "{text:?}");
        }
    }
}
