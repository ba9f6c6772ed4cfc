//! Callers that somebody does not want.

use anyhow::{Result, ensure};
use pbx_api::{BlockKind, CallResult, Routing};
use tandem_engine_tests::{Lab, Phone, office};

/// A call from outside, as a carrier may write its caller.
fn calls(trunk: &mut Phone, caller: &str) -> Result<u16> {
    let mut call = trunk.dial_as(&format!("sip:{caller}@carrier.example"), office::NUMBER)?;
    trunk.outcome(&mut call)
}

fn leads_to_bob() -> Result<(Lab, Phone, Phone)> {
    let lab = Lab::start()?;
    let [bob] = lab.phones(["1002"])?;
    let trunk = lab.trunk()?;
    lab.office
        .route_number(&Routing::User(lab.office.user("1002")?))?;
    Ok((lab, bob, trunk))
}

/// Stops with the block, and lets one caller through.
fn tells_apart(
    lab: &Lab,
    (bob, trunk): (&mut Phone, &mut Phone),
    stopped: &[&str],
    other: &str,
) -> Result<()> {
    let before = lab.office.calls()?.len();
    for (place, caller) in (1..).zip(stopped) {
        assert_eq!(calls(trunk, caller)?, 603, "{caller}");
        let (result, sip_code, _) = lab.office.newest(before + place)?;
        assert_eq!((result, sip_code), (CallResult::Blocked, Some(603)));
        assert_eq!(lab.office.hits()?, [place as u64], "{caller}");
    }
    bob.is_left_alone()?;
    let mut call = trunk.dial_as(&format!("sip:{other}@carrier.example"), office::NUMBER)?;
    let incoming = bob.is_called()?;
    bob.refuse(&incoming, 486)?;
    ensure!(trunk.outcome(&mut call)? == 486, "{other} comes through");
    lab.office.newest(before + stopped.len() + 1)?;
    Ok(())
}

#[test]
fn a_number_is_stopped_however_it_is_written() -> Result<()> {
    let (lab, mut bob, mut trunk) = leads_to_bob()?;
    lab.office.block(BlockKind::Number, "+15195550142", true)?;
    let written = ["+15195550142", "15195550142", "5195550142"];
    tells_apart(&lab, (&mut bob, &mut trunk), &written, "+15195550143")
}

#[test]
fn a_prefix_stops_all_that_begin_so() -> Result<()> {
    let (lab, mut bob, mut trunk) = leads_to_bob()?;
    lab.office.block(BlockKind::Prefix, "+1519", true)?;
    let written = ["+15195550142", "15195550143", "5195550144"];
    tells_apart(&lab, (&mut bob, &mut trunk), &written, "+15185550142")
}

#[test]
fn who_hides_the_number_is_stopped() -> Result<()> {
    let (lab, mut bob, mut trunk) = leads_to_bob()?;
    lab.office.block(BlockKind::Anonymous, "", true)?;
    let written = ["anonymous", "Anonymous", "Restricted"];
    tells_apart(&lab, (&mut bob, &mut trunk), &written, "+15195550142")
}

#[test]
fn what_the_reseller_blocks_does_not_exist_for_its_client() -> Result<()> {
    let (lab, mut bob, mut trunk) = leads_to_bob()?;
    lab.office.block(BlockKind::Number, "+15195550142", false)?;
    let written = ["+15195550142", "15195550142", "5195550142"];
    tells_apart(&lab, (&mut bob, &mut trunk), &written, "+15195550143")?;

    let client = lab.office.of_client()?;
    assert_eq!(client.blocks()?, []);
    let results: Vec<_> = client.legs()?.iter().map(|leg| leg.result).collect();
    assert_eq!(
        results,
        [CallResult::Busy],
        "only the one that came through"
    );
    assert_eq!(client.now()?.calls, []);

    // The client's own block of the same caller is one that it sees.
    client.block(BlockKind::Number, "+15195550142", true)?;
    assert_eq!(calls(&mut trunk, "+15195550142")?, 603);
    let (result, ..) = client.newest(2)?;
    assert_eq!(result, CallResult::Blocked);
    assert_eq!(client.hits()?, [1]);
    let mut hits = lab.office.hits()?;
    hits.sort_unstable();
    assert_eq!(
        hits,
        [1, 3],
        "of two that stop a caller the client's counts"
    );
    Ok(())
}
