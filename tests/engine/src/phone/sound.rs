//! The sound of a phone: RTP packets whose payload a story chooses.

use std::net::{SocketAddr, UdpSocket};

use anyhow::{Context, Result};
use audio_codec::Encoder as _;
use audio_codec::g722::G722Encoder;
use audio_codec::pcmu::PcmuEncoder;

use super::Phone;
use crate::PATIENCE;

/// RTP's fixed header (RFC 3550), with numbers of nobody's interest.
const HEADER: [u8; 12] = [0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];

/// What a phone's voice is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pcmu,
    G722,
}

impl Format {
    /// Its static payload type (RFC 3551, section 6).
    const fn payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::G722 => 9,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::G722 => "G722",
        }
    }
}

/// Bytes of a packet of twenty milliseconds, and the steps of its timestamp.
pub const PART: usize = 160;

/// A voice of 16,000 samples a second as G.722, a byte for two samples.
pub fn encoded_wide(voice: &[i16]) -> Result<Vec<u8>> {
    let mut payload = vec![0; voice.len()];
    let length = G722Encoder::new()
        .encode_into(voice, &mut payload)
        .map_err(anyhow::Error::msg)?;
    payload.truncate(length);
    Ok(payload)
}

/// A voice of 8000 samples a second as PCMU, a byte a sample.
pub fn encoded(voice: &[i16]) -> Result<Vec<u8>> {
    let mut payload = vec![0; voice.len()];
    PcmuEncoder::new()
        .encode_into(voice, &mut payload)
        .map_err(anyhow::Error::msg)?;
    Ok(payload)
}

/// Both talk at once.
pub fn converse(one: (&Phone, &[i16]), other: (&Phone, &[i16])) -> Result<()> {
    let parts = one.1.chunks(PART).zip(other.1.chunks(PART));
    for (number, (part, answer)) in (0..).zip(parts) {
        one.0.speaks(part, number)?;
        other.0.speaks(answer, number)?;
    }
    Ok(())
}

impl Phone {
    /// Sends a packet to where the other side's SDP said.
    pub fn says(&self, text: &str) -> Result<()> {
        let packet = [&HEADER[..], text.as_bytes()].concat();
        let to = self.far_sound.context("nobody to talk to")?;
        self.sound.send_to(&packet, to)?;
        Ok(())
    }

    /// Sends a part of a voice as its packet of a number. Nothing has to wait for its time: where
    /// it belongs says the number.
    pub fn speaks(&self, part: &[i16], number: u16) -> Result<()> {
        self.sends(&encoded(part)?, number)
    }

    /// The same with what is encoded already.
    pub fn sends(&self, payload: &[u8], number: u16) -> Result<()> {
        let mut packet = HEADER;
        packet[1] = self.format.payload_type();
        packet[2..4].copy_from_slice(&number.to_be_bytes());
        let timestamp = u32::from(number) * u32::try_from(PART)?;
        packet[4..8].copy_from_slice(&timestamp.to_be_bytes());
        let to = self.far_sound.context("nobody to talk to")?;
        self.sound.send_to(&[&packet[..], payload].concat(), to)?;
        Ok(())
    }

    /// Waits for a packet, and gives what it says.
    pub fn hears(&self) -> Result<String> {
        self.sound.set_read_timeout(Some(PATIENCE))?;
        let mut packet = [0; 2048];
        let length = self.sound.recv(&mut packet).context("it hears nothing")?;
        let payload = packet[..length].get(HEADER.len()..).unwrap_or_default();
        Ok(String::from_utf8_lossy(payload).into_owned())
    }

    /// Waits for so many packets: whoever ends the call before they are through cuts them off.
    pub fn hears_out(&self, packets: usize) -> Result<()> {
        (0..packets).try_for_each(|_| self.hears().map(drop))
    }

    /// Sound of one format that everybody knows, at this phone's port.
    pub(super) fn sdp(&self) -> Result<String> {
        let at = self.sound.local_addr()?;
        let (ip, port) = (at.ip(), at.port());
        Ok(format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {number}\r\na=rtpmap:{number} {name}/8000\r\n",
            number = self.format.payload_type(),
            name = self.format.name(),
        ))
    }

    /// Learns from an SDP where the other side is.
    pub(super) fn learn(&mut self, sdp: &str) {
        let word = |start: &str, place: usize| {
            let line = sdp.lines().find(|line| line.starts_with(start))?;
            line.split(' ').nth(place)
        };
        let ip = word("c=", 2).and_then(|ip| ip.parse().ok());
        let port = word("m=audio", 1).and_then(|port| port.parse().ok());
        self.far_sound = ip.zip(port).map(|(ip, port)| SocketAddr::new(ip, port));
    }
}

/// A port for sound beside a phone's.
pub fn open(at: SocketAddr) -> Result<UdpSocket> {
    Ok(UdpSocket::bind((at.ip(), 0))?)
}
