//! Brings in users from a CSV file: a dry run first, then all of them or none.

mod row;

use std::collections::HashMap;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use pbx_api::{
    ClientId, FieldError, ImportedUser, Problem, RowError, Rule, User, UserId, UserImport,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::house::House;
use super::{logins, rules, secret, store};
use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditClient};
use crate::check::Check;
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::{Query, Sent};
use crate::table::{self, Columns, Table};

/// Ten thousand rows of ordinary length, several times over.
const FILE_BYTES: usize = 8 << 20;
const ERRORS: usize = 500;

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(bring_in))
        .layer(DefaultBodyLimit::max(FILE_BYTES))
}

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Whose users they become.
    client: ClientId,
    /// Only says what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// Brings in users from a CSV file.
///
/// The first row names the columns, in any order: `first_name` and `extension` are needed,
/// `last_name`, `email`, `voicemail_email`, `profile` (its name), `department`, `language`,
/// `internal_caller_name`, `internal_caller_number`, `external_caller_name`,
/// `external_caller_number`, `emergency_caller_number`, `dial_seconds`, `when_unavailable` and
/// `when_busy` (an extension or a number), `vanity` and `in_directory` (yes or no), `mac` and
/// `model` may be there. Commas, semicolons or tabs part the cells; UTF-8, at most 10 000 rows.
///
/// A dry run answers with what is wrong, by line and column. Without `dry_run` a file with an
/// error changes nothing and is refused; the answer to one without has the phones' secrets, which
/// nobody can read again.
#[utoipa::path(
    post,
    path = "/v1/users/import",
    params(Asked),
    request_body(content = String, content_type = "text/csv"),
    security(("token" = [])),
    responses((status = 200, body = UserImport), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
async fn bring_in(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Query(asked): Query<Asked>,
    Sent(file): Sent,
) -> Result<Json<UserImport>> {
    let caller = by.caller;
    let read = table::read(&file).map_err(|error| vec![error]);
    let columns = read.as_ref().map_err(Clone::clone).and_then(columns);
    let nobodys = logins::nobodys_password(&app).await?;
    let mut tx = if asked.dry_run {
        app.db.look(caller.tenant).await?
    } else {
        app.db.begin(caller.tenant).await?
    };
    let macs = columns.as_ref().map(Cells::macs).unwrap_or_default();
    // Foreign clients are not found, whatever the file is.
    let house = House::open(&mut tx, asked.client, &macs).await?;
    let mut plan = match columns {
        Err(errors) => Plan {
            house,
            users: Vec::new(),
            errors,
        },
        Ok(cells) => Plan::make(&app, house, &cells),
    };
    let answer = UserImport {
        dry_run: asked.dry_run,
        rows: u32::try_from(plan.users.len()).unwrap_or(u32::MAX),
        errors_total: u32::try_from(plan.errors.len()).unwrap_or(u32::MAX),
        errors: plan.errors.drain(..plan.errors.len().min(ERRORS)).collect(),
        made: Vec::new(),
    };
    if asked.dry_run {
        return Ok(Json(answer));
    }
    if !answer.errors.is_empty() {
        let told = answer.errors.into_iter().map(|error| FieldError {
            field: format!("line {} {}", error.line, error.column)
                .trim()
                .to_owned(),
            message: error.message,
            rule: error.rule,
        });
        return Err(Problem::of(told.collect()).into());
    }
    let made = write(&app, &mut tx, &caller, plan, &nobodys).await?;
    tx.commit().await?;
    Ok(Json(UserImport {
        errors: Vec::new(),
        made,
        ..answer
    }))
}

/// What a file would do.
struct Plan {
    house: House,
    users: Vec<User>,
    errors: Vec<RowError>,
}

/// A table of users, and where its columns are.
struct Cells<'a> {
    table: &'a Table,
    columns: Columns<'a>,
}

/// Finds the columns of a table of users.
fn columns(table: &Table) -> std::result::Result<Cells<'_>, Vec<RowError>> {
    let columns = Columns::of(table, &row::COLUMNS, &row::NEEDED)?;
    Ok(Cells { table, columns })
}

impl Cells<'_> {
    fn macs(&self) -> Vec<String> {
        let rows = self.table.rows.iter();
        rows.filter_map(|(_, row)| rules::mac(self.columns.cell(row, "mac")))
            .collect()
    }
}

impl Plan {
    fn make(app: &App, mut house: House, cells: &Cells<'_>) -> Self {
        let (table, columns) = (cells.table, &cells.columns);
        let mut errors = Vec::new();
        let mut users = Vec::with_capacity(table.rows.len());
        let mut lines = HashMap::new();
        let mut file = HashMap::new();
        let mut ids = Vec::with_capacity(table.rows.len());
        for (line, row) in &table.rows {
            let id = UserId(app.world.id());
            ids.push(id);
            lines.insert(id, *line);
            file.entry(columns.cell(row, "extension").to_owned())
                .or_insert(id);
            house.reach.insert(id);
        }
        for ((line, row), id) in table.rows.iter().zip(ids) {
            let mut check = Check::default();
            let known = row::Known {
                house: &house,
                file: &file,
            };
            let settings = row::settings(&mut check, &known, |column| {
                columns.cell(row, column).to_owned()
            });
            let user = rules::user(&mut check, &house, id, settings, None);
            for mut error in check.told() {
                let other = match error.field.as_str() {
                    "extension" => house.extensions.get(&user.extension).copied(),
                    "email" => house.emails.get(&user.email).copied().flatten(),
                    _ => None,
                };
                if let Some(line) = other.and_then(|other| lines.get(&other).copied())
                    && error.rule == Some(Rule::InUse)
                {
                    error = FieldError::broken(error.field, Rule::InLineAlready { line });
                }
                let column = match error.field.as_str() {
                    "devices" => "mac",
                    field => field,
                };
                errors.push(RowError {
                    line: *line,
                    column: columns.title(column),
                    message: error.message,
                    rule: error.rule,
                });
            }
            house.take(&user);
            users.push(user);
        }
        Self {
            house,
            users,
            errors,
        }
    }
}

/// Writes the users of a plan without errors.
async fn write(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    plan: Plan,
    nobodys: &str,
) -> Result<Vec<ImportedUser>> {
    let mut house = plan.house;
    let mut made = Vec::with_capacity(plan.users.len());
    let mut rows = Vec::with_capacity(plan.users.len());
    let mut entries = Vec::with_capacity(plan.users.len());
    for user in &plan.users {
        let sip_user = house.free_sip_user(&user.extension);
        house.sip_users.insert(sip_user.clone());
        let sip_secret = secret::make(&app.world);
        rows.push(store::New {
            user,
            ha1: secret::ha1(&sip_user, &house.full_realm, &sip_secret),
            sip_user: sip_user.clone(),
        });
        made.push(ImportedUser {
            id: user.id,
            name: user.full_name(),
            extension: user.extension.clone(),
            sip_user,
            sip_secret,
        });
        entries.push(Entry {
            action: "user.create",
            client: Some(user.client),
            subject: ("user", user.id.0),
            before: None,
            after: Some(serde_json::to_string(user)?),
        });
    }
    let users: Vec<&User> = plan.users.iter().collect();
    store::add_all(tx, &rows, app.world.now_ms()).await?;
    logins::store::add_all(tx, &app.world, &users, nobodys).await?;
    audit::write_all(tx, &app.world, caller, entries).await?;
    Ok(made)
}
