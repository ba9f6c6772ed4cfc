//! What is asked of a server before anybody signed in.

use pbx_api::Problem;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Server;
use super::answer::{cut, json_of, problem_of};

impl Server {
    /// Asks for something that takes its own proof, before anybody signed in.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        let request = self.request(Method::POST, path).json(body);
        json_of(request.send().await.map_err(|e| cut(&e))?).await
    }

    /// Says something before anybody signed in, that is answered with nothing.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn say(&self, path: &str, body: &impl Serialize) -> Result<(), Problem> {
        let request = self.request(Method::POST, path).json(body);
        let response = request.send().await.map_err(|e| cut(&e))?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(problem_of(response).await)
        }
    }
}
