//! SQL of the audit log.

use pbx_api::{AuditEntry, AuditId, AuditPage, Role};

use super::{Asked, Entry, names};
use crate::auth::Caller;
use crate::clock::World;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, world: &World, by: &Caller, entry: Entry) -> Result<()> {
    insert(tx, world, by, entry.action, &entry, None)
        .await
        .map(|_| ())
}

/// Writes an entry that says which other one it undid.
///
/// # Errors
/// When the database fails.
pub async fn write_undo(
    tx: &mut Tx,
    world: &World,
    by: &Caller,
    entry: &Entry,
    undoes: &AuditEntry,
) -> Result<AuditId> {
    let action = format!("{}.undo", undoes.subject_kind);
    insert(tx, world, by, &action, entry, Some(undoes.id)).await
}

async fn insert(
    tx: &mut Tx,
    world: &World,
    by: &Caller,
    action: &str,
    entry: &Entry,
    undoes: Option<AuditId>,
) -> Result<AuditId> {
    let (id, reseller) = (AuditId(world.id()), tx.reseller());
    let (kind, subject) = entry.subject;
    // The account is the person's own; connected, these say as whom it acted.
    let acts = by.me.connected.as_ref();
    let as_whom = acts.and_then(|acts| acts.chain.last());
    let subject_name = names::of(entry.before.as_deref(), entry.after.as_deref());
    run!(tx, c => sqlx::query(
        "insert into audit (id, reseller_id, client_id, account_id, at_ms, address, action,
            subject_kind, subject_id, before_state, after_state, account_name, subject_name,
            undoes_id, acting_as, as_client_id, as_user_id, client_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            coalesce((select name from client where id = $3 and reseller_id = $2), ''))",
    )
    .bind(id.to_string())
    .bind(&reseller)
    .bind(entry.client.map(|id| id.to_string()))
    .bind(by.me.account.to_string())
    .bind(world.now_ms())
    .bind(&by.address)
    .bind(action)
    .bind(kind)
    .bind(subject.to_string())
    .bind(&entry.before)
    .bind(&entry.after)
    .bind(person(by))
    .bind(&subject_name)
    .bind(undoes.map(|id| id.to_string()))
    .bind(as_whom.map_or("", |link| link.name.as_str()))
    .bind(acts.and(by.me.client).map(|id| id.to_string()))
    .bind(acts.and(by.me.user).map(|id| id.to_string()))
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(id)
}

/// A person's name, or the email of somebody who gave none.
fn person(by: &Caller) -> String {
    let name = format!("{} {}", by.me.first_name, by.me.last_name);
    match name.trim() {
        "" => by.me.email.clone(),
        name => name.to_owned(),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at_ms: i64,
    account_id: Option<String>,
    account_name: String,
    acting_as: String,
    address: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    subject_name: String,
    client_id: Option<String>,
    client_name: String,
    before_state: Option<String>,
    after_state: Option<String>,
    undoes_id: Option<String>,
    undone_by: Option<String>,
}

impl Row {
    fn into_entry(self) -> Result<AuditEntry> {
        let json = |text: Option<String>| -> Result<Option<serde_json::Value>> {
            let value = text.map(|text| serde_json::from_str(&text)).transpose()?;
            Ok(value.filter(|value: &serde_json::Value| !value.is_null()))
        };
        Ok(AuditEntry {
            id: db::id(&self.id)?,
            at_ms: self.at_ms,
            account: self.account_id.as_deref().map(db::id).transpose()?,
            account_name: self.account_name,
            acting_as: self.acting_as,
            address: self.address,
            action: self.action,
            subject_kind: self.subject_kind,
            subject: db::id(&self.subject_id)?,
            subject_name: self.subject_name,
            client: self.client_id.as_deref().map(db::id).transpose()?,
            client_name: self.client_name,
            before: json(self.before_state)?,
            after: json(self.after_state)?,
            undoes: self.undoes_id.as_deref().map(db::id).transpose()?,
            undone_by: self.undone_by.as_deref().map(db::id).transpose()?,
            can_undo: false,
        })
    }
}

/// What a limited login reads of the log, as the questions take it; none: it is not limited.
struct Seen {
    /// Kinds of things, each between commas.
    kinds: Option<String>,
    /// Whose own kinds come with it.
    account: Option<String>,
}

impl Seen {
    fn by(caller: &Caller) -> Self {
        let limits = caller.limits.as_ref();
        Self {
            kinds: limits.map(|limits| format!(",{},", limits.logged().join(","))),
            account: limits.map(|limits| limits.account.to_string()),
        }
    }
}

/// Entries in reach: `$1` reseller, `$2` client or null, `$3` and `$4` what a limited login sees or
/// null.
macro_rules! in_reach {
    ($rest:literal) => {
        concat!(
            "select id, at_ms, account_id, account_name, acting_as, address, action,
                subject_kind, subject_id, subject_name, client_id, client_name, before_state,
                after_state, undoes_id,
                (select min(u.id) from audit u where u.undoes_id = audit.id) as undone_by
             from audit
             where reseller_id = $1 and (cast($2 as text) is null or client_id = $2)
               and (cast($3 as text) is null
                    or replace($3, ',' || subject_kind || ',', '') <> $3
                    or (subject_kind in ('account', 'session') and account_id = $4)) ",
            $rest
        )
    };
}

/// A page of the log. A user has none.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, by: &Caller, asked: &Asked) -> Result<AuditPage> {
    if tx.tenant().user().is_some() {
        return Ok(AuditPage {
            rows: Vec::new(),
            next: None,
        });
    }
    let reseller = tx.reseller();
    let own = tx.tenant().client().map(|id| id.to_string());
    let seen = Seen::by(by);
    let action = asked.action.clone();
    let of_thing = action
        .as_deref()
        .filter(|action| !action.contains('.'))
        .map(|thing| format!("{thing}."));
    let limit = i64::from(asked.limit.clamp(1, 1000));
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(in_reach!(
        "and (cast($5 as bigint) is null or at_ms >= $5)
         and (cast($6 as bigint) is null or at_ms < $6)
         and (cast($7 as text) is null or action = $7
              or (cast($8 as text) is not null and substr(action, 1, length($8)) = $8))
         and (cast($9 as text) is null or subject_kind = $9)
         and (cast($10 as text) is null or subject_id = $10)
         and (cast($11 as text) is null or account_id = $11)
         and (cast($12 as text) is null or client_id = $12)
         and (cast($13 as text) is null
              or at_ms < (select at_ms from audit where id = $13 and reseller_id = $1)
              or (at_ms = (select at_ms from audit where id = $13 and reseller_id = $1)
                  and id < $13))
         order by at_ms desc, id desc limit $14"
    ))
    .bind(&reseller)
    .bind(&own)
    .bind(&seen.kinds)
    .bind(&seen.account)
    .bind(asked.from_ms)
    .bind(asked.until_ms)
    .bind(&action)
    .bind(&of_thing)
    .bind(&asked.subject_kind)
    .bind(asked.subject.map(|id| id.to_string()))
    .bind(asked.account.map(|id| id.to_string()))
    .bind(asked.client.map(|id| id.to_string()))
    .bind(asked.after.map(|id| id.to_string()))
    .bind(limit + 1)
    .fetch_all(c)
    .await)?;
    let mut rows = rows
        .into_iter()
        .map(Row::into_entry)
        .collect::<Result<Vec<_>>>()?;
    let asked_for = usize::from(asked.limit.clamp(1, 1000));
    let more = rows.len() > asked_for;
    rows.truncate(asked_for);
    let next = rows.last().filter(|_| more).map(|entry| entry.id);
    Ok(AuditPage { rows, next })
}

/// An entry in reach.
///
/// # Errors
/// [`Error::not_found`] when there is none, or it is not for the caller.
pub async fn show(tx: &mut Tx, by: &Caller, entry: AuditId) -> Result<AuditEntry> {
    if by.me.role == Role::User || tx.tenant().user().is_some() {
        return Err(Error::not_found());
    }
    let reseller = tx.reseller();
    let own = tx.tenant().client().map(|id| id.to_string());
    let seen = Seen::by(by);
    let row: Option<Row> = run!(tx, c => sqlx::query_as(in_reach!("and id = $5"))
        .bind(&reseller)
        .bind(&own)
        .bind(&seen.kinds)
        .bind(&seen.account)
        .bind(entry.to_string())
        .fetch_optional(c)
        .await)?;
    row.ok_or_else(Error::not_found)?.into_entry()
}

/// Writes many entries of one change.
///
/// # Errors
/// When the database fails.
pub async fn write_all(tx: &mut Tx, world: &World, by: &Caller, entries: Vec<Entry>) -> Result<()> {
    for entry in entries {
        write(tx, world, by, entry).await?;
    }
    Ok(())
}
