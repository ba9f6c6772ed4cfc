//! What an engine may send as text.

use pbx_api::{ENGINE_EVENTS_MAX, EngineEvent, EngineEvents, EngineRung, Rule};

use crate::check::Check;
use crate::error::Result;

/// Longest text, in bytes. A contact with all its parameters is shorter.
const BYTES: usize = 1024;
/// Most targets that a call rings, one after the other and together.
const RUNG: u32 = 1000;

/// Texts that can be stored, each with its field.
///
/// # Errors
/// A problem that names the fields which can't.
pub fn check(texts: &[(&str, &str)]) -> Result<()> {
    let mut check = Check::default();
    for (field, text) in texts {
        check.rule(field, text.len() <= BYTES, Rule::TooLong);
        check.rule(field, !text.contains('\0'), Rule::NulCharacter);
    }
    check.done()
}

/// # Errors
/// A problem that names the field of the first event that can't be taken.
pub fn check_events(said: &EngineEvents) -> Result<()> {
    let mut whole = Check::default();
    let few = said.events.len() <= ENGINE_EVENTS_MAX;
    whole.rule("events", few, Rule::EntriesAtMost { most: 500 });
    whole.rule("engine", !said.engine.is_empty(), Rule::Needed);
    whole.rule("boot", !said.boot.is_empty(), Rule::Needed);
    whole.done()?;
    check(&[("engine", &said.engine), ("boot", &said.boot)])?;
    for numbered in &said.events {
        match &numbered.event {
            EngineEvent::Register(new) => check(&[
                ("user", &new.user),
                ("realm", &new.realm),
                ("contact", &new.contact),
                ("user_agent", &new.user_agent),
                ("instance", &new.instance),
                ("lan_address", &new.lan_address),
                ("public_address", &new.public_address),
            ])?,
            EngineEvent::Expire {
                user,
                realm,
                contact,
            }
            | EngineEvent::Measured {
                user,
                realm,
                contact,
                ..
            } => check(&[("user", user), ("realm", realm), ("contact", contact)])?,
            EngineEvent::Call(call) => {
                check(&[("user", &call.user), ("codec", &call.codec)])?;
                check_rung(&call.rung)?;
            }
            EngineEvent::End(end) => {
                check(&[("user", &end.user)])?;
                check_rung(&end.rung)?;
            }
            EngineEvent::Forgotten(line) => check(&[("user", &line.user), ("realm", &line.realm)])?,
            EngineEvent::All { .. } => {}
        }
    }
    Ok(())
}

fn check_rung(rung: &[EngineRung]) -> Result<()> {
    let mut check = Check::default();
    let most = Rule::EntriesAtMost { most: RUNG };
    check.rule("rung", rung.len() <= RUNG as usize, most);
    check.done()
}
