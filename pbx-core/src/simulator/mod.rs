//! Registrations and calls that nobody makes, for the demo: they come through the engine's own
//! functions, are shown as simulated, and leave call records of a sample reseller. Only under the
//! feature `simulator`, which no default and no release has.

mod calls;
mod phones;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use pbx_api::{
    CallId, EngineCaller, EngineDecision, EngineEvent, EngineEvents, EngineInvite, EngineTarget,
    InstantMs, NumberedEvent, SIMULATOR,
};

use crate::engine;
use crate::error::Result;
use crate::http::App;
use crate::sample::dice::Dice;
use calls::{Dialling, Playing, Under};
use phones::Site;
use store::Line;

/// An easy pace: a step a second.
const STEP: Duration = Duration::from_secs(1);

/// Plays until the server stops.
pub async fn run(app: App) {
    let mut tick = tokio::time::interval(STEP);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut simulator = match Simulator::open(&app).await {
        Ok(simulator) => simulator,
        Err(fault) => {
            tracing::error!(%fault, "the simulator can't begin");
            return;
        }
    };
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(fault) = simulator.step(&app).await {
            tracing::error!(%fault, "a step of the simulator failed");
        }
    }
}

/// A start of the engine that is none.
pub struct Simulator {
    boot: String,
    sequence: u64,
    dice: Dice,
    lines: Vec<Line>,
    /// Numbers of the sample's clients, which somebody outside dials.
    numbers: Vec<String>,
    site: Site,
    calls: Under,
}

impl Simulator {
    /// Looks whom it can play.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(app: &App) -> Result<Self> {
        let mut root = app.db.look_root().await?;
        Ok(Self {
            boot: app.world.id().to_string(),
            sequence: 0,
            dice: Dice::new(u64::from_le_bytes(app.world.bytes())),
            lines: store::lines(&mut root).await?,
            numbers: store::numbers(&mut root).await?,
            site: Site::default(),
            calls: Under::default(),
        })
    }

    /// Plays what is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&mut self, app: &App) -> Result<()> {
        let now_ms = app.world.now_ms();
        let mut events = self.site.due(&self.lines, now_ms);
        events.extend(self.calls.due(now_ms));
        let ended = self.tell(app, now_ms, events).await?;
        let hung_up = self.calls.hang_up(&ended, now_ms);
        if !hung_up.is_empty() {
            self.tell(app, now_ms, hung_up).await?;
        }
        if let Some(dialling) = self.calls.begin(&self.lines, &self.numbers, &mut self.dice) {
            self.dial(app, now_ms, &dialling).await?;
        }
        Ok(())
    }

    async fn tell(
        &mut self,
        app: &App,
        now_ms: InstantMs,
        events: Vec<EngineEvent>,
    ) -> Result<Vec<CallId>> {
        let events = events
            .into_iter()
            .map(|event| {
                self.sequence += 1;
                NumberedEvent {
                    sequence: self.sequence,
                    at_ms: now_ms,
                    event,
                }
            })
            .collect();
        let said = EngineEvents {
            engine: SIMULATOR.to_owned(),
            boot: self.boot.clone(),
            events,
        };
        Ok(engine::take(app, &said).await?.hang_up)
    }

    async fn dial(&mut self, app: &App, now_ms: InstantMs, dialling: &Dialling) -> Result<()> {
        let (caller, from_user) = match &dialling.line {
            Some(line) => {
                let caller = EngineCaller::Phone {
                    user: line.sip_user.clone(),
                    realm: line.realm.clone(),
                };
                (caller, line.sip_user.clone())
            }
            None => {
                let name = SIMULATOR.to_owned();
                (EngineCaller::Trunk { name }, dialling.from.clone())
            }
        };
        let invite = EngineInvite {
            engine: SIMULATOR.to_owned(),
            boot: self.boot.clone(),
            sip_call_id: app.world.id().to_string(),
            from_tag: SIMULATOR.to_owned(),
            caller,
            from_user,
            from_name: String::new(),
            to: dialling.to.clone(),
            source_address: String::new(),
            source_port: 0,
            at_ms: None,
        };
        let decision = engine::decide(app, &invite).await?;
        if let EngineDecision::Ring { call, stages, .. } = decision {
            let rung = stages.into_iter().flat_map(|stage| stage.targets);
            let users: Vec<String> = rung
                .filter_map(|target| match target {
                    EngineTarget::Phone { user, .. } => Some(user),
                    EngineTarget::Trunk { .. } => None,
                })
                .collect();
            let playing = Playing::new(call, &users, now_ms, &mut self.dice);
            self.calls.add(playing);
        }
        Ok(())
    }
}
