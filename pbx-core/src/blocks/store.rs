//! Blocks in the database. `owner` is a client's id, or empty for the reseller's own.

use pbx_api::{Block, BlockId, BlockKind, ClientId, Code, InstantMs, Problem, Rule};
use pbx_numbers::Pattern;

use crate::db::{self, OnConflict as _, Tx};
use crate::error::{Error, Result};
use crate::http::extract::Page;
use crate::run;

/// Blocks of one insert. With nine values a block, both engines take it as one statement.
const INSERT_AT_ONCE: usize = 1000;

const fn kind_text(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Number => "number",
        BlockKind::Prefix => "prefix",
        BlockKind::Anonymous => "anonymous",
    }
}

fn owner_text(client: Option<ClientId>) -> String {
    client.map(|id| id.to_string()).unwrap_or_default()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    owner: String,
    kind: String,
    number: String,
    note: String,
    created_by: String,
    created_at_ms: i64,
    hits: i64,
    last_hit_at_ms: Option<i64>,
}

impl Row {
    fn into_block(self) -> Result<Block> {
        let owned = !self.owner.is_empty();
        Ok(Block {
            id: db::id(&self.id)?,
            client: owned.then(|| db::id(&self.owner)).transpose()?,
            kind: serde_json::from_value(self.kind.into())?,
            number: self.number,
            note: self.note,
            created_by: self.created_by,
            created_at_ms: self.created_at_ms,
            hits: self.hits.unsigned_abs(),
            last_hit_at_ms: self.last_hit_at_ms,
        })
    }
}

/// Blocks in reach: `$1` reseller, `$2` the client's id, or null for all of the reseller's tree.
macro_rules! in_reach {
    ($rest:literal) => {
        concat!(
            "select id, owner, kind, number, note, created_by, created_at_ms, hits, last_hit_at_ms
             from block where reseller_id = $1 and (cast($2 as text) is null or owner = $2)
               and owner not in
                   (select id from client where reseller_id = $1 and archived_at_ms is not null) ",
            $rest
        )
    };
}

/// The blocks in reach, by id; a user has none.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, page: &Page) -> Result<Vec<Block>> {
    if tx.tenant().user().is_some() {
        return Ok(Vec::new());
    }
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let rows: Vec<Row> = run!(tx, c => sqlx::query_as(
        in_reach!("and id > $3 order by id limit $4"),
    )
    .bind(&reseller)
    .bind(&client)
    .bind(page.after())
    .bind(page.limit())
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Row::into_block).collect()
}

/// # Errors
/// [`Error::not_found`] when there is none in reach.
pub async fn show(tx: &mut Tx, block: BlockId) -> Result<Block> {
    let reseller = tx.reseller();
    let client = tx.tenant().client().map(|id| id.to_string());
    let row: Option<Row> = run!(tx, c => sqlx::query_as(in_reach!("and id = $3"))
        .bind(&reseller)
        .bind(&client)
        .bind(block.to_string())
        .fetch_optional(c)
        .await)?;
    row.ok_or_else(Error::not_found)?.into_block()
}

/// Adds blocks of one owner.
///
/// # Errors
/// [`Code::Taken`] when the owner has one of them.
pub async fn add(tx: &mut Tx, blocks: &[Block]) -> Result<()> {
    let reseller = tx.reseller();
    for blocks in blocks.chunks(INSERT_AT_ONCE) {
        run!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "insert into block (id, reseller_id, owner, kind, number, note, created_by,
                    created_at_ms) ",
            );
            insert.push_values(blocks, |mut row, block| {
                row.push_bind(block.id.to_string())
                    .push_bind(&reseller)
                    .push_bind(owner_text(block.client))
                    .push_bind(kind_text(block.kind))
                    .push_bind(&block.number)
                    .push_bind(&block.note)
                    .push_bind(&block.created_by)
                    .push_bind(block.created_at_ms);
            });
            insert.build().execute(c).await.map(|_| ())
        })
        .on_conflict(taken)?;
    }
    Ok(())
}

fn taken() -> Error {
    Problem::new(Code::Taken)
        .breaks("number", Rule::BlockedAlready)
        .into()
}

/// Writes what a person may change.
///
/// # Errors
/// [`Code::Taken`] when its owner has another such block.
pub async fn change(tx: &mut Tx, block: &Block) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update block set kind = $3, number = $4, note = $5 where id = $1 and reseller_id = $2",
    )
    .bind(block.id.to_string())
    .bind(&reseller)
    .bind(kind_text(block.kind))
    .bind(&block.number)
    .bind(&block.note)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(taken)
}

/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, block: BlockId) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query("delete from block where id = $1 and reseller_id = $2")
        .bind(block.to_string())
        .bind(&reseller)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// How many blocks an owner has.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, client: Option<ClientId>) -> Result<usize> {
    let reseller = tx.reseller();
    let count: i64 = run!(tx, c => sqlx::query_scalar(
        "select count(*) from block where reseller_id = $1 and owner = $2",
    )
    .bind(&reseller)
    .bind(owner_text(client))
    .fetch_one(c)
    .await)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// What an owner blocks, to find duplicates before a file is taken.
///
/// # Errors
/// When the database fails.
pub async fn patterns(tx: &mut Tx, client: Option<ClientId>) -> Result<Vec<Pattern>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, String)> = run!(tx, c => sqlx::query_as(
        "select kind, number from block where reseller_id = $1 and owner = $2",
    )
    .bind(&reseller)
    .bind(owner_text(client))
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(kind, number)| {
            let kind = serde_json::from_value(kind.into())?;
            Ok(super::pattern(kind, number))
        })
        .collect()
}

/// The block that stops a caller of a client, if one does. The client's own counts first: what it
/// blocks itself looks the same whether its reseller blocks it as well. Through a client's login
/// the reseller's blocks are not there at all.
///
/// # Errors
/// When the database fails.
pub async fn stopping(
    tx: &mut Tx,
    client: ClientId,
    given: &str,
    e164: Option<&str>,
) -> Result<Option<Block>> {
    // What could stop this caller, so that each is looked up and none is read in vain.
    let numbers: Vec<&str> = match e164 {
        Some(e164) => (2..=e164.len()).filter_map(|end| e164.get(..end)).collect(),
        None if pbx_numbers::is_anonymous(given) => vec![""],
        None => return Ok(None),
    };
    let (reseller, client_id) = (tx.reseller(), client.to_string());
    let owners: &[&str] = match tx.tenant().client() {
        None => &[&client_id, ""],
        Some(_) => &[&client_id],
    };
    let rows: Vec<Row> = run!(tx, c => {
        let mut ask = sqlx::QueryBuilder::new(
            "select id, owner, kind, number, note, created_by, created_at_ms, hits, last_hit_at_ms
             from block where reseller_id = ",
        );
        ask.push_bind(&reseller).push(" and owner in ");
        db::push_list(&mut ask, owners);
        ask.push(" and kind in ('number', 'prefix', 'anonymous') and number in ");
        db::push_list(&mut ask, &numbers);
        ask.build_query_as().fetch_all(c).await
    })?;
    let mut found = Vec::new();
    for row in rows {
        let block = row.into_block()?;
        if super::pattern(block.kind, block.number.clone()).stops(given, e164) {
            found.push(block);
        }
    }
    Ok(found
        .into_iter()
        .max_by_key(|block| (block.client.is_some(), block.number.len(), block.id)))
}

/// Notes that a block stopped a call.
///
/// # Errors
/// When the database fails.
pub async fn hit(tx: &mut Tx, block: BlockId, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "update block set hits = hits + 1, last_hit_at_ms = $3 where id = $1 and reseller_id = $2",
    )
    .bind(block.to_string())
    .bind(&reseller)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}
