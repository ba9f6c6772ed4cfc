//! Moves what SQLite's log has into its file, beside whoever writes: otherwise each thousandth page
//! makes the transaction that writes it wait for all of them, and a call is decided in one.

use std::time::Duration;

use super::Db;
use crate::http::App;

/// Pages of the log at which a writer does it by itself: where nobody else does, as in a command of
/// the operator's, and where there was no moment without a write. 64 MiB.
pub(super) const LOG_PAGES: &str = "16384";
/// How much is left for the writer when everything is as it should be: what is written within this.
const EVERY: Duration = Duration::from_secs(1);

/// Does so until the server stops.
pub async fn run(app: App) {
    let Db::Sqlite { read, .. } = &app.db else {
        return;
    };
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            _ = tick.tick() => {}
        }
        // Passive: it waits for nobody, and nobody for it.
        let moved = sqlx::query("pragma wal_checkpoint(passive)").execute(read);
        if let Err(fault) = moved.await {
            tracing::warn!(%fault, "the log of the database could not be moved into its file");
        }
    }
}
