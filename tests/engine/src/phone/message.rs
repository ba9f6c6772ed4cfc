//! SIP messages, as far as a phone of a story reads and writes them.

use std::net::SocketAddr;

use anyhow::{Context, Result};

/// A request or a response.
#[derive(Debug, Clone)]
pub struct Message {
    pub first: String,
    /// Names in lower case, in the order of the message.
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Message {
    pub fn new(first: String) -> Self {
        Self {
            first,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// Asks whether somebody is there.
    pub fn options(from: SocketAddr, to: SocketAddr) -> Self {
        Self::new(format!("OPTIONS sip:{to} SIP/2.0"))
            .with(
                "via",
                format!("SIP/2.0/UDP {from};branch=z9hG4bK-{};rport", from.port()),
            )
            .with("max-forwards", "70")
            .with("from", format!("<sip:{from}>;tag=1"))
            .with("to", format!("<sip:{to}>"))
            .with("call-id", format!("{from}"))
            .with("cseq", "1 OPTIONS")
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn with_all(mut self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        for value in values {
            self = self.with(name, value);
        }
        self
    }

    #[must_use]
    pub fn with_sdp(mut self, body: String) -> Self {
        self.body = body;
        self.with("content-type", "application/sdp")
    }

    pub fn read(text: &str) -> Result<Self> {
        let (head, body) = text.split_once("\r\n\r\n").context("no empty line")?;
        let mut lines = head.split("\r\n");
        let mut message = Self::new(lines.next().context("empty")?.to_owned());
        for line in lines {
            let (name, value) = line.split_once(':').context("a header without colon")?;
            message = message.with(&name.trim().to_ascii_lowercase(), value.trim());
        }
        message.body = body.to_owned();
        Ok(message)
    }

    pub fn text(&self) -> String {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            text.push_str(&format!("{}: {value}\r\n", written(name)));
        }
        text.push_str(&format!(
            "Content-Length: {}\r\n\r\n{}",
            self.body.len(),
            self.body
        ));
        text
    }

    /// The first header of a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map_or("", |(_, value)| value)
    }

    /// All headers of a name, each value of a list by itself.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.headers
            .iter()
            .filter(|(other, _)| other == name)
            .flat_map(|(_, value)| value.split(','))
            .map(|value| value.trim().to_owned())
            .collect()
    }

    /// Of a response; none for a request.
    pub fn status(&self) -> Option<u16> {
        self.first
            .strip_prefix("SIP/2.0 ")?
            .split(' ')
            .next()?
            .parse()
            .ok()
    }

    /// Of a request; none for a response.
    pub fn method(&self) -> Option<&str> {
        match self.status() {
            Some(_) => None,
            None => self.first.split(' ').next(),
        }
    }

    /// The method that a request has, or that a response is for.
    pub fn about(&self) -> &str {
        self.get("cseq").split(' ').nth(1).unwrap_or_default()
    }

    /// The URI of a request.
    pub fn uri(&self) -> &str {
        self.first.split(' ').nth(1).unwrap_or_default()
    }
}

/// A header's name as phones write it: Kamailio finds a call that it is to cancel by that.
fn written(name: &str) -> String {
    match name {
        "call-id" => "Call-ID".into(),
        "cseq" => "CSeq".into(),
        _ => name
            .split('-')
            .map(|word| word[..1].to_ascii_uppercase() + &word[1..])
            .collect::<Vec<_>>()
            .join("-"),
    }
}

/// The URI between the angle brackets of a header.
pub fn uri_of(header: &str) -> &str {
    let inside = header.split_once('<').map_or(header, |(_, rest)| rest);
    inside.split('>').next().unwrap_or_default()
}

/// The user of the URI in a header.
pub fn user_of(header: &str) -> &str {
    let uri = uri_of(header);
    uri.split_once(':')
        .map_or(uri, |(_, rest)| rest)
        .split('@')
        .next()
        .unwrap_or_default()
}

/// A parameter of a header, or of a challenge.
pub fn parameter<'a>(header: &'a str, name: &str) -> &'a str {
    header
        .split([';', ',', ' '])
        .filter_map(|part| part.trim().split_once('='))
        .find(|(other, _)| *other == name)
        .map_or("", |(_, value)| value.trim_matches('"'))
}
