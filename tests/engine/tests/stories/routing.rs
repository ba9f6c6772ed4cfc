//! Where a number leads: to several, one after the other, and by the hour.

use anyhow::Result;
use pbx_api::{CallResult, OpenTime, OpeningHours, RingGroup, RingOrder, Routing};
use serde_json::json;
use tandem_engine_tests::phone::end;
use tandem_engine_tests::{Lab, office};

const CALLER: &str = "sip:+15195550142@carrier.example";

#[test]
fn a_ring_group_in_order_rings_one_after_the_other() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob, mut cid] = lab.phones(["1001", "1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    let mut members = Vec::new();
    for extension in ["1001", "1002", "1003"] {
        members.push(lab.office.user(extension)?);
    }
    lab.office.route_number(&Routing::RingGroup(RingGroup {
        order: RingOrder::InOrder,
        members,
        ring_seconds: 5,
    }))?;

    let mut call = trunk.dial_as(CALLER, office::NUMBER)?;
    let at_ann = ann.is_called()?;
    ann.ring(&at_ann)?;
    trunk.rings(&call)?;
    bob.is_left_alone()?;
    // Nobody takes it up in Ann's five seconds.
    ann.is_let_go(&at_ann)?;
    let at_bob = bob.is_called()?;
    cid.is_left_alone()?;
    bob.refuse(&at_bob, 486)?;
    let at_cid = cid.is_called()?;
    assert_eq!(at_cid.caller(), "+15195550142");
    cid.accept(&at_cid)?;
    assert_eq!(trunk.outcome(&mut call)?, 200);
    cid.talks(&at_cid)?;
    let talker = Some(lab.office.user("1003")?);
    lab.office.sees("who talks", |now| {
        now.calls.iter().any(|call| call.user == talker)
    })?;
    end(&mut trunk, &mut cid, &mut call)?;
    // Whom it rang on the way finds that it did.
    let legs = lab.office.newest_call(1)?;
    let told: Vec<_> = legs
        .iter()
        .map(|leg| (leg.to_number.as_str(), leg.result, leg.sip_code))
        .collect();
    let expected = [
        (office::NUMBER, CallResult::Answered, Some(200)),
        ("1001", CallResult::NoAnswer, Some(408)),
        ("1002", CallResult::Busy, Some(486)),
    ];
    assert_eq!(told, expected);
    assert_eq!(legs[0].user, talker);
    assert_eq!(legs[1].user, Some(lab.office.user("1001")?));
    assert!(legs[1].ring_seconds >= 4, "Ann's five seconds: {legs:?}");

    // Who does not want to be disturbed is passed over, and when all refuse nobody is left.
    lab.office.change_user("1001", |user| {
        user["calls"] = json!({ "do_not_disturb": true })
    })?;
    let mut call = trunk.dial_as(CALLER, office::NUMBER)?;
    let at_bob = bob.is_called()?;
    bob.refuse(&at_bob, 486)?;
    let at_cid = cid.is_called()?;
    cid.refuse(&at_cid, 486)?;
    assert_eq!(trunk.outcome(&mut call)?, 486);
    ann.is_left_alone()?;
    let (result, ..) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Busy);
    lab.keeps_no_call()
}

#[test]
fn opening_hours_follow_the_clients_clock_over_its_changes() -> Result<()> {
    let mut lab = Lab::start()?;
    let [mut bob, mut cid] = lab.phones(["1002", "1003"])?;
    let mut trunk = lab.trunk()?;
    // Sundays from nine to five: the days on which New York sets its clocks.
    let sunday = OpenTime {
        weekday: 7,
        from_minute: 9 * 60,
        until_minute: 17 * 60,
    };
    lab.office.route_number(&Routing::Hours(OpeningHours {
        weekly: vec![sunday],
        holidays: vec!["2025-10-19".into()],
        open: Box::new(Routing::User(lab.office.user("1002")?)),
        closed: Box::new(Routing::User(lab.office.user("1003")?)),
    }))?;
    // The same time of the day by UTC: half past eight in winter, half past nine in summer.
    let moments = [
        ("2025-03-02 13:30:00", false, "the Sunday before"),
        (
            "2025-03-09 13:30:00",
            true,
            "the clocks went forward at two",
        ),
        ("2025-10-19 13:30:00", false, "a holiday"),
        ("2025-10-26 13:30:00", true, "the Sunday before"),
        ("2025-11-02 13:30:00", false, "the clocks went back at two"),
        ("2025-11-02 14:30:00", true, "an hour later"),
    ];
    for (records, (utc, is_open, what)) in (1..).zip(moments) {
        lab.set_clock(utc)?;
        let (called, other) = if is_open {
            (&mut bob, &mut cid)
        } else {
            (&mut cid, &mut bob)
        };
        let mut call = trunk.dial_as(CALLER, office::NUMBER)?;
        let incoming = called.is_called()?;
        called.refuse(&incoming, 486)?;
        assert_eq!(trunk.outcome(&mut call)?, 486, "{what}");
        other.is_left_alone()?;
        let (result, _, leg) = lab.office.newest(records)?;
        assert_eq!(result, CallResult::Busy, "{what}");
        let user = lab.office.user(if is_open { "1002" } else { "1003" })?;
        assert_eq!(leg.user, Some(user), "{what}");
    }
    Ok(())
}
