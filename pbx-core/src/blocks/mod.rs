//! Callers that are stopped: for all clients by the reseller, or for one client by itself.
//!
//! A reseller's block does not exist for clients and users: no scope but the reseller's reaches
//! its row, its audit entries name no client, and the legs that it stops are hidden from them.

mod file;
pub mod store;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pbx_api::{
    Block, BlockFile, BlockId, BlockImport, BlockKind, ClientId, NewBlock, Problem, Rule,
};
use pbx_numbers::Pattern;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditClient};
use crate::check::Check;
use crate::clients;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::{Id, Input, Page, Query};

pub use undo::BlockUndo;

/// Blocks of one owner. Each call looks through the prefixes.
const BLOCKS_MAX: u32 = 50_000;
const NOTE_CHARS: u32 = 200;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, remove))
        .routes(routes!(import))
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Blocks {
    rows: Vec<Block>,
    /// Asked for as `after`, gives the next page. None: this was the last.
    next: Option<BlockId>,
}

/// The blocks that the caller may see, by id. A user sees none.
#[utoipa::path(
    get,
    path = "/v1/blocks",
    params(Page),
    security(("token" = [])),
    responses((status = 200, body = Blocks), (status = 401, body = Problem)),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Blocks>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let rows = store::list(&mut tx, &page).await?;
    let full = rows.len() >= usize::try_from(page.limit()).unwrap_or(usize::MAX);
    Ok(Json(Blocks {
        next: rows.last().filter(|_| full).map(|last| last.id),
        rows,
    }))
}

/// Blocks a caller.
#[utoipa::path(
    post,
    path = "/v1/blocks",
    request_body = NewBlock,
    security(("token" = [])),
    responses(
        (status = 201, body = Block),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such client"),
        (status = 409, body = Problem, description = "It is blocked already"),
        (status = 422, body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Input(new): Input<NewBlock>,
) -> Result<(StatusCode, Json<Block>)> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let owner = owner(&mut tx, new.client).await?;
    let mut check = Check::default();
    let (number, note) = read(&mut check, &new, &owner.country);
    let room = store::count(&mut tx, owner.client).await? < BLOCKS_MAX as usize;
    check.rule("number", room, Rule::OneTooMany { most: BLOCKS_MAX });
    check.done()?;
    let block = Block {
        id: BlockId(app.world.id()),
        client: owner.client,
        kind: new.kind,
        number,
        note,
        created_by: made_by(&caller),
        created_at_ms: app.world.now_ms(),
        hits: 0,
        last_hit_at_ms: None,
    };
    store::add(&mut tx, std::slice::from_ref(&block)).await?;
    let entry = Entry {
        action: "block.create",
        client: block.client,
        subject: ("block", block.id.0),
        before: None,
        after: Some(serde_json::to_string(&block)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(block)))
}

/// Changes what a block stops and its note. Its hits stay.
#[utoipa::path(
    put,
    path = "/v1/blocks/{block}",
    params(("block" = BlockId, Path)),
    request_body = NewBlock,
    security(("token" = [])),
    responses(
        (status = 200, body = Block),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It is blocked already"),
        (status = 422, body = Problem),
    ),
)]
async fn change(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(block): Id<BlockId>,
    Input(new): Input<NewBlock>,
) -> Result<Json<Block>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, block).await?;
    let owner = owner(&mut tx, before.client).await?;
    let mut check = Check::default();
    let same_owner = new.client.is_none() || new.client == before.client;
    check.rule("client", same_owner, Rule::Fixed);
    let (number, note) = read(&mut check, &new, &owner.country);
    check.done()?;
    let after = Block {
        kind: new.kind,
        number,
        note,
        ..before.clone()
    };
    store::change(&mut tx, &after).await?;
    let entry = Entry {
        action: "block.change",
        client: after.client,
        subject: ("block", block.0),
        before: Some(serde_json::to_string(&before)?),
        after: Some(serde_json::to_string(&after)?),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(after))
}

/// Lets a caller through again.
#[utoipa::path(
    delete,
    path = "/v1/blocks/{block}",
    params(("block" = BlockId, Path)),
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
)]
async fn remove(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(block): Id<BlockId>,
) -> Result<StatusCode> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let before = store::show(&mut tx, block).await?;
    store::remove(&mut tx, block).await?;
    let entry = Entry {
        action: "block.remove",
        client: before.client,
        subject: ("block", block.0),
        before: Some(serde_json::to_string(&before)?),
        after: None,
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Blocks the callers of a CSV file with the columns `number` and `note`: all of them, or with one
/// error none. A number that ends in `*` is a beginning; `anonymous` means hidden numbers.
#[utoipa::path(
    post,
    path = "/v1/blocks/import",
    request_body = BlockFile,
    security(("token" = [])),
    responses(
        (status = 200, body = BlockImport),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem, description = "No such client"),
        (status = 413, body = Problem),
    ),
)]
async fn import(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Input(asked): Input<BlockFile>,
) -> Result<Json<BlockImport>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let owner = owner(&mut tx, asked.client).await?;
    let known = store::patterns(&mut tx, owner.client).await?;
    let room = (BLOCKS_MAX as usize).saturating_sub(known.len());
    let mut read = file::read(asked.text.as_bytes(), &owner.country, known, room);
    if asked.dry_run || read.answer.error_count > 0 {
        return Ok(Json(read.answer));
    }
    let (made_by, now_ms) = (made_by(&caller), app.world.now_ms());
    let blocks: Vec<Block> = read
        .rows
        .into_iter()
        .map(|(pattern, note)| {
            let (kind, number) = parts(pattern);
            Block {
                id: BlockId(app.world.id()),
                client: owner.client,
                kind,
                number,
                note,
                created_by: made_by.clone(),
                created_at_ms: now_ms,
                hits: 0,
                last_hit_at_ms: None,
            }
        })
        .collect();
    store::add(&mut tx, &blocks).await?;
    read.answer.added = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
    let entry = Entry {
        action: "block.import",
        client: owner.client,
        subject: ("block_import", app.world.id()),
        before: None,
        after: Some(serde_json::json!({ "added": read.answer.added }).to_string()),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(read.answer))
}

/// Whose a block is.
struct Owner {
    client: Option<ClientId>,
    /// How national numbers are read; empty where that is not one country.
    country: String,
}

/// The owner that a caller may name.
///
/// # Errors
/// [`Error::not_found`] for a client out of reach.
async fn owner(tx: &mut Tx, named: Option<ClientId>) -> Result<Owner> {
    let own = tx.tenant().client();
    if own.is_some() && named.is_some() && named != own {
        return Err(Error::not_found());
    }
    let client = named.or(own);
    let country = match client {
        Some(client) => clients::store::country(tx, client).await?,
        None => match &clients::store::countries(tx).await?[..] {
            [only] => only.clone(),
            _ => String::new(),
        },
    };
    Ok(Owner { client, country })
}

/// The number and the note as they are stored.
fn read(check: &mut Check, new: &NewBlock, country: &str) -> (String, String) {
    let mut note = new.note.clone();
    check.text("note", &mut note, 0, NOTE_CHARS);
    let pattern = match new.kind {
        BlockKind::Number => Pattern::number(&new.number, country),
        BlockKind::Prefix => Pattern::prefix(&new.number, country),
        BlockKind::Anonymous => Some(Pattern::Anonymous),
    };
    let number = match (pattern, new.kind) {
        (Some(pattern), _) => parts(pattern).1,
        (None, BlockKind::Prefix) => {
            check.wrong(
                "number",
                Rule::NotAPrefix {
                    example: "+1900".into(),
                },
            );
            String::new()
        }
        (None, _) => {
            check.wrong(
                "number",
                Rule::UnreadableNumber {
                    example: "+1 519 555 0142".into(),
                },
            );
            String::new()
        }
    };
    (number, note)
}

fn parts(pattern: Pattern) -> (BlockKind, String) {
    match pattern {
        Pattern::Number(number) => (BlockKind::Number, number),
        Pattern::Prefix(number) => (BlockKind::Prefix, number),
        Pattern::Anonymous => (BlockKind::Anonymous, String::new()),
    }
}

/// What a stored block compares to a caller.
#[must_use]
pub fn pattern(kind: BlockKind, number: String) -> Pattern {
    match kind {
        BlockKind::Number => Pattern::Number(number),
        BlockKind::Prefix => Pattern::Prefix(number),
        BlockKind::Anonymous => Pattern::Anonymous,
    }
}

fn made_by(caller: &Caller) -> String {
    let name = format!("{} {}", caller.me.first_name, caller.me.last_name);
    let name = name.trim();
    if name.is_empty() {
        caller.me.email.clone()
    } else {
        name.to_owned()
    }
}
