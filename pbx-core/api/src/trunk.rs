//! Who carries calls between the platform and the world.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a trunk is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrunkTransport {
    Udp,
    Tcp,
    Tls,
}

impl TrunkTransport {
    /// The port of SIP over it (RFC 3261, section 19.1.2).
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => 5060,
            Self::Tls => 5061,
        }
    }
}

impl fmt::Display for TrunkTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        })
    }
}

/// Not the name of a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a trunk's transport is udp, tcp or tls")]
pub struct NoTransport;

impl FromStr for TrunkTransport {
    type Err = NoTransport;

    fn from_str(text: &str) -> Result<Self, NoTransport> {
        [Self::Udp, Self::Tcp, Self::Tls]
            .into_iter()
            .find(|known| known.to_string() == text)
            .ok_or(NoTransport)
    }
}
