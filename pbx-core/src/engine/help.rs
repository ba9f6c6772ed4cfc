//! What a user's calls for help are. The engine keeps it, for when this server can't be asked.

use std::collections::BTreeSet;

use pbx_api::EngineHelp;
use pbx_numbers::emergency_numbers;

use super::store::Line;
use crate::db::Tenant;
use crate::dial;
use crate::error::Result;
use crate::http::App;

/// Every number that calls for help from a line, and what is sent with it.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, line: &Line) -> Result<Vec<EngineHelp>> {
    let mut tx = app.db.look(Tenant::reseller(line.reseller)).await?;
    let known = dial::of_user(&mut tx, line.user, "", app.world.now_ms()).await?;
    let Some(user) = known.users.get(&line.user) else {
        return Ok(Vec::new());
    };
    let of_country = emergency_numbers(&known.client.country).iter().copied();
    let set = known.emergency.iter().map(|row| row.dialled.as_str());
    let numbers: BTreeSet<&str> = of_country.chain(set).collect();
    let help = numbers.into_iter().map(|number| EngineHelp {
        number: number.to_owned(),
        caller_number: known.emergency_number(user, number).0,
    });
    Ok(help.collect())
}
