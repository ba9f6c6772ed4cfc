use std::collections::{HashMap, HashSet};

use pbx_api::{CallResult, Client, ClientId};
use pbx_import::Identity;

use super::*;

const ANN: UserId = UserId(Uuid::from_u128(1001));
const BOB: UserId = UserId(Uuid::from_u128(1002));

fn known() -> Known {
    Known {
        client: Client::new(
            ClientId(Uuid::from_u128(1)),
            "Acme",
            "acme",
            "America/Toronto",
            "CA",
        ),
        extensions: HashMap::from([("1001".into(), ANN), ("1002".into(), BOB)]),
        numbers: HashSet::from(["+14165550100".into()]),
    }
}

fn record(from: &str, to: &str, context: &str, channel: &str, dst_channel: &str) -> Record {
    Record {
        line: 1,
        source: Source::Asterisk,
        unique_id: "pbx-1.2".into(),
        call_key: "pbx-1.1".into(),
        call_key_inferred: false,
        sequence: None,
        account: String::new(),
        peer_account: String::new(),
        domain: String::new(),
        context: context.into(),
        channel: channel.into(),
        dst_channel: dst_channel.into(),
        last_app: "Dial".into(),
        started_at_ms: 1_000,
        answered_at_ms: None,
        ended_at_ms: 5_000,
        ring_seconds: 4,
        duration_seconds: 4,
        billable_seconds: 0,
        from_number: from.into(),
        from_name: "N".into(),
        to_number: to.into(),
        dialled_number: String::new(),
        result: CallResult::NoAnswer,
        answered: false,
        cause: None,
        sip_code: None,
        direction: None,
        recording_file: None,
        raw: String::new(),
        identity: Identity::default(),
    }
}

fn way(
    from: &str,
    to: &str,
    context: &str,
    channel: &str,
    dst: &str,
) -> (Direction, Option<UserId>) {
    seen_from_the_client(&record(from, to, context, channel, dst), &known())
}

#[test]
fn directions_and_users_are_seen_from_the_client() {
    use Direction::{Inbound, Internal, Outbound};
    let (a, b, trunk) = (
        "PJSIP/1001-00000001",
        "PJSIP/1002-00000002",
        "PJSIP/trunk-00000003",
    );
    let cases = [
        ("1001", "1002", "internal", a, b, Internal, Some(ANN)),
        ("1001", "*97", "internal", a, "", Internal, Some(ANN)),
        (
            "1001",
            "alice.smith",
            "internal",
            a,
            "",
            Internal,
            Some(ANN),
        ),
        (
            "1001",
            "4165550123",
            "internal",
            a,
            trunk,
            Outbound,
            Some(ANN),
        ),
        (
            "1001",
            "+442079460018",
            "internal",
            a,
            trunk,
            Outbound,
            Some(ANN),
        ),
        // The caller id is the client's number, the channel says who it is.
        (
            "4165550100",
            "4165550123",
            "from-internal",
            a,
            trunk,
            Outbound,
            Some(ANN),
        ),
        (
            "4165550123",
            "4165550100",
            "from-trunk",
            trunk,
            b,
            Inbound,
            Some(BOB),
        ),
        (
            "anonymous",
            "4165550100",
            "from-trunk",
            trunk,
            a,
            Inbound,
            Some(ANN),
        ),
        ("201", "4165550100", "from-pstn", trunk, "", Inbound, None),
        (
            "4165550123",
            "1002",
            "ext-local",
            trunk,
            b,
            Inbound,
            Some(BOB),
        ),
        // A transfer rewrites where it went; it still came in.
        (
            "4165550123",
            "1001",
            "internal",
            trunk,
            a,
            Inbound,
            Some(ANN),
        ),
        ("4165550100", "4165550123", "", "", "", Outbound, None),
        ("", "s", "say", "Local/b@say-00000001;2", "", Internal, None),
    ];
    for (from, to, context, channel, dst, direction, user) in cases {
        assert_eq!(
            way(from, to, context, channel, dst),
            (direction, user),
            "{from} -> {to} in {context}"
        );
    }
}

#[test]
fn channels_name_their_endpoint() {
    for (channel, name) in [
        ("PJSIP/1006-00000004", "1006"),
        ("SIP/door-phone-1a2b", "door-phone"),
        ("Local/1006@from-queue-00000001;1", "1006"),
        ("sofia/internal/1006@acme.example", "1006"),
        ("sofia/internal/1006@acme.example:5060", "1006"),
        ("DAHDI/i1/4165550123-7", "i1/4165550123"),
        ("", ""),
    ] {
        assert_eq!(endpoint(channel), name, "{channel}");
    }
}

#[test]
fn a_leg_keeps_what_was_given_and_reads_it_in_e164() {
    let mut row = record("14165550123", "1002", "from-trunk", "", "PJSIP/1002-1");
    row.dialled_number = "4165550100".into();
    row.from_name = "x".repeat(5_000);
    let reseller = ResellerId(Uuid::from_u128(9));
    let leg = place(&row, &known(), reseller, LegId(Uuid::from_u128(3)));
    assert_eq!(leg.from_number, "14165550123");
    assert_eq!(leg.from_e164.as_deref(), Some("+14165550123"));
    assert_eq!(
        (leg.to_number.as_str(), leg.to_e164.as_deref()),
        ("1002", Some("+14165550100"))
    );
    assert_eq!(leg.from_name.len(), TEXT_CHARS);
    assert_eq!(leg.call, call_id(reseller, Source::Asterisk, "pbx-1.1"));
    assert_ne!(leg.call, call_id(reseller, Source::FreeSwitch, "pbx-1.1"));
}
