//! The dial simulator: the server decides, as it does for a real call.

use std::sync::Arc;

use pbx_api::{CallDecision, Problem, Simulation};
use reqwest::Method;

use crate::Desktop;

/// Asks the server what would become of a call.
pub async fn simulate(desktop: Arc<Desktop>, input: Simulation) -> Result<CallDecision, Problem> {
    let active = desktop.active()?;
    let path = "/v1/dial/simulate";
    active.session.tell(Method::POST, path, &input).await
}
