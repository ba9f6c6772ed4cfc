//! The feed's SQL. A batch comes back as one text, put together by the database: no row is
//! decoded, which is what makes a first sync as fast as the line.

use std::borrow::Cow;
use std::sync::LazyLock;

use pbx_api::{ClientId, ClientPage, InstantMs, RemovedKind, UserId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Cursor;
use crate::db::{Scope, Tx};
use crate::error::{Error, Result};
use crate::limited::Limits;
use crate::run;

/// Changes between two cursor lines.
pub const BATCH: i64 = 1000;

/// Where the reseller's numbers stand.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct State {
    pub change_seq: i64,
    pub purged_seq: i64,
}

pub async fn state(tx: &mut Tx) -> Result<State> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query_as("select change_seq, purged_seq from reseller where id = $1")
        .bind(&reseller)
        .fetch_optional(c)
        .await)?
    .ok_or_else(Error::not_found)
}

/// A piece of the feed: a table, the line that a row of it becomes, and the rows of each scope.
/// In the conditions `$1` is the reseller, `$2` the cursor, `$5` the client or user.
struct Part {
    table: &'static str,
    line: &'static str,
    /// For the reseller.
    reseller: &'static str,
    /// For a reseller with archived clients, whose things are not sent.
    unarchived: &'static str,
    client: &'static str,
    user: &'static str,
    /// The line for a user, where it is another one.
    line_for_users: Option<&'static str>,
}

const LEG_LINE: &str = r#"'{"change":{"leg":{"id":"' || id || '","call":"' || call_id
    || '","client":"' || client_id
    || case when user_id is null then '' else '","user":"' || user_id end
    || '",' || wire || ',"recording":"' || recording || '"'
    || case when $4 and recording_info <> '' then ',"recording_info":' || recording_info else '' end
    || case when recording_fault <> '' then ',"recording_fault":"' || recording_fault || '"' else '' end
    || '}}}'"#;

const TOMBSTONE_LINE: &str = r#"case kind
    when 'scope' then '{"change":{"scope_removed":"' || subject_id || '"}}'
    else '{"change":{"removed":{"kind":"' || kind || '","id":"' || subject_id || '"}}}' end"#;

const UNARCHIVED: &str = "reseller_id = $1 and client_id not in
    (select id from client where reseller_id = $1 and archived_at_ms is not null)";

const PARTS: [Part; 6] = [
    Part {
        table: "client",
        line: r#"'{"change":{"client":' || wire || '}}'"#,
        reseller: "reseller_id = $1 and archived_at_ms is null",
        unarchived: "reseller_id = $1 and archived_at_ms is null",
        client: "id = $5",
        user: "id = (select client_id from client_user where id = $5)",
        line_for_users: Some(r#"'{"change":{"client":' || wire_for_users || '}}'"#),
    },
    Part {
        table: "profile",
        line: r#"'{"change":{"profile":' || wire || '}}'"#,
        reseller: "reseller_id = $1",
        unarchived: "reseller_id = $1",
        client: "id in (select profile_id from client_profile where client_id = $5)",
        user: "id in (select profile_id from client_user where id = $5)",
        line_for_users: None,
    },
    Part {
        table: "client_user",
        line: r#"'{"change":{"user":' || wire || '}}'"#,
        reseller: "reseller_id = $1",
        unarchived: UNARCHIVED,
        client: "client_id = $5",
        user: "id = $5",
        line_for_users: None,
    },
    Part {
        table: "phone_number",
        line: r#"'{"change":{"number":' || wire || '}}'"#,
        reseller: "reseller_id = $1",
        unarchived: UNARCHIVED,
        client: "client_id = $5",
        user: "false",
        line_for_users: None,
    },
    Part {
        table: "tombstone",
        line: TOMBSTONE_LINE,
        reseller: "reseller_id = $1 and for_reseller and seq > $3",
        unarchived: "reseller_id = $1 and for_reseller and seq > $3",
        client: "client_id = $5 and seq > $3",
        user: "user_id = $5 and seq > $3",
        line_for_users: None,
    },
    Part {
        table: "leg",
        line: LEG_LINE,
        reseller: "reseller_id = $1",
        unarchived: UNARCHIVED,
        // Not by reseller as well: the planner would take the reseller's index and read siblings.
        // The client's index holds no hidden leg, and a hidden leg has no user.
        client: "client_id = $5 and not hidden",
        user: "user_id = $5",
        line_for_users: None,
    },
];

/// The two questions of one scope.
#[derive(Clone)]
struct Texts {
    batch: String,
    count: String,
}

fn texts<T: std::fmt::Display>(rows: impl Fn(&Part) -> (&'static str, T)) -> Texts {
    let mut union = Vec::new();
    let mut counts = Vec::new();
    for part in &PARTS {
        let (table, (line, rows)) = (part.table, rows(part));
        union.push(format!(
            "select * from (select seq, {line} as line from {table}
                where {rows} and seq > $2 order by seq limit $6) as {table}_part"
        ));
        counts.push(format!(
            "(select count(*) from {table} where {rows} and seq > $2)"
        ));
    }
    let union = union.join(" union all ");
    // Every text names all six values, because PostgreSQL wants to see each it is given.
    let all = "cast($1 as text) is not null and cast($3 as bigint) is not null
        and cast($4 as boolean) is not null and cast($5 as text) is not null";
    Texts {
        batch: format!(
            "select count(*), coalesce(max(seq), 0),
                coalesce(string_agg(line, cast($7 as text) order by seq), '')
             from (select seq, line from ({union}) as merged where {all}
                order by seq limit $6) as batch"
        ),
        count: format!("select {} where {all}", counts.join(" + ")),
    }
}

static RESELLER: LazyLock<Texts> = LazyLock::new(|| texts(|part| (part.line, part.reseller)));
static UNARCHIVED_ONLY: LazyLock<Texts> =
    LazyLock::new(|| texts(|part| (part.line, part.unarchived)));
static CLIENT: LazyLock<Texts> = LazyLock::new(|| texts(|part| (part.line, part.client)));
static USER: LazyLock<Texts> =
    LazyLock::new(|| texts(|part| (part.line_for_users.unwrap_or(part.line), part.user)));

/// The rows of a table that a limited login of a client sees.
fn limited_rows(part: &Part, limits: &Limits) -> String {
    let mut rows = part.client.to_owned();
    let kinds = [
        ("client_user", "user", ClientPage::Users),
        ("phone_number", "number", ClientPage::Numbers),
        ("leg", "leg", ClientPage::Calls),
    ];
    for (table, kind, page) in kinds {
        if !limits.shows(page) {
            match part.table {
                "tombstone" => rows.push_str(&format!(" and kind <> '{kind}'")),
                own if own == table => rows.push_str(" and false"),
                _ => {}
            }
        }
    }
    // An id is no text of a person's: it can stand in the query.
    if let Some(login) = limits.by_departments() {
        let of_theirs = format!(
            "(select id from client_user where client_id = $5 and department in
                (select department from account_department where account_id = '{login}'))"
        );
        match part.table {
            "client_user" => rows.push_str(&format!(" and id in {of_theirs}")),
            "leg" => rows.push_str(&format!(" and user_id in {of_theirs}")),
            "tombstone" => {
                rows.push_str(&format!(" and (kind <> 'leg' or user_id in {of_theirs})"));
            }
            _ => {}
        }
    }
    rows
}

/// The texts of a scope and what `$5` is in it.
async fn scope(tx: &mut Tx, limits: Option<&Limits>) -> Result<(Cow<'static, Texts>, String)> {
    if let (Scope::Client(client), Some(limits)) = (tx.tenant().scope, limits) {
        let texts = texts(|part| (part.line, limited_rows(part, limits)));
        return Ok((Cow::Owned(texts), client.to_string()));
    }
    let (texts, owner) = match tx.tenant().scope {
        Scope::Reseller => {
            let reseller = tx.reseller();
            let archived: Option<i64> = run!(tx, c => sqlx::query_scalar(
                "select cast(1 as bigint) from client
                 where reseller_id = $1 and archived_at_ms is not null limit 1",
            )
            .bind(&reseller)
            .fetch_optional(c)
            .await)?;
            (
                if archived.is_some() {
                    &*UNARCHIVED_ONLY
                } else {
                    &*RESELLER
                },
                String::new(),
            )
        }
        Scope::Client(client) => (&*CLIENT, client.to_string()),
        Scope::User(_, user) => (&*USER, user.to_string()),
    };
    Ok((Cow::Borrowed(texts), owner))
}

/// How many changes lie after the cursor.
pub async fn count(tx: &mut Tx, limits: Option<&Limits>, cursor: &Cursor) -> Result<u64> {
    let (texts, owner) = scope(tx, limits).await?;
    let reseller = tx.reseller();
    let count: i64 = run!(tx, c => sqlx::query_scalar(AssertSqlSafe(texts.count.as_str()))
        .bind(&reseller)
        .bind(cursor.seq)
        .bind(cursor.tombstones_after)
        .bind(cursor.may_play)
        .bind(&owner)
        .fetch_one(c)
        .await)?;
    Ok(count.unsigned_abs())
}

/// The next changes, as lines that are ready to send.
pub struct Batch {
    pub count: u64,
    /// Everything up to here is in this batch or was before it.
    pub seq: i64,
    /// Lines with a newline between them and none at the end; empty without changes.
    pub lines: String,
    /// Nothing was left at the moment of the look.
    pub last: bool,
}

pub async fn batch(
    tx: &mut Tx,
    limits: Option<&Limits>,
    cursor: &Cursor,
    most: u64,
) -> Result<Batch> {
    let (texts, owner) = scope(tx, limits).await?;
    let reseller = tx.reseller();
    let limit = BATCH.min(i64::try_from(most).unwrap_or(BATCH));
    let (count, seq, lines): (i64, i64, String) = run!(tx, c => sqlx::query_as(AssertSqlSafe(texts.batch.as_str()))
            .bind(&reseller)
            .bind(cursor.seq)
            .bind(cursor.tombstones_after)
            .bind(cursor.may_play)
            .bind(&owner)
            .bind(limit)
            .bind("\n")
            .fetch_one(c)
            .await)?;
    let last = count < limit;
    // At the end the cursor moves to where the reseller stands, past what concerns others, so
    // that a quiet client's cursor does not grow old.
    let seq = if last {
        state(tx).await?.change_seq
    } else {
        seq
    };
    Ok(Batch {
        count: count.unsigned_abs(),
        seq,
        lines,
        last,
    })
}

/// Who is told that something is gone.
#[derive(Debug, Clone, Copy)]
pub struct Audience {
    pub reseller: bool,
    pub client: Option<ClientId>,
    pub user: Option<UserId>,
}

/// What a tombstone says.
#[derive(Debug, Clone, Copy)]
pub enum Gone {
    One(RemovedKind, Uuid),
    /// A client with everything under it.
    Scope(ClientId),
}

/// Notes that something is gone.
///
/// # Errors
/// When the database fails.
pub async fn bury(tx: &mut Tx, gone: Gone, audience: Audience, now_ms: InstantMs) -> Result<()> {
    bury_all(tx, &[(gone, audience)], now_ms).await
}

/// Notes that several things are gone.
///
/// # Errors
/// When the database fails.
pub async fn bury_all(tx: &mut Tx, all: &[(Gone, Audience)], now_ms: InstantMs) -> Result<()> {
    for some in all.chunks(1000) {
        let first = tx.take_seqs(some.len()).await?;
        let reseller = tx.reseller();
        run!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "insert into tombstone (reseller_id, seq, kind, subject_id, for_reseller, client_id,
                    user_id, at_ms) ",
            );
            insert.push_values((first..).zip(some), |mut row, (seq, (gone, audience))| {
                let (kind, id) = match gone {
                    Gone::One(RemovedKind::Client, id) => ("client", *id),
                    Gone::One(RemovedKind::User, id) => ("user", *id),
                    Gone::One(RemovedKind::Profile, id) => ("profile", *id),
                    Gone::One(RemovedKind::Number, id) => ("number", *id),
                    Gone::One(RemovedKind::Leg, id) => ("leg", *id),
                    Gone::Scope(client) => ("scope", client.0),
                };
                row.push_bind(&reseller)
                    .push_bind(seq)
                    .push_bind(kind)
                    .push_bind(id.to_string())
                    .push_bind(audience.reseller)
                    .push_bind(audience.client.map(|id| id.to_string()))
                    .push_bind(audience.user.map(|id| id.to_string()))
                    .push_bind(now_ms);
            });
            insert.build().execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Drops tombstones older than an instant; cursors from before the youngest of them have to start
/// anew. Gives how many went.
pub async fn purge(tx: &mut Tx, before_ms: InstantMs) -> Result<u64> {
    let reseller = tx.reseller();
    let last: Option<i64> = run!(tx, c => sqlx::query_scalar(
        "select max(seq) from tombstone where reseller_id = $1 and at_ms < $2",
    )
    .bind(&reseller)
    .bind(before_ms)
    .fetch_one(c)
    .await)?;
    let Some(last) = last else { return Ok(0) };
    run!(tx, c => sqlx::query(
        "update reseller set purged_seq = $2 where id = $1 and purged_seq < $2",
    )
    .bind(&reseller)
    .bind(last)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(
        run!(tx, c => sqlx::query("delete from tombstone where reseller_id = $1 and seq <= $2")
        .bind(&reseller)
        .bind(last)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?,
    )
}
