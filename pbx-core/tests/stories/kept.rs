//! What a person sets comes back: every property of every write that the document has, after the
//! server was started anew, and in the audit log.

mod bodies;
mod document;
mod stage;
mod unkept;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use bodies::SECRET;
use stage::{Stage, made};
use unkept::UNKEPT;
use writes::{WRITES, Write};

/// A write that was done.
struct Done {
    write: &'static Write,
    body: Value,
    id: String,
    at_ms: i64,
}

impl Write {
    fn name(&self) -> String {
        format!(
            "{} {} {}",
            self.operation.0,
            self.operation.1,
            self.of.unwrap_or_default()
        )
    }

    /// Where what was written is read.
    fn read_at(&self, stage: &Stage, id: &str) -> String {
        self.at.replace("{}", id).replace("{acme}", &stage.acme())
    }

    fn is_secret(&self, property: &str) -> bool {
        self.secret
            .as_ref()
            .is_some_and(|secret| secret.property == property)
    }

    fn is_aside(&self, property: &str) -> bool {
        self.aside.iter().any(|(aside, _)| *aside == property)
    }

    /// The properties of a body that are read again, the thing's own beside the others.
    fn stored(&self, body: &Value) -> Map<String, Value> {
        let mut properties = match (body, self.part) {
            (body, Some(part)) => Map::from_iter([(part.to_owned(), body.clone())]),
            (Value::Object(object), None) => object.clone(),
            _ => panic!("{} is a part of something", self.name()),
        };
        if let Some(Value::Object(thing)) = self.within.and_then(|name| properties.remove(name)) {
            properties.extend(thing);
        }
        properties.retain(|property, _| !self.is_secret(property) && !self.is_aside(property));
        properties
    }
}

/// Every value of what was written differs from what was there.
fn differs(name: &str, written: &Value, was: &Value) {
    match written {
        Value::Object(object) => {
            for (property, value) in object {
                differs(&format!("{name}.{property}"), value, &was[property]);
            }
        }
        _ => assert_ne!(written, was, "{name} is set to what it was"),
    }
}

async fn seen(stage: &Stage, write: &Write, id: &str) -> Value {
    let path = write.read_at(stage, id);
    let answer = stage.server.json((write.by)(stage), &path).await;
    (write.seen)(stage, &answer, id)
}

async fn done(stage: &Stage, write: &'static Write) -> Done {
    let by = (write.by)(stage);
    let (method, path) = write.operation;
    let id = match write.of {
        Some(name) => stage.id(name).to_owned(),
        None => {
            let plain = stage.send(by, method, path, &(write.plain)(stage)).await;
            if write.log_is_short.is_some() {
                String::new()
            } else {
                made(&plain)
            }
        }
    };
    let was = seen(stage, write, &id).await;
    let body = (write.full)(stage);
    for (property, value) in write.stored(&body) {
        differs(
            &format!("{}: {property}", write.name()),
            &value,
            &was[&property],
        );
    }
    stage.server.world.advance_ms(1000);
    let filled = match path.find('{') {
        Some(begin) => path.replace(&path[begin..=path.find('}').unwrap()], &id),
        None => path.to_owned(),
    };
    let answer = stage.send(by, method, &filled, &body).await;
    let at_ms = stage.server.world.now_ms();
    stage.server.world.advance_ms(1000);
    let makes = write.of.is_none() && write.log_is_short.is_none();
    let id = if makes { made(&answer) } else { id };
    Done {
        write,
        body,
        id,
        at_ms,
    }
}

/// The entries of the log that a write left name each property that it set.
async fn check_log(stage: &Stage, done: &Done) {
    let (write, at_ms) = (done.write, done.at_ms);
    let query = format!("/v1/audit?from_ms={at_ms}&until_ms={}", at_ms + 1);
    let page = stage.server.json(&stage.server.north.owner, &query).await;
    let entries = page["rows"].as_array().unwrap();
    assert!(!entries.is_empty(), "{} left no entry", write.name());
    assert!(
        !page.to_string().contains(SECRET),
        "{}: {page}",
        write.name()
    );
    if write.secret.is_some() {
        let says = |entry: &Value| entry["after"]["password"] == "changed";
        assert!(
            entries.iter().any(says),
            "{}: a secret's change is not told",
            write.name()
        );
    }
    if write.log_is_short.is_some() {
        return;
    }
    for (property, value) in write.stored(&done.body) {
        let tells = |entry: &&Value| {
            entry["after"][&property] == value && entry["before"][&property] != value
        };
        let told = entries.iter().filter(tells).count();
        let asked = done.body["users"].as_array().map_or(1, Vec::len);
        assert!(
            told >= asked,
            "{}: {property} is not told in {page}",
            write.name()
        );
    }
}

fn check_table() {
    let document = serde_json::to_value(pbx_core::http::document()).unwrap();
    let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
    for (method, path, reason) in UNKEPT {
        assert!(!reason.is_empty());
        listed.insert(((*method).to_owned(), (*path).to_owned()));
    }
    let mut writes: BTreeMap<(&str, &str), Vec<&Write>> = BTreeMap::new();
    for write in WRITES {
        writes.entry(write.operation).or_default().push(write);
    }
    let mut takes_json = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if document::body_of(operation).is_some() {
                takes_json.insert((method.clone(), path.clone()));
            }
        }
    }
    let table: BTreeSet<(String, String)> = writes
        .keys()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(listed.intersection(&table).count(), 0);
    listed.extend(table);
    assert_eq!(
        takes_json, listed,
        "every write is in the table, or on the list with its reason"
    );
}

/// Every property of the document has a value in one of an operation's bodies.
fn check_properties(all: &[Done]) {
    let document = serde_json::to_value(pbx_core::http::document()).unwrap();
    let mut given: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for done in all {
        let found = given.entry(done.write.operation).or_default();
        document::given(&done.body, "", found);
        // A property that is aside needs no value, and has to be one.
        found.extend(
            done.write
                .aside
                .iter()
                .map(|(property, _)| (*property).to_owned()),
        );
    }
    for ((method, path), found) in given {
        let operation = &document["paths"][path][method];
        let schema = document::body_of(operation).unwrap();
        let properties = document::properties(&document, schema);
        let missing: Vec<_> = properties
            .iter()
            .filter(|property| !document::has(&found, property))
            .collect();
        assert!(
            missing.is_empty(),
            "{method} {path}: nothing sets {missing:?}"
        );
        let unknown: Vec<_> = found
            .iter()
            .filter(|path| {
                !properties
                    .iter()
                    .any(|known| document::is_under(path, known))
            })
            .collect();
        assert!(
            unknown.is_empty(),
            "{method} {path}: the document has no {unknown:?}"
        );
    }
}

stories! {
    async fn every_field_comes_back_after_a_restart(server) {
        check_table();
        let mut stage = Stage::plant(server).await;
        let mut all = Vec::new();
        for write in WRITES {
            all.push(done(&stage, write).await);
        }
        check_properties(&all);

        stage.server.stop().await;
        stage.server.start_again().await;
        for done in &all {
            let write = done.write;
            let seen = seen(&stage, write, &done.id).await;
            for (property, value) in write.stored(&done.body) {
                assert_eq!(seen[&property], value, "{}: {property}", write.name());
            }
            check_log(&stage, done).await;
            if let Some(secret) = &write.secret {
                stage.server.sign_in("north.example", &(secret.signs_in)(&stage), SECRET).await;
            }
        }
    }
}
