//! How a phone's messages travel.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use pbx_api::SipTransport;

/// As it stands in a URI.
pub const fn name(transport: SipTransport) -> &'static str {
    match transport {
        SipTransport::Udp => "udp",
        SipTransport::Tcp => "tcp",
        SipTransport::Tls => "tls",
        SipTransport::Ws => "ws",
    }
}

/// A phone's end of the way to the engine.
pub enum Wire {
    Udp {
        socket: UdpSocket,
        engine: SocketAddr,
    },
    /// One connection, which the phone opened and keeps.
    Tcp {
        stream: TcpStream,
        /// What came of a message that is not whole yet.
        read: Vec<u8>,
    },
}

impl Wire {
    pub fn udp(at: SocketAddr, engine: SocketAddr) -> Result<Self> {
        let socket = UdpSocket::bind(at).with_context(|| format!("a phone at {at}"))?;
        Ok(Self::Udp { socket, engine })
    }

    pub fn tcp(engine: SocketAddr) -> Result<Self> {
        Ok(Self::Tcp {
            stream: TcpStream::connect(engine)?,
            read: Vec::new(),
        })
    }

    pub const fn transport(&self) -> SipTransport {
        match self {
            Self::Udp { .. } => SipTransport::Udp,
            Self::Tcp { .. } => SipTransport::Tcp,
        }
    }

    pub fn here(&self) -> Result<SocketAddr> {
        Ok(match self {
            Self::Udp { socket, .. } => socket.local_addr()?,
            Self::Tcp { stream, .. } => stream.local_addr()?,
        })
    }

    pub fn send(&mut self, text: &str) -> Result<()> {
        match self {
            Self::Udp { socket, engine } => {
                socket.send_to(text.as_bytes(), *engine)?;
            }
            Self::Tcp { stream, .. } => stream.write_all(text.as_bytes())?,
        }
        Ok(())
    }

    /// The next message where one comes in time.
    pub fn receive(&mut self, within: Duration) -> Result<Option<String>> {
        match self {
            Self::Udp { socket, .. } => {
                let mut buffer = [0; 65_536];
                socket.set_read_timeout(Some(within))?;
                let came = in_time(socket.recv(&mut buffer))?;
                Ok(came.map(|length| String::from_utf8_lossy(&buffer[..length]).into_owned()))
            }
            Self::Tcp { stream, read } => {
                let begun = Instant::now();
                loop {
                    if let Some(length) = whole(read)? {
                        let rest = read.split_off(length);
                        let message = std::mem::replace(read, rest);
                        return Ok(Some(String::from_utf8_lossy(&message).into_owned()));
                    }
                    let left = within.saturating_sub(begun.elapsed());
                    if left.is_zero() {
                        return Ok(None);
                    }
                    stream.set_read_timeout(Some(left))?;
                    let mut buffer = [0; 65_536];
                    match in_time(stream.read(&mut buffer))? {
                        Some(0) => bail!("the engine closed the connection"),
                        Some(length) => read.extend_from_slice(&buffer[..length]),
                        None => {}
                    }
                }
            }
        }
    }
}

/// Nothing, where the time was over first.
fn in_time(read: std::io::Result<usize>) -> Result<Option<usize>> {
    match read {
        Ok(length) => Ok(Some(length)),
        Err(fault) if fault.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// The length of the first message, once all of it is there.
fn whole(read: &[u8]) -> Result<Option<usize>> {
    const END: &[u8] = b"\r\n\r\n";
    let Some(head) = read.windows(END.len()).position(|part| part == END) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .context("a message of a stream says how long it is")?;
    let length = head + END.len() + length.trim().parse::<usize>()?;
    Ok((read.len() >= length).then_some(length))
}
