//! The files of an engine: the templates as they are, and those that are written from settings.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use super::settings::Settings;

/// The same on every machine.
const TEMPLATES: &[(&str, &str)] = &[
    ("kamailio.cfg", include_str!("templates/kamailio.cfg")),
    ("modules.cfg", include_str!("templates/modules.cfg")),
    ("requests.cfg", include_str!("templates/requests.cfg")),
    ("brain.cfg", include_str!("templates/brain.cfg")),
    (
        "registrations.cfg",
        include_str!("templates/registrations.cfg"),
    ),
    ("calls.cfg", include_str!("templates/calls.cfg")),
    ("stages.cfg", include_str!("templates/stages.cfg")),
    ("rung.cfg", include_str!("templates/rung.cfg")),
    ("trunks.cfg", include_str!("templates/trunks.cfg")),
    ("media.cfg", include_str!("templates/media.cfg")),
    ("emergency.cfg", include_str!("templates/emergency.cfg")),
    ("events.cfg", include_str!("templates/events.cfg")),
    ("sending.cfg", include_str!("templates/sending.cfg")),
    ("measure.cfg", include_str!("templates/measure.cfg")),
    ("all.cfg", include_str!("templates/all.cfg")),
    ("lost.cfg", include_str!("templates/lost.cfg")),
    ("control.cfg", include_str!("templates/control.cfg")),
];

/// Each file's name and text.
pub fn all(settings: &Settings) -> Vec<(&'static str, String)> {
    let mut files: Vec<_> = TEMPLATES
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect();
    files.push(("settings.cfg", values(settings)));
    files.push(("brain.conf", brain(settings)));
    files.push(("rtpengine.conf", rtpengine(settings)));
    if let Some(text) = tls(settings) {
        files.push(("tls.cfg", text));
    }
    files
}

/// In so many parts measure.cfg divides its contacts.
const MEASURE_TURNS: u32 = 600;

const HEAD: &str = "# Written by `pbx-core engine write-config`: what is changed here is gone after the next run.\n";

/// What the templates name in capitals.
fn values(of: &Settings) -> String {
    let advertised = |port: u16| {
        of.public.map_or_else(String::new, |ip| {
            format!("advertise {}", SocketAddr::new(ip, port))
        })
    };
    let mut text = HEAD.to_owned();
    let mut value = |name: &str, value: &str| {
        // Names are words of their own and values have no exclamation mark: nothing else is replaced.
        let _infallible = writeln!(text, "#!substdef \"!{name}!{value}!g\"");
    };
    value("ENGINE_NAME", &of.name);
    value("ENGINE_FOLDER", &of.folder.display().to_string());
    value("SIP_HOST", &host(of.public.unwrap_or_else(|| of.sip.ip())));
    value("SIP_LISTEN", &of.sip.to_string());
    value("SIP_ADVERTISED", &advertised(of.sip.port()));
    if let Some(tls) = &of.tls {
        let listen = SocketAddr::new(of.sip.ip(), tls.port);
        value("TLS_LISTEN", &listen.to_string());
        value("TLS_ADVERTISED", &advertised(tls.port));
    }
    value("CONTROL_LISTEN", &of.control.to_string());
    value("CONTROL_SECRET", of.secret.text());
    value("KEEPALIVE_SECONDS", &of.keepalive_seconds.to_string());
    value(
        "REQUESTS_PER_TWO_SECONDS",
        &(of.requests_per_second * 2).to_string(),
    );
    value("WRONG_PASSWORDS", &of.wrong_passwords.to_string());
    value("RTP_CONTROL", &of.rtp_control.to_string());
    let turn = of.round_trip_seconds * 1_000_000 / MEASURE_TURNS;
    value("ROUND_TRIP_MICROSECONDS", &turn.to_string());
    if turn > 0 {
        text.push_str("#!define WITH_ROUND_TRIP\n");
    }
    if of.tls.is_some() {
        text.push_str("#!define WITH_TLS\n");
    }
    text
}

/// An address as it stands in a URI.
fn host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

fn brain(of: &Settings) -> String {
    // The name says nothing: pbx-core looks at the password. 1: sent at once, not after a refusal.
    format!(
        "{HEAD}[brain]\nurl = {}\nusername = engine\npassword = {}\nauthmethod = 1\n",
        of.brain.as_str().trim_end_matches('/'),
        of.secret.text()
    )
}

fn rtpengine(of: &Settings) -> String {
    let interface = of.public.map_or_else(
        || of.rtp.to_string(),
        |public| format!("{}!{public}", of.rtp),
    );
    // Without the kernel's part (table -1) it works on every machine, and `pcap` records there.
    format!(
        "{HEAD}[rtpengine]\ntable = -1\ninterface = {interface}\nlisten-ng = {}\nport-min = {}\nport-max = {}\n\
         timeout = 60\nsilent-timeout = 3600\ndelete-delay = 0\nlog-stderr = true\nlog-level = 5\n\
         recording-dir = {}\nrecording-method = pcap\nrecording-format = eth\n",
        of.rtp_control,
        of.rtp_ports.0,
        of.rtp_ports.1,
        of.recordings.display()
    )
}

fn tls(of: &Settings) -> Option<String> {
    let tls = of.tls.as_ref()?;
    Some(format!(
        "{HEAD}[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n\
         certificate = {}\nprivate_key = {}\n",
        tls.certificate.display(),
        tls.key.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::config::settings::Secret;

    fn settings() -> Settings {
        Settings {
            folder: "/etc/tandem-engine".into(),
            name: "engine-1".into(),
            sip: "192.0.2.1:5060".parse().unwrap(),
            public: None,
            brain: "http://127.0.0.1:8470".parse().unwrap(),
            secret: Secret::new("0123456789abcdef").unwrap(),
            control: "127.0.0.1:8471".parse().unwrap(),
            rtp: "192.0.2.1".parse().unwrap(),
            rtp_ports: (30_000, 39_999),
            rtp_control: "127.0.0.1:2223".parse().unwrap(),
            recordings: "/var/spool/tandem".into(),
            tls: None,
            keepalive_seconds: 30,
            round_trip_seconds: 60,
            requests_per_second: 50,
            wrong_passwords: 20,
        }
    }

    #[test]
    fn every_name_of_the_templates_has_a_value() {
        let mut of = settings();
        of.tls = Some(crate::engine::config::Tls {
            certificate: "/etc/c.pem".into(),
            key: "/etc/k.pem".into(),
            port: 5061,
        });
        let values = values(&of);
        let is_name = |word: &&str| {
            let starts = [
                "ENGINE_",
                "SIP_",
                "TLS_",
                "CONTROL_",
                "KEEPALIVE_",
                "ROUND_TRIP_",
                "RTP_CONTROL",
            ];
            starts.iter().any(|start| word.starts_with(start))
        };
        for (file, text) in TEMPLATES {
            let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
            for name in words.filter(is_name) {
                assert!(values.contains(&format!("!{name}!")), "{name} in {file}");
            }
        }
    }

    #[test]
    fn no_name_of_a_value_is_part_of_another() {
        let values = values(&settings());
        let names: Vec<_> = values
            .lines()
            .filter_map(|line| line.strip_prefix("#!substdef \"!")?.split('!').next())
            .collect();
        for name in &names {
            let inside = names.iter().filter(|other| other.contains(name)).count();
            assert_eq!(inside, 1, "{name} would be replaced inside another");
        }
    }
}
