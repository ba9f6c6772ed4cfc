//! What a desktop shows of real calls, and hanging up in it.

use anyhow::Result;
use pbx_api::LiveState;
use serde_json::json;
use tandem_engine_tests::Lab;
use tandem_engine_tests::phone::{end, talk};

#[test]
fn a_desktop_sees_phones_and_calls_and_hangs_up() -> Result<()> {
    let lab = Lab::start()?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let now = lab
        .office
        .sees("both phones", |now| now.phones.len() == 2)?;
    assert!(
        now.phones
            .iter()
            .any(|phone| phone.public_port == ann.port())
    );

    let (call, _) = talk(&mut ann, &mut bob, "1002")?;
    let now = lab.office.sees("the call", |now| {
        now.calls.len() == 1 && now.calls[0].state == LiveState::Answered
    })?;
    assert_eq!(now.calls[0].from_number, "1001");
    assert_eq!(now.calls[0].to_number, "1002");
    let desk = lab.office.desk()?;
    desk.asks("live.hang_up", json!({ "call": now.calls[0].id }))?;
    ann.is_hung_up(call.id())?;
    bob.is_hung_up(call.id())?;
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    let totals = desk.lists(1)?;
    assert_eq!(
        (&totals["legs"], &totals["answered_calls"]),
        (&json!(2), &json!(1)),
        "a record for each of the two users"
    );

    // One that a phone ends goes from the page as well.
    let (mut call, _) = talk(&mut bob, &mut ann, "1001")?;
    lab.office
        .sees("the other call", |now| now.calls.len() == 1)?;
    end(&mut bob, &mut ann, &mut call)?;
    lab.office
        .sees("no call any more", |now| now.calls.is_empty())?;
    desk.lists(2)?;

    assert_eq!(ann.register(0)?, 200);
    lab.office.sees("Ann's phone is gone", |now| {
        let dropped = |phone: &&pbx_api::Registration| phone.offline_since_ms.is_some();
        now.phones.iter().filter(dropped).count() == 1
    })?;
    Ok(())
}
