//! Call records in from files of other systems: by command and by HTTP.
//!
//! `pbx_import` turns a file into records; here each finds its client ([`directory`]), becomes a
//! leg ([`place`]) and is written unless it is there already ([`write`]).

mod audio;
mod command;
pub mod directory;
pub mod place;
mod reader;
mod rejects;
pub mod store;
pub mod write;

use std::io::{Seek as _, SeekFrom};

use anyhow::Context as _;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use futures::TryStreamExt as _;
use jiff::tz::TimeZone;
use pbx_api::{Code, ImportSummary, Problem, RejectedRow, Rule};
use pbx_import::{Options, Rules};
use tokio::io::AsyncWriteExt as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use command::{Arguments, run};

use crate::auth::{Allowed, ImportCdrs};
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Query;
use directory::{Directory, Mapping};
use write::Import;

/// Rejected rows in an answer; all of them are counted.
const REJECTED_IN_ANSWER: usize = 1000;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The realm of the client whose records these are.
    #[serde(default)]
    client: Option<String>,
    /// Rules that say whose a record is, one a line.
    #[serde(default)]
    map: Option<String>,
    /// IANA name of the zone of the switch's clock.
    time_zone: String,
    /// The format, where it should not be recognised.
    #[serde(default)]
    format: Option<String>,
    /// The file's name, for the list of rejected rows.
    #[serde(default)]
    name: Option<String>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Imported {
    summary: ImportSummary,
    /// The first thousand.
    rejected: Vec<RejectedRow>,
}

/// Brings in a file of call records. What is there already is not added again, so a request that
/// was cut may simply be sent again.
#[utoipa::path(
    post,
    path = "/v1/cdrs/import",
    params(Asked),
    request_body(content = String, content_type = "application/octet-stream"),
    security(("token" = [])),
    responses(
        (status = 200, body = Imported),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem, description = "Not a file that can be imported"),
    ),
)]
async fn import(
    State(app): State<App>,
    by: Allowed<ImportCdrs>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
    body: Body,
) -> Result<Json<Imported>> {
    let caller = by.caller;
    let time_zone = TimeZone::get(&asked.time_zone)
        .map_err(|_| Problem::broken("time_zone", Rule::NotATimeZone))?;
    let format = asked
        .format
        .map(|name| {
            name.parse()
                .map_err(|why: String| Problem::invalid("format", why))
        })
        .transpose()?;
    let mapping = mapping(asked.client, asked.map.as_deref())?;
    let directory = Directory::load(&app.db, caller.tenant, &caller.me.reseller.realm).await?;
    directory.check(&mapping).map_err(|why| {
        Problem::invalid(
            if matches!(mapping, Mapping::Client(_)) {
                "client"
            } else {
                "map"
            },
            why,
        )
    })?;

    let file = spool(body, &headers, app.limits.import_bytes).await?;
    let name = asked.name.unwrap_or_else(|| "upload".to_owned());
    let mut batches = reader::read_stream(file, name, Options { format, time_zone });
    let mut import = Import::new(
        &app.db,
        &app.world,
        caller.tenant,
        &directory,
        &mapping,
        None,
    );
    let mut rejected = Vec::new();
    while let Some(batch) = batches.recv().await {
        rejected.extend(import.take(batch).await?);
        rejected.truncate(REJECTED_IN_ANSWER);
    }
    match import.refused.first() {
        Some(why) => Err(Problem::new(Code::UnknownFormat).detail(why).into()),
        None => Ok(Json(Imported {
            summary: import.summary.sums(),
            rejected,
        })),
    }
}

/// How records find their client.
fn mapping(client: Option<String>, rules: Option<&str>) -> Result<Mapping> {
    match (client, rules) {
        (Some(_), Some(_)) => {
            Err(Problem::invalid("map", "can't be given together with a client").into())
        }
        (Some(client), None) => Ok(Mapping::Client(client)),
        (None, Some(rules)) => Rules::parse(rules)
            .map(Mapping::Rules)
            .map_err(|why| Problem::invalid("map", why.to_string()).into()),
        (None, None) => Ok(Mapping::Realm),
    }
}

/// Takes the body into a temporary file, bounded as it is after unpacking: a body that turns out
/// too large adds nothing, and a slow line holds no transaction open.
async fn spool(body: Body, headers: &HeaderMap, limit: usize) -> Result<std::fs::File> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    if announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: u64| length > limit as u64)
    {
        return Err(too_large(limit));
    }
    let file = tempfile::tempfile().context("a temporary file for an import")?;
    let mut out = tokio::fs::File::from_std(file);
    let mut stream = body.into_data_stream();
    let mut taken = 0;
    while let Some(chunk) = stream
        .try_next()
        .await
        .map_err(|_| Problem::invalid("body", "ended before it was whole, or can't be unpacked"))?
    {
        taken += chunk.len();
        if taken > limit {
            return Err(too_large(limit));
        }
        out.write_all(&chunk).await.context("spooling an import")?;
    }
    out.flush().await.context("spooling an import")?;
    let mut file = out.into_std().await;
    file.seek(SeekFrom::Start(0))
        .context("spooling an import")?;
    Ok(file)
}

fn too_large(limit: usize) -> Error {
    Problem::new(Code::TooLarge)
        .because(Rule::ImportMegabytesAtMost {
            most: u32::try_from(limit >> 20).unwrap_or(u32::MAX),
        })
        .into()
}
