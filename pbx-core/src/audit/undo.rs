//! Undoing an entry: the thing becomes what it was before, when it still is what the entry made it.

use axum::Json;
use axum::extract::State;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use pbx_api::{AuditEntry, AuditId, Code, Problem, Rule};
use serde::Serialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Entry, store};
use crate::auth::{Allowed, Caller, EditClient};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Id;
use crate::live::news::News;

/// The kinds of things whose changes can be undone, a line each.
static REVERSIBLE: &[&dyn Reversible] = &[
    &crate::clients::ClientUndo,
    &crate::clients::MemoUndo,
    &crate::profiles::ProfileUndo,
    &crate::links::LinkUndo,
    &crate::blocks::BlockUndo,
    &crate::emergency::EmergencyUndo,
    &crate::users::UserUndo,
    &crate::numbers::NumberUndo,
    &crate::limited::LimitedUndo,
    &crate::logins::LoginUndo,
];

/// How a kind of thing goes back to what it was.
pub trait Reversible: Send + Sync {
    /// `subject_kind` of its entries.
    fn kind(&self) -> &'static str;

    /// Whether a person may change such things at all.
    fn may(&self, by: &Caller) -> bool;

    /// Whether what an entry tells of can go back at all.
    fn can(&self, _: &AuditEntry) -> bool {
        true
    }

    /// The thing as an entry about it would have it in `after`; none when it is not there.
    fn present<'a>(&'a self, tx: &'a mut Tx, id: Uuid) -> BoxFuture<'a, Result<Option<Value>>>;

    /// Fields that change by themselves, and say nothing of what a person did.
    fn aside(&self) -> &'static [&'static str] {
        &[]
    }

    /// Makes the thing what it was: with none it goes, and one that is gone comes back. Keeps the
    /// rules that a change through its own form keeps, and writes no entry about the thing.
    fn put<'a>(&'a self, at: At<'a>, state: Option<Value>) -> BoxFuture<'a, Result<()>>;

    /// What is left to be done once it is committed.
    fn finish<'a>(&'a self, _: After<'a>) -> BoxFuture<'a, Result<()>> {
        async { Ok(()) }.boxed()
    }
}

/// Where and by whom a thing is put back.
pub struct At<'a> {
    pub app: &'a App,
    pub tx: &'a mut Tx,
    pub by: &'a Caller,
    pub id: Uuid,
}

/// Where and by whom a thing was put back.
pub struct After<'a> {
    pub app: &'a App,
    pub by: &'a Caller,
    pub id: Uuid,
}

/// A thing as JSON, or nothing where it is not there.
///
/// # Errors
/// What else the look failed with.
pub fn absent<T: Serialize>(looked: Result<T>) -> Result<Option<Value>> {
    match looked {
        Ok(thing) => Ok(Some(serde_json::to_value(thing)?)),
        Err(Error::Problem(problem)) if problem.code == Code::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn of(kind: &str) -> Option<&'static dyn Reversible> {
    REVERSIBLE
        .iter()
        .find(|reversible| reversible.kind() == kind)
        .copied()
}

/// Whether a person may try to undo an entry.
pub(super) fn may(by: &Caller, entry: &AuditEntry) -> bool {
    entry.undone_by.is_none()
        && of(&entry.subject_kind).is_some_and(|kind| kind.may(by) && goes_back(kind, entry))
}

/// Whether what an entry tells of can go back: it tells what became of the thing itself, and not
/// of what was done with it, such as that somebody connected as it, and something is different.
fn goes_back(kind: &dyn Reversible, entry: &AuditEntry) -> bool {
    let state = |state: &Option<Value>| without(state.as_ref(), kind.aside());
    entry.action.split('.').next() == Some(kind.kind())
        && kind.can(entry)
        && state(&entry.before) != state(&entry.after)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(undo))
}

/// Undoes an entry, when the thing is still what the entry made it. Answers with the entry that
/// says so.
#[utoipa::path(
    post,
    path = "/v1/audit/{entry}/undo",
    params(("entry" = AuditId, Path)),
    security(("token" = [])),
    responses((status = 200, body = AuditEntry), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem, description = "It was changed since"), (status = 422, body = Problem)),
)]
async fn undo(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(entry): Id<AuditId>,
) -> Result<Json<AuditEntry>> {
    let caller = &by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let undone = store::show(&mut tx, caller, entry).await?;
    let Some(kind) = of(&undone.subject_kind) else {
        return Err(refused(Rule::KindStays));
    };
    if !kind.may(caller) {
        return Err(Error::code(Code::Forbidden));
    }
    if !goes_back(kind, &undone) {
        return Err(refused(Rule::NotTakenBack));
    }
    if undone.undone_by.is_some() {
        return Err(refused(Rule::UndoneAlready));
    }
    let id = undone.subject;
    let present = kind.present(&mut tx, id).await?;
    let without = |state: Option<&Value>| without(state, kind.aside());
    let (then, now) = (without(undone.after.as_ref()), without(present.as_ref()));
    if now != then {
        return Err(changed_since(then.as_ref(), now.as_ref()));
    }
    let at = At {
        app: &app,
        tx: &mut tx,
        by: caller,
        id,
    };
    kind.put(at, undone.before.clone()).await?;
    let text = |state: Option<&Value>| state.map(ToString::to_string);
    let after = kind.present(&mut tx, id).await?;
    let entry = Entry {
        action: "",
        client: undone.client,
        subject: (kind.kind(), id),
        before: text(present.as_ref()),
        after: text(after.as_ref()),
    };
    let made = store::write_undo(&mut tx, &app.world, caller, &entry, &undone).await?;
    let mut made = store::show(&mut tx, caller, made).await?;
    made.can_undo = may(caller, &made);
    tx.commit().await?;
    let after = After {
        app: &app,
        by: caller,
        id,
    };
    kind.finish(after).await?;
    app.live.tell(News::Gone(caller.tenant.reseller));
    Ok(Json(made))
}

fn refused(why: Rule) -> Error {
    Problem::new(Code::Forbidden).because(why).into()
}

/// A thing without some of its fields.
fn without(state: Option<&Value>, fields: &[&str]) -> Option<Value> {
    let mut state = state?.clone();
    if let Some(object) = state.as_object_mut() {
        object.retain(|field, _| !fields.contains(&field.as_str()));
    }
    Some(state)
}

/// Says what is different from what the entry made of the thing.
fn changed_since(then: Option<&Value>, now: Option<&Value>) -> Error {
    let why = match (
        then.and_then(Value::as_object),
        now.and_then(Value::as_object),
    ) {
        (_, None) => Rule::Gone,
        (None, Some(_)) => Rule::ThereAgain,
        (Some(then), Some(now)) => {
            let mut fields: Vec<String> = then
                .keys()
                .chain(now.keys())
                .filter(|field| then.get(*field) != now.get(*field))
                .cloned()
                .collect();
            fields.sort_unstable();
            fields.dedup();
            Rule::DifferentSince { fields }
        }
    };
    Problem::new(Code::Changed).because(why).into()
}
