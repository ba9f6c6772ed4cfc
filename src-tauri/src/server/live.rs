//! The stream of what is going on now.

use pbx_api::Problem;
use reqwest::{Method, Response};

use super::Session;
use super::answer::problem_of;

impl Session {
    /// Opens what is going on now: newline-delimited JSON that does not end by itself.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn live(&self) -> Result<Response, Problem> {
        let response = self
            .send(|server| server.request(Method::GET, "/v1/live"))
            .await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(problem_of(response).await)
        }
    }
}
