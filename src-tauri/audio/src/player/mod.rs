//! The player: a handle for the controls, a thread that keeps the output as the controls
//! want it, and the sound's own thread, which belongs to the system.
//!
//! No control waits for a device: opening happens on a thread of its own, which is given up
//! when it takes too long. What goes wrong is in the state, as a typed error.

mod device;
mod keeper;
mod output;
mod state;
mod transport;
mod voice;

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use device::{Device, output_devices};
pub use state::PlayerState;

use self::keeper::Message;
use self::state::Desk;
use crate::stretch::within_limits;
use crate::{Decoded, DeviceError};

/// Louder than the recording, for faint callers.
const VOLUME_MAX: f32 = 1.5;

/// Plays one recording at a time. Cheap to clone; every method returns at once.
#[derive(Clone)]
pub struct Player {
    handle: Arc<Handle>,
}

struct Handle {
    desk: Arc<Mutex<Desk>>,
    tell: Sender<Message>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // The keeper may have gone already.
        let _ = self.tell.send(Message::Quit);
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Player {
    /// Starts a player without a recording. `on_change` is called from the player's thread
    /// after every change and every 250 ms while playing; it must not block.
    pub fn new(on_change: impl Fn(PlayerState) + Send + 'static) -> Result<Self, DeviceError> {
        let desk = Arc::new(Mutex::new(Desk::new()));
        let tell = keeper::start(Arc::clone(&desk), Box::new(on_change))?;
        Ok(Self {
            handle: Arc::new(Handle { desk, tell }),
        })
    }

    /// Takes a recording in place of the one before, from its start, not yet playing. Speed,
    /// volume and device stay.
    pub fn load(&self, recording: Decoded) {
        self.change(|desk| desk.load(Some(recording)));
    }

    /// Lets go of the recording and its memory.
    pub fn unload(&self) {
        self.change(|desk| desk.load(None));
    }

    /// Plays from where it stands; from the start if it had come to the end.
    pub fn play(&self) {
        self.change(Desk::play);
    }

    /// Stays where it is.
    pub fn pause(&self) {
        self.change(|desk| desk.wants_play = false);
    }

    /// Goes back to the start, silent, and lets go of the device.
    pub fn stop(&self) {
        self.change(Desk::stop);
    }

    /// Goes to a time of the recording in milliseconds (its own time, whatever the speed).
    pub fn seek(&self, position_ms: u64) {
        self.change(|desk| desk.seek(position_ms));
    }

    /// Times the usual pace, kept within 0.5 and 2.0; the pitch stays.
    pub fn set_speed(&self, speed: f32) {
        let speed = within_limits(speed);
        self.change(|desk| {
            desk.speed = speed;
            desk.transport.set_speed(speed);
        });
    }

    /// 0 is silent, 1 as recorded, at most 1.5.
    pub fn set_volume(&self, volume: f32) {
        let volume = if volume.is_nan() {
            1.0
        } else {
            volume.clamp(0.0, VOLUME_MAX)
        };
        self.change(|desk| {
            desk.volume = volume;
            desk.transport.set_volume(volume);
        });
    }

    /// Chooses an output by the id that [`output_devices`] gives; `None` is the default one.
    /// What plays goes on there.
    pub fn set_device(&self, id: Option<String>) {
        self.change(|desk| desk.choose(id));
    }

    /// What it is doing now.
    #[must_use]
    pub fn state(&self) -> PlayerState {
        lock(&self.handle.desk).state()
    }

    fn change(&self, how: impl FnOnce(&mut Desk)) {
        how(&mut lock(&self.handle.desk));
        // Without a keeper (it can only end with the handle) nothing is left to do.
        let _ = self.handle.tell.send(Message::Changed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_shared<T: Send + Sync + Clone>() {}

    #[test]
    fn a_player_is_shared_freely_and_tells_what_it_will_do_at_once() {
        assert_shared::<Player>();
        let player = Player::new(|_| {}).unwrap();
        assert_eq!(player.state().duration_ms, 0);
        player.load(Decoded::from_sides(8000, vec![vec![1; 16_000]]).unwrap());
        player.seek(1500);
        player.set_speed(9.0);
        player.set_volume(-1.0);
        let state = player.state();
        assert_eq!((state.duration_ms, state.position_ms), (2000, 1500));
        assert_eq!(
            (state.speed, state.volume, state.playing),
            (2.0, 0.0, false)
        );
        player.seek(99_999);
        assert_eq!(player.state().position_ms, 2000);
        player.stop();
        assert_eq!(player.state().position_ms, 0);
        player.unload();
        assert!(!player.state().loaded);
    }
}
