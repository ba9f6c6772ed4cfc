//! Calls in progress in the database.

use pbx_api::{CallId, ClientId, InstantMs, ResellerId};

use super::call::Ongoing;
use crate::db::{self, Root, Tx};
use crate::error::{Error, Result};
use crate::run;

/// A call as it stands in the table.
#[derive(Debug, Clone)]
pub struct Kept {
    pub ongoing: Ongoing,
    /// The start of the engine that has it.
    pub boot_place: i64,
    pub hang_up_at_ms: Option<InstantMs>,
    pub ended_at_ms: Option<InstantMs>,
}

/// A call to be written.
#[derive(Debug)]
pub struct New<'a> {
    pub kept: Kept,
    pub engine: &'a str,
    /// What makes an invite the same one.
    pub invite: &'a str,
    /// JSON of what the engine is answered.
    pub answer: &'a str,
    pub slots: Slots,
    /// Its change number.
    pub seq: i64,
}

/// Calls to outside at a time, and how many of them to other countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slots {
    pub outbound: u32,
    pub international: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    state: String,
    boot_place: i64,
    hang_up_at_ms: Option<i64>,
    ended_at_ms: Option<i64>,
}

impl Row {
    fn into_kept(self) -> Result<Kept> {
        Ok(Kept {
            ongoing: serde_json::from_str(&self.state)?,
            boot_place: self.boot_place,
            hang_up_at_ms: self.hang_up_at_ms,
            ended_at_ms: self.ended_at_ms,
        })
    }
}

/// Writes a new call, as a change. Whether it did: the same invite may have its call.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx, new: &New<'_>) -> Result<bool> {
    let reseller = tx.reseller();
    let ongoing = &new.kept.ongoing;
    let written = run!(tx, c => sqlx::query(
        "insert into live_call (id, reseller_id, client_id, engine, invite, boot_place, answer,
            state, outbound_slots, international_slots, seq, ended_at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (engine, invite) do nothing",
    )
    .bind(ongoing.call.id.to_string())
    .bind(&reseller)
    .bind(ongoing.call.client.to_string())
    .bind(new.engine)
    .bind(new.invite)
    .bind(new.kept.boot_place)
    .bind(new.answer)
    .bind(serde_json::to_string(ongoing)?)
    .bind(i64::from(new.slots.outbound))
    .bind(i64::from(new.slots.international))
    .bind(new.seq)
    .bind(new.kept.ended_at_ms)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(written == 1)
}

/// Writes what is known of a call now, as a change.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, kept: &Kept) -> Result<()> {
    let (seq, reseller) = (tx.take_seqs(1).await?, tx.reseller());
    run!(tx, c => sqlx::query(
        "update live_call set state = $3, boot_place = $4, hang_up_at_ms = $5, ended_at_ms = $6,
            seq = $7
         where id = $1 and reseller_id = $2",
    )
    .bind(kept.ongoing.call.id.to_string())
    .bind(&reseller)
    .bind(serde_json::to_string(&kept.ongoing)?)
    .bind(kept.boot_place)
    .bind(kept.hang_up_at_ms)
    .bind(kept.ended_at_ms)
    .bind(seq)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Calls of the reseller's tree, or of the client: `$1` reseller, `$2` client or null.
macro_rules! in_reach {
    ($rest:literal) => {
        concat!(
            "select state, boot_place, hang_up_at_ms, ended_at_ms from live_call
             where reseller_id = $1 and (cast($2 as text) is null or client_id = $2)
               and client_id not in
                   (select id from client where reseller_id = $1 and archived_at_ms is not null) ",
            $rest
        )
    };
}

/// A call of the reseller's tree or of the client, over or not.
///
/// # Errors
/// [`Error::not_found`] when there is none.
pub async fn show(tx: &mut Tx, call: CallId) -> Result<Kept> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let row: Option<Row> = run!(tx, c => sqlx::query_as(in_reach!("and id = $3"))
        .bind(&reseller)
        .bind(&client)
        .bind(call.to_string())
        .fetch_optional(c)
        .await)?;
    row.ok_or_else(Error::not_found)?.into_kept()
}

/// A call that an engine speaks of, over or not, also of a client that was archived meanwhile.
///
/// # Errors
/// [`Error::not_found`] when there is none.
pub async fn held(tx: &mut Tx, call: CallId) -> Result<Kept> {
    let reseller = tx.reseller();
    let row: Option<Row> = run!(tx, c => sqlx::query_as(
        "select state, boot_place, hang_up_at_ms, ended_at_ms from live_call
         where id = $1 and reseller_id = $2",
    )
    .bind(call.to_string())
    .bind(&reseller)
    .fetch_optional(c)
    .await)?;
    row.ok_or_else(Error::not_found)?.into_kept()
}

/// Whether a call goes on; none where it is not known, or not any more.
///
/// # Errors
/// When the database fails.
pub async fn lasts(root: &mut Root, call: CallId) -> Result<Option<bool>> {
    let ended: Option<Option<i64>> = run!(root, c => sqlx::query_scalar(
        "select ended_at_ms from live_call where id = $1",
    )
    .bind(call.to_string())
    .fetch_optional(c)
    .await)?;
    Ok(ended.map(|ended| ended.is_none()))
}

/// The calls in progress, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn ongoing(tx: &mut Tx) -> Result<Vec<Ongoing>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        in_reach!("and ended_at_ms is null order by id"),
    )
    .bind(&reseller)
    .bind(&client)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| Ok(row.into_kept()?.ongoing))
        .collect()
}

/// The calls that changed after a change number, those that ended too.
///
/// # Errors
/// When the database fails.
pub async fn since(tx: &mut Tx, seq: i64) -> Result<Vec<Kept>> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(in_reach!("and seq > $3 order by seq"))
        .bind(&reseller)
        .bind(&client)
        .bind(seq)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(Row::into_kept).collect()
}

/// The calls in progress of one client, and the places that each holds.
///
/// # Errors
/// When the database fails.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<(Ongoing, Slots)>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, i64, i64)> = run!(tx, c => sqlx::query_as(
        "select state, outbound_slots, international_slots from live_call
         where client_id = $1 and reseller_id = $2 and ended_at_ms is null",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.iter()
        .map(|(state, outbound, international)| {
            let slots = Slots {
                outbound: u32::try_from(*outbound).unwrap_or(u32::MAX),
                international: u32::try_from(*international).unwrap_or(u32::MAX),
            };
            Ok((serde_json::from_str(state)?, slots))
        })
        .collect()
}

/// Whose a call of an engine is.
///
/// # Errors
/// When the database fails.
pub async fn reseller_of(
    root: &mut Root,
    engine: &str,
    call: CallId,
) -> Result<Option<ResellerId>> {
    let reseller: Option<String> = run!(root, c => sqlx::query_scalar(
        "select reseller_id from live_call where id = $1 and engine = $2",
    )
    .bind(call.to_string())
    .bind(engine)
    .fetch_optional(c)
    .await)?;
    reseller.as_deref().map(db::id).transpose()
}

/// What was heard before of an engine that sends an invite.
#[derive(Debug, sqlx::FromRow)]
pub struct Before {
    /// What the same invite was answered.
    pub answer: Option<String>,
    /// The place of the engine's start.
    pub place: Option<i64>,
}

/// # Errors
/// When the database fails.
pub async fn heard(root: &mut Root, engine: &str, boot: &str, invite: &str) -> Result<Before> {
    Ok(run!(root, c => sqlx::query_as(
        "select (select answer from live_call where engine = $1 and invite = $3) as answer,
            (select place from engine_boot where engine = $1 and boot = $2) as place",
    )
    .bind(engine)
    .bind(boot)
    .bind(invite)
    .fetch_one(c)
    .await)?)
}

/// The calls of an engine that somebody asked to end.
///
/// # Errors
/// When the database fails.
pub async fn asked_to_end(root: &mut Root, engine: &str) -> Result<Vec<CallId>> {
    let rows: Vec<String> = run!(root, c => sqlx::query_scalar(
        "select id from live_call
         where engine = $1 and ended_at_ms is null and hang_up_at_ms is not null
         order by id limit 1000",
    )
    .bind(engine)
    .fetch_all(c)
    .await)?;
    rows.iter().map(|id| db::id(id)).collect()
}

/// Calls that an engine had before a start that it has long been heard of in, and said nothing of
/// since: whose they are, and when that start was first heard of.
///
/// # Errors
/// When the database fails.
pub async fn left_behind(
    root: &mut Root,
    heard_before_ms: InstantMs,
) -> Result<Vec<(ResellerId, CallId, InstantMs)>> {
    let rows: Vec<(String, String, i64)> = run!(root, c => sqlx::query_as(
        "select l.reseller_id, l.id, b.seen_at_ms from live_call l
         join engine_boot b on b.engine = l.engine
         where l.ended_at_ms is null and b.place = l.boot_place + 1 and b.seen_at_ms <= $1
         order by l.reseller_id, l.id",
    )
    .bind(heard_before_ms)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(reseller, call, at_ms)| Ok((db::id(&reseller)?, db::id(&call)?, at_ms)))
        .collect()
}

/// Forgets calls that ended before an instant.
///
/// # Errors
/// When the database fails.
pub async fn forget(root: &mut Root, before_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query("delete from live_call where ended_at_ms < $1")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The place of an engine's start among its starts; a new one comes after all that were heard of.
///
/// # Errors
/// When the database fails.
pub async fn boot_place(
    root: &mut Root,
    engine: &str,
    boot: &str,
    now_ms: InstantMs,
) -> Result<i64> {
    run!(root, c => sqlx::query(
        "insert into engine_boot (engine, boot, place, seen_at_ms)
         select $1, $2, coalesce(max(place), 0) + 1, $3 from engine_boot where engine = $1
         on conflict (engine, boot) do nothing",
    )
    .bind(engine)
    .bind(boot)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    known_boot(root, engine, boot)
        .await?
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("a start of an engine was not kept")))
}

/// The place of a start that was heard of.
///
/// # Errors
/// When the database fails.
pub async fn known_boot(root: &mut Root, engine: &str, boot: &str) -> Result<Option<i64>> {
    Ok(run!(root, c => sqlx::query_scalar(
        "select place from engine_boot where engine = $1 and boot = $2",
    )
    .bind(engine)
    .bind(boot)
    .fetch_optional(c)
    .await)?)
}

/// Whether there is anything that ended or dropped before an instant.
///
/// # Errors
/// When the database fails.
pub async fn any_before(root: &mut Root, before_ms: InstantMs) -> Result<bool> {
    Ok(run!(root, c => sqlx::query_scalar(
        "select exists (select 1 from live_call where ended_at_ms < $1)
            or exists (select 1 from registration where offline_since_ms < $1)",
    )
    .bind(before_ms)
    .fetch_one(c)
    .await)?)
}
