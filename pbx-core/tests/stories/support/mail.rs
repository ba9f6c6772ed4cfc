//! The mail server that stories look into.

use std::sync::Arc;

use pbx_core::config::{Encryption, Smtp};
pub use tandem_stage::mail::codes;

pub struct Mails {
    pub smtp: Smtp,
    kept: Arc<tandem_stage::mail::Mails>,
}

impl Mails {
    pub fn start() -> Self {
        let kept = tandem_stage::mail::Mails::start().unwrap();
        Self {
            smtp: Smtp {
                host: "127.0.0.1".into(),
                port: Some(kept.port()),
                encryption: Encryption::None,
                user: String::new(),
                password: String::new(),
                from: "Tandem <no-reply@example.com>".into(),
            },
            kept: Arc::new(kept),
        }
    }

    /// The next mail, headers and all, waited for.
    pub async fn next(&self) -> String {
        let kept = Arc::clone(&self.kept);
        // Waiting here would stop the server that is to send it.
        let next = tokio::task::spawn_blocking(move || kept.next());
        next.await.unwrap().unwrap()
    }

    /// Whether no mail came that was not read.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}
