//! What a thing is called in the log, read from its own document.

use serde_json::Value;

/// Fields that name a thing, the better one first.
const NAMES: [&str; 10] = [
    "name",
    "title",
    "e164",
    "number",
    "dialled",
    "email",
    "username",
    "file_name",
    "extension",
    "label",
];
/// Longer names are cut: the document has the whole of it.
const CHARS: usize = 120;

/// The name that a thing has after a change, or had before it.
pub fn of(before: Option<&str>, after: Option<&str>) -> String {
    [after, before]
        .into_iter()
        .flatten()
        .filter_map(|document| serde_json::from_str(document).ok())
        .map(|document: Value| name(&document))
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

fn name(document: &Value) -> String {
    let text = |field: &str| document[field].as_str().unwrap_or_default().trim();
    let person = format!("{} {}", text("first_name"), text("last_name"));
    let own = text("name");
    let name = if own.is_empty() && !person.trim().is_empty() {
        person.trim()
    } else {
        NAMES
            .iter()
            .map(|field| text(field))
            .find(|name| !name.is_empty())
            .unwrap_or_default()
    };
    name.chars().take(CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_called_what_it_is_called_now() {
        let client = |name: &str| format!(r#"{{"name":"{name}","first_name":"Ann"}}"#);
        assert_eq!(
            of(Some(&client("Acme")), Some(&client("Acme Ltd"))),
            "Acme Ltd"
        );
        assert_eq!(of(Some(&client("Acme")), None), "Acme");
        let user = r#"{"first_name":"Ann","last_name":"Lee","extension":"1001"}"#;
        assert_eq!(of(None, Some(user)), "Ann Lee");
        assert_eq!(of(Some(r#"{"e164":"+12025550100"}"#), None), "+12025550100");
        assert_eq!(of(Some("null"), None), "");
    }
}
