//! One `xml_cdr` document. FreeSWITCH names elements after channel variables, which need not be
//! XML names, so this reads tags as they stand instead of judging them.

use std::borrow::Cow;

use super::document::Document;
use crate::text::decode;

/// Deeper than any record goes.
const DEPTH: usize = 64;

/// Parses a document; the reason where it is none.
pub(crate) fn parse(bytes: &[u8]) -> Result<Document, String> {
    let text = decode(bytes);
    let mut document = Document::default();
    let mut path: Vec<&str> = Vec::new();
    let mut found_any = false;
    let mut rest = &*text;
    let mut content = String::new();
    while let Some(open) = memchr::memchr(b'<', rest.as_bytes()) {
        push_unescaped(&mut content, &rest[..open]);
        rest = &rest[open..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").ok_or("a CDATA section is not closed")?;
            content.push_str(&data[..end]);
            rest = &data[end + 3..];
            continue;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").ok_or("a comment is not closed")?;
            rest = &comment[end + 3..];
            continue;
        }
        let end = memchr::memchr(b'>', rest.as_bytes()).ok_or("a tag is not closed")?;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let open = path.pop().ok_or("an element ends that never began")?;
            if open != name.trim() {
                return Err(format!("<{open}> is not closed"));
            }
            found_any |= take(&mut document, &path, open, std::mem::take(&mut content));
            continue;
        }
        let empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let name = tag.split_ascii_whitespace().next().unwrap_or("");
        begin(&mut document, &path, name);
        if name == "application" {
            let app_name = attribute(tag, "app_name").unwrap_or_default();
            let app_data = attribute(tag, "app_data").unwrap_or_default();
            document.applications.push((app_name, app_data));
        }
        content.clear();
        if !empty {
            if path.len() >= DEPTH {
                return Err("the elements are nested too deep".to_owned());
            }
            path.push(name);
        }
    }
    match (path.last(), found_any) {
        (Some(open), _) => Err(format!("<{open}> is not closed")),
        (None, false) => Err("an XML document without call variables".to_owned()),
        (None, true) => Ok(document),
    }
}

fn begin(document: &mut Document, path: &[&str], name: &str) {
    if matches!(path, ["cdr", "callflow"]) && name == "caller_profile" {
        document.profiles.push(Vec::new());
    }
}

/// Takes an element's text where it is one of the record's; true for a variable.
fn take(document: &mut Document, path: &[&str], name: &str, text: String) -> bool {
    let text = text.trim().to_owned();
    match path {
        ["cdr", "variables"] => {
            document.variables.push((name.to_owned(), text));
            return true;
        }
        ["cdr", "channel_data"] if name == "direction" => document.channel_direction = text,
        ["cdr", "callflow", "caller_profile"] => {
            if let Some(profile) = document.profiles.last_mut() {
                profile.push((name.to_owned(), text));
            }
        }
        ["cdr", "callflow", "times"] if document.profiles.len() <= 1 => {
            document.times.push((name.to_owned(), text));
        }
        _ => {}
    }
    false
}

/// `name="value"` of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}="))? + name.len() + 2;
    let quote = tag[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))?;
    let value = &tag[at + 1..];
    let mut plain = String::new();
    push_unescaped(&mut plain, &value[..value.find(quote)?]);
    Some(plain)
}

fn push_unescaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.as_bytes().iter().take(12).position(|b| *b == b';');
        let plain = entity.and_then(|end| entity_char(&rest[1..end]));
        match (plain, entity) {
            (Some(plain), Some(end)) => {
                out.push(plain);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn entity_char(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

/// The name of a document's root element, for messages.
pub(crate) fn root(text: &str) -> Option<Cow<'_, str>> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if !rest.starts_with(['?', '!', '/']) {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
            return Some(Cow::Borrowed(&rest[..end]));
        }
    }
}
