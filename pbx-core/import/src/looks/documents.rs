//! JSON and XML files.

use serde_json::Value;

use super::Look;
use crate::{
    freeswitch::{
        json,
        stream::{Documents, Kind, Piece},
        xml,
    },
    text::decode,
};

/// Objects that are looked at.
const LOOKED_AT: usize = 100;

/// What a JSON file is; none where its first character was all that looked like JSON.
pub(super) fn json(start: &[u8], whole: bool) -> Option<Look> {
    let mut documents = Documents::new(start, Kind::Json);
    let mut first = None;
    for _ in 0..LOOKED_AT {
        let Ok(Some(piece)) = documents.next() else {
            break;
        };
        match piece {
            Piece::Document { bytes, .. } => {
                if json::parse(&bytes).is_ok() {
                    return Some(Look::Json);
                }
                if first.is_none() {
                    first = serde_json::from_slice::<Value>(&bytes).ok();
                }
            }
            // Cut by the end of what is looked at, or by a crash: its keys still tell.
            Piece::Broken { bytes, .. } => {
                let has = |key: &[u8]| memchr::memmem::find(&bytes, key).is_some();
                if has(b"\"variables\"") && (has(b"\"core-uuid\"") || has(b"\"start_epoch\"")) {
                    return Some(Look::Json);
                }
            }
        }
    }
    if first.is_none() && whole {
        // `[]`, or a list of plain values.
        let value = serde_json::from_slice::<Value>(start).ok()?;
        let count = value.as_array().map_or(0, Vec::len);
        let what = if count == 0 {
            "an empty JSON list"
        } else {
            "a JSON list without records"
        };
        return Some(Look::Other(what.to_owned()));
    }
    first.map(|value| Look::Other(describe(&value)))
}

/// What a JSON object that is no call record is.
fn describe(value: &Value) -> String {
    let has = |key: &str| value.get(key).is_some();
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("");
    if has("Event-Name") {
        return format!(
            "a FreeSWITCH event ({}) in JSON, not a json_cdr record",
            text("Event-Name")
        );
    }
    if has("Event") || has("ActionID") {
        return "recorded Asterisk manager (AMI) events in JSON".to_owned();
    }
    if has("type") && (has("application") || has("channel") || has("bridge") || has("asterisk_id"))
    {
        return format!("an Asterisk ARI event ({}) in JSON", text("type"));
    }
    let ari = (has("dialplan") && has("caller"))
        || (has("bridge_type") && has("technology"))
        || (has("technology") && has("resource"))
        || (has("build") && has("system") && has("config"));
    if ari {
        return "an Asterisk ARI dump of channels, bridges or endpoints in JSON".to_owned();
    }
    if has("jsonrpc") {
        return "a JSON-RPC message (such as Kamailio's lists)".to_owned();
    }
    if has("h_entry") || has("AoRs") || (has("callid") && has("from_tag")) {
        return "a Kamailio list of dialogs, contacts or accounting in JSON".to_owned();
    }
    if has("CGRID") || has("ToR") || has("OriginID") {
        return "CGRateS records in JSON".to_owned();
    }
    let keys: Vec<&str> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .take(4)
        .collect();
    if keys.is_empty() {
        return "an empty JSON object".to_owned();
    }
    format!("JSON of another kind (its keys: {})", keys.join(", "))
}

/// What a file that begins with `<` is.
pub(super) fn xml(start: &[u8]) -> Look {
    let has_record = memchr::memmem::find_iter(start, b"<cdr").any(|at| {
        let rest = &start[at..];
        let ends = matches!(rest.get(4), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n'));
        let known = [
            &b"<variables>"[..],
            b"<channel_data>",
            b"<callflow",
            b"core-uuid=",
        ];
        ends && known
            .iter()
            .any(|tag| memchr::memmem::find(rest, tag).is_some())
    });
    if has_record {
        return Look::Xml;
    }
    let text = decode(start);
    let root = xml::root(&text).unwrap_or_default().into_owned();
    let what = match root.to_ascii_lowercase().as_str() {
        "html" | "head" | "body" => "a web page (HTML)".to_owned(),
        "svg" => "an SVG image".to_owned(),
        "document" | "configuration" | "include" | "section" => {
            "a FreeSWITCH configuration (XML)".to_owned()
        }
        "event" => "a FreeSWITCH event in XML, not an xml_cdr record".to_owned(),
        "cdr" => "XML with a <cdr> that has no call variables".to_owned(),
        "" => "text that begins with <".to_owned(),
        _ => format!("XML of another kind (its root is <{root}>)"),
    };
    Look::Other(what)
}
