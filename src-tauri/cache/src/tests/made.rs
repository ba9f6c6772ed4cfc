//! Legs, filters and people for the tests.

use pbx_api::{
    CallId, CallResult, Change, Client, ClientId, Direction, Leg, LegId, RecordingInfo,
    RecordingState, User, UserId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::KEY;
use crate::{Cache, CallFilter, Key};

pub(super) fn id(kind: u8, n: u32) -> Uuid {
    let mut bytes = [kind; 16];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    // The middle differs too, as in real ids.
    bytes[8..12].copy_from_slice(&n.wrapping_mul(2_654_435_761).to_be_bytes());
    Uuid::from_bytes(bytes)
}

pub(super) fn leg(n: u32, call: u32) -> Leg {
    Leg {
        id: LegId(id(1, n)),
        call: CallId(id(2, call)),
        client: ClientId(id(3, 0)),
        user: None,
        direction: Direction::Inbound,
        result: CallResult::Answered,
        started_at_ms: 1_700_000_000_000 + i64::from(n) * 1000,
        answered_at_ms: None,
        ended_at_ms: 1_700_000_000_000 + i64::from(n) * 1000 + 500,
        end_estimated: false,
        ring_seconds: 1,
        talk_seconds: 2,
        from_number: "2025550100".to_owned(),
        from_e164: Some("+12025550100".to_owned()),
        from_name: "Ana Díaz".to_owned(),
        to_number: "1001".to_owned(),
        to_e164: None,
        cause: Some(16),
        sip_code: Some(200),
        recording: RecordingState::None,
        recording_info: None,
        recording_fault: None,
        source_id: format!("pbx7-{n}"),
    }
}

pub(super) fn open(folder: &std::path::Path) -> Cache {
    Cache::open(folder, &Key::new(&KEY)).expect("opens").cache
}

pub(super) fn any_of<T: Copy + std::fmt::Debug + 'static>(
    all: &'static [T],
) -> impl Strategy<Value = T> {
    (0..all.len()).prop_map(|at| all[at])
}

pub(super) const DIRECTIONS: &[Direction] =
    &[Direction::Inbound, Direction::Outbound, Direction::Internal];
pub(super) const RESULTS: &[CallResult] = &[
    CallResult::Answered,
    CallResult::NoAnswer,
    CallResult::Busy,
    CallResult::Voicemail,
    CallResult::Blocked,
];
pub(super) const RECORDINGS: &[RecordingState] = &[
    RecordingState::None,
    RecordingState::Available,
    RecordingState::Pending,
];
pub(super) const NAMES: &[&str] = &[
    "",
    "Ana Díaz",
    "ANA Lopez",
    "日本語 テスト",
    "O'Brien, Seán",
    "a\nb",
];
pub(super) const GIVEN: &[(&str, Option<&str>)] = &[
    ("2025550100", Some("+12025550100")),
    ("+12025550100", Some("+12025550100")),
    ("(202) 555-0142", Some("+12025550142")),
    ("1001", None),
    ("anonymous", None),
    ("", None),
    ("*97", None),
];

prop_compose! {
    pub(super) fn any_leg()(
        n in 0..60_u32,
        call in 0..25_u32,
        client in 0..4_u32,
        user in proptest::option::of(0..5_u32),
        direction in any_of(DIRECTIONS),
        result in any_of(RESULTS),
        recording in any_of(RECORDINGS),
        start in 0..40_i64,
        talk in 0..30_u32,
        name in any_of(NAMES),
        from in any_of(GIVEN),
        to in any_of(GIVEN),
    ) -> Leg {
        let mut leg = leg(n, call);
        leg.client = ClientId(id(3, client));
        leg.user = user.map(|user| UserId(id(4, user)));
        leg.direction = direction;
        leg.result = result;
        leg.recording = recording;
        leg.recording_info = (recording == RecordingState::Available).then(|| RecordingInfo {
            size_bytes: 10,
            sha256: "00".repeat(32),
            file_name: "a.wav".to_owned(),
        });
        leg.started_at_ms += start * 1000;
        leg.talk_seconds = talk;
        leg.from_name = name.to_owned();
        (leg.from_number, leg.from_e164) = (from.0.to_owned(), from.1.map(str::to_owned));
        (leg.to_number, leg.to_e164) = (to.0.to_owned(), to.1.map(str::to_owned));
        leg
    }
}

prop_compose! {
    pub(super) fn any_filter()(
        from in proptest::option::of(0..60_i64),
        until in proptest::option::of(20..100_i64),
        clients in proptest::collection::vec(0..6_u32, 0..3),
        users in proptest::collection::vec(0..6_u32, 0..2),
        directions in proptest::collection::vec(any_of(DIRECTIONS), 0..2),
        results in proptest::collection::vec(any_of(RESULTS), 0..3),
        number in any_of(&["", "", "", "555", "202-555", "+1 202", "9999", "anon", "0142", "*97"]),
        name in any_of(&["", "", "ana", "テスト", "nobody"]),
        talk_min in proptest::option::of(0..20_u32),
        talk_max in proptest::option::of(5..40_u32),
        recorded in proptest::bool::weighted(0.2),
        text in any_of(&["", "", "", "ana", "555", "acme", "user 3", "zz"]),
    ) -> CallFilter {
        CallFilter {
            from_ms: from.map(|s| 1_700_000_000_000 + s * 1000),
            until_ms: until.map(|s| 1_700_000_000_000 + s * 1000),
            clients: clients.into_iter().map(|n| ClientId(id(3, n))).collect(),
            users: users.into_iter().map(|n| UserId(id(4, n))).collect(),
            directions,
            results,
            number: number.to_owned(),
            name: name.to_owned(),
            talk_min_seconds: talk_min,
            talk_max_seconds: talk_max,
            recorded,
            text: text.to_owned(),
        }
    }
}

pub(super) fn client_name(client: ClientId) -> &'static str {
    if client == ClientId(id(3, 1)) {
        "Acme Ltd"
    } else {
        "Brook & Co"
    }
}

pub(super) fn user_name(user: UserId) -> String {
    (0..6)
        .find(|n| UserId(id(4, *n)) == user)
        .map(|n| format!("User {n}"))
        .unwrap_or_default()
}

pub(super) fn directory() -> Vec<Change> {
    let client = |n: u32| {
        let id = ClientId(id(3, n));
        let realm = format!("c{n}");
        Change::Client(Client::new(
            id,
            client_name(id),
            &realm,
            "America/Toronto",
            "CA",
        ))
    };
    let user = |n: u32| {
        let (last_name, extension) = (n.to_string(), format!("10{n}"));
        let (user, client) = (UserId(id(4, n)), ClientId(id(3, 0)));
        Change::User(User::new(user, client, "User", &last_name, &extension))
    };
    (0..4).map(client).chain((0..5).map(user)).collect()
}
