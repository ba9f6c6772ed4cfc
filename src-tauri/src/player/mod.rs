//! Playing a recording: fetched, decoded, heard.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use pbx_api::{Code, LegId, Problem, Rule};
use serde::{Deserialize, Serialize};
use tandem_audio::{DecodeError, Decoded, DeviceError};
use tokio::sync::OnceCell;
use ts_rs::TS;

use crate::events::{Event, Events};
use crate::{Desktop, Nothing, recordings};

/// Decoded recordings kept: the one that plays and the one that is looked at.
const DECODED_KEPT: usize = 2;
const TITLE_MAX: usize = 200;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlayerState {
    pub leg: Option<LegId>,
    pub title: String,
    /// It is being fetched and decoded.
    pub loading: bool,
    pub playing: bool,
    /// In the recording's own time.
    pub position_ms: u64,
    pub duration_ms: u64,
    pub speed: f32,
    pub volume: f32,
    pub device: Option<String>,
    /// The file ends before its header says.
    pub truncated: bool,
    pub problem: Option<Problem>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Device {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Waveform {
    pub leg: LegId,
    pub duration_ms: u64,
    /// Peaks from 0 to 255. Two sides: the caller, the callee.
    pub sides: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Load {
    pub leg: LegId,
    pub title: String,
    pub play: bool,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Seek {
    pub position_ms: u64,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Set {
    #[serde(default)]
    #[ts(optional)]
    pub speed: Option<f32>,
    #[serde(default)]
    #[ts(optional)]
    pub volume: Option<f32>,
    /// Left out: unchanged. `null`: the system's choice.
    #[serde(default, deserialize_with = "some")]
    #[ts(optional, as = "Option<String>")]
    pub device: Option<Option<String>>,
}

fn some<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WaveformOf {
    pub leg: LegId,
    pub buckets: u32,
}

/// What is loaded, beside what the sound's own player knows.
#[derive(Default)]
struct Now {
    leg: Option<LegId>,
    title: String,
    loading: bool,
    truncated: bool,
    problem: Option<Problem>,
    /// Which load is the latest.
    turn: u64,
}

type Slot = (LegId, Arc<OnceCell<Decoded>>);

pub struct Player {
    /// Nothing where not even a thread could be started.
    sound: Result<tandem_audio::Player, DeviceError>,
    now: Arc<Mutex<Now>>,
    decoded: Mutex<Vec<Slot>>,
    events: Events,
}

impl std::fmt::Debug for Player {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Player").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a recording is not heard, as the person is told; what is wrong in it exactly is for the log.
fn undecoded(error: &DecodeError) -> Problem {
    let megabytes = |mib: u64| u32::try_from(mib).unwrap_or(u32::MAX);
    let happened = match error {
        DecodeError::Empty => Rule::NoBytes,
        DecodeError::NoSamples => Rule::NoSamples,
        DecodeError::Unknown => Rule::NotSound,
        DecodeError::Unsupported { .. } => Rule::SoundNotPlayed,
        DecodeError::Damaged { .. } => Rule::SoundDamaged,
        DecodeError::TooLong { limit_mib } => Rule::SoundMegabytesAtMost {
            most: megabytes(*limit_mib),
        },
        DecodeError::TooLarge { limit_mib, .. } => Rule::RecordingMegabytesAtMost {
            most: megabytes(*limit_mib),
        },
        DecodeError::Unreadable { what } => Rule::SoundUnread { why: what.clone() },
    };
    tracing::info!(%error, "a recording can't be played");
    Problem::new(Code::Audio).because(happened)
}

fn unheard(error: &DeviceError) -> Problem {
    let happened = match error {
        DeviceError::NoDevice => Rule::NoOutput,
        DeviceError::NotFound => Rule::OutputNotThere,
        DeviceError::Gone => Rule::OutputGone,
        DeviceError::Timeout => Rule::OutputSilent,
        DeviceError::Failed { what } => Rule::OutputFailed { why: what.clone() },
    };
    Problem::new(Code::Audio).because(happened)
}

fn joined(now: &Now, sound: Option<&tandem_audio::PlayerState>) -> PlayerState {
    let heard = sound.filter(|_| !now.loading && now.leg.is_some());
    let device_problem = heard.and_then(|sound| sound.error.as_ref()).map(unheard);
    PlayerState {
        leg: now.leg,
        title: now.title.clone(),
        loading: now.loading,
        playing: heard.is_some_and(|sound| sound.playing),
        position_ms: heard.map_or(0, |sound| sound.position_ms),
        duration_ms: heard.map_or(0, |sound| sound.duration_ms),
        speed: sound.map_or(1.0, |sound| sound.speed),
        volume: sound.map_or(1.0, |sound| sound.volume),
        device: sound.and_then(|sound| sound.device.clone()),
        truncated: now.truncated,
        problem: now.problem.clone().or(device_problem),
    }
}

impl Player {
    #[must_use]
    pub fn new(events: Events, device: Option<String>) -> Self {
        let now = Arc::new(Mutex::new(Now::default()));
        let (shown, tell) = (Arc::clone(&now), events.clone());
        let sound = tandem_audio::Player::new(move |sound| {
            tell.send(Event::Player(joined(&lock(&shown), Some(&sound))));
        });
        let player = Self {
            sound,
            now,
            decoded: Mutex::new(Vec::new()),
            events,
        };
        player.choose_device(device);
        player
    }

    #[must_use]
    pub fn state(&self) -> PlayerState {
        let sound = self.sound.as_ref().ok().map(tandem_audio::Player::state);
        joined(&lock(&self.now), sound.as_ref())
    }

    fn tell(&self) {
        self.events.send(Event::Player(self.state()));
    }

    pub fn choose_device(&self, device: Option<String>) {
        if let Ok(sound) = &self.sound {
            sound.set_device(device);
        }
    }

    /// The recording was deleted or its account closed.
    pub fn gone(&self, leg: LegId) {
        lock(&self.decoded).retain(|(known, _)| *known != leg);
        if lock(&self.now).leg == Some(leg) {
            self.close();
        }
    }

    /// Silence, and nothing of a recording in memory.
    pub fn close(&self) {
        {
            let mut now = lock(&self.now);
            *now = Now {
                turn: now.turn + 1,
                ..Now::default()
            };
            // Within the turn: a later load is not to be silenced by an earlier close.
            if let Ok(sound) = &self.sound {
                sound.stop();
                sound.unload();
            }
        }
        lock(&self.decoded).clear();
        self.tell();
    }

    /// The decoded recording; asked for twice at once it is fetched once.
    async fn decoded(&self, desktop: &Arc<Desktop>, leg: LegId) -> Result<Decoded, Problem> {
        let slot = {
            let mut kept = lock(&self.decoded);
            let known = kept.iter().position(|(known, _)| *known == leg);
            let slot = known.map_or_else(|| (leg, Arc::new(OnceCell::new())), |at| kept.remove(at));
            if kept.len() >= DECODED_KEPT {
                kept.remove(0);
            }
            kept.push(slot.clone());
            slot.1
        };
        let decoded = slot.get_or_try_init(|| async {
            let active = desktop.active()?;
            let (info, bytes) = recordings::bytes(&active, leg, |_| true).await?;
            crate::blocking(move || {
                tandem_audio::decode(&bytes, &info.file_name).map_err(|error| undecoded(&error))
            })
            .await
        });
        decoded.await.cloned()
    }

    fn start(&self, turn: u64, play: bool, decoded: Result<Decoded, Problem>) {
        {
            let mut now = lock(&self.now);
            if now.turn != turn {
                return;
            }
            now.loading = false;
            match (decoded, &self.sound) {
                (Ok(recording), Ok(sound)) => {
                    now.truncated = recording.truncated();
                    sound.load(recording);
                    if play {
                        sound.play();
                    }
                }
                (Ok(_), Err(error)) => now.problem = Some(unheard(error)),
                (Err(problem), _) => now.problem = Some(problem),
            }
        }
        self.tell();
    }
}

pub async fn load(desktop: Arc<Desktop>, input: Load) -> Result<PlayerState, Problem> {
    let turn = {
        let mut now = lock(&desktop.player.now);
        *now = Now {
            leg: Some(input.leg),
            title: input.title.chars().take(TITLE_MAX).collect(),
            loading: true,
            turn: now.turn + 1,
            ..Now::default()
        };
        if let Ok(sound) = &desktop.player.sound {
            sound.unload();
        }
        now.turn
    };
    let weak: Weak<Desktop> = Arc::downgrade(&desktop);
    tokio::spawn(async move {
        if let Some(desktop) = weak.upgrade() {
            let decoded = desktop.player.decoded(&desktop, input.leg).await;
            desktop.player.start(turn, input.play, decoded);
        }
    });
    let state = desktop.player.state();
    desktop.events.send(Event::Player(state.clone()));
    Ok(state)
}

fn with_sound(
    desktop: &Desktop,
    change: impl FnOnce(&tandem_audio::Player),
) -> Result<PlayerState, Problem> {
    change(desktop.player.sound.as_ref().map_err(unheard)?);
    Ok(desktop.player.state())
}

pub async fn play(desktop: Arc<Desktop>, _: Nothing) -> Result<PlayerState, Problem> {
    with_sound(&desktop, tandem_audio::Player::play)
}

pub async fn pause(desktop: Arc<Desktop>, _: Nothing) -> Result<PlayerState, Problem> {
    with_sound(&desktop, tandem_audio::Player::pause)
}

pub async fn seek(desktop: Arc<Desktop>, input: Seek) -> Result<PlayerState, Problem> {
    with_sound(&desktop, |sound| sound.seek(input.position_ms))
}

pub async fn set(desktop: Arc<Desktop>, input: Set) -> Result<PlayerState, Problem> {
    with_sound(&desktop, |sound| {
        if let Some(speed) = input.speed {
            sound.set_speed(speed);
        }
        if let Some(volume) = input.volume {
            sound.set_volume(volume);
        }
        if let Some(device) = input.device {
            sound.set_device(device);
        }
    })
}

pub async fn close(desktop: Arc<Desktop>, _: Nothing) -> Result<PlayerState, Problem> {
    desktop.player.close();
    Ok(desktop.player.state())
}

pub async fn state(desktop: Arc<Desktop>, _: Nothing) -> Result<PlayerState, Problem> {
    Ok(desktop.player.state())
}

pub async fn devices(_: Arc<Desktop>, _: Nothing) -> Result<Vec<Device>, Problem> {
    let devices =
        crate::blocking(|| tandem_audio::output_devices().map_err(|error| unheard(&error))).await?;
    Ok(devices
        .into_iter()
        .map(|device| Device {
            id: device.id,
            name: device.name,
        })
        .collect())
}

pub async fn waveform(desktop: Arc<Desktop>, input: WaveformOf) -> Result<Waveform, Problem> {
    let decoded = desktop.player.decoded(&desktop, input.leg).await?;
    crate::blocking(move || {
        let made = tandem_audio::waveform(&decoded, input.buckets as usize);
        Ok(Waveform {
            leg: input.leg,
            duration_ms: made.duration_ms,
            sides: made.sides,
        })
    })
    .await
}
