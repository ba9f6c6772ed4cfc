//! Trunks: who carries calls between the platform and the world, and which outbound route uses
//! which. The operator's alone: no reseller sees them.

pub mod store;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use anyhow::{bail, ensure};
use pbx_api::{SIMULATOR, TrunkTransport};

/// The route of calls for help.
pub const EMERGENCY: &str = "emergency";
/// What carries every route that has no trunk of its own.
pub const DEFAULT: &str = "default";

/// Longest name, in bytes.
const NAME_BYTES: usize = 40;
/// Most addresses of a trunk.
const ADDRESSES: usize = 8;
/// Most trunks: an engine keeps all of them in one text of 32 KiB.
const TRUNKS: usize = 40;
/// Longest user name and password, in bytes.
const CREDENTIAL_BYTES: usize = 128;

/// A trunk as it stands in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    pub name: String,
    pub transport: TrunkTransport,
    /// The preferred one first.
    pub addresses: Vec<SocketAddr>,
    pub enabled: bool,
    /// Empty: the carrier asks for no digest.
    pub user: String,
    /// Sealed to [`Trunk::owner`]; empty: none.
    pub password: String,
}

impl Trunk {
    /// Whom its password is sealed to.
    #[must_use]
    pub fn owner(&self) -> String {
        format!("trunk {}", self.name)
    }

    /// Refuses what an engine could not be told.
    ///
    /// # Errors
    /// With words for the operator.
    pub fn check(&self) -> anyhow::Result<()> {
        let name = &self.name;
        let letters =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        ensure!(
            (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(letters),
            "{name:?} is no trunk's name: up to 40 lower-case letters, digits, underscores and hyphens"
        );
        ensure!(
            (1..=ADDRESSES).contains(&self.addresses.len()),
            "a trunk has one to {ADDRESSES} addresses"
        );
        for (place, address) in self.addresses.iter().enumerate() {
            let ip = address.ip();
            ensure!(
                !ip.is_unspecified() && !ip.is_multicast() && address.port() != 0,
                "{address} is nobody's address"
            );
            ensure!(
                !self.addresses[..place].contains(address),
                "{address} is there twice"
            );
        }
        // It stands between the quotes of a header.
        let quotable = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\');
        ensure!(
            self.user.len() <= CREDENTIAL_BYTES && self.user.bytes().all(quotable),
            "a user name has up to {CREDENTIAL_BYTES} ASCII letters, digits and signs, without quotes, backslashes and spaces"
        );
        Ok(())
    }
}

/// Refuses a password that no engine could use.
///
/// # Errors
/// With words for the operator.
pub fn check_password(text: &str) -> anyhow::Result<()> {
    ensure!(
        (1..=CREDENTIAL_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()),
        "a trunk's password has 1 to {CREDENTIAL_BYTES} ASCII letters, digits and signs"
    );
    Ok(())
}

/// Refuses one trunk too many.
///
/// # Errors
/// With words for the operator.
pub fn check_count(known: usize) -> anyhow::Result<()> {
    ensure!(
        known < TRUNKS,
        "there are {TRUNKS} trunks, and an engine keeps no more"
    );
    Ok(())
}

/// An address as the operator writes it: an IP address, with its port where it is not the usual one.
///
/// # Errors
/// When it is none. A name would be another address tomorrow, and a trunk's calls are known by theirs.
pub fn address(text: &str, transport: TrunkTransport) -> anyhow::Result<SocketAddr> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    match text.parse::<IpAddr>() {
        Ok(ip) => Ok(SocketAddr::new(ip, transport.port())),
        Err(_) => bail!("{text:?} is no IP address, such as 192.0.2.10 or [2001:db8::10]:5080"),
    }
}

/// Which enabled trunks carry which route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes(BTreeMap<String, Vec<String>>);

impl Routes {
    /// Of pairs of a route and a trunk, those of a route in their order.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut routes = Self::default();
        for (route, trunk) in pairs {
            routes.0.entry(route).or_default().push(trunk);
        }
        routes
    }

    /// Calls that nobody makes need no trunk.
    #[must_use]
    pub fn simulated() -> Self {
        Self::new([(DEFAULT.to_owned(), SIMULATOR.to_owned())])
    }

    /// The trunks of a route, the preferred one first: its own, or else the default ones.
    #[must_use]
    pub fn of(&self, route: &str) -> &[String] {
        let own = self.0.get(route).or_else(|| self.0.get(DEFAULT));
        own.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trunk() -> Trunk {
        Trunk {
            name: "carrier-a_1".into(),
            transport: TrunkTransport::Udp,
            addresses: vec!["192.0.2.10:5060".parse().unwrap()],
            enabled: true,
            user: "acme@carrier.example".into(),
            password: String::new(),
        }
    }

    #[test]
    fn an_address_is_an_ip_address_with_a_port_or_without() {
        let (udp, tls) = (TrunkTransport::Udp, TrunkTransport::Tls);
        let read = |text, transport| address(text, transport).unwrap().to_string();
        assert_eq!(read("192.0.2.7", udp), "192.0.2.7:5060");
        assert_eq!(read("192.0.2.7", tls), "192.0.2.7:5061");
        assert_eq!(read("192.0.2.7:5080", tls), "192.0.2.7:5080");
        assert_eq!(read("[2001:db8::1]:5080", udp), "[2001:db8::1]:5080");
        assert_eq!(read("2001:db8::1", udp), "[2001:db8::1]:5060");
        for wrong in ["", "carrier.example", "192.0.2.7:", "192.0.2.7;exit"] {
            assert!(address(wrong, udp).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_an_engine_could_not_be_told_is_refused() {
        trunk().check().unwrap();
        let wrong: [fn(&mut Trunk); 8] = [
            |of| of.name = String::new(),
            |of| of.name = "Carrier".into(),
            |of| of.name = "a/b".into(),
            |of| of.addresses.clear(),
            |of| of.addresses.push(of.addresses[0]),
            |of| of.addresses = vec!["0.0.0.0:5060".parse().unwrap()],
            |of| of.user = "a\"b".into(),
            |of| of.user = "a b".into(),
        ];
        for (place, change) in wrong.iter().enumerate() {
            let mut of = trunk();
            change(&mut of);
            assert!(of.check().is_err(), "{place}: {of:?}");
        }
        check_password("p\"a'ss\\word!").unwrap();
        for wrong in ["", "two words", "línea", "line\n"] {
            assert!(check_password(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_route_has_its_own_trunks_or_the_default_ones() {
        let pair = |route: &str, trunk: &str| (route.to_owned(), trunk.to_owned());
        let routes = Routes::new([pair("us", "a"), pair("us", "b"), pair(DEFAULT, "c")]);
        assert_eq!(routes.of("us"), ["a", "b"]);
        assert_eq!(routes.of(EMERGENCY), ["c"]);
        assert_eq!(Routes::default().of("us"), [""; 0]);
    }
}
