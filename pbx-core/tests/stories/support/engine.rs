//! An engine that asks and tells, and a reader of what is going on.

use std::collections::BTreeMap;

use pbx_api::{
    CallId, EngineAccepted, EngineCall, EngineCaller, EngineDecision, EngineEnd, EngineEvent,
    EngineEvents, EngineInvite, EngineRegistration, LiveAlert, LiveCall, LiveLine, NumberedEvent,
    Presence, Registration, RegistrationId, SipTransport, TrunkTransport, UserId,
};
use pbx_core::http::App;
use pbx_core::trunks::{self, DEFAULT, Trunk};
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;

use super::{Company, NOW_MS, Person, TestServer};

/// What carries calls to outside and from there, unless a story says otherwise.
pub const CARRIER: &str = "carrier";
pub const ENGINE_SECRET: &str = "an engine's own secret";

impl TestServer {
    pub async fn engine(&self, path: &str, body: &impl Serialize) -> Response {
        let request = self.request(Method::POST, &format!("/engine/v1/{path}"));
        request
            .bearer_auth(ENGINE_SECRET)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    /// Tells events of an engine's start, with the numbers that they have.
    pub async fn told(
        &self,
        engine: &str,
        boot: &str,
        events: &[(u64, EngineEvent)],
    ) -> EngineAccepted {
        let numbered = |(sequence, event): &(u64, EngineEvent)| NumberedEvent {
            sequence: *sequence,
            at_ms: self.world.now_ms(),
            event: event.clone(),
        };
        let said = EngineEvents {
            engine: engine.into(),
            boot: boot.into(),
            events: events.iter().map(numbered).collect(),
        };
        let answer = self.engine("event", &said).await;
        assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
        answer.json().await.unwrap()
    }

    /// Tells events of an engine's start; gives the calls that are to end.
    pub async fn tell_as(
        &self,
        engine: &str,
        boot: &str,
        events: &[(u64, EngineEvent)],
    ) -> Vec<CallId> {
        self.told(engine, boot, events).await.hang_up
    }

    /// Tells events in their order; gives the calls that are to end.
    pub async fn tell(&self, first: u64, events: Vec<EngineEvent>) -> Vec<CallId> {
        let numbered: Vec<_> = (first..).zip(events).collect();
        self.tell_as("lab", "one", &numbered).await
    }

    pub async fn asks(&self, asked: &EngineInvite) -> EngineDecision {
        let answer = self.engine("invite", asked).await;
        assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
        answer.json().await.unwrap()
    }

    /// A call that rings, and its id.
    pub async fn rings(&self, asked: &EngineInvite) -> CallId {
        match self.asks(asked).await {
            EngineDecision::Ring { call, .. } => call,
            refused @ EngineDecision::Reject { .. } => panic!("{refused:?}"),
        }
    }

    /// A call that is refused, and the code.
    pub async fn refused(&self, asked: &EngineInvite) -> u16 {
        match self.asks(asked).await {
            EngineDecision::Reject { sip_code, .. } => sip_code,
            rings @ EngineDecision::Ring { .. } => panic!("{rings:?}"),
        }
    }

    /// Ann and Bob of a company have a phone each.
    pub async fn phones_of(&self, company: &Company, realm: &str, first: u64) {
        let events = ["1001", "1002"].map(|user| register(user, realm));
        assert_eq!(company.ann.0.0.get_version_num(), 7);
        self.tell(first, events.into()).await;
    }

    pub async fn live(&self, person: &Person) -> Live {
        let answer = self.get(person, "/v1/live").await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", person.email);
        let mut live = Live {
            answer,
            rest: Vec::new(),
            view: View::default(),
        };
        live.until(|view| view.is_ready).await;
        live
    }
}

/// As the operator's commands do it.
pub async fn add_carrier(app: &App) {
    let mut root = app.db.begin_root().await.unwrap();
    let carrier = Trunk {
        name: CARRIER.into(),
        transport: TrunkTransport::Udp,
        addresses: vec![([192, 0, 2, 10], 5060).into()],
        enabled: true,
        user: String::new(),
        password: String::new(),
    };
    trunks::store::add(&mut root, &carrier, NOW_MS)
        .await
        .unwrap();
    trunks::store::give(&mut root, DEFAULT, &[CARRIER.into()])
        .await
        .unwrap();
    root.commit().await.unwrap();
}

/// A phone of a user, for ten minutes.
pub fn register(user: &str, realm: &str) -> EngineEvent {
    EngineEvent::Register(EngineRegistration {
        user: user.into(),
        realm: realm.into(),
        contact: format!("sip:{user}@192.0.2.{}:5060", user.len()),
        user_agent: "Lab phone".into(),
        instance: format!("<urn:uuid:{user}@{realm}>"),
        lan_address: "192.0.2.4:5060".into(),
        public_address: "203.0.113.9".into(),
        public_port: 5060,
        transport: SipTransport::Udp,
        expires_at_ms: NOW_MS + 600_000,
        round_trip_ms: Some(12),
        mark: None,
    })
}

pub fn expire(user: &str, realm: &str) -> EngineEvent {
    EngineEvent::Expire {
        user: user.into(),
        realm: realm.into(),
        contact: format!("sip:{user}@192.0.2.{}:5060", user.len()),
    }
}

/// A phone's call; the name makes it the same one.
pub fn dials(name: &str, user: &str, realm: &str, to: &str) -> EngineInvite {
    let caller = EngineCaller::Phone {
        user: user.into(),
        realm: realm.into(),
    };
    invite(name, caller, user, to)
}

/// A call that comes in by a trunk.
pub fn comes_in(name: &str, from: &str, to: &str) -> EngineInvite {
    invite(
        name,
        EngineCaller::Trunk {
            name: CARRIER.into(),
        },
        from,
        to,
    )
}

fn invite(name: &str, caller: EngineCaller, from: &str, to: &str) -> EngineInvite {
    EngineInvite {
        engine: "lab".into(),
        boot: "one".into(),
        sip_call_id: name.into(),
        from_tag: "tag".into(),
        caller,
        from_user: from.into(),
        from_name: "Zoë".into(),
        to: to.into(),
        source_address: "203.0.113.9".into(),
        source_port: 5060,
        at_ms: None,
    }
}

pub fn answered(call: CallId, user: &str, at_ms: i64) -> EngineEvent {
    EngineEvent::Call(EngineCall {
        call,
        answered_at_ms: Some(at_ms),
        user: user.into(),
        codec: "PCMU".into(),
        rung: Vec::new(),
    })
}

pub fn end(call: CallId, user: &str, answered_at_ms: Option<i64>) -> EngineEvent {
    EngineEvent::End(EngineEnd {
        call,
        answered_at_ms,
        user: user.into(),
        sip_code: if answered_at_ms.is_some() { 200 } else { 487 },
        cause: Some(16),
        rung: Vec::new(),
    })
}

/// The stream of what is going on, and what its reader knows by it.
pub struct Live {
    answer: Response,
    rest: Vec<u8>,
    pub view: View,
}

/// What a reader of the stream has before its eyes.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub is_ready: bool,
    pub calls: BTreeMap<CallId, LiveCall>,
    pub phones: BTreeMap<RegistrationId, Registration>,
    pub colleagues: BTreeMap<UserId, Presence>,
    pub alerts: Vec<LiveAlert>,
    pub signs_of_life: usize,
    /// Everything as it came.
    pub text: String,
}

impl Live {
    /// Reads until what is known fits.
    pub async fn until(&mut self, fits: impl Fn(&View) -> bool) -> &View {
        while !fits(&self.view) {
            assert!(self.read().await, "the stream ended: {:?}", self.view);
        }
        &self.view
    }

    /// Reads to the end of the stream.
    pub async fn end(mut self) -> View {
        while self.read().await {}
        self.view
    }

    /// Two signs of life later everything was looked at once more.
    pub async fn settled(&mut self) -> &View {
        let now = self.view.signs_of_life;
        self.until(|view| view.signs_of_life >= now + 2).await
    }

    async fn read(&mut self) -> bool {
        let Some(chunk) = self.answer.chunk().await.unwrap() else {
            return false;
        };
        self.rest.extend_from_slice(&chunk);
        while let Some(at) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=at).collect();
            self.view.text += std::str::from_utf8(&line).unwrap();
            self.view.apply(serde_json::from_slice(&line).unwrap());
        }
        true
    }
}

impl View {
    fn apply(&mut self, line: LiveLine) {
        match line {
            LiveLine::Begin => {
                *self = Self {
                    text: std::mem::take(&mut self.text),
                    ..Self::default()
                }
            }
            LiveLine::Call(call) => drop(self.calls.insert(call.id, call)),
            LiveLine::CallEnded(call) => {
                assert!(
                    self.calls.remove(&call).is_some(),
                    "the end of what was never there"
                );
            }
            LiveLine::Registration(phone) => drop(self.phones.insert(phone.id, phone)),
            LiveLine::RegistrationGone(phone) => {
                assert!(self.phones.remove(&phone).is_some(), "gone and never there");
            }
            LiveLine::Colleague(state) => drop(self.colleagues.insert(state.user, state.state)),
            LiveLine::Ready => self.is_ready = true,
            LiveLine::Alert(alert) => self.alerts.push(alert),
            LiveLine::Alive { .. } => self.signs_of_life += 1,
        }
    }

    pub fn online(&self) -> usize {
        self.phones
            .values()
            .filter(|phone| phone.offline_since_ms.is_none())
            .count()
    }
}
