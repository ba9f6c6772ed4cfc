//! Devices that share one public address, port and transport. Pure.

use std::collections::BTreeMap;
use std::net::IpAddr;

use pbx_api::{DuplicatedNat, Registration, SipTransport};

/// The places that more than one device of those that are online comes from.
///
/// Lines of one device are no duplicates: they share the instance, or, where one of them sent none,
/// the host and port of the contact.
#[must_use]
pub fn duplicated(phones: impl IntoIterator<Item = Registration>) -> Vec<DuplicatedNat> {
    let mut places: BTreeMap<(String, u16, &'static str), Vec<Registration>> = BTreeMap::new();
    for phone in phones {
        if phone.offline_since_ms.is_none() && !phone.public_address.is_empty() {
            let address = canonical(&phone.public_address);
            let place = (address, phone.public_port, name(phone.transport));
            places.entry(place).or_default().push(phone);
        }
    }
    let shared = places.into_iter().filter(|(_, phones)| devices(phones) > 1);
    shared
        .filter_map(|((public_address, public_port, _), registrations)| {
            let transport = registrations.first()?.transport;
            Some(DuplicatedNat {
                public_address,
                public_port,
                transport,
                registrations,
            })
        })
        .collect()
}

/// How many devices stand behind lines: those that are alike in steps are one.
fn devices(phones: &[Registration]) -> usize {
    let mut device: Vec<usize> = (0..phones.len()).collect();
    for (one, a) in phones.iter().enumerate() {
        for (other, b) in phones.iter().enumerate().skip(one + 1) {
            if is_same(a, b) && device[one] != device[other] {
                let (from, to) = (device[other], device[one]);
                for entry in &mut device {
                    if *entry == from {
                        *entry = to;
                    }
                }
            }
        }
    }
    device.sort_unstable();
    device.dedup();
    device.len()
}

fn is_same(a: &Registration, b: &Registration) -> bool {
    if a.instance.is_empty() || b.instance.is_empty() {
        host_and_port(&a.contact) == host_and_port(&b.contact)
    } else {
        a.instance.eq_ignore_ascii_case(&b.instance)
    }
}

/// Host and port of a contact such as `"Ann" <sip:1001@192.0.2.7:5062;transport=udp>`; without a
/// port it is 5060 (RFC 3261, section 19.1.2).
fn host_and_port(contact: &str) -> (String, String) {
    let uri = match contact.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => contact,
    };
    let address = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    let address = address.split([';', '?']).next().unwrap_or_default();
    let address = address.rsplit('@').next().unwrap_or_default().trim();
    let (host, rest) = match address.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((host, rest)) => (host, rest),
        None => address.split_at(address.find(':').unwrap_or(address.len())),
    };
    let port = rest.strip_prefix(':').filter(|port| !port.is_empty());
    (canonical(host), port.unwrap_or("5060").to_owned())
}

/// An address as every writing of it reads: IPv6 in its short form, an IPv4 address within IPv6 as
/// the IPv4 address that it is.
fn canonical(address: &str) -> String {
    let bare = address.trim().trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or_else(
        |_| bare.to_ascii_lowercase(),
        |address| address.to_canonical().to_string(),
    )
}

const fn name(transport: SipTransport) -> &'static str {
    match transport {
        SipTransport::Udp => "udp",
        SipTransport::Tcp => "tcp",
        SipTransport::Tls => "tls",
        SipTransport::Ws => "ws",
    }
}

#[cfg(test)]
mod tests {
    use pbx_api::{ClientId, RegistrationId, UserId};
    use uuid::Uuid;

    use super::*;

    /// Instance, contact, public address and port.
    type Given = (&'static str, &'static str, &'static str, u16);

    fn phone(number: u128, (instance, contact, address, port): Given) -> Registration {
        Registration {
            id: RegistrationId(Uuid::from_u128(number)),
            client: ClientId(Uuid::nil()),
            user: UserId(Uuid::from_u128(number)),
            aor: String::new(),
            contact: contact.into(),
            user_agent: String::new(),
            instance: instance.into(),
            lan_address: String::new(),
            public_address: address.into(),
            public_port: port,
            transport: SipTransport::Udp,
            since_ms: 0,
            expires_at_ms: 1,
            round_trip_ms: None,
            offline_since_ms: None,
            simulated: false,
        }
    }

    fn phones(all: &[Given]) -> Vec<Registration> {
        (1..).zip(all).map(|(n, given)| phone(n, *given)).collect()
    }

    const HERE: &str = "203.0.113.9";

    #[test]
    fn devices_at_one_place_are_told_from_lines_of_one_device() {
        for (what, all, lines) in [
            (
                "two devices",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("b", "sip:2@10.0.0.2", HERE, 5060),
                ][..],
                2,
            ),
            (
                "another port",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("b", "sip:2@10.0.0.2", HERE, 5061),
                ],
                0,
            ),
            (
                "another address",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("b", "sip:2@10.0.0.2", "203.0.113.8", 5060),
                ],
                0,
            ),
            (
                "lines of one instance",
                &[
                    ("A", "sip:1@10.0.0.1:5060", HERE, 5060),
                    ("a", "sip:2@10.0.0.1:5062", HERE, 5060),
                ],
                0,
            ),
            (
                "lines of one contact",
                &[
                    ("", "<sip:1@10.0.0.1>;q=1", HERE, 5060),
                    ("", "sip:2@10.0.0.1:5060;line=2", HERE, 5060),
                ],
                0,
            ),
            (
                "one of them sent no instance",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("", "sip:2@10.0.0.1", HERE, 5060),
                ],
                0,
            ),
            // A SIP ALG writes its own address into every contact.
            (
                "instances outweigh contacts",
                &[
                    ("a", "sip:1@203.0.113.9:5060", HERE, 5060),
                    ("b", "sip:2@203.0.113.9:5060", HERE, 5060),
                ],
                2,
            ),
            (
                "two lines and another device",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("a", "sip:2@10.0.0.1", HERE, 5060),
                    ("b", "sip:3@10.0.0.2", HERE, 5060),
                ],
                3,
            ),
            (
                "alike in steps",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("", "sip:2@10.0.0.1", HERE, 5060),
                    ("b", "sip:3@10.0.0.1", HERE, 5060),
                ],
                0,
            ),
            (
                "IPv6, in two writings",
                &[
                    ("a", "sip:1@[2001:db8::1]", "2001:db8::9", 5060),
                    ("b", "sip:2@[2001:db8::2]", "[2001:0db8:0:0::9]", 5060),
                ],
                2,
            ),
            (
                "one contact, IPv6",
                &[
                    ("", "sip:1@[2001:db8::1]:5060", "2001:db8::9", 5060),
                    ("", "sip:2@[2001:DB8:0::1]", "2001:db8::9", 5060),
                ],
                0,
            ),
            (
                "IPv4 within IPv6",
                &[
                    ("a", "sip:1@10.0.0.1", HERE, 5060),
                    ("b", "sip:2@10.0.0.2", "::ffff:203.0.113.9", 5060),
                ],
                2,
            ),
            (
                "no address is no place",
                &[
                    ("a", "sip:1@10.0.0.1", "", 0),
                    ("b", "sip:2@10.0.0.2", "", 0),
                ],
                0,
            ),
            ("nobody", &[], 0),
        ] {
            let found = duplicated(phones(all));
            let shown: usize = found.iter().map(|place| place.registrations.len()).sum();
            assert_eq!(
                (found.len(), shown),
                (usize::from(lines > 0), lines),
                "{what}"
            );
        }
    }

    #[test]
    fn another_transport_is_another_place_and_who_dropped_is_nowhere() {
        let two = phones(&[
            ("a", "sip:1@10.0.0.1", HERE, 5060),
            ("b", "sip:2@10.0.0.2", HERE, 5060),
        ]);
        assert_eq!(duplicated(two.clone()).len(), 1);
        let mut other = two.clone();
        other[1].transport = SipTransport::Tcp;
        assert_eq!(duplicated(other), []);
        let mut dropped = two;
        dropped[1].offline_since_ms = Some(1);
        assert_eq!(duplicated(dropped), []);
    }
}
