//! Calls over a trunk.

use anyhow::Result;
use pbx_api::{BlockKind, CallResult, Direction, RingGroup, RingOrder, Routing};
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, office};

#[test]
fn each_class_of_numbers_goes_out_as_the_profile_allows() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    ann.register(600)?;
    let classes = [
        ("us", "2125550123", "+12125550123"),
        ("canada", "14165550123", "+14165550123"),
        ("toll_free", "18005550123", "+18005550123"),
        ("international", "011442079460123", "+442079460123"),
    ];
    let mut records = 0;
    for (route, dialled, sent) in classes {
        lab.office
            .change_profile(|_, routes| *routes = vec![route.into()])?;
        let (mut call, incoming) = talk(&mut ann, &mut trunk, dialled)?;
        assert_eq!(incoming.number(), sent);
        assert_eq!(
            incoming.asserted(),
            office::NUMBER,
            "the client's number is shown"
        );
        assert_eq!(incoming.caller(), office::NUMBER);
        end(&mut ann, &mut trunk, &mut call)?;
        records += 1;
        let (result, _, leg) = lab.office.newest(records)?;
        assert_eq!(
            (result, leg.direction),
            (CallResult::Answered, Direction::Outbound)
        );
        assert_eq!(leg.to_e164.as_deref(), Some(sent));

        lab.office.change_profile(|_, routes| routes.clear())?;
        let mut call = ann.dial(dialled)?;
        assert_eq!(ann.outcome(&mut call)?, 403, "{route} is not allowed");
        records += 1;
        let (result, sip_code, _) = lab.office.newest(records)?;
        assert_eq!((result, sip_code), (CallResult::Failed, Some(403)));
    }
    Ok(())
}

#[test]
fn a_client_has_so_many_calls_at_once_and_no_more() -> Result<()> {
    let lab = Lab::start()?;
    let (mut ann, mut bob, mut trunk) = (lab.phone("1001")?, lab.phone("1002")?, lab.trunk()?);
    ann.register(600)?;
    bob.register(600)?;
    lab.office
        .change_client(|client| client.max_outbound_calls = Some(1))?;
    let (mut first, _) = talk(&mut ann, &mut trunk, "2125550123")?;
    let mut second = bob.dial("2125550124")?;
    assert_eq!(bob.outcome(&mut second)?, 486, "the one place is taken");
    end(&mut ann, &mut trunk, &mut first)?;
    lab.office.newest(2)?;
    let (mut third, _) = talk(&mut bob, &mut trunk, "2125550124")?;
    end(&mut bob, &mut trunk, &mut third)?;

    // A call that nobody answers gives its place back as well.
    lab.office.newest(3)?;
    let mut call = ann.dial("2125550123")?;
    let incoming = trunk.is_called()?;
    trunk.refuse(&incoming, 486)?;
    assert_eq!(ann.outcome(&mut call)?, 486);
    lab.office.newest(4)?;
    let (mut last, _) = talk(&mut ann, &mut trunk, "2125550125")?;
    end(&mut ann, &mut trunk, &mut last)?;
    Ok(())
}

#[test]
fn a_caller_from_outside_reaches_whom_the_number_leads_to() -> Result<()> {
    let lab = Lab::start()?;
    let (mut bob, mut trunk) = (lab.phone("1002")?, lab.trunk()?);
    bob.register(600)?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    let caller = "sip:+15195550142@carrier.example";

    let mut call = trunk.dial_as(caller, office::NUMBER)?;
    assert_eq!(trunk.outcome(&mut call)?, 404, "it leads nowhere yet");
    lab.office
        .route_number(&Routing::User(lab.office.user("1002")?))?;
    let mut call = trunk.dial_as(caller, office::NUMBER)?;
    let incoming = bob.is_called()?;
    assert_eq!(incoming.caller(), "+15195550142");
    bob.ring(&incoming)?;
    trunk.rings(&call)?;
    bob.accept(&incoming)?;
    assert_eq!(trunk.outcome(&mut call)?, 200);
    bob.talks(&incoming)?;
    end(&mut trunk, &mut bob, &mut call)?;
    let (result, _, leg) = lab.office.newest(2)?;
    assert_eq!(
        (result, leg.direction),
        (CallResult::Answered, Direction::Inbound)
    );
    assert_eq!(leg.user, Some(lab.office.user("1002")?));
    Ok(())
}

#[test]
fn a_blocked_caller_is_stopped_and_counted() -> Result<()> {
    let lab = Lab::start()?;
    let (mut bob, mut trunk) = (lab.phone("1002")?, lab.trunk()?);
    bob.register(600)?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    lab.office
        .route_number(&Routing::User(lab.office.user("1002")?))?;
    lab.office.block(BlockKind::Number, "+15195550142", false)?;
    lab.office.block(BlockKind::Number, "+15195550143", true)?;
    for (caller, records) in [("+15195550142", 1), ("+15195550143", 2)] {
        let mut call = trunk.dial_as(&format!("sip:{caller}@carrier.example"), office::NUMBER)?;
        assert_eq!(trunk.outcome(&mut call)?, 603, "{caller}");
        let (result, ..) = lab.office.newest(records)?;
        assert_eq!(result, CallResult::Blocked);
    }
    assert_eq!(lab.office.hits()?, [1, 1]);
    let mut call = trunk.dial_as("sip:+15195550144@carrier.example", office::NUMBER)?;
    let incoming = bob.is_called()?;
    bob.refuse(&incoming, 486)?;
    assert_eq!(trunk.outcome(&mut call)?, 486, "another one comes through");
    Ok(())
}

#[test]
fn a_ring_group_rings_together_and_the_quickest_has_the_call() -> Result<()> {
    let lab = Lab::start()?;
    let (mut bob, mut cid, mut trunk) = (lab.phone("1002")?, lab.phone("1003")?, lab.trunk()?);
    bob.register(600)?;
    cid.register(600)?;
    lab.office
        .sees("both phones", |now| now.phones.len() == 2)?;
    let members = vec![lab.office.user("1002")?, lab.office.user("1003")?];
    lab.office.route_number(&Routing::RingGroup(RingGroup {
        order: RingOrder::AllAtOnce,
        members,
        ring_seconds: 30,
    }))?;
    let caller = "sip:+15195550142@carrier.example";
    let mut call = trunk.dial_as(caller, office::NUMBER)?;
    let (at_bob, at_cid) = (bob.is_called()?, cid.is_called()?);
    bob.ring(&at_bob)?;
    cid.ring(&at_cid)?;
    trunk.rings(&call)?;
    trunk.rings(&call)?;
    cid.accept(&at_cid)?;
    assert_eq!(trunk.outcome(&mut call)?, 200);
    bob.is_let_go(&at_bob)?;
    cid.talks(&at_cid)?;
    let talker = Some(lab.office.user("1003")?);
    lab.office.sees("who talks", |now| {
        now.calls.iter().any(|call| call.user == talker)
    })?;
    end(&mut trunk, &mut cid, &mut call)?;
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!((result, leg.user), (CallResult::Answered, talker));
    Ok(())
}
