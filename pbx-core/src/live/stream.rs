//! Sends what is going on to one reader for as long as it listens and may.
//!
//! The state is what the database says. News of this process wake the stream at once; every few
//! seconds it looks at everything all the same, and at who its reader is by then. So nothing stays
//! on a screen that is over, whatever was missed, and a right that was taken ends what it showed.

use std::time::Duration;

use bytes::Bytes;
use pbx_api::{LiveLine, RegistrationId};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc};
use tokio::time::MissedTickBehavior;

use super::news::News;
use super::told::{Seen, Told};
use super::viewer::Viewer;
use super::{phone, presence, store};
use crate::auth::Caller;
use crate::changes;
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;

pub(super) type Chunk = std::io::Result<Bytes>;

/// Sends until the reader goes, its session ends or the server stops.
pub(super) async fn run(app: App, caller: Caller, to_socket: mpsc::Sender<Chunk>) {
    if let Err(fault) = send(app, caller, &to_socket).await {
        tracing::error!(%fault, "a live stream was cut");
        let cut = std::io::Error::other("the stream was cut");
        let _gone = to_socket.send(Err(cut)).await;
    }
}

async fn send(app: App, caller: Caller, to_socket: &mpsc::Sender<Chunk>) -> Result<()> {
    // Before the first look: what changes after it is news.
    let mut news = app.live.listen();
    let silence = Duration::from_millis(app.limits.live_silence_ms.max(1));
    let mut tick = tokio::time::interval(silence);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.reset();
    let mut lines = vec![LiveLine::Begin];
    let mut reader = Reader::open(&app, caller, &mut lines).await?;
    lines.push(LiveLine::Ready);
    loop {
        if !lines.is_empty() && to_socket.send(Ok(pack(&lines)?)).await.is_err() {
            return Ok(());
        }
        lines.clear();
        tokio::select! {
            () = app.stopping.cancelled() => return Ok(()),
            () = to_socket.closed() => return Ok(()),
            _ = tick.tick() => {
                let Some(caller) = reader.caller.again(&app).await? else {
                    return Ok(());
                };
                reader.caller = caller;
                reader.look_at_all(&app, &mut lines).await?;
                lines.push(LiveLine::Alive { now_ms: app.world.now_ms() });
            }
            heard = news.recv() => reader.hear(&app, heard, &mut news, &mut lines).await?,
        }
    }
}

fn pack(lines: &[LiveLine]) -> Result<Bytes> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line)?;
        text.push(b'\n');
    }
    Ok(text.into())
}

struct Reader {
    caller: Caller,
    viewer: Viewer,
    told: Told,
    /// The change number up to which it was told.
    seq: i64,
}

impl Reader {
    async fn open(app: &App, caller: Caller, lines: &mut Vec<LiveLine>) -> Result<Self> {
        let mut tx = app.db.look(caller.tenant).await?;
        let viewer = Viewer::of(&mut tx, &caller).await?;
        drop(tx);
        let mut reader = Self {
            caller,
            viewer,
            told: Told::default(),
            seq: 0,
        };
        reader.look_at_all(app, lines).await?;
        Ok(reader)
    }

    /// Looks at everything, and at who may see it.
    async fn look_at_all(&mut self, app: &App, lines: &mut Vec<LiveLine>) -> Result<()> {
        let now_ms = app.world.now_ms();
        let mut tx = app.db.look(self.caller.tenant).await?;
        self.seq = changes::store::state(&mut tx).await?.change_seq;
        let before = std::mem::replace(&mut self.viewer, Viewer::of(&mut tx, &self.caller).await?);
        let viewer = &self.viewer;
        // No line takes a colleague back, so whoever may not see one any more begins anew.
        let anew = !before.colleagues.is_subset(&viewer.colleagues);
        if anew {
            lines.push(LiveLine::Begin);
            self.told = Told::default();
        }
        let calls = store::ongoing(&mut tx).await?;
        let phones = phone::store::since(&mut tx, 0).await?;
        let phones = phones.iter().filter_map(|phone| phone.shown(now_ms));
        let seen = Seen {
            calls: calls.iter().filter_map(|call| viewer.call(call)).collect(),
            phones: phones.filter(|phone| viewer.phone(phone)).collect(),
            colleagues: presence::of_colleagues(&mut tx, &viewer.colleagues, now_ms).await?,
        };
        self.told.all(seen, lines)?;
        if anew {
            lines.push(LiveLine::Ready);
        }
        Ok(())
    }

    /// Looks at what changed since the last look.
    async fn look(&mut self, app: &App, lines: &mut Vec<LiveLine>) -> Result<()> {
        let now_ms = app.world.now_ms();
        let mut tx: Tx = app.db.look(self.caller.tenant).await?;
        let seq = changes::store::state(&mut tx).await?.change_seq;
        for kept in store::since(&mut tx, self.seq).await? {
            let lasts = kept.ended_at_ms.is_none();
            let call = lasts.then(|| self.viewer.call(&kept.ongoing)).flatten();
            self.told.call(kept.ongoing.call.id, call, lines)?;
        }
        for phone in phone::store::since(&mut tx, self.seq).await? {
            let id: RegistrationId = phone.id;
            let shown = phone.shown(now_ms).filter(|phone| self.viewer.phone(phone));
            self.told.phone(id, shown, lines)?;
        }
        let states = presence::of_colleagues(&mut tx, &self.viewer.colleagues, now_ms).await?;
        self.told.colleagues(states, lines);
        self.seq = seq;
        Ok(())
    }

    /// Takes the news that wait, and looks once for all of them.
    async fn hear(
        &mut self,
        app: &App,
        first: Result<News, RecvError>,
        news: &mut broadcast::Receiver<News>,
        lines: &mut Vec<LiveLine>,
    ) -> Result<()> {
        let (mut changed, mut gone) = (false, false);
        let mut alerts = Vec::new();
        let mut next = Some(first);
        while let Some(heard) = next {
            match heard {
                Ok(News::Changed(of)) => changed |= of == self.caller.tenant.reseller,
                Ok(News::Gone(of)) => gone |= of == self.caller.tenant.reseller,
                Ok(News::Alert(of, alert)) => {
                    if of == self.caller.tenant.reseller && self.viewer.alert(&alert) {
                        alerts.push(LiveLine::Alert(alert));
                    }
                }
                // What is missed of the state is in the database; alerts are for the moment.
                Err(RecvError::Lagged(_)) => changed = true,
                Err(RecvError::Closed) => break,
            }
            next = match news.try_recv() {
                Ok(heard) => Some(Ok(heard)),
                Err(TryRecvError::Lagged(missed)) => Some(Err(RecvError::Lagged(missed))),
                Err(TryRecvError::Empty | TryRecvError::Closed) => None,
            };
        }
        if gone {
            self.look_at_all(app, lines).await?;
        } else if changed {
            self.look(app, lines).await?;
        }
        lines.append(&mut alerts);
        Ok(())
    }
}
