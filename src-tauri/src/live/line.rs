//! Bytes of `GET /v1/live`, cut anywhere, to lines.

use pbx_api::{Code, LiveLine, Problem};

/// A line is one call or one phone, some hundred bytes.
const LINE_LIMIT_BYTES: usize = 64 * 1024;
/// The kinds of lines that this version knows.
const KNOWN: [&str; 9] = [
    "begin",
    "call",
    "call_ended",
    "registration",
    "registration_gone",
    "colleague",
    "ready",
    "alert",
    "alive",
];

/// Holds the part of a line that has come so far.
#[derive(Debug, Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// The lines that a piece of the stream completes.
    ///
    /// # Errors
    /// `Internal` on a line that is broken or does not end.
    pub fn take(&mut self, piece: &[u8]) -> Result<Vec<LiveLine>, Problem> {
        let mut whole = Vec::new();
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.0.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut self.0);
            whole.extend(parse(&line)?);
        }
        self.0.extend_from_slice(rest);
        if self.0.len() > LINE_LIMIT_BYTES {
            return Err(Problem::new(Code::Internal).detail("the server sent an endless line"));
        }
        Ok(whole)
    }
}

/// A kind of line, or of alert, that only a newer server knows is passed over. A known one that is
/// broken is not: what is shown would be wrong from there on.
fn parse(line: &[u8]) -> Result<Option<LiveLine>, Problem> {
    if line.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(line).map(Some).or_else(|error| {
        let newer = serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|line| {
            let kind = match &line {
                serde_json::Value::String(kind) => Some(kind.as_str()),
                serde_json::Value::Object(line) => line.keys().next().map(String::as_str),
                _ => None,
            };
            kind.is_some_and(|kind| !KNOWN.contains(&kind) || kind == "alert")
        });
        if newer {
            return Ok(None);
        }
        // Without the error's own words, which would hold a number or a name.
        Err(Problem::new(Code::Internal).detail(format!(
            "the server sent a line that is broken at column {}",
            error.column()
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_wherever_the_stream_is_cut() {
        let text = b"\"begin\"\n\n{\"alive\":{\"now_ms\":7}}\n\"ready\"\n";
        let expected = [
            LiveLine::Begin,
            LiveLine::Alive { now_ms: 7 },
            LiveLine::Ready,
        ];
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            let read: Vec<LiveLine> = text
                .chunks(size)
                .flat_map(|piece| lines.take(piece).expect("lines"))
                .collect();
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn what_only_a_newer_server_knows_is_passed_over() {
        let newer = b"{\"fax\":{\"pages\":3}}\n\"pause\"\n{\"alert\":{\"fire\":{}}}\n";
        assert_eq!(Lines::default().take(newer).expect("passed over"), []);
    }

    #[test]
    fn a_known_line_that_is_broken_and_an_endless_one_are_refused() {
        Lines::default()
            .take(b"{\"call\":{\"id\":\"x\"}}\n")
            .expect_err("a broken call");
        Lines::default()
            .take(&vec![b'x'; LINE_LIMIT_BYTES + 1])
            .expect_err("an endless line");
    }
}
