//! Decides a call that an engine asks about, and opens its record before it is answered.

use pbx_api::{
    CallFrom, EngineCaller, EngineDecision, EngineInvite, ResellerId, SIMULATOR, UserId,
};
use pbx_numbers::normalise;
use sha2::{Digest as _, Sha256};

use super::opening::{Opened, Opening};
use super::{store, words};
use crate::db::{Root, Tenant};
use crate::dial;
use crate::error::{Error, Result};
use crate::http::App;
use crate::live;
use crate::trunks::{self, Routes};

/// The answer to an invite: the same one however often it is asked.
///
/// Settings and phones are read beside whoever writes: a change of theirs that is under way when the
/// invite comes counts, or does not yet. What calls hold is read by the one who writes, so that of
/// two calls for one free place one gets it.
///
/// # Errors
/// A problem where the invite can't be read; when the database fails.
pub async fn decide(app: &App, asked: &EngineInvite) -> Result<EngineDecision> {
    check(asked)?;
    let invite = key(asked);
    let mut root = app.db.look_root().await?;
    let before = live::store::heard(&mut root, &asked.engine, &asked.boot, &invite).await?;
    if let Some(answer) = before.answer {
        return Ok(serde_json::from_str(&answer)?);
    }
    let from = match find(&mut root, asked).await? {
        Ok(from) => from,
        Err(nobody) => return Ok(nobody),
    };
    let routes = if is_simulated(asked) {
        Routes::simulated()
    } else {
        trunks::store::routes(root.conn()).await?
    };
    let now_ms = app.world.now_ms();
    // An engine's clock that is ahead makes no call of tomorrow.
    let now_ms = asked.at_ms.map_or(now_ms, |at_ms| at_ms.min(now_ms));
    let tenant = Tenant::reseller(from.reseller);
    let mut tx = root.of(tenant);
    let mut known = match &from.from {
        CallFrom::User(user) => dial::of_user(&mut tx, *user, &from.to, now_ms).await?,
        CallFrom::Outside(given) => dial::of_caller(&mut tx, given, &from.to, now_ms).await?,
    };
    let users: Vec<UserId> = known.users.keys().copied().collect();
    let lines = store::lines(&mut tx, known.client.id, &users, now_ms).await?;
    drop(tx);
    let online = |user: &UserId| lines.users.get(user).is_some_and(|line| line.online);
    known.present.offline = users.into_iter().filter(|user| !online(user)).collect();

    let mut root = app.db.begin_root().await?;
    let place = match before.place {
        Some(place) => place,
        None => live::store::boot_place(&mut root, &asked.engine, &asked.boot, now_ms).await?,
    };
    let opening = Opening {
        app,
        asked,
        invite: &invite,
        from: &from,
        known,
        lines,
        routes,
        place,
        now_ms,
    };
    let mut tx = root.of(tenant);
    if let Some(Opened { answer, told }) = opening.open(&mut tx).await? {
        tx.commit().await?;
        told.tell(app, from.reseller);
        return Ok(answer);
    }
    drop(tx);
    // The same invite was answered meanwhile.
    let mut root = app.db.look_root().await?;
    let before = live::store::heard(&mut root, &asked.engine, &asked.boot, &invite).await?;
    let answer = before
        .answer
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("an answer is gone")))?;
    Ok(serde_json::from_str(&answer)?)
}

fn check(asked: &EngineInvite) -> Result<()> {
    let (name, realm) = match &asked.caller {
        EngineCaller::Phone { user, realm } => (user, realm.as_str()),
        EngineCaller::Trunk { name } => (name, ""),
    };
    words::check(&[
        ("engine", &asked.engine),
        ("boot", &asked.boot),
        ("sip_call_id", &asked.sip_call_id),
        ("from_tag", &asked.from_tag),
        ("caller", name),
        ("caller", realm),
        ("from_user", &asked.from_user),
        ("from_name", &asked.from_name),
        ("to", &asked.to),
    ])
}

/// What makes an invite the same one. A hash, because the parts are the caller's choice; and so that
/// nobody's choice is another one's call, who calls is a part.
fn key(asked: &EngineInvite) -> String {
    let (kind, name, realm) = match &asked.caller {
        EngineCaller::Phone { user, realm } => ("phone", user.as_str(), realm.as_str()),
        EngineCaller::Trunk { name } => ("trunk", name.as_str(), ""),
    };
    let mut hash = Sha256::new();
    for part in [
        asked.boot.as_str(),
        &asked.sip_call_id,
        &asked.from_tag,
        kind,
        name,
        realm,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Nobody makes the call: no trunk carries it.
fn is_simulated(asked: &EngineInvite) -> bool {
    asked.engine == SIMULATOR
}

/// Whose call it is.
pub(super) struct From {
    pub reseller: ResellerId,
    pub from: CallFrom,
    /// What is dialled: as a user dials it, or in E.164.
    pub to: String,
}

/// Whose call it is, or the refusal of somebody who is nobody's.
async fn find(root: &mut Root, asked: &EngineInvite) -> Result<Result<From, EngineDecision>> {
    let nobody = |sip_code, reason: &str| EngineDecision::Reject {
        call: None,
        sip_code,
        reason: reason.to_owned(),
    };
    match &asked.caller {
        EngineCaller::Phone { user, realm } => {
            if *user != asked.from_user {
                return Ok(Err(nobody(403, "From Is Somebody Else")));
            }
            let line = store::line(root, realm, user).await?;
            Ok(line.map_or_else(
                || Err(nobody(403, "Unknown User")),
                |line| {
                    Ok(From {
                        reseller: line.reseller,
                        from: CallFrom::User(line.user),
                        to: asked.to.clone(),
                    })
                },
            ))
        }
        EngineCaller::Trunk { name } => {
            if !is_simulated(asked) && !trunks::store::is_enabled(root, name).await? {
                tracing::warn!(
                    trunk = name,
                    engine = asked.engine,
                    "a call from a trunk that is unknown or disabled"
                );
                return Ok(Err(nobody(403, "Unknown Trunk")));
            }
            // Trunks send the whole number, with a plus or without.
            let digits = asked.to.trim_start_matches('+');
            let Some(e164) = normalise(&format!("+{digits}"), "") else {
                return Ok(Err(nobody(404, "Not Found")));
            };
            let owner = store::owner(root, &e164).await?;
            Ok(owner.map_or_else(
                || Err(nobody(404, "Not Found")),
                |reseller| {
                    Ok(From {
                        reseller,
                        from: CallFrom::Outside(asked.from_user.clone()),
                        to: e164,
                    })
                },
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_is_known_by_all_of_its_parts() {
        let asked = |boot: &str, call: &str, tag: &str| EngineInvite {
            engine: "e".into(),
            boot: boot.into(),
            sip_call_id: call.into(),
            from_tag: tag.into(),
            caller: EngineCaller::Trunk {
                name: String::new(),
            },
            from_user: String::new(),
            from_name: String::new(),
            to: String::new(),
            source_address: String::new(),
            source_port: 0,
            at_ms: None,
        };
        let one = key(&asked("b", "c", "t"));
        assert_eq!(one, key(&asked("b", "c", "t")));
        for other in [
            asked("b", "ct", ""),
            asked("", "bc", "t"),
            asked("b", "c", "u"),
        ] {
            assert_ne!(one, key(&other));
        }
        let by = |user: &str, realm: &str| {
            let (user, realm) = (user.into(), realm.into());
            let mut invite = asked("b", "c", "t");
            invite.caller = EngineCaller::Phone { user, realm };
            key(&invite)
        };
        let ann = by("1001", "acme.north.example");
        assert_ne!(ann, one, "a phone is no trunk");
        assert_ne!(ann, by("1002", "acme.north.example"));
        assert_ne!(ann, by("1001", "acme.south.example"));
    }
}
