//! What changes within a call: hold, and going on from elsewhere.

use anyhow::{Result, ensure};

use super::message::{Message, uri_of};
use super::{Incoming, Phone, sound};

impl Phone {
    /// Holds a call that the phone received: it wants to hear nothing for now.
    pub fn holds(&mut self, call: &Incoming, number: u32) -> Result<()> {
        let sdp = format!("{}a=sendonly\r\n", self.sdp()?);
        self.asks_anew(call, number, sdp)
    }

    /// Goes on with a call that the phone received, from another port.
    pub fn moves(&mut self, call: &Incoming, number: u32) -> Result<()> {
        self.sound = sound::open(self.here)?;
        let sdp = self.sdp()?;
        self.asks_anew(call, number, sdp)
    }

    fn asks_anew(&mut self, call: &Incoming, number: u32, sdp: String) -> Result<()> {
        let request = self.within(call, "INVITE", number).with_sdp(sdp);
        self.send(&request)
    }

    /// Waits until what was asked for within a call is agreed to.
    pub fn is_agreed(&mut self, call: &Incoming, number: u32) -> Result<()> {
        let answer = self.final_answer(call.id(), number)?;
        ensure!(answer.status() == Some(200), "{}", answer.first);
        self.learn(&answer.body);
        let request = self.within(call, "ACK", number);
        self.send(&request)
    }

    /// Agrees to what the other side asks for within a call.
    pub fn agrees(&mut self) -> Result<Incoming> {
        let again = self.is_called()?;
        self.accept(&again)?;
        Ok(again)
    }

    fn within(&mut self, call: &Incoming, method: &str, number: u32) -> Message {
        let invite = &call.invite;
        let uri = uri_of(invite.get("contact")).to_owned();
        let from = format!("{};tag={}", invite.get("to"), self.tag());
        let contact = self.contact();
        self.request(method, &uri, call.id(), number)
            .with_all("route", invite.all("record-route"))
            .with("from", from)
            .with("to", invite.get("from"))
            .with("contact", contact)
    }
}
