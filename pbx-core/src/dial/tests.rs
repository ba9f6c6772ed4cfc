//! Properties of the decision, over made-up clients.

use std::collections::{HashMap, HashSet};

use pbx_api::{
    Block, BlockId, BlockKind, CallDecision, CallFrom, CallSettings, CallStage, CallTarget, Client,
    ClientId, Destination, EmergencyCallerId, EmergencyId, FollowMe, FollowMeStep, NumberClass,
    NumberId, OutsideCall, PhoneNumber, Profile, ProfileId, Refusal, RingOrder, Routing, User,
    UserId,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::decide;
use super::snapshot::{Present, Snapshot};

const OWN: &str = "+12025550100";

fn user_id(n: usize) -> UserId {
    UserId(Uuid::from_u128(n as u128 + 1))
}

fn destination() -> impl Strategy<Value = Destination> {
    prop_oneof![
        (0usize..5).prop_map(|n| Destination::User(user_id(n))),
        prop::sample::select(vec![
            "+12025550199",
            "+14165550199",
            "+18005550199",
            "+442079460018",
            "+18765550123",
            "911"
        ])
        .prop_map(|number| Destination::External(number.to_owned())),
        Just(Destination::Voicemail),
    ]
}

fn settings() -> impl Strategy<Value = CallSettings> {
    let steps = prop::collection::vec((destination(), 5u32..120), 1..4);
    let follow = (any::<bool>(), steps).prop_map(|(all, steps)| FollowMe {
        order: if all {
            RingOrder::AllAtOnce
        } else {
            RingOrder::InOrder
        },
        steps: steps
            .into_iter()
            .map(|(destination, ring_seconds)| FollowMeStep {
                destination,
                ring_seconds,
            })
            .collect(),
    });
    (
        prop::option::of(destination()),
        prop::option::of(follow),
        any::<[bool; 2]>(),
    )
        .prop_map(
            |(forward, follow_me, [call_waiting, do_not_disturb])| CallSettings {
                forward,
                follow_me,
                call_waiting,
                do_not_disturb,
            },
        )
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let users = prop::collection::vec(
        (
            settings(),
            prop::option::of(destination()),
            prop::option::of(destination()),
            any::<[bool; 3]>(),
        ),
        4,
    );
    let routes = prop::sample::subsequence(pbx_api::ROUTES.to_vec(), 0..=4);
    let limits = (
        prop::option::of(0u32..3),
        prop::option::of(0u32..3),
        0u32..3,
        0u32..3,
    );
    (users, routes, any::<[bool; 8]>(), limits).prop_map(|(users, routes, switches, limits)| {
        let profile = ProfileId(Uuid::from_u128(77));
        let client = ClientId(Uuid::from_u128(88));
        let [
            suspended,
            blocked,
            recording,
            forward,
            follow,
            waiting,
            disturb,
            has_row,
        ] = switches;
        let mut features = pbx_api::Features::default();
        (
            features.call_recording,
            features.call_forward,
            features.follow_me,
        ) = (recording, forward, follow);
        (features.call_waiting, features.do_not_disturb) = (waiting, disturb);
        let mut known = Snapshot {
            client: Client {
                suspended,
                max_outbound_calls: limits.0,
                max_international_calls: limits.1,
                ..Client::new(client, "Acme", "acme", "America/New_York", "US")
            },
            users: HashMap::new(),
            profiles: HashMap::from([(
                profile,
                Profile {
                    features,
                    routes: routes.into_iter().map(str::to_owned).collect(),
                    ..Profile::new(profile, "P")
                },
            )]),
            default_profile: None,
            numbers: vec![PhoneNumber {
                routing: Routing::User(user_id(0)),
                ..PhoneNumber::new(NumberId(Uuid::from_u128(9)), client, OWN)
            }],
            block: blocked.then(|| Block {
                id: BlockId(Uuid::from_u128(5)),
                client: None,
                kind: BlockKind::Anonymous,
                number: String::new(),
                note: String::new(),
                created_by: String::new(),
                created_at_ms: 0,
                hits: 0,
                last_hit_at_ms: None,
            }),
            emergency: Vec::new(),
            present: Present {
                outbound_calls: limits.2,
                international_calls: limits.3,
                busy: HashSet::new(),
                offline: HashSet::new(),
            },
            at_ms: 0,
            zone: jiff::tz::TimeZone::UTC,
        };
        if has_row {
            known.emergency.push(row(None, None, "+12025550111", true));
        }
        for (n, (calls, when_busy, when_unavailable, [vanity, busy, offline])) in
            users.into_iter().enumerate()
        {
            let id = user_id(n);
            let user = User {
                profile: Some(profile),
                calls,
                when_busy,
                when_unavailable,
                vanity,
                ..User::new(id, client, "Ann", "Acme", &format!("100{n}"))
            };
            known.users.insert(id, user);
            if busy {
                known.present.busy.insert(id);
            }
            if offline {
                known.present.offline.insert(id);
            }
        }
        known
    })
}

fn row(
    client: Option<ClientId>,
    user: Option<UserId>,
    number: &str,
    valid: bool,
) -> EmergencyCallerId {
    EmergencyCallerId {
        id: EmergencyId(Uuid::from_u128(6)),
        client,
        user,
        dialled: "911".into(),
        caller_number: number.into(),
        valid,
        location: "1 Main St".into(),
        notify_emails: Vec::new(),
        notify_desktop: false,
        last_test_at_ms: None,
    }
}

/// Every stage of a decision.
fn stages(decision: &CallDecision) -> Vec<&CallStage> {
    let mut open: Vec<&CallStage> = decision.first.iter().collect();
    let mut all = Vec::new();
    while let Some(stage) = open.pop() {
        all.push(stage);
        open.extend(stage.if_unanswered.as_deref());
        open.extend(stage.if_busy.as_deref());
    }
    all
}

proptest! {
    #[test]
    fn help_is_always_reached(known in snapshots(), n in 0usize..4, dialled in prop::sample::select(vec!["911", "933", "112", " 9-1-1 "])) {
        let decision = decide(&known, &CallFrom::User(user_id(n)), dialled);
        prop_assert_eq!(decision.class, Some(NumberClass::Emergency));
        prop_assert_eq!(decision.refusal, None);
        let stages = stages(&decision);
        prop_assert_eq!(stages.len(), 1);
        let CallTarget::Outside(call) = &stages[0].targets[0] else { panic!("it goes out") };
        prop_assert!(!call.caller_number.is_empty());
        prop_assert_eq!(decision.emergency_valid, Some(!known.emergency.is_empty()));
        // It is recorded as every call of that profile is.
        let recorded = known.profiles.values().any(|profile| profile.features.call_recording);
        prop_assert_eq!(decision.recorded, recorded);
    }

    #[test]
    fn what_goes_out_is_permitted(
        known in snapshots(),
        from in prop_oneof![(0usize..4).prop_map(|n| CallFrom::User(user_id(n))), Just(CallFrom::Outside("+13035550100".into()))],
        dialled in prop::sample::select(vec!["1000", "1001", "1002", "2025550177", "4165550177", "8005550177", "011442079460018", "8765550123", OWN]),
    ) {
        let decision = decide(&known, &from, dialled);
        // It ends, and with one answer.
        prop_assert!(decision.first.is_some() != decision.refusal.is_some());
        prop_assert!(stages(&decision).len() < 500);
        let profile = known.profiles.values().next().expect("a profile");
        for stage in stages(&decision) {
            prop_assert!(!stage.targets.is_empty() && stage.ring_seconds > 0);
            // Nor do those that ring together take more places than there are.
            let international = |call: &&OutsideCall| call.class.is_international();
            let out = stage.targets.iter().filter_map(|target| match target {
                CallTarget::Outside(call) => Some(call),
                CallTarget::User(_) => None,
            });
            let rings = |limit: Option<u32>, present: u32, count: usize| {
                limit.is_none_or(|limit| count == 0 || present as usize + count <= limit as usize)
            };
            let (client, present) = (&known.client, &known.present);
            prop_assert!(rings(client.max_outbound_calls, present.outbound_calls, out.clone().count()));
            let abroad = out.filter(international).count();
            prop_assert!(rings(client.max_international_calls, present.international_calls, abroad));
            for target in &stage.targets {
                match target {
                    CallTarget::Outside(call) => {
                        let route = call.class.route().expect("no emergency call by a setting");
                        prop_assert!(profile.routes.iter().any(|r| r == route), "{call:?}");
                    }
                    CallTarget::User(user) => {
                        prop_assert!(known.users.contains_key(user) && !known.present.offline.contains(user));
                    }
                }
            }
        }
        if known.client.suspended {
            prop_assert!(decision.first.is_none());
        } else if let CallFrom::User(user) = &from {
            prop_assert!(!known.users[user].vanity || decision.refusal == Some(Refusal::Vanity));
            prop_assert_eq!(decision.block, None);
        } else if known.block.is_some() && decision.refusal != Some(Refusal::UnknownNumber) && decision.refusal != Some(Refusal::NotANumber) {
            prop_assert_eq!(decision.refusal, Some(Refusal::Blocked));
        }
        prop_assert!(!decision.recorded || profile.features.call_recording);
    }
}

fn quiet() -> Snapshot {
    let (client, profile) = (
        ClientId(Uuid::from_u128(88)),
        ProfileId(Uuid::from_u128(77)),
    );
    let mut users = HashMap::new();
    for n in 0..3 {
        let user = User {
            profile: Some(profile),
            ..User::new(user_id(n), client, "Ann", "Acme", &format!("100{n}"))
        };
        users.insert(user.id, user);
    }
    Snapshot {
        client: Client::new(client, "Acme", "acme", "America/New_York", "US"),
        users,
        profiles: HashMap::from([(profile, Profile::new(profile, "P"))]),
        default_profile: None,
        numbers: vec![PhoneNumber {
            emergency_validated: true,
            ..PhoneNumber::new(NumberId(Uuid::from_u128(9)), client, OWN)
        }],
        block: None,
        emergency: Vec::new(),
        present: Present::default(),
        at_ms: 0,
        zone: jiff::tz::TimeZone::UTC,
    }
}

#[test]
fn the_nearest_validated_emergency_number_is_sent() {
    let mut known = quiet();
    let client = Some(known.client.id);
    let sent = |known: &Snapshot| {
        let decision = decide(known, &CallFrom::User(user_id(0)), "911");
        (decision.caller_number, decision.emergency_valid)
    };
    // Without any row help is called all the same.
    assert_eq!(sent(&known), (OWN.into(), Some(false)));
    known.emergency.push(row(None, None, "+12025550111", true));
    assert_eq!(sent(&known), ("+12025550111".into(), Some(true)));
    known
        .emergency
        .push(row(client, None, "+12025550122", true));
    assert_eq!(sent(&known), ("+12025550122".into(), Some(true)));
    known
        .users
        .get_mut(&user_id(0))
        .expect("Ann")
        .emergency_caller_number = OWN.into();
    assert_eq!(sent(&known), (OWN.into(), Some(true)));
    known
        .emergency
        .push(row(client, Some(user_id(0)), "+12025550133", true));
    assert_eq!(sent(&known), ("+12025550133".into(), Some(true)));
    // Another's is not ours, and a number that was withdrawn comes after one that is good.
    known.emergency.last_mut().expect("a row").valid = false;
    known
        .emergency
        .push(row(client, Some(user_id(1)), "+12025550144", true));
    assert_eq!(sent(&known), (OWN.into(), Some(true)));
}

#[test]
fn a_call_goes_on_in_the_order_of_the_settings() {
    let mut known = quiet();
    let (ann, bob, cat) = (user_id(0), user_id(1), user_id(2));
    let user = known.users.get_mut(&bob).expect("Bob");
    user.when_unavailable = Some(Destination::User(cat));
    user.when_busy = Some(Destination::External("+14165550199".into()));
    user.calls.follow_me = Some(FollowMe {
        order: RingOrder::InOrder,
        steps: vec![
            FollowMeStep {
                destination: Destination::External("+442079460018".into()),
                ring_seconds: 10,
            },
            FollowMeStep {
                destination: Destination::External("+12025550199".into()),
                ring_seconds: 15,
            },
        ],
    });
    known.users.get_mut(&cat).expect("Cat").calls.forward = Some(Destination::User(bob));
    let decision = decide(&known, &CallFrom::User(ann), "1001");
    insta::assert_json_snapshot!(decision);
    // His phones are off: following begins at once.
    known.present.offline.insert(bob);
    let decision = decide(&known, &CallFrom::User(ann), "1001");
    let first = decision.first.expect("a stage");
    assert_eq!(
        (first.because, first.ring_seconds),
        (pbx_api::Because::FollowMe(bob), 15)
    );
    // He is on the phone and wants no second call.
    known.present.busy.insert(bob);
    known.users.get_mut(&bob).expect("Bob").calls.call_waiting = false;
    let decision = decide(&known, &CallFrom::User(ann), "1001");
    assert_eq!(
        decision.first.expect("a stage").because,
        pbx_api::Because::Busy(bob)
    );
}

#[test]
fn forwards_in_a_circle_lead_nowhere() {
    let mut known = quiet();
    let (ann, bob, cat) = (user_id(0), user_id(1), user_id(2));
    let forward = |known: &mut Snapshot, from: UserId, to: UserId| {
        let user = known.users.get_mut(&from).expect("a user");
        user.calls.forward = Some(Destination::User(to));
    };
    forward(&mut known, bob, cat);
    forward(&mut known, cat, bob);
    let decision = decide(&known, &CallFrom::User(ann), "1001");
    assert_eq!(decision.refusal, Some(Refusal::Loop));
    assert_eq!(decision.first, None);
    // Who stands in for somebody is called all the same.
    let user = known.users.get_mut(&bob).expect("Bob");
    user.calls.forward = None;
    user.when_unavailable = Some(Destination::User(cat));
    known.present.offline.insert(bob);
    let decision = decide(&known, &CallFrom::User(ann), "1001");
    let first = decision.first.expect("a stage");
    assert_eq!(first.targets, [CallTarget::User(cat)]);
}
