//! One `json_cdr` document.

use serde_json::{Map, Value};

use super::document::Document;
use crate::text::decode;

/// Parses a document; the reason where it is none.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document, String> {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        // Bytes that are not UTF-8 and bare control characters are repaired; what is left is
        // broken.
        Err(_) => {
            let text: String = decode(bytes)
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            serde_json::from_str(&text).map_err(|error| format!("not valid JSON: {error}"))?
        }
    };
    from_value(&value).ok_or_else(|| {
        let keys: Vec<&str> = value
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
            .take(4)
            .collect();
        format!(
            "a JSON object without call variables (its keys: {})",
            keys.join(", ")
        )
    })
}

/// The document in a value, if it is a `json_cdr`.
pub(crate) fn from_value(value: &Value) -> Option<Document> {
    let object = value.as_object()?;
    let variables = object.get("variables")?.as_object()?;
    let known = [
        "uuid",
        "start_epoch",
        "start_uepoch",
        "start_stamp",
        "end_epoch",
        "call_uuid",
    ];
    if !known.iter().any(|name| variables.contains_key(*name)) {
        return None;
    }
    let flows: &[Value] = match object.get("callflow") {
        Some(Value::Array(flows)) => flows,
        Some(flow) => std::slice::from_ref(flow),
        None => &[],
    };
    let applications = object
        .get("app_log")
        .and_then(|log| log.get("applications"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|app| (text(app.get("app_name")), text(app.get("app_data"))))
        .collect();
    Some(Document {
        variables: pairs(Some(variables)),
        profiles: flows
            .iter()
            .map(|flow| pairs(flow.get("caller_profile").and_then(Value::as_object)))
            .collect(),
        times: pairs(
            flows
                .first()
                .and_then(|flow| flow.get("times"))
                .and_then(Value::as_object),
        ),
        applications,
        channel_direction: text(
            object
                .get("channel_data")
                .and_then(|data| data.get("direction")),
        ),
    })
}

fn pairs(object: Option<&Map<String, Value>>) -> Vec<(String, String)> {
    let simple = |(name, value): (&String, &Value)| {
        (!value.is_object() && !value.is_array()).then(|| (name.clone(), text(Some(value))))
    };
    object.into_iter().flatten().filter_map(simple).collect()
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    }
}
