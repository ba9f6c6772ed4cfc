//! What a server says to anybody, and files for it.

use pbx_api::{Code, Problem};
use reqwest::{Method, header};
use serde::de::DeserializeOwned;

use super::answer::{cut, json_of, problem_of};
use super::{Server, Session};

impl Server {
    /// Asks for something that needs no session.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Problem> {
        let request = self.request(Method::GET, path).query(query);
        json_of(request.send().await.map_err(|e| cut(&e))?).await
    }

    /// The bytes of a file that needs no session, at most so many.
    ///
    /// # Errors
    /// What the server says, `TooLarge`, or `Offline`.
    pub async fn bytes(
        &self,
        path: &str,
        query: &[(&str, &str)],
        most: usize,
    ) -> Result<Vec<u8>, Problem> {
        let request = self.request(Method::GET, path).query(query);
        let mut response = request.send().await.map_err(|e| cut(&e))?;
        if !response.status().is_success() {
            return Err(problem_of(response).await);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| cut(&e))? {
            if bytes.len() + chunk.len() > most {
                return Err(Problem::new(Code::TooLarge));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

impl Session {
    /// Sends the bytes of a file.
    ///
    /// # Errors
    /// What the server says, or `Offline`.
    pub async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<(), Problem> {
        let response = self
            .send(|server| {
                server
                    .request(method.clone(), path)
                    .header(header::CONTENT_TYPE, "application/octet-stream")
                    .body(bytes.clone())
            })
            .await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(problem_of(response).await)
        }
    }
}
