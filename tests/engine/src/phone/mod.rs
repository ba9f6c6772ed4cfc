//! A phone that does what a story says.

mod asked;
mod call;
mod digest;
pub mod message;
mod sound;
mod wire;
mod within;

use std::collections::HashSet;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use pbx_api::SipTransport;

pub use asked::{Asked, meanwhile};
pub use call::{Incoming, Outgoing, end, talk};
use message::{Message, parameter};
pub use sound::{Format, PART, converse, encoded, encoded_wide};
pub use wire::Wire;
pub(crate) use wire::name;

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
    wire: Wire,
    sound: UdpSocket,
    pub format: Format,
    /// Where the other side of the call hears.
    far_sound: Option<SocketAddr>,
    /// Makes branches, tags and call ids that are this phone's alone.
    count: u32,
    /// How it takes it when it is asked whether it is there.
    pub asked: Asked,
    /// The last such question.
    pub question: Option<Message>,
    /// How long it waits for what should come.
    pub patience: Duration,
    /// What came that nobody looked at yet.
    inbox: Vec<Message>,
    /// The branches of the calls that came: what is sent again is no other call.
    came: HashSet<String>,
}

impl Phone {
    pub fn new(engine: SocketAddr, at: SocketAddr, line: Line) -> Result<Self> {
        let wire = Wire::udp(at, engine)?;
        Self::over(wire, engine, at, line)
    }

    pub(crate) fn over(wire: Wire, engine: SocketAddr, at: SocketAddr, line: Line) -> Result<Self> {
        let here = wire.here()?;
        Ok(Self {
            line,
            agent: "Story/1".into(),
            name: "Story".into(),
            lan: here,
            engine,
            here,
            wire,
            sound: sound::open(at)?,
            format: Format::Pcmu,
            far_sound: None,
            count: 0,
            asked: Asked::Answers {
                status: 200,
                after: Duration::ZERO,
            },
            question: None,
            patience: PATIENCE,
            inbox: Vec::new(),
            came: HashSet::new(),
        })
    }

    pub fn port(&self) -> u16 {
        self.here.port()
    }

    /// Registers, or takes the registration back; the final answer.
    pub fn register(&mut self, expires_seconds: u32) -> Result<u16> {
        let contact = self.contact();
        self.register_at(&contact, expires_seconds)
    }

    /// Registers with a contact of a story's choice.
    pub fn register_at(&mut self, contact: &str, expires_seconds: u32) -> Result<u16> {
        let aor = self.aor();
        self.register_as(&aor, contact, expires_seconds)
    }

    /// Registers somebody else, with the phone's own password.
    pub fn register_for(&mut self, user: &str) -> Result<u16> {
        let aor = format!("sip:{user}@{}", self.line.realm);
        let contact = self.contact();
        self.register_as(&aor, &contact, 600)
    }

    fn register_as(&mut self, aor: &str, contact: &str, expires_seconds: u32) -> Result<u16> {
        let uri = format!("sip:{}", self.line.realm);
        let (id, tag) = (self.fresh("register"), self.fresh("tag"));
        let mut proof = None;
        for number in 1..=2 {
            let mut request = self
                .request("REGISTER", &uri, &id, number)
                .with("from", format!("<{aor}>;tag={tag}"))
                .with("to", format!("<{aor}>"))
                .with("contact", contact)
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
        match self.wire.receive(SILENCE)? {
            Some(text) => bail!("answered {text}"),
            None => Ok(()),
        }
    }

    /// Asks whether somebody is there more often than a phone would; how many answers came.
    pub fn floods(&mut self, requests: usize) -> Result<usize> {
        let ask = Message::options(self.here, self.engine);
        for _ in 0..requests {
            self.send(&ask)?;
        }
        let mut answers = 0;
        while self.wire.receive(SILENCE)?.is_some() {
            answers += 1;
        }
        Ok(answers)
    }

    /// Fails when a call came that nobody took. To be asked once the call that would have come has
    /// its outcome: the engine sent what it sent before that.
    pub fn is_left_alone(&mut self) -> Result<()> {
        while self.receive(GLANCE)? {}
        let call = |message: &Message| message.method() == Some("INVITE");
        match self.inbox.iter().find(|message| call(message)) {
            Some(message) => bail!("{} is called: {}", self.line.user, message.first),
            None => Ok(()),
        }
    }

    /// Waits for a message, and keeps what else comes for later.
    pub fn expect(&mut self, what: &str, is: impl Fn(&Message) -> bool) -> Result<Message> {
        let begun = Instant::now();
        loop {
            if let Some(place) = self.inbox.iter().position(&is) {
                return Ok(self.inbox.remove(place));
            }
            let left = self.patience.saturating_sub(begun.elapsed());
            if left.is_zero() {
                let user = self.line.user.clone();
                bail!("{user} waits for {what}; there came {:?}", self.told()?);
            }
            self.receive(left)?;
        }
    }

    /// Answers who asks whether it is there, without waiting for anybody. True: the call with this id is
    /// over, because the other side or the engine ended it.
    pub fn attend(&mut self, call_id: &str) -> Result<bool> {
        self.take_in()?;
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

    /// What came and nobody looked at, for somebody who wonders why nothing goes on.
    pub fn told(&mut self) -> Result<Vec<&str>> {
        self.take_in()?;
        Ok(self.inbox.iter().map(|came| came.first.as_str()).collect())
    }

    /// Forgets what came and nobody looked at.
    pub fn forget(&mut self) {
        self.inbox.clear();
    }

    /// Takes a message where one comes in time.
    fn receive(&mut self, within: Duration) -> Result<bool> {
        let Some(text) = self.wire.receive(within)? else {
            return Ok(false);
        };
        let message = Message::read(&text)?;
        if message.method() == Some("OPTIONS") {
            self.is_asked(message)?;
        } else if message.method() != Some("INVITE")
            || self
                .came
                .insert(parameter(message.get("via"), "branch").to_owned())
        {
            self.inbox.push(message);
        }
        Ok(true)
    }

    /// Takes in what came so far, without waiting.
    fn take_in(&mut self) -> Result<()> {
        while self.receive(GLANCE)? {}
        Ok(())
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
        let mut reply = self.reply_to(to, status, reason);
        if !body.is_empty() {
            reply = reply.with_sdp(body.to_owned());
        }
        self.send(&reply)
    }

    fn reply_to(&self, to: &Message, status: u16, reason: &str) -> Message {
        let mut called = to.get("to").to_owned();
        if parameter(&called, "tag").is_empty() && status > 100 {
            called.push_str(&format!(";tag={}", self.tag()));
        }
        Message::new(format!("SIP/2.0 {status} {reason}"))
            .with_all("via", to.all("via"))
            .with_all("record-route", to.all("record-route"))
            .with("from", to.get("from"))
            .with("to", called)
            .with("call-id", to.get("call-id"))
            .with("cseq", to.get("cseq"))
            .with("contact", self.contact())
    }

    fn send(&mut self, message: &Message) -> Result<()> {
        self.wire.send(&message.text())
    }

    fn via(&self, branch: &str) -> String {
        let transport = name(self.wire.transport()).to_uppercase();
        format!("SIP/2.0/{transport} {};branch={branch};rport", self.here)
    }

    fn aor(&self) -> String {
        format!("sip:{}@{}", self.line.user, self.line.realm)
    }

    fn contact(&self) -> String {
        let transport = match self.wire.transport() {
            SipTransport::Udp => String::new(),
            other => format!(";transport={}", name(other)),
        };
        format!("<sip:{}@{}{transport}>", self.line.user, self.lan)
    }

    /// What this phone names its side of a call that it receives.
    fn tag(&self) -> String {
        format!("of-{}-{}", self.line.user, self.port())
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}-{}-{}", self.line.user, self.port(), self.count)
    }
}
