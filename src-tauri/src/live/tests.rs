//! Whatever is cut, what is shown is what the server had at some moment, and in the end what it has.

use std::collections::HashMap;

use pbx_api::{
    CallId, ClientId, ColleagueState, Direction, LiveCall, LiveLine, LiveState, Presence,
    Registration, RegistrationId, SipTransport, UserId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::picture::{Applied, Picture, Watched};

pub fn call(n: u128) -> LiveCall {
    LiveCall {
        id: CallId(Uuid::from_u128(n)),
        client: ClientId(Uuid::from_u128(7)),
        user: Some(UserId(Uuid::from_u128(8))),
        direction: Direction::Outbound,
        state: LiveState::Ringing,
        from_number: "1001".to_owned(),
        from_name: "Ana".to_owned(),
        to_number: "+15195550142".to_owned(),
        started_at_ms: 1_760_000_000_000,
        answered_at_ms: None,
        codec: String::new(),
        recorded: false,
        simulated: true,
    }
}

pub fn phone(n: u128) -> Registration {
    Registration {
        id: RegistrationId(Uuid::from_u128(n)),
        client: ClientId(Uuid::from_u128(7)),
        user: UserId(Uuid::from_u128(8)),
        aor: "1001@acme.north.example".to_owned(),
        contact: "sip:1001@192.168.1.20:5060".to_owned(),
        user_agent: "Yealink".to_owned(),
        instance: String::new(),
        lan_address: "192.168.1.20:5060".to_owned(),
        public_address: "203.0.113.7".to_owned(),
        public_port: 5060,
        transport: SipTransport::Udp,
        since_ms: 1_760_000_000_000,
        expires_at_ms: 1_760_000_600_000,
        round_trip_ms: Some(20),
        offline_since_ms: None,
        simulated: true,
    }
}

/// A change of what the server has.
#[derive(Debug, Clone)]
enum Change {
    Call(u8, bool),
    End(u8),
    Phone(u8, bool),
    Gone(u8),
    Colleague(u8, bool),
    /// Nothing happens, and the line says so.
    Quiet,
    /// The line is cut; a new one begins with everything.
    Cut {
        /// Lines of the new beginning that still come before it is cut again.
        after: Option<usize>,
    },
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => (0..6_u8, any::<bool>()).prop_map(|(n, answered)| Change::Call(n, answered)),
        2 => (0..6_u8).prop_map(Change::End),
        3 => (0..6_u8, any::<bool>()).prop_map(|(n, online)| Change::Phone(n, online)),
        1 => (0..6_u8).prop_map(Change::Gone),
        1 => (0..6_u8, any::<bool>()).prop_map(|(n, busy)| Change::Colleague(n, busy)),
        1 => Just(Change::Quiet),
        2 => proptest::option::of(0..8_usize).prop_map(|after| Change::Cut { after }),
    ];
    proptest::collection::vec(change, 0..60)
}

/// A server that tells one reader.
struct Server {
    has: Picture,
    reader: Watched,
}

impl Server {
    fn beginning(&self) -> Vec<LiveLine> {
        let calls = self.has.calls.values().cloned().map(LiveLine::Call);
        let phones = self.has.registrations.values().cloned();
        let states = self.has.colleagues.iter();
        let colleagues = states.map(|(user, state)| ColleagueState {
            user: *user,
            state: *state,
        });
        std::iter::once(LiveLine::Begin)
            .chain(calls)
            .chain(phones.map(LiveLine::Registration))
            .chain(colleagues.map(LiveLine::Colleague))
            .chain([LiveLine::Ready])
            .collect()
    }

    fn reads_anew(&mut self, most: usize) {
        for line in self.beginning().into_iter().take(most) {
            self.reader.apply(line);
        }
    }

    fn tell(&mut self, line: LiveLine) {
        match &line {
            LiveLine::Call(call) => {
                self.has.calls.insert(call.id, call.clone());
            }
            LiveLine::CallEnded(id) => {
                self.has.calls.remove(id);
            }
            LiveLine::Registration(phone) => {
                self.has.registrations.insert(phone.id, phone.clone());
            }
            LiveLine::RegistrationGone(id) => {
                self.has.registrations.remove(id);
            }
            LiveLine::Colleague(one) => {
                self.has.colleagues.insert(one.user, one.state);
            }
            _ => {}
        }
        self.reader.apply(line);
    }
}

proptest! {
    #[test]
    fn after_any_cut_a_new_beginning_gives_what_the_server_has(all in changes()) {
        let mut server = Server { has: Picture::default(), reader: Watched::default() };
        server.reads_anew(usize::MAX);
        for change in all {
            // Where the line is lost nothing of this reaches the reader.
            let live = server.reader.is_live();
            let line = match change {
                Change::Call(n, answered) => LiveLine::Call(LiveCall {
                    state: if answered { LiveState::Answered } else { LiveState::Ringing },
                    ..call(n.into())
                }),
                Change::End(n) => LiveLine::CallEnded(CallId(Uuid::from_u128(n.into()))),
                Change::Phone(n, online) => LiveLine::Registration(Registration {
                    offline_since_ms: (!online).then_some(1_760_000_100_000),
                    ..phone(n.into())
                }),
                Change::Gone(n) => LiveLine::RegistrationGone(RegistrationId(Uuid::from_u128(n.into()))),
                Change::Colleague(n, busy) => LiveLine::Colleague(ColleagueState {
                    user: UserId(Uuid::from_u128(n.into())),
                    state: if busy { Presence::Busy } else { Presence::Free },
                }),
                Change::Quiet => LiveLine::Alive { now_ms: 1 },
                Change::Cut { after } => {
                    let before = server.reader.shown().cloned();
                    server.reader.lose();
                    server.reads_anew(after.unwrap_or(usize::MAX));
                    if !server.reader.is_live() {
                        // Half a beginning shows nothing of itself.
                        prop_assert_eq!(server.reader.shown().cloned(), before);
                        server.reader.lose();
                    }
                    continue;
                }
            };
            if live {
                server.tell(line);
                prop_assert_eq!(server.reader.shown(), Some(&server.has));
            } else {
                let before = server.reader.shown().cloned();
                let mut deaf = Server { has: server.has, reader: Watched::default() };
                deaf.tell(line);
                server.has = deaf.has;
                prop_assert_eq!(server.reader.shown().cloned(), before);
            }
        }
        server.reader.lose();
        server.reads_anew(usize::MAX);
        prop_assert_eq!(server.reader.shown(), Some(&server.has));
        prop_assert!(server.reader.is_live());
    }
}

#[test]
fn a_call_that_ended_unheard_is_gone_after_the_next_beginning() {
    let mut watched = Watched::default();
    for line in [LiveLine::Begin, LiveLine::Call(call(1)), LiveLine::Ready] {
        watched.apply(line);
    }
    watched.lose();
    watched.apply(LiveLine::Begin);
    watched.apply(LiveLine::Call(call(2)));
    let still = |watched: &Watched| watched.shown().map(|picture| picture.calls.len());
    assert_eq!(still(&watched), Some(1), "half a picture shows nothing");
    assert!(!watched.is_live());
    assert_eq!(watched.apply(LiveLine::Ready), Applied::All);
    let shown = watched.shown().expect("a picture");
    assert_eq!(shown.calls, HashMap::from([(call(2).id, call(2))]));
}

#[test]
fn lines_without_a_beginning_stand_on_nothing() {
    let mut watched = Watched::default();
    assert_eq!(watched.apply(LiveLine::Call(call(1))), Applied::Nothing);
    assert_eq!(watched.apply(LiveLine::Ready), Applied::Nothing);
    assert!(watched.shown().is_none() && !watched.is_live());
}
