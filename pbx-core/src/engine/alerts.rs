//! Who is told of a call when it is opened: of one for help, and of a limit that it reaches.

use pbx_api::{CallDecision, CallFrom, CallId, InstantMs, LiveAlert, NumberClass, ResellerId};

use super::invite::From;
use crate::db::Tx;
use crate::dial::snapshot::Snapshot;
use crate::emergency;
use crate::error::Result;
use crate::http::App;
use crate::live::store::Slots;
use crate::mail::{Mail, words};

/// Answers with what the caller's location reads as: dialled to try it out.
const TEST_NUMBER: &str = "933";

/// What people are told once the call is on the disk.
#[derive(Default)]
pub(super) struct Told {
    pub alerts: Vec<LiveAlert>,
    mails: Vec<Mail>,
}

impl Told {
    /// Tells. Nobody waits for a mail: the call does not.
    pub fn tell(self, app: &App, reseller: ResellerId) {
        app.live.changed(reseller, self.alerts);
        let Some(mailer) = app.mailer.clone().filter(|_| !self.mails.is_empty()) else {
            return;
        };
        tokio::spawn(async move {
            for mail in self.mails {
                if let Err(fault) = mailer.send(mail).await {
                    tracing::error!(%fault, "nobody was mailed of a call for help");
                }
            }
        });
    }
}

/// Whom a call for help is told to, where it is one; notes a test call.
pub(super) async fn help(
    tx: &mut Tx,
    known: &Snapshot,
    from: &From,
    call: CallId,
    decision: &CallDecision,
    now_ms: InstantMs,
) -> Result<Told> {
    let (Some(NumberClass::Emergency), CallFrom::User(user)) = (decision.class, &from.from) else {
        return Ok(Told::default());
    };
    let rows = known.emergency.iter();
    let row = rows
        .filter(|row| row.dialled == decision.number)
        .max_by_key(|row| (row.user.is_some(), row.client.is_some()));
    let Some(row) = row else {
        return Ok(Told::default());
    };
    if decision.number == TEST_NUMBER {
        emergency::store::tested(tx, row.id, now_ms).await?;
    }
    let alert = LiveAlert::EmergencyCall {
        call,
        client: known.client.id,
        user: Some(*user),
        dialled: decision.number.clone(),
        location: row.location.clone(),
    };
    let caller = known.users.get(user);
    let name = caller.map_or_else(String::new, |user| {
        format!("{} ({})", user.full_name(), user.extension)
    });
    let language = &known.client.language;
    let (subject, text) = words::emergency(
        language,
        &name,
        &known.client.name,
        &decision.number,
        &row.location,
    );
    let mail = |to: &String| Mail {
        to: to.clone(),
        reply_to: None,
        subject: subject.clone(),
        text: text.clone(),
    };
    Ok(Told {
        alerts: row.notify_desktop.then_some(alert).into_iter().collect(),
        mails: row.notify_emails.iter().map(mail).collect(),
    })
}

/// The limits that a client reaches with a call.
pub(super) fn full(known: &Snapshot, slots: Slots) -> Vec<LiveAlert> {
    let (client, present) = (&known.client, &known.present);
    let reached = |limit: Option<u32>, before: u32, new: u32| {
        limit.filter(|limit| before < *limit && before.saturating_add(new) >= *limit)
    };
    let alert = |limit, international| LiveAlert::LimitReached {
        client: client.id,
        international,
        limit,
    };
    let calls = reached(
        client.max_outbound_calls,
        present.outbound_calls,
        slots.outbound,
    );
    let abroad = reached(
        client.max_international_calls,
        present.international_calls,
        slots.international,
    );
    let calls = calls.map(|limit| alert(limit, false));
    let abroad = abroad.map(|limit| alert(limit, true));
    calls.into_iter().chain(abroad).collect()
}
