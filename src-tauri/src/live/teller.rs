//! Telling the pages that something changed, and not more often than they can show it.

use std::time::Duration;

use tokio::sync::Notify;

use crate::events::{Events, Tag};

/// The first change is told at once; what follows within `every` is told together.
#[derive(Debug)]
pub struct Teller {
    events: Events,
    tag: Tag,
    every: Duration,
    changed: Notify,
}

impl Teller {
    pub fn new(events: Events, tag: Tag, every: Duration) -> Self {
        Self {
            events,
            tag,
            every,
            changed: Notify::new(),
        }
    }

    pub fn tell(&self) {
        // Notes one change, however many there are before the next look.
        self.changed.notify_one();
    }

    /// Tells for as long as it is polled.
    pub async fn run(&self) {
        loop {
            self.changed.notified().await;
            self.events.changed(&[self.tag]);
            tokio::time::sleep(self.every).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hundred_changes_are_told_a_few_times_and_the_last_one_too() {
        let every = Duration::from_millis(50);
        let events = Events::default();
        let mut heard = events.listen();
        let teller = Teller::new(events, Tag::Live, every);
        let changes = async {
            for _ in 0..100 {
                teller.tell();
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let begun = tokio::time::Instant::now();
        tokio::select! {
            () = teller.run() => {}
            () = changes => {}
        }
        let most = begun.elapsed().as_millis() / every.as_millis() + 1;
        let mut told = 0;
        while heard.try_recv().is_ok() {
            told += 1;
        }
        assert!(told > 0 && told <= most, "{told} of {most}");
        // What changed after the last telling is still to be told.
        teller.tell();
        let _ = tokio::time::timeout(every, teller.run()).await;
        heard.try_recv().expect("the last change is told");
    }
}
