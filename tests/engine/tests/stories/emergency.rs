//! Calls for help.

use anyhow::{Context, Result};
use pbx_api::{BlockKind, CallResult, LiveAlert, LiveCall};
use tandem_engine_tests::phone::{end, talk};
use tandem_engine_tests::{Lab, office};

#[test]
fn help_is_reached_whatever_else_is_forbidden() -> Result<()> {
    let lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    ann.register(600)?;
    lab.office.change_profile(|_, routes| routes.clear())?;
    lab.office.change_client(|client| {
        client.max_outbound_calls = Some(0);
        client.suspended = true;
    })?;
    let mut refused = ann.dial("2125550123")?;
    assert_eq!(ann.outcome(&mut refused)?, 403);
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    assert_eq!(incoming.asserted(), office::NUMBER);
    end(&mut ann, &mut trunk, &mut call)?;
    let (result, ..) = lab.office.newest(2)?;
    assert_eq!(result, CallResult::Answered);
    Ok(())
}

#[test]
fn help_is_reached_with_the_server_dead_and_told_of_later() -> Result<()> {
    let mut lab = Lab::start()?;
    lab.office.emergency("911")?;
    let (mut ann, mut trunk) = (lab.phone("1001")?, lab.trunk()?);
    ann.register(600)?;
    lab.office.sees("the phone", |now| now.phones.len() == 1)?;
    lab.core.kill();

    let mut refused = ann.dial("2125550123")?;
    assert_eq!(
        ann.outcome(&mut refused)?,
        503,
        "nobody can decide another call"
    );
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    assert_eq!(
        incoming.asserted(),
        office::NUMBER,
        "as the server said last"
    );
    end(&mut ann, &mut trunk, &mut call)?;

    let ends = r#"select count(*) from event where told like '%"end"%'"#;
    lab.counts("both ends are on the disk", "events", ends, 2)?;
    let first = call;

    // A stop of the engine keeps what it knows of calls for help.
    lab.restart_engine(true)?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.asserted(), office::NUMBER);
    end(&mut ann, &mut trunk, &mut call)?;

    lab.core.start_again()?;
    for call in [&first, &call] {
        let leg = lab.office.record(call.id())?;
        assert_eq!(leg.result, CallResult::Answered);
        assert_eq!(leg.to_number, "911");
    }
    let leg = lab.office.record(refused.id())?;
    assert_eq!((leg.result, leg.sip_code), (CallResult::Failed, Some(503)));
    lab.still_runs()
}

#[test]
fn help_is_reached_with_everything_full_and_blocked_and_somebody_is_told() -> Result<()> {
    let lab = Lab::start()?;
    lab.office.emergency("911")?;
    let [mut ann, mut bob] = lab.phones(["1001", "1002"])?;
    let mut trunk = lab.trunk()?;
    lab.office.change_client(|client| {
        client.max_outbound_calls = Some(1);
        client.max_international_calls = Some(0);
    })?;
    let (mut taken, _) = talk(&mut bob, &mut trunk, "2125550123")?;
    lab.office.change_profile(|_, routes| routes.clear())?;
    for for_client in [false, true] {
        lab.office
            .block(BlockKind::Number, office::NUMBER, for_client)?;
    }
    lab.office
        .change_user("1001", |user| user["vanity"] = true.into())?;

    let mut alerts = lab.office.alerts()?;
    let (mut call, incoming) = talk(&mut ann, &mut trunk, "911")?;
    assert_eq!(incoming.number(), "911");
    assert_eq!(incoming.asserted(), office::NUMBER);
    assert_eq!(incoming.caller(), office::NUMBER);
    let now = lab.office.sees("both calls", |now| {
        let answered = |call: &LiveCall| call.answered_at_ms.is_some();
        now.calls.len() == 2 && now.calls.iter().all(answered)
    })?;
    let help = now.calls.iter().find(|call| call.to_number == "911");
    let told = LiveAlert::EmergencyCall {
        call: help.context("the call for help")?.id,
        client: lab.office.client()?.client.id,
        user: Some(lab.office.user("1001")?),
        dialled: "911".into(),
        location: "1 Main Street".into(),
    };
    assert_eq!(alerts.next().transpose()?, Some(told));
    let said = lab.office.desk()?.notifications();
    let help = said.iter().find(|(title, _)| title == "Emergency call");
    let (_, words) = help.with_context(|| format!("among {said:?}"))?;
    assert_eq!(words, "Acme · Ann (1001) · 911 · 1 Main Street");
    end(&mut ann, &mut trunk, &mut call)?;
    let (result, _, leg) = lab.office.newest(1)?;
    assert_eq!(
        (result, leg.to_number.as_str()),
        (CallResult::Answered, "911")
    );
    end(&mut bob, &mut trunk, &mut taken)?;
    lab.office.newest(2)?;
    assert_eq!(lab.office.hits()?, [0, 0]);
    Ok(())
}
