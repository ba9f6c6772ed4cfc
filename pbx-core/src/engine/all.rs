//! Reconciliation: an engine says all that it has, and what it does not name is over. It is asked
//! when contact begins, and again now and then: what was too young to be judged heals so.

mod store;

use std::collections::HashMap;
use std::sync::Mutex;

use pbx_api::{ClientId, EngineEvents, InstantMs};

use crate::db::{Tenant, Tx};
use crate::error::Result;
use crate::http::App;
use crate::live::phone::Order;
use crate::live::phone::store::Of;
use crate::live::{self, ending, phone, sweep};

/// An engine asks several times a second what is to be done: after a silence like this one nobody
/// knows what was missed.
const SILENCE_MS: InstantMs = 30_000;
/// A call of the same start that was opened within this may be one that the engine did not know of
/// yet.
const OPENING_MS: InstantMs = 10_000;

/// The engines that this process hears, and whether they told it all that they have. In memory: a
/// start of the server asks each of them anew, because what it knows may be of yesterday's backup.
#[derive(Debug, Default)]
pub struct Contacts(Mutex<HashMap<String, Contact>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Contact {
    boot: String,
    heard_at_ms: InstantMs,
    told_all_at_ms: Option<InstantMs>,
}

impl Contacts {
    /// Notes that an engine spoke; whether it has still to say all that it has, which holds for as
    /// long as `lasts_ms`.
    pub fn heard(
        &self,
        said: &EngineEvents,
        now_ms: InstantMs,
        all: bool,
        lasts_ms: InstantMs,
    ) -> bool {
        let mut known = match self.0.lock() {
            Ok(known) => known,
            // An entry is whole or not there.
            Err(poisoned) => poisoned.into_inner(),
        };
        let before = known.get(&said.engine).filter(|contact| {
            contact.boot == said.boot && now_ms - contact.heard_at_ms <= SILENCE_MS
        });
        let told_all_at_ms = if all {
            Some(now_ms)
        } else {
            before
                .and_then(|contact| contact.told_all_at_ms)
                .filter(|at_ms| now_ms - at_ms < lasts_ms)
        };
        let contact = Contact {
            boot: said.boot.clone(),
            heard_at_ms: now_ms,
            told_all_at_ms,
        };
        known.insert(said.engine.clone(), contact);
        told_all_at_ms.is_none()
    }
}

/// What an engine said when it had said all.
#[derive(Debug, Clone, Copy)]
pub struct All<'a> {
    pub engine: &'a str,
    pub order: Order,
    /// What it has was named from here on.
    pub since: Order,
    pub at_ms: InstantMs,
}

/// Ends what the engine does not have any more.
///
/// # Errors
/// When the database fails.
pub async fn reconcile(app: &App, all: All<'_>) -> Result<()> {
    let mut root = app.db.look_root().await?;
    let resellers = store::with_something_of(&mut root, all.engine).await?;
    drop(root);
    for reseller in resellers {
        let mut tx = app.db.begin(Tenant::reseller(reseller)).await?;
        tx.take_seqs(0).await?;
        let dropped = phones(&mut tx, all, app.world.now_ms()).await?;
        let alerts = sweep::dropped(&mut tx, dropped, app.world.now_ms()).await?;
        calls(app, &mut tx, all).await?;
        tx.commit().await?;
        app.live.changed(reseller, alerts);
    }
    Ok(())
}

async fn phones(tx: &mut Tx, all: All<'_>, now_ms: InstantMs) -> Result<Vec<(ClientId, String)>> {
    let of = Of {
        engine: Some(all.engine),
        ..Of::default()
    };
    let mut dropped = Vec::new();
    for mut phone in phone::store::online_of(tx, of).await? {
        if phone.said.hear_all(all.order, all.at_ms, all.since) {
            phone::store::write(tx, &phone, now_ms).await?;
            dropped.push((phone.client, phone.said.public_address().to_owned()));
        }
    }
    Ok(dropped)
}

async fn calls(app: &App, tx: &mut Tx, all: All<'_>) -> Result<()> {
    let (place, _) = all.order;
    let opened_before_ms = app.world.now_ms() - OPENING_MS;
    for call in store::of_engine(tx, all.engine, place).await? {
        let mut kept = live::store::held(tx, call).await?;
        let is_earlier_start = kept.boot_place < place;
        let is_young = kept.ongoing.call.started_at_ms > opened_before_ms;
        if kept.ongoing.last >= all.since || (is_young && !is_earlier_start) {
            continue;
        }
        // One of an earlier start was over when this one began, as far as anybody can tell.
        let known_over_ms = if is_earlier_start {
            let begun = store::boot_seen(tx, all.engine, place).await?;
            begun.map_or(all.at_ms, |begun| begun.min(all.at_ms))
        } else {
            all.at_ms
        };
        let ended = kept.ongoing.given_up(known_over_ms);
        ending::end(app, tx, &mut kept, &ended, true).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_tells_all_when_it_starts_after_a_silence_and_now_and_then() {
        let contacts = Contacts::default();
        let said = |boot: &str| EngineEvents {
            engine: "lab".into(),
            boot: boot.into(),
            events: Vec::new(),
        };
        let heard = |boot, now_ms, all| contacts.heard(&said(boot), now_ms, all, 90_000);
        assert!(heard("one", 0, false));
        assert!(heard("one", 500, false), "until it did");
        assert!(!heard("one", 1_000, true));
        assert!(!heard("one", 31_000, false));
        assert!(heard("one", 61_001, false), "a silence");
        assert!(!heard("one", 61_500, true));
        assert!(heard("two", 62_000, false), "another start");
        assert!(!heard("two", 70_000, true));
        for now_ms in [95_000, 120_000, 145_000, 159_999] {
            assert!(!heard("two", now_ms, false));
        }
        assert!(heard("two", 160_000, false), "that was long ago");
        assert!(heard("two", 160_500, false), "until it did");
        assert!(!heard("two", 161_000, true));
    }
}
