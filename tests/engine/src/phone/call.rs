//! Calls of a phone, made and received.

use anyhow::{Context, Result, ensure};

use super::message::{Message, parameter, uri_of, user_of};
use super::{Line, Phone, digest};

/// Whom every phone claims to be, in whatever header it can: a phone may say what it wants of itself.
const PRETENDED: &str = "<sip:somebody.else@example.com>";

/// A call that a phone makes.
#[derive(Debug, Clone)]
pub struct Outgoing {
    id: String,
    from: String,
    to: String,
    number: u32,
    /// The branch of the INVITE that is under way: a CANCEL and an ACK of a refusal name it.
    branch: String,
    /// Where the far end is, once it answered.
    remote: String,
    routes: Vec<String>,
}

/// A call that a phone receives.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub invite: Message,
}

impl Incoming {
    pub fn id(&self) -> &str {
        self.invite.get("call-id")
    }

    /// Whether the caller proved to know the password of a line, as one of these challenges asks it to.
    pub fn is_proved_by(&self, line: &Line, status: u16) -> bool {
        let (_, header) = digest::headers(status);
        digest::fits(line, self.invite.get(header), "INVITE", self.invite.uri())
    }

    /// What the phone shows as the caller.
    pub fn caller(&self) -> &str {
        user_of(self.invite.get("from"))
    }

    /// What the network says that the caller is.
    pub fn asserted(&self) -> &str {
        user_of(self.invite.get("p-asserted-identity"))
    }

    /// Fails when the caller's phone had a say in who calls.
    pub fn says_nothing_of_its_own(&self) -> Result<()> {
        ensure!(
            self.invite.all("p-asserted-identity").len() == 1,
            "one identity is asserted"
        );
        let text = self.invite.text();
        ensure!(!text.contains(PRETENDED), "what a phone claims: {text}");
        for header in ["p-preferred-identity", "remote-party-id", "diversion"] {
            ensure!(self.invite.get(header).is_empty(), "{header}: {text}");
        }
        Ok(())
    }

    /// The number that was asked for.
    pub fn number(&self) -> &str {
        user_of(self.invite.uri())
    }
}

impl Phone {
    /// Dials: what comes of it is waited for elsewhere. Answers a challenge where there is one.
    pub fn dial(&mut self, number: &str) -> Result<Outgoing> {
        let from = self.aor();
        self.dial_as(&from, number)
    }

    /// Dials with a From of somebody else's.
    pub fn dial_as(&mut self, from: &str, number: &str) -> Result<Outgoing> {
        let (id, tag) = (self.fresh("call"), self.fresh("tag"));
        self.dial_named(from, number, &id, &tag)
    }

    /// Dials with a Call-ID and a tag of a story's choice.
    pub fn dial_named(
        &mut self,
        from: &str,
        number: &str,
        id: &str,
        tag: &str,
    ) -> Result<Outgoing> {
        let uri = format!("sip:{number}@{}", self.line.realm);
        let mut call = Outgoing {
            id: id.to_owned(),
            from: format!("\"{}\" <{from}>;tag={tag}", self.name),
            to: format!("<{uri}>"),
            number: 1,
            branch: String::new(),
            remote: uri.clone(),
            routes: Vec::new(),
        };
        self.invite(&mut call, None)?;
        if self.line.secret.is_empty() {
            return Ok(call);
        }
        let challenge = self.expect("a challenge", |message| {
            message.get("call-id") == call.id && message.status().is_some_and(|status| status > 100)
        })?;
        ensure!(
            challenge.status() == Some(407),
            "answered {}",
            challenge.first
        );
        self.acknowledge(&call, &challenge, None)?;
        let proof = digest::answer(&self.line, &challenge, "INVITE", &uri)?;
        call.number = 2;
        self.invite(&mut call, Some(proof))?;
        Ok(call)
    }

    fn invite(&mut self, call: &mut Outgoing, proof: Option<(&str, String)>) -> Result<()> {
        let mut request = self
            .request("INVITE", &call.remote, &call.id, call.number)
            .with("from", &call.from)
            .with("to", &call.to)
            .with("contact", self.contact())
            .with("p-asserted-identity", PRETENDED)
            .with("p-preferred-identity", PRETENDED)
            .with("remote-party-id", PRETENDED)
            .with("diversion", PRETENDED)
            .with_sdp(self.sdp()?);
        if let Some((header, value)) = proof {
            request = request.with(header, value);
        }
        call.branch = parameter(request.get("via"), "branch").to_owned();
        self.send(&request)
    }

    /// Waits until the call is said to ring.
    pub fn rings(&mut self, call: &Outgoing) -> Result<()> {
        self.expect("180", |message| {
            message.status() == Some(180) && message.get("call-id") == call.id
        })
        .map(drop)
    }

    /// The final answer to a call, acknowledged.
    pub fn outcome(&mut self, call: &mut Outgoing) -> Result<u16> {
        let answer = self.expect("an outcome", |message| {
            message.get("call-id") == call.id
                && message.about() == "INVITE"
                && message
                    .get("cseq")
                    .starts_with(&format!("{} ", call.number))
                && message.status().is_some_and(|status| status >= 200)
        })?;
        let status = answer.status().context("an answer has a status")?;
        if status < 300 {
            self.learn(&answer.body);
            call.to = answer.get("to").to_owned();
            call.remote = uri_of(answer.get("contact")).to_owned();
            call.routes = answer.all("record-route");
            call.routes.reverse();
            let routes = call.routes.clone();
            self.acknowledge(call, &answer, Some(routes))?;
        } else {
            self.acknowledge(call, &answer, None)?;
        }
        Ok(status)
    }

    /// `routes`: of a call that was answered; a refusal's acknowledgement belongs to the INVITE itself.
    fn acknowledge(
        &mut self,
        call: &Outgoing,
        answer: &Message,
        routes: Option<Vec<String>>,
    ) -> Result<()> {
        let branch = match routes {
            Some(_) => self.fresh("z9hG4bK"),
            None => call.branch.clone(),
        };
        let request = Message::new(format!("ACK {} SIP/2.0", call.remote))
            .with("via", self.via(&branch))
            .with_all("route", routes.unwrap_or_default())
            .with("max-forwards", "70")
            .with("call-id", &call.id)
            .with("cseq", format!("{} ACK", call.number))
            .with("from", &call.from)
            .with("to", answer.get("to"));
        self.send(&request)
    }

    /// Gives up a call that rings; the outcome follows.
    pub fn cancel(&mut self, call: &Outgoing) -> Result<()> {
        let request = Message::new(format!("CANCEL {} SIP/2.0", call.remote))
            .with("via", self.via(&call.branch))
            .with("max-forwards", "70")
            .with("call-id", &call.id)
            .with("cseq", format!("{} CANCEL", call.number))
            .with("from", &call.from)
            .with("to", &call.to);
        self.send(&request)
    }

    /// Ends a call that was answered, and gives the answer to that.
    pub fn hang_up(&mut self, call: &mut Outgoing) -> Result<()> {
        call.number += 1;
        let request = self
            .request("BYE", &call.remote, &call.id, call.number)
            .with_all("route", call.routes.clone())
            .with("from", &call.from)
            .with("to", &call.to);
        self.send(&request)
    }

    /// Waits for the answer to [`Self::hang_up`].
    pub fn hung_up(&mut self, call: &Outgoing) -> Result<u16> {
        let answer = self.final_answer(&call.id, call.number)?;
        answer.status().context("an answer has a status")
    }

    /// Waits until somebody calls.
    pub fn is_called(&mut self) -> Result<Incoming> {
        let invite = self.expect("a call", |message| message.method() == Some("INVITE"))?;
        self.learn(&invite.body);
        Ok(Incoming { invite })
    }

    /// Fails when somebody called so far. Nothing is waited for: whoever would call has had its time.
    pub fn was_not_called(&mut self) -> Result<()> {
        self.take_in()?;
        let called = self
            .inbox
            .iter()
            .any(|message| message.method() == Some("INVITE"));
        ensure!(!called, "{} was called", self.here);
        Ok(())
    }

    /// Asks a caller to prove itself, as a carrier does: the call as it comes again.
    pub fn challenges(
        &mut self,
        call: &Incoming,
        status: u16,
        challenge: &str,
    ) -> Result<Incoming> {
        let (ask, header) = digest::headers(status);
        let reply = self
            .reply_to(&call.invite, status, "Who Are You")
            .with(ask, challenge);
        self.send(&reply)?;
        self.follows("ACK", call)?;
        let id = call.invite.get("call-id").to_owned();
        let invite = self.expect("a proof", |message| {
            message.method() == Some("INVITE")
                && message.get("call-id") == id
                && !message.get(header).is_empty()
        })?;
        self.learn(&invite.body);
        Ok(Incoming { invite })
    }

    pub fn ring(&mut self, call: &Incoming) -> Result<()> {
        self.reply(&call.invite, 180, "Ringing", "")
    }

    pub fn accept(&mut self, call: &Incoming) -> Result<()> {
        let sdp = self.sdp()?;
        self.reply(&call.invite, 200, "OK", &sdp)
    }

    /// Refuses a call, and waits until that was heard.
    pub fn refuse(&mut self, call: &Incoming, status: u16) -> Result<()> {
        self.reply(&call.invite, status, "Refused", "")?;
        self.follows("ACK", call).map(drop)
    }

    /// Waits until the caller gave up, or somebody else was quicker.
    pub fn is_let_go(&mut self, call: &Incoming) -> Result<()> {
        let cancel = self.follows("CANCEL", call)?;
        self.reply(&cancel, 200, "OK", "")?;
        self.refuse(call, 487)
    }

    /// Waits for the caller's ACK of an answer.
    pub fn talks(&mut self, call: &Incoming) -> Result<()> {
        self.follows("ACK", call).map(drop)
    }

    /// Waits for the end of a call that was answered, confirms it, and gives what said it.
    pub fn is_hung_up(&mut self, call_id: &str) -> Result<Message> {
        let bye = self.expect("the end of the call", |message| {
            message.method() == Some("BYE") && message.get("call-id") == call_id
        })?;
        self.reply(&bye, 200, "OK", "")?;
        Ok(bye)
    }

    /// Ends a call that the phone received and answered.
    pub fn leaves(&mut self, call: &Incoming) -> Result<()> {
        let invite = &call.invite;
        let uri = uri_of(invite.get("contact")).to_owned();
        let to = format!("{};tag={}", invite.get("to"), self.tag());
        let request = self
            .request("BYE", &uri, invite.get("call-id"), 1)
            .with_all("route", invite.all("record-route"))
            .with("from", to)
            .with("to", invite.get("from"));
        self.send(&request)
    }

    /// Waits for the answer to [`Self::leaves`].
    pub fn left(&mut self, call: &Incoming) -> Result<u16> {
        let answer = self.final_answer(call.invite.get("call-id"), 1)?;
        answer.status().context("an answer has a status")
    }

    fn follows(&mut self, method: &str, call: &Incoming) -> Result<Message> {
        let id = call.invite.get("call-id").to_owned();
        self.expect(method, |message| {
            message.method() == Some(method) && message.get("call-id") == id
        })
    }
}

impl Outgoing {
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// One phone calls, the other answers, and both talk.
pub fn talk(caller: &mut Phone, callee: &mut Phone, number: &str) -> Result<(Outgoing, Incoming)> {
    let mut call = caller.dial(number)?;
    let incoming = match callee.is_called() {
        Ok(incoming) => incoming,
        Err(fault) => {
            return Err(fault.context(format!("the caller was told {:?}", caller.told()?)));
        }
    };
    callee.ring(&incoming)?;
    caller.rings(&call)?;
    callee.accept(&incoming)?;
    ensure!(caller.outcome(&mut call)? == 200, "it is answered");
    callee.talks(&incoming)?;
    Ok((call, incoming))
}

/// The caller ends a call.
pub fn end(caller: &mut Phone, callee: &mut Phone, call: &mut Outgoing) -> Result<()> {
    caller.hang_up(call)?;
    callee.is_hung_up(call.id())?;
    ensure!(caller.hung_up(call)? == 200, "the end is confirmed");
    Ok(())
}
