//! What differs between engines. Nothing here reaches a configuration before it was checked: its
//! languages have quotes, comments and includes, and a value must not become any of them.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::ensure;
use url::Url;

/// Shorter ones could be guessed.
const SECRET_LEAST: usize = 16;
/// Longest name and secret, in bytes.
const TEXT_MOST: usize = 200;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Absolute.
    pub folder: PathBuf,
    pub name: String,
    pub sip: SocketAddr,
    pub public: Option<IpAddr>,
    pub brain: Url,
    pub secret: Secret,
    pub control: SocketAddr,
    pub rtp: IpAddr,
    pub rtp_ports: (u16, u16),
    pub rtp_control: SocketAddr,
    pub recordings: PathBuf,
    pub tls: Option<Tls>,
    /// 0: never.
    pub keepalive_seconds: u32,
    /// 0: never.
    pub round_trip_seconds: u32,
    pub requests_per_second: u32,
    pub wrong_passwords: u32,
}

#[derive(Debug, Clone)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub port: u16,
}

/// What an engine proves itself to pbx-core with, and an operator to the engine.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// # Errors
    /// When it is too short, or has a character that a configuration would read as its own.
    pub fn new(text: &str) -> anyhow::Result<Self> {
        ensure!(
            (SECRET_LEAST..=TEXT_MOST).contains(&text.len()) && text.bytes().all(is_plain),
            "the secret has {SECRET_LEAST} to {TEXT_MOST} letters, digits, dots, hyphens and underscores"
        );
        Ok(Self(text.to_owned()))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Settings {
    /// # Errors
    /// When a value can't stand in a configuration, or two can't go together.
    pub fn check(&self) -> anyhow::Result<()> {
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        ensure!(
            (1..=40).contains(&self.name.len()) && self.name.bytes().all(letters),
            "the engine's name has lower-case letters, digits and hyphens"
        );
        let mut paths = vec![&self.folder, &self.recordings];
        if let Some(tls) = &self.tls {
            paths.extend([&tls.certificate, &tls.key]);
        }
        for path in paths {
            check_path(path)?;
        }
        ensure!(
            matches!(self.brain.scheme(), "http" | "https") && self.brain.path() == "/",
            "--brain is http:// or https://, a host and a port"
        );
        ensure!(
            self.brain.username().is_empty() && self.brain.query().is_none(),
            "--brain has neither a user nor a query"
        );
        ensure!(
            self.control.is_ipv4(),
            "--control is an IPv4 address, as the engine compares it"
        );
        ensure!(
            self.control.ip().is_loopback() && self.rtp_control.ip().is_loopback(),
            "--control and --rtp-control stay on the machine: an address such as 127.0.0.1"
        );
        ensure!(
            !self.sip.ip().is_unspecified() && !self.rtp.is_unspecified(),
            "an address of the machine is needed, which phones are told"
        );
        let (first, last) = self.rtp_ports;
        ensure!(
            first >= 1024 && first < last,
            "--rtp-ports are the first and the last one, from 1024 on"
        );
        ensure!(
            self.keepalive_seconds <= 3600
                && self.round_trip_seconds <= 3600
                && (1..=100_000).contains(&self.requests_per_second)
                && (1..=10_000).contains(&self.wrong_passwords),
            "a limit is out of its range"
        );
        Ok(())
    }
}

fn check_path(path: &Path) -> anyhow::Result<()> {
    let text = path.to_str().unwrap_or_default();
    ensure!(
        path.is_absolute() && text.bytes().all(|b| b == b'/' || is_plain(b)),
        "{} has to be absolute, of letters, digits, dots, hyphens and underscores",
        path.display()
    );
    Ok(())
}

const fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_be_no_text_of_a_configuration() {
        assert!(Secret::new("0123456789abcdef").is_ok());
        for wrong in [
            "short",
            "0123456789abcde\"",
            "0123456789abcde\n",
            "0123456789abc def",
        ] {
            assert!(Secret::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_path_is_absolute_and_plain() {
        assert!(check_path(Path::new("/etc/tandem-engine")).is_ok());
        for wrong in ["etc", "/a b", "/a!b", "/a\"b", "/a\nb"] {
            assert!(check_path(Path::new(wrong)).is_err(), "{wrong:?}");
        }
    }
}
