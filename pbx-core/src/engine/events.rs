//! Takes what an engine tells. Repeats, and events that overtake each other, give the same state:
//! a word about a thing counts by the place of its start and its number within it, and an end is
//! the end.

use std::collections::BTreeMap;

use pbx_api::{
    ClientId, EngineAccepted, EngineCall, EngineContact, EngineEnd, EngineEvent, EngineEvents,
    EngineLine, EngineRegistration, InstantMs, LiveAlert, NumberedEvent, ResellerId, UserId,
};

use super::all::{self, All};
use super::store::Line;
use super::{store, trunks, words};
use crate::db::{Root, Tenant, Tx};
use crate::error::Result;
use crate::http::App;
use crate::live::call::Ended;
use crate::live::phone::{Order, Phone};
use crate::live::{self, ending, phone, removal, sweep};

/// Takes events; they are on the disk when this returns.
///
/// # Errors
/// A problem where one of them can't be taken; then none was. When the database fails.
pub async fn take(app: &App, said: &EngineEvents) -> Result<EngineAccepted> {
    words::check_events(said)?;
    let place = boot(app, said).await?;
    let mut root = app.db.look_root().await?;
    let mut of: BTreeMap<ResellerId, Vec<Heard<'_>>> = BTreeMap::new();
    let mut of_nobody = Vec::new();
    for numbered in &said.events {
        if let Some((reseller, about)) = about(&mut root, &said.engine, &numbered.event).await? {
            of.entry(reseller).or_default().push(Heard {
                numbered,
                about,
                order: (place, numbered.sequence),
            });
        } else {
            of_nobody.push(&numbered.event);
        }
    }
    drop(root);
    nobodys(app, &said.engine, of_nobody).await?;
    for (reseller, heard) in of {
        let mut tx = app.db.begin(Tenant::reseller(reseller)).await?;
        // Takes the reseller's row: what is read below is not changed by anybody meanwhile.
        tx.take_seqs(0).await?;
        let mut batch = Batch {
            engine: &said.engine,
            now_ms: app.world.now_ms(),
            dropped: Vec::new(),
        };
        for one in heard {
            batch.apply(app, &mut tx, one).await?;
        }
        let alerts = batch.alerts(&mut tx).await?;
        tx.commit().await?;
        app.live.changed(reseller, alerts);
    }
    let mut told_all = false;
    for numbered in &said.events {
        if let EngineEvent::All { since } = numbered.event {
            told_all = true;
            let all = All {
                engine: &said.engine,
                order: (place, numbered.sequence),
                since: (place, since),
                at_ms: numbered.at_ms,
            };
            all::reconcile(app, all).await?;
        }
    }
    let lasts_ms =
        InstantMs::try_from(app.limits.tell_all_seconds * 1000).unwrap_or(InstantMs::MAX);
    let mut root = app.db.look_root().await?;
    Ok(EngineAccepted {
        hang_up: live::store::asked_to_end(&mut root, &said.engine).await?,
        trunks: trunks::version(&mut root).await?,
        remove: removal::store::contacts(&mut root, &said.engine).await?,
        forget: removal::store::lines(&mut root, &said.engine).await?,
        tell_all: app
            .engines
            .heard(said, app.world.now_ms(), told_all, lasts_ms),
    })
}

/// Takes what is said of nobody, or of who is gone by now: nobody's phone is to go.
async fn nobodys(app: &App, engine: &str, events: Vec<&EngineEvent>) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut root = app.db.begin_root().await?;
    for event in events {
        match event {
            EngineEvent::Register(new) => {
                let contact = EngineContact::from(new);
                removal::store::note(root.conn(), engine, &contact, app.world.now_ms()).await?;
            }
            EngineEvent::Expire {
                user,
                realm,
                contact,
            } => {
                let line = EngineLine {
                    user: user.clone(),
                    realm: realm.clone(),
                };
                removal::store::done(root.conn(), engine, &line, contact).await?;
            }
            EngineEvent::Forgotten(line) => {
                removal::store::done(root.conn(), engine, line, "").await?;
            }
            EngineEvent::Measured { .. }
            | EngineEvent::Call(_)
            | EngineEvent::End(_)
            | EngineEvent::All { .. } => {}
        }
    }
    root.commit().await
}

/// The place of the engine's start; a new one is noted.
async fn boot(app: &App, said: &EngineEvents) -> Result<i64> {
    let mut root = app.db.look_root().await?;
    if let Some(place) = live::store::known_boot(&mut root, &said.engine, &said.boot).await? {
        return Ok(place);
    }
    drop(root);
    let mut root = app.db.begin_root().await?;
    let now_ms = app.world.now_ms();
    let place = live::store::boot_place(&mut root, &said.engine, &said.boot, now_ms).await?;
    root.commit().await?;
    Ok(place)
}

/// Whom an event is about.
enum About {
    Phone(Line),
    Call,
}

struct Heard<'a> {
    numbered: &'a NumberedEvent,
    about: About,
    order: Order,
}

async fn about(
    root: &mut Root,
    engine: &str,
    event: &EngineEvent,
) -> Result<Option<(ResellerId, About)>> {
    let (realm, user) = match event {
        EngineEvent::Register(new) => (&new.realm, &new.user),
        EngineEvent::Expire { user, realm, .. } | EngineEvent::Measured { user, realm, .. } => {
            (realm, user)
        }
        EngineEvent::Call(EngineCall { call, .. }) | EngineEvent::End(EngineEnd { call, .. }) => {
            let reseller = live::store::reseller_of(root, engine, *call).await?;
            return Ok(reseller.map(|reseller| (reseller, About::Call)));
        }
        EngineEvent::Forgotten(_) | EngineEvent::All { .. } => return Ok(None),
    };
    let line = store::line(root, realm, user).await?;
    Ok(line.map(|line| (line.reseller, About::Phone(line))))
}

/// The events of one reseller, in one transaction.
struct Batch<'a> {
    engine: &'a str,
    now_ms: InstantMs,
    /// The client and the address of each phone that went offline.
    dropped: Vec<(ClientId, String)>,
}

impl Batch<'_> {
    async fn apply(&mut self, app: &App, tx: &mut Tx, heard: Heard<'_>) -> Result<()> {
        let (at_ms, order) = (heard.numbered.at_ms, heard.order);
        match (&heard.numbered.event, heard.about) {
            (EngineEvent::Register(new), About::Phone(line)) => {
                let of = (&line, new.contact.as_str());
                self.phone(tx, of, order, at_ms, Some(new)).await
            }
            (EngineEvent::Expire { contact, .. }, About::Phone(line)) => {
                let of = (&line, contact.as_str());
                self.phone(tx, of, order, at_ms, None).await
            }
            (
                EngineEvent::Measured {
                    contact,
                    round_trip_ms,
                    ..
                },
                About::Phone(line),
            ) => {
                let mut phone = self.known(tx, &line, contact).await?;
                if phone.said.hear_measured(order, at_ms, *round_trip_ms) {
                    phone::store::write(tx, &phone, self.now_ms).await?;
                }
                Ok(())
            }
            (EngineEvent::Call(said), _) => call(tx, order, said).await,
            (EngineEvent::End(said), _) => end(app, tx, at_ms, said).await,
            // They are not of one reseller.
            (_, About::Call | About::Phone(_)) => Ok(()),
        }
    }

    async fn phone(
        &mut self,
        tx: &mut Tx,
        (line, contact): (&Line, &str),
        order: Order,
        at_ms: InstantMs,
        new: Option<&EngineRegistration>,
    ) -> Result<()> {
        let mut phone = self.known(tx, line, contact).await?;
        let is_offline = |phone: &Phone| phone.said.offline_since_ms(self.now_ms).is_some();
        let was_offline = is_offline(&phone);
        if !phone.said.hear(order, at_ms, new) {
            return Ok(());
        }
        self.admit(tx, line, &mut phone).await?;
        if is_offline(&phone) && !was_offline {
            let address = phone.said.public_address().to_owned();
            self.dropped.push((line.client, address));
        }
        phone::store::write(tx, &phone, self.now_ms).await
    }

    /// A phone with what was said of it so far.
    async fn known(&self, tx: &mut Tx, line: &Line, contact: &str) -> Result<Phone> {
        let id = Phone::id(line.user, self.engine, contact);
        Ok(Phone {
            id,
            client: line.client,
            user: line.user,
            engine: self.engine.to_owned(),
            said: phone::store::said(tx, id).await?,
        })
    }

    /// Whether the phone may be where it is: what it registered with may count no longer.
    async fn admit(&self, tx: &mut Tx, line: &Line, phone: &mut Phone) -> Result<()> {
        let Some(contact) = phone.said.last().map(EngineContact::from) else {
            return Ok(());
        };
        let is_over = phone.said.stay().is_none_or(|stay| stay.is_over);
        let away = !line.admits(contact.mark);
        phone.said.turn_away(away, self.now_ms);
        if away && !is_over {
            return removal::store::note(tx.conn(), self.engine, &contact, self.now_ms).await;
        }
        let line = EngineLine {
            user: contact.user,
            realm: contact.realm,
        };
        removal::store::done(tx.conn(), self.engine, &line, &contact.contact).await
    }

    async fn alerts(self, tx: &mut Tx) -> Result<Vec<LiveAlert>> {
        sweep::dropped(tx, self.dropped, self.now_ms).await
    }
}

async fn call(tx: &mut Tx, order: Order, said: &EngineCall) -> Result<()> {
    let mut kept = live::store::held(tx, said.call).await?;
    if kept.ended_at_ms.is_some() {
        return Ok(());
    }
    let talker = talker(tx, kept.ongoing.call.client, &said.user).await?;
    if !kept.ongoing.hear(order, said, talker) {
        return Ok(());
    }
    // A later start of its engine that speaks of it has it from now on.
    kept.boot_place = kept.boot_place.max(order.0);
    live::store::write(tx, &kept).await
}

async fn end(app: &App, tx: &mut Tx, at_ms: InstantMs, said: &EngineEnd) -> Result<()> {
    let mut kept = live::store::held(tx, said.call).await?;
    if kept.ended_at_ms.is_some() {
        return Ok(());
    }
    let talker = talker(tx, kept.ongoing.call.client, &said.user).await?;
    kept.ongoing.rings(&said.rung);
    let ended = Ended::of(said, at_ms, talker);
    ending::end(app, tx, &mut kept, &ended, false).await
}

async fn talker(tx: &mut Tx, client: ClientId, sip_user: &str) -> Result<Option<UserId>> {
    if sip_user.is_empty() {
        return Ok(None);
    }
    store::user(tx, client, sip_user).await
}
