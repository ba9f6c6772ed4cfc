//! Desktop notifications for what ended or happened while the person was looking elsewhere.
//!
//! The texts are the few that the shell shows by itself, in the four languages.

mod alert;

use crate::Desktop;
use crate::active::Active;
use crate::jobs::{Job, JobKind, JobState};
use crate::settings::Language;

pub use alert::alert;

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub title: String,
    pub body: String,
}

/// The text in the person's language.
fn spoken<T>(desktop: &Desktop, [en, fr, es, de]: [T; 4]) -> T {
    match desktop.settings.get().language {
        Language::En => en,
        Language::Fr => fr,
        Language::Es => es,
        Language::De => de,
    }
}

fn say(desktop: &Desktop, wanted: bool, title: [&str; 4], body: String) {
    if !wanted || desktop.shell.is_in_front() {
        return;
    }
    let title = spoken(desktop, title).to_owned();
    desktop.shell.notify(Notification { title, body });
}

/// An export or a download ended.
pub fn ended(desktop: &Desktop, job: &Job) {
    let settings = desktop.settings.get();
    let wanted = if job.kind == JobKind::Export {
        settings.notify_export
    } else {
        settings.notify_download
    };
    let title = match (job.kind, job.state) {
        (JobKind::Export, JobState::Done) => [
            "Export finished",
            "Export terminé",
            "Exportación terminada",
            "Export abgeschlossen",
        ],
        (JobKind::Export, JobState::Failed) => [
            "Export failed",
            "Échec de l’export",
            "La exportación ha fallado",
            "Export fehlgeschlagen",
        ],
        (_, JobState::Done) => [
            "Download finished",
            "Téléchargement terminé",
            "Descarga terminada",
            "Download abgeschlossen",
        ],
        (_, JobState::Failed) => [
            "Download failed",
            "Échec du téléchargement",
            "La descarga ha fallado",
            "Download fehlgeschlagen",
        ],
        _ => return,
    };
    say(desktop, wanted, title, job.title.clone());
}

/// The recordings of the standing rules are here.
pub fn kept(desktop: &Desktop, kind: JobKind, files: usize) {
    debug_assert_eq!(kind, JobKind::Offline, "only standing rules end this way");
    let title = [
        "Recordings are on this computer",
        "Les enregistrements sont sur cet ordinateur",
        "Las grabaciones están en este equipo",
        "Aufnahmen liegen auf diesem Computer",
    ];
    say(
        desktop,
        desktop.settings.get().notify_download,
        title,
        files.to_string(),
    );
}

/// The first sync of an account is complete.
pub fn first_sync(desktop: &Desktop, active: &Active) {
    let title = [
        "Sync finished",
        "Synchronisation terminée",
        "Sincronización terminada",
        "Synchronisierung abgeschlossen",
    ];
    say(
        desktop,
        desktop.settings.get().notify_sync,
        title,
        active.account().reseller,
    );
}
