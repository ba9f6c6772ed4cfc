//! How a phone takes it when it is asked whether it is there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::Phone;
use super::message::Message;

/// How long a phone listens before it looks whether its story is over.
const TURN: Duration = Duration::from_millis(20);

/// What an OPTIONS meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// An answer, and how long the phone takes for it.
    Answers { status: u16, after: Duration },
    /// Nobody.
    Silence,
}

impl Phone {
    pub(super) fn is_asked(&mut self, message: Message) -> Result<()> {
        if let Asked::Answers { status, after } = self.asked {
            std::thread::sleep(after);
            self.reply(&message, status, "Asked", "")?;
        }
        self.question = Some(message);
        Ok(())
    }

    fn stays(&mut self, over: &AtomicBool) -> Result<()> {
        while !over.load(Ordering::Relaxed) {
            self.receive(TURN)?;
        }
        Ok(())
    }
}

/// What happens while phones are switched on and nobody touches them.
pub fn meanwhile<T>(phones: &mut [&mut Phone], story: impl FnOnce() -> Result<T>) -> Result<T> {
    let over = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        let there: Vec<_> = phones
            .iter_mut()
            .map(|phone| scope.spawn(|| phone.stays(over)))
            .collect();
        let told = story();
        over.store(true, Ordering::Relaxed);
        for phone in there {
            phone.join().map_err(|_| anyhow!("a phone broke"))??;
        }
        told
    })
}
