//! What a handler takes from a request. Each refusal is a problem that names the field.

use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use pbx_api::{Code, Problem};
use serde::de::DeserializeOwned;

use super::App;
use crate::error::Error;

/// A JSON body. Unknown fields are refused by the wire types themselves.
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Input<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                kind.split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .eq_ignore_ascii_case("application/json")
            });
        if !json {
            return Err(Problem::invalid("content-type", "must be application/json").into());
        }
        let body = Bytes::from_request(request, app)
            .await
            .map_err(body_refusal)?;
        let mut reader = serde_json::Deserializer::from_slice(&body);
        let value = T::deserialize(&mut reader).map_err(json_refusal)?;
        reader.end().map_err(json_refusal)?;
        Ok(Self(value))
    }
}

fn body_refusal(refusal: BytesRejection) -> Error {
    match refusal {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Error::code(Code::TooLarge)
        }
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Error::code(Code::TooLarge),
        _ => Problem::invalid("body", "ended before it was whole").into(),
    }
}

/// serde's words name the field in backticks where there is one; they never repeat a value of
/// a string field, because a password could be one.
fn json_refusal(refusal: serde_json::Error) -> Error {
    let text = refusal.to_string();
    let field = match refusal.classify() {
        serde_json::error::Category::Data => text.split('`').nth(1).unwrap_or("body"),
        _ => "body",
    };
    let message = if refusal.is_data() {
        let known = text.starts_with("unknown field") || text.starts_with("missing field");
        if known {
            text.split(" at line")
                .next()
                .unwrap_or("not valid")
                .split(", expected")
                .next()
                .unwrap_or("not valid")
                .to_owned()
        } else {
            format!(
                "has the wrong kind of value, line {} column {}",
                refusal.line(),
                refusal.column()
            )
        }
    } else {
        format!(
            "is not JSON, line {} column {}",
            refusal.line(),
            refusal.column()
        )
    };
    // Only a name that serde knows from our types or that is short may come back.
    let field = if field.len() <= 64 && !field.contains(char::is_control) {
        field
    } else {
        "body"
    };
    Problem::invalid(field, message).into()
}

/// A body that is a file, whole in memory: for routes whose limit is small.
pub struct Sent(pub Bytes);

impl FromRequest<App> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        Bytes::from_request(request, app)
            .await
            .map(Self)
            .map_err(body_refusal)
    }
}

/// The query string. Unknown parameters are refused by the types themselves.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|refusal| {
                let (field, words) = query_refusal(&refusal.body_text());
                Problem::invalid(field, words).into()
            })
    }
}

/// The parameter and what is wrong with it, from axum's words: its prefix, the parameter's name,
/// and what a parser said, which is for programmers and is not passed on.
fn query_refusal(text: &str) -> (String, &'static str) {
    let text = text
        .strip_prefix("Failed to deserialize query string: ")
        .unwrap_or(text);
    let quoted = || text.split('`').nth(1).unwrap_or("query").to_owned();
    for (sign, words) in [
        ("unknown field `", "is not a parameter here"),
        ("missing field `", "is missing"),
        ("duplicate field `", "is given more than once"),
    ] {
        if text.contains(sign) {
            return (quoted(), words);
        }
    }
    let (field, said) = text.split_once(": ").unwrap_or(("query", text));
    let words = if said.contains("UUID") {
        "must be an id (a UUID)"
    } else if ["digit", "integer", "number"]
        .iter()
        .any(|word| said.contains(word))
    {
        "must be a whole number, not negative and not too large"
    } else if said.contains("`true`") {
        "must be true or false"
    } else {
        "is not a value that this parameter can have"
    };
    (field.to_owned(), words)
}

/// An id in the path. Text that is no id is like an id that does not exist.
pub struct Id<T>(pub T);

impl<T: std::str::FromStr + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let axum::extract::Path(text) =
            axum::extract::Path::<String>::from_request_parts(parts, app)
                .await
                .map_err(|_| Error::not_found())?;
        text.parse().map(Self).map_err(|_| Error::not_found())
    }
}

/// Lists come in pages: what is after an id, at most so many.
#[derive(Debug, Clone, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The last id of the page before.
    #[serde(default)]
    pub after: Option<uuid::Uuid>,
    /// How many at most; 1000 when left out, 10 000 at most.
    #[serde(default = "page_limit")]
    pub limit: u16,
}

const fn page_limit() -> u16 {
    1000
}

impl Page {
    /// The text that every id of the page is above.
    #[must_use]
    pub fn after(&self) -> String {
        self.after.map(|id| id.to_string()).unwrap_or_default()
    }

    #[must_use]
    pub fn limit(&self) -> i64 {
        i64::from(self.limit.clamp(1, 10_000))
    }
}
