//! A phone that does what a story says, over UDP.

mod call;
mod digest;
pub mod message;
mod sound;

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub use call::{Incoming, Outgoing, end, talk};
use message::{Message, parameter};
pub use sound::{PART, converse, encoded};

use crate::PATIENCE;

/// How long nothing has to come for nobody to be there.
const SILENCE: Duration = Duration::from_secs(2);
/// The shortest wait that there is.
const GLANCE: Duration = Duration::from_micros(1);

/// What is typed into a phone.
#[derive(Debug, Clone)]
pub struct Line {
    pub user: String,
    pub realm: String,
    pub secret: String,
}

pub struct Phone {
    pub line: Line,
    /// What it says that it is.
    pub agent: String,
    /// What it calls itself.
    pub name: String,
    /// The address that it believes it has; behind a NAT nobody else reaches it there.
    pub lan: SocketAddr,
    engine: SocketAddr,
    here: SocketAddr,
    socket: UdpSocket,
    sound: UdpSocket,
    /// Where the other side of the call hears.
    far_sound: Option<SocketAddr>,
    /// Makes branches, tags and call ids that are this phone's alone.
    count: u32,
    /// What came that nobody looked at yet.
    inbox: Vec<Message>,
}

impl Phone {
    pub fn new(engine: SocketAddr, at: SocketAddr, line: Line) -> Result<Self> {
        let socket = UdpSocket::bind(at).with_context(|| format!("a phone at {at}"))?;
        let here = socket.local_addr()?;
        Ok(Self {
            line,
            agent: "Story/1".into(),
            name: "Story".into(),
            lan: here,
            engine,
            here,
            socket,
            sound: sound::open(at)?,
            far_sound: None,
            count: 0,
            inbox: Vec::new(),
        })
    }

    pub fn port(&self) -> u16 {
        self.here.port()
    }

    /// Registers for ten minutes, or takes the registration back; the final answer.
    pub fn register(&mut self, expires_seconds: u32) -> Result<u16> {
        let uri = format!("sip:{}", self.line.realm);
        let (id, tag) = (self.fresh("register"), self.fresh("tag"));
        let mut proof = None;
        for number in 1..=2 {
            let mut request = self
                .request("REGISTER", &uri, &id, number)
                .with("from", format!("<{}>;tag={tag}", self.aor()))
                .with("to", format!("<{}>", self.aor()))
                .with("contact", self.contact())
                .with("user-agent", &self.agent)
                .with("expires", expires_seconds.to_string());
            if let Some((header, value)) = proof.take() {
                request = request.with(header, value);
            }
            self.send(&request)?;
            let answer = self.final_answer(&id, number)?;
            match answer.status() {
                Some(401) if number == 1 => {
                    proof = Some(digest::answer(&self.line, &answer, "REGISTER", &uri)?);
                }
                status => return status.context("an answer has a status"),
            }
        }
        bail!("asked for a password twice")
    }

    /// Sends any request as it stands, and gives the final answer.
    pub fn ask(&mut self, method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<u16> {
        let id = self.fresh("ask");
        let mut request = self.request(method, uri, &id, 1);
        for (name, value) in headers {
            request = request.with(name, *value);
        }
        self.send(&request)?;
        self.final_answer(&id, 1)?
            .status()
            .context("an answer has a status")
    }

    /// Fails when a request is answered that should not even be looked at.
    pub fn is_not_heard(&mut self) -> Result<()> {
        let ask = Message::options(self.here, self.engine);
        self.send(&ask)?;
        // Long against what an answer takes; nothing tells that one will not come.
        self.socket.set_read_timeout(Some(SILENCE))?;
        let mut buffer = [0; 65_536];
        match self.socket.recv(&mut buffer) {
            Ok(_) => bail!("answered"),
            Err(_) => Ok(()),
        }
    }

    /// Waits for a message, and keeps what else comes for later.
    pub fn expect(&mut self, what: &str, is: impl Fn(&Message) -> bool) -> Result<Message> {
        let begun = Instant::now();
        loop {
            if let Some(place) = self.inbox.iter().position(&is) {
                return Ok(self.inbox.remove(place));
            }
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if left.is_zero() {
                let came: Vec<_> = self.inbox.iter().map(|message| &message.first).collect();
                bail!("{} waits for {what}; there came {came:?}", self.line.user);
            }
            self.receive(left)?;
        }
    }

    /// Answers who asks whether it is there, without waiting for anybody. True: the call with this id is
    /// over, because the other side or the engine ended it.
    pub fn attend(&mut self, call_id: &str) -> Result<bool> {
        while self.receive(GLANCE)? {}
        let is_end = |message: &Message| {
            message.method() == Some("BYE") && message.get("call-id") == call_id
        };
        let Some(place) = self.inbox.iter().position(is_end) else {
            return Ok(false);
        };
        let bye = self.inbox.remove(place);
        self.reply(&bye, 200, "OK", "")?;
        Ok(true)
    }

    /// Forgets what came and nobody looked at.
    pub fn forget(&mut self) {
        self.inbox.clear();
    }

    /// False: nothing came in time.
    fn receive(&mut self, within: Duration) -> Result<bool> {
        self.socket.set_read_timeout(Some(within))?;
        let mut buffer = [0; 65_536];
        match self.socket.recv(&mut buffer) {
            Ok(length) => {
                let message = Message::read(&String::from_utf8_lossy(&buffer[..length]))?;
                if message.method() == Some("OPTIONS") {
                    self.reply(&message, 200, "OK", "")?;
                } else {
                    self.inbox.push(message);
                }
                Ok(true)
            }
            Err(fault) if fault.kind() == std::io::ErrorKind::WouldBlock => Ok(false),
            Err(fault) => Err(fault.into()),
        }
    }

    fn final_answer(&mut self, id: &str, number: u32) -> Result<Message> {
        self.expect("an answer", |message| {
            message.status().is_some_and(|status| status >= 200)
                && message.get("call-id") == id
                && message.get("cseq").starts_with(&format!("{number} "))
        })
    }

    fn request(&mut self, method: &str, uri: &str, id: &str, number: u32) -> Message {
        let branch = self.fresh("z9hG4bK");
        Message::new(format!("{method} {uri} SIP/2.0"))
            .with("via", self.via(&branch))
            .with("max-forwards", "70")
            .with("call-id", id)
            .with("cseq", format!("{number} {method}"))
    }

    fn reply(&mut self, to: &Message, status: u16, reason: &str, body: &str) -> Result<()> {
        let mut called = to.get("to").to_owned();
        if parameter(&called, "tag").is_empty() && status > 100 {
            called.push_str(&format!(";tag=of-{}-{}", self.line.user, self.port()));
        }
        let mut reply = Message::new(format!("SIP/2.0 {status} {reason}"))
            .with_all("via", to.all("via"))
            .with_all("record-route", to.all("record-route"))
            .with("from", to.get("from"))
            .with("to", called)
            .with("call-id", to.get("call-id"))
            .with("cseq", to.get("cseq"))
            .with("contact", self.contact());
        if !body.is_empty() {
            reply = reply.with_sdp(body.to_owned());
        }
        self.send(&reply)
    }

    fn send(&self, message: &Message) -> Result<()> {
        self.socket
            .send_to(message.text().as_bytes(), self.engine)?;
        Ok(())
    }

    fn via(&self, branch: &str) -> String {
        format!("SIP/2.0/UDP {};branch={branch};rport", self.here)
    }

    fn aor(&self) -> String {
        format!("sip:{}@{}", self.line.user, self.line.realm)
    }

    fn contact(&self) -> String {
        format!("<sip:{}@{}>", self.line.user, self.lan)
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}-{}-{}", self.line.user, self.port(), self.count)
    }
}
