//! What wakes the streams of this process. The state itself is in the database; news say that it
//! is worth a look, so that one which is missed costs time and nothing else.

use pbx_api::{LiveAlert, ResellerId};
use tokio::sync::broadcast;

/// News that a stream may be behind. One that is further behind looks at everything anew.
const BEHIND: usize = 256;

#[derive(Debug, Clone)]
pub enum News {
    /// Something of the reseller's tree is different.
    Changed(ResellerId),
    /// Something of it is gone without a trace.
    Gone(ResellerId),
    /// Something that a person is to be told of now.
    Alert(ResellerId, LiveAlert),
}

/// Tells every stream. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Teller(broadcast::Sender<News>);

impl Default for Teller {
    fn default() -> Self {
        Self(broadcast::channel(BEHIND).0)
    }
}

impl Teller {
    /// Tells whoever listens; nobody has to.
    pub fn tell(&self, news: News) {
        let _listeners = self.0.send(news);
    }

    /// Tells that something changed, and of what comes with it.
    pub fn changed(&self, reseller: ResellerId, alerts: impl IntoIterator<Item = LiveAlert>) {
        self.tell(News::Changed(reseller));
        for alert in alerts {
            self.tell(News::Alert(reseller, alert));
        }
    }

    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }
}
