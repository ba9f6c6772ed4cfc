//! Errors on the wire: RFC 9457 problem details with a closed code.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::rule::{self, Rule};

/// What went wrong, as something a program branches on. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The input breaks a rule; `errors` names the fields.
    Invalid,
    /// No such thing, or not this caller's.
    NotFound,
    /// A value that must be unique is in use.
    Taken,
    /// Other things hang on it; `detail` says how many, and what to do with them first.
    InUse,
    /// It is not what it was when the caller looked; `detail` says what is different.
    Changed,
    /// No token, or one that is wrong, expired or revoked.
    Unauthenticated,
    /// Email, password or realm don't match.
    WrongCredentials,
    /// The caller may see the thing but not do this to it.
    Forbidden,
    /// Too many tries; `detail` says how long to wait.
    TooManyRequests,
    /// The body is over its limit.
    TooLarge,
    /// The cursor belongs to another generation of the server's data: sync anew.
    CursorGone,
    /// The file is of a kind that can't be imported; `detail` says what it looks like.
    UnknownFormat,
    /// The recording's audio is not there (yet, or any more).
    RecordingUnavailable,
    /// The server can't be reached (made by the desktop, never by the server).
    Offline,
    /// The local cache can't be opened or written; `detail` says why.
    Cache,
    /// The audio can't be decoded or played; `detail` says why.
    Audio,
    /// Writing to this computer failed; `detail` says why and what is still safe.
    Disk,
    /// A fault of ours. The request id finds it in the log.
    Internal,
}

impl Code {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid | Self::UnknownFormat => 422,
            Self::NotFound => 404,
            Self::Taken | Self::InUse | Self::Changed | Self::RecordingUnavailable => 409,
            Self::Unauthenticated | Self::WrongCredentials => 401,
            Self::Forbidden => 403,
            Self::TooManyRequests => 429,
            Self::TooLarge => 413,
            Self::CursorGone => 410,
            Self::Offline => 503,
            Self::Cache | Self::Audio | Self::Disk | Self::Internal => 500,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Invalid => "Some values are not valid",
            Self::NotFound => "Not found",
            Self::Taken => "Already in use",
            Self::InUse => "Still in use",
            Self::Changed => "It was changed since",
            Self::Unauthenticated => "Sign in again",
            Self::WrongCredentials => "Email, password or realm don't match",
            Self::Forbidden => "Not allowed",
            Self::TooManyRequests => "Too many tries",
            Self::TooLarge => "Too large",
            Self::CursorGone => "The server's data was restored; a new sync is needed",
            Self::UnknownFormat => "Not a format that can be imported",
            Self::RecordingUnavailable => "The recording is not available",
            Self::Offline => "The server can't be reached",
            Self::Cache => "The local cache has a problem",
            Self::Audio => "The audio can't be played",
            Self::Disk => "Writing the file failed",
            Self::Internal => "Something went wrong on our side",
        }
    }
}

/// One field of the input and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct FieldError {
    /// The field's name as on the wire; empty: it is about all of the input, or about none of it.
    pub field: String,
    /// In English; it continues the field's name, or is a sentence of its own.
    pub message: String,
    /// The rule that was broken, for who says it in another language. None where only a program
    /// can break it, and from an older server.
    #[serde(
        default,
        deserialize_with = "rule::known",
        skip_serializing_if = "Option::is_none"
    )]
    #[ts(optional)]
    pub rule: Option<Rule>,
}

impl FieldError {
    #[must_use]
    pub fn broken(field: impl Into<String>, rule: Rule) -> Self {
        Self {
            field: field.into(),
            message: rule.to_string(),
            rule: Some(rule),
        }
    }
}

/// `application/problem+json`, the only shape an error has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Problem {
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub request_id: Option<String>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            kind: about_blank(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: None,
            errors: Vec::new(),
            request_id: None,
        }
    }

    /// Adds what happened, in words of no closed list: for the log, and for programs.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds what happened, of a closed list: whoever shows it says it in the person's language.
    #[must_use]
    pub fn because(self, happened: Rule) -> Self {
        self.breaks("", happened)
    }

    /// Says also as its detail, in English, what happened of the closed list.
    #[must_use]
    pub fn spelled_out(mut self) -> Self {
        let happened = self.errors.iter().find(|error| error.field.is_empty());
        if let (None, Some(happened)) = (&self.detail, happened) {
            self.detail = Some(format!("{}.", happened.message));
        }
        self
    }

    /// Fields that break rules.
    #[must_use]
    pub fn of(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(Code::Invalid)
        }
    }

    /// Adds a field and the rule that it breaks.
    #[must_use]
    pub fn breaks(mut self, field: impl Into<String>, rule: Rule) -> Self {
        self.errors.push(FieldError::broken(field, rule));
        self
    }

    /// A single field that breaks a rule.
    #[must_use]
    pub fn broken(field: impl Into<String>, rule: Rule) -> Self {
        Self::new(Code::Invalid).breaks(field, rule)
    }

    /// Adds a field and what is wrong with it, where no [`Rule`] says it.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            field: field.into(),
            message: message.into(),
            rule: None,
        });
        self
    }

    /// A single field that is invalid in a way that no [`Rule`] says.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Code::Invalid).field(field, message)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        for FieldError { field, message, .. } in &self.errors {
            match field.as_str() {
                "" if self.detail.is_some() => {}
                "" => write!(f, "; {message}")?,
                field => write!(f, "; {field}: {message}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(error: serde_json::Value) -> FieldError {
        serde_json::from_value(error).unwrap()
    }

    #[test]
    fn a_broken_rule_is_told_in_words_and_as_a_code() {
        let error = FieldError::broken("name", Rule::CharactersAtMost { most: 120 });
        let told = serde_json::to_value(&error).unwrap();
        assert_eq!(
            told,
            serde_json::json!({
                "field": "name",
                "message": "has at most 120 characters",
                "rule": { "code": "characters_at_most", "most": 120 },
            })
        );
        assert_eq!(read(told), error);
    }

    #[test]
    fn what_happened_is_spelled_out_once() {
        let waits =
            || Problem::new(Code::TooManyRequests).because(Rule::WaitSeconds { seconds: 5 });
        let told = waits().spelled_out();
        let words = "Wait 5 s before the next try.";
        assert_eq!(told.detail.as_deref(), Some(words));
        assert_eq!(told.to_string(), format!("Too many tries: {words}"));
        assert_eq!(told.errors, waits().errors);

        let field = Problem::broken("name", Rule::Needed).spelled_out();
        assert_eq!(field.detail, None);
        let own = Problem::new(Code::Internal).detail("for the log");
        assert_eq!(
            own.clone().because(Rule::TooBusy).spelled_out().detail,
            own.detail
        );
    }

    #[test]
    fn words_of_another_version_are_kept_without_their_rule() {
        let older = serde_json::json!({ "field": "name", "message": "is needed" });
        let newer = serde_json::json!({
            "field": "name",
            "message": "rhymes",
            "rule": { "code": "rhyme", "with": "orange" },
        });
        for told in [older, newer] {
            let message = told["message"].as_str().unwrap().to_owned();
            let error = read(told);
            assert_eq!((error.message, error.rule), (message, None));
        }
    }
}
