//! Cuts a stream of documents, one after another in whatever arrangement, into single ones.
//!
//! A document that is cut off or broken costs itself: reading goes on at the next place where one
//! can begin.

use std::io::{self, Read};

use serde::de::IgnoredAny;

use crate::DOCUMENT_LIMIT_BYTES;

/// JSON objects or `<cdr>` elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Xml,
}

/// A piece of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A whole document.
    Document { line: u64, bytes: Vec<u8> },
    /// Bytes that belong to no whole document.
    Broken {
        line: u64,
        bytes: Vec<u8>,
        reason: &'static str,
    },
}

pub(crate) struct Documents<R> {
    reader: R,
    kind: Kind,
    window: Vec<u8>,
    /// What of the window is used up.
    start: usize,
    ended: bool,
    line: u64,
    /// Inside a document that was given up as too long.
    skipping: bool,
}

impl<R: Read> Documents<R> {
    pub(crate) fn new(reader: R, kind: Kind) -> Self {
        Self {
            reader,
            kind,
            window: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            skipping: false,
        }
    }

    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let Some(begin) = self.find_begin()? else {
                return Ok(None);
            };
            if begin > self.start {
                let piece = self.take(begin);
                if let Some(broken) = self.between(piece) {
                    return Ok(Some(broken));
                }
                continue;
            }
            self.skipping = false;
            return self.document().map(Some);
        }
    }

    /// Where the next document begins (or the end of the stream, where something is left).
    fn find_begin(&mut self) -> io::Result<Option<usize>> {
        let mut searched = self.start;
        loop {
            let rest = &self.window[searched..];
            let found = match self.kind {
                Kind::Json if self.skipping => json_restart(rest),
                Kind::Json => memchr::memchr(b'{', rest),
                Kind::Xml => xml_begin(rest),
            };
            if let Some(at) = found {
                return Ok(Some(searched + at));
            }
            let left = self.window.len() - self.start;
            if self.ended {
                return Ok((left > 0).then_some(self.window.len()));
            }
            // Text without a document is handed on before it fills the memory; a marker may lie
            // across the border.
            if left > DOCUMENT_LIMIT_BYTES {
                return Ok(Some(self.window.len() - MARKER));
            }
            searched = self.window.len().saturating_sub(MARKER).max(self.start);
            let before = self.start;
            self.fill()?;
            searched -= before - self.start;
        }
    }

    fn document(&mut self) -> io::Result<Piece> {
        let mut scan = Scan::default();
        let mut at = self.start;
        loop {
            let end = match self.kind {
                Kind::Json => scan.json_end(&self.window[at..]).map(|end| at + end),
                Kind::Xml => xml_end(&self.window, self.start, at),
            };
            if let Some(end) = end {
                let line = self.line;
                // A cut document may have swallowed the beginning of the next.
                if let Some(next) = self.restart_before(end).filter(|_| !self.is_sound(end)) {
                    let bytes = self.take(next);
                    return Ok(Piece::Broken {
                        line,
                        bytes,
                        reason: CUT,
                    });
                }
                let bytes = self.take(end);
                return Ok(Piece::Document { line, bytes });
            }
            let long = self.window.len() - self.start > DOCUMENT_LIMIT_BYTES;
            if self.ended || long {
                let line = self.line;
                let next = self.restart_before(self.window.len());
                self.skipping = next.is_none() && long;
                let bytes = self.take(next.unwrap_or(self.window.len()));
                let reason = if next.is_none() && long {
                    TOO_LONG
                } else {
                    CUT
                };
                return Ok(Piece::Broken {
                    line,
                    bytes,
                    reason,
                });
            }
            let seen = self.window.len() - self.start;
            self.fill()?;
            at = self.start
                + if self.kind == Kind::Xml {
                    seen.saturating_sub(MARKER)
                } else {
                    seen
                };
        }
    }

    /// Where inside the current document another one begins.
    fn restart_before(&self, end: usize) -> Option<usize> {
        let inside = self.window.get(self.start + 1..end)?;
        let at = match self.kind {
            Kind::Json => json_restart(inside),
            Kind::Xml => xml_begin(inside),
        }?;
        Some(self.start + 1 + at)
    }

    /// Is the current document whole, although another seems to begin in it?
    fn is_sound(&self, end: usize) -> bool {
        let document = &self.window[self.start..end];
        self.kind == Kind::Json && serde_json::from_slice::<IgnoredAny>(document).is_ok()
    }

    fn take(&mut self, end: usize) -> Vec<u8> {
        let bytes = self.window[self.start..end].to_vec();
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        self.start = end;
        bytes
    }

    fn fill(&mut self) -> io::Result<()> {
        const STEP: u64 = 256 * 1024;
        self.window.drain(..self.start);
        self.start = 0;
        let read = (&mut self.reader)
            .take(STEP)
            .read_to_end(&mut self.window)?;
        self.ended = read == 0;
        Ok(())
    }

    /// What stands between documents: commas, brackets, a prologue are nothing; the rest is said.
    fn between(&mut self, bytes: Vec<u8>) -> Option<Piece> {
        let lines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let line = self.line - lines;
        if self.skipping {
            return None;
        }
        let harmless = match self.kind {
            Kind::Json => bytes
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(&bytes)
                .iter()
                .all(|b| b.is_ascii_whitespace() || matches!(b, b',' | b'[' | b']' | 0)),
            Kind::Xml => xml_is_prologue(&bytes),
        };
        let reason = "text between the records that belongs to none";
        (!harmless).then_some(Piece::Broken {
            line,
            bytes,
            reason,
        })
    }
}

const CUT: &str = "the record is cut off";
const TOO_LONG: &str = "the record is too long";
/// Longer than any marker that is searched for.
const MARKER: usize = 64;

/// Finds the brace that closes an object, over several windows.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// The place behind the closing brace.
    fn json_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                match (self.escaped, byte) {
                    (true, _) => self.escaped = false,
                    (false, b'\\') => self.escaped = true,
                    (false, b'"') => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' => self.depth += 1,
                b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// A place where a JSON record surely begins: an opening brace first in its line, or before
/// `"core-uuid"`.
fn json_restart(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', bytes).find(|at| {
        let first_in_line = at
            .checked_sub(1)
            .is_some_and(|before| bytes[before] == b'\n');
        let inside = bytes[at + 1..].trim_ascii_start();
        first_in_line || inside.starts_with(b"\"core-uuid\"")
    })
}

fn xml_begin(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"<cdr").find(|at| {
        matches!(
            bytes.get(at + 4),
            Some(b'>' | b' ' | b'\t' | b'\r' | b'\n' | b'/')
        )
    })
}

fn xml_end(window: &[u8], start: usize, from: usize) -> Option<usize> {
    let from = from.max(start);
    memchr::memmem::find(&window[from..], b"</cdr>").map(|at| from + at + b"</cdr>".len())
}

/// Nothing but declarations, comments and the tags of a wrapping element.
fn xml_is_prologue(bytes: &[u8]) -> bool {
    let mut rest = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    while !rest.is_empty() {
        let Some(b'<') = rest.first() else {
            return rest.iter().all(|b| *b == 0);
        };
        let comment = rest.starts_with(b"<!--");
        let end = if comment {
            memchr::memmem::find(rest, b"-->").map(|at| at + 2)
        } else {
            memchr::memchr(b'>', rest)
        };
        let Some(end) = end else { return false };
        rest = rest[end + 1..].trim_ascii_start();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Documents, Kind, Piece};
    use proptest::prelude::*;

    fn pieces(text: &[u8], kind: Kind) -> Vec<(u64, bool)> {
        let mut documents = Documents::new(text, kind);
        let mut all = Vec::new();
        while let Some(piece) = documents.next().unwrap() {
            all.push(match piece {
                Piece::Document { line, .. } => (line, true),
                Piece::Broken { line, .. } => (line, false),
            });
        }
        all
    }

    #[test]
    fn objects_in_any_arrangement() {
        assert_eq!(pieces(b"{\"a\":{}}", Kind::Json), [(1, true)]);
        assert_eq!(
            pieces(b"{}{}\n{\"}\":\"\\\"}\"}\n", Kind::Json),
            [(1, true), (1, true), (2, true)]
        );
        assert_eq!(
            pieces(b"[\n {},\n {}\n]", Kind::Json),
            [(2, true), (3, true)]
        );
        assert_eq!(
            pieces(b"{}\nhello\n{}", Kind::Json),
            [(1, true), (1, false), (3, true)]
        );
    }

    #[test]
    fn a_cut_document_costs_itself() {
        let text = b"{\"a\":\"x\n{\"core-uuid\":1}\n{\"b\":2}";
        assert_eq!(pieces(text, Kind::Json), [(1, false), (2, true), (3, true)]);
        let text = b"<?xml version=\"1.0\"?>\n<cdr><v>\n<?xml?><cdr core-uuid=\"1\"></cdr>\n<cdr/>";
        assert_eq!(pieces(text, Kind::Xml), [(2, false), (3, true), (4, false)]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_hang(text in "[{}\"\\\\<>/cdr \n]{0,80}") {
            for kind in [Kind::Json, Kind::Xml] {
                let found = pieces(text.as_bytes(), kind);
                prop_assert!(found.len() <= text.len() + 1);
            }
        }
    }
}
