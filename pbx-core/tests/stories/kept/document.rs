//! What the document says that a body has, and what a body has.

use std::collections::BTreeSet;

use serde_json::Value;

/// The schema of the JSON that an operation takes; none: it takes none.
pub fn body_of(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json/schema")
}

/// Every property of a schema by its path, down to those that hold no others.
pub fn properties(document: &Value, schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(document, schema, "", &mut Vec::new(), &mut found);
    found
}

fn walk<'a>(
    document: &'a Value,
    schema: &'a Value,
    path: &str,
    within: &mut Vec<&'a str>,
    found: &mut BTreeSet<String>,
) {
    if let Some(name) = schema["$ref"].as_str() {
        let named = document.pointer(name.trim_start_matches('#')).unwrap();
        // What holds itself, as opening hours hold routings, is known from its first time.
        if within.contains(&name) {
            found.insert(path.to_owned());
        } else {
            within.push(name);
            walk(document, named, path, within, found);
            within.pop();
        }
        return;
    }
    let before = found.len();
    for variant in ["oneOf", "anyOf", "allOf"] {
        for schema in schema[variant].as_array().into_iter().flatten() {
            let mut of_variant = BTreeSet::new();
            walk(document, schema, path, within, &mut of_variant);
            // A variant without properties, such as null, is none.
            of_variant.remove(path);
            found.append(&mut of_variant);
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        walk(document, property, &below(path, name), within, found);
    }
    if let Some(items) = schema.get("items") {
        walk(document, items, path, within, found);
    }
    if found.len() == before {
        found.insert(path.to_owned());
    }
}

fn below(path: &str, name: &str) -> String {
    format!("{path}.{name}").trim_start_matches('.').to_owned()
}

/// The paths at which a body has a value, in the form of [`properties`].
pub fn given(body: &Value, path: &str, found: &mut BTreeSet<String>) {
    match body {
        Value::Object(object) => {
            for (name, value) in object {
                given(value, &below(path, name), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                given(item, path, found);
            }
        }
        // A body that is one value, as a routing can be, has no property.
        _ if body.is_null() || path.is_empty() => {}
        _ => drop(found.insert(path.to_owned())),
    }
}

/// Whether one of the paths that were given is the property, or lies below it.
pub fn has(given: &BTreeSet<String>, property: &str) -> bool {
    given.iter().any(|path| is_under(path, property))
}

/// Whether a path is that of a property, or of something that it holds.
pub fn is_under(path: &str, property: &str) -> bool {
    path.strip_prefix(property)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[test]
fn a_property_that_is_nowhere_set_is_found() {
    let document = serde_json::json!({ "components": {
        "Place": { "oneOf": [
            { "type": "object", "properties": { "user": { "type": "string" } } },
            { "type": "object", "properties": { "hours": {
                "type": "object", "properties": { "open": { "$ref": "#/components/Place" } },
            } } },
            { "type": "string", "enum": ["reject"] },
        ] },
    } });
    let schema = serde_json::json!({ "type": "object", "properties": {
        "name": { "type": "string" },
        "places": { "type": "array", "items": { "$ref": "#/components/Place" } },
        "to": { "oneOf": [{ "$ref": "#/components/Id" }, { "type": "null" }] },
    } });
    let mut document = document;
    document["components"]["Id"] = serde_json::json!({ "type": "string" });
    let properties = properties(&document, &schema);
    let paths: Vec<&str> = properties.iter().map(String::as_str).collect();
    assert_eq!(paths, ["name", "places.hours.open", "places.user", "to"]);
    let mut found = BTreeSet::new();
    let body = serde_json::json!({ "name": "", "to": null, "places": [
        { "hours": { "open": { "user": "x" } } },
    ] });
    given(&body, "", &mut found);
    let missing: Vec<&str> = paths
        .into_iter()
        .filter(|path| !has(&found, path))
        .collect();
    assert_eq!(missing, ["places.user", "to"]);
}
